// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a GPU is divided. In MIG a GPU instance is either laid out by a person, and kept until that
 * person removes it, or made for the vGPU that needs it and gone with the last one in it.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "capacity.h"
#include "gpu.h"
#include "partition.h"
#include "refusal.h"
#include "type.h"
#include "vgpu.h"

/**
 * nvmux_partition_str() - name of a partitioning
 * @partition: the partitioning
 *
 * Return: its name as in the netlink specification.
 */
const char *nvmux_partition_str(enum nvmux_partition partition)
{
	static const char * const names[] = {
		[NVMUX_PARTITION_SAME_SIZE] = "same-size",
		[NVMUX_PARTITION_MIXED_SIZE] = "mixed-size",
		[NVMUX_PARTITION_MIG] = "mig",
	};

	if (partition < NVMUX_PARTITION_SAME_SIZE || partition > NVMUX_PARTITION_MIG)
		return "<unknown>";
	return names[partition];
}

static bool family_has_mig(const struct nvmux_family *family)
{
	unsigned int i;

	for (i = 0; i < family->n_types; i++)
		if (family->types[i].gi)
			return true;
	return false;
}

/**
 * nvmux_partition_mask() - the partitionings that a board knows
 * @family: of the board
 *
 * Return: bit n is set for partitioning n; 0 when it has no types.
 */
u32 nvmux_partition_mask(const struct nvmux_family *family)
{
	u32 mask = 0;

	if (family->n_types)
		mask |= BIT(NVMUX_PARTITION_SAME_SIZE);
	if (family->n_types && family->mixed != NVMUX_MIXED_NONE)
		mask |= BIT(NVMUX_PARTITION_MIXED_SIZE);
	if (family_has_mig(family))
		mask |= BIT(NVMUX_PARTITION_MIG);
	return mask;
}

static u32 mask_of(const struct nvmux_gpu *gpu)
{
	return gpu->board ? nvmux_partition_mask(gpu->board->family) : 0;
}

/**
 * nvmux_partition_check() - may a GPU be divided in another way now?
 * @gpu: the GPU, its lock is held
 * @partition: the way
 * @why: the reason when not
 *
 * Context: any.
 *
 * Return: 0, also when it is divided so already; -EOPNOTSUPP its board does not know it; -EBUSY
 * it is switching, or it holds a vGPU or a GPU instance; -ENODEV; -EIO.
 */
int nvmux_partition_check(struct nvmux_gpu *gpu, enum nvmux_partition partition,
			  struct nvmux_refusal *why)
{
	int err = nvmux_gpu_usable(gpu, why);

	if (err || gpu->partition == partition)
		return err;
	if (!(mask_of(gpu) & BIT(partition)))
		return nvmux_refuse(why, -EOPNOTSUPP, "gpu %s cannot be divided %s by its board",
				    nvmux_gpu_bdf(gpu), nvmux_partition_str(partition));
	err = nvmux_vgpu_none_left(gpu, why);
	if (err || !gpu->n_gis)
		return err;
	return nvmux_refuse(why, -EBUSY, "gpu %s has gpu instance %s at %u", nvmux_gpu_bdf(gpu),
			    gpu->gis[0].profile->name, gpu->gis[0].start);
}

/**
 * nvmux_partition_set() - divide a GPU in another way
 * @gpu: the GPU, its lock is held
 * @partition: the way, nvmux_partition_check() allows it
 *
 * Context: may sleep.
 */
void nvmux_partition_set(struct nvmux_gpu *gpu, enum nvmux_partition partition)
{
	lockdep_assert_held(&gpu->lock);
	if (gpu->partition == partition)
		return;
	gpu->partition = partition;
	nvmux_gpu_changed(gpu);
}

/**
 * nvmux_partition_gi_at() - a GPU instance
 * @gpu: the GPU, its lock is held
 * @start: its first memory slice
 *
 * Context: any.
 *
 * Return: the instance, NULL when none begins there; valid while the lock is held.
 */
const struct nvmux_gi *nvmux_partition_gi_at(struct nvmux_gpu *gpu, u32 start)
{
	unsigned int i;

	lockdep_assert_held(&gpu->lock);
	for (i = 0; i < gpu->n_gis; i++)
		if (gpu->gis[i].start == start)
			return &gpu->gis[i];
	return NULL;
}

/**
 * nvmux_partition_gi_vgpus() - how many vGPUs are in a GPU instance
 * @gpu: the GPU, its lock is held
 * @gi: the instance
 *
 * Context: any.
 *
 * Return: a count.
 */
unsigned int nvmux_partition_gi_vgpus(struct nvmux_gpu *gpu, const struct nvmux_gi *gi)
{
	struct nvmux_vgpu *vgpu;
	unsigned int n = 0;

	lockdep_assert_held(&gpu->lock);
	list_for_each_entry(vgpu, &gpu->vgpus, node)
		n += vgpu->resident.place.id == gi->start;
	return n;
}

static void gi_add(struct nvmux_gpu *gpu, const struct nvmux_gi_profile *profile, u8 start,
		   bool kept)
{
	gpu->gis[gpu->n_gis++] = (struct nvmux_gi){
		.profile = profile, .start = start, .kept = kept,
	};
}

static void gi_remove(struct nvmux_gpu *gpu, const struct nvmux_gi *gi)
{
	unsigned int n = gi - gpu->gis;

	gpu->n_gis--;
	memmove(&gpu->gis[n], &gpu->gis[n + 1], (gpu->n_gis - n) * sizeof(gpu->gis[0]));
}

