// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GPUs that the daemon knows.
 */
#include <stdlib.h>
#include <string.h>

#include "gpu.h"

struct gpu *gpu_new(struct gpu_list *list, const struct nvmux_gpu *observed)
{
	struct gpu *gpu = calloc(1, sizeof(*gpu));

	if (!gpu)
		return NULL;
	gpu->observed = *observed;
	LIST_INSERT_HEAD(list, gpu, link);
	return gpu;
}

void gpu_free(struct gpu *gpu)
{
	if (!gpu)
		return;
	LIST_REMOVE(gpu, link);
	free(gpu);
}

struct gpu *gpu_find(const struct gpu_list *list, const char *bdf)
{
	struct gpu *gpu;

	LIST_FOREACH(gpu, list, link)
		if (strcmp(gpu->observed.bdf, bdf) == 0)
			return gpu;
	return NULL;
}

size_t gpu_n_companions(const struct nvmux_gpu *observed)
{
	size_t n = observed->n_companions;

	return n < NVMUX_COMPANIONS_MAX ? n : NVMUX_COMPANIONS_MAX;
}

int gpu_each_function(const struct gpu *gpu, int (*fn)(const char *bdf, struct strset *ret),
		      struct strset *ret)
{
	int err = fn(gpu->observed.bdf, ret);

	for (size_t i = 0; i < gpu_n_companions(&gpu->observed) && !err; i++)
		err = fn(gpu->observed.companions[i].bdf, ret);
	return err;
}

static bool has_companion(const struct gpu *gpu, const char *bdf)
{
	for (size_t i = 0; i < gpu_n_companions(&gpu->observed); i++)
		if (strcmp(gpu->observed.companions[i].bdf, bdf) == 0)
			return true;
	return false;
}

struct gpu *gpu_find_function(const struct gpu_list *list, const char *bdf)
{
	struct gpu *gpu = gpu_find(list, bdf);

	if (gpu)
		return gpu;
	LIST_FOREACH(gpu, list, link)
		if (has_companion(gpu, bdf))
			return gpu;
	return NULL;
}

bool gpu_observe(struct gpu *gpu, const struct nvmux_gpu *observed)
{
	gpu->stale = false;
	/* parsed structs are zeroed first, so padding compares equal */
	if (memcmp(&gpu->observed, observed, sizeof(*observed)) == 0)
		return false;
	gpu->observed = *observed;
	return true;
}

bool gpu_is_switching(const struct gpu *gpu)
{
	return gpu->observed.has & NVMUX_HAS(NVMUX_A_GPU_TARGET);
}

bool gpu_is_quarantined(const struct gpu *gpu)
{
	return gpu->observed.has & NVMUX_HAS(NVMUX_A_GPU_QUARANTINE);
}

const char *gpu_quarantine(const struct gpu *gpu)
{
	if (gpu->observed.quarantine[0])
		return gpu->observed.quarantine;
	return gpu->stuck[0] ? gpu->stuck : gpu->hung;
}

bool gpu_is_in(const struct gpu *gpu, uint32_t mode)
{
	return !gpu_is_switching(gpu) && gpu->observed.mode == mode;
}
