/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GPUs that a VM had whole and that have not been cleaned since: /run/nvmux/unclean/<address>, there
 * from before the claim of the VM goes until a cleaning has succeeded or the GPU has left passthrough
 * mode, after which the kernel knows. Neither a daemon that dies nor a cleaning that fails forgets it.
 */
#ifndef NVMUX_DAEMON_UNCLEAN_H
#define NVMUX_DAEMON_UNCLEAN_H

#include "manager.h"

/* It is in passthrough mode, and the policy wants it clean between two VMs. */
bool unclean_may_be(const struct gpu *gpu);

/* Notes that it has to be cleaned, when it may be so. */
void unclean_mark(struct gpu *gpu);
void unclean_clear(const char *bdf);
bool unclean_is(const struct gpu *gpu);

/* Begins what is owed and does not go on yet. */
void unclean_kick(struct manager *m);

#endif
