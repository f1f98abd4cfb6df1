// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maxwell boards and their vGPU types, all with small displays.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"
#include "row.h"

static const struct nvmux_type m10_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q0("M10-0Q",  512, 16, 0,  1, 0x11ce),
	Q1("M10-1Q", 1024,  8, 0,  1, 0x11cf),
	Q1("M10-2Q", 2048,  4, 0,  1, 0x11d0),
	Q1("M10-4Q", 4096,  2, 0,  1, 0x11d1),
	Q1("M10-8Q", 8192,  1, 0, 16, 0x11d2),
	B0("M10-0B",  512, 16, 0,  1, 0x11cc),
	B("M10-1B",  1024,  8, 0,  1, 0x11cd),
	B("M10-1B4", 1024,  8, 0,  1, 0x1339),
	B("M10-2B",  2048,  4, 0,  1, 0x1286),
	B("M10-2B4", 2048,  4, 0,  1, 0x12ee),
	A("M10-1A",  1024,  8, 0,  1, 0x11d3),
	A("M10-2A",  2048,  4, 0,  1, 0x11d4),
	A("M10-4A",  4096,  2, 0,  1, 0x11d5),
	A("M10-8A",  8192,  1, 0,  1, 0x11d6),
};

static const struct nvmux_family m10 = {
	.name = "M10", .prefix = "GRID", .architecture = "Maxwell", .device = 0x13bd,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 8192, .region_gb = 8,
	.types = m10_types, .n_types = ARRAY_SIZE(m10_types),
};

static const struct nvmux_type m60_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q0("M60-0Q",  512, 16, 0,  1, 0x114c),
	Q1("M60-1Q", 1024,  8, 0,  1, 0x114d),
	Q1("M60-2Q", 2048,  4, 0,  1, 0x114e),
	Q1("M60-4Q", 4096,  2, 0,  1, 0x114f),
	Q1("M60-8Q", 8192,  1, 0, 16, 0x1150),
	B0("M60-0B",  512, 16, 0,  1, 0x1176),
	B("M60-1B",  1024,  8, 0,  1, 0x1177),
	B("M60-1B4", 1024,  8, 0,  1, 0x1337),
	B("M60-2B",  2048,  4, 0,  1, 0x117d),
	B("M60-2B4", 2048,  4, 0,  1, 0x12ec),
	A("M60-1A",  1024,  8, 0,  1, 0x11ae),
	A("M60-2A",  2048,  4, 0,  1, 0x11af),
	A("M60-4A",  4096,  2, 0,  1, 0x11b0),
	A("M60-8A",  8192,  1, 0,  1, 0x11b1),
};

static const struct nvmux_family m60 = {
	.name = "M60", .prefix = "GRID", .architecture = "Maxwell", .device = 0x13f2,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 8192, .region_gb = 8,
	.types = m60_types, .n_types = ARRAY_SIZE(m60_types),
};

static const struct nvmux_type m6_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q0("M6-0Q",  512, 16, 0,  1, 0x1180),
	Q1("M6-1Q", 1024,  8, 0,  1, 0x1181),
	Q1("M6-2Q", 2048,  4, 0,  1, 0x1182),
	Q1("M6-4Q", 4096,  2, 0,  1, 0x1183),
	Q1("M6-8Q", 8192,  1, 0, 16, 0x1184),
	B0("M6-0B",  512, 16, 0,  1, 0x117e),
	B("M6-1B",  1024,  8, 0,  1, 0x117f),
	B("M6-1B4", 1024,  8, 0,  1, 0x1338),
	B("M6-2B",  2048,  4, 0,  1, 0x117c),
	B("M6-2B4", 2048,  4, 0,  1, 0x12ed),
	A("M6-1A",  1024,  8, 0,  1, 0x11aa),
	A("M6-2A",  2048,  4, 0,  1, 0x11ab),
	A("M6-4A",  4096,  2, 0,  1, 0x11ac),
	A("M6-8A",  8192,  1, 0,  1, 0x11ad),
};

static const struct nvmux_family m6 = {
	.name = "M6", .prefix = "GRID", .architecture = "Maxwell", .device = 0x13f3,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 8192, .region_gb = 8,
	.types = m6_types, .n_types = ARRAY_SIZE(m6_types),
};

const struct nvmux_board nvmux_catalogue_maxwell[] = {
	BOARD(0x13bd, "Tesla M10", m10, NVIDIA(0x1160)),
	BOARD_ANY(0x13f2, "Tesla M60", m60),
	BOARD_ANY(0x13f3, "Tesla M6", m6),
	{ }
};
