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

#endif
