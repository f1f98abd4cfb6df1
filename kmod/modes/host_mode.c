// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host mode: another driver of the host has the GPU, or none.
 */
#include <linux/pci.h>
#include <linux/vgaarb.h>

#include "../core/gpu.h"
#include "../core/mode.h"
#include "../core/refusal.h"
#include "bind.h"
#include "modes.h"
#include "owner.h"

/* The boot VGA device, when a driver shows something on it or firmware has left it switched on. */
static bool is_console(struct nvmux_gpu *gpu)
{
	struct pci_dev *pdev = to_pci_dev(gpu->dev);
	u16 command;

	if (pdev != vga_default_device())
		return false;
	if (gpu->driver[0])
		return true;
	pci_read_config_word(pdev, PCI_COMMAND, &command);
	return !PCI_POSSIBLE_ERROR(command) && command & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
}

static int host_may_leave(struct nvmux_gpu *gpu, u32 flags, struct nvmux_refusal *why)
{
	const char *bdf = nvmux_gpu_bdf(gpu);
	int vfs = pci_num_vf(to_pci_dev(gpu->dev));

	if (vfs)
		return nvmux_refuse(why, -EBUSY, "gpu %s has %d virtual functions enabled", bdf,
				    vfs);
	if (is_console(gpu) && !(flags & NVMUX_SET_FLAGS_CONSOLE))
		return nvmux_refuse(why, -EBUSY, "gpu %s shows the console of the host", bdf);
	if (gpu->driver[0] && !(flags & NVMUX_SET_FLAGS_DETACH))
		return nvmux_refuse(why, -EBUSY, "gpu %s is bound to driver %s, detach is needed",
				    bdf, gpu->driver);
	return 0;
}

static int host_may_enter(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	return 0;
}

static int host_leave(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	nvmux_mode_step(gpu, NVMUX_STEP_DETACH);
	nvmux_bind_release(to_pci_dev(gpu->dev));
	return 0;
}

static int host_enter(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int err;

	nvmux_mode_step(gpu, NVMUX_STEP_ATTACH);
	err = nvmux_owner_companions_home(gpu, why);
	return err ?: nvmux_owner_gpu_home(gpu, why);
}

const struct nvmux_mode_ops nvmux_host_mode = {
	.may_leave = host_may_leave,
	.may_enter = host_may_enter,
	.leave = host_leave,
	.enter = host_enter,
};
