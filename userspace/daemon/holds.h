/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that is in the way of a switch of a GPU now: vGPUs, VMs, processes.
 */
#ifndef NVMUX_DAEMON_HOLDS_H
#define NVMUX_DAEMON_HOLDS_H

#include "holder.h"
#include "manager.h"

#define HOLD_VGPU "vgpu"
#define HOLD_VFIO "vfio"
#define HOLD_DRIVER "driver"
#define HOLD_CLAIM "claim"

/**
 * struct hold - one thing that keeps a GPU busy
 * @kind: HOLD_VGPU, HOLD_VFIO (open as a whole), HOLD_DRIVER (open through its host driver) or
 *        HOLD_CLAIM (a VM that starts)
 * @what: the vGPU's UUID or the file that is open, empty for a claim
 * @by: the process and its VM, as far as there are any
 */
struct hold {
	const char *kind;
	char what[96];
	struct holder by;
};

struct holds {
	struct hold *items;
	size_t n;
};

/* -ENOMEM; what was found until then is in @ret in any case. */
int holds_of_gpu(struct manager *m, const struct gpu *gpu, struct holds *ret);
void holds_clear(struct holds *holds);

/* "vgpu c217..., pid 1234 (qemu-system-x86), vm p1" */
void hold_describe(const struct hold *hold, char *text, size_t size);

#endif
