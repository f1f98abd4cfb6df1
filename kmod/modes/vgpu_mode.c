// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vgpu mode: nvmux itself is the driver. Binding it opens the hardware and offers the mdev types
 * (control/pci.c); unbinding withdraws them.
 */
#include <linux/pci.h>

#include "../core/capacity.h"
#include "../core/gpu.h"
#include "../core/mode.h"
#include "../core/refusal.h"
#include "../core/vgpu.h"
#include "../hw/scrub.h"
#include "bind.h"
#include "clean.h"
#include "modes.h"
#include "opened.h"
#include "owner.h"

static int vgpu_may_leave(struct nvmux_gpu *gpu, u32 flags, struct nvmux_refusal *why)
{
	int err = nvmux_vgpu_none_left(gpu, why);

	return err ?: nvmux_opened_check_vgpus(gpu, NULL, why);
}

static int vgpu_may_enter(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	return nvmux_capacity_check_board(gpu, gpu->fb_size, why);
}

/* What a dead board holds of its tenants can be cleaned only after it has come back to life. */
static int vgpu_leave(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int err = 0;

	if (gpu->recovering) {
		nvmux_mode_step(gpu, NVMUX_STEP_RESET);
		err = nvmux_switch.reset(gpu, why);
	}
	if (err)
		return err;
	nvmux_mode_step(gpu, NVMUX_STEP_CLEAN);
	err = nvmux_clean_tenants(gpu, why);
	if (err)
		return err;
	nvmux_mode_step(gpu, NVMUX_STEP_DETACH);
	nvmux_bind_release(to_pci_dev(gpu->dev));
	return 0;
}

static int driver_bind(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int err;

	mutex_lock(&gpu->lock);
	gpu->probe_why.text[0] = '\0';
	mutex_unlock(&gpu->lock);

	err = nvmux_bind_to(to_pci_dev(gpu->dev), "nvmux", why);
	if (!err)
		return 0;
	mutex_lock(&gpu->lock);
	if (gpu->probe_why.text[0]) {
		*why = gpu->probe_why;
		err = gpu->probe_err;
	}
	mutex_unlock(&gpu->lock);
	return err;
}

static int vgpu_enter(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int err;

	nvmux_mode_step(gpu, NVMUX_STEP_ATTACH);
	err = nvmux_owner_companions_home(gpu, why);
	return err ?: driver_bind(gpu, why);
}

/*
 * Nobody need leave: what users of vGPUs have is not touched. That it goes on is known to who asked
 * when he has his answer; the cleaning itself will tell more exactly how far it is.
 */
static int vgpu_scrub(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	u64 left;

	if (!gpu->hw)
		return nvmux_refuse(why, -ENODEV, "gpu %s is gone", nvmux_gpu_bdf(gpu));
	left = nvmux_scrub_estimate(gpu->hw);
	if (!left)
		return 0;
	nvmux_scrub_want_all(gpu->hw, true);
	gpu->scrub_total = gpu->scrub_done + left;
	nvmux_gpu_changed(gpu);
	return 0;
}

const struct nvmux_mode_ops nvmux_vgpu_mode = {
	.may_leave = vgpu_may_leave,
	.may_enter = vgpu_may_enter,
	.leave = vgpu_leave,
	.enter = vgpu_enter,
	.scrub = vgpu_scrub,
};
