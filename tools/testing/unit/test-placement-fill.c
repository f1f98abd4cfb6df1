// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every type of every board: a GPU takes exactly as many as documented, and none lies on another.
 * The documented placement ids are read from the table that the catalogue was made from.
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "tap.h"

#define ANY NVMUX_PLACEMENT_ANY
#define DOCUMENTED "data/mixed_size_placements.csv"

static const struct nvmux_family *families[BENCH_FAMILIES];
static unsigned int n_families;

static u32 expected_count(const struct nvmux_family *family, enum nvmux_partition partition,
			  const struct nvmux_type *type)
{
	bool in_mig = partition == NVMUX_PARTITION_MIG;

	if (!type->gi == in_mig)
		return 0;
	if (partition != NVMUX_PARTITION_MIXED_SIZE)
		return type->max_instances;
	return family->mixed == NVMUX_MIXED_NONE ? 0 : type->max_mixed;
}

static enum nvmux_fit expected_end(enum nvmux_partition partition)
{
	return partition == NVMUX_PARTITION_MIXED_SIZE ? NVMUX_FIT_FULL : NVMUX_FIT_COUNT;
}

static bool slices_overlap(const struct nvmux_place *a, const struct nvmux_place *b)
{
	return a->start < b->start + b->len && b->start < a->start + a->len;
}

/* The last one lies inside, on even MiB, beside the others, and is as long as they are. */
static bool last_lies_well(const struct bench *gpu)
{
	const struct nvmux_place *last = &bench_last(gpu)->place;
	unsigned int i;

	CHECK(last->start % 2 == 0 && last->len % 2 == 0 && last->len);
	CHECK(last->start + last->len <= gpu->space.fb_mib);
	for (i = 0; i + 1 < gpu->space.n_residents; i++) {
		CHECK(!slices_overlap(last, &gpu->residents[i].place));
		CHECK(last->len == gpu->residents[i].place.len);
	}
	return true;
}

/*
 * Slices are as long as the type says, or shorter by no more than the board lacks; and by up to a
 * 32nd where names round up, as 1g.12gb does for an eighth of 94 GB.
 */
static bool last_is_long_enough(const struct bench *gpu)
{
	const struct nvmux_resident *last = bench_last(gpu);
	u64 nominal = last->type->fb_mib, fb_mib = gpu->space.fb_mib;

	CHECK(last->place.len <= nominal);
	CHECK(last->place.len + 2 + nominal / 32 >= nominal * fb_mib / gpu->space.family->fb_mib);
	return true;
}

static void delete_at(struct bench *gpu, u32 start)
{
	unsigned int i = 0;

	while (gpu->residents[i].place.start != start)
		i++;
	bench_delete(gpu, i);
}

/* Whoever leaves, one more fits, and only there. */
static bool each_place_comes_back(struct bench *gpu, const struct nvmux_type *type)
{
	struct nvmux_place places[NVMUX_VGPU_MAX];
	unsigned int i, n = gpu->space.n_residents;

	for (i = 0; i < n; i++)
		places[i] = gpu->residents[i].place;
	for (i = 0; i < n; i++) {
		delete_at(gpu, places[i].start);
		CHECK(nvmux_placement_left(&gpu->space, type) == 1);
		CHECK(bench_create(gpu, type, i % 2 ? places[i].id : ANY) == NVMUX_FIT_OK);
		CHECK(!memcmp(&bench_last(gpu)->place, &places[i], sizeof(places[i])));
		CHECK(nvmux_placement_left(&gpu->space, type) == 0);
	}
	return true;
}

static bool type_fills(const struct nvmux_family *family, enum nvmux_partition partition,
		       const struct nvmux_type *type, u32 fb_mib)
{
	u32 count = expected_count(family, partition, type), n;
	struct bench gpu;

	bench_init(&gpu, family, partition);
	gpu.space.fb_mib = fb_mib;
	CHECK(nvmux_placement_max(&gpu.space, type) == count);
	if (!count) {
		CHECK(bench_create(&gpu, type, ANY) == NVMUX_FIT_PARTITION);
		return true;
	}
	for (n = 0; n < count; n++) {
		CHECK(nvmux_placement_left(&gpu.space, type) == count - n);
		CHECK(bench_create(&gpu, type, ANY) == NVMUX_FIT_OK);
		CHECK(last_lies_well(&gpu));
		CHECK(last_is_long_enough(&gpu));
	}
	CHECK(nvmux_placement_left(&gpu.space, type) == 0);
	CHECK(bench_create(&gpu, type, ANY) == expected_end(partition));
	return each_place_comes_back(&gpu, type);
}

