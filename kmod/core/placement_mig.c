// SPDX-License-Identifier: GPL-2.0-only
/*
 * MIG: memory and compute units are cut into slices, a GPU instance takes some of both, and a vGPU
 * lies in a GPU instance of the one profile that its type names.
 *
 *	0    1    2    3    4    5    6    7    memory slice
 *	|      3g.20gb      | 2g.10gb |1g. |    |
 *
 * The placement id of a vGPU is the slice at which its GPU instance begins. Where a profile may
 * begin is in the catalogue. Instances are never moved or removed here.
 */
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "placement_rule.h"
#include "type.h"

/* A GPU as it would be with further GPU instances. */
struct trial {
	struct nvmux_space space;
	struct nvmux_gi gis[NVMUX_GI_MAX];
};

static void trial_init(struct trial *trial, const struct nvmux_space *space)
{
	trial->space = *space;
	if (space->n_gis)
		memcpy(trial->gis, space->gis, space->n_gis * sizeof(trial->gis[0]));
	trial->space.gis = trial->gis;
}

static void trial_add(struct trial *trial, const struct nvmux_gi_profile *profile, u8 start)
{
	trial->gis[trial->space.n_gis++] = (struct nvmux_gi){ .profile = profile, .start = start };
}

/* The engines for video and pictures are there once: they go to one GPU instance. */
static bool has_media(const struct nvmux_gi_profile *profile)
{
	return strstr(profile->name, "+me");
}

static enum nvmux_fit gi_admit(const struct nvmux_space *space,
			       const struct nvmux_gi_profile *profile)
{
	unsigned int i, n_same = 0, compute = profile->compute;
	bool media = false;

	for (i = 0; i < space->n_gis; i++) {
		const struct nvmux_gi_profile *other = space->gis[i].profile;

		n_same += other == profile;
		media |= has_media(other);
		compute += other->compute;
	}
	if (space->n_gis >= NVMUX_GI_MAX || n_same >= profile->max)
		return NVMUX_FIT_COUNT;
	if (media && has_media(profile))
		return NVMUX_FIT_COUNT;
	return compute <= space->family->compute_slices ? NVMUX_FIT_OK : NVMUX_FIT_FULL;
}

static bool start_is_legal(const struct nvmux_family *family,
			   const struct nvmux_gi_profile *profile, u32 start)
{
	return start < family->memory_slices &&
	       start + profile->memory <= family->memory_slices &&
	       profile->starts >> start & 1;
}

static bool start_is_free(const struct nvmux_space *space, const struct nvmux_gi_profile *profile,
			  u32 start)
{
	unsigned int i;

	for (i = 0; i < space->n_gis; i++) {
		const struct nvmux_gi *gi = &space->gis[i];

		if (start < gi->start + gi->profile->memory && gi->start < start + profile->memory)
			return false;
	}
	return true;
}

static u32 count_starts(const struct nvmux_space *space, const struct nvmux_gi_profile *profile)
{
	u32 start, n = 0;

	if (gi_admit(space, profile) != NVMUX_FIT_OK)
		return 0;
	for (start = 0; start < space->family->memory_slices; start++)
		n += start_is_legal(space->family, profile, start) &&
		     start_is_free(space, profile, start);
	return n;
}

/* What stays possible for other profiles when @profile begins at @start. */
static u32 count_others(const struct nvmux_space *space, const struct nvmux_gi_profile *profile,
			u8 start)
{
	const struct nvmux_family *family = space->family;
	struct trial trial;
	unsigned int i;
	u32 n = 0;

	trial_init(&trial, space);
	trial_add(&trial, profile, start);
	for (i = 0; i < family->n_profiles; i++)
		if (&family->profiles[i] != profile)
			n += count_starts(&trial.space, &family->profiles[i]);
	return n;
}

/*
 * The start that leaves the most to other profiles, the highest of equal ones: large profiles begin
 * at 0, and on boards with seven compute slices the last memory slice is of use to few.
 */
