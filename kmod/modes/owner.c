// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who had the functions of a board, so that they get them back: "before" is as the switch that is
 * going on found them, for the way back; "home" is as host mode had them, for the return to it.
 * Only the switch of a GPU comes here, and a GPU has one at a time.
 */
#include <linux/pci.h>
#include <linux/string.h>

#include "../core/gpu.h"
#include "../core/refusal.h"
#include "bind.h"
#include "companion.h"
#include "owner.h"

static void home_remember(struct nvmux_gpu *gpu, enum nvmux_mode to)
{
	if (gpu->mode == NVMUX_MODE_HOST)
		gpu->home[0] = gpu->before[0];
	if (to == NVMUX_MODE_PASSTHROUGH && gpu->mode != to)
		memcpy(&gpu->home[1], &gpu->before[1],
		       (NVMUX_FUNCTIONS - 1) * sizeof(gpu->home[0]));
}

/**
 * nvmux_owner_remember() - note who has each function of a board
 * @gpu: the GPU, a switch begins
 * @to: where to
 *
 * Context: may sleep; takes device locks.
 */
void nvmux_owner_remember(struct nvmux_gpu *gpu, enum nvmux_mode to)
{
	struct nvmux_companions companions;
	unsigned int i;

	memset(gpu->before, 0, sizeof(gpu->before));
	nvmux_bind_look(to_pci_dev(gpu->dev), &gpu->before[0]);
	nvmux_companions_get(to_pci_dev(gpu->dev), &companions);
	for (i = 0; i < companions.n; i++)
		nvmux_bind_look(companions.pdev[i],
				&gpu->before[PCI_FUNC(companions.pdev[i]->devfn)]);
	nvmux_companions_put(&companions);
	home_remember(gpu, to);
}

static int companion_restore(struct nvmux_gpu *gpu, struct pci_dev *pdev,
			     struct nvmux_refusal *why)
{
	const struct nvmux_owner *before = &gpu->before[PCI_FUNC(pdev->devfn)];

	return before->known ? nvmux_bind_back(pdev, before, why) : 0;
}

/**
 * nvmux_owner_restore() - give each function back to whom it had when the switch began
 * @gpu: the GPU; its switch has failed
 * @why: the reason of the first failure
 *
 * What can be given back is, also after a failure. Nothing that vfio has open is taken from it:
 * passthrough mode leaves nothing bound to vfio-pci when it was not reached.
 *
 * Context: may sleep; takes device locks.
 *
 * Return: 0; as nvmux_bind_back().
 */
int nvmux_owner_restore(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct nvmux_companions companions;
	int err, first = 0;
	unsigned int i;

	nvmux_companions_get(to_pci_dev(gpu->dev), &companions);
	for (i = 0; i < companions.n; i++) {
		err = companion_restore(gpu, companions.pdev[i], first ? NULL : why);
		first = first ?: err;
	}
	nvmux_companions_put(&companions);
	err = nvmux_bind_back(to_pci_dev(gpu->dev), &gpu->before[0], first ? NULL : why);
	return first ?: err;
}

/**
 * nvmux_owner_gpu_home() - return the GPU function to the host
 * @gpu: the GPU, without a driver
 * @why: the reason of a failure
 *
 * One that had no driver and no pin goes to whichever driver of the host wants it: one may have
 * been loaded since.
 *
 * Context: may sleep; takes the device lock.
 *
 * Return: as nvmux_bind_home().
 */
int nvmux_owner_gpu_home(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct nvmux_owner home = gpu->home[0];

	if (!home.driver[0] && !home.override[0])
		home.known = false;
	return nvmux_bind_home(to_pci_dev(gpu->dev), &home, why);
}

/* Also when a way back that failed has left it with vfio-pci. */
static bool is_away(const struct nvmux_gpu *gpu, unsigned int fn)
{
	if (gpu->mode == NVMUX_MODE_PASSTHROUGH)
		return true;
	return gpu->home[fn].known && !strcmp(gpu->before[fn].override, NVMUX_VFIO_DRIVER) &&
	       strcmp(gpu->home[fn].override, NVMUX_VFIO_DRIVER);
}

/**
 * nvmux_owner_companions_home() - return the companions to the host, if they were away
 * @gpu: the GPU
 * @why: the reason of a failure
 *
 * Each goes exactly to the driver that it had, or to none. Only those that somebody else gave to
 * vfio-pci go to whichever driver of the host wants them.
 *
 * Context: may sleep; takes device locks.
 *
 * Return: as nvmux_bind_home().
 */
int nvmux_owner_companions_home(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct nvmux_companions companions;
	unsigned int i;
	int err = 0;

	nvmux_companions_get(to_pci_dev(gpu->dev), &companions);
	for (i = 0; i < companions.n && !err; i++) {
		unsigned int fn = PCI_FUNC(companions.pdev[i]->devfn);

		if (is_away(gpu, fn))
			err = nvmux_bind_home(companions.pdev[i], &gpu->home[fn], why);
	}
	nvmux_companions_put(&companions);
	return err;
}