/* All memory; without ECC's share; odd amounts; as little as vgpu mode takes. */
static bool type_fills_boards(const struct nvmux_family *family, enum nvmux_partition partition,
			      const struct nvmux_type *type)
{
	u32 fb_mib = family->fb_mib;

	CHECK(type_fills(family, partition, type, fb_mib));
	CHECK(type_fills(family, partition, type, fb_mib - 1));
	CHECK(type_fills(family, partition, type, fb_mib - fb_mib / 16));
	CHECK(type_fills(family, partition, type, fb_mib - fb_mib / 16 - 3));
	CHECK(type_fills(family, partition, type, fb_mib - fb_mib / 8));
	return true;
}

static bool all_types_fill(enum nvmux_partition partition)
{
	unsigned int f, i, n = 0;

	for (f = 0; f < n_families; f++)
		for (i = 0; i < families[f]->n_types; i++) {
			const struct nvmux_type *type = &families[f]->types[i];

			if (!type_fills_boards(families[f], partition, type)) {
				printf("# that was %s\n", type->name);
				return false;
			}
			n += expected_count(families[f], partition, type) > 0;
		}
	printf("# %u types of %u families\n", n, n_families);
	CHECK(n);
	return true;
}

static bool same_size_holds_as_many_as_documented(void)
{
	return all_types_fill(NVMUX_PARTITION_SAME_SIZE);
}

static bool mixed_size_holds_as_many_as_documented(void)
{
	return all_types_fill(NVMUX_PARTITION_MIXED_SIZE);
}

static bool mig_holds_as_many_as_documented(void)
{
	return all_types_fill(NVMUX_PARTITION_MIG);
}

/* One row of the table: for these boards, types of this size have these ids. */
struct row {
	char *families;
	u32 size_gb;
	char *ids;
};

/* Boards stand between blanks, and some of their names have blanks. */
static bool row_names(const struct row *row, const char *family)
{
	size_t len = strlen(family);
	const char *at = row->families;

	while ((at = strstr(at, family))) {
		if ((at == row->families || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
		at += len;
	}
	return false;
}

static bool ids_are(const struct nvmux_family *family, const struct nvmux_type *type,
		    const char *documented)
{
	u32 ids[NVMUX_VGPU_MAX];
	unsigned int i, n;
	struct bench gpu;
	char *end;

	bench_init(&gpu, family, NVMUX_PARTITION_MIXED_SIZE);
	n = nvmux_placement_list(&gpu.space, type, false, ids);
	for (i = 0; i < n; i++, documented = end) {
		CHECK(strtoul(documented, &end, 10) == ids[i]);
		CHECK(end != documented);
	}
	CHECK(!*documented);
	return true;
}

static bool row_is_reproduced(const struct row *row, unsigned int *n_types)
{
	unsigned int f, i;

	for (f = 0; f < n_families; f++) {
		if (!row_names(row, families[f]->name))
			continue;
		for (i = 0; i < families[f]->n_types; i++) {
			const struct nvmux_type *type = &families[f]->types[i];

			if (type->gi || !type->max_mixed || type->fb_mib != row->size_gb * 1024)
				continue;
			CHECK(ids_are(families[f], type, row->ids));
			++*n_types;
		}
	}
	return true;
}

/* region, families, size, count, count, ids, ... ; only what comes later is ever quoted */
static bool line_is_reproduced(char *line, unsigned int *n_types)
{
	struct row row = { 0 };
	char *field;
	int column;

	for (column = 0; column < 6; column++) {
		field = strsep(&line, ",");
		CHECK(field);
		if (column == 1)
			row.families = field;
		if (column == 2)
			row.size_gb = strtoul(field, NULL, 10);
		if (column == 5)
			row.ids = field;
	}
	return row_is_reproduced(&row, n_types);
}

static bool mixed_size_ids_are_the_documented_ones(void)
{
	const char *path = getenv("NVMUX_DOCUMENTED") ?: DOCUMENTED;
	unsigned int n_rows = 0, n_named = 0, n_types = 0, before;
	FILE *file = fopen(path, "r");
	char line[1024];
	bool same = true;

	if (!file)
		printf("# %s is not there\n", path);
	CHECK(file);
	same = fgets(line, sizeof(line), file);
	while (same && fgets(line, sizeof(line), file)) {
		before = n_types;
		same = line_is_reproduced(line, &n_types);
		n_rows++;
		n_named += n_types > before;
	}
	fclose(file);
	printf("# %u rows, %u with a type of that size: %u types\n", n_rows, n_named, n_types);
	CHECK(same && n_named > n_rows / 2);
	return true;
}

int main(void)
{
	n_families = bench_families(families);
	RUN(same_size_holds_as_many_as_documented);
	RUN(mixed_size_holds_as_many_as_documented);
	RUN(mig_holds_as_many_as_documented);
	RUN(mixed_size_ids_are_the_documented_ones);
	return tap_end();
}
