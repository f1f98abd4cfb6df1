// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ampere boards with GPU instances and their vGPU types.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"
#include "row.h"

static const struct nvmux_type a30_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("A30-4C",   4096, 6, 4, 16, 0x158c),
	C("A30-6C",   6144, 4, 4, 16, 0x158d),
	C("A30-8C",   8192, 3, 2, 16, 0x158e),
	C("A30-12C", 12288, 2, 2, 16, 0x158f),
	C("A30-24C", 24576, 1, 1, 16, 0x1590),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("A30-1-6C",     6144, 4, 1, 16, 0x1589, &nvmux_gi_a30[A30_1G]),
	GI_C("A30-1-6CME",   6144, 1, 1, 16, 0x1610, &nvmux_gi_a30[A30_1G_ME]),
	GI_C("A30-2-12C",   12288, 2, 1, 16, 0x158a, &nvmux_gi_a30[A30_2G]),
	GI_C("A30-2-12CME", 12288, 1, 1, 16, 0x183c, &nvmux_gi_a30[A30_2G_ME]),
	GI_C("A30-4-24C",   24576, 1, 1, 16, 0x158b, &nvmux_gi_a30[A30_4G]),
};

static const struct nvmux_family a30 = {
	.name = "A30", .prefix = "NVIDIA", .architecture = "Ampere", .device = 0x20b7,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 24576, .region_gb = 24,
	.types = a30_types, .n_types = ARRAY_SIZE(a30_types),
	.compute_slices = 4, .memory_slices = 4,
	.profiles = nvmux_gi_a30, .n_profiles = ARRAY_SIZE(nvmux_gi_a30),
};

static const struct nvmux_type a100_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("A100-4C",   4096, 10, 8, 16, 0x1498),
	C("A100-5C",   5120,  8, 8, 16, 0x1499),
	C("A100-8C",   8192,  5, 4, 16, 0x149a),
	C("A100-10C", 10240,  4, 4, 16, 0x149b),
	C("A100-20C", 20480,  2, 2, 16, 0x149c),
	C("A100-40C", 40960,  1, 1, 16, 0x149d),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("A100-1-5C",    5120, 7, 1, 16, 0x1493, &nvmux_gi_40gb[GI_1G]),
	GI_C("A100-1-5CME",  5120, 1, 1, 16, 0x160e, &nvmux_gi_40gb[GI_1G_ME]),
	GI_C("A100-1-10C",  10240, 4, 1, 16, 0x183d, &nvmux_gi_40gb[GI_1G_X2]),
	GI_C("A100-2-10C",  10240, 3, 1, 16, 0x1494, &nvmux_gi_40gb[GI_2G]),
	GI_C("A100-3-20C",  20480, 2, 1, 16, 0x1495, &nvmux_gi_40gb[GI_3G]),
	GI_C("A100-4-20C",  20480, 1, 1, 16, 0x1496, &nvmux_gi_40gb[GI_4G]),
	GI_C("A100-7-40C",  40960, 1, 1, 16, 0x1497, &nvmux_gi_40gb[GI_7G]),
};

static const struct nvmux_family a100 = {
	.name = "A100", .prefix = "GRID", .architecture = "Ampere", .device = 0x20f1,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 40960, .region_gb = 40,
	.types = a100_types, .n_types = ARRAY_SIZE(a100_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_40gb, .n_profiles = ARRAY_SIZE(nvmux_gi_40gb),
};

static const struct nvmux_type a100x_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("A100X-4C",   4096, 10, 8, 16, 0x1474),
	C("A100X-5C",   5120,  8, 8, 16, 0x1475),
	C("A100X-8C",   8192,  5, 4, 16, 0x1476),
	C("A100X-10C", 10240,  4, 4, 16, 0x1477),
	C("A100X-20C", 20480,  2, 2, 16, 0x1478),
	C("A100X-40C", 40960,  1, 1, 16, 0x1479),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("A100X-1-5C",    5120, 7, 1, 16, 0x146f, &nvmux_gi_40gb[GI_1G]),
	GI_C("A100X-1-5CME",  5120, 1, 1, 16, 0x160c, &nvmux_gi_40gb[GI_1G_ME]),
	GI_C("A100X-1-10C",  10240, 4, 1, 16, 0x1840, &nvmux_gi_40gb[GI_1G_X2]),
	GI_C("A100X-2-10C",  10240, 3, 1, 16, 0x1470, &nvmux_gi_40gb[GI_2G]),
	GI_C("A100X-3-20C",  20480, 2, 1, 16, 0x1471, &nvmux_gi_40gb[GI_3G]),
	GI_C("A100X-4-20C",  20480, 1, 1, 16, 0x1472, &nvmux_gi_40gb[GI_4G]),
	GI_C("A100X-7-40C",  40960, 1, 1, 16, 0x1473, &nvmux_gi_40gb[GI_7G]),
};

