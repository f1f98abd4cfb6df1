// SPDX-License-Identifier: GPL-2.0-only
/*
 * MIG by brute force: a row of memory slices, each of which belongs to one GPU instance or to none.
 */
#include <string.h>

#include "oracle.h"

#define SLICES_MAX 16
#define NOBODY (-1)

static void draw(const struct oracle_layout *layout, int owners[SLICES_MAX])
{
	unsigned int i, slice;

	for (slice = 0; slice < SLICES_MAX; slice++)
		owners[slice] = NOBODY;
	for (i = 0; i < layout->n; i++)
		for (slice = 0; slice < layout->gis[i].profile->memory; slice++)
			owners[layout->gis[i].start + slice] = i;
}

static const struct nvmux_gi *gi_at(const struct oracle_layout *layout, u32 start)
{
	unsigned int i;

	for (i = 0; i < layout->n; i++)
		if (layout->gis[i].start == start)
			return &layout->gis[i];
	return NULL;
}

static bool may_begin_at(const struct nvmux_family *family,
			 const struct nvmux_gi_profile *profile, u32 start)
{
	return start < family->memory_slices && (profile->starts & (1U << start));
}

static bool slices_are_clean(const struct oracle_layout *layout,
			     const struct nvmux_gi_profile *profile, u32 start)
{
	int owners[SLICES_MAX];
	u32 slice;

	draw(layout, owners);
	for (slice = start; slice < start + profile->memory; slice++)
		if (owners[slice] != NOBODY)
			return false;
	return true;
}

static bool needs_media(const struct nvmux_gi_profile *profile)
{
	const char *option = strchr(profile->name, '+');

	return option && option[1] == 'm' && option[2] == 'e';
}

/* May there be one more of @profile at all? */
static enum nvmux_fit expect_one_more(const struct nvmux_family *family,
				      const struct oracle_layout *layout,
				      const struct nvmux_gi_profile *profile)
{
	int same = 0, media = 0, compute = 0;
	unsigned int i;

	for (i = 0; i < layout->n; i++) {
		same += !strcmp(layout->gis[i].profile->name, profile->name);
		media += needs_media(layout->gis[i].profile);
		compute += layout->gis[i].profile->compute;
	}
	if (layout->n == NVMUX_GI_MAX || same >= profile->max || (media && needs_media(profile)))
		return NVMUX_FIT_COUNT;
	return family->compute_slices - compute >= profile->compute ? NVMUX_FIT_OK : NVMUX_FIT_FULL;
}

static bool is_possible(const struct nvmux_family *family, const struct oracle_layout *layout,
			const struct nvmux_gi_profile *profile, u32 start)
{
	return expect_one_more(family, layout, profile) == NVMUX_FIT_OK &&
	       may_begin_at(family, profile, start) && slices_are_clean(layout, profile, start);
}

enum nvmux_fit oracle_gi_expect(const struct oracle *oracle,
				const struct nvmux_gi_profile *profile, u32 wish)
{
	enum nvmux_fit fit = expect_one_more(oracle->family, &oracle->layout, profile);
	u32 start;

	if (oracle->partition != NVMUX_PARTITION_MIG)
		return NVMUX_FIT_PARTITION;
	if (fit != NVMUX_FIT_OK)
		return fit;
	if (wish != NVMUX_PLACEMENT_ANY) {
		if (!may_begin_at(oracle->family, profile, wish))
			return NVMUX_FIT_ILLEGAL;
		return slices_are_clean(&oracle->layout, profile, wish) ? NVMUX_FIT_OK :
									  NVMUX_FIT_TAKEN;
	}
	for (start = 0; start < oracle->family->memory_slices; start++)
		if (is_possible(oracle->family, &oracle->layout, profile, start))
			return NVMUX_FIT_OK;
	return NVMUX_FIT_FULL;
}

/* Counts the placements of other profiles that are possible now and no more with one at @start. */
static unsigned int blocked_by(const struct oracle *oracle,
			       const struct nvmux_gi_profile *profile, u32 start)
{
	const struct nvmux_family *family = oracle->family;
	struct oracle_layout then = oracle->layout;
	unsigned int i, n = 0;
	u32 slice;

	then.gis[then.n++] = (struct nvmux_gi){ profile, start, false };
	for (i = 0; i < family->n_profiles; i++)
		for (slice = 0; slice < family->memory_slices; slice++)
			n += &family->profiles[i] != profile &&
			     is_possible(family, &oracle->layout, &family->profiles[i], slice) &&
			     !is_possible(family, &then, &family->profiles[i], slice);
	return n;
}

bool oracle_gi_would_choose(const struct oracle *oracle, const struct nvmux_gi_profile *profile,
			    u8 start)
{
	unsigned int n, fewest = ~0U;
	int slice, best = NOBODY;

	for (slice = oracle->family->memory_slices - 1; slice >= 0; slice--) {
		if (!is_possible(oracle->family, &oracle->layout, profile, slice))
			continue;
		n = blocked_by(oracle, profile, slice);
		if (n >= fewest)
			continue;
		fewest = n;
		best = slice;
	}
	return best == start;
}

static unsigned int inside(const struct oracle *oracle, const struct nvmux_gi *gi,
			   const struct nvmux_type *type, bool other_size)
{
	unsigned int i, n = 0;

	for (i = 0; i < oracle->n_vgpus; i++)
		n += oracle->vgpus[i].place.id == gi->start &&
		     (!other_size || oracle->vgpus[i].type->fb_mib != type->fb_mib);
	return n;
}

