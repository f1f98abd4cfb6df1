// SPDX-License-Identifier: GPL-2.0-only
/*
 * What every switch does with a board, whatever its modes: see that it is there and remember who
 * has it, reset it, clean it, give it back.
 */
#include <linux/pci.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "../core/gpu.h"
#include "../core/mode.h"
#include "../core/refusal.h"
#include "../hw/hw.h"
#include "../hw/reset.h"
#include "clean.h"
#include "modes.h"
#include "owner.h"

/* The function stays on the bus, and awake, until board_put(). */
static int board_get(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int err = nvmux_gpu_touch(gpu, why);

	if (!err)
		pm_runtime_get_sync(gpu->dev);
	return err;
}

static void board_put(struct nvmux_gpu *gpu)
{
	pm_runtime_put(gpu->dev);
	nvmux_gpu_untouch(gpu);
}

/* Where a new one cannot be had the last one will do: addresses hardly ever change. */
static void config_save(struct nvmux_gpu *gpu)
{
	struct pci_saved_state *config = nvmux_reset_save(to_pci_dev(gpu->dev));

	if (!config)
		return;
	kfree(gpu->config);
	gpu->config = config;
}

/* A GPU that recovers may be as dead as it was: that is found out when it is reset. */
static int switch_begin(struct nvmux_gpu *gpu, enum nvmux_mode to, struct nvmux_refusal *why)
{
	int err;

	nvmux_owner_remember(gpu, to);
	if (gpu->recovering)
		return 0;
	err = board_get(gpu, why);
	if (err)
		return err;
	err = nvmux_reset_is_present(to_pci_dev(gpu->dev), why);
	if (!err)
		config_save(gpu);
	board_put(gpu);
	return err;
}

/*
 * The device lock keeps the hardware open, and other drivers away. When somebody has just bound
 * one, it is that driver's board.
 */
static int board_look(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct pci_dev *pdev = to_pci_dev(gpu->dev);
	int err = nvmux_reset_is_present(pdev, why);

	if (err)
		return err;
	device_lock(gpu->dev);
	if (gpu->hw)
		err = nvmux_hw_reopen(gpu->hw, why);
	else if (!gpu->dev->driver)
		err = nvmux_hw_look(pdev, why);
	device_unlock(gpu->dev);
	return err;
}

/* A board that does not take a request takes no reset either; the kernel would wait a minute. */
static int board_reset(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct pci_dev *pdev = to_pci_dev(gpu->dev);
	int failed, err = nvmux_reset_is_present(pdev, why);

	if (err)
		return err;
	if (gpu->recovering || !nvmux_reset_has_addresses(pdev))
		nvmux_reset_load(pdev, gpu->config);
	failed = nvmux_reset_board(pdev);
	err = board_look(gpu, why);
	if (err || !failed)
		return err;
	return nvmux_refuse(why, -EIO, "gpu %s could not be reset (error %d)", nvmux_gpu_bdf(gpu),
			    failed);
}

static int switch_reset(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int err = board_get(gpu, why);

	if (err)
		return err;
	err = board_reset(gpu, why);
	board_put(gpu);
	return err;
}

/* A chip that nvmux does not know cannot be cleaned, and is not given on: who asked may insist. */
static int switch_clean(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int err = board_get(gpu, why);

	if (err)
		return err;
	err = nvmux_clean_board(gpu, why);
	board_put(gpu);
	return err;
}

const struct nvmux_switch_ops nvmux_switch = {
	.begin = switch_begin,
	.reset = switch_reset,
	.clean = switch_clean,
	.restore = nvmux_owner_restore,
};
