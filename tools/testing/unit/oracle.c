// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time-sliced types by brute force, and what is common to all.
 */
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

/* "A40-12Q" is 12, "M10-0B" less than one. */
static u32 gb_of(const struct nvmux_type *type)
{
	return strtoul(strrchr(type->name, '-') + 1, NULL, 10);
}

static bool is_time_sliced(const struct nvmux_type *type)
{
	return !type->max_per_gi;
}

/* The longest even length, @nominal at most, of which @count fit into @mib. */
u32 oracle_longest(u32 nominal, u32 count, u32 mib)
{
	u32 len = nominal - nominal % 2;

	while ((u64)len * count > mib)
		len -= 2;
	return len;
}

static void add_place(struct oracle_places *places, u32 id, u32 start, u32 len)
{
	places->places[places->n++] = (struct nvmux_place){ id, start, len };
}

static u32 most_of_size(const struct nvmux_family *family, const struct nvmux_type *type)
{
	u32 most = 0;
	unsigned int i;

	for (i = 0; i < family->n_types; i++)
		if (is_time_sliced(&family->types[i]) && family->types[i].fb_mib == type->fb_mib &&
		    family->types[i].max_instances > most)
			most = family->types[i].max_instances;
	return most;
}

static void places_of_same_size(struct oracle_places *places, const struct nvmux_family *family,
				const struct nvmux_type *type, u32 fb_mib)
{
	u32 len = oracle_longest(type->fb_mib, most_of_size(family, type), fb_mib);
	u32 id = 0, start = 0;
	unsigned int n;

	for (n = type->max_instances; n; n--, start += len) {
		add_place(places, id, start, len);
		id += gb_of(type) ? gb_of(type) : 1;
	}
}

/* The largest even MiB that is not beyond @gb of @region parts of @mib. */
static u32 even_mib(u32 gb, u32 region, u32 mib)
{
	u64 even = 0;

	while ((even + 2) * region <= (u64)gb * mib)
		even += 2;
	return even;
}

static void add_mixed(struct oracle_places *places, const struct nvmux_family *family,
		      const struct nvmux_type *type, u32 fb_mib, u32 id)
{
	u32 len = even_mib(gb_of(type), family->region_gb, fb_mib);

	/* the two that the documents leave out where there are 30 */
	if (type->max_mixed == 30 && (id == 8 || id == 32))
		return;
	if (len > type->fb_mib)
		len = type->fb_mib - type->fb_mib % 2;
	add_place(places, id, even_mib(id, family->region_gb, fb_mib), len);
}

static void halve(struct oracle_places *places, const struct nvmux_family *family,
		  const struct nvmux_type *type, u32 fb_mib, u32 min, u32 max, u32 parts)
{
	u32 mid = min + (max - min) / 2;

	if (parts > 1) {
		halve(places, family, type, fb_mib, min, mid, parts / 2);
		halve(places, family, type, fb_mib, mid, max, parts / 2);
		return;
	}
	add_mixed(places, family, type, fb_mib, min);
	add_mixed(places, family, type, fb_mib, max - gb_of(type));
}

static void places_by_halves(struct oracle_places *places, const struct nvmux_family *family,
			     const struct nvmux_type *type, u32 fb_mib)
{
	u32 parts = 1;

	while (parts * 2 < type->max_mixed)
		parts *= 2;
	if (type->max_mixed == 1)
		add_mixed(places, family, type, fb_mib, 0);
	else
		halve(places, family, type, fb_mib, 0, family->region_gb, parts);
}

static void places_evenly(struct oracle_places *places, const struct nvmux_family *family,
			  const struct nvmux_type *type, u32 fb_mib)
{
	u32 n, id = 0;

	for (n = 0; n < type->max_mixed; n++) {
		while ((id + 1) * type->max_mixed <= family->region_gb * n)
			id++;
		add_mixed(places, family, type, fb_mib, id);
	}
}

