/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * May this caller do it? The only room that decides; what is not listed
 * here is denied.
 */
#ifndef NVMUX_DAEMON_ACCESS_H
#define NVMUX_DAEMON_ACCESS_H

#include <systemd/sd-bus.h>

/* First line of each method. -EPERM: the error has been set. */
int access_check(sd_bus_message *message, sd_bus_error *error);

#endif
