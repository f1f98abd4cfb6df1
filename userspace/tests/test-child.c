// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guards I8: a write that does not return never holds the caller.
 */
#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/child.h"
#include "root.h"
#include "tap.h"

#define SECOND 1000000U

static sd_event *event;
static int told, told_err;

static void on_done(void *userdata, int err)
{
	(void)userdata;
	told++;
	told_err = err;
}

static int write_and_wait(const char *name, uint64_t timeout)
{
	char *path = path_below("%s", name);
	struct child *child;
	int err;

	told = 0;
	if (sd_event_new(&event) < 0)
		abort();
	err = child_write(event, path, "1", timeout, on_done, NULL, &child);
	free(path);
	while (!err && !told)
		err = sd_event_run(event, UINT64_MAX) < 0;
	/* one that was killed is reaped after it was told */
	if (told_err == -ETIMEDOUT)
		(void)sd_event_run(event, SECOND);
	event = sd_event_unref(event);
	return err ? err : told_err;
}

/* valgrind has no pidfd_open() */
#define NEED_PIDFD()							\
	do {								\
		if (syscall(SYS_pidfd_open, getpid(), 0) < 0)		\
			SKIP("no pidfd_open() here");			\
	} while (0)

static void child_writes(void)
{
	char line[16], *path;

	NEED_PIDFD();
	path = path_below("file");
	root_write("file", "old");
	CHECK_INT(write_and_wait("file", SECOND), 0);
	CHECK_INT(told, 1);
	CHECK_INT(file_read_line(path, line, sizeof(line)), 0);
	CHECK_STR(line, "1ld");
	free(path);
}

static void child_error_is_the_errno(void)
{
	NEED_PIDFD();
	CHECK_INT(write_and_wait("absent", SECOND), -ENOENT);
	CHECK_INT(write_and_wait("", SECOND), -EISDIR);
}

static void child_that_blocks_times_out(void)
{
	char *path;

	NEED_PIDFD();
	path = path_below("fifo");
	CHECK_INT(mkfifo(path, 0600), 0);
	CHECK_INT(write_and_wait("fifo", SECOND / 10), -ETIMEDOUT);
	CHECK_INT(told, 1);
	free(path);
}

int main(void)
{
	root_make();
	RUN(child_writes);
	RUN(child_error_is_the_errno);
	RUN(child_that_blocks_times_out);
	return tap_end();
}
