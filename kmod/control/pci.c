// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions and GPUs: which functions are GPUs, who holds them, and what happens when nvmux
 * itself is bound.
 *
 * Every GPU function is known from the bus, also while another driver has it. nvmux takes only
 * functions whose driver_override names it, so loading the module changes nothing.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "../core/capacity.h"
#include "../core/gpu.h"
#include "../core/memory.h"
#include "../core/mode.h"
#include "../core/partition.h"
#include "../core/vgpu.h"
#include "../guest/mdev.h"
#include "../hw/hw.h"
#include "../hw/scrub.h"
#include "../hw/scrub_work.h"
#include "pci.h"
#include "pci_event.h"

#define CLASS_ANY_VGA (PCI_CLASS_DISPLAY_VGA << 8)
#define CLASS_ANY_3D (PCI_CLASS_DISPLAY_3D << 8)

/* Never in the alias table of vfio drivers: any value but vfio's own marks "by override only". */
#define OVERRIDE_ONLY 0x10de

static const struct pci_device_id nvmux_pci_ids[] = {
	{ PCI_DEVICE_DRIVER_OVERRIDE(PCI_VENDOR_ID_NVIDIA, PCI_ANY_ID, OVERRIDE_ONLY),
	  .class = CLASS_ANY_VGA, .class_mask = 0xffff00 },
	{ PCI_DEVICE_DRIVER_OVERRIDE(PCI_VENDOR_ID_NVIDIA, PCI_ANY_ID, OVERRIDE_ONLY),
	  .class = CLASS_ANY_3D, .class_mask = 0xffff00 },
	{ }
};

/* What the module is for, so that modinfo and udev can tell; loading it binds nothing. */
static const struct pci_device_id nvmux_pci_aliases[] __maybe_unused = {
	{ PCI_DEVICE(PCI_VENDOR_ID_NVIDIA, PCI_ANY_ID),
	  .class = CLASS_ANY_VGA, .class_mask = 0xffff00 },
	{ PCI_DEVICE(PCI_VENDOR_ID_NVIDIA, PCI_ANY_ID),
	  .class = CLASS_ANY_3D, .class_mask = 0xffff00 },
	{ }
};
MODULE_DEVICE_TABLE(pci, nvmux_pci_aliases);

static bool is_gpu_function(struct pci_dev *pdev)
{
	u32 class = pdev->class >> 8;

	return pdev->vendor == PCI_VENDOR_ID_NVIDIA && !pdev->is_virtfn &&
	       PCI_FUNC(pdev->devfn) == 0 &&
	       (class == PCI_CLASS_DISPLAY_VGA || class == PCI_CLASS_DISPLAY_3D);
}

static void ident_fill(struct pci_dev *pdev, struct nvmux_gpu_ident *ident)
{
	ident->device = pdev->device;
	ident->subvendor = pdev->subsystem_vendor;
	ident->subsystem = pdev->subsystem_device;
	ident->class = pdev->class;
	ident->revision = pdev->revision;
	ident->bar1_size = pci_resource_len(pdev, nvmux_hw_bar1_index(pdev));
}

static int pci_add(struct pci_dev *pdev)
{
	struct nvmux_gpu_ident ident;

	if (!is_gpu_function(pdev))
		return 0;
	ident_fill(pdev, &ident);
	return nvmux_gpu_add(&pdev->dev, &ident, pdev->dev.driver ? pdev->dev.driver->name : "");
}

static void pci_driver_changed(struct pci_dev *pdev, const char *driver)
{
	struct nvmux_gpu *gpu = nvmux_gpu_find_dev(&pdev->dev);

	if (!gpu)
		return;
	nvmux_gpu_driver_changed(gpu, driver);
	nvmux_gpu_put(gpu);
}

static void pci_leave(struct pci_dev *pdev)
{
	struct nvmux_gpu *gpu = nvmux_gpu_find_dev(&pdev->dev);

	if (!gpu)
		return;
	nvmux_gpu_leave(gpu);
	nvmux_gpu_put(gpu);
}

static void pci_gone(struct pci_dev *pdev)
{
	struct nvmux_gpu *gpu = nvmux_gpu_find_dev(&pdev->dev);

	if (!gpu)
		return;
	nvmux_gpu_retire(gpu);
	nvmux_vgpu_drop_all(gpu);
	nvmux_gpu_put(gpu);
}

static int pci_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct pci_dev *pdev = to_pci_dev((struct device *)data);

	switch (action) {
	case BUS_NOTIFY_ADD_DEVICE:
		if (pci_add(pdev))
			pci_err(pdev, "one gpu too many, this one is not known\n");
		break;
	case BUS_NOTIFY_DEL_DEVICE:
		pci_leave(pdev);
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		pci_gone(pdev);
		break;
	case BUS_NOTIFY_BOUND_DRIVER:
		pci_driver_changed(pdev, pdev->dev.driver->name);
		break;
	case BUS_NOTIFY_UNBOUND_DRIVER:
		pci_driver_changed(pdev, "");
		break;
	}
	return NOTIFY_OK;
}

static struct notifier_block pci_listener = { .notifier_call = pci_notify };

/*
 * Nothing comes or leaves meanwhile, of which the listener tells as well. The device lock keeps the
 * driver's name valid while it is looked at.
 */
