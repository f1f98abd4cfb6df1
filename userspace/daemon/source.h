/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where news comes from: the kernel module by netlink, the rest of the
 * kernel by uevents.
 */
#ifndef NVMUX_DAEMON_SOURCE_H
#define NVMUX_DAEMON_SOURCE_H

#include <stdbool.h>

struct manager;

/* source-netlink.c */

/* Is the module there? Asking netlink instead would load it. */
bool source_module_loaded(void);

/* Connects when the module is there, disconnects when it has gone, lists anew; until that works. */
void source_netlink_sync(struct manager *m);
void source_netlink_stop(struct manager *m);

/* The module has gone. One that is loaded at once is another: nothing is known of its GPUs yet. */
void source_netlink_forget(struct manager *m);

/* The same, a moment later: many uevents come at once. */
void source_netlink_sync_soon(struct manager *m);

/* source-udev.c */
int source_udev_start(struct manager *m);
void source_udev_stop(struct manager *m);

#endif
