/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The catalogue: which boards there are and which vGPU types each offers.
 *
 * Pure data and look-up; builds on a host for unit tests. The rows are in hw/catalogue/.
 */
#ifndef NVMUX_TYPE_H
#define NVMUX_TYPE_H

#include <linux/types.h>

/**
 * struct nvmux_type - one vGPU type of a board family
 * @name: such as "A30-12C"
 * @series: 'Q', 'B', 'A' or 'C'
 * @fb_mib: framebuffer in MiB
 * @max_instances: vGPUs of this type on one GPU
 * @max_per_vm: vGPUs of this type in one VM
 * @heads: virtual displays
 * @max_x: horizontal resolution limit in pixels
 * @max_y: vertical resolution limit in pixels
 * @frl: frame rate limit in frames per second
 * @device: PCI device id that the guest sees
 * @subsystem: PCI subsystem id that the guest sees
 */
struct nvmux_type {
	const char *name;
	char series;
	u32 fb_mib;
	u32 max_instances;
	u32 max_per_vm;
	u32 heads;
	u32 max_x;
	u32 max_y;
	u32 frl;
	u16 device;
	u16 subsystem;
};

/**
 * struct nvmux_board - one kind of board
 * @device: PCI device id
 * @subsystem: PCI subsystem id (of vendor 10de), 0 for any
 * @name: marketing name
 * @prefix: what stands before a type's name in its label, "NVIDIA" or "GRID"
 * @fb_mib: nominal framebuffer in MiB
 * @types: types, largest family first as in the catalogue
 * @n_types: number of @types
 */
struct nvmux_board {
	u16 device;
	u16 subsystem;
	const char *name;
	const char *prefix;
	u32 fb_mib;
	const struct nvmux_type *types;
	unsigned int n_types;
};

const struct nvmux_board *nvmux_board_find(u16 device, u16 subvendor, u16 subsystem);
const struct nvmux_type *nvmux_type_find(const struct nvmux_board *board, const char *name);
u64 nvmux_type_fb_size(const struct nvmux_type *type);
u64 nvmux_type_bar1_size(const struct nvmux_type *type);
int nvmux_type_label(const struct nvmux_board *board, const struct nvmux_type *type,
		     char *buf, size_t size);
int nvmux_type_describe(const struct nvmux_type *type, char *buf, size_t size);

#endif
