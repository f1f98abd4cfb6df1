/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * News of the core for the monitor group.
 */
#ifndef NVMUX_NETLINK_NOTIFY_H
#define NVMUX_NETLINK_NOTIFY_H

int nvmux_nl_notify_init(void);
void nvmux_nl_notify_exit(void);

#endif
