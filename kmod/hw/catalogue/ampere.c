// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ampere boards and their time-sliced vGPU types.
 *
 * Figures as published for NVIDIA's vGPU manager: names, sizes, counts and display limits as every
 * host with these boards shows them in sysfs; guest PCI ids as in the id lists of NVIDIA's open
 * kernel modules (src/nvidia/generated/g_nv_name_released.h).
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"

#define TYPE_C(_name, _fb_mib, _max, _device, _subsystem)			\
	{ .name = _name, .series = 'C', .fb_mib = _fb_mib, .max_instances = _max,	\
	  .max_per_vm = 16, .heads = 1, .max_x = 4096, .max_y = 2400, .frl = 60,	\
	  .device = _device, .subsystem = _subsystem }

static const struct nvmux_type a30_types[] = {
	TYPE_C("A30-4C", 4096, 6, 0x20b7, 0x158c),
	TYPE_C("A30-6C", 6144, 4, 0x20b7, 0x158d),
	TYPE_C("A30-8C", 8192, 3, 0x20b7, 0x158e),
	TYPE_C("A30-12C", 12288, 2, 0x20b7, 0x158f),
	TYPE_C("A30-24C", 24576, 1, 0x20b7, 0x1590),
};

#define A30(_device, _subsystem, _name)							\
	{ .device = _device, .subsystem = _subsystem, .name = _name, .prefix = "NVIDIA",	\
	  .fb_mib = 24576, .types = a30_types, .n_types = ARRAY_SIZE(a30_types) }

const struct nvmux_board nvmux_catalogue_ampere[] = {
	A30(0x20b7, 0x1532, "NVIDIA A30"),
	A30(0x20b7, 0x1804, "NVIDIA A30"),
	A30(0x20b7, 0x1852, "NVIDIA A30"),
	A30(0x20b9, 0x157f, "NVIDIA A30X"),
	{ }
};
