/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake tree for one test program: NVMUX_ROOT in a temporary directory.
 */
#ifndef NVMUX_TESTS_ROOT_H
#define NVMUX_TESTS_ROOT_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/file.h"
#include "basic/path.h"
#include "basic/strset.h"

static char root_dir[] = "/tmp/nvmux-test-XXXXXX";

static inline int root_remove_one(const char *path, const struct stat *st, int flag,
				  struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline void root_remove(void)
{
	(void)nftw(root_dir, root_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void root_make(void)
{
	if (!mkdtemp(root_dir) || setenv("NVMUX_ROOT", root_dir, 1) < 0)
		abort();
	(void)atexit(root_remove);
}

/* Writes a file below the root, with its directories. */
static inline void root_write(const char *path, const char *text)
{
	char full[512], *slash;

	(void)snprintf(full, sizeof(full), "%s/%s", root_dir, path);
	slash = strrchr(full, '/');
	*slash = '\0';
	if (file_make_dirs(full, 0755) < 0)
		abort();
	*slash = '/';
	if (file_write_atomic(full, text, 0644) < 0)
		abort();
}

static inline void root_remove_file(const char *path)
{
	char full[512];

	(void)snprintf(full, sizeof(full), "%s/%s", root_dir, path);
	if (unlink(full) < 0)
		abort();
}

static inline void root_link(const char *path, const char *target)
{
	char full[512], *slash;

	(void)snprintf(full, sizeof(full), "%s/%s", root_dir, path);
	slash = strrchr(full, '/');
	*slash = '\0';
	if (file_make_dirs(full, 0755) < 0)
		abort();
	*slash = '/';
	if (symlink(target, full) < 0)
		abort();
}

/* How many files a directory has, by its whole path; none when it is not there. */
static inline size_t root_entries(const char *path)
{
	struct strset names = { 0 };
	size_t n;

	if (file_list(path, &names))
		return 0;
	n = names.n;
	strset_clear(&names);
	return n;
}

#endif
