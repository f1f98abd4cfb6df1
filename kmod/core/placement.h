/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arithmetic only: does this slice fit beside those. Pure, host-tested.
 */
#ifndef NVMUX_PLACEMENT_H
#define NVMUX_PLACEMENT_H

#include <linux/types.h>

/* Placement ids count GiB, as NVIDIA's do. */
#define NVMUX_PLACEMENT_UNIT_MIB 1024
#define NVMUX_PLACEMENT_ANY U32_MAX

/**
 * struct nvmux_extent - a slice of framebuffer
 * @start: first MiB
 * @len: MiB
 */
struct nvmux_extent {
	u32 start;
	u32 len;
};

/**
 * enum nvmux_fit - answer to "does it fit"
 * @NVMUX_FIT_OK: it does
 * @NVMUX_FIT_SIZE: slices of another size are there
 * @NVMUX_FIT_COUNT: as many as the type allows are there
 * @NVMUX_FIT_ILLEGAL: the wished placement is none of this type's
 * @NVMUX_FIT_TAKEN: the wished placement is occupied
 */
enum nvmux_fit {
	NVMUX_FIT_OK = 1,
	NVMUX_FIT_SIZE,
	NVMUX_FIT_COUNT,
	NVMUX_FIT_ILLEGAL,
	NVMUX_FIT_TAKEN,
};

/**
 * struct nvmux_placement_request - what is to be placed
 * @len: MiB
 * @max: slices of this type that the GPU may hold
 * @wish: placement id, or NVMUX_PLACEMENT_ANY
 */
struct nvmux_placement_request {
	u32 len;
	u32 max;
	u32 wish;
};

enum nvmux_fit nvmux_placement_find(const struct nvmux_placement_request *req,
				    const struct nvmux_extent *used, unsigned int n_used,
				    u32 *ret_start);
u32 nvmux_placement_left(const struct nvmux_placement_request *req,
			 const struct nvmux_extent *used, unsigned int n_used);

#endif
