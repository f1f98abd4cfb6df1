/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the rows of the tables are written; only the tables include this.
 *
 * Figures as published for NVIDIA's vGPU manager: names, sizes, counts and display limits as hosts
 * with these boards show them in sysfs and as NVIDIA's documents list them; guest PCI ids as in the
 * id lists of NVIDIA's open kernel modules (src/nvidia/generated/g_nv_name_released.h). The same
 * figures with their sources are in tools/testing/unit/data, which a test compares with the tables.
 */
#ifndef NVMUX_ROW_H
#define NVMUX_ROW_H

#include "../../core/type.h"
#include "gi_profile.h"

/* A time-sliced type; TYPE itself is for display limits that no series has. */
#define TYPE(_name, _series, _fb, _max, _mixed, _vm, _heads, _x, _y, _frl, _subsystem) \
	{ .name = _name, .series = _series, .fb_mib = _fb, .max_instances = _max, \
	  .max_mixed = _mixed, .max_per_vm = _vm, .heads = _heads, .max_x = _x, .max_y = _y, \
	  .frl = _frl, .subsystem = _subsystem }

/* Q1 and Q0 have the smaller displays of 1Q and 0Q, and Q1 those of all Q of Maxwell; B0 of 0B. */
#define Q(_name, _fb, _max, _mixed, _vm, _subsystem) \
	TYPE(_name, 'Q', _fb, _max, _mixed, _vm, 4, 7680, 4320, 60, _subsystem)
#define Q1(_name, _fb, _max, _mixed, _vm, _subsystem) \
	TYPE(_name, 'Q', _fb, _max, _mixed, _vm, 4, 5120, 2880, 60, _subsystem)
#define Q0(_name, _fb, _max, _mixed, _vm, _subsystem) \
	TYPE(_name, 'Q', _fb, _max, _mixed, _vm, 2, 2560, 1600, 60, _subsystem)
#define B(_name, _fb, _max, _mixed, _vm, _subsystem) \
	TYPE(_name, 'B', _fb, _max, _mixed, _vm, 4, 5120, 2880, 45, _subsystem)
#define B0(_name, _fb, _max, _mixed, _vm, _subsystem) \
	TYPE(_name, 'B', _fb, _max, _mixed, _vm, 2, 2560, 1600, 45, _subsystem)
#define A(_name, _fb, _max, _mixed, _vm, _subsystem) \
	TYPE(_name, 'A', _fb, _max, _mixed, _vm, 1, 1280, 1024, 60, _subsystem)
#define C(_name, _fb, _max, _mixed, _vm, _subsystem) \
	TYPE(_name, 'C', _fb, _max, _mixed, _vm, 1, 4096, 2400, 60, _subsystem)

/* A type in a GPU instance. */
#define GI_TYPE(_name, _series, _fb, _max, _per_gi, _vm, _heads, _x, _y, _frl, _subsystem, _gi) \
	{ .name = _name, .series = _series, .fb_mib = _fb, .max_instances = _max, \
	  .max_per_gi = _per_gi, .max_per_vm = _vm, .heads = _heads, .max_x = _x, .max_y = _y, \
	  .frl = _frl, .subsystem = _subsystem, .gi = _gi }

#define GI_Q(_name, _fb, _max, _per_gi, _vm, _subsystem, _gi) \
	GI_TYPE(_name, 'Q', _fb, _max, _per_gi, _vm, 4, 7680, 4320, 60, _subsystem, _gi)
#define GI_B(_name, _fb, _max, _per_gi, _vm, _subsystem, _gi) \
	GI_TYPE(_name, 'B', _fb, _max, _per_gi, _vm, 4, 5120, 2880, 45, _subsystem, _gi)
#define GI_A(_name, _fb, _max, _per_gi, _vm, _subsystem, _gi) \
	GI_TYPE(_name, 'A', _fb, _max, _per_gi, _vm, 1, 1280, 1024, 60, _subsystem, _gi)
#define GI_C(_name, _fb, _max, _per_gi, _vm, _subsystem, _gi) \
	GI_TYPE(_name, 'C', _fb, _max, _per_gi, _vm, 1, 4096, 2400, 60, _subsystem, _gi)

/* A board that is told by its subsystem ids, and one that is told by its device id alone. */
#define BOARD(_device, _name, _family, ...) \
	{ .device = _device, .name = _name, .family = &(_family), \
	  .subsystems = (const struct nvmux_subsystem[]){ __VA_ARGS__, { } } }
#define BOARD_ANY(_device, _name, _family) \
	{ .device = _device, .name = _name, .family = &(_family) }

#define NVIDIA(_device)	{ .vendor = 0x10de, .device = _device }
#define DELL(_device)	{ .vendor = 0x1028, .device = _device }
#define HP(_device)	{ .vendor = 0x103c, .device = _device }
#define LENOVO(_device)	{ .vendor = 0x17aa, .device = _device }

#endif
