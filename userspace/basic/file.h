/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NVMUX_BASIC_FILE_H
#define NVMUX_BASIC_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "strset.h"

bool file_exists(const char *path);

/* Reads all of a file of at most max bytes; the text is NUL-terminated. */
int file_read(const char *path, size_t max, char **ret_text, size_t *ret_len);

/* First line of a small file, such as a sysfs attribute, without newline. */
int file_read_line(const char *path, char *buf, size_t size);

/* Last component of what a symbolic link points to. */
int file_link_name(const char *path, char *buf, size_t size);

/* Names of the entries of a directory, but hidden ones, in any order. -ENOENT, -ENOMEM. */
int file_list(const char *path, struct strset *names);

/* Readers see the old or the new text, also after a power cut. */
int file_write_atomic(const char *path, const char *text, mode_t mode);

/* The same for a record of the daemon: everybody may read it, what is above it is made. */
int file_keep(const char *path, const char *text);

/* One write() to a file that exists: sysfs wants it so. */
int file_write_once(const char *path, const char *text);

/* Makes a directory and what is above it. */
int file_make_dirs(const char *path, mode_t mode);

/* Removes a file; one that is not there is no error. */
int file_remove(const char *path);

#endif
