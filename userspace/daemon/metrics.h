/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gauges of what is and counters of what has happened, as OpenMetrics text: metrics.c writes it,
 * metrics-server.c is the door /run/nvmux/metrics.sock.
 */
#ifndef NVMUX_DAEMON_METRICS_H
#define NVMUX_DAEMON_METRICS_H

#include <stddef.h>

struct manager;

/**
 * metrics_format() - all there is to tell
 *
 * Asks the kernel for its types, and /proc for the VMs.
 *
 * Return: text, free() it; NULL without memory.
 */
char *metrics_format(struct manager *m, size_t *ret_len);

/* -errno: the socket cannot be opened, nobody is served then. */
int metrics_start(struct manager *m);
void metrics_stop(struct manager *m);

#endif
