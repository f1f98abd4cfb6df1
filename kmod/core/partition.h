/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the framebuffer of a GPU is divided, and its GPU instances when that is by MIG.
 */
#ifndef NVMUX_PARTITION_H
#define NVMUX_PARTITION_H

#include <linux/types.h>
#include <uapi/linux/nvmux.h>

struct nvmux_family;
struct nvmux_gi;
struct nvmux_gi_profile;
struct nvmux_gpu;
struct nvmux_refusal;
struct nvmux_resident;

const char *nvmux_partition_str(enum nvmux_partition partition);
u32 nvmux_partition_mask(const struct nvmux_family *family);
int nvmux_partition_check(struct nvmux_gpu *gpu, enum nvmux_partition partition,
			  struct nvmux_refusal *why);
void nvmux_partition_set(struct nvmux_gpu *gpu, enum nvmux_partition partition);

int nvmux_partition_gi_new(struct nvmux_gpu *gpu, const struct nvmux_gi_profile *profile,
			   u32 wish, u32 *ret, struct nvmux_refusal *why);
int nvmux_partition_gi_del(struct nvmux_gpu *gpu, u32 start, struct nvmux_refusal *why);
void nvmux_partition_gi_drop_all(struct nvmux_gpu *gpu);
unsigned int nvmux_partition_gi_vgpus(struct nvmux_gpu *gpu, const struct nvmux_gi *gi);
const struct nvmux_gi *nvmux_partition_gi_at(struct nvmux_gpu *gpu, u32 start);

void nvmux_partition_occupy(struct nvmux_gpu *gpu, const struct nvmux_resident *resident);
void nvmux_partition_vacate(struct nvmux_gpu *gpu, const struct nvmux_resident *resident);

#endif
