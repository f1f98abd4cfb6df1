/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every path below one root: "" on a host, $NVMUX_ROOT in a test.
 */
#ifndef NVMUX_BASIC_PATH_H
#define NVMUX_BASIC_PATH_H

#include <stdbool.h>

#define PATH_FORMAT __attribute__((format(printf, 1, 2)))

/* The root without trailing slash; path_is_test() tells that it is not "/". */
const char *path_root(void);
bool path_is_test(void);

/* Each returns an allocated path, or NULL without memory. */
char *path_below(const char *format, ...) PATH_FORMAT;	/* <root>/... */
char *path_etc(const char *format, ...) PATH_FORMAT;	/* <root>/etc/nvmux/... */
char *path_run(const char *format, ...) PATH_FORMAT;	/* <root>/run/nvmux/... */
char *path_state(const char *format, ...) PATH_FORMAT;	/* <root>/var/lib/nvmux/... */
char *path_sys(const char *format, ...) PATH_FORMAT;	/* <root>/sys/... */
char *path_proc(const char *format, ...) PATH_FORMAT;	/* <root>/proc/... */

#endif
