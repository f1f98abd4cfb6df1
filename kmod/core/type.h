/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The catalogue: which boards there are and which vGPU types each offers.
 *
 *	board ----> family ----> types
 *	(PCI ids)          `---> GPU instance profiles
 *
 * Pure data and look-up; builds on a host for unit tests and into the command line, which answers
 * for boards that are not there. The rows are in hw/catalogue/.
 */
#ifndef NVMUX_TYPE_H
#define NVMUX_TYPE_H

#include <linux/types.h>

/**
 * struct nvmux_gi_profile - one kind of GPU instance (MIG)
 * @name: such as "1g.5gb"
 * @compute: compute slices that it takes
 * @memory: memory slices that it takes
 * @max: instances of it on one GPU
 * @starts: bit n: it may begin at memory slice n
 */
struct nvmux_gi_profile {
	const char *name;
	u8 compute;
	u8 memory;
	u8 max;
	u16 starts;
};

/**
 * struct nvmux_type - one vGPU type of a family
 * @name: such as "A30-12C"
 * @series: 'Q', 'B', 'A' or 'C'
 * @fb_mib: nominal framebuffer in MiB
 * @max_instances: vGPUs of this type on one GPU, when all have its size
 * @max_mixed: the same when the GPU is divided mixed-size, 0 when it cannot be placed there
 * @max_per_gi: vGPUs of this type in one GPU instance, 0 for a time-sliced type
 * @max_per_vm: vGPUs of this type in one VM, 0 when not known
 * @heads: virtual displays
 * @max_x: horizontal resolution limit in pixels
 * @max_y: vertical resolution limit in pixels
 * @frl: frame rate limit in frames per second
 * @subsystem: PCI subsystem id that the guest sees
 * @gi: GPU instance that it needs, NULL for a time-sliced type
 */
struct nvmux_type {
	const char *name;
	char series;
	u32 fb_mib;
	u8 max_instances;
	u8 max_mixed;
	u8 max_per_gi;
	u8 max_per_vm;
	u8 heads;
	u16 max_x;
	u16 max_y;
	u8 frl;
	u16 subsystem;
	const struct nvmux_gi_profile *gi;
};

/**
 * enum nvmux_mixed_rule - how placement ids of mixed-size are found
 * @NVMUX_MIXED_NONE: the family has no mixed-size
 * @NVMUX_MIXED_HALVES: the framebuffer is halved again and again
 * @NVMUX_MIXED_EVEN: the placements of a type are spread evenly
 */
enum nvmux_mixed_rule {
	NVMUX_MIXED_NONE,
	NVMUX_MIXED_HALVES,
	NVMUX_MIXED_EVEN,
};

/**
 * struct nvmux_family - boards that offer the same types
 * @name: what the names of its types begin with, such as "A30"
 * @prefix: what stands before a type's name in its label, "NVIDIA" or "GRID"
 * @architecture: such as "Ampere"
 * @device: PCI device id that the guests see
 * @mixed: how mixed-size places
 * @fb_mib: nominal framebuffer in MiB, 0 when not known
 * @region_gb: framebuffer in units of placement ids, 0 when not known
 * @compute_slices: of MIG, 0 without
 * @memory_slices: of MIG, 0 without
 * @types: its types, as they are listed
 * @n_types: number of @types
 * @profiles: GPU instance profiles, NULL without MIG
 * @n_profiles: number of @profiles
 */
struct nvmux_family {
	const char *name;
	const char *prefix;
	const char *architecture;
	u16 device;
	enum nvmux_mixed_rule mixed;
	u32 fb_mib;
	u32 region_gb;
	u8 compute_slices;
	u8 memory_slices;
	const struct nvmux_type *types;
	unsigned int n_types;
	const struct nvmux_gi_profile *profiles;
	unsigned int n_profiles;
};

/**
 * struct nvmux_subsystem - PCI subsystem ids
 * @vendor: PCI subsystem vendor id, 0 ends a list
 * @device: PCI subsystem id
 */
struct nvmux_subsystem {
	u16 vendor;
	u16 device;
};

/**
 * struct nvmux_board - one kind of board
 * @device: PCI device id
 * @subsystems: which subsystem ids it has, NULL for any
 * @name: marketing name
 * @family: what it offers, never NULL; one without types for a board that has no vGPUs
 */
struct nvmux_board {
	u16 device;
	const struct nvmux_subsystem *subsystems;
	const char *name;
	const struct nvmux_family *family;
};

#define NVMUX_TYPE_TEXT_LEN 64

const struct nvmux_board *nvmux_board_find(u16 device, u16 subvendor, u16 subsystem);
const struct nvmux_type *nvmux_type_find(const struct nvmux_board *board, const char *name);
const struct nvmux_gi_profile *nvmux_gi_profile_find(const struct nvmux_family *family,
						     const char *name);
u64 nvmux_type_bar1_size(const struct nvmux_type *type);
int nvmux_type_id(const struct nvmux_type *type, char *buf, size_t size);
int nvmux_type_label(const struct nvmux_family *family, const struct nvmux_type *type,
		     char *buf, size_t size);
int nvmux_type_describe(const struct nvmux_type *type, u32 max_instances, char *buf,
			size_t size);

#endif
