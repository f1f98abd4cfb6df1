// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The only place that knows where files live, so that the whole of userspace
 * runs on a fake tree when NVMUX_ROOT names one.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "path.h"

const char *path_root(void)
{
	const char *root = getenv("NVMUX_ROOT");

	return root ? root : "";
}

bool path_is_test(void)
{
	return path_root()[0] != '\0';
}

static char *path_join(const char *dir, const char *format, va_list ap)
{
	_cleanup_free_ char *tail = NULL;
	char *path;

	if (vasprintf(&tail, format, ap) < 0) {
		tail = NULL;
		return NULL;
	}
	if (asprintf(&path, "%s/%s%s", path_root(), dir, tail) < 0)
		return NULL;
	return path;
}

#define DEFINE_PATH(name, dir)					\
	char *name(const char *format, ...)			\
	{							\
		va_list ap;					\
		char *path;					\
								\
		va_start(ap, format);				\
		path = path_join(dir, format, ap);		\
		va_end(ap);					\
		return path;					\
	}

DEFINE_PATH(path_below, "")
DEFINE_PATH(path_etc, "etc/nvmux/")
DEFINE_PATH(path_run, "run/nvmux/")
DEFINE_PATH(path_state, "var/lib/nvmux/")
DEFINE_PATH(path_sys, "sys/")
DEFINE_PATH(path_proc, "proc/")
