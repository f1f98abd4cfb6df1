// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions that move with a GPU, and those that must not be in its way. An IOMMU group goes
 * to a VM as a whole: what is in the group and not of the GPU's slot is a stranger there.
 */
#include <linux/iommu.h>
#include <linux/pci.h>

#include "../core/refusal.h"
#include "companion.h"

/**
 * nvmux_companions_get() - find the companions of a GPU
 * @gpu: GPU function
 * @ret: receives them; to be given to nvmux_companions_put()
 *
 * Context: may sleep.
 */
void nvmux_companions_get(struct pci_dev *gpu, struct nvmux_companions *ret)
{
	unsigned int slot = PCI_SLOT(gpu->devfn);
	unsigned int fn;

	ret->n = 0;
	for (fn = 1; fn <= NVMUX_COMPANIONS_MAX; fn++) {
		struct pci_dev *pdev = pci_get_slot(gpu->bus, PCI_DEVFN(slot, fn));

		if (pdev && !pdev->is_virtfn)
			ret->pdev[ret->n++] = pdev;
		else
			pci_dev_put(pdev);
	}
}

/**
 * nvmux_companions_put() - drop the references
 * @companions: from nvmux_companions_get()
 *
 * Context: may sleep.
 */
void nvmux_companions_put(struct nvmux_companions *companions)
{
	while (companions->n)
		pci_dev_put(companions->pdev[--companions->n]);
}

struct group_check {
	struct pci_dev *gpu;
	struct nvmux_refusal *why;
};

static int group_member_check(struct device *dev, void *data)
{
	struct group_check *check = data;
	struct pci_dev *gpu = check->gpu;
	struct pci_dev *pdev;

	if (!dev_is_pci(dev))
		return nvmux_refuse(check->why, -EOPNOTSUPP,
				    "gpu %s shares its iommu group with %s",
				    pci_name(gpu), dev_name(dev));
	pdev = to_pci_dev(dev);
	if (pci_is_bridge(pdev))
		return 0;
	if (pdev->bus == gpu->bus && PCI_SLOT(pdev->devfn) == PCI_SLOT(gpu->devfn))
		return 0;
	return nvmux_refuse(check->why, -EOPNOTSUPP, "gpu %s shares its iommu group with %s",
			    pci_name(gpu), pci_name(pdev));
}

/**
 * nvmux_companions_check_group() - can the GPU's IOMMU group go to a VM?
 * @gpu: GPU function
 * @why: names the stranger, or the lack of an IOMMU
 *
 * Context: may sleep; takes the mutex of the group.
 *
 * Return: 0; -EOPNOTSUPP.
 */
int nvmux_companions_check_group(struct pci_dev *gpu, struct nvmux_refusal *why)
{
	struct group_check check = { .gpu = gpu, .why = why };
	struct iommu_group *group = iommu_group_get(&gpu->dev);
	int err;

	if (!group)
		return nvmux_refuse(why, -EOPNOTSUPP,
				    "gpu %s has no iommu group, is the iommu on?", pci_name(gpu));
	err = iommu_group_for_each_dev(group, &check, group_member_check);
	iommu_group_put(group);
	return err;
}
