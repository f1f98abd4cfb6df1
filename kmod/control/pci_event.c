// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to a board while nvmux has it: errors of the bus and the recovery from them, resets
 * by other hands, sleep, and the end of the host. The device lock is held in all of it, so the
 * hardware stays open. The bus calls the error handlers under a lock that is not to be held around
 * ours; what they have to tell goes through nvmux_gpu_bus().
 */
#include <linux/pci.h>
#include <linux/pm.h>

#include "../core/gpu.h"
#include "../core/vgpu.h"
#include "../hw/hw.h"
#include "../hw/scrub.h"
#include "pci_event.h"

static pci_ers_result_t error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct nvmux_gpu *gpu = pci_get_drvdata(pdev);

	if (state == pci_channel_io_perm_failure) {
		nvmux_gpu_bus(gpu, NVMUX_BUS_LOST);
		return PCI_ERS_RESULT_DISCONNECT;
	}
	nvmux_gpu_bus(gpu, NVMUX_BUS_ERROR);
	return state == pci_channel_io_frozen ? PCI_ERS_RESULT_NEED_RESET :
						PCI_ERS_RESULT_CAN_RECOVER;
}

static pci_ers_result_t mmio_enabled(struct pci_dev *pdev)
{
	struct nvmux_gpu *gpu = pci_get_drvdata(pdev);

	return nvmux_hw_answers(gpu->hw, NULL) ? PCI_ERS_RESULT_NEED_RESET :
						 PCI_ERS_RESULT_RECOVERED;
}

/* The reset has cleared configuration space; it was saved when the function was taken. */
static pci_ers_result_t slot_reset(struct pci_dev *pdev)
{
	struct nvmux_gpu *gpu = pci_get_drvdata(pdev);

	pci_restore_state(pdev);
	pci_save_state(pdev);
	if (!nvmux_hw_reopen(gpu->hw, NULL))
		return PCI_ERS_RESULT_RECOVERED;
	nvmux_gpu_bus(gpu, NVMUX_BUS_LOST);
	return PCI_ERS_RESULT_DISCONNECT;
}

static void error_resume(struct pci_dev *pdev)
{
	nvmux_gpu_bus(pci_get_drvdata(pdev), NVMUX_BUS_WELL);
}

static void board_reopen(struct pci_dev *pdev)
{
	struct nvmux_gpu *gpu = pci_get_drvdata(pdev);
	struct nvmux_refusal why = {};

	/* for slot_reset(); that which was saved before has been used */
	if (!nvmux_hw_reopen(gpu->hw, &why)) {
		pci_save_state(pdev);
		return;
	}
	mutex_lock(&gpu->lock);
	nvmux_gpu_quarantine(gpu, why.text);
	mutex_unlock(&gpu->lock);
}

/* Guests see all ones meanwhile. What is cleaned while a board is reset may not be clean. */
static void reset_prepare(struct pci_dev *pdev)
{
	struct nvmux_gpu *gpu = pci_get_drvdata(pdev);

	nvmux_scrub_pause(gpu->hw);
}

static void reset_done(struct pci_dev *pdev)
{
	struct nvmux_gpu *gpu = pci_get_drvdata(pdev);

	nvmux_scrub_resume(gpu->hw);
	board_reopen(pdev);
}

const struct pci_error_handlers nvmux_pci_event_errors = {
	.error_detected = error_detected,
	.mmio_enabled = mmio_enabled,
	.slot_reset = slot_reset,
	.resume = error_resume,
	.reset_prepare = reset_prepare,
	.reset_done = reset_done,
};

/* The framebuffer is lost while the host sleeps, so a vGPU, open or not, keeps it awake. */
static int pm_prepare(struct device *dev)
{
	struct nvmux_gpu *gpu = dev_get_drvdata(dev);
	struct nvmux_refusal why = {};
	int err;

	mutex_lock(&gpu->lock);
	err = nvmux_vgpu_none_left(gpu, &why);
	mutex_unlock(&gpu->lock);
	if (err)
		dev_notice(dev, "the host cannot sleep: %s\n", why.text);
	return err;
}

static int pm_suspend(struct device *dev)
{
	return 0;
}

static int pm_resume(struct device *dev)
{
	struct nvmux_gpu *gpu = dev_get_drvdata(dev);

	board_reopen(to_pci_dev(dev));
	nvmux_scrub_forget(gpu->hw);
	return 0;
}

const struct dev_pm_ops nvmux_pci_event_pm = {
	.prepare = pm_sleep_ptr(pm_prepare),
	SYSTEM_SLEEP_PM_OPS(pm_suspend, pm_resume)
};

/**
 * nvmux_pci_event_shutdown() - the host goes down, or into another kernel
 * @pdev: the function
 *
 * Whoever comes next finds a board that is quiet.
 *
 * Context: may sleep.
 */
void nvmux_pci_event_shutdown(struct pci_dev *pdev)
{
	pci_clear_master(pdev);
}
