// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mixed-size: vGPUs of all sizes side by side, each at one of the placement ids of its size.
 *
 * Boards up to Hopper halve the framebuffer again and again, and each part holds two slices, one
 * at either end of it. What lies between the ends is lost to this size and good for smaller ones:
 *
 *	0       8       16      24      32      40    48 GiB
 *	|-- 16 GiB -----|               |------ 16 GiB --|	one part: ids 0, 32
 *	|-- 8 --|       |-- 8 --|-- 8 --|       |-- 8 ---|	two parts: ids 0, 16, 24, 40
 *
 * Newer boards spread the slices of a size evenly. All arithmetic is in GiB, the unit of placement
 * ids; the slice in MiB follows from the id, so that slices with disjoint ids are disjoint.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>

#include "placement_rule.h"
#include "type.h"

/* Ids that the halves of 48 GiB give for 1 GiB and NVIDIA's manager does not use. */
#define DENIED_REGION_GB 48
#define DENIED_SLOTS 32

static bool mixed_knows(const struct nvmux_family *family, const struct nvmux_type *type)
{
	return !type->gi && type->max_mixed && family->region_gb &&
	       family->mixed != NVMUX_MIXED_NONE;
}

static unsigned int slots_of(const struct nvmux_family *family, const struct nvmux_type *type)
{
	if (family->mixed == NVMUX_MIXED_EVEN)
		return type->max_mixed;
	return roundup_pow_of_two(type->max_mixed);
}

/* The bits of the part's number, highest first, say which half to go into. */
static u32 halves_id(u32 region, u32 size, unsigned int slot, unsigned int slots)
{
	unsigned int bit, part = slot / 2;
	u32 min = 0, max = region, mid;

	if (slots == 1)
		return 0;
	for (bit = slots / 4; bit; bit >>= 1) {
		mid = (min + max) / 2;
		if (part & bit)
			min = mid;
		else
			max = mid;
	}
	return slot % 2 ? max - size : min;
}

static u32 slot_id(const struct nvmux_family *family, const struct nvmux_type *type,
		   unsigned int slot)
{
	if (family->mixed == NVMUX_MIXED_EVEN)
		return family->region_gb * slot / type->max_mixed;
	return halves_id(family->region_gb, nvmux_placement_size_gb(type), slot,
			 slots_of(family, type));
}

static bool id_is_denied(const struct nvmux_family *family, unsigned int slots, u32 id)
{
	return family->mixed == NVMUX_MIXED_HALVES && family->region_gb == DENIED_REGION_GB &&
	       slots == DENIED_SLOTS && (id == 8 || id == 32);
}

static unsigned int mixed_ids(const struct nvmux_family *family, const struct nvmux_type *type,
			      u32 ids[NVMUX_VGPU_MAX])
{
	unsigned int slot, slots = slots_of(family, type), n = 0;

	for (slot = 0; slot < slots && n < NVMUX_VGPU_MAX; slot++) {
		ids[n] = slot_id(family, type, slot);
		n += !id_is_denied(family, slots, ids[n]);
	}
	return n;
}

static bool spans_overlap(u32 a, u32 a_size, u32 b, u32 b_size)
{
	return a < b + b_size && b < a + a_size;
}

static bool span_is_free(const struct nvmux_space *space, u32 id, u32 size)
{
	unsigned int i;

	for (i = 0; i < space->n_residents; i++) {
		const struct nvmux_resident *resident = space->residents[i];

		if (spans_overlap(id, size, resident->place.id,
				  nvmux_placement_size_gb(resident->type)))
			return false;
	}
	return true;
}

static u32 mib_of(const struct nvmux_space *space, u32 gb)
{
	return gb * space->fb_mib / space->family->region_gb;
}

static enum nvmux_fit mixed_place(const struct nvmux_space *space, const struct nvmux_type *type,
				  u32 id, struct nvmux_place *ret)
{
	u32 size = nvmux_placement_size_gb(type);

	if (!span_is_free(space, id, size))
		return NVMUX_FIT_TAKEN;
	*ret = (struct nvmux_place){
		.id = id,
		.start = round_down(mib_of(space, id), 2),
		.len = round_down(min(type->fb_mib, mib_of(space, size)), 2),
	};
	return NVMUX_FIT_OK;
}

static unsigned int free_ids(const struct nvmux_space *space, const struct nvmux_type *type,
			     u32 ids[NVMUX_VGPU_MAX])
{
	u32 size = nvmux_placement_size_gb(type);
	unsigned int i, n, n_free = 0;

	n = mixed_ids(space->family, type, ids);
	for (i = 0; i < n; i++)
		if (span_is_free(space, ids[i], size))
			ids[n_free++] = ids[i];
	return n_free;
}

static u32 mixed_left(const struct nvmux_space *space, const struct nvmux_type *type)
{
	u32 ids[NVMUX_VGPU_MAX];

	return free_ids(space, type, ids);
}

/* The series of a size have the same ids: the first type of a size speaks for all of them. */
static bool speaks_for_size(const struct nvmux_family *family, unsigned int n)
{
	unsigned int i;

	if (!mixed_knows(family, &family->types[n]))
		return false;
	for (i = 0; i < n; i++)
		if (family->types[i].fb_mib == family->types[n].fb_mib &&
		    mixed_knows(family, &family->types[i]))
			return false;
	return true;
}

/* Adds to each candidate how many free ids of @other it would block. */
static void count_blocked(const struct nvmux_space *space, const struct nvmux_type *other,
			  u32 size, const u32 *candidates, unsigned int n_candidates, u16 *blocked)
{
	u32 ids[NVMUX_VGPU_MAX], other_size = nvmux_placement_size_gb(other);
	unsigned int c, i, n = free_ids(space, other, ids);

	for (c = 0; c < n_candidates; c++)
		for (i = 0; i < n; i++)
			blocked[c] += spans_overlap(candidates[c], size, ids[i], other_size);
}

/*
 * The free id that blocks the fewest free ids of other sizes, the lowest of equal ones. The lowest
 * free one would put small vGPUs where large ones could go: a GPU with room for a large one would
 * have none after a few small ones came and went.
 */
static enum nvmux_fit mixed_choose(const struct nvmux_space *space, const struct nvmux_type *type,
				   u32 *ret_id)
{
	const struct nvmux_family *family = space->family;
	u32 ids[NVMUX_VGPU_MAX], size = nvmux_placement_size_gb(type);
	unsigned int i, best = 0, n = free_ids(space, type, ids);
	u16 blocked[NVMUX_VGPU_MAX] = { 0 };

	if (!n)
		return NVMUX_FIT_FULL;
	for (i = 0; i < family->n_types; i++)
		if (family->types[i].fb_mib != type->fb_mib && speaks_for_size(family, i))
			count_blocked(space, &family->types[i], size, ids, n, blocked);
	for (i = 1; i < n; i++)
		if (blocked[i] < blocked[best])
			best = i;
	*ret_id = ids[best];
	return NVMUX_FIT_OK;
}

const struct nvmux_placement_rule nvmux_placement_mixed = {
	.knows = mixed_knows,
	.ids = mixed_ids,
	.place = mixed_place,
	.choose = mixed_choose,
	.left = mixed_left,
};
