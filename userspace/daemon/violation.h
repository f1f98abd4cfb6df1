/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMs that break a rule although each of their starts was checked: a device
 * was attached while they ran, of which no hook tells. Told, not cured.
 */
#ifndef NVMUX_DAEMON_VIOLATION_H
#define NVMUX_DAEMON_VIOLATION_H

#include <stddef.h>

struct manager;

int violation_start(struct manager *m);
void violation_stop(struct manager *m);

/* A vGPU may have been opened, or a GPU given whole: look soon. */
void violation_kick(struct manager *m);

/* Looks now. Return: how many VMs break a rule of which that was not told before. */
size_t violation_look(struct manager *m);

#endif
