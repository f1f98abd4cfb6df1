// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The reader is a grandchild: init reaps it, should the kernel ever let it end. It gives what it
 * reads through a pipe, of which the other end tells whether it still lives.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "aside.h"
#include "cleanup.h"

/*
 * Milliseconds that readers which do not come back may cost in a window: there may be many of them at
 * once, and the caller has others to serve. Then they get just what a good one needs.
 */
#define WINDOW 10000
#define BUDGET 5000
#define LEAST 10

static struct {
	int64_t begin;
	int64_t spent;
} window;

/* A reader that was given up. */
struct lost {
	SLIST_ENTRY(lost) link;
	int fd;
	char *path;
};

static SLIST_HEAD(, lost) all_lost = SLIST_HEAD_INITIALIZER(all_lost);

static void lost_free(struct lost *lost)
{
	SLIST_REMOVE(&all_lost, lost, lost, link);
	close(lost->fd);
	free(lost->path);
	free(lost);
}

/* Its end of the pipe is closed; what it still wrote is of no use. */
static bool has_ended(const struct lost *lost)
{
	struct pollfd end = { .fd = lost->fd };

	return poll(&end, 1, 0) > 0 && end.revents & (POLLHUP | POLLERR);
}

static bool is_lost(const char *path)
{
	struct lost *lost = SLIST_FIRST(&all_lost), *next;
	bool found = false;

	for (; lost; lost = next) {
		next = SLIST_NEXT(lost, link);
		if (has_ended(lost))
			lost_free(lost);
		else if (strcmp(lost->path, path) == 0)
			found = true;
	}
	return found;
}

/* Without memory it is forgotten, and the next reader may hang beside it. */
static void give_up(const char *path, int fd)
{
	struct lost *lost = calloc(1, sizeof(*lost));

	if (lost)
		lost->path = strdup(path);
	if (!lost || !lost->path) {
		free(lost);
		close(fd);
		return;
	}
	lost->fd = fd;
	SLIST_INSERT_HEAD(&all_lost, lost, link);
}

static void copy_file(const char *path, int out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char text[4096];
	ssize_t n;

	while (fd >= 0 && (n = read(fd, text, sizeof(text))) > 0)
		if (write(out, text, (size_t)n) < 0)
			break;
	if (fd >= 0)
		close(fd);
}

static void __attribute__((noreturn)) run_reader(aside_reader_t reader, const char *path, int out)
{
	sigset_t none;

	if (fork() != 0)
		_exit(0);
	/* neither sockets nor log of the caller may be held by one that hangs */
	(void)dup2(out, STDIN_FILENO);
	(void)close_range(1, ~0U, 0);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	reader(path, STDIN_FILENO);
	_exit(0);
}

/* What it reads comes out of the file that is returned; a negative errno. */
static int start_reader(aside_reader_t reader, const char *path)
{
	int ends[2], err = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		run_reader(reader, path, ends[1]);
	if (pid < 0)
		err = -errno;
	else
		(void)waitpid(pid, NULL, 0);	/* it only forks */
	close(ends[1]);
	if (!err)
		return ends[0];
	close(ends[0]);
	return err;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Until the end, or the buffer is full. */
static int collect(int fd, int64_t deadline, char *buf, size_t size, size_t *ret_len)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && len < size) {
		int64_t left = deadline - now_ms();

		if (left <= 0 || poll(&ready, 1, (int)left) <= 0)
			return -ETIMEDOUT;
		n = read(fd, buf + len, size - len);
		len += n > 0 ? (size_t)n : 0;
	}
	*ret_len = len;
	return len ? 0 : -ENODATA;
}

static int64_t afford(int64_t now, int timeout)
{
	int64_t left;

	if (!window.begin || now - window.begin > WINDOW) {
		window.begin = now;
		window.spent = 0;
	}
	left = BUDGET - window.spent;
	if (left < LEAST)
		left = LEAST;
	return timeout < left ? timeout : left;
}

int aside_run(aside_reader_t reader, const char *path, int timeout, char *buf, size_t size,
	      size_t *ret_len)
{
	int64_t now = now_ms(), time = afford(now, timeout);
	size_t len = 0;
	int fd, err;

	if (is_lost(path))
		return -ETIMEDOUT;
	fd = start_reader(reader, path);
	if (fd < 0)
		return fd;
	err = collect(fd, now + time, buf, size - 1, &len);
	if (err == -ETIMEDOUT) {
		window.spent += time;
		give_up(path, fd);
	} else {
		close(fd);
	}
	buf[len] = '\0';
	if (ret_len)
		*ret_len = len;
	return err;
}

int aside_read(const char *path, int timeout, char *buf, size_t size, size_t *ret_len)
{
	return aside_run(copy_file, path, timeout, buf, size, ret_len);
}
