/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files whose reader the kernel may keep waiting as long as it likes: another process reads them.
 */
#ifndef NVMUX_BASIC_ASIDE_H
#define NVMUX_BASIC_ASIDE_H

#include <stddef.h>

/**
 * aside_read() - the beginning of a file, within a time
 * @timeout: milliseconds; less when others have cost 5 s within the last 10
 * @buf: gets at most @size - 1 bytes and a NUL
 * @ret_len: bytes without that NUL; may be NULL
 *
 * A reader that does not come back is left to itself; as long as it hangs there is no second one
 * for the same path, -ETIMEDOUT is told at once. Not for several threads.
 *
 * Errors: -ETIMEDOUT, -ENODATA there is nothing or it cannot be opened, -ENOMEM, those of fork().
 */
int aside_read(const char *path, int timeout, char *buf, size_t size, size_t *ret_len);

/* Writes what is to be known of a path to @out. Runs in a process of its own, without other files. */
typedef void (*aside_reader_t)(const char *path, int out);

/* The same for more than one file: of @path is said what @reader writes. */
int aside_run(aside_reader_t reader, const char *path, int timeout, char *buf, size_t size,
	      size_t *ret_len);

#endif
