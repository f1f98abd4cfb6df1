/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_DAEMON_LISTEN_H
#define NVMUX_DAEMON_LISTEN_H

#include <sys/types.h>

/**
 * listen_unix() - open a socket of the daemon
 * @path: its file; one that is left of an earlier daemon is replaced
 * @mode: who may connect, from the first moment on
 *
 * Makes the directory when it is not there.
 *
 * Return: a socket that listens and does not block; -ENAMETOOLONG, or what the file system or
 * the kernel says.
 */
int listen_unix(const char *path, mode_t mode);

#endif
