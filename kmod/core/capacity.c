// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a GPU has left. The rules are in placement.c; here a GPU is shown to them, and what they
 * answer gets the names of those concerned.
 */
#include <linux/kernel.h>

#include "capacity.h"
#include "gpu.h"
#include "mode.h"
#include "partition.h"
#include "refusal.h"
#include "type.h"
#include "vgpu.h"

/**
 * nvmux_capacity_of() - show a GPU to placement
 * @gpu: the GPU, its lock is held; its board is known
 * @ret: valid while the lock is held
 *
 * Context: any.
 */
void nvmux_capacity_of(struct nvmux_gpu *gpu, struct nvmux_capacity *ret)
{
	const struct nvmux_family *family = gpu->board->family;
	struct nvmux_space *space = &ret->space;
	struct nvmux_vgpu *vgpu;

	lockdep_assert_held(&gpu->lock);
	space->family = family;
	space->partition = gpu->partition;
	space->fb_mib = min_t(u64, family->fb_mib, gpu->fb_size >> 20);
	space->residents = ret->residents;
	space->n_residents = 0;
	space->gis = gpu->gis;
	space->n_gis = gpu->n_gis;
	list_for_each_entry(vgpu, &gpu->vgpus, node)
		ret->residents[space->n_residents++] = &vgpu->resident;
}

/**
 * nvmux_capacity_check() - may the GPU hold vGPUs now at all?
 * @gpu: the GPU, its lock is held
 * @why: the reason when not
 *
 * Context: any.
 *
 * Return: 0; -EOPNOTSUPP it is not in vgpu mode; else as nvmux_gpu_usable().
 */
int nvmux_capacity_check(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int err = nvmux_gpu_usable(gpu, why);

	if (err || gpu->mode == NVMUX_MODE_VGPU)
		return err;
	return nvmux_refuse(why, -EOPNOTSUPP, "gpu %s is in %s mode, a vgpu needs vgpu mode",
			    nvmux_gpu_bdf(gpu), nvmux_mode_str(gpu->mode));
}

/**
 * nvmux_capacity_check_board() - is the board one that can be shared?
 * @gpu: the GPU
 * @fb_size: framebuffer that was found, in bytes; 0 when nobody has looked yet
 * @why: the reason when not
 *
 * ECC and firmware take their share of memory; what lacks more than an eighth is another board
 * than the catalogue's.
 *
 * Context: any.
 *
 * Return: 0; -EOPNOTSUPP.
 */
int nvmux_capacity_check_board(struct nvmux_gpu *gpu, u64 fb_size, struct nvmux_refusal *why)
{
	u32 nominal;

	if (!gpu->board || !gpu->board->family->n_types)
		return nvmux_refuse(why, -EOPNOTSUPP,
				    "gpu %s (10de:%04x) has no vgpu types in the catalogue",
				    nvmux_gpu_bdf(gpu), gpu->ident.device);
	nominal = gpu->board->family->fb_mib;
	if (!fb_size || fb_size >> 20 >= nominal - nominal / 8)
		return 0;
	return nvmux_refuse(why, -EOPNOTSUPP, "gpu %s has only %llu of the %u MiB of its board",
			    nvmux_gpu_bdf(gpu), fb_size >> 20, nominal);
}

/* The sizes of all vGPUs of a GPU are equal, so any of them is the one that locks. */
static int size_refuse(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct nvmux_vgpu *vgpu = list_first_entry(&gpu->vgpus, struct nvmux_vgpu, node);

	return nvmux_refuse(why, -ENOSPC, "gpu %s: size locked by vgpu %pUl", nvmux_gpu_bdf(gpu),
			    &vgpu->uuid);
}

static int partition_refuse(struct nvmux_gpu *gpu, const struct nvmux_type *type,
			    struct nvmux_refusal *why)
{
	const char *partition = nvmux_partition_str(gpu->partition);

	if (type->gi)
		return nvmux_refuse(why, -EOPNOTSUPP, "gpu %s is %s, %s needs mig",
				    nvmux_gpu_bdf(gpu), partition, type->name);
	if (gpu->partition == NVMUX_PARTITION_MIG)
		return nvmux_refuse(why, -EOPNOTSUPP, "gpu %s is mig, %s is time-sliced",
				    nvmux_gpu_bdf(gpu), type->name);
	return nvmux_refuse(why, -EOPNOTSUPP, "gpu %s is %s, %s has no place",
			    nvmux_gpu_bdf(gpu), partition, type->name);
}