static enum nvmux_fit start_choose(const struct nvmux_space *space,
				   const struct nvmux_gi_profile *profile, u8 *ret_start)
{
	enum nvmux_fit fit = NVMUX_FIT_FULL;
	u32 n, most = 0;
	u8 start;

	for (start = 0; start < space->family->memory_slices; start++) {
		if (!start_is_legal(space->family, profile, start) ||
		    !start_is_free(space, profile, start))
			continue;
		n = count_others(space, profile, start);
		if (n < most)
			continue;
		most = n;
		*ret_start = start;
		fit = NVMUX_FIT_OK;
	}
	return fit;
}

/**
 * nvmux_placement_find_gi() - place one more GPU instance
 * @space: the GPU
 * @profile: a profile of its family
 * @wish: first memory slice, or NVMUX_PLACEMENT_ANY
 * @ret_start: set to the first memory slice, untouched unless it fits
 *
 * Context: any.
 *
 * Return: NVMUX_FIT_OK; NVMUX_FIT_PARTITION the GPU is not divided by MIG; NVMUX_FIT_COUNT it has
 * as many instances as it or the profile allows, or another one has the media engines;
 * NVMUX_FIT_FULL too few compute slices are left, or without a wish no start is free;
 * NVMUX_FIT_ILLEGAL the profile cannot begin there; NVMUX_FIT_TAKEN another instance lies there.
 */
enum nvmux_fit nvmux_placement_find_gi(const struct nvmux_space *space,
				       const struct nvmux_gi_profile *profile, u32 wish,
				       u8 *ret_start)
{
	enum nvmux_fit fit;

	if (space->partition != NVMUX_PARTITION_MIG)
		return NVMUX_FIT_PARTITION;
	fit = gi_admit(space, profile);
	if (fit != NVMUX_FIT_OK)
		return fit;
	if (wish == NVMUX_PLACEMENT_ANY)
		return start_choose(space, profile, ret_start);
	if (!start_is_legal(space->family, profile, wish))
		return NVMUX_FIT_ILLEGAL;
	if (!start_is_free(space, profile, wish))
		return NVMUX_FIT_TAKEN;
	*ret_start = wish;
	return NVMUX_FIT_OK;
}

/**
 * nvmux_placement_gi_at() - the GPU instance that begins at a memory slice
 * @space: the GPU
 * @start: the memory slice; the placement id of a vGPU in MIG
 *
 * Context: any.
 *
 * Return: the instance, NULL when none begins there.
 */
const struct nvmux_gi *nvmux_placement_gi_at(const struct nvmux_space *space, u32 start)
{
	unsigned int i;

	for (i = 0; i < space->n_gis; i++)
		if (space->gis[i].start == start)
			return &space->gis[i];
	return NULL;
}

static u32 count_in(const struct nvmux_space *space, const struct nvmux_gi *gi)
{
	unsigned int i;
	u32 n = 0;

	for (i = 0; i < space->n_residents; i++)
		n += space->residents[i]->place.id == gi->start;
	return n;
}

static bool gi_locks_size(const struct nvmux_space *space, const struct nvmux_gi *gi,
			  const struct nvmux_type *type)
{
	unsigned int i;

	for (i = 0; i < space->n_residents; i++)
		if (space->residents[i]->place.id == gi->start &&
		    space->residents[i]->type->fb_mib != type->fb_mib)
			return true;
	return false;
}

/* How many more of @type a GPU instance takes. */
static u32 room_in(const struct nvmux_space *space, const struct nvmux_gi *gi,
		   const struct nvmux_type *type)
{
	u32 n = count_in(space, gi);

	if (gi->profile != type->gi || gi_locks_size(space, gi, type) || n >= type->max_per_gi)
		return 0;
	return type->max_per_gi - n;
}

static bool mig_knows(const struct nvmux_family *family, const struct nvmux_type *type)
{
	return type->max_per_gi && family->memory_slices;
}

static u32 count_like(const struct nvmux_space *space, const struct nvmux_type *type)
{
	unsigned int i;
	u32 n = 0;

	for (i = 0; i < space->n_residents; i++)
		n += space->residents[i]->type->gi == type->gi &&
		     space->residents[i]->type->fb_mib == type->fb_mib;
	return n;
}

