/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often VMs have reset their vGPUs. The kernel counts that and announces none of them, because
 * a guest may reset as often as it likes; so the model is as old as the last time it was asked.
 */
#ifndef NVMUX_DAEMON_RESETS_H
#define NVMUX_DAEMON_RESETS_H

#include "manager.h"

/**
 * resets_refresh() - ask the kernel, unless it was asked lately
 * @age: microseconds that are late enough
 *
 * All vGPUs at once. Nothing is announced; without the module all stays as it was.
 */
void resets_refresh(struct manager *m, uint64_t age);

#endif
