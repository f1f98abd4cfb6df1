// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time-sliced placement, same-size and mixed-size, rule by rule. That the rules hold together for
 * all boards is the matter of test-placement-fill.c and test-placement-walk.c.
 */
#include <string.h>

#include "bench.h"
#include "tap.h"

#define ANY NVMUX_PLACEMENT_ANY

static struct bench gpu;

static void gpu_is(const char *family, enum nvmux_partition partition)
{
	bench_init(&gpu, bench_family(family), partition);
}

static enum nvmux_fit create(const char *type, u32 wish)
{
	return bench_create(&gpu, bench_type(&gpu, type), wish);
}

static u32 left(const char *type)
{
	return nvmux_placement_left(&gpu.space, bench_type(&gpu, type));
}

static bool last_is(u32 id, u32 start, u32 len)
{
	const struct nvmux_place *place = &bench_last(&gpu)->place;

	CHECK(place->id == id);
	CHECK(place->start == start);
	CHECK(place->len == len);
	return true;
}

static bool ids_are(const char *type, bool only_free, const char *expected)
{
	char text[NVMUX_VGPU_MAX * 4] = "";
	u32 ids[NVMUX_VGPU_MAX];
	unsigned int i, n;
	size_t len = 0;

	n = nvmux_placement_list(&gpu.space, bench_type(&gpu, type), only_free, ids);
	for (i = 0; i < n; i++)
		len += snprintf(text + len, sizeof(text) - len, i ? " %u" : "%u", ids[i]);
	CHECK(!strcmp(text, expected));
	return true;
}

