// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libnvmux_test/file.h>

#define FORMAT_PATH(path, format)					\
	do {								\
		va_list args;						\
									\
		va_start(args, format);					\
		vsnprintf(path, sizeof(path), format, args);		\
		va_end(args);						\
	} while (0)

/* Answers live in turns, so that a few of them fit into one expression. */
static char *next_text(void)
{
	static char texts[4][PATH_SIZE];
	static unsigned int turn;

	return texts[turn++ % 4];
}

bool file_exists(const char *format, ...)
{
	char path[PATH_SIZE];

	FORMAT_PATH(path, format);
	return !access(path, F_OK);
}

static ssize_t read_path(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	if (n < 0)
		n = -errno;
	else
		buf[n] = '\0';
	close(fd);
	return n;
}

ssize_t file_read(char *buf, size_t size, const char *format, ...)
{
	char path[PATH_SIZE];

	FORMAT_PATH(path, format);
	return read_path(path, buf, size);
}

const char *file_line(const char *format, ...)
{
	char path[PATH_SIZE];
	char *text = next_text();

	FORMAT_PATH(path, format);
	if (read_path(path, text, PATH_SIZE) < 0)
		return "";
	text[strcspn(text, "\n")] = '\0';
	return text;
}

int file_write(const char *text, const char *format, ...)
{
	char path[PATH_SIZE];
	int err = 0;
	int fd;

	FORMAT_PATH(path, format);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

const char *file_link(const char *format, ...)
{
	char path[PATH_SIZE], target[PATH_SIZE];
	char *text = next_text();
	ssize_t n;

	FORMAT_PATH(path, format);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return "";
	target[n] = '\0';
	return strcpy(text, basename(target));
}

int file_count(const char *format, ...)
{
	char path[PATH_SIZE];
	struct dirent *entry;
	int n = 0;
	DIR *dir;

	FORMAT_PATH(path, format);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}