static void enumerate(struct oracle_places *places, const struct nvmux_family *family,
		      enum nvmux_partition partition, const struct nvmux_type *type, u32 fb_mib)
{
	places->n = 0;
	if (!is_time_sliced(type) || partition == NVMUX_PARTITION_MIG)
		return;
	if (partition == NVMUX_PARTITION_SAME_SIZE)
		places_of_same_size(places, family, type, fb_mib);
	else if (type->max_mixed && family->mixed == NVMUX_MIXED_HALVES)
		places_by_halves(places, family, type, fb_mib);
	else if (type->max_mixed && family->mixed == NVMUX_MIXED_EVEN)
		places_evenly(places, family, type, fb_mib);
}

void oracle_init(struct oracle *oracle, struct oracle_places places[ORACLE_TYPES_MAX],
		 const struct nvmux_family *family, enum nvmux_partition partition, u32 fb_mib)
{
	unsigned int i;

	if (family->n_types > ORACLE_TYPES_MAX || fb_mib / ORACLE_CELL_MIB >= ORACLE_WORDS * 64)
		abort();
	memset(oracle, 0, sizeof(*oracle));
	oracle->family = family;
	oracle->partition = partition;
	oracle->fb_mib = fb_mib;
	oracle->places = places;
	if (family->memory_slices)
		oracle->slice_mib = oracle_longest(fb_mib, family->memory_slices, fb_mib);
	for (i = 0; i < family->n_types; i++)
		enumerate(&places[i], family, partition, &family->types[i], fb_mib);
}

static const struct oracle_places *places_of(const struct oracle *oracle,
					     const struct nvmux_type *type)
{
	return &oracle->places[type - oracle->family->types];
}

/* The bits of word @word that lie in cells @from to @to - 1. */
static u64 bits_within(u32 word, u32 from, u32 to)
{
	u32 low = word * 64, high = low + 64;
	u64 bits = ~0ULL;

	if (from > low)
		bits &= ~0ULL << (from - low);
	if (to < high)
		bits &= ~0ULL >> (high - to);
	return bits;
}

static void paint(struct oracle *oracle, u32 start, u32 len, bool there)
{
	u32 from = start / ORACLE_CELL_MIB, to = (start + len) / ORACLE_CELL_MIB, word;

	for (word = from / 64; word * 64 < to; word++) {
		if (there)
			oracle->picture[word] |= bits_within(word, from, to);
		else
			oracle->picture[word] &= ~bits_within(word, from, to);
	}
}

bool oracle_is_clean(const struct oracle *oracle, u32 start, u32 len)
{
	u32 from = start / ORACLE_CELL_MIB, to = (start + len) / ORACLE_CELL_MIB, word;

	for (word = from / 64; word * 64 < to; word++)
		if (oracle->picture[word] & bits_within(word, from, to))
			return false;
	return true;
}

static unsigned int clean_places(const struct oracle *oracle, const struct nvmux_type *type)
{
	const struct oracle_places *places = places_of(oracle, type);
	unsigned int i, n = 0;

	for (i = 0; i < places->n; i++)
		n += oracle_is_clean(oracle, places->places[i].start, places->places[i].len);
	return n;
}

static enum nvmux_fit expect_by_the_others(const struct oracle *oracle,
					   const struct nvmux_type *type)
{
	unsigned int i;

	if (oracle->partition != NVMUX_PARTITION_SAME_SIZE)
		return NVMUX_FIT_OK;
	for (i = 0; i < oracle->n_vgpus; i++)
		if (gb_of(oracle->vgpus[i].type) != gb_of(type))
			return NVMUX_FIT_SIZE;
	return oracle->n_vgpus < type->max_instances ? NVMUX_FIT_OK : NVMUX_FIT_COUNT;
}

static enum nvmux_fit expect_wish(const struct oracle *oracle, const struct nvmux_type *type,
				  u32 wish)
{
	const struct oracle_places *places = places_of(oracle, type);
	unsigned int i;

	for (i = 0; i < places->n; i++)
		if (places->places[i].id == wish)
			return oracle_is_clean(oracle, places->places[i].start,
					       places->places[i].len) ?
			       NVMUX_FIT_OK : NVMUX_FIT_TAKEN;
	return NVMUX_FIT_ILLEGAL;
}

enum nvmux_fit oracle_expect(const struct oracle *oracle, const struct nvmux_type *type, u32 wish)
{
	enum nvmux_fit fit;

