// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random walks: vGPUs and GPU instances come and go on every board in every partitioning, and each
 * answer of placement is held against the oracle's. NVMUX_SEED and NVMUX_STEPS change the walk.
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "oracle.h"
#include "tap.h"

#define ANY NVMUX_PLACEMENT_ANY
#define STEPS 3000000

struct walk {
	struct bench gpu;
	struct oracle oracle;
	bool grows;
};

static const struct nvmux_family *families[BENCH_FAMILIES];
static struct oracle_places places[ORACLE_TYPES_MAX];
static unsigned int n_families;
static unsigned long n_steps, seen[NVMUX_FIT_TAKEN + 1];
static u64 state;

static u32 dice(u32 n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 16) % n;
}

static const struct nvmux_type *any_type(const struct walk *walk)
{
	const struct nvmux_family *family = walk->gpu.space.family;
	const struct nvmux_type *type = &family->types[dice(family->n_types)];
	bool in_mig = walk->gpu.space.partition == NVMUX_PARTITION_MIG;

	/* types of the wrong kind are refused, which need not be seen too often */
	if (!type->gi == in_mig && dice(16))
		return any_type(walk);
	/* so are those of another size, where the first has locked the size */
	if (walk->gpu.space.partition == NVMUX_PARTITION_SAME_SIZE && walk->gpu.space.n_residents &&
	    type->fb_mib != walk->gpu.residents[0].type->fb_mib && dice(8))
		return any_type(walk);
	return type;
}

static u32 any_wish(const struct walk *walk, const struct nvmux_type *type)
{
	u32 ids[NVMUX_VGPU_MAX];
	unsigned int n;

	if (dice(3))
		return ANY;
	n = nvmux_placement_list(&walk->gpu.space, type, dice(2), ids);
	return n && dice(8) ? ids[dice(n)] : dice(160);
}

static bool create_agrees(struct walk *walk, const struct nvmux_type *type, u32 wish)
{
	enum nvmux_fit expected = oracle_expect(&walk->oracle, type, wish);
	enum nvmux_fit fit = bench_create(&walk->gpu, type, wish);
	const struct nvmux_place *place;

	if (fit != expected)
		printf("# %s, wish %d: %s instead of %s\n", type->name, (int)wish,
		       bench_fit_str(fit), bench_fit_str(expected));
	CHECK(fit == expected);
	seen[fit]++;
	if (fit != NVMUX_FIT_OK)
		return true;
	place = &bench_last(&walk->gpu)->place;
	CHECK(wish == ANY || place->id == wish);
	CHECK(oracle_agrees(&walk->oracle, type, place));
	/* in mixed-size this is what takes time */
	if (wish == ANY && (walk->gpu.space.partition != NVMUX_PARTITION_MIXED_SIZE || !dice(8)))
		CHECK(oracle_would_choose(&walk->oracle, type, place->id));
	oracle_create(&walk->oracle, type, place);
	return true;
}

static void delete(struct walk *walk, unsigned int n)
{
	struct nvmux_place gone = walk->gpu.residents[n].place;

	bench_delete(&walk->gpu, n);
	oracle_delete(&walk->oracle, &gone);
}

static bool lay_out_agrees(struct walk *walk)
{
	const struct nvmux_family *family = walk->gpu.space.family;
	const struct nvmux_gi_profile *profile = &family->profiles[dice(family->n_profiles)];
	u32 wish = dice(2) ? ANY : dice(family->memory_slices + 1);
	enum nvmux_fit fit;
	u8 start = 0xa5;

	fit = nvmux_placement_find_gi(&walk->gpu.space, profile, wish, &start);
	CHECK(fit == oracle_gi_expect(&walk->oracle, profile, wish));
	if (fit != NVMUX_FIT_OK) {
		CHECK(start == 0xa5);
		return true;
	}
	CHECK(wish == ANY ? oracle_gi_would_choose(&walk->oracle, profile, start) : wish == start);
	bench_add_gi(&walk->gpu, profile, start, true);
	oracle_gi_add(&walk->oracle, profile, start, true);
	return true;
}

static bool is_empty(const struct bench *gpu, const struct nvmux_gi *gi)
{
	unsigned int i;

	for (i = 0; i < gpu->space.n_residents; i++)
		if (gpu->residents[i].place.id == gi->start)
			return false;
	return true;
}

/* A person removes a GPU instance that he laid out, when nobody is in it. */
static void clear_away(struct walk *walk)
{
	unsigned int n = walk->gpu.space.n_gis ? dice(walk->gpu.space.n_gis) : 0;
	u8 start = walk->gpu.gis[n].start;

	if (!walk->gpu.space.n_gis || !is_empty(&walk->gpu, &walk->gpu.gis[n]))
		return;
	bench_delete_gi(&walk->gpu, n);
	oracle_gi_delete(&walk->oracle, start);
}

static bool layouts_agree(const struct walk *walk)
{
	unsigned int i;

	CHECK(walk->gpu.space.n_gis == walk->oracle.layout.n);
	for (i = 0; i < walk->oracle.layout.n; i++) {
		const struct nvmux_gi *gi = &walk->oracle.layout.gis[i];
		const struct nvmux_gi *same = nvmux_placement_gi_at(&walk->gpu.space, gi->start);

		CHECK(same && same->profile == gi->profile && same->kept == gi->kept);
	}
	return true;
}

/* So many are left as can be created one after another, each as the oracle would have it. */
static bool left_agrees(const struct walk *walk, const struct nvmux_type *type)
{
	u32 n, left = nvmux_placement_left(&walk->gpu.space, type);
	struct walk then = *walk;

	bench_copy(&then.gpu, &walk->gpu);
	for (n = 0; n == then.gpu.space.n_residents - walk->gpu.space.n_residents; n++)
		CHECK(create_agrees(&then, type, ANY));
	CHECK(left == n - 1);
	return true;
}

