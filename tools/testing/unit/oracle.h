/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What placement ought to answer, by brute force: a picture of the framebuffer into which every
 * slice is painted, and lists of all places that there are. It shares no code with placement, and
 * where a rule can be put in another way, it is: sizes come from names, divisions are counted out.
 */
#ifndef NVMUX_UNIT_ORACLE_H
#define NVMUX_UNIT_ORACLE_H

#include "../../../kmod/core/placement.h"
#include "../../../kmod/core/type.h"

#define ORACLE_TYPES_MAX 128
#define ORACLE_CELL_MIB 2
#define ORACLE_WORDS (288 * 1024 / ORACLE_CELL_MIB / 64)

/* All places of a time-sliced type, ascending. */
struct oracle_places {
	unsigned int n;
	struct nvmux_place places[NVMUX_VGPU_MAX];
};

struct oracle_layout {
	unsigned int n;
	struct nvmux_gi gis[NVMUX_GI_MAX + 1];
};

struct oracle {
	const struct nvmux_family *family;
	enum nvmux_partition partition;
	u32 fb_mib;
	u32 slice_mib;
	const struct oracle_places *places;
	u64 picture[ORACLE_WORDS];
	unsigned int n_vgpus;
	struct nvmux_resident vgpus[NVMUX_VGPU_MAX + 1];
	struct oracle_layout layout;
};

/* oracle.c */
void oracle_init(struct oracle *oracle, struct oracle_places places[ORACLE_TYPES_MAX],
		 const struct nvmux_family *family, enum nvmux_partition partition, u32 fb_mib);
enum nvmux_fit oracle_expect(const struct oracle *oracle, const struct nvmux_type *type, u32 wish);
bool oracle_agrees(const struct oracle *oracle, const struct nvmux_type *type,
		   const struct nvmux_place *place);
bool oracle_would_choose(const struct oracle *oracle, const struct nvmux_type *type, u32 id);
unsigned int oracle_list(const struct oracle *oracle, const struct nvmux_type *type,
			 bool only_free, u32 ids[NVMUX_VGPU_MAX]);
void oracle_create(struct oracle *oracle, const struct nvmux_type *type,
		   const struct nvmux_place *place);
void oracle_delete(struct oracle *oracle, const struct nvmux_place *place);
bool oracle_is_clean(const struct oracle *oracle, u32 start, u32 len);
u32 oracle_longest(u32 nominal, u32 count, u32 mib);

/* oracle_mig.c */
enum nvmux_fit oracle_mig_expect(const struct oracle *oracle, const struct nvmux_type *type,
				 u32 wish);
bool oracle_mig_agrees(const struct oracle *oracle, const struct nvmux_type *type,
		       const struct nvmux_place *place);
bool oracle_mig_would_choose(const struct oracle *oracle, const struct nvmux_type *type, u32 id);
enum nvmux_fit oracle_gi_expect(const struct oracle *oracle,
				const struct nvmux_gi_profile *profile, u32 wish);
bool oracle_gi_would_choose(const struct oracle *oracle, const struct nvmux_gi_profile *profile,
			    u8 start);
void oracle_gi_add(struct oracle *oracle, const struct nvmux_gi_profile *profile, u8 start,
		   bool kept);
void oracle_gi_delete(struct oracle *oracle, u8 start);
void oracle_mig_vacate(struct oracle *oracle, u32 start);

#endif