	if (oracle->partition == NVMUX_PARTITION_MIG)
		return oracle_mig_expect(oracle, type, wish);
	if (!places_of(oracle, type)->n)
		return NVMUX_FIT_PARTITION;
	fit = expect_by_the_others(oracle, type);
	if (fit != NVMUX_FIT_OK)
		return fit;
	if (wish != NVMUX_PLACEMENT_ANY)
		return expect_wish(oracle, type, wish);
	return clean_places(oracle, type) ? NVMUX_FIT_OK : NVMUX_FIT_FULL;
}

/* Is that one of the places that the type may have, and nobody there? */
bool oracle_agrees(const struct oracle *oracle, const struct nvmux_type *type,
		   const struct nvmux_place *place)
{
	const struct oracle_places *places = places_of(oracle, type);
	unsigned int i;

	if (place->len < 2 || place->start + place->len > oracle->fb_mib ||
	    !oracle_is_clean(oracle, place->start, place->len))
		return false;
	if (oracle->partition == NVMUX_PARTITION_MIG)
		return oracle_mig_agrees(oracle, type, place);
	for (i = 0; i < places->n; i++)
		if (!memcmp(&places->places[i], place, sizeof(*place)))
			return true;
	return false;
}

/* How many places of other sizes are clean, each size taken once. */
static unsigned int others_left(const struct oracle *oracle, const struct nvmux_type *type)
{
	bool counted[1024] = { false };
	unsigned int i, n = 0;

	counted[gb_of(type)] = true;
	for (i = 0; i < oracle->family->n_types; i++) {
		const struct nvmux_type *other = &oracle->family->types[i];

		if (!oracle->places[i].n || counted[gb_of(other)])
			continue;
		counted[gb_of(other)] = true;
		n += clean_places(oracle, other);
	}
	return n;
}

/* Same-size: the lowest clean place. Mixed-size: the one that leaves the most to other sizes. */
bool oracle_would_choose(const struct oracle *oracle, const struct nvmux_type *type, u32 id)
{
	const struct oracle_places *places = places_of(oracle, type);
	const struct nvmux_place *place, *best = NULL;
	unsigned int left = 0, most = 0;
	struct oracle then = *oracle;

	if (oracle->partition == NVMUX_PARTITION_MIG)
		return oracle_mig_would_choose(oracle, type, id);
	for (place = places->places; place < places->places + places->n; place++) {
		if (!oracle_is_clean(oracle, place->start, place->len))
			continue;
		paint(&then, place->start, place->len, true);
		if (oracle->partition == NVMUX_PARTITION_MIXED_SIZE)
			left = others_left(&then, type);
		paint(&then, place->start, place->len, false);
		if (best && left <= most)
			continue;
		best = place;
		most = left;
	}
	return best && best->id == id;
}

/* The ids that a wish gets now, or would get if nobody were there. */
unsigned int oracle_list(const struct oracle *oracle, const struct nvmux_type *type,
			 bool only_free, u32 ids[NVMUX_VGPU_MAX])
{
	struct oracle then = *oracle;
	unsigned int n = 0;
	u32 id;

	if (!only_free) {
		then.n_vgpus = 0;
		then.layout.n = 0;
		memset(then.picture, 0, sizeof(then.picture));
	}
	for (id = 0; id < 300; id++)
		if (oracle_expect(&then, type, id) == NVMUX_FIT_OK)
			ids[n++] = id;
	return n;
}

void oracle_create(struct oracle *oracle, const struct nvmux_type *type,
		   const struct nvmux_place *place)
{
	oracle->vgpus[oracle->n_vgpus++] = (struct nvmux_resident){ type, *place };
	paint(oracle, place->start, place->len, true);
	if (oracle->partition == NVMUX_PARTITION_MIG)
		oracle_gi_add(oracle, type->gi, place->id, false);
}

void oracle_delete(struct oracle *oracle, const struct nvmux_place *place)
{
	unsigned int i = 0;

	while (memcmp(&oracle->vgpus[i].place, place, sizeof(*place)))
		i++;
	oracle->vgpus[i] = oracle->vgpus[--oracle->n_vgpus];
	paint(oracle, place->start, place->len, false);
	if (oracle->partition == NVMUX_PARTITION_MIG)
		oracle_mig_vacate(oracle, place->id);
}
