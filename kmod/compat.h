/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernel versions, all of it. Found by what the headers declare where the
 * version number does not tell (kmod/Kbuild sets the NVMUX_HAVE_ words).
 */
#ifndef NVMUX_COMPAT_H
#define NVMUX_COMPAT_H

#include <linux/device.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/pci.h>
#ifdef NVMUX_HAVE_PFN_T
#include <linux/pfn_t.h>
#endif
#include <linux/version.h>

/*
 * Pin or clear the driver of a function. device_set_driver_override() was carried back to stable
 * kernels; where it exists, pci_dev->driver_override does not. "" clears.
 */
static inline int nvmux_set_driver_override(struct pci_dev *pdev, const char *name)
{
#ifdef NVMUX_HAVE_DEVICE_SET_DRIVER_OVERRIDE
	return device_set_driver_override(&pdev->dev, name);
#else
	return driver_set_override(&pdev->dev, &pdev->driver_override, name, strlen(name));
#endif
}

/* hrtimer_setup() has taken the place of hrtimer_init(). */
static inline void nvmux_hrtimer_setup(struct hrtimer *timer,
				       enum hrtimer_restart (*function)(struct hrtimer *timer),
				       clockid_t clock, enum hrtimer_mode mode)
{
#ifdef NVMUX_HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

/* The driver that a function is pinned to, empty when it is to none. */
static inline void nvmux_get_driver_override(struct pci_dev *pdev, char *buf, size_t size)
{
	const char *name;

	device_lock(&pdev->dev);
#ifdef NVMUX_HAVE_DEVICE_SET_DRIVER_OVERRIDE
	spin_lock(&pdev->dev.driver_override.lock);
	name = pdev->dev.driver_override.name;
	strscpy(buf, name ? name : "", size);
	spin_unlock(&pdev->dev.driver_override.lock);
#else
	name = pdev->driver_override;
	strscpy(buf, name ? name : "", size);
#endif
	device_unlock(&pdev->dev);
}

/* Map a huge page of device memory, VM_FAULT_FALLBACK where there are none. pfn_t has gone. */
static inline vm_fault_t nvmux_insert_pfn_pmd(struct vm_fault *vmf, unsigned long pfn)
{
#ifndef CONFIG_ARCH_SUPPORTS_PMD_PFNMAP
	return VM_FAULT_FALLBACK;
#elif defined(NVMUX_HAVE_PFN_T)
	return vmf_insert_pfn_pmd(vmf, __pfn_to_pfn_t(pfn, PFN_DEV), false);
#else
	return vmf_insert_pfn_pmd(vmf, pfn, false);
#endif
}

#endif
