// SPDX-License-Identifier: GPL-2.0-only
/*
 * GPU instances. The kernel does what it is asked at once, so there is nothing to wait for.
 */
#include "action.h"

/* The GPU as it is now, or why the kernel has refused. */
static int answer(struct gpu *gpu, int err, char *text, size_t size)
{
	if (err)
		return action_refusal(gpu->manager, err, gpu->observed.bdf, text, size);
	action_observe_gpu(gpu->manager, gpu->observed.bdf);
	return 0;
}

int action_create_instance(struct gpu *gpu, const char *profile, const uint32_t *placement,
			   uint32_t *ret, char *text, size_t size)
{
	struct nvmux *kernel = gpu->manager->kernel;
	int err = action_check_kernel(gpu->manager, text, size);

	if (err)
		return err;
	return answer(gpu, nvmux_gi_new(kernel, gpu->observed.bdf, profile, placement, ret), text,
		      size);
}

int action_delete_instance(struct gpu *gpu, uint32_t placement, char *text, size_t size)
{
	int err = action_check_kernel(gpu->manager, text, size);

	if (err)
		return err;
	return answer(gpu, nvmux_gi_del(gpu->manager->kernel, gpu->observed.bdf, placement), text,
		      size);
}