static enum nvmux_fit mig_admit(const struct nvmux_space *space, const struct nvmux_type *type)
{
	return count_like(space, type) < type->max_instances ? NVMUX_FIT_OK : NVMUX_FIT_COUNT;
}

static unsigned int mig_ids(const struct nvmux_family *family, const struct nvmux_type *type,
			    u32 ids[NVMUX_VGPU_MAX])
{
	unsigned int n = 0;
	u32 start;

	for (start = 0; start < family->memory_slices; start++)
		if (start_is_legal(family, type->gi, start))
			ids[n++] = start;
	return n;
}

static enum nvmux_fit slice_place(const struct nvmux_space *space, const struct nvmux_type *type,
				  u32 id, struct nvmux_place *ret)
{
	u32 unit = round_down(space->fb_mib / space->family->memory_slices, 2);
	u32 len = nvmux_placement_len(space->family, type, type->gi->memory * unit);
	u32 i, start;

	for (i = 0; i < type->max_per_gi; i++) {
		start = id * unit + i * len;
		if (!nvmux_placement_is_free(space, start, len))
			continue;
		*ret = (struct nvmux_place){ .id = id, .start = start, .len = len };
		return NVMUX_FIT_OK;
	}
	return NVMUX_FIT_TAKEN;
}

static enum nvmux_fit mig_place(const struct nvmux_space *space, const struct nvmux_type *type,
				u32 id, struct nvmux_place *ret)
{
	const struct nvmux_gi *gi = nvmux_placement_gi_at(space, id);

	if (gi ? !room_in(space, gi, type) : !start_is_free(space, type->gi, id))
		return NVMUX_FIT_TAKEN;
	if (!gi && gi_admit(space, type->gi) != NVMUX_FIT_OK)
		return NVMUX_FIT_NO_GI;
	return slice_place(space, type, id, ret);
}

/*
 * An instance that is kept serves first, since it is there anyway. Filling the fullest lets others
 * run empty and end. Of equal ones the lowest.
 */
static bool gi_is_better(const struct nvmux_space *space, const struct nvmux_gi *gi,
			 const struct nvmux_gi *other)
{
	if (gi->kept != other->kept)
		return gi->kept;
	if (count_in(space, gi) != count_in(space, other))
		return count_in(space, gi) > count_in(space, other);
	return gi->start < other->start;
}

static const struct nvmux_gi *gi_choose(const struct nvmux_space *space,
					const struct nvmux_type *type)
{
	const struct nvmux_gi *best = NULL, *gi;

	for (gi = space->gis; gi < space->gis + space->n_gis; gi++)
		if (room_in(space, gi, type) && (!best || gi_is_better(space, gi, best)))
			best = gi;
	return best;
}

static enum nvmux_fit mig_choose(const struct nvmux_space *space, const struct nvmux_type *type,
				 u32 *ret_id)
{
	const struct nvmux_gi *gi = gi_choose(space, type);
	u8 start;

	if (gi) {
		*ret_id = gi->start;
		return NVMUX_FIT_OK;
	}
	if (nvmux_placement_find_gi(space, type->gi, NVMUX_PLACEMENT_ANY, &start) != NVMUX_FIT_OK)
		return NVMUX_FIT_NO_GI;
	*ret_id = start;
	return NVMUX_FIT_OK;
}

/* What the instances take that are there, and those that would be made one after another. */
static u32 mig_left(const struct nvmux_space *space, const struct nvmux_type *type)
{
	struct trial trial;
	unsigned int i;
	u32 n = 0;
	u8 start;

	for (i = 0; i < space->n_gis; i++)
		n += room_in(space, &space->gis[i], type);
	trial_init(&trial, space);
	while (nvmux_placement_find_gi(&trial.space, type->gi, NVMUX_PLACEMENT_ANY, &start) ==
	       NVMUX_FIT_OK) {
		trial_add(&trial, type->gi, start);
		n += type->max_per_gi;
	}
	return min_t(u32, n, type->max_instances - count_like(space, type));
}

const struct nvmux_placement_rule nvmux_placement_mig = {
	.in_gi = true,
	.knows = mig_knows,
	.admit = mig_admit,
	.ids = mig_ids,
	.place = mig_place,
	.choose = mig_choose,
	.left = mig_left,
};
