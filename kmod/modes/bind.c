// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moving functions between drivers. driver_override names one driver for one function, so boards
 * with the same ids are never confused; new_id would claim them all.
 */
#include <linux/kmod.h>
#include <linux/pci.h>

#include "../compat.h"
#include "../core/gpu.h"
#include "../core/refusal.h"
#include "bind.h"
#include "opened.h"

/**
 * nvmux_bind_look() - who has a function
 * @pdev: the function
 * @ret: set to its driver and its driver_override
 *
 * Context: may sleep; takes the device lock.
 */
void nvmux_bind_look(struct pci_dev *pdev, struct nvmux_owner *ret)
{
	nvmux_get_driver_override(pdev, ret->override, sizeof(ret->override));
	device_lock(&pdev->dev);
	strscpy(ret->driver, pdev->dev.driver ? pdev->dev.driver->name : "", sizeof(ret->driver));
	device_unlock(&pdev->dev);
	ret->known = true;
}

static bool bound_to(struct pci_dev *pdev, const char *driver)
{
	struct nvmux_owner now;

	nvmux_bind_look(pdev, &now);
	return !strcmp(now.driver, driver);
}

/**
 * nvmux_bind_release() - take a function from its driver
 * @pdev: the function; nobody uses it, or this waits until they let go
 *
 * Context: may sleep; takes the device lock.
 */
void nvmux_bind_release(struct pci_dev *pdev)
{
	device_release_driver(&pdev->dev);
}

/* From whom nobody expected there: to wait for his user may be to wait without end. */
static int release_unused(struct pci_dev *pdev, struct nvmux_refusal *why)
{
	int err = nvmux_opened_check_function(&pdev->dev, why);

	if (!err)
		nvmux_bind_release(pdev);
	return err;
}

static int override_set(struct pci_dev *pdev, const char *driver, struct nvmux_refusal *why)
{
	int err = nvmux_set_driver_override(pdev, driver);

	if (!err)
		return 0;
	return nvmux_refuse(why, err, "function %s: driver_override refused", pci_name(pdev));
}

/**
 * nvmux_bind_to() - pin a function to a driver and bind it
 * @pdev: the function, without a driver
 * @driver: name of the driver
 * @why: the reason of a failure
 *
 * Context: may sleep; takes the device lock. On failure the function stays without a driver, unless
 * somebody has one already who uses it.
 *
 * Return: 0; -ENOMEM; -ENOENT the driver is not there or did not take the function; -EBUSY.
 */
int nvmux_bind_to(struct pci_dev *pdev, const char *driver, struct nvmux_refusal *why)
{
	int err = override_set(pdev, driver, why);

	if (err)
		return err;
	err = device_attach(&pdev->dev);
	if (bound_to(pdev, driver))
		return 0;

	pci_dbg(pdev, "driver %s not bound (%pe)\n", driver, ERR_PTR(err));
	err = release_unused(pdev, why);
	return err ?: nvmux_refuse(why, -ENOENT, "function %s: driver %s did not take it",
				   pci_name(pdev), driver);
}

/**
 * nvmux_bind_to_vfio() - pin a function to vfio-pci and bind it
 * @pdev: the function, without a driver
 * @why: the reason of a failure
 *
 * Context: may sleep; takes the device lock.
 *
 * Return: as nvmux_bind_to().
 */
int nvmux_bind_to_vfio(struct pci_dev *pdev, struct nvmux_refusal *why)
{
	/* Starts a program, which takes longer than all the rest. Whether it is bound decides. */
	if (!driver_find(NVMUX_VFIO_DRIVER, &pci_bus_type))
		(void)request_module(NVMUX_VFIO_DRIVER);
	return nvmux_bind_to(pdev, NVMUX_VFIO_DRIVER, why);
}

/**
 * nvmux_bind_back() - give a function exactly to whom it had
 * @pdev: the function
 * @owner: its driver then, and its driver_override
 * @why: the reason of a failure
 *
 * Context: may sleep; takes the device lock.
 *
 * Return: 0, also when nothing had to be done; as nvmux_bind_to().
 */
int nvmux_bind_back(struct pci_dev *pdev, const struct nvmux_owner *owner,
		    struct nvmux_refusal *why)
{
	int err = 0, pin;

	if (!bound_to(pdev, owner->driver)) {
		err = release_unused(pdev, why);
		if (!err && owner->driver[0])
			err = nvmux_bind_to(pdev, owner->driver, why);
	}
	pin = override_set(pdev, owner->override, err ? NULL : why);
	return err ?: pin;
}

/* Whichever driver of the host wants the function, or none; a pin of the host's is respected. */
static int bind_any(struct pci_dev *pdev, const char *override, struct nvmux_refusal *why)
{
	int err = override_set(pdev, override, why);

	if (err)
		return err;
	err = device_attach(&pdev->dev);
	if (err < 0)
		pci_notice(pdev, "the host's driver did not take it (%pe)\n", ERR_PTR(err));
	return 0;
}

/**
 * nvmux_bind_home() - return a function to the host
 * @pdev: the function, without a driver
 * @owner: who had it there; the kernel chooses when that is not known, or the driver has gone
 * @why: the reason of a failure
 *
 * Context: may sleep; takes the device lock.
 *
 * Return: 0; -ENOENT the driver that had it is there, and did not take it; -ENOMEM.
 */
int nvmux_bind_home(struct pci_dev *pdev, const struct nvmux_owner *owner,
		    struct nvmux_refusal *why)
{
	if (!owner->known)
		return bind_any(pdev, "", why);
	if (owner->driver[0] && !driver_find(owner->driver, &pci_bus_type))
		return bind_any(pdev, owner->override, why);
	return nvmux_bind_back(pdev, owner, why);
}
