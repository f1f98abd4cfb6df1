// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guards I8: a write that does not return, or a program that does not end, never holds the caller.
 */
#include <errno.h>
#include <signal.h>
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

static int ended;
static char last[256];
static struct child *program;

static void on_program(void *userdata, int err)
{
	on_done(userdata, err);
	snprintf(last, sizeof(last), "%s", child_last_line(program));
}

static void run_script(const char *text, uint64_t timeout)
{
	char name[] = "GREETING=hello", *env[] = { name, NULL }, *path = path_below("script");

	told = 0;
	last[0] = '\0';
	root_write("script", text);
	if (chmod(path, 0755) || sd_event_new(&event) < 0 ||
	    child_exec(event, path, env, timeout, on_program, NULL, &program) < 0)
		abort();
	while (!told)
		if (sd_event_run(event, UINT64_MAX) < 0)
			abort();
	free(path);
	if (told_err == -ETIMEDOUT)
		(void)sd_event_run(event, SECOND);
	event = sd_event_unref(event);
}

static void exec_gives_the_last_line(void)
{
	NEED_PIDFD();
	run_script("#!/bin/sh\necho one >&2; echo $GREETING; exit 0\n", 5 * SECOND);
	CHECK_INT(told_err, 0);
	CHECK_STR(last, "hello");
	run_script("#!/bin/sh\nprintf 'no room'; exit 3\n", 5 * SECOND);
	CHECK_INT(told_err, -EIO);
	CHECK_STR(last, "no room");
	run_script("#!/bin/sh\nkill -9 $$\n", 5 * SECOND);
	CHECK_INT(told_err, -EIO);
	run_script("#!/nowhere\n", 5 * SECOND);
	CHECK_INT(told_err, -EIO);
	CHECK_STR(last, "cannot be run: No such file or directory");
}

/* Files of ours, signals that we keep back. */
static void exec_inherits_nothing(void)
{
	sigset_t mask;

	NEED_PIDFD();
	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	CHECK(dup2(STDOUT_FILENO, 77) == 77);
	run_script("#!/bin/sh\n[ ! -e /proc/self/fd/77 ] || printf 'file 77, '\n"
		   "read -r line; echo \"input $line\"\n", 5 * SECOND);
	close(77);
	CHECK_STR(last, "input ");
	/* not by a shell, which would mend it */
	run_script("#!/usr/bin/awk -f\nBEGIN { while ((getline l < \"/proc/self/status\") > 0)\n"
		   "if (l ~ /^SigBlk/) print l }\n", 5 * SECOND);
	CHECK_STR(last, "SigBlk:\t0000000000000000");
}

static int count_sleepers(void)
{
	int n = 0;
	FILE *f = popen("ps -eo args | grep -c '^sleep 7[7]7'", "r");

	if (fscanf(f, "%d", &n) != 1)
		abort();
	pclose(f);
	return n;
}

/* Those that are killed need a moment to be gone. */
static bool nobody_sleeps(void)
{
	for (int i = 0; i < 100 && count_sleepers(); i++)
		usleep(20000);
	return !count_sleepers();
}

static void exec_ends_with_all_that_it_has_started(void)
{
	NEED_PIDFD();
	run_script("#!/bin/sh\nsleep 777 & echo started; wait\n", 2 * SECOND);
	CHECK_INT(told_err, -ETIMEDOUT);
	CHECK_STR(last, "started");
	CHECK(nobody_sleeps());
	run_script("#!/bin/sh\nsleep 777 & exit 0\n", 5 * SECOND);
	CHECK_INT(told_err, 0);
	CHECK(nobody_sleeps());
}

static void on_ended(void *userdata)
{
	(void)userdata;
	ended++;
}

static void on_stuck(void *userdata, int err)
{
	on_done(userdata, err);
	child_when_ended(program, on_ended, NULL);
}

static void child_tells_when_it_ends_after_all(void)
{
	char *path = path_below("late");

	NEED_PIDFD();
	told = 0;
	CHECK_INT(mkfifo(path, 0600), 0);
	CHECK(sd_event_new(&event) >= 0);
	CHECK_INT(child_write(event, path, "1", SECOND / 10, on_stuck, NULL, &program), 0);
	while (!ended && sd_event_run(event, UINT64_MAX) >= 0)
		CHECK(told || !ended);
	CHECK_INT(told_err, -ETIMEDOUT);
	CHECK_INT(told, 1);
	event = sd_event_unref(event);
	free(path);
}

int main(void)
{
	root_make();
	RUN(child_writes);
	RUN(child_error_is_the_errno);
	RUN(child_that_blocks_times_out);
	RUN(child_tells_when_it_ends_after_all);
	RUN(exec_gives_the_last_line);
	RUN(exec_inherits_nothing);
	RUN(exec_ends_with_all_that_it_has_started);
	return tap_end();
}