static const struct nvmux_family a100x = {
	.name = "A100X", .prefix = "GRID", .architecture = "Ampere", .device = 0x20b0,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 40960, .region_gb = 40,
	.types = a100x_types, .n_types = ARRAY_SIZE(a100x_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_40gb, .n_profiles = ARRAY_SIZE(nvmux_gi_40gb),
};

static const struct nvmux_type a100d_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("A100D-4C",   4096, 20, 16, 16, 0x1596),
	C("A100D-8C",   8192, 10,  8, 16, 0x1597),
	C("A100D-10C", 10240,  8,  8, 16, 0x1598),
	C("A100D-16C", 16384,  5,  4, 16, 0x1599),
	C("A100D-20C", 20480,  4,  4, 16, 0x159a),
	C("A100D-40C", 40960,  2,  2, 16, 0x159b),
	C("A100D-80C", 81920,  1,  1, 16, 0x159c),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("A100D-1-10C",   10240, 7, 1, 16, 0x1591, &nvmux_gi_80gb[GI_1G]),
	GI_C("A100D-1-10CME", 10240, 1, 1, 16, 0x160f, &nvmux_gi_80gb[GI_1G_ME]),
	GI_C("A100D-1-20C",   20480, 4, 1, 16, 0x183e, &nvmux_gi_80gb[GI_1G_X2]),
	GI_C("A100D-2-20C",   20480, 3, 1, 16, 0x1592, &nvmux_gi_80gb[GI_2G]),
	GI_C("A100D-3-40C",   40960, 2, 1, 16, 0x1593, &nvmux_gi_80gb[GI_3G]),
	GI_C("A100D-4-40C",   40960, 1, 1, 16, 0x1594, &nvmux_gi_80gb[GI_4G]),
	GI_C("A100D-7-80C",   81920, 1, 1, 16, 0x1595, &nvmux_gi_80gb[GI_7G]),
};

static const struct nvmux_family a100d = {
	.name = "A100D", .prefix = "GRID", .architecture = "Ampere", .device = 0x20b5,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 81920, .region_gb = 80,
	.types = a100d_types, .n_types = ARRAY_SIZE(a100d_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_80gb, .n_profiles = ARRAY_SIZE(nvmux_gi_80gb),
};

static const struct nvmux_type a100dx_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("A100DX-4C",   4096, 20, 16, 16, 0x1528),
	C("A100DX-8C",   8192, 10,  8, 16, 0x1529),
	C("A100DX-10C", 10240,  8,  8, 16, 0x152a),
	C("A100DX-16C", 16384,  5,  4, 16, 0x152b),
	C("A100DX-20C", 20480,  4,  4, 16, 0x152c),
	C("A100DX-40C", 40960,  2,  2, 16, 0x152d),
	C("A100DX-80C", 81920,  1,  1, 16, 0x152e),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("A100DX-1-10C",   10240, 7, 1, 16, 0x1523, &nvmux_gi_80gb[GI_1G]),
	GI_C("A100DX-1-10CME", 10240, 1, 1, 16, 0x160d, &nvmux_gi_80gb[GI_1G_ME]),
	GI_C("A100DX-1-20C",   20480, 4, 1, 16, 0x1841, &nvmux_gi_80gb[GI_1G_X2]),
	GI_C("A100DX-2-20C",   20480, 3, 1, 16, 0x1524, &nvmux_gi_80gb[GI_2G]),
	GI_C("A100DX-3-40C",   40960, 2, 1, 16, 0x1525, &nvmux_gi_80gb[GI_3G]),
	GI_C("A100DX-4-40C",   40960, 1, 1, 16, 0x1526, &nvmux_gi_80gb[GI_4G]),
	GI_C("A100DX-7-80C",   81920, 1, 1, 16, 0x1527, &nvmux_gi_80gb[GI_7G]),
};