static bool lists_agree(const struct walk *walk, const struct nvmux_type *type)
{
	u32 ids[NVMUX_VGPU_MAX], expected[NVMUX_VGPU_MAX];
	unsigned int n;
	int only_free;

	for (only_free = 0; only_free < 2; only_free++) {
		n = nvmux_placement_list(&walk->gpu.space, type, only_free, ids);
		CHECK(n == oracle_list(&walk->oracle, type, only_free, expected));
		CHECK(!memcmp(ids, expected, n * sizeof(ids[0])));
	}
	return true;
}

static bool step(struct walk *walk)
{
	const struct nvmux_type *type = any_type(walk);
	bool in_mig = walk->gpu.space.partition == NVMUX_PARTITION_MIG;
	unsigned int n = walk->gpu.space.n_residents;

	if (!dice(100))
		walk->grows = !walk->grows;
	if (in_mig && !dice(12))
		return lay_out_agrees(walk);
	if (in_mig && !dice(10))
		clear_away(walk);
	else if (n && dice(10) < (walk->grows ? 3 : 7))
		delete(walk, dice(n));
	else
		CHECK(create_agrees(walk, type, any_wish(walk, type)));
	if (!dice(32))
		CHECK(left_agrees(walk, any_type(walk)) && lists_agree(walk, any_type(walk)));
	return layouts_agree(walk);
}

/* Who has seen everybody off finds the GPU as it was. */
static bool end_is_as_the_beginning(struct walk *walk)
{
	const struct nvmux_family *family = walk->gpu.space.family;
	unsigned int i;

	while (walk->gpu.space.n_residents)
		delete(walk, 0);
	while (walk->gpu.space.n_gis)
		clear_away(walk);
	CHECK(oracle_is_clean(&walk->oracle, 0, walk->oracle.fb_mib));
	CHECK(layouts_agree(walk));
	for (i = 0; i < family->n_types; i++)
		CHECK(nvmux_placement_left(&walk->gpu.space, &family->types[i]) ==
		      nvmux_placement_max(&walk->gpu.space, &family->types[i]));
	return true;
}

static bool partition_has_types(const struct nvmux_family *family, enum nvmux_partition partition)
{
	unsigned int i;

	for (i = 0; i < family->n_types; i++)
		if (partition == NVMUX_PARTITION_MIG ? !!family->types[i].gi : !family->types[i].gi)
			return partition != NVMUX_PARTITION_MIXED_SIZE ||
			       family->mixed != NVMUX_MIXED_NONE;
	return false;
}

static bool walk_on(const struct nvmux_family *family, enum nvmux_partition partition,
		    u32 fb_mib, unsigned int steps)
{
	static struct walk walk;
	unsigned int i;

	walk.grows = true;
	bench_init(&walk.gpu, family, partition);
	walk.gpu.space.fb_mib = fb_mib;
	oracle_init(&walk.oracle, places, family, partition, fb_mib);
	for (i = 0; i < steps; i++, n_steps++) {
		if (step(&walk))
			continue;
		printf("# that was step %u on %s, partitioning %d, %u MiB\n", i, family->name,
		       partition, fb_mib);
		return false;
	}
	return end_is_as_the_beginning(&walk);
}

/* With the memory that the board should have, and with a bit less. */
static bool walk_all(enum nvmux_partition partition, unsigned int steps)
{
	unsigned int f, n = 0;
	u32 fb_mib;

	for (f = 0; f < n_families; f++)
		n += partition_has_types(families[f], partition);
	for (f = 0; f < n_families; f++) {
		if (!partition_has_types(families[f], partition))
			continue;
		fb_mib = families[f]->fb_mib;
		CHECK(walk_on(families[f], partition, fb_mib, steps / n / 2 + 1));
		fb_mib -= dice(fb_mib / 8);
		CHECK(walk_on(families[f], partition, fb_mib, steps / n / 2 + 1));
	}
	return true;
}

static unsigned long setting(const char *name, unsigned long otherwise)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 0) : otherwise;
}

static bool walk_same_size_agrees_with_the_oracle(void)
{
	return walk_all(NVMUX_PARTITION_SAME_SIZE, setting("NVMUX_STEPS", STEPS) / 3);
}

static bool walk_mixed_size_agrees_with_the_oracle(void)
{
	return walk_all(NVMUX_PARTITION_MIXED_SIZE, setting("NVMUX_STEPS", STEPS) / 3);
}

static bool walk_mig_agrees_with_the_oracle(void)
{
	return walk_all(NVMUX_PARTITION_MIG, setting("NVMUX_STEPS", STEPS) / 3);
}

static bool walk_has_seen_every_answer(void)
{
	enum nvmux_fit fit;

	printf("# %lu steps:", n_steps);
	for (fit = NVMUX_FIT_OK; fit <= NVMUX_FIT_TAKEN; fit++)
		printf(" %s %lu", bench_fit_str(fit), seen[fit]);
	printf("\n");
	for (fit = NVMUX_FIT_OK; fit <= NVMUX_FIT_TAKEN; fit++)
		CHECK(seen[fit]);
	return true;
}

int main(void)
{
	state = setting("NVMUX_SEED", 1);
	printf("# seed %llu\n", (unsigned long long)state);
	/* spread the bits, and stay away from 0, which the dice never leave */
	state = state * 0x9e3779b97f4a7c15ULL + 1 ?: 1;
	n_families = bench_families(families);
	RUN(walk_same_size_agrees_with_the_oracle);
	RUN(walk_mixed_size_agrees_with_the_oracle);
	RUN(walk_mig_agrees_with_the_oracle);
	RUN(walk_has_seen_every_answer);
	return tap_end();
}
