// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cleaning a board in the course of a switch: what users of vGPUs left, before nvmux lets go of it.
 *
 * It may take long, so the device lock is taken for one chunk at a time: the function can be
 * removed meanwhile.
 */
#include <linux/pci.h>

#include "../core/gpu.h"
#include "../core/memory.h"
#include "../core/refusal.h"
#include "../hw/hw.h"
#include "../hw/scrub.h"
#include "clean.h"

/* One chunk; 1 when more is left. The device lock is held. */
static int clean_step(struct nvmux_gpu *gpu, struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	struct nvmux_scrub_news news;
	int more = nvmux_scrub_step(hw, &news, why);

	nvmux_memory_progress(gpu, news.done, news.total);
	return more;
}

/* A board that is gone takes all zeroes and keeps none of them, so it is asked after as well. */
static int tenants_step(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int more = 0;

	device_lock(gpu->dev);
	if (gpu->hw)
		more = nvmux_hw_answers(gpu->hw, why) ?: clean_step(gpu, gpu->hw, why);
	device_unlock(gpu->dev);
	return more;
}

/**
 * nvmux_clean_tenants() - clean what users of vGPUs wrote, the board leaves nvmux
 * @gpu: the GPU; no vGPU is open. The function may leave the bus meanwhile.
 * @why: the reason of a failure
 *
 * Context: may sleep; takes the device lock.
 *
 * Return: 0; -EIO some of it could not be cleaned.
 */
int nvmux_clean_tenants(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int more;

	do {
		more = tenants_step(gpu, why);
		cond_resched();
	} while (more > 0);
	return more;
}
