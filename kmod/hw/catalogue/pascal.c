// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pascal boards and their vGPU types.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"
#include "row.h"

static const struct nvmux_type p4_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("P4-1Q", 1024, 8, 0,  1, 0x1204),
	Q("P4-2Q",  2048, 4, 0,  1, 0x1205),
	Q("P4-4Q",  4096, 2, 0,  1, 0x1206),
	Q("P4-8Q",  8192, 1, 0, 16, 0x1207),
	C("P4-4C",  4096, 2, 0,  1, 0x1385),
	C("P4-8C",  8192, 1, 0, 16, 0x1380),
	B("P4-1B",  1024, 8, 0,  1, 0x1203),
	B("P4-1B4", 1024, 8, 0,  1, 0x133c),
	B("P4-2B",  2048, 4, 0,  1, 0x1288),
	B("P4-2B4", 2048, 4, 0,  1, 0x12f1),
	A("P4-1A",  1024, 8, 0,  1, 0x1208),
	A("P4-2A",  2048, 4, 0,  1, 0x1209),
	A("P4-4A",  4096, 2, 0,  1, 0x120a),
	A("P4-8A",  8192, 1, 0,  1, 0x120b),
};

static const struct nvmux_family p4 = {
	.name = "P4", .prefix = "GRID", .architecture = "Pascal", .device = 0x1bb3,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 8192, .region_gb = 8,
	.types = p4_types, .n_types = ARRAY_SIZE(p4_types),
};

static const struct nvmux_type p6_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("P6-1Q",  1024, 16, 0,  1, 0x11f9),
	Q("P6-2Q",   2048,  8, 0,  1, 0x11fa),
	Q("P6-4Q",   4096,  4, 0,  1, 0x11fb),
	Q("P6-8Q",   8192,  2, 0,  1, 0x11fc),
	Q("P6-16Q", 16384,  1, 0, 16, 0x11fd),
	C("P6-4C",   4096,  4, 0,  1, 0x1386),
	C("P6-8C",   8192,  2, 0,  1, 0x1387),
	C("P6-16C", 16384,  1, 0, 16, 0x137f),
	B("P6-1B",   1024, 16, 0,  1, 0x11f8),
	B("P6-1B4",  1024, 16, 0,  1, 0x133b),
	B("P6-2B",   2048,  8, 0,  1, 0x1289),
	B("P6-2B4",  2048,  8, 0,  1, 0x12f0),
	A("P6-1A",   1024, 16, 0,  1, 0x11fe),
	A("P6-2A",   2048,  8, 0,  1, 0x11ff),
	A("P6-4A",   4096,  4, 0,  1, 0x1200),
	A("P6-8A",   8192,  2, 0,  1, 0x1201),
	A("P6-16A", 16384,  1, 0,  1, 0x1202),
};

static const struct nvmux_family p6 = {
	.name = "P6", .prefix = "GRID", .architecture = "Pascal", .device = 0x1bb4,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 16384, .region_gb = 16,
	.types = p6_types, .n_types = ARRAY_SIZE(p6_types),
};

static const struct nvmux_type p40_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("P40-1Q",  1024, 24, 0,  1, 0x11e8),
	Q("P40-2Q",   2048, 12, 0,  1, 0x11e9),
	Q("P40-3Q",   3072,  8, 0,  1, 0x11ea),
	Q("P40-4Q",   4096,  6, 0,  1, 0x11eb),
	Q("P40-6Q",   6144,  4, 0,  1, 0x11ec),
	Q("P40-8Q",   8192,  3, 0,  1, 0x11ed),
	Q("P40-12Q", 12288,  2, 0,  1, 0x11ee),
	Q("P40-24Q", 24576,  1, 0, 16, 0x11ef),
	C("P40-4C",   4096,  6, 0,  1, 0x1381),
	C("P40-6C",   6144,  4, 0,  1, 0x1382),
	C("P40-8C",   8192,  3, 0,  1, 0x1383),
	C("P40-12C", 12288,  2, 0,  1, 0x1384),
	C("P40-24C", 24576,  1, 0, 16, 0x137e),
	B("P40-1B",   1024, 24, 0,  1, 0x11e7),
	B("P40-1B4",  1024, 24, 0,  1, 0x133a),
	B("P40-2B",   2048, 12, 0,  1, 0x1287),
	B("P40-2B4",  2048, 12, 0,  1, 0x12ef),
	A("P40-1A",   1024, 24, 0,  1, 0x11f0),
	A("P40-2A",   2048, 12, 0,  1, 0x11f1),
	A("P40-3A",   3072,  8, 0,  1, 0x11f2),
	A("P40-4A",   4096,  6, 0,  1, 0x11f3),
	A("P40-6A",   6144,  4, 0,  1, 0x11f4),
	A("P40-8A",   8192,  3, 0,  1, 0x11f5),
	A("P40-12A", 12288,  2, 0,  1, 0x11f6),
	A("P40-24A", 24576,  1, 0,  1, 0x11f7),
};

static const struct nvmux_family p40 = {
	.name = "P40", .prefix = "GRID", .architecture = "Pascal", .device = 0x1b38,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 24576, .region_gb = 24,
	.types = p40_types, .n_types = ARRAY_SIZE(p40_types),
};

