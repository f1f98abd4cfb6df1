/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * May this caller do it? The only room that decides; what is not listed
 * here is denied.
 */
#ifndef NVMUX_DAEMON_ACCESS_H
#define NVMUX_DAEMON_ACCESS_H

#include <systemd/sd-bus.h>

struct manager;

/*
 * Sees each call before its object does. One that polkit has to be asked
 * about waits here, and its method is entered when the answer is yes.
 */
int access_start(struct manager *m);
void access_stop(void);

/* First line of each method: nobody comes past the filter. -EPERM: the error has been set. */
int access_check(sd_bus_message *message, sd_bus_error *error);

#endif
