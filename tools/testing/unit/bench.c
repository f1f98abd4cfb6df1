// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../kmod/hw/catalogue/catalogue.h"
#include "bench.h"

static bool family_is_listed(const struct nvmux_family *family,
			     const struct nvmux_family **families, unsigned int n)
{
	while (n--)
		if (families[n] == family)
			return true;
	return false;
}

/* All families with types, each once. */
unsigned int bench_families(const struct nvmux_family *families[BENCH_FAMILIES])
{
	const struct nvmux_board *const *table;
	const struct nvmux_board *board;
	unsigned int n = 0;

	for (table = nvmux_catalogue; *table; table++)
		for (board = *table; board->name; board++)
			if (board->family->n_types && n < BENCH_FAMILIES &&
			    !family_is_listed(board->family, families, n))
				families[n++] = board->family;
	return n;
}

static void missing(const char *name)
{
	fprintf(stderr, "%s is not in the catalogue\n", name);
	exit(1);
}

const struct nvmux_family *bench_family(const char *name)
{
	const struct nvmux_family *families[BENCH_FAMILIES];
	unsigned int i, n = bench_families(families);

	for (i = 0; i < n; i++)
		if (!strcmp(families[i]->name, name))
			return families[i];
	missing(name);
	return NULL;
}

const struct nvmux_type *bench_type(const struct bench *bench, const char *name)
{
	const struct nvmux_family *family = bench->space.family;
	unsigned int i;

	for (i = 0; i < family->n_types; i++)
		if (!strcmp(family->types[i].name, name))
			return &family->types[i];
	missing(name);
	return NULL;
}

const struct nvmux_gi_profile *bench_profile(const struct bench *bench, const char *name)
{
	const struct nvmux_family *family = bench->space.family;
	unsigned int i;

	for (i = 0; i < family->n_profiles; i++)
		if (!strcmp(family->profiles[i].name, name))
			return &family->profiles[i];
	missing(name);
	return NULL;
}

const char *bench_fit_str(enum nvmux_fit fit)
{
	static const char *const names[] = {
		[NVMUX_FIT_OK] = "ok", [NVMUX_FIT_PARTITION] = "partition",
		[NVMUX_FIT_SIZE] = "size", [NVMUX_FIT_COUNT] = "count",
		[NVMUX_FIT_FULL] = "full", [NVMUX_FIT_NO_GI] = "no gi",
		[NVMUX_FIT_ILLEGAL] = "illegal", [NVMUX_FIT_TAKEN] = "taken",
	};

	return fit < ARRAY_SIZE(names) && names[fit] ? names[fit] : "<unknown>";
}

void bench_init(struct bench *bench, const struct nvmux_family *family,
		enum nvmux_partition partition)
{
	unsigned int i;

	*bench = (struct bench){ .space = { .family = family, .partition = partition,
					    .fb_mib = family->fb_mib } };
	for (i = 0; i < ARRAY_SIZE(bench->pointers); i++)
		bench->pointers[i] = &bench->residents[i];
	bench->space.residents = bench->pointers;
	bench->space.gis = bench->gis;
}

void bench_copy(struct bench *bench, const struct bench *other)
{
	bench_init(bench, other->space.family, other->space.partition);
	bench->space.fb_mib = other->space.fb_mib;
	bench->space.n_residents = other->space.n_residents;
	bench->space.n_gis = other->space.n_gis;
	memcpy(bench->residents, other->residents, sizeof(bench->residents));
	memcpy(bench->gis, other->gis, sizeof(bench->gis));
}

/* A refusal that leaves a trace in the place is no refusal that exists. */
static enum nvmux_fit find_untouched(const struct bench *bench, const struct nvmux_type *type,
				     u32 wish, struct nvmux_place *ret)
{
	static const struct nvmux_place pattern = { 0xa5a5a5a5, 0x5a5a5a5a, 0xa55aa55a };
	enum nvmux_fit fit;

	*ret = pattern;
	fit = nvmux_placement_find(&bench->space, type, wish, ret);
	if (fit != NVMUX_FIT_OK && memcmp(ret, &pattern, sizeof(pattern)))
		return 0;
	return fit;
}

enum nvmux_fit bench_create(struct bench *bench, const struct nvmux_type *type, u32 wish)
{
	struct nvmux_space *space = &bench->space;
	struct nvmux_place place;
	enum nvmux_fit fit = find_untouched(bench, type, wish, &place);

	if (fit != NVMUX_FIT_OK)
		return fit;
	if (type->gi && !nvmux_placement_gi_at(space, place.id))
		bench_add_gi(bench, type->gi, place.id, false);
	bench->residents[space->n_residents++] =
		(struct nvmux_resident){ .type = type, .place = place };
	return fit;
}

static void drop_gi_if_empty(struct bench *bench, u32 start)
{
	const struct nvmux_gi *gi = nvmux_placement_gi_at(&bench->space, start);
	unsigned int i;

	if (!gi || gi->kept)
		return;
	for (i = 0; i < bench->space.n_residents; i++)
		if (bench->residents[i].place.id == start)
			return;
	bench_delete_gi(bench, gi - bench->gis);
}

void bench_delete(struct bench *bench, unsigned int n)
{
	struct nvmux_resident gone = bench->residents[n];

	bench->residents[n] = bench->residents[--bench->space.n_residents];
	if (gone.type->gi)
		drop_gi_if_empty(bench, gone.place.id);
}

void bench_add_gi(struct bench *bench, const struct nvmux_gi_profile *profile, u8 start, bool kept)
{
	bench->gis[bench->space.n_gis++] =
		(struct nvmux_gi){ .profile = profile, .start = start, .kept = kept };
}

void bench_delete_gi(struct bench *bench, unsigned int n)
{
	bench->gis[n] = bench->gis[--bench->space.n_gis];
}

const struct nvmux_resident *bench_last(const struct bench *bench)
{
	return &bench->residents[bench->space.n_residents - 1];
}
