/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arithmetic only: does this vGPU fit beside those, and where. Pure, host-tested.
 */
#ifndef NVMUX_PLACEMENT_H
#define NVMUX_PLACEMENT_H

#include <linux/limits.h>
#include <linux/types.h>
#include <uapi/linux/nvmux.h>

struct nvmux_family;
struct nvmux_gi_profile;
struct nvmux_type;

#define NVMUX_PLACEMENT_ANY U32_MAX

/* As many as NVIDIA's manager allows on one GPU, and GPU instances of it. */
#define NVMUX_VGPU_MAX 48
#define NVMUX_GI_MAX 8

/**
 * struct nvmux_gi - a GPU instance
 * @profile: what kind
 * @start: first memory slice
 * @kept: a person laid it out; else it ends with its last vGPU
 */
struct nvmux_gi {
	const struct nvmux_gi_profile *profile;
	u8 start;
	bool kept;
};

/**
 * struct nvmux_place - where a vGPU lies
 * @id: placement id: GiB in time-sliced partitionings (for types below 1 GiB: their number),
 *	first memory slice of its GPU instance in MIG
 * @start: first MiB of its slice of framebuffer
 * @len: MiB of its slice; a multiple of 2
 */
struct nvmux_place {
	u32 id;
	u32 start;
	u32 len;
};

/**
 * struct nvmux_resident - a vGPU that is there
 * @type: its type
 * @place: where it lies
 */
struct nvmux_resident {
	const struct nvmux_type *type;
	struct nvmux_place place;
};

/**
 * struct nvmux_space - a GPU as placement sees it
 * @family: of its board
 * @partition: how it is divided
 * @fb_mib: framebuffer that there is to divide, at most the family's
 * @residents: vGPUs that are there, in any order
 * @n_residents: number of @residents, at most NVMUX_VGPU_MAX
 * @gis: GPU instances that are there, in any order; none outside MIG
 * @n_gis: number of @gis, at most NVMUX_GI_MAX
 */
struct nvmux_space {
	const struct nvmux_family *family;
	enum nvmux_partition partition;
	u32 fb_mib;
	const struct nvmux_resident *const *residents;
	unsigned int n_residents;
	const struct nvmux_gi *gis;
	unsigned int n_gis;
};

/**
 * enum nvmux_fit - answer to "does it fit"
 * @NVMUX_FIT_OK: it does
 * @NVMUX_FIT_PARTITION: the GPU is divided in a way that does not know this type
 * @NVMUX_FIT_SIZE: a vGPU of another size locks the size
 * @NVMUX_FIT_COUNT: as many are there as the type, or any GPU, allows
 * @NVMUX_FIT_FULL: no legal placement is free
 * @NVMUX_FIT_NO_GI: no GPU instance of its profile has room, and there is no place for another one
 * @NVMUX_FIT_ILLEGAL: the wished placement is none of this type's
 * @NVMUX_FIT_TAKEN: the wished placement is occupied
 */
enum nvmux_fit {
	NVMUX_FIT_OK = 1,
	NVMUX_FIT_PARTITION,
	NVMUX_FIT_SIZE,
	NVMUX_FIT_COUNT,
	NVMUX_FIT_FULL,
	NVMUX_FIT_NO_GI,
	NVMUX_FIT_ILLEGAL,
	NVMUX_FIT_TAKEN,
};

enum nvmux_fit nvmux_placement_find(const struct nvmux_space *space,
				    const struct nvmux_type *type, u32 wish,
				    struct nvmux_place *ret);
u32 nvmux_placement_left(const struct nvmux_space *space, const struct nvmux_type *type);
unsigned int nvmux_placement_list(const struct nvmux_space *space,
				  const struct nvmux_type *type, bool only_free,
				  u32 ids[NVMUX_VGPU_MAX]);
u32 nvmux_placement_max(const struct nvmux_space *space, const struct nvmux_type *type);

enum nvmux_fit nvmux_placement_find_gi(const struct nvmux_space *space,
				       const struct nvmux_gi_profile *profile, u32 wish,
				       u8 *ret_start);
const struct nvmux_gi *nvmux_placement_gi_at(const struct nvmux_space *space, u32 start);

#endif
