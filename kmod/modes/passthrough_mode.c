// SPDX-License-Identifier: GPL-2.0-only
/*
 * Passthrough mode: vfio-pci has the GPU and its companions, for one VM.
 *
 * Companions go first and the GPU last; on the way back the reverse. Before anything is taken from
 * vfio-pci, or while it is given there, nvmux claims the DMA of the group for itself: if that
 * succeeds nobody uses the group and nobody can meanwhile. The file of a function may be open all
 * the same, so its users are counted. Then unbinding, also on a way back, blocks on nobody who was
 * there before.
 */
#include <linux/iommu.h>
#include <linux/pci.h>

#include "../core/gpu.h"
#include "../core/mode.h"
#include "../core/refusal.h"
#include "bind.h"
#include "companion.h"
#include "modes.h"
#include "opened.h"

static int open_refuse(struct nvmux_gpu *gpu, struct iommu_group *group,
		       struct nvmux_refusal *why)
{
	return nvmux_refuse(why, -EBUSY, "gpu %s is open through vfio (iommu group %d)",
			    nvmux_gpu_bdf(gpu), iommu_group_id(group));
}

static int function_check_closed(struct device *dev, void *data)
{
	return nvmux_opened_check_function(dev, data);
}

static int group_check_closed(struct iommu_group *group, struct nvmux_refusal *why)
{
	return iommu_group_for_each_dev(group, why, function_check_closed);
}

static int passthrough_may_leave(struct nvmux_gpu *gpu, u32 flags, struct nvmux_refusal *why)
{
	struct iommu_group *group = iommu_group_get(gpu->dev);
	int err = 0;

	if (!group)
		return 0;
	if (iommu_group_dma_owner_claimed(group))
		err = open_refuse(gpu, group, why);
	else
		err = group_check_closed(group, why);
	iommu_group_put(group);
	return err;
}

static int passthrough_may_enter(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	return nvmux_companions_check_group(to_pci_dev(gpu->dev), why);
}

/*
 * Nothing leaves the bus until presence_end(). The lock is that of the PCI core: drivers are bound
 * meanwhile, which tells the listeners of the bus, and a removal tells them as well. A lock of ours
 * that a listener waits for would close that circle.
 */
static int presence_begin(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	pci_lock_rescan_remove();
	if (!READ_ONCE(gpu->leaving))
		return 0;
	pci_unlock_rescan_remove();
	return nvmux_refuse(why, -ENODEV, "gpu %s is gone", nvmux_gpu_bdf(gpu));
}

static void presence_end(void)
{
	pci_unlock_rescan_remove();
}

static int dma_claim(struct nvmux_gpu *gpu, struct iommu_group *group, struct nvmux_refusal *why)
{
	int err;

	if (iommu_group_claim_dma_owner(group, gpu))
		return open_refuse(gpu, group, why);
	err = group_check_closed(group, why);
	if (err)
		iommu_group_release_dma_owner(group);
	return err;
}

/*
 * A group whose last function leaves must not be claimed, so the function is kept on the bus as
 * long as its group is. Without a group vfio has nobody to let in.
 */
static int group_claim(struct nvmux_gpu *gpu, struct iommu_group **ret,
		       struct nvmux_refusal *why)
{
	struct iommu_group *group;
	int err = presence_begin(gpu, why);

	if (err)
		return err;
	group = iommu_group_get(gpu->dev);
	if (group)
		err = dma_claim(gpu, group, why);
	if (err) {
		iommu_group_put(group);
		presence_end();
		return err;
	}
	*ret = group;
	return 0;
}

static void group_release(struct iommu_group *group)
{
	if (group)
		iommu_group_release_dma_owner(group);
	iommu_group_put(group);
	presence_end();
}

/* Drivers of the host use the DMA of the group themselves and must go before it can be claimed. */
static void host_drivers_release(const struct nvmux_companions *companions)
{
	unsigned int i;

	for (i = 0; i < companions->n; i++) {
		struct nvmux_owner owner;

		nvmux_bind_look(companions->pdev[i], &owner);
		if (nvmux_mode_of_driver(owner.driver) != NVMUX_MODE_PASSTHROUGH)
			nvmux_bind_release(companions->pdev[i]);
	}
}

static void companions_release(const struct nvmux_companions *companions)
{
	unsigned int i;

	for (i = companions->n; i; i--)
		nvmux_bind_release(companions->pdev[i - 1]);
}

static int functions_to_vfio(struct pci_dev *pdev, const struct nvmux_companions *companions,
			     struct nvmux_refusal *why)
{
	unsigned int i;
	int err = 0;

	companions_release(companions);
	for (i = 0; i < companions->n && !err; i++)
		err = nvmux_bind_to_vfio(companions->pdev[i], why);
	if (!err)
		err = nvmux_bind_to_vfio(pdev, why);
	if (err)
		companions_release(companions);
	return err;
}

static int passthrough_enter(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct pci_dev *pdev = to_pci_dev(gpu->dev);
	struct nvmux_companions companions;
	struct iommu_group *group;
	int err;

	nvmux_mode_step(gpu, NVMUX_STEP_ATTACH);
	nvmux_companions_get(pdev, &companions);
	host_drivers_release(&companions);
	err = group_claim(gpu, &group, why);
	if (!err) {
		err = functions_to_vfio(pdev, &companions, why);
		group_release(group);
	}
	nvmux_companions_put(&companions);
	return err;
}

static int passthrough_leave(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct pci_dev *pdev = to_pci_dev(gpu->dev);
	struct nvmux_companions companions;
	struct iommu_group *group;
	int err;

	nvmux_mode_step(gpu, NVMUX_STEP_DETACH);
	err = group_claim(gpu, &group, why);
	if (err)
		return err;
	nvmux_companions_get(pdev, &companions);
	nvmux_bind_release(pdev);
	companions_release(&companions);
	nvmux_companions_put(&companions);
	group_release(group);
	return 0;
}

const struct nvmux_mode_ops nvmux_passthrough_mode = {
	.may_leave = passthrough_may_leave,
	.may_enter = passthrough_may_enter,
	.leave = passthrough_leave,
	.enter = passthrough_enter,
};
