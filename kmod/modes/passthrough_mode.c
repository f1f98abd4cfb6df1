// SPDX-License-Identifier: GPL-2.0-only
/*
 * Passthrough mode: vfio-pci has the GPU and its companions, for one VM.
 *
 * Companions go first and the GPU last; on the way back the reverse. Before the way back nvmux
 * claims the DMA of the group for itself: if that succeeds nobody has the group open and nobody
 * can open it meanwhile, so that unbinding cannot block on a user.
 */
#include <linux/iommu.h>
#include <linux/pci.h>

#include "../core/gpu.h"
#include "../core/mode.h"
#include "bind.h"
#include "companion.h"
#include "modes.h"

#define VFIO_DRIVER "vfio-pci"

static int open_refuse(struct nvmux_gpu *gpu, struct iommu_group *group,
		       struct nvmux_refusal *why)
{
	return nvmux_refuse(why, -EBUSY, "gpu %s is open through vfio (iommu group %d)",
			    nvmux_gpu_bdf(gpu), iommu_group_id(group));
}

static int passthrough_may_leave(struct nvmux_gpu *gpu, u32 flags, struct nvmux_refusal *why)
{
	struct iommu_group *group = iommu_group_get(gpu->dev);
	int err = 0;

	if (!group)
		return 0;
	if (iommu_group_dma_owner_claimed(group))
		err = open_refuse(gpu, group, why);
	iommu_group_put(group);
	return err;
}

static int passthrough_may_enter(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	return nvmux_companions_check_group(to_pci_dev(gpu->dev), why);
}

static void companions_to_host(struct nvmux_companions *companions, unsigned int n)
{
	while (n--) {
		nvmux_bind_release(companions->pdev[n]);
		nvmux_bind_default(companions->pdev[n]);
	}
}

static int companions_to_vfio(struct nvmux_companions *companions, struct nvmux_refusal *why)
{
	unsigned int i;
	int err;

	for (i = 0; i < companions->n; i++) {
		nvmux_bind_release(companions->pdev[i]);
		err = nvmux_bind_to(companions->pdev[i], VFIO_DRIVER, why);
		if (err) {
			companions_to_host(companions, i + 1);
			return err;
		}
	}
	return 0;
}

static int passthrough_enter(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct nvmux_companions companions;
	int err;

	nvmux_companions_get(to_pci_dev(gpu->dev), &companions);
	err = companions_to_vfio(&companions, why);
	if (!err) {
		err = nvmux_bind_to(to_pci_dev(gpu->dev), VFIO_DRIVER, why);
		if (err)
			companions_to_host(&companions, companions.n);
	}
	nvmux_companions_put(&companions);
	return err;
}

/* The device lock keeps the function in its group: it leaves the bus after its driver. */
static int group_claim(struct nvmux_gpu *gpu, struct iommu_group **ret,
		       struct nvmux_refusal *why)
{
	struct iommu_group *group = NULL;
	int err = 0;

	device_lock(gpu->dev);
	if (gpu->dev->driver)
		group = iommu_group_get(gpu->dev);
	if (group && iommu_group_claim_dma_owner(group, gpu)) {
		err = open_refuse(gpu, group, why);
		iommu_group_put(group);
	}
	device_unlock(gpu->dev);
	*ret = group;
	return err;
}

/* While the claim is held no user can come; drivers of the host could not bind either. */
static int gpu_release_claimed(struct nvmux_gpu *gpu, struct nvmux_companions *companions,
			       struct nvmux_refusal *why)
{
	struct iommu_group *group;
	unsigned int i;
	int err;

	err = group_claim(gpu, &group, why);
	if (err)
		return err;
	nvmux_bind_release(to_pci_dev(gpu->dev));
	for (i = companions->n; i; i--)
		nvmux_bind_release(companions->pdev[i - 1]);
	if (group)
		iommu_group_release_dma_owner(group);
	iommu_group_put(group);
	return 0;
}

static int passthrough_leave(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct nvmux_companions companions;
	int err;

	nvmux_companions_get(to_pci_dev(gpu->dev), &companions);
	err = gpu_release_claimed(gpu, &companions, why);
	if (!err)
		companions_to_host(&companions, companions.n);
	nvmux_companions_put(&companions);
	return err;
}

const struct nvmux_mode_ops nvmux_passthrough_mode = {
	.may_leave = passthrough_may_leave,
	.may_enter = passthrough_may_enter,
	.leave = passthrough_leave,
	.enter = passthrough_enter,
};
