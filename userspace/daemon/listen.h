/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_DAEMON_LISTEN_H
#define NVMUX_DAEMON_LISTEN_H

#include <sys/types.h>

#include <systemd/sd-event.h>

/* Begins as zeroes. */
struct listen_socket {
	char *path;
	int fd;
	sd_event_source *io;
};

/**
 * listen_start() - open a socket of the daemon
 * @s: it; to be stopped also after an error
 * @event: the loop of the daemon
 * @name: of its file in the daemon's directory, which is made when it is not there; one that is
 *	left of an earlier daemon is replaced
 * @mode: who may connect, from the first moment on
 * @on_connect: called with the socket, which does not block, when somebody is there
 * @data: what it gets
 *
 * Return: 0; -ENAMETOOLONG, -ENOMEM, or what the file system or the kernel says.
 */
int listen_start(struct listen_socket *s, sd_event *event, const char *name, mode_t mode,
		 sd_event_io_handler_t on_connect, void *data);

/* Closes it and removes its file. */
void listen_stop(struct listen_socket *s);

/* Who has connected. */
struct listen_client {
	int fd;
	sd_event_source *io;
	sd_event_source *timer;
};

/**
 * listen_serve() - let the loop look after a client
 * @c: it; to be dropped also after an error
 * @event: the loop of the daemon
 * @fd: what accept has given, which is the client's from now on
 * @timeout: microseconds that it has in all
 * @on_ready: called when it can be read
 * @on_timeout: called when its time is up
 * @data: what both get
 *
 * Return: 0; -ENOMEM, or what the kernel says.
 */
int listen_serve(struct listen_client *c, sd_event *event, int fd, uint64_t timeout,
		 sd_event_io_handler_t on_ready, sd_event_time_handler_t on_timeout, void *data);

/* Closes the connection. */
void listen_drop(struct listen_client *c);

#endif
