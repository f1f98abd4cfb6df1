/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NVMUX_BASIC_LOG_H
#define NVMUX_BASIC_LOG_H

#include <syslog.h>

void log_open(const char *identifier);
void log_set_level(int level);

void log_write(int level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_ERR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, __VA_ARGS__)
#define log_notice(...) log_write(LOG_NOTICE, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)

/* Logs "text: strerror" and gives the (negative) error back, for one-line returns. */
int log_errno(int err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
