// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes in and out under a deadline. libvirt waits for its hook with the
 * domain locked, so nothing here may block on a peer.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "basic/cleanup.h"
#include "hook/exchange.h"

#define TEXT_MAX (8U * 1024 * 1024)
#define CHUNK 65536

int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int wait_ready(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int n;

	do {
		left = deadline - clock_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		n = poll(&p, 1, (int)left);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n ? 0 : -ETIMEDOUT;
}

struct buffer {
	char *text;
	size_t len, size;
};

/* Room for one more chunk and a terminator. */
static int buffer_grow(struct buffer *b)
{
	char *larger;

	if (b->size - b->len > CHUNK)
		return 0;
	if (b->len > TEXT_MAX)
		return -EFBIG;
	larger = realloc(b->text, b->size * 2 + CHUNK + 1);
	if (!larger)
		return -ENOMEM;
	b->text = larger;
	b->size = b->size * 2 + CHUNK + 1;
	return 0;
}

/* 1: got something, 0: end */
static int buffer_read(struct buffer *b, int fd, int64_t deadline)
{
	ssize_t n;
	int err;

	err = buffer_grow(b);
	if (!err)
		err = wait_ready(fd, POLLIN, deadline);
	if (err)
		return err;
	n = read(fd, b->text + b->len, CHUNK);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 1 : -errno;
	b->len += (size_t)n;
	b->text[b->len] = '\0';
	return n > 0;
}

int read_all(int fd, int64_t deadline, char **ret, size_t *ret_len)
{
	struct buffer b = {};
	int r;

	do
		r = buffer_read(&b, fd, deadline);
	while (r > 0);
	if (r) {
		free(b.text);
		return r;
	}
	*ret = b.text;
	*ret_len = b.len;
	return 0;
}

static int read_line(int fd, int64_t deadline, char **ret)
{
	struct buffer b = {};
	char *end = NULL;
	int r;

	do {
		r = buffer_read(&b, fd, deadline);
		end = b.text ? memchr(b.text, '\n', b.len) : NULL;
	} while (r > 0 && !end);
	if (!end) {
		free(b.text);
		return r < 0 ? r : -ECONNRESET;
	}
	*end = '\0';
	*ret = b.text;
	return 0;
}

static int send_all(int fd, const char *text, size_t len, int64_t deadline)
{
	ssize_t n;
	int err;

	while (len) {
		err = wait_ready(fd, POLLOUT, deadline);
		if (err)
			return err;
		n = send(fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* A full queue of the listener is the one thing that poll() does not tell. */
static int connect_until(int fd, const struct sockaddr_un *address, int64_t deadline)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	while (connect(fd, (const struct sockaddr *)address, sizeof(*address))) {
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (clock_ms() >= deadline)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return 0;
}

int exchange_line(const char *socket_path, const char *line, int64_t deadline, char **ret)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;
	int err;

	if (strlen(socket_path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, socket_path, strlen(socket_path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	err = connect_until(fd, &address, deadline);
	if (!err)
		err = send_all(fd, line, strlen(line), deadline);
	if (!err)
		err = send_all(fd, "\n", 1, deadline);
	return err ? err : read_line(fd, deadline, ret);
}
