// SPDX-License-Identifier: GPL-2.0-only
/*
 * Same-size placement against a picture of the framebuffer, one byte per GiB, that shares no
 * code with it.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../kmod/core/placement.h"
#include "tap.h"

#define GIB 1024
#define BOARD_GIB 24
#define STEPS 200000

static struct nvmux_placement_request request_of(u32 gib, u32 max, u32 wish)
{
	return (struct nvmux_placement_request){ .len = gib * GIB, .max = max, .wish = wish };
}

static bool placement_first_slice_lies_at_zero(void)
{
	struct nvmux_placement_request req = request_of(12, 2, NVMUX_PLACEMENT_ANY);
	u32 start = 7;

	CHECK(nvmux_placement_find(&req, NULL, 0, &start) == NVMUX_FIT_OK);
	CHECK(start == 0);
	CHECK(nvmux_placement_left(&req, NULL, 0) == 2);
	return true;
}

static bool placement_fills_the_hole(void)
{
	struct nvmux_extent used[] = { { 16 * GIB, 8 * GIB }, { 0, 8 * GIB } };
	struct nvmux_placement_request req = request_of(8, 3, NVMUX_PLACEMENT_ANY);
	u32 start = 0;

	CHECK(nvmux_placement_find(&req, used, 2, &start) == NVMUX_FIT_OK);
	CHECK(start == 8 * GIB);
	CHECK(nvmux_placement_left(&req, used, 2) == 1);
	return true;
}

static bool placement_other_size_is_refused(void)
{
	struct nvmux_extent used[] = { { 0, 12 * GIB } };
	struct nvmux_placement_request req = request_of(4, 6, NVMUX_PLACEMENT_ANY);
	u32 start = 7;

	CHECK(nvmux_placement_find(&req, used, 1, &start) == NVMUX_FIT_SIZE);
	CHECK(start == 7);
	CHECK(nvmux_placement_left(&req, used, 1) == 0);
	return true;
}

static bool placement_count_is_the_types_not_the_memorys(void)
{
	struct nvmux_extent used[] = { { 0, 4 * GIB }, { 4 * GIB, 4 * GIB } };
	struct nvmux_placement_request req = request_of(4, 2, NVMUX_PLACEMENT_ANY);
	u32 start = 7;

	CHECK(nvmux_placement_find(&req, used, 2, &start) == NVMUX_FIT_COUNT);
	CHECK(start == 7);
	return true;
}

static bool placement_wish_is_honoured(void)
{
	struct nvmux_placement_request req = request_of(6, 4, 18);
	u32 start = 0;

	CHECK(nvmux_placement_find(&req, NULL, 0, &start) == NVMUX_FIT_OK);
	CHECK(start == 18 * GIB);
	return true;
}

static bool placement_wish_off_the_grid_is_refused(void)
{
	static const u32 wishes[] = { 1, 5, 7, 24, 30, U32_MAX - 1 };
	struct nvmux_placement_request req;
	u32 start = 7;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wishes); i++) {
		req = request_of(6, 4, wishes[i]);
		CHECK(nvmux_placement_find(&req, NULL, 0, &start) == NVMUX_FIT_ILLEGAL);
	}
	CHECK(start == 7);
	return true;
}

static bool placement_wish_on_a_slice_is_refused(void)
{
	struct nvmux_extent used[] = { { 6 * GIB, 6 * GIB } };
	struct nvmux_placement_request req = request_of(6, 4, 6);
	u32 start = 7;

	CHECK(nvmux_placement_find(&req, used, 1, &start) == NVMUX_FIT_TAKEN);
	CHECK(start == 7);
	return true;
}

/* The oracle: may @gib more GiB be had, and is @start a legal place for them? */
static bool picture_has_room(const char *picture, u32 gib, u32 max)
{
	u32 i, n = 0;

	for (i = 0; i < max; i++)
		n += memchr(picture + i * gib, 0, gib) && !memchr(picture + i * gib, 1, gib);
	return n > 0;
}

static bool walk_step(char *picture, struct nvmux_extent *used, unsigned int *n, u32 gib)
{
	struct nvmux_placement_request req =
		request_of(gib, BOARD_GIB / gib, NVMUX_PLACEMENT_ANY);
	bool fits = nvmux_placement_find(&req, used, *n, &used[*n].start) == NVMUX_FIT_OK;
	bool legal = (!*n || used[0].len == gib * GIB) && picture_has_room(picture, gib, req.max);

	CHECK(fits == legal);
	if (!fits)
		return true;
	CHECK(used[*n].start % GIB == 0);
	CHECK(used[*n].start / GIB + gib <= BOARD_GIB);
	CHECK(!memchr(picture + used[*n].start / GIB, 1, gib));
	memset(picture + used[*n].start / GIB, 1, gib);
	used[(*n)++].len = gib * GIB;
	return true;
}

static void walk_delete(char *picture, struct nvmux_extent *used, unsigned int *n)
{
	unsigned int victim = rand() % *n;

	memset(picture + used[victim].start / GIB, 0, used[victim].len / GIB);
	used[victim] = used[--*n];
}

static bool placement_random_walk_agrees_with_the_picture(void)
{
	static const u32 sizes[] = { 4, 6, 8, 12, 24 };
	struct nvmux_extent used[BOARD_GIB + 1];
	char picture[BOARD_GIB] = { 0 };
	unsigned int n = 0, i;

	printf("# seed 1, %d steps\n", STEPS);
	srand(1);
	for (i = 0; i < STEPS; i++) {
		if (n && rand() % 2)
			walk_delete(picture, used, &n);
		else
			CHECK(walk_step(picture, used, &n, sizes[rand() % ARRAY_SIZE(sizes)]));
	}
	return true;
}

int main(void)
{
	RUN(placement_first_slice_lies_at_zero);
	RUN(placement_fills_the_hole);
	RUN(placement_other_size_is_refused);
	RUN(placement_count_is_the_types_not_the_memorys);
	RUN(placement_wish_is_honoured);
	RUN(placement_wish_off_the_grid_is_refused);
	RUN(placement_wish_on_a_slice_is_refused);
	RUN(placement_random_walk_agrees_with_the_picture);
	return tap_end();
}