static bool same_first_slice_lies_at_zero(void)
{
	gpu_is("A40", NVMUX_PARTITION_SAME_SIZE);
	CHECK(left("A40-12Q") == 4);
	CHECK(create("A40-12Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(0, 0, 12288));
	CHECK(left("A40-12Q") == 3);
	return true;
}

static bool same_hole_is_filled(void)
{
	gpu_is("A40", NVMUX_PARTITION_SAME_SIZE);
	CHECK(create("A40-12Q", 24) == NVMUX_FIT_OK);
	CHECK(create("A40-12Q", 0) == NVMUX_FIT_OK);
	CHECK(create("A40-12Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(12, 12288, 12288));
	return true;
}

static bool same_series_lie_side_by_side(void)
{
	gpu_is("A40", NVMUX_PARTITION_SAME_SIZE);
	CHECK(create("A40-12Q", ANY) == NVMUX_FIT_OK);
	CHECK(create("A40-12C", ANY) == NVMUX_FIT_OK);
	CHECK(create("A40-12A", ANY) == NVMUX_FIT_OK);
	CHECK(left("A40-12C") == 1);
	return true;
}

static bool same_first_locks_the_size_until_the_last_is_gone(void)
{
	gpu_is("A40", NVMUX_PARTITION_SAME_SIZE);
	CHECK(create("A40-12Q", ANY) == NVMUX_FIT_OK);
	CHECK(create("A40-8Q", ANY) == NVMUX_FIT_SIZE);
	CHECK(create("A40-8Q", 1) == NVMUX_FIT_SIZE);
	CHECK(left("A40-8Q") == 0);
	CHECK(ids_are("A40-8Q", true, ""));
	bench_delete(&gpu, 0);
	CHECK(create("A40-8Q", ANY) == NVMUX_FIT_OK);
	CHECK(create("A40-12Q", ANY) == NVMUX_FIT_SIZE);
	return true;
}

static bool same_size_is_refused_before_count(void)
{
	gpu_is("A40", NVMUX_PARTITION_SAME_SIZE);
	CHECK(create("A40-24Q", ANY) == NVMUX_FIT_OK);
	CHECK(create("A40-24Q", ANY) == NVMUX_FIT_OK);
	CHECK(create("A40-48Q", ANY) == NVMUX_FIT_SIZE);
	CHECK(create("A40-24Q", ANY) == NVMUX_FIT_COUNT);
	CHECK(create("A40-24Q", 1) == NVMUX_FIT_COUNT);
	return true;
}

/* Twelve RTX8000-4Q fit, eight RTX8000-4C. */
static bool same_count_is_that_of_the_requested_type(void)
{
	unsigned int i;

	gpu_is("RTX8000", NVMUX_PARTITION_SAME_SIZE);
	for (i = 0; i < 8; i++)
		CHECK(create("RTX8000-4Q", ANY) == NVMUX_FIT_OK);
	CHECK(left("RTX8000-4C") == 0);
	CHECK(create("RTX8000-4C", ANY) == NVMUX_FIT_COUNT);
	CHECK(left("RTX8000-4Q") == 4);
	CHECK(create("RTX8000-4Q", ANY) == NVMUX_FIT_OK);
	return true;
}

static bool same_wish_is_honoured(void)
{
	gpu_is("A40", NVMUX_PARTITION_SAME_SIZE);
	CHECK(ids_are("A40-12Q", false, "0 12 24 36"));
	CHECK(create("A40-12Q", 36) == NVMUX_FIT_OK);
	CHECK(last_is(36, 36864, 12288));
	CHECK(ids_are("A40-12Q", true, "0 12 24"));
	CHECK(ids_are("A40-12Q", false, "0 12 24 36"));
	return true;
}

static bool same_wish_off_the_grid_is_refused(void)
{
	static const u32 wishes[] = { 1, 6, 11, 13, 35, 37, 48, 60, 1 << 20, U32_MAX - 1 };
	unsigned int i;

	gpu_is("A40", NVMUX_PARTITION_SAME_SIZE);
	for (i = 0; i < ARRAY_SIZE(wishes); i++)
		CHECK(create("A40-12Q", wishes[i]) == NVMUX_FIT_ILLEGAL);
	return true;
}

static bool same_wish_for_an_occupied_place_is_refused(void)
{
	gpu_is("A40", NVMUX_PARTITION_SAME_SIZE);
	CHECK(create("A40-12Q", 12) == NVMUX_FIT_OK);
	CHECK(create("A40-12Q", 12) == NVMUX_FIT_TAKEN);
	CHECK(create("A40-12C", 12) == NVMUX_FIT_TAKEN);
	return true;
}

static bool same_small_types_are_numbered(void)
{
	gpu_is("M10", NVMUX_PARTITION_SAME_SIZE);
	CHECK(create("M10-0Q", ANY) == NVMUX_FIT_OK);
	CHECK(create("M10-0B", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(1, 512, 512));
	CHECK(create("M10-0Q", 15) == NVMUX_FIT_OK);
	CHECK(last_is(15, 7680, 512));
	CHECK(create("M10-0Q", 16) == NVMUX_FIT_ILLEGAL);
	CHECK(left("M10-0Q") == 13);
	return true;
}

/* Two of 48128 MiB do not fit into 96246 MiB. */
static bool same_slices_shrink_where_memory_lacks(void)
{
	gpu_is("H100L", NVMUX_PARTITION_SAME_SIZE);
	CHECK(create("H100L-47C", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(0, 0, 48122));
	CHECK(create("H100L-47C", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(47, 48122, 48122));
	gpu_is("H100L", NVMUX_PARTITION_SAME_SIZE);
	CHECK(create("H100L-4C", 88) == NVMUX_FIT_OK);
	CHECK(last_is(88, 22 * 4096, 4096));
	return true;
}

static bool same_series_share_a_grid_where_memory_lacks(void)
{
	gpu_is("RTX8000", NVMUX_PARTITION_SAME_SIZE);
	gpu.space.fb_mib = 46068;
	CHECK(create("RTX8000-4Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(0, 0, 3838));
	CHECK(create("RTX8000-4C", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(4, 3838, 3838));
	return true;
}

static bool time_sliced_knows_no_gpu_instances(void)
{
	u32 ids[NVMUX_VGPU_MAX];
	u8 start = 7;

	gpu_is("A100", NVMUX_PARTITION_SAME_SIZE);
	CHECK(create("A100-1-5C", ANY) == NVMUX_FIT_PARTITION);
	CHECK(left("A100-1-5C") == 0);
	CHECK(!nvmux_placement_max(&gpu.space, bench_type(&gpu, "A100-1-5C")));
	CHECK(!nvmux_placement_list(&gpu.space, bench_type(&gpu, "A100-1-5C"), false, ids));
	CHECK(nvmux_placement_find_gi(&gpu.space, bench_profile(&gpu, "1g.5gb"), ANY, &start) ==
	      NVMUX_FIT_PARTITION);
	gpu_is("A100", NVMUX_PARTITION_MIXED_SIZE);
	CHECK(create("A100-1-5C", 0) == NVMUX_FIT_PARTITION);
	CHECK(start == 7);
	return true;
}

/* H20-8C has no documented place beside other sizes, the T4 no mixed-size at all. */
static bool mixed_type_without_places_is_refused(void)
{
	gpu_is("H20", NVMUX_PARTITION_MIXED_SIZE);
	CHECK(create("H20-8C", ANY) == NVMUX_FIT_PARTITION);
	CHECK(create("H20-6C", ANY) == NVMUX_FIT_OK);
	gpu_is("T4", NVMUX_PARTITION_MIXED_SIZE);
	CHECK(create("T4-8Q", ANY) == NVMUX_FIT_PARTITION);
	CHECK(!left("T4-8Q"));
	return true;
}

static bool mixed_sizes_lie_side_by_side(void)
{
	gpu_is("A40", NVMUX_PARTITION_MIXED_SIZE);
	CHECK(create("A40-16Q", 32) == NVMUX_FIT_OK);
	CHECK(last_is(32, 32768, 16384));
	CHECK(create("A40-24C", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(0, 0, 24576));
	CHECK(ids_are("A40-8Q", true, "24"));
	CHECK(create("A40-8Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(24, 24576, 8192));
	CHECK(create("A40-1Q", ANY) == NVMUX_FIT_FULL);
	CHECK(left("A40-1Q") == 0);
	return true;
}

static bool mixed_wish_is_none_of_the_types(void)
{
	static const u32 wishes[] = { 1, 12, 16, 31, 33, 48, 1 << 20, U32_MAX - 1 };
	unsigned int i;

	gpu_is("A40", NVMUX_PARTITION_MIXED_SIZE);
	for (i = 0; i < ARRAY_SIZE(wishes); i++)
		CHECK(create("A40-16Q", wishes[i]) == NVMUX_FIT_ILLEGAL);
	CHECK(create("A40-1Q", 8) == NVMUX_FIT_ILLEGAL);
	CHECK(create("A40-1Q", 32) == NVMUX_FIT_ILLEGAL);
	CHECK(create("A40-1Q", 9) == NVMUX_FIT_OK);
	return true;
}

static bool mixed_wish_for_an_overlapping_place_is_refused(void)
{
	gpu_is("A40", NVMUX_PARTITION_MIXED_SIZE);
	CHECK(create("A40-6Q", 6) == NVMUX_FIT_OK);
	CHECK(create("A40-6Q", 6) == NVMUX_FIT_TAKEN);
	CHECK(create("A40-48Q", 0) == NVMUX_FIT_TAKEN);
	CHECK(create("A40-12Q", 0) == NVMUX_FIT_TAKEN);
	CHECK(create("A40-4Q", 8) == NVMUX_FIT_TAKEN);
	CHECK(create("A40-12Q", 12) == NVMUX_FIT_OK);
	return true;
}

/* At 16 it blocks no 16Q. Once a half is no more of use to a 24Q, the second 8Q goes there too. */
static bool mixed_small_ones_leave_room_for_large_ones(void)
{
	gpu_is("A40", NVMUX_PARTITION_MIXED_SIZE);
	CHECK(create("A40-8Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(16, 16384, 8192));
	CHECK(left("A40-16Q") == 2);
	CHECK(create("A40-8Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(0, 0, 8192));
	CHECK(left("A40-24Q") == 1);
	CHECK(left("A40-16Q") == 1);
	return true;
}

static bool mixed_small_one_goes_where_nothing_large_fits(void)
{
	gpu_is("A40", NVMUX_PARTITION_MIXED_SIZE);
	CHECK(create("A40-16Q", 0) == NVMUX_FIT_OK);
	CHECK(create("A40-4Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(20, 20480, 4096));
	CHECK(left("A40-24Q") == 1);
	return true;
}

static bool mixed_even_placements_need_not_be_multiples(void)
{
	gpu_is("H200", NVMUX_PARTITION_MIXED_SIZE);
	CHECK(ids_are("H200-35C", false, "0 35 70 105"));
	CHECK(ids_are("H200-17C", false, "0 17 35 52 70 88 105 123"));
	CHECK(create("H200-17C", 123) == NVMUX_FIT_OK);
	CHECK(last_is(123, 125952, 17408));
	return true;
}

static bool mixed_slices_shrink_where_memory_lacks(void)
{
	gpu_is("A40", NVMUX_PARTITION_MIXED_SIZE);
	gpu.space.fb_mib = 46068;
	CHECK(create("A40-16Q", 32) == NVMUX_FIT_OK);
	CHECK(last_is(32, 30712, 15356));
	CHECK(create("A40-8Q", 24) == NVMUX_FIT_OK);
	CHECK(last_is(24, 23034, 7678));
	return true;
}

/* No board has a type of which more than 48 fit; a board made up for the purpose has. */
static bool all_hold_48_at_most(void)
{
	static const struct nvmux_type type = {
		.name = "TINY-0Q", .fb_mib = 512, .max_instances = 64, .max_mixed = 64,
	};
	static const struct nvmux_family family = {
		.name = "TINY", .mixed = NVMUX_MIXED_EVEN, .fb_mib = 65536, .region_gb = 64,
		.types = &type, .n_types = 1,
	};
	u32 ids[NVMUX_VGPU_MAX];
	int partition, i;

	for (partition = NVMUX_PARTITION_SAME_SIZE; partition < NVMUX_PARTITION_MIG; partition++) {
		bench_init(&gpu, &family, partition);
		CHECK(nvmux_placement_max(&gpu.space, &type) == 48);
		CHECK(nvmux_placement_list(&gpu.space, &type, false, ids) == 48);
		for (i = 48; i > 0; i--) {
			CHECK(nvmux_placement_left(&gpu.space, &type) == (u32)i);
			CHECK(bench_create(&gpu, &type, ANY) == NVMUX_FIT_OK);
		}
		CHECK(bench_create(&gpu, &type, ANY) == NVMUX_FIT_COUNT);
		CHECK(bench_create(&gpu, &type, 0) == NVMUX_FIT_COUNT);
	}
	return true;
}

int main(void)
{
	RUN(same_first_slice_lies_at_zero);
	RUN(same_hole_is_filled);
	RUN(same_series_lie_side_by_side);
	RUN(same_first_locks_the_size_until_the_last_is_gone);
	RUN(same_size_is_refused_before_count);
	RUN(same_count_is_that_of_the_requested_type);
	RUN(same_wish_is_honoured);
	RUN(same_wish_off_the_grid_is_refused);
	RUN(same_wish_for_an_occupied_place_is_refused);
	RUN(same_small_types_are_numbered);
	RUN(same_slices_shrink_where_memory_lacks);
	RUN(same_series_share_a_grid_where_memory_lacks);
	RUN(time_sliced_knows_no_gpu_instances);
	RUN(mixed_type_without_places_is_refused);
	RUN(mixed_sizes_lie_side_by_side);
	RUN(mixed_wish_is_none_of_the_types);
	RUN(mixed_wish_for_an_overlapping_place_is_refused);
	RUN(mixed_small_ones_leave_room_for_large_ones);
	RUN(mixed_small_one_goes_where_nothing_large_fits);
	RUN(mixed_even_placements_need_not_be_multiples);
	RUN(mixed_slices_shrink_where_memory_lacks);
	RUN(all_hold_48_at_most);
	return tap_end();
}
