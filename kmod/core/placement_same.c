// SPDX-License-Identifier: GPL-2.0-only
/*
 * Same-size: all slices of a GPU have one size, and slice n begins at n times that size.
 *
 *	0         12        24        36      48 GiB
 *	| A40-12Q | A40-12C |         |         |	placement ids 0, 12, 24, 36
 *
 * The first vGPU sets the size, whatever its series; the lock ends when none is left.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "placement_rule.h"
#include "type.h"

static enum nvmux_fit same_admit(const struct nvmux_space *space, const struct nvmux_type *type)
{
	unsigned int i;

	for (i = 0; i < space->n_residents; i++)
		if (space->residents[i]->type->fb_mib != type->fb_mib)
			return NVMUX_FIT_SIZE;
	if (space->n_residents >= type->max_instances)
		return NVMUX_FIT_COUNT;
	return NVMUX_FIT_OK;
}

static unsigned int same_ids(const struct nvmux_family *family __always_unused,
			     const struct nvmux_type *type, u32 ids[NVMUX_VGPU_MAX])
{
	unsigned int i, n = min_t(unsigned int, type->max_instances, NVMUX_VGPU_MAX);

	for (i = 0; i < n; i++)
		ids[i] = i * nvmux_placement_size_gb(type);
	return n;
}

static enum nvmux_fit same_place(const struct nvmux_space *space, const struct nvmux_type *type,
				 u32 id, struct nvmux_place *ret)
{
	u32 len = nvmux_placement_len(space->family, type, space->fb_mib);
	u32 start = id / nvmux_placement_size_gb(type) * len;

	if (!nvmux_placement_is_free(space, start, len))
		return NVMUX_FIT_TAKEN;
	*ret = (struct nvmux_place){ .id = id, .start = start, .len = len };
	return NVMUX_FIT_OK;
}

/*
 * The lowest free one. There always is one while another vGPU is admitted: each of those there
 * lies on one slice of the grid.
 */
static enum nvmux_fit same_choose(const struct nvmux_space *space, const struct nvmux_type *type,
				  u32 *ret_id)
{
	bool taken[NVMUX_VGPU_MAX] = {};
	u32 ids[NVMUX_VGPU_MAX];
	unsigned int i, n, slice;

	for (i = 0; i < space->n_residents; i++) {
		slice = space->residents[i]->place.id / nvmux_placement_size_gb(type);
		if (slice < NVMUX_VGPU_MAX)
			taken[slice] = true;
	}
	n = same_ids(space->family, type, ids);
	for (i = 0; i < n; i++) {
		if (taken[i])
			continue;
		*ret_id = ids[i];
		return NVMUX_FIT_OK;
	}
	return NVMUX_FIT_FULL;
}

static u32 same_left(const struct nvmux_space *space, const struct nvmux_type *type)
{
	return type->max_instances - space->n_residents;
}

const struct nvmux_placement_rule nvmux_placement_same = {
	.admit = same_admit,
	.ids = same_ids,
	.place = same_place,
	.choose = same_choose,
	.left = same_left,
};