static int count_refuse(struct nvmux_gpu *gpu, const struct nvmux_type *type,
			struct nvmux_refusal *why)
{
	if (gpu->n_vgpus >= NVMUX_VGPU_MAX)
		return nvmux_refuse(why, -EUSERS, "gpu %s holds %u vgpus, no gpu holds more",
				    nvmux_gpu_bdf(gpu), gpu->n_vgpus);
	if (type->gi)
		return nvmux_refuse(why, -EUSERS, "gpu %s holds all %u vgpus of type %s",
				    nvmux_gpu_bdf(gpu), type->max_instances, type->name);
	return nvmux_refuse(why, -EUSERS, "gpu %s holds %u vgpus, type %s allows %u",
			    nvmux_gpu_bdf(gpu), gpu->n_vgpus, type->name, type->max_instances);
}

static int fit_refuse(struct nvmux_gpu *gpu, const struct nvmux_type *type, u32 wish,
		      enum nvmux_fit fit, struct nvmux_refusal *why)
{
	const char *bdf = nvmux_gpu_bdf(gpu);

	switch (fit) {
	case NVMUX_FIT_OK:
		return 0;
	case NVMUX_FIT_PARTITION:
		return partition_refuse(gpu, type, why);
	case NVMUX_FIT_SIZE:
		return size_refuse(gpu, why);
	case NVMUX_FIT_COUNT:
		return count_refuse(gpu, type, why);
	case NVMUX_FIT_FULL:
		return nvmux_refuse(why, -ENOSPC, "gpu %s has no free placement for type %s",
				    bdf, type->name);
	case NVMUX_FIT_NO_GI:
		return nvmux_refuse(why, -ENOSPC,
				    "gpu %s has no gpu instance %s with room, nor space for one",
				    bdf, type->gi->name);
	case NVMUX_FIT_ILLEGAL:
		return nvmux_refuse(why, -EINVAL, "placement %u is none of type %s on gpu %s",
				    wish, type->name, bdf);
	case NVMUX_FIT_TAKEN:
		return nvmux_refuse(why, -ENOSPC, "placement %u of gpu %s is occupied", wish, bdf);
	}
	return -EINVAL;
}

/**
 * nvmux_capacity_place() - find the place of one more vGPU
 * @gpu: the GPU, its lock is held; its board is known
 * @type: a type of its board
 * @wish: placement id, or NVMUX_PLACEMENT_ANY
 * @ret: set to the place, untouched on error
 * @why: the reason of a refusal
 *
 * Context: any.
 *
 * Return: 0; -EOPNOTSUPP not in this partitioning; -EUSERS as many as allowed are there; -ENOSPC
 * it does not fit beside the others; -EINVAL the wish is none of the type's.
 */
int nvmux_capacity_place(struct nvmux_gpu *gpu, const struct nvmux_type *type, u32 wish,
			 struct nvmux_place *ret, struct nvmux_refusal *why)
{
	struct nvmux_capacity capacity;

	nvmux_capacity_of(gpu, &capacity);
	return fit_refuse(gpu, type, wish,
			  nvmux_placement_find(&capacity.space, type, wish, ret), why);
}

/**
 * nvmux_capacity_available() - how many more of a type can be created now
 * @gpu: the GPU, its lock is held; its board is known
 * @type: a type of its board
 * @why: the reason when none
 *
 * Context: any.
 *
 * Return: a count.
 */
u32 nvmux_capacity_available(struct nvmux_gpu *gpu, const struct nvmux_type *type,
			     struct nvmux_refusal *why)
{
	struct nvmux_capacity capacity;
	struct nvmux_place place;
	u32 left;

	if (nvmux_capacity_check(gpu, why))
		return 0;
	nvmux_capacity_of(gpu, &capacity);
	left = nvmux_placement_left(&capacity.space, type);
	if (!left && why)
		nvmux_capacity_place(gpu, type, NVMUX_PLACEMENT_ANY, &place, why);
	return left;
}

/**
 * nvmux_capacity_max() - how many of a type the empty GPU would hold, as it is divided now
 * @gpu: the GPU, its lock is held; its board is known
 * @type: a type of its board
 *
 * Context: any.
 *
 * Return: a count; for a type that is not known in this partitioning its usual one.
 */
u32 nvmux_capacity_max(struct nvmux_gpu *gpu, const struct nvmux_type *type)
{
	struct nvmux_capacity capacity;

	nvmux_capacity_of(gpu, &capacity);
	return nvmux_placement_max(&capacity.space, type) ?: type->max_instances;
}
