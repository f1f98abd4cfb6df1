// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cleaning a board in the course of a switch: what users of vGPUs left, before nvmux lets go of it;
 * all of it, where a tenant follows a tenant who had it to himself.
 *
 * Both may take long, so the device lock is taken for one chunk at a time: the function can be
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
 * Whoever asked for more than that is not waited for.
 *
 * Context: may sleep; takes the device lock.
 *
 * Return: 0; -EIO some of it could not be cleaned.
 */
int nvmux_clean_tenants(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int more;

	device_lock(gpu->dev);
	if (gpu->hw)
		nvmux_scrub_want_all(gpu->hw, false);
	device_unlock(gpu->dev);
	do {
		more = tenants_step(gpu, why);
		cond_resched();
	} while (more > 0);
	return more;
}

/* Between two steps anybody may bind a driver by hand: then it is that driver's board. */
static int check_free(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	if (READ_ONCE(gpu->leaving))
		return nvmux_refuse(why, -ENODEV, "gpu %s is gone", nvmux_gpu_bdf(gpu));
	if (gpu->dev->driver)
		return nvmux_refuse(why, -EBUSY,
				    "gpu %s: driver %.20s has come before it was clean",
				    nvmux_gpu_bdf(gpu), gpu->dev->driver->name);
	return 0;
}

static int board_open(struct nvmux_gpu *gpu, struct nvmux_hw **ret, struct nvmux_refusal *why)
{
	int err;

	device_lock(gpu->dev);
	err = check_free(gpu, why);
	if (!err) {
		*ret = nvmux_hw_open(to_pci_dev(gpu->dev), why);
		err = PTR_ERR_OR_ZERO(*ret);
	}
	device_unlock(gpu->dev);
	return err;
}

static int board_step(struct nvmux_gpu *gpu, struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	int more;

	device_lock(gpu->dev);
	more = check_free(gpu, why) ?: clean_step(gpu, hw, why);
	device_unlock(gpu->dev);
	return more;
}

/* Clean is what nobody else has had since. */
static int board_close(struct nvmux_gpu *gpu, struct nvmux_hw *hw, int err,
		       struct nvmux_refusal *why)
{
	device_lock(gpu->dev);
	nvmux_hw_close(hw);
	if (!err)
		err = check_free(gpu, why);
	if (!err)
		nvmux_memory_set(gpu, NVMUX_MEMORY_CLEAN);
	device_unlock(gpu->dev);
	return err;
}

/**
 * nvmux_clean_board() - overwrite the whole framebuffer of a board
 * @gpu: the GPU, without a driver; kept on the bus and awake by the caller
 * @why: the reason of a failure
 *
 * Context: may sleep, for as long as that takes; takes the device lock.
 *
 * Return: 0; -EIO the board does not answer, or its memory does not take zeroes; -EBUSY somebody
 * has bound a driver meanwhile; -ENODEV it is being removed; as nvmux_hw_open().
 */
int nvmux_clean_board(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct nvmux_hw *hw;
	int more = board_open(gpu, &hw, why);

	if (more)
		return more;
	nvmux_scrub_want_all(hw, true);
	do {
		more = board_step(gpu, hw, why);
		cond_resched();
	} while (more > 0);
	nvmux_memory_progress(gpu, 0, 0);
	return board_close(gpu, hw, more, why);
}
