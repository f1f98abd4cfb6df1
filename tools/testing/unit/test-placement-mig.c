// SPDX-License-Identifier: GPL-2.0-only
/*
 * Placement of GPU instances, and of vGPUs in them, rule by rule.
 */
#include "bench.h"
#include "tap.h"

#define ANY NVMUX_PLACEMENT_ANY
#define PRO "RTX Pro 6000 Blackwell DC"

static struct bench gpu;

static void gpu_is(const char *family)
{
	bench_init(&gpu, bench_family(family), NVMUX_PARTITION_MIG);
}

static enum nvmux_fit create(const char *type, u32 wish)
{
	return bench_create(&gpu, bench_type(&gpu, type), wish);
}

static u32 left(const char *type)
{
	return nvmux_placement_left(&gpu.space, bench_type(&gpu, type));
}

/* A person lays out a GPU instance; a refusal must not leave a trace. */
static enum nvmux_fit lay_out(const char *profile, u32 wish)
{
	const struct nvmux_gi_profile *what = bench_profile(&gpu, profile);
	enum nvmux_fit fit;
	u8 start = 0xa5;

	fit = nvmux_placement_find_gi(&gpu.space, what, wish, &start);
	if (fit != NVMUX_FIT_OK)
		return start == 0xa5 ? fit : 0;
	bench_add_gi(&gpu, what, start, true);
	return fit;
}

static u8 last_gi(void)
{
	return gpu.gis[gpu.space.n_gis - 1].start;
}

static bool last_is(u32 id, u32 start, u32 len)
{
	const struct nvmux_place *place = &bench_last(&gpu)->place;

	CHECK(place->id == id);
	CHECK(place->start == start);
	CHECK(place->len == len);
	return true;
}

static bool mig_knows_no_time_sliced_types(void)
{
	gpu_is("A100");
	CHECK(create("A100-10C", ANY) == NVMUX_FIT_PARTITION);
	CHECK(create("A100-10C", 0) == NVMUX_FIT_PARTITION);
	CHECK(left("A100-10C") == 0);
	return true;
}