static int gi_refuse(struct nvmux_gpu *gpu, const struct nvmux_gi_profile *profile, u32 wish,
		     enum nvmux_fit fit, struct nvmux_refusal *why)
{
	const char *bdf = nvmux_gpu_bdf(gpu);

	switch (fit) {
	case NVMUX_FIT_OK:
		return 0;
	case NVMUX_FIT_COUNT:
		return nvmux_refuse(why, -EUSERS, "gpu %s holds no more gpu instances like %s",
				    bdf, profile->name);
	case NVMUX_FIT_ILLEGAL:
		return nvmux_refuse(why, -EINVAL, "placement %u is none of profile %s on gpu %s",
				    wish, profile->name, bdf);
	case NVMUX_FIT_TAKEN:
		return nvmux_refuse(why, -ENOSPC, "placement %u of gpu %s is occupied", wish, bdf);
	default:
		return nvmux_refuse(why, -ENOSPC, "gpu %s has no space for gpu instance %s",
				    bdf, profile->name);
	}
}

static int mig_check(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	int err = nvmux_capacity_check(gpu, why);

	if (err || gpu->partition == NVMUX_PARTITION_MIG)
		return err;
	return nvmux_refuse(why, -EOPNOTSUPP, "gpu %s is %s, a gpu instance needs mig",
			    nvmux_gpu_bdf(gpu), nvmux_partition_str(gpu->partition));
}

/**
 * nvmux_partition_gi_new() - lay out a GPU instance
 * @gpu: the GPU, its lock is held
 * @profile: a profile of its board
 * @wish: first memory slice, or NVMUX_PLACEMENT_ANY
 * @ret: set to the first memory slice, untouched on error
 * @why: the reason of a refusal
 *
 * Context: may sleep.
 *
 * Return: 0; -EOPNOTSUPP the GPU is not in vgpu mode or not divided by MIG; -EUSERS as many as
 * allowed are there; -ENOSPC no place; -EINVAL the wish is none of the profile's; else as
 * nvmux_gpu_usable().
 */
int nvmux_partition_gi_new(struct nvmux_gpu *gpu, const struct nvmux_gi_profile *profile,
			   u32 wish, u32 *ret, struct nvmux_refusal *why)
{
	struct nvmux_capacity capacity;
	enum nvmux_fit fit;
	u8 start;
	int err;

	err = mig_check(gpu, why);
	if (err)
		return err;
	nvmux_capacity_of(gpu, &capacity);
	fit = nvmux_placement_find_gi(&capacity.space, profile, wish, &start);
	err = gi_refuse(gpu, profile, wish, fit, why);
	if (err)
		return err;

	gi_add(gpu, profile, start, true);
	nvmux_gpu_changed(gpu);
	*ret = start;
	return 0;
}

/**
 * nvmux_partition_gi_del() - remove a GPU instance
 * @gpu: the GPU, its lock is held
 * @start: its first memory slice
 * @why: the reason of a refusal
 *
 * Context: may sleep.
 *
 * Return: 0; -ENODEV there is none; -EBUSY it holds a vGPU; else as nvmux_gpu_usable().
 */
int nvmux_partition_gi_del(struct nvmux_gpu *gpu, u32 start, struct nvmux_refusal *why)
{
	const struct nvmux_gi *gi;
	int err = mig_check(gpu, why);

	if (err)
		return err;
	gi = nvmux_partition_gi_at(gpu, start);
	if (!gi)
		return nvmux_refuse(why, -ENODEV, "gpu %s has no gpu instance at %u",
				    nvmux_gpu_bdf(gpu), start);
	if (nvmux_partition_gi_vgpus(gpu, gi))
		return nvmux_refuse(why, -EBUSY, "gpu instance %s at %u of gpu %s holds a vgpu",
				    gi->profile->name, start, nvmux_gpu_bdf(gpu));
	gi_remove(gpu, gi);
	nvmux_gpu_changed(gpu);
	return 0;
}

/**
 * nvmux_partition_gi_drop_all() - forget the GPU instances, the GPU leaves vgpu mode
 * @gpu: the GPU, without a vGPU
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_partition_gi_drop_all(struct nvmux_gpu *gpu)
{
	mutex_lock(&gpu->lock);
	gpu->n_gis = 0;
	mutex_unlock(&gpu->lock);
}

/**
 * nvmux_partition_occupy() - a vGPU has got its place
 * @gpu: the GPU, its lock is held
 * @resident: the vGPU; it is in the GPU's list
 *
 * Makes the GPU instance that it needs when nobody laid it out.
 *
 * Context: any.
 */
void nvmux_partition_occupy(struct nvmux_gpu *gpu, const struct nvmux_resident *resident)
{
	if (resident->type->gi && !nvmux_partition_gi_at(gpu, resident->place.id))
		gi_add(gpu, resident->type->gi, resident->place.id, false);
}

/**
 * nvmux_partition_vacate() - a vGPU has left its place
 * @gpu: the GPU, its lock is held
 * @resident: the vGPU; it is no more in the GPU's list
 *
 * Context: any.
 */
void nvmux_partition_vacate(struct nvmux_gpu *gpu, const struct nvmux_resident *resident)
{
	const struct nvmux_gi *gi;

	if (!resident->type->gi)
		return;
	gi = nvmux_partition_gi_at(gpu, resident->place.id);
	if (gi && !gi->kept && !nvmux_partition_gi_vgpus(gpu, gi))
		gi_remove(gpu, gi);
}
