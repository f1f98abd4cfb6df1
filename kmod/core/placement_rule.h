/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between placement.c and its three ways to divide a GPU; nobody else includes this.
 */
#ifndef NVMUX_PLACEMENT_RULE_H
#define NVMUX_PLACEMENT_RULE_H

#include "placement.h"

/**
 * struct nvmux_placement_rule - one way to divide a GPU
 * @in_gi: its types are those that need a GPU instance, else the time-sliced ones
 * @knows: does it know this one of them? NULL: all. What follows is only asked about known types
 * @admit: may one more be there, wherever it lies? NVMUX_FIT_OK, _SIZE or _COUNT. NULL: always
 * @ids: lists the legal ids of a type, ascending, and returns how many there are
 * @place: the place of a legal id, untouched unless NVMUX_FIT_OK; else _TAKEN or _NO_GI
 * @choose: the best free id, untouched unless NVMUX_FIT_OK; else what it means that there is none
 * @left: how many can be created one after another, when one more is admitted
 */
struct nvmux_placement_rule {
	bool in_gi;
	bool (*knows)(const struct nvmux_family *family, const struct nvmux_type *type);
	enum nvmux_fit (*admit)(const struct nvmux_space *space, const struct nvmux_type *type);
	unsigned int (*ids)(const struct nvmux_family *family, const struct nvmux_type *type,
			    u32 ids[NVMUX_VGPU_MAX]);
	enum nvmux_fit (*place)(const struct nvmux_space *space, const struct nvmux_type *type,
				u32 id, struct nvmux_place *ret);
	enum nvmux_fit (*choose)(const struct nvmux_space *space, const struct nvmux_type *type,
				 u32 *ret_id);
	u32 (*left)(const struct nvmux_space *space, const struct nvmux_type *type);
};

extern const struct nvmux_placement_rule nvmux_placement_same;
extern const struct nvmux_placement_rule nvmux_placement_mixed;
extern const struct nvmux_placement_rule nvmux_placement_mig;

u32 nvmux_placement_size_gb(const struct nvmux_type *type);
u32 nvmux_placement_len(const struct nvmux_family *family, const struct nvmux_type *type, u32 mib);
bool nvmux_placement_is_free(const struct nvmux_space *space, u32 start, u32 len);

#endif
