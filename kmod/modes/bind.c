// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moving functions between drivers. driver_override names one driver for one function, so boards
 * with the same ids are never confused; new_id would claim them all.
 */
#include <linux/kmod.h>
#include <linux/pci.h>

#include "../compat.h"
#include "../core/refusal.h"
#include "bind.h"

static bool bound_to(struct pci_dev *pdev, const char *driver)
{
	bool bound;

	device_lock(&pdev->dev);
	bound = pdev->dev.driver && !strcmp(pdev->dev.driver->name, driver);
	device_unlock(&pdev->dev);
	return bound;
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

/**
 * nvmux_bind_to() - pin a function to a driver and bind it
 * @pdev: the function, without a driver
 * @driver: name of the driver, whose module may have to be loaded
 * @why: the reason of a failure
 *
 * Context: may sleep; takes the device lock. On failure the function stays without a driver.
 *
 * Return: 0; -ENOMEM; -ENOENT the driver is not there or did not take the function.
 */
int nvmux_bind_to(struct pci_dev *pdev, const char *driver, struct nvmux_refusal *why)
{
	int err = nvmux_set_driver_override(pdev, driver);

	if (err)
		return nvmux_refuse(why, err, "function %s: driver_override refused",
				    pci_name(pdev));
	/* Its result says little: the driver may be built in. Whether it is bound decides. */
	(void)request_module("%s", driver);
	err = device_attach(&pdev->dev);
	if (bound_to(pdev, driver))
		return 0;

	pci_dbg(pdev, "driver %s not bound (%pe)\n", driver, ERR_PTR(err));
	nvmux_bind_release(pdev);
	return nvmux_refuse(why, -ENOENT, "function %s: driver %s did not take it", pci_name(pdev),
			    driver);
}

/**
 * nvmux_bind_default() - let a function go to whichever driver of the host wants it, or none
 * @pdev: the function, without a driver
 *
 * Context: may sleep; takes the device lock.
 */
void nvmux_bind_default(struct pci_dev *pdev)
{
	int err = nvmux_set_driver_override(pdev, "");

	if (err)
		pci_notice(pdev, "driver_override could not be cleared (%pe)\n", ERR_PTR(err));
	err = device_attach(&pdev->dev);
	if (err < 0)
		pci_notice(pdev, "the host's driver did not take it (%pe)\n", ERR_PTR(err));
}
