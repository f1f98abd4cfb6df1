// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guards I8: a file that does not answer never holds the caller. A pipe that nobody writes to
 * stands for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "basic/aside.h"
#include "root.h"
#include "tap.h"

static char *below_root(const char *name)
{
	static char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", root_dir, name);
	return path;
}

static void aside_gives_the_beginning(void)
{
	char buf[8];
	size_t len;

	root_write("a", "0123456789\n");
	CHECK_INT(aside_read(below_root("a"), 1000, buf, sizeof(buf), &len), 0);
	CHECK_STR(buf, "0123456");
	CHECK_INT(len, 7);
	CHECK_INT(aside_read(below_root("absent"), 1000, buf, sizeof(buf), NULL), -ENODATA);
}

static void aside_gives_much(void)
{
	static char text[200000], buf[300000];
	size_t len;

	memset(text, 'x', sizeof(text) - 1);
	root_write("big", text);
	CHECK_INT(aside_read(below_root("big"), 5000, buf, sizeof(buf), &len), 0);
	CHECK_INT(len, sizeof(text) - 1);
	CHECK_STR(buf, text);
}

static long elapsed_ms(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}

static void aside_does_not_wait_forever(void)
{
	struct timespec start;
	char buf[8];
	int fd;

	CHECK_INT(mkfifo(below_root("fifo"), 0600), 0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	CHECK_INT(aside_read(below_root("fifo"), 200, buf, sizeof(buf), NULL), -ETIMEDOUT);
	CHECK(elapsed_ms(&start) < 5000);
	/* nothing is left to be reaped */
	CHECK_INT(waitpid(-1, NULL, WNOHANG), -1);
	CHECK_INT(errno, ECHILD);
	/* no second one beside it: told at once, whatever the time */
	clock_gettime(CLOCK_MONOTONIC, &start);
	CHECK_INT(aside_read(below_root("fifo"), 20000, buf, sizeof(buf), NULL), -ETIMEDOUT);
	CHECK(elapsed_ms(&start) < 5000);
	/* it comes back after all: the file can be read again */
	fd = open(below_root("fifo"), O_RDWR);
	usleep(200000);
	close(fd);
	usleep(200000);
	unlink(below_root("fifo"));
	root_write("fifo", "now");
	CHECK_INT(aside_read(below_root("fifo"), 5000, buf, sizeof(buf), NULL), 0);
	CHECK_STR(buf, "now");
}

/* One that hangs must not keep what the caller has open: a reader of a pipe would never see its end. */
static void aside_holds_no_file_of_the_caller(void)
{
	int ends[2], saved = dup(STDERR_FILENO);
	char buf[8];

	CHECK_INT(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	CHECK_INT(mkfifo(below_root("held"), 0600), 0);
	CHECK_INT(aside_read(below_root("held"), 200, buf, sizeof(buf), NULL), -ETIMEDOUT);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[1]);
	CHECK_INT(read(ends[0], buf, 1), 0);
	close(ends[0]);
	close(open(below_root("held"), O_RDWR));
}

static void aside_many_do_not_add_up(void)
{
	struct timespec start;
	char buf[8], name[8];

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof(name), "many%d", i);
		CHECK_INT(mkfifo(below_root(name), 0600), 0);
		CHECK_INT(aside_read(below_root(name), 3000, buf, sizeof(buf), NULL), -ETIMEDOUT);
	}
	CHECK(elapsed_ms(&start) < 9000);
	for (int i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof(name), "many%d", i);
		close(open(below_root(name), O_RDWR));
	}
}

int main(void)
{
	alarm(60);
	root_make();
	RUN(aside_gives_the_beginning);
	RUN(aside_gives_much);
	RUN(aside_does_not_wait_forever);
	RUN(aside_holds_no_file_of_the_caller);
	RUN(aside_many_do_not_add_up);
	return tap_end();
}