static bool mig_small_instances_begin_at_the_end(void)
{
	gpu_is("A100");
	CHECK(create("A100-1-5C", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(6, 6 * 5120, 5120));
	CHECK(create("A100-2-10C", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(4, 4 * 5120, 10240));
	CHECK(create("A100-3-20C", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(0, 0, 20480));
	CHECK(left("A100-1-5C") == 0);
	CHECK(create("A100-1-5C", ANY) == NVMUX_FIT_NO_GI);
	return true;
}

static bool mig_instance_serves_its_profile_only(void)
{
	gpu_is("A100");
	CHECK(lay_out("2g.10gb", 4) == NVMUX_FIT_OK);
	CHECK(create("A100-1-10C", 4) == NVMUX_FIT_TAKEN);
	CHECK(create("A100-1-5C", 5) == NVMUX_FIT_TAKEN);
	CHECK(lay_out("1g.5gb", 5) == NVMUX_FIT_TAKEN);
	CHECK(lay_out("3g.20gb", 4) == NVMUX_FIT_TAKEN);
	CHECK(create("A100-2-10C", 4) == NVMUX_FIT_OK);
	CHECK(gpu.space.n_gis == 1);
	CHECK(create("A100-2-10C", 4) == NVMUX_FIT_TAKEN);
	return true;
}

static bool mig_wish_must_be_a_start_of_the_profile(void)
{
	static const u32 wishes[] = { 1, 2, 3, 5, 6, 7, 8, 32, 36, 1 << 20, U32_MAX - 1 };
	unsigned int i;

	gpu_is("A100");
	for (i = 0; i < ARRAY_SIZE(wishes); i++) {
		CHECK(create("A100-3-20C", wishes[i]) == NVMUX_FIT_ILLEGAL);
		CHECK(lay_out("3g.20gb", wishes[i]) == NVMUX_FIT_ILLEGAL);
	}
	CHECK(create("A100-1-5C", 7) == NVMUX_FIT_ILLEGAL);
	CHECK(create("A100-3-20C", 4) == NVMUX_FIT_OK);
	CHECK(last_is(4, 20480, 20480));
	return true;
}

static bool mig_count_is_refused_before_the_wish(void)
{
	gpu_is("A100");
	CHECK(create("A100-7-40C", ANY) == NVMUX_FIT_OK);
	CHECK(create("A100-7-40C", ANY) == NVMUX_FIT_COUNT);
	CHECK(create("A100-7-40C", 3) == NVMUX_FIT_COUNT);
	CHECK(create("A100-1-5C", 3) == NVMUX_FIT_TAKEN);
	CHECK(create("A100-1-5C", ANY) == NVMUX_FIT_NO_GI);
	return true;
}

static bool mig_media_engines_are_there_once(void)
{
	gpu_is("A30");
	CHECK(create("A30-1-6CME", ANY) == NVMUX_FIT_OK);
	CHECK(create("A30-2-12CME", ANY) == NVMUX_FIT_NO_GI);
	CHECK(create("A30-2-12CME", 0) == NVMUX_FIT_NO_GI);
	CHECK(create("A30-2-12CME", 2) == NVMUX_FIT_TAKEN);
	CHECK(left("A30-2-12CME") == 0);
	CHECK(lay_out("2g.12gb+me", ANY) == NVMUX_FIT_COUNT);
	CHECK(lay_out("2g.12gb+me", 0) == NVMUX_FIT_COUNT);
	CHECK(create("A30-2-12C", ANY) == NVMUX_FIT_OK);
	bench_delete(&gpu, 0);
	CHECK(create("A30-2-12CME", ANY) == NVMUX_FIT_OK);
	return true;
}

/* "-me" is a profile without them. */
static bool mig_profiles_without_media_engines_are_free(void)
{
	gpu_is(PRO);
	CHECK(lay_out("1g.24gb-me", ANY) == NVMUX_FIT_OK);
	CHECK(lay_out("1g.24gb-me", ANY) == NVMUX_FIT_OK);
	CHECK(lay_out("1g.24gb+me", ANY) == NVMUX_FIT_OK);
	CHECK(lay_out("1g.24gb+me", ANY) == NVMUX_FIT_COUNT);
	CHECK(lay_out("1g.24gb+gfx", ANY) == NVMUX_FIT_OK);
	return true;
}

static bool mig_profile_has_a_limit(void)
{
	gpu_is("A100");
	CHECK(lay_out("2g.10gb", ANY) == NVMUX_FIT_OK);
	CHECK(last_gi() == 4);
	CHECK(lay_out("2g.10gb", ANY) == NVMUX_FIT_OK);
	CHECK(lay_out("2g.10gb", ANY) == NVMUX_FIT_OK);
	CHECK(lay_out("2g.10gb", ANY) == NVMUX_FIT_COUNT);
	CHECK(lay_out("2g.10gb", 6) == NVMUX_FIT_COUNT);
	CHECK(lay_out("1g.10gb", ANY) == NVMUX_FIT_OK);
	CHECK(last_gi() == 6);
	CHECK(lay_out("3g.20gb", ANY) == NVMUX_FIT_FULL);
	return true;
}

/* All boards allow as many as their GPU instances hold; one that allows fewer keeps to it. */
static bool mig_count_may_be_less_than_the_instances_hold(void)
{
	static const struct nvmux_gi_profile profile = {
		.name = "1g", .compute = 1, .memory = 1, .max = 4, .starts = 0xf,
	};
	static const struct nvmux_type type = {
		.name = "X-1-1C", .fb_mib = 1024, .max_instances = 3, .max_per_gi = 2,
		.gi = &profile,
	};
	static const struct nvmux_family family = {
		.fb_mib = 8192, .compute_slices = 4, .memory_slices = 4, .types = &type,
		.n_types = 1, .profiles = &profile, .n_profiles = 1,
	};
	u32 i;

	bench_init(&gpu, &family, NVMUX_PARTITION_MIG);
	CHECK(nvmux_placement_max(&gpu.space, &type) == 3);
	for (i = 3; i > 0; i--) {
		CHECK(nvmux_placement_left(&gpu.space, &type) == i);
		CHECK(bench_create(&gpu, &type, ANY) == NVMUX_FIT_OK);
	}
	CHECK(bench_create(&gpu, &type, ANY) == NVMUX_FIT_COUNT);
	return true;
}

/* Two of 4g would fit the memory and the starts of this board, its compute slices allow one. */
static bool mig_compute_slices_are_limited(void)
{
	static const struct nvmux_gi_profile profiles[] = {
		{ .name = "4g", .compute = 4, .memory = 4, .max = 2, .starts = 0x11 },
		{ .name = "1g", .compute = 1, .memory = 1, .max = 7, .starts = 0xff },
	};
	static const struct nvmux_type type = {
		.name = "X-4-4C", .fb_mib = 4096, .max_instances = 2, .max_per_gi = 1,
		.gi = &profiles[0],
	};
	static const struct nvmux_family family = {
		.fb_mib = 8192, .compute_slices = 7, .memory_slices = 8, .types = &type,
		.n_types = 1, .profiles = profiles, .n_profiles = ARRAY_SIZE(profiles),
	};

	bench_init(&gpu, &family, NVMUX_PARTITION_MIG);
	CHECK(nvmux_placement_left(&gpu.space, &type) == 1);
	CHECK(lay_out("4g", ANY) == NVMUX_FIT_OK);
	CHECK(lay_out("4g", ANY) == NVMUX_FIT_FULL);
	CHECK(lay_out("4g", 0) == NVMUX_FIT_FULL);
	CHECK(bench_create(&gpu, &type, 0) == NVMUX_FIT_NO_GI);
	CHECK(lay_out("1g", 0) == NVMUX_FIT_OK);
	return true;
}

static bool mig_gpu_holds_eight_instances_at_most(void)
{
	static const struct nvmux_gi_profile profile = {
		.name = "1g", .compute = 1, .memory = 1, .max = 16, .starts = 0xffff,
	};
	static const struct nvmux_family family = {
		.fb_mib = 16384, .compute_slices = 16, .memory_slices = 16,
		.profiles = &profile, .n_profiles = 1,
	};
	unsigned int i;

	bench_init(&gpu, &family, NVMUX_PARTITION_MIG);
	for (i = 0; i < NVMUX_GI_MAX; i++)
		CHECK(lay_out("1g", ANY) == NVMUX_FIT_OK);
	CHECK(lay_out("1g", ANY) == NVMUX_FIT_COUNT);
	CHECK(lay_out("1g", 0) == NVMUX_FIT_COUNT);
	return true;
}

static bool mig_vgpus_share_an_instance(void)
{
	gpu_is(PRO);
	CHECK(left(PRO "-2-16Q") == 6);
	CHECK(create(PRO "-2-16Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(2, 2 * 24576, 16384));
	CHECK(create(PRO "-2-16C", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(2, 2 * 24576 + 16384, 16384));
	CHECK(create(PRO "-2-16A", 2) == NVMUX_FIT_OK);
	CHECK(create(PRO "-2-16A", 2) == NVMUX_FIT_TAKEN);
	CHECK(gpu.space.n_gis == 1);
	CHECK(left(PRO "-2-16Q") == 3);
	bench_delete(&gpu, 1);
	CHECK(create(PRO "-2-16Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(2, 2 * 24576 + 16384, 16384));
	return true;
}

static bool mig_first_locks_the_size_of_its_instance(void)
{
	gpu_is(PRO);
	CHECK(create(PRO "-2-16Q", 0) == NVMUX_FIT_OK);
	CHECK(create(PRO "-2-24Q", 0) == NVMUX_FIT_TAKEN);
	CHECK(left(PRO "-2-24Q") == 2);
	CHECK(create(PRO "-2-24Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(2, 2 * 24576, 24576));
	CHECK(create(PRO "-2-48Q", ANY) == NVMUX_FIT_NO_GI);
	CHECK(create(PRO "-2-16Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(0, 16384, 16384));
	return true;
}

static bool mig_kept_instance_comes_first(void)
{
	gpu_is(PRO);
	CHECK(create(PRO "-1-12Q", 0) == NVMUX_FIT_OK);
	CHECK(lay_out("1g.24gb+gfx", 2) == NVMUX_FIT_OK);
	CHECK(create(PRO "-1-12Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(2, 2 * 24576, 12288));
	bench_delete(&gpu, 1);
	CHECK(gpu.space.n_gis == 2);
	bench_delete(&gpu, 0);
	CHECK(gpu.space.n_gis == 1);
	CHECK(nvmux_placement_gi_at(&gpu.space, 2) == &gpu.gis[0]);
	CHECK(!nvmux_placement_gi_at(&gpu.space, 0));
	return true;
}

static bool mig_fullest_instance_comes_first(void)
{
	gpu_is(PRO);
	CHECK(create(PRO "-1-6Q", 0) == NVMUX_FIT_OK);
	CHECK(create(PRO "-1-6Q", 3) == NVMUX_FIT_OK);
	CHECK(create(PRO "-1-6A", 3) == NVMUX_FIT_OK);
	CHECK(create(PRO "-1-6Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(3, 3 * 24576 + 2 * 6144, 6144));
	CHECK(create(PRO "-1-6Q", ANY) == NVMUX_FIT_OK);
	CHECK(create(PRO "-1-6Q", ANY) == NVMUX_FIT_OK);
	CHECK(last_is(0, 6144, 6144));
	return true;
}

static bool mig_slices_shrink_where_memory_lacks(void)
{
	gpu_is("H100L");
	CHECK(create("H100L-2-24C", 2) == NVMUX_FIT_OK);
	CHECK(last_is(2, 2 * 12030, 24060));
	gpu_is(PRO);
	gpu.space.fb_mib = 95000;
	CHECK(create(PRO "-1-8Q", 1) == NVMUX_FIT_OK);
	CHECK(create(PRO "-1-8Q", 1) == NVMUX_FIT_OK);
	CHECK(last_is(1, 23750 + 7916, 7916));
	return true;
}

int main(void)
{
	RUN(mig_knows_no_time_sliced_types);
	RUN(mig_small_instances_begin_at_the_end);
	RUN(mig_instance_serves_its_profile_only);
	RUN(mig_wish_must_be_a_start_of_the_profile);
	RUN(mig_count_is_refused_before_the_wish);
	RUN(mig_media_engines_are_there_once);
	RUN(mig_profiles_without_media_engines_are_free);
	RUN(mig_profile_has_a_limit);
	RUN(mig_count_may_be_less_than_the_instances_hold);
	RUN(mig_compute_slices_are_limited);
	RUN(mig_gpu_holds_eight_instances_at_most);
	RUN(mig_vgpus_share_an_instance);
	RUN(mig_first_locks_the_size_of_its_instance);
	RUN(mig_kept_instance_comes_first);
	RUN(mig_fullest_instance_comes_first);
	RUN(mig_slices_shrink_where_memory_lacks);
	return tap_end();
}
