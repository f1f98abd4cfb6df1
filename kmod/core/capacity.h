/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a GPU has left to share: placement applied to the vGPUs and GPU instances that are there,
 * and its answers as sentences.
 */
#ifndef NVMUX_CAPACITY_H
#define NVMUX_CAPACITY_H

#include <linux/types.h>

#include "placement.h"

struct nvmux_gpu;
struct nvmux_refusal;
struct nvmux_type;

/**
 * struct nvmux_capacity - a GPU as placement sees it
 * @space: what placement wants
 * @residents: the vGPUs that @space points to
 */
struct nvmux_capacity {
	struct nvmux_space space;
	const struct nvmux_resident *residents[NVMUX_VGPU_MAX];
};

void nvmux_capacity_of(struct nvmux_gpu *gpu, struct nvmux_capacity *ret);
int nvmux_capacity_check(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
int nvmux_capacity_check_board(struct nvmux_gpu *gpu, u64 fb_size, struct nvmux_refusal *why);
int nvmux_capacity_place(struct nvmux_gpu *gpu, const struct nvmux_type *type, u32 wish,
			 struct nvmux_place *ret, struct nvmux_refusal *why);
u32 nvmux_capacity_available(struct nvmux_gpu *gpu, const struct nvmux_type *type,
			     struct nvmux_refusal *why);
u32 nvmux_capacity_max(struct nvmux_gpu *gpu, const struct nvmux_type *type);

#endif
