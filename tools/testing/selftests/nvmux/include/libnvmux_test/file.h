/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small files, as sysfs has them.
 */
#ifndef LIBNVMUX_TEST_FILE_H
#define LIBNVMUX_TEST_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PCI_DEVICES "/sys/bus/pci/devices"
#define MDEV_DEVICES "/sys/bus/mdev/devices"

#define PATH_SIZE 512

/* @path is a printf format. What can fail returns a negative errno. */
bool file_exists(const char *path, ...) __attribute__((format(printf, 1, 2)));
ssize_t file_read(char *buf, size_t size, const char *path, ...)
	__attribute__((format(printf, 3, 4)));
/* First line, without its end; "" when it cannot be read. Valid until the fourth call after. */
const char *file_line(const char *path, ...) __attribute__((format(printf, 1, 2)));
int file_write(const char *text, const char *path, ...) __attribute__((format(printf, 2, 3)));
/* Last component of what a link points to, "" when it is no link. Valid as file_line(). */
const char *file_link(const char *path, ...) __attribute__((format(printf, 1, 2)));
/* Number of entries in a directory, without . and .. */
int file_count(const char *path, ...) __attribute__((format(printf, 1, 2)));

#endif
