/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_HOOK_EXCHANGE_H
#define NVMUX_HOOK_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds of a clock that only goes forward. */
int64_t clock_ms(void);

/*
 * Everything here ends at the deadline, a time of clock_ms(), with
 * -ETIMEDOUT. -EFBIG: more text than any honest peer sends.
 */

/* Reads until the end of the file. */
int read_all(int fd, int64_t deadline, char **ret, size_t *ret_len);

/* Sends one line to a Unix socket and reads one line; neither holds its newline. */
int exchange_line(const char *socket_path, const char *line, int64_t deadline, char **ret);

#endif