static int pci_scan(void)
{
	struct pci_dev *pdev = NULL;
	int err = 0;

	pci_lock_rescan_remove();
	for_each_pci_dev(pdev) {
		if (!is_gpu_function(pdev))
			continue;
		device_lock(&pdev->dev);
		err = pci_add(pdev);
		device_unlock(&pdev->dev);
		if (err) {
			pci_dev_put(pdev);
			break;
		}
	}
	pci_unlock_rescan_remove();
	return err;
}

static void gpu_scrub_bad(struct nvmux_gpu *gpu, const char *why)
{
	mutex_lock(&gpu->lock);
	if (!gpu->quarantine[0])
		nvmux_gpu_quarantine(gpu, why);
	mutex_unlock(&gpu->lock);
}

/* Called from the cleaning in the background. Memory that does not take zeroes serves nobody. */
static void gpu_scrub_told(void *ctx, const struct nvmux_scrub_news *news)
{
	nvmux_memory_progress(ctx, news->done, news->total);
	if (news->bad)
		gpu_scrub_bad(ctx, news->why->text);
}

static void gpu_scrub_start(struct nvmux_gpu *gpu, struct nvmux_hw *hw)
{
	if (gpu->memory == NVMUX_MEMORY_CLEAN)
		nvmux_scrub_trust(hw);
	nvmux_scrub_work_start(hw, gpu_scrub_told, gpu);
}

static void gpu_scrub_stop(struct nvmux_gpu *gpu, struct nvmux_hw *hw)
{
	bool tenant, clean;

	nvmux_scrub_work_stop(hw);
	clean = nvmux_scrub_is_clean(hw, &tenant);
	nvmux_memory_left(gpu, clean, tenant);
	nvmux_memory_progress(gpu, 0, 0);
}

static int gpu_open(struct nvmux_gpu *gpu, struct pci_dev *pdev, struct nvmux_refusal *why)
{
	struct nvmux_hw *hw = nvmux_hw_open(pdev, why);
	int err;

	if (IS_ERR(hw))
		return PTR_ERR(hw);
	nvmux_gpu_hw_set(gpu, hw, hw->chip, hw->fb_size);
	gpu_scrub_start(gpu, hw);

	err = nvmux_hw_shows_all(hw, why);
	if (!err)
		err = nvmux_capacity_check_board(gpu, hw->fb_size, why);
	if (!err)
		err = nvmux_mdev_publish(gpu, why);
	if (err) {
		gpu_scrub_stop(gpu, hw);
		nvmux_gpu_hw_set(gpu, NULL, 0, 0);
		nvmux_hw_close(hw);
	}
	return err;
}

static int nvmux_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct nvmux_gpu *gpu = nvmux_gpu_find_dev(&pdev->dev);
	struct nvmux_refusal why = {};
	int err;

	if (!gpu)
		return -ENODEV;
	err = gpu_open(gpu, pdev, &why);
	if (!err) {
		pci_set_drvdata(pdev, gpu);
		pci_save_state(pdev);
		return 0;
	}

	mutex_lock(&gpu->lock);
	gpu->probe_err = err;
	gpu->probe_why = why;
	mutex_unlock(&gpu->lock);
	nvmux_gpu_put(gpu);
	return err;
}

static void nvmux_pci_remove(struct pci_dev *pdev)
{
	struct nvmux_gpu *gpu = pci_get_drvdata(pdev);
	struct nvmux_hw *hw = gpu->hw;

	nvmux_mdev_withdraw(gpu);
	nvmux_partition_gi_drop_all(gpu);
	gpu_scrub_stop(gpu, hw);
	nvmux_gpu_hw_set(gpu, NULL, 0, 0);
	nvmux_hw_close(hw);
	nvmux_gpu_put(gpu);
}

/*
 * Unbinding by hand would wait for a VM without end, so sysfs offers neither bind nor unbind: the
 * mode of a GPU is changed by gpu-set, which can say no.
 */
static struct pci_driver nvmux_pci_driver = {
	.name = "nvmux",
	.id_table = nvmux_pci_ids,
	.probe = nvmux_pci_probe,
	.remove = nvmux_pci_remove,
	.shutdown = nvmux_pci_event_shutdown,
	.err_handler = &nvmux_pci_event_errors,
	.driver = {
		.suppress_bind_attrs = true,
		.pm = pm_ptr(&nvmux_pci_event_pm),
	},
};

static void give_back_all(void)
{
	struct nvmux_gpu *gpu;
	unsigned long id;

	for (id = 0; (gpu = nvmux_gpu_next(&id)); id++) {
		nvmux_mode_give_back(gpu);
		nvmux_gpu_put(gpu);
	}
}

/**
 * nvmux_pci_init() - know the GPUs of the host, and be ready to take them
 *
 * Context: may sleep.
 *
 * Return: 0, or a negative errno with nothing left behind.
 */
int nvmux_pci_init(void)
{
	int err = bus_register_notifier(&pci_bus_type, &pci_listener);

	if (err)
		return err;
	err = pci_scan();
	if (err)
		goto forget;
	err = pci_register_driver(&nvmux_pci_driver);
	if (err)
		goto forget;
	return 0;

forget:
	bus_unregister_notifier(&pci_bus_type, &pci_listener);
	nvmux_gpu_retire_all();
	return err;
}

/**
 * nvmux_pci_exit() - the opposite of nvmux_pci_init()
 *
 * GPUs in vgpu mode go back to the host first.
 *
 * Context: may sleep.
 */
void nvmux_pci_exit(void)
{
	give_back_all();
	pci_unregister_driver(&nvmux_pci_driver);
	bus_unregister_notifier(&pci_bus_type, &pci_listener);
	nvmux_gpu_retire_all();
}
