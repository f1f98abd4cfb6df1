// SPDX-License-Identifier: GPL-2.0-only
/*
 * Same-size placement: all slices on a GPU have one size, and slice i starts at i times that size.
 *
 *	0        12       24 GiB
 *	| A30-12C | A30-12C |		placement ids 0 and 12
 *
 * The first slice sets the size; the lock ends when none is left.
 */
#include <linux/kernel.h>

#include "placement.h"

static bool extent_taken(u32 start, u32 len, const struct nvmux_extent *used, unsigned int n_used)
{
	unsigned int i;

	for (i = 0; i < n_used; i++)
		if (start < used[i].start + used[i].len && used[i].start < start + len)
			return true;
	return false;
}

static enum nvmux_fit rule_check(const struct nvmux_placement_request *req,
				 const struct nvmux_extent *used, unsigned int n_used)
{
	if (n_used && used[0].len != req->len)
		return NVMUX_FIT_SIZE;
	if (n_used >= req->max)
		return NVMUX_FIT_COUNT;
	return NVMUX_FIT_OK;
}

static enum nvmux_fit wish_find(const struct nvmux_placement_request *req,
				const struct nvmux_extent *used, unsigned int n_used,
				u32 *ret_start)
{
	u64 start = (u64)req->wish * NVMUX_PLACEMENT_UNIT_MIB;

	if (start % req->len || start / req->len >= req->max)
		return NVMUX_FIT_ILLEGAL;
	if (extent_taken(start, req->len, used, n_used))
		return NVMUX_FIT_TAKEN;
	*ret_start = start;
	return NVMUX_FIT_OK;
}

/**
 * nvmux_placement_find() - place one more slice
 * @req: what is to be placed
 * @used: slices that are there, in any order
 * @n_used: number of @used
 * @ret_start: set to the first MiB, untouched unless it fits
 *
 * Without a wish the lowest free place is chosen. Context: any.
 *
 * Return: NVMUX_FIT_OK, or the rule that speaks against it.
 */
enum nvmux_fit nvmux_placement_find(const struct nvmux_placement_request *req,
				    const struct nvmux_extent *used, unsigned int n_used,
				    u32 *ret_start)
{
	enum nvmux_fit fit = rule_check(req, used, n_used);
	u32 i;

	if (fit != NVMUX_FIT_OK)
		return fit;
	if (req->wish != NVMUX_PLACEMENT_ANY)
		return wish_find(req, used, n_used, ret_start);

	for (i = 0; i < req->max; i++) {
		if (extent_taken(i * req->len, req->len, used, n_used))
			continue;
		*ret_start = i * req->len;
		return NVMUX_FIT_OK;
	}
	return NVMUX_FIT_COUNT;
}

/**
 * nvmux_placement_left() - how many more slices of this kind fit
 * @req: what would be placed
 * @used: slices that are there
 * @n_used: number of @used
 *
 * Context: any.
 *
 * Return: a count, 0 when the rules allow none.
 */
u32 nvmux_placement_left(const struct nvmux_placement_request *req,
			 const struct nvmux_extent *used, unsigned int n_used)
{
	if (rule_check(req, used, n_used) != NVMUX_FIT_OK)
		return 0;
	return req->max - n_used;
}
