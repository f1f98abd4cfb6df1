/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The netlink door.
 */
#ifndef NVMUX_NETLINK_H
#define NVMUX_NETLINK_H

int nvmux_nl_init(void);
void nvmux_nl_exit(void);

#endif
