// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Log to the journal when stderr is connected to it, else to stderr.
 *
 * Only logging functions call this room; functions that return an error
 * leave the logging to their caller, so that nothing is told twice.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <systemd/sd-journal.h>

#include "log.h"

static const char *log_identifier = "nvmux";
static int log_max_level = LOG_INFO;
static bool log_journal;

/* systemd tells in JOURNAL_STREAM which device and inode are the journal's. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	if (!stream || sscanf(stream, "%llu:%llu", &dev, &ino) != 2)
		return false;
	if (fstat(STDERR_FILENO, &st) < 0)
		return false;
	return st.st_dev == dev && st.st_ino == ino;
}

void log_open(const char *identifier)
{
	const char *debug = getenv("NVMUX_DEBUG");

	log_identifier = identifier;
	log_journal = stderr_is_journal();
	if (debug && strcmp(debug, "0") != 0)
		log_max_level = LOG_DEBUG;
}

void log_set_level(int level)
{
	log_max_level = level;
}

static void log_text(int level, const char *text)
{
	if (log_journal)
		(void)sd_journal_send("MESSAGE=%s", text, "PRIORITY=%i", level,
				      "SYSLOG_IDENTIFIER=%s", log_identifier, NULL);
	else
		fprintf(stderr, "%s: %s\n", log_identifier, text);
}

void log_write(int level, const char *format, ...)
{
	char text[2048];
	va_list ap;

	if (level > log_max_level)
		return;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	log_text(level, text);
}

int log_errno(int err, const char *format, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	log_write(LOG_ERR, "%s: %s", text, strerror(abs(err)));
	return err;
}