static bool has_room(const struct oracle *oracle, const struct nvmux_gi *gi,
		     const struct nvmux_type *type)
{
	return !strcmp(gi->profile->name, type->gi->name) && !inside(oracle, gi, type, true) &&
	       inside(oracle, gi, type, false) < type->max_per_gi;
}

static unsigned int there_are(const struct oracle *oracle, const struct nvmux_type *type)
{
	unsigned int i, n = 0;

	for (i = 0; i < oracle->n_vgpus; i++)
		n += oracle->vgpus[i].type->fb_mib == type->fb_mib &&
		     !strcmp(oracle->vgpus[i].type->gi->name, type->gi->name);
	return n;
}

static enum nvmux_fit expect_wish(const struct oracle *oracle, const struct nvmux_type *type,
				  u32 wish)
{
	const struct nvmux_gi *gi = gi_at(&oracle->layout, wish);

	if (!may_begin_at(oracle->family, type->gi, wish))
		return NVMUX_FIT_ILLEGAL;
	if (gi)
		return has_room(oracle, gi, type) ? NVMUX_FIT_OK : NVMUX_FIT_TAKEN;
	if (!slices_are_clean(&oracle->layout, type->gi, wish))
		return NVMUX_FIT_TAKEN;
	return is_possible(oracle->family, &oracle->layout, type->gi, wish) ? NVMUX_FIT_OK :
									      NVMUX_FIT_NO_GI;
}

enum nvmux_fit oracle_mig_expect(const struct oracle *oracle, const struct nvmux_type *type,
				 u32 wish)
{
	u32 start;

	if (!type->max_per_gi)
		return NVMUX_FIT_PARTITION;
	if (there_are(oracle, type) >= type->max_instances || oracle->n_vgpus >= 48)
		return NVMUX_FIT_COUNT;
	if (wish != NVMUX_PLACEMENT_ANY)
		return expect_wish(oracle, type, wish);
	for (start = 0; start < oracle->family->memory_slices; start++)
		if (expect_wish(oracle, type, start) == NVMUX_FIT_OK)
			return NVMUX_FIT_OK;
	return NVMUX_FIT_NO_GI;
}

static u32 most_in_gi(const struct nvmux_family *family, const struct nvmux_type *type)
{
	unsigned int i;
	u32 most = 0;

	for (i = 0; i < family->n_types; i++)
		if (family->types[i].gi == type->gi && family->types[i].fb_mib == type->fb_mib &&
		    family->types[i].max_per_gi > most)
			most = family->types[i].max_per_gi;
	return most;
}

/* It begins with its GPU instance, or behind neighbours of its length without a gap. */
bool oracle_mig_agrees(const struct oracle *oracle, const struct nvmux_type *type,
		       const struct nvmux_place *place)
{
	u32 begin = place->id * oracle->slice_mib, start;
	u32 end = begin + type->gi->memory * oracle->slice_mib;
	u32 len = oracle_longest(type->fb_mib, most_in_gi(oracle->family, type), end - begin);

	if (oracle_mig_expect(oracle, type, place->id) != NVMUX_FIT_OK)
		return false;
	for (start = begin; start + len <= end; start += len)
		if (oracle_is_clean(oracle, start, len))
			return place->start == start && place->len == len;
	return false;
}

static bool is_preferred(const struct oracle *oracle, const struct nvmux_gi *a,
			 const struct nvmux_gi *b)
{
	unsigned int in_a = inside(oracle, a, NULL, false), in_b = inside(oracle, b, NULL, false);

	if (a->kept && !b->kept)
		return true;
	if (b->kept && !a->kept)
		return false;
	return in_a > in_b || (in_a == in_b && a->start < b->start);
}

/* Nobody with room is preferred to the chosen one; a new one only when nobody has room. */
bool oracle_mig_would_choose(const struct oracle *oracle, const struct nvmux_type *type, u32 id)
{
	const struct nvmux_gi *chosen = gi_at(&oracle->layout, id);
	unsigned int i;

	for (i = 0; i < oracle->layout.n; i++) {
		const struct nvmux_gi *gi = &oracle->layout.gis[i];

		if (has_room(oracle, gi, type) && (!chosen || is_preferred(oracle, gi, chosen)))
			return false;
	}
	return chosen || oracle_gi_would_choose(oracle, type->gi, id);
}

void oracle_gi_add(struct oracle *oracle, const struct nvmux_gi_profile *profile, u8 start,
		   bool kept)
{
	struct oracle_layout *layout = &oracle->layout;

	if (!gi_at(layout, start))
		layout->gis[layout->n++] = (struct nvmux_gi){ profile, start, kept };
}

void oracle_gi_delete(struct oracle *oracle, u8 start)
{
	struct oracle_layout *layout = &oracle->layout;
	unsigned int i = gi_at(layout, start) - layout->gis;

	layout->gis[i] = layout->gis[--layout->n];
}

/* A vGPU has left the GPU instance at @start. */
void oracle_mig_vacate(struct oracle *oracle, u32 start)
{
	const struct nvmux_gi *gi = gi_at(&oracle->layout, start);

	if (!gi->kept && !inside(oracle, gi, NULL, false))
		oracle_gi_delete(oracle, start);
}