static const struct nvmux_family a100dx = {
	.name = "A100DX", .prefix = "GRID", .architecture = "Ampere", .device = 0x20b2,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 81920, .region_gb = 80,
	.types = a100dx_types, .n_types = ARRAY_SIZE(a100dx_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_80gb, .n_profiles = ARRAY_SIZE(nvmux_gi_80gb),
};

static const struct nvmux_type a800_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("A800-4C",   4096, 10, 8, 16, 0x17d2),
	C("A800-5C",   5120,  8, 8, 16, 0x17d3),
	C("A800-8C",   8192,  5, 4, 16, 0x17d4),
	C("A800-10C", 10240,  4, 4, 16, 0x17d5),
	C("A800-20C", 20480,  2, 2, 16, 0x17d6),
	C("A800-40C", 40960,  1, 1, 16, 0x17d7),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("A800-1-5C",    5120, 7, 1, 16, 0x17cd, &nvmux_gi_40gb[GI_1G]),
	GI_C("A800-1-5CME",  5120, 1, 1, 16, 0x17cc, &nvmux_gi_40gb[GI_1G_ME]),
	GI_C("A800-1-10C",  10240, 4, 1, 16, 0x1843, &nvmux_gi_40gb[GI_1G_X2]),
	GI_C("A800-2-10C",  10240, 3, 1, 16, 0x17ce, &nvmux_gi_40gb[GI_2G]),
	GI_C("A800-3-20C",  20480, 2, 1, 16, 0x17cf, &nvmux_gi_40gb[GI_3G]),
	GI_C("A800-4-20C",  20480, 1, 1, 16, 0x17d0, &nvmux_gi_40gb[GI_4G]),
	GI_C("A800-7-40C",  40960, 1, 1, 16, 0x17d1, &nvmux_gi_40gb[GI_7G]),
};

static const struct nvmux_family a800 = {
	.name = "A800", .prefix = "GRID", .architecture = "Ampere", .device = 0x20f6,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 40960, .region_gb = 40,
	.types = a800_types, .n_types = ARRAY_SIZE(a800_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_40gb, .n_profiles = ARRAY_SIZE(nvmux_gi_40gb),
};

static const struct nvmux_type a800d_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("A800D-4C",   4096, 20, 16, 16, 0x17c5),
	C("A800D-8C",   8192, 10,  8, 16, 0x17c6),
	C("A800D-10C", 10240,  8,  8, 16, 0x17c7),
	C("A800D-16C", 16384,  5,  4, 16, 0x17c8),
	C("A800D-20C", 20480,  4,  4, 16, 0x17c9),
	C("A800D-40C", 40960,  2,  2, 16, 0x17ca),
	C("A800D-80C", 81920,  1,  1, 16, 0x17cb),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("A800D-1-10C",   10240, 7, 1, 16, 0x17c0, &nvmux_gi_80gb[GI_1G]),
	GI_C("A800D-1-10CME", 10240, 1, 1, 16, 0x17bf, &nvmux_gi_80gb[GI_1G_ME]),
	GI_C("A800D-1-20C",   20480, 4, 1, 16, 0x183f, &nvmux_gi_80gb[GI_1G_X2]),
	GI_C("A800D-2-20C",   20480, 3, 1, 16, 0x17c1, &nvmux_gi_80gb[GI_2G]),
	GI_C("A800D-3-40C",   40960, 2, 1, 16, 0x17c2, &nvmux_gi_80gb[GI_3G]),
	GI_C("A800D-4-40C",   40960, 1, 1, 16, 0x17c3, &nvmux_gi_80gb[GI_4G]),
	GI_C("A800D-7-80C",   81920, 1, 1, 16, 0x17c4, &nvmux_gi_80gb[GI_7G]),
};

