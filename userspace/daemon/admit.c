// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules for a domain that wants to start: one kind per VM (I6), no more
 * vGPUs than their type allows in a VM, each GPU in the mode that the domain
 * needs, nothing that another VM has claimed.
 * Devices of other drivers are none of our business.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "admit.h"

static int __attribute__((format(printf, 4, 5)))
refuse(char *text, size_t size, int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, size, format, ap);
	va_end(ap);
	return err;
}

int admit_devices(const struct domain *domain, const struct admit_world *world,
		  struct strset *gpus, struct strset *vgpus)
{
	int err = 0;

	for (size_t i = 0; i < domain->n_pcis && !err; i++) {
		const struct vgpu *vgpu = vgpu_find_function(world->vgpus, domain->pcis[i]);
		const struct gpu *gpu = gpu_find_function(world->gpus, domain->pcis[i]);

		if (vgpu)
			err = strset_add(vgpus, vgpu->observed.uuid);
		else if (gpu)
			err = strset_add(gpus, gpu->observed.bdf);
	}
	for (size_t i = 0; i < domain->n_mdevs && !err; i++)
		if (vgpu_find(world->vgpus, domain->mdevs[i]))
			err = strset_add(vgpus, domain->mdevs[i]);
	return err;
}

static int check_kinds(const struct domain *domain, const struct strset *gpus,
		       const struct strset *vgpus, char *text, size_t size)
{
	if (!gpus->n || !vgpus->n)
		return 0;
	return refuse(text, size, -EPERM,
		      "vm %s asks for gpu %s (passthrough) and vgpu %s: one kind per vm",
		      domain->name, gpus->items[0], vgpus->items[0]);
}

static unsigned int percent(uint64_t done, uint64_t total)
{
	return (unsigned int)((double)done * 100 / (double)total);
}

static int check_gpu(const struct domain *domain, const struct admit_world *world,
		     const char *bdf, char *text, size_t size)
{
	const struct gpu *gpu = gpu_find(world->gpus, bdf);
	const struct claim *claim = claim_of_gpu(world->claims, bdf);

	if (claim && strcmp(claim->uuid, domain->uuid) != 0)
		return refuse(text, size, -EBUSY, "gpu %s is claimed by vm %s, vm %s cannot have it",
			      bdf, claim->name, domain->name);
	if (gpu->observed.has & NVMUX_HAS(NVMUX_A_GPU_QUARANTINE))
		return refuse(text, size, -EOPNOTSUPP, "gpu %s is quarantined: %s", bdf,
			      gpu->observed.quarantine);
	if (gpu_is_switching(gpu) && gpu->observed.scrub_total)
		return refuse(text, size, -EBUSY,
			      "gpu %s is being cleaned after its last tenant, %u percent are done",
			      bdf, percent(gpu->observed.scrub_done, gpu->observed.scrub_total));
	if (gpu_is_switching(gpu))
		return refuse(text, size, -EBUSY, "gpu %s is switching to %s mode", bdf,
			      nvmux_mode_str(gpu->observed.target));
	if (!gpu_is_in(gpu, NVMUX_MODE_PASSTHROUGH))
		return refuse(text, size, -EOPNOTSUPP,
			      "gpu %s is in %s mode, vm %s needs it in passthrough mode", bdf,
			      nvmux_mode_str(gpu->observed.mode), domain->name);
	if (world->is_unclean(gpu, world->userdata))
		return refuse(text, size, -EBUSY,
			      "gpu %s has not been cleaned after its last tenant yet%s%s", bdf,
			      gpu->observed.error[0] ? ": " : "", gpu->observed.error);
	return 0;
}

static int check_vgpu(const struct domain *domain, const struct admit_world *world,
		      const char *uuid, char *text, size_t size)
{
	const struct vgpu *vgpu = vgpu_find(world->vgpus, uuid);
	const struct claim *claim = claim_of_vgpu(world->claims, uuid);

	if (claim && strcmp(claim->uuid, domain->uuid) != 0)
		return refuse(text, size, -EBUSY,
			      "vgpu %s is claimed by vm %s, vm %s cannot have it", uuid,
			      claim->name, domain->name);
	if (vgpu && vgpu->observed.state == NVMUX_VGPU_STATE_OPEN)
		return refuse(text, size, -EBUSY, "vgpu %s is held by pid %u (%s)", uuid,
			      vgpu->observed.pid, vgpu->observed.comm);
	if (!vgpu && !world->mdev_exists(uuid, world->userdata))
		return refuse(text, size, -ENODEV, "vm %s asks for vgpu %s, which does not exist",
			      domain->name, uuid);
	return 0;
}

/* As many as NVIDIA's drivers look for in one VM. */
#define VGPUS_PER_VM 16

static unsigned int count_type(const struct admit_world *world, const struct strset *vgpus,
			       const char *type)
{
	unsigned int n = 0;

	for (size_t i = 0; i < vgpus->n; i++)
		n += !strcmp(vgpu_find(world->vgpus, vgpus->items[i])->observed.type, type);
	return n;
}

static int check_counts(const struct domain *domain, const struct admit_world *world,
			const struct strset *vgpus, char *text, size_t size)
{
	if (vgpus->n > VGPUS_PER_VM)
		return refuse(text, size, -EPERM, "vm %s asks for %zu vgpus, a vm may have %d",
			      domain->name, vgpus->n, VGPUS_PER_VM);
	for (size_t i = 0; i < vgpus->n; i++) {
		const struct vgpu *vgpu = vgpu_find(world->vgpus, vgpus->items[i]);
		unsigned int max = world->max_per_vm(vgpu, world->userdata);
		unsigned int n = count_type(world, vgpus, vgpu->observed.type);

		if (max && n > max)
			return refuse(text, size, -EPERM,
				      "vm %s asks for %u vgpus of type %s, a vm may have %u",
				      domain->name, n, vgpu->observed.type, max);
	}
	return 0;
}

static int check_all(const struct domain *domain, const struct admit_world *world,
		     const struct strset *gpus, const struct strset *vgpus, char *text,
		     size_t size)
{
	int err = check_kinds(domain, gpus, vgpus, text, size);

	if (!err)
		err = check_counts(domain, world, vgpus, text, size);
	for (size_t i = 0; i < gpus->n && !err; i++)
		err = check_gpu(domain, world, gpus->items[i], text, size);
	for (size_t i = 0; i < domain->n_mdevs && !err; i++)
		err = check_vgpu(domain, world, domain->mdevs[i], text, size);
	for (size_t i = 0; i < vgpus->n && !err; i++)
		err = check_vgpu(domain, world, vgpus->items[i], text, size);
	return err;
}

int admit_domain(const struct domain *domain, const struct admit_world *world, char *text,
		 size_t size)
{
	struct strset gpus = { 0 }, vgpus = { 0 };
	int err = admit_devices(domain, world, &gpus, &vgpus);

	if (err)
		(void)refuse(text, size, err, "%s", strerror(-err));
	else
		err = check_all(domain, world, &gpus, &vgpus, text, size);
	strset_clear(&gpus);
	strset_clear(&vgpus);
	return err;
}
