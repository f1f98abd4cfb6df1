// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which GPU gets a new vGPU. What fits where is the kernel's rule; here is only the choice among
 * the GPUs that have room.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/table.h"
#include "assign.h"
#include "reasons.h"

static const char *const policies[] = {
	[ASSIGN_PERFORMANCE] = "performance",
	[ASSIGN_CONSOLIDATION] = "consolidation",
};

int assign_policy_from_str(const char *name)
{
	return table_from_string(policies, ARRAY_SIZE(policies), name);
}

const char *assign_policy_str(enum assign_policy policy)
{
	return table_to_string(policies, ARRAY_SIZE(policies), (int)policy);
}

struct candidate {
	const struct nvmux_gpu *gpu;
	const struct nvmux_type *type;
};

static const struct nvmux_gpu *host_gpu(const struct assign_host *host, const char *bdf)
{
	for (size_t i = 0; i < host->n_gpus; i++)
		if (strcmp(host->gpus[i].bdf, bdf) == 0)
			return &host->gpus[i];
	return NULL;
}

static bool is_switching(const struct nvmux_gpu *gpu)
{
	return gpu->has & NVMUX_HAS(NVMUX_A_GPU_TARGET);
}

static bool is_in_vgpu_mode(const struct nvmux_gpu *gpu)
{
	return gpu && gpu->mode == NVMUX_MODE_VGPU && !is_switching(gpu);
}

static bool is_near(const struct nvmux_gpu *gpu, int32_t node)
{
	return node != ASSIGN_ANY_NODE && (gpu->has & NVMUX_HAS(NVMUX_A_GPU_NUMA_NODE)) &&
	       gpu->numa_node == node;
}

/* How many there would be room for on an empty GPU. */
static uint32_t room(const struct candidate *c)
{
	uint32_t most = c->type->max_instances;

	if (c->gpu->partition == NVMUX_PARTITION_MIXED_SIZE && c->type->max_mixed)
		most = c->type->max_mixed;
	return most > c->type->available ? most : c->type->available;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Of which a smaller part is free: a/b < c/d is a*d < c*b. */
static int compare_free(const struct candidate *a, const struct candidate *b)
{
	return compare((uint64_t)a->type->available * room(b),
		       (uint64_t)b->type->available * room(a));
}

static int compare_load(const struct candidate *a, const struct candidate *b)
{
	return compare(a->gpu->vgpu_count, b->gpu->vgpu_count);
}

/* Negative: the first is better. */
static int compare_candidates(const void *first, const void *second, void *userdata)
{
	const struct candidate *a = first, *b = second;
	const struct assign_wish *wish = userdata;
	bool spread = wish->policy == ASSIGN_PERFORMANCE;
	int order = compare(is_near(b->gpu, wish->numa_node), is_near(a->gpu, wish->numa_node));

	if (!order)
		order = spread ? compare_load(a, b) : compare_free(a, b);
	if (!order)
		order = spread ? compare_free(b, a) : compare_load(b, a);
	return order ? order : strcmp(a->gpu->bdf, b->gpu->bdf);
}

static size_t collect(const struct assign_host *host, const struct assign_wish *wish,
		      struct candidate *candidates)
{
	size_t n = 0;

	for (size_t i = 0; i < host->n_types; i++) {
		const struct nvmux_type *type = &host->types[i];
		const struct nvmux_gpu *gpu = host_gpu(host, type->gpu);

		if (strcmp(type->name, wish->type) == 0 && is_in_vgpu_mode(gpu) && type->available)
			candidates[n++] = (struct candidate){ gpu, type };
	}
	return n;
}

static void add_reason(struct reasons *reasons, const struct nvmux_type *type,
		       const struct nvmux_gpu *gpu)
{
	char text[NVMUX_TEXT_SIZE];

	if (type->reason[0])
		(void)snprintf(text, sizeof(text), "%s", type->reason);
	else if (gpu && is_switching(gpu))
		(void)snprintf(text, sizeof(text), "gpu %s is switching to %s mode", gpu->bdf,
			       nvmux_mode_str(gpu->target));
	else
		(void)snprintf(text, sizeof(text), "gpu %s is not in vgpu mode", type->gpu);
	reasons_add(reasons, text);
}

static int no_candidate(const struct assign_host *host, const struct assign_wish *wish,
			char *text, size_t size)
{
	struct reasons reasons;
	bool in_mode = false;

	reasons_begin(&reasons, text, size, "no gpu has room for a vgpu of type %s", wish->type);
	for (size_t i = 0; i < host->n_types; i++) {
		const struct nvmux_gpu *gpu = host_gpu(host, host->types[i].gpu);

		if (strcmp(host->types[i].name, wish->type) != 0)
			continue;
		in_mode = in_mode || is_in_vgpu_mode(gpu);
		add_reason(&reasons, &host->types[i], gpu);
	}
	reasons_end(&reasons);
	if (reasons.n)
		return in_mode ? -EUSERS : -EOPNOTSUPP;
	(void)snprintf(text, size, "no gpu offers type %s", wish->type);
	return -ENOENT;
}

int assign_rank(const struct assign_host *host, const struct assign_wish *wish,
		const struct nvmux_type **ret, size_t *ret_n, char *text, size_t size)
{
	_cleanup_free_ struct candidate *candidates = calloc(host->n_types + 1,
							     sizeof(*candidates));
	size_t n;

	if (!candidates)
		return -ENOMEM;
	n = collect(host, wish, candidates);
	if (!n)
		return no_candidate(host, wish, text, size);
	qsort_r(candidates, n, sizeof(*candidates), compare_candidates, (void *)wish);
	for (size_t i = 0; i < n; i++)
		ret[i] = candidates[i].type;
	*ret_n = n;
	return 0;
}