static const struct nvmux_family a800d = {
	.name = "A800D", .prefix = "GRID", .architecture = "Ampere", .device = 0x20f5,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 81920, .region_gb = 80,
	.types = a800d_types, .n_types = ARRAY_SIZE(a800d_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_80gb, .n_profiles = ARRAY_SIZE(nvmux_gi_80gb),
};

static const struct nvmux_type a800dx_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("A800DX-4C",   4096, 20, 16, 16, 0x17b8),
	C("A800DX-8C",   8192, 10,  8, 16, 0x17b9),
	C("A800DX-10C", 10240,  8,  8, 16, 0x17ba),
	C("A800DX-16C", 16384,  5,  4, 16, 0x17bb),
	C("A800DX-20C", 20480,  4,  4, 16, 0x17bc),
	C("A800DX-40C", 40960,  2,  2, 16, 0x17bd),
	C("A800DX-80C", 81920,  1,  1, 16, 0x17be),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("A800DX-1-10C",   10240, 7, 1, 16, 0x17b3, &nvmux_gi_80gb[GI_1G]),
	GI_C("A800DX-1-10CME", 10240, 1, 1, 16, 0x17b2, &nvmux_gi_80gb[GI_1G_ME]),
	GI_C("A800DX-1-20C",   20480, 4, 1, 16, 0x1842, &nvmux_gi_80gb[GI_1G_X2]),
	GI_C("A800DX-2-20C",   20480, 3, 1, 16, 0x17b4, &nvmux_gi_80gb[GI_2G]),
	GI_C("A800DX-3-40C",   40960, 2, 1, 16, 0x17b5, &nvmux_gi_80gb[GI_3G]),
	GI_C("A800DX-4-40C",   40960, 1, 1, 16, 0x17b6, &nvmux_gi_80gb[GI_4G]),
	GI_C("A800DX-7-80C",   81920, 1, 1, 16, 0x17b7, &nvmux_gi_80gb[GI_7G]),
};

static const struct nvmux_family a800dx = {
	.name = "A800DX", .prefix = "GRID", .architecture = "Ampere", .device = 0x20f3,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 81920, .region_gb = 80,
	.types = a800dx_types, .n_types = ARRAY_SIZE(a800dx_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_80gb, .n_profiles = ARRAY_SIZE(nvmux_gi_80gb),
};

const struct nvmux_board nvmux_catalogue_ampere_mig[] = {
	BOARD(0x20b7, "NVIDIA A30", a30, NVIDIA(0x1532), NVIDIA(0x1804), NVIDIA(0x1852)),
	BOARD(0x20b9, "NVIDIA A30X", a30, NVIDIA(0x157f)),
	BOARD(0x20f1, "NVIDIA A100 PCIe 40GB", a100, NVIDIA(0x145f)),
	BOARD_ANY(0x20b0, "NVIDIA A100 SXM4 40GB", a100x),
	BOARD(0x20b5, "NVIDIA A100 PCIe 80GB", a100d, NVIDIA(0x1533), NVIDIA(0x1642)),
	BOARD(0x20b8, "NVIDIA A100X", a100d, NVIDIA(0x1581)),
	BOARD(0x20b2, "NVIDIA A100 SXM4 80GB", a100dx, NVIDIA(0x1463), NVIDIA(0x147f),
	      NVIDIA(0x1622), NVIDIA(0x1623)),
	BOARD(0x20f6, "NVIDIA A800 PCIe 40GB", a800, NVIDIA(0x180a), DELL(0x180a), HP(0x180a),
	      LENOVO(0x180a), NVIDIA(0x17a3)),
	BOARD(0x20f5, "NVIDIA A800 PCIe 80GB", a800d, NVIDIA(0x1799), NVIDIA(0x179a)),
	BOARD(0x20fd, "NVIDIA AX800", a800d, NVIDIA(0x17f8)),
	BOARD(0x20f3, "NVIDIA A800 SXM4 80GB", a800dx, NVIDIA(0x179b), NVIDIA(0x179c),
	      NVIDIA(0x179d), NVIDIA(0x179e), NVIDIA(0x179f), NVIDIA(0x17a0), NVIDIA(0x17a1),
	      NVIDIA(0x17a2)),
	{ }
};
