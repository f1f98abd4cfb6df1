// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host mode: another driver of the host has the GPU, or none.
 */
#include <linux/pci.h>

#include "../core/gpu.h"
#include "../core/mode.h"
#include "bind.h"
#include "modes.h"

static int host_may_leave(struct nvmux_gpu *gpu, u32 flags, struct nvmux_refusal *why)
{
	if (!gpu->driver[0] || flags & NVMUX_SET_FLAGS_DETACH)
		return 0;
	return nvmux_refuse(why, -EBUSY, "gpu %s is bound to driver %s, detach is needed",
			    nvmux_gpu_bdf(gpu), gpu->driver);
}

static int host_may_enter(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	return 0;
}

static int host_leave(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	nvmux_bind_release(to_pci_dev(gpu->dev));
	return 0;
}

static int host_enter(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	nvmux_bind_default(to_pci_dev(gpu->dev));
	return 0;
}

const struct nvmux_mode_ops nvmux_host_mode = {
	.may_leave = host_may_leave,
	.may_enter = host_may_enter,
	.leave = host_leave,
	.enter = host_enter,
};