static const struct nvmux_type p100_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("P100-1Q",  1024, 16, 0,  1, 0x1222),
	Q("P100-2Q",   2048,  8, 0,  1, 0x1223),
	Q("P100-4Q",   4096,  4, 0,  1, 0x1224),
	Q("P100-8Q",   8192,  2, 0,  1, 0x1225),
	Q("P100-16Q", 16384,  1, 0, 16, 0x1226),
	C("P100-4C",   4096,  4, 0,  1, 0x138a),
	C("P100-8C",   8192,  2, 0,  1, 0x138b),
	C("P100-16C", 16384,  1, 0, 16, 0x137c),
	B("P100-1B",   1024, 16, 0,  1, 0x1221),
	B("P100-1B4",  1024, 16, 0,  1, 0x133d),
	B("P100-2B",   2048,  8, 0,  1, 0x128c),
	B("P100-2B4",  2048,  8, 0,  1, 0x12f2),
	A("P100-1A",   1024, 16, 0,  1, 0x1227),
	A("P100-2A",   2048,  8, 0,  1, 0x1228),
	A("P100-4A",   4096,  4, 0,  1, 0x1229),
	A("P100-8A",   8192,  2, 0,  1, 0x122a),
	A("P100-16A", 16384,  1, 0,  1, 0x122b),
};

static const struct nvmux_family p100 = {
	.name = "P100", .prefix = "GRID", .architecture = "Pascal", .device = 0x15f8,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 16384, .region_gb = 16,
	.types = p100_types, .n_types = ARRAY_SIZE(p100_types),
};

static const struct nvmux_type p100x_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("P100X-1Q",  1024, 16, 0,  1, 0x122d),
	Q("P100X-2Q",   2048,  8, 0,  1, 0x122e),
	Q("P100X-4Q",   4096,  4, 0,  1, 0x122f),
	Q("P100X-8Q",   8192,  2, 0,  1, 0x1230),
	Q("P100X-16Q", 16384,  1, 0, 16, 0x1231),
	C("P100X-4C",   4096,  4, 0,  1, 0x1388),
	C("P100X-8C",   8192,  2, 0,  1, 0x1389),
	C("P100X-16C", 16384,  1, 0, 16, 0x137b),
	B("P100X-1B",   1024, 16, 0,  1, 0x122c),
	B("P100X-1B4",  1024, 16, 0,  1, 0x133e),
	B("P100X-2B",   2048,  8, 0,  1, 0x128b),
	B("P100X-2B4",  2048,  8, 0,  1, 0x12f3),
	A("P100X-1A",   1024, 16, 0,  1, 0x1232),
	A("P100X-2A",   2048,  8, 0,  1, 0x1233),
	A("P100X-4A",   4096,  4, 0,  1, 0x1234),
	A("P100X-8A",   8192,  2, 0,  1, 0x1235),
	A("P100X-16A", 16384,  1, 0,  1, 0x1236),
};

static const struct nvmux_family p100x = {
	.name = "P100X", .prefix = "GRID", .architecture = "Pascal", .device = 0x15f9,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 16384, .region_gb = 16,
	.types = p100x_types, .n_types = ARRAY_SIZE(p100x_types),
};

static const struct nvmux_type p100c_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("P100C-1Q",  1024, 12, 0,  1, 0x1266),
	Q("P100C-2Q",   2048,  6, 0,  1, 0x1267),
	Q("P100C-4Q",   4096,  3, 0,  1, 0x1268),
	Q("P100C-6Q",   6144,  2, 0,  1, 0x1269),
	Q("P100C-12Q", 12288,  1, 0, 16, 0x126a),
	C("P100C-4C",   4096,  3, 0,  1, 0x138c),
	C("P100C-6C",   6144,  2, 0,  1, 0x138d),
	C("P100C-12C", 12288,  1, 0, 16, 0x137d),
	B("P100C-1B",   1024, 12, 0,  1, 0x1265),
	B("P100C-1B4",  1024, 12, 0,  1, 0x133f),
	B("P100C-2B",   2048,  6, 0,  1, 0x128d),
	B("P100C-2B4",  2048,  6, 0,  1, 0x12f4),
	A("P100C-1A",   1024, 12, 0,  1, 0x126b),
	A("P100C-2A",   2048,  6, 0,  1, 0x126c),
	A("P100C-4A",   4096,  3, 0,  1, 0x126d),
	A("P100C-6A",   6144,  2, 0,  1, 0x126e),
	A("P100C-12A", 12288,  1, 0,  1, 0x126f),
};

static const struct nvmux_family p100c = {
	.name = "P100C", .prefix = "GRID", .architecture = "Pascal", .device = 0x15f7,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 12288, .region_gb = 12,
	.types = p100c_types, .n_types = ARRAY_SIZE(p100c_types),
};

const struct nvmux_board nvmux_catalogue_pascal[] = {
	BOARD(0x1bb3, "Tesla P4", p4, NVIDIA(0x11d8), NVIDIA(0x11e0)),
	BOARD_ANY(0x1bb4, "Tesla P6", p6),
	BOARD_ANY(0x1b38, "Tesla P40", p40),
	BOARD_ANY(0x15f8, "Tesla P100 PCIe 16GB", p100),
	BOARD_ANY(0x15f9, "Tesla P100 SXM2 16GB", p100x),
	BOARD_ANY(0x15f7, "Tesla P100 PCIe 12GB", p100c),
	{ }
};
