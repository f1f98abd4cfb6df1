/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the harnesses share. Each feeds one parser of the userspace, and says
 * by assert() what must hold whatever came in: that is how a fuzzer finds more
 * than crashes.
 */
#ifndef NVMUX_FUZZ_FUZZ_H
#define NVMUX_FUZZ_FUZZ_H

#undef NDEBUG
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "basic/log.h"
#include "tests/root.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The root of the files, and no log: for LLVMFuzzerInitialize(). */
static inline int fuzz_begin(void)
{
	log_set_level(LOG_EMERG);
	root_make();
	return 0;
}

/* The same as all of it, and empty files, so that their directories are there. */
#define FUZZ_ROOT(...)								\
	int LLVMFuzzerInitialize(int *argc, char ***argv)			\
	{									\
		static const char *const files[] = { __VA_ARGS__ };		\
										\
		(void)argc;							\
		(void)argv;							\
		(void)fuzz_begin();						\
		for (size_t i = 0; i < ARRAY_SIZE(files); i++)			\
			root_write(files[i], "");				\
		return 0;							\
	}

/* The input as a text of its own, so that reading past its end is seen. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	assert(text);
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* The input as a file below the root, whose directory must be there. */
static inline void fuzz_file(const char *path, const uint8_t *data, size_t size)
{
	char full[512];
	int fd;

	(void)snprintf(full, sizeof(full), "%s/%s", root_dir, path);
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

/* What D-Bus takes as a text. */
static inline bool fuzz_is_utf8(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		int more = *p < 0x80 ? 0 : *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : *p >= 0xc2 ? 1 : -1;

		if (more < 0 || *p > 0xf4)
			return false;
		for (; more; more--)
			if ((*++p & 0xc0) != 0x80)
				return false;
	}
	return true;
}

#endif
