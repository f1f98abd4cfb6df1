// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sockets of /run/nvmux.
 */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/path.h"
#include "listen.h"

static int make_dir_of(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);

	return copy ? file_make_dirs(dirname(copy), 0755) : -ENOMEM;
}

static int bind_socket(int fd, const char *path, mode_t mode)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	int ret;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	(void)unlink(path);
	mask = umask(0777 & ~mode);
	ret = bind(fd, (struct sockaddr *)&address, sizeof(address));
	(void)umask(mask);
	if (ret < 0 || listen(fd, 16) < 0)
		return -errno;
	return 0;
}

static int listen_unix(const char *path, mode_t mode)
{
	int err = make_dir_of(path), fd;

	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	err = bind_socket(fd, path, mode);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int listen_start(struct listen_socket *s, sd_event *event, const char *name, mode_t mode,
		 sd_event_io_handler_t on_connect, void *data)
{
	int err;

	s->fd = -1;
	s->path = path_run("%s", name);
	if (!s->path)
		return -ENOMEM;
	s->fd = listen_unix(s->path, mode);
	if (s->fd < 0)
		return s->fd;
	err = sd_event_add_io(event, &s->io, s->fd, EPOLLIN, on_connect, data);
	return err < 0 ? err : 0;
}

void listen_stop(struct listen_socket *s)
{
	sd_event_source_disable_unref(s->io);
	if (s->path && s->fd >= 0) {
		close(s->fd);
		(void)file_remove(s->path);
	}
	free(s->path);
}

int listen_serve(struct listen_client *c, sd_event *event, int fd, uint64_t timeout,
		 sd_event_io_handler_t on_ready, sd_event_time_handler_t on_timeout, void *data)
{
	int err;

	c->fd = fd;
	err = sd_event_add_io(event, &c->io, fd, EPOLLIN, on_ready, data);
	if (err >= 0)
		err = sd_event_add_time_relative(event, &c->timer, CLOCK_MONOTONIC, timeout, 0,
						 on_timeout, data);
	return err < 0 ? err : 0;
}

void listen_drop(struct listen_client *c)
{
	sd_event_source_disable_unref(c->io);
	sd_event_source_disable_unref(c->timer);
	close(c->fd);
}
