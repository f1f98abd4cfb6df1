// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hopper boards, H20, H200 and Grace Hopper, and their vGPU types.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"
#include "row.h"

static const struct nvmux_type h20_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H20-4C",   4096, 24, 8, 16, 0x202f),
	C("H20-6C",   6144, 16, 8, 16, 0x2030),
	C("H20-8C",   8192, 12, 0, 16, 0x2047),
	C("H20-12C", 12288,  8, 4, 16, 0x2031),
	C("H20-16C", 16384,  6, 4, 16, 0x2032),
	C("H20-24C", 24576,  4, 2, 16, 0x2033),
	C("H20-32C", 32768,  3, 0, 16, 0x2048),
	C("H20-48C", 49152,  2, 2, 16, 0x2034),
	C("H20-96C", 98304,  1, 1, 16, 0x2035),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H20-1-12C",   12288, 7, 1, 16, 0x2029, &nvmux_gi_96gb[GI_1G]),
	GI_C("H20-1-12CME", 12288, 1, 1, 16, 0x2028, &nvmux_gi_96gb[GI_1G_ME]),
	GI_C("H20-1-24C",   24576, 4, 1, 16, 0x202a, &nvmux_gi_96gb[GI_1G_X2]),
	GI_C("H20-2-24C",   24576, 3, 1, 16, 0x202b, &nvmux_gi_96gb[GI_2G]),
	GI_C("H20-3-48C",   49152, 2, 1, 16, 0x202c, &nvmux_gi_96gb[GI_3G]),
	GI_C("H20-4-48C",   49152, 1, 1, 16, 0x202d, &nvmux_gi_96gb[GI_4G]),
	GI_C("H20-7-96C",   98304, 1, 1, 16, 0x202e, &nvmux_gi_96gb[GI_7G]),
};

static const struct nvmux_family h20 = {
	.name = "H20", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x2329,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 98304, .region_gb = 96,
	.types = h20_types, .n_types = ARRAY_SIZE(h20_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_96gb, .n_profiles = ARRAY_SIZE(nvmux_gi_96gb),
};

static const struct nvmux_type h20x_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H20X-4C",     4096, 32, 32, 16, 0x210f),
	C("H20X-7C",     7168, 20, 20, 16, 0x2110),
	C("H20X-8C",     8192, 16, 16, 16, 0x2111),
	C("H20X-14C",   14336, 10, 10, 16, 0x2112),
	C("H20X-17C",   17408,  8,  8, 16, 0x2113),
	C("H20X-28C",   28672,  5,  5, 16, 0x2114),
	C("H20X-35C",   35840,  4,  4, 16, 0x2115),
	C("H20X-70C",   71680,  2,  2, 16, 0x2116),
	C("H20X-141C", 144384,  1,  1, 16, 0x2117),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H20X-1-18C",    18432, 7, 1, 16, 0x2109, &nvmux_gi_141gb[GI_1G]),
	GI_C("H20X-1-18CME",  18432, 1, 1, 16, 0x2108, &nvmux_gi_141gb[GI_1G_ME]),
	GI_C("H20X-1-35C",    35840, 4, 1, 16, 0x210a, &nvmux_gi_141gb[GI_1G_X2]),
	GI_C("H20X-2-35C",    35840, 3, 1, 16, 0x210b, &nvmux_gi_141gb[GI_2G]),
	GI_C("H20X-3-71C",    72704, 2, 1, 16, 0x210c, &nvmux_gi_141gb[GI_3G]),
	GI_C("H20X-4-71C",    72704, 1, 1, 16, 0x210d, &nvmux_gi_141gb[GI_4G]),
	GI_C("H20X-7-141C",  144384, 1, 1, 16, 0x210e, &nvmux_gi_141gb[GI_7G]),
};

static const struct nvmux_family h20x = {
	.name = "H20X", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x232c,
	.mixed = NVMUX_MIXED_EVEN, .fb_mib = 144384, .region_gb = 141,
	.types = h20x_types, .n_types = ARRAY_SIZE(h20x_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_141gb, .n_profiles = ARRAY_SIZE(nvmux_gi_141gb),
};

/* The sizes and counts of its types are not published. */
static const struct nvmux_family h20l = {
	.name = "H20L", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x230e,
	.mixed = NVMUX_MIXED_HALVES,
	.compute_slices = 7, .memory_slices = 8,
};

static const struct nvmux_type h200_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H200-4C",     4096, 32, 32, 16, 0x2088),
	C("H200-7C",     7168, 20, 20, 16, 0x2089),
	C("H200-8C",     8192, 16, 16, 16, 0x208a),
	C("H200-14C",   14336, 10, 10, 16, 0x208b),
	C("H200-17C",   17408,  8,  8, 16, 0x208c),
	C("H200-28C",   28672,  5,  5, 16, 0x208d),
	C("H200-35C",   35840,  4,  4, 16, 0x208e),
	C("H200-70C",   71680,  2,  2, 16, 0x208f),
	C("H200-141C", 144384,  1,  1, 16, 0x2090),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H200-1-18C",    18432, 7, 1, 16, 0x2082, &nvmux_gi_141gb[GI_1G]),
	GI_C("H200-1-18CME",  18432, 1, 1, 16, 0x2081, &nvmux_gi_141gb[GI_1G_ME]),
	GI_C("H200-1-35C",    35840, 4, 1, 16, 0x2083, &nvmux_gi_141gb[GI_1G_X2]),
	GI_C("H200-2-35C",    35840, 3, 1, 16, 0x2084, &nvmux_gi_141gb[GI_2G]),
	GI_C("H200-3-71C",    72704, 2, 1, 16, 0x2085, &nvmux_gi_141gb[GI_3G]),
	GI_C("H200-4-71C",    72704, 1, 1, 16, 0x2086, &nvmux_gi_141gb[GI_4G]),
	GI_C("H200-7-141C",  144384, 1, 1, 16, 0x2087, &nvmux_gi_141gb[GI_7G]),
};

static const struct nvmux_family h200 = {
	.name = "H200", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x233b,
	.mixed = NVMUX_MIXED_EVEN, .fb_mib = 144384, .region_gb = 141,
	.types = h200_types, .n_types = ARRAY_SIZE(h200_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_141gb, .n_profiles = ARRAY_SIZE(nvmux_gi_141gb),
};

static const struct nvmux_type h200x_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H200X-4C",     4096, 32, 32, 16, 0x2075),
	C("H200X-7C",     7168, 20, 20, 16, 0x2076),
	C("H200X-8C",     8192, 16, 16, 16, 0x2077),
	C("H200X-14C",   14336, 10, 10, 16, 0x2078),
	C("H200X-17C",   17408,  8,  8, 16, 0x2079),
	C("H200X-28C",   28672,  5,  5, 16, 0x207a),
	C("H200X-35C",   35840,  4,  4, 16, 0x207b),
	C("H200X-70C",   71680,  2,  2, 16, 0x207e),
	C("H200X-141C", 144384,  1,  1, 16, 0x207f),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H200X-1-18C",    18432, 7, 1, 16, 0x206f, &nvmux_gi_141gb[GI_1G]),
	GI_C("H200X-1-18CME",  18432, 1, 1, 16, 0x206e, &nvmux_gi_141gb[GI_1G_ME]),
	GI_C("H200X-1-35C",    35840, 4, 1, 16, 0x2070, &nvmux_gi_141gb[GI_1G_X2]),
	GI_C("H200X-2-35C",    35840, 3, 1, 16, 0x2071, &nvmux_gi_141gb[GI_2G]),
	GI_C("H200X-3-71C",    72704, 2, 1, 16, 0x2072, &nvmux_gi_141gb[GI_3G]),
	GI_C("H200X-4-71C",    72704, 1, 1, 16, 0x2073, &nvmux_gi_141gb[GI_4G]),
	GI_C("H200X-7-141C",  144384, 1, 1, 16, 0x2074, &nvmux_gi_141gb[GI_7G]),
};

static const struct nvmux_family h200x = {
	.name = "H200X", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x2335,
	.mixed = NVMUX_MIXED_EVEN, .fb_mib = 144384, .region_gb = 141,
	.types = h200x_types, .n_types = ARRAY_SIZE(h200x_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_141gb, .n_profiles = ARRAY_SIZE(nvmux_gi_141gb),
};

static const struct nvmux_type gh200_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("GH200-96C", 98304, 1, 0, 16, 0x18c9),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("GH200-1-12C",   12288, 7, 1, 16, 0x18c3, &nvmux_gi_96gb[GI_1G]),
	GI_C("GH200-1-12CME", 12288, 1, 1, 16, 0x18c2, &nvmux_gi_96gb[GI_1G_ME]),
	GI_C("GH200-1-24C",   24576, 4, 1, 16, 0x18c4, &nvmux_gi_96gb[GI_1G_X2]),
	GI_C("GH200-2-24C",   24576, 3, 1, 16, 0x18c5, &nvmux_gi_96gb[GI_2G]),
	GI_C("GH200-3-48C",   49152, 2, 1, 16, 0x18c6, &nvmux_gi_96gb[GI_3G]),
	GI_C("GH200-4-48C",   49152, 1, 1, 16, 0x18c7, &nvmux_gi_96gb[GI_4G]),
	GI_C("GH200-7-96C",   98304, 1, 1, 16, 0x18c8, &nvmux_gi_96gb[GI_7G]),
};

static const struct nvmux_family gh200 = {
	.name = "GH200", .prefix = "NVIDIA", .architecture = "Hopper (Grace)", .device = 0x2342,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 98304, .region_gb = 96,
	.types = gh200_types, .n_types = ARRAY_SIZE(gh200_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_96gb, .n_profiles = ARRAY_SIZE(nvmux_gi_96gb),
};

/* The sizes of its types are not published. */
static const struct nvmux_family gh200l = {
	.name = "GH200L", .prefix = "NVIDIA", .architecture = "Hopper (Grace)", .device = 0x2348,
	.mixed = NVMUX_MIXED_NONE,
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_144gb, .n_profiles = ARRAY_SIZE(nvmux_gi_144gb),
};

const struct nvmux_board nvmux_catalogue_hopper_h200[] = {
	BOARD(0x2329, "NVIDIA H20 SXM5 96GB", h20, NVIDIA(0x198b), NVIDIA(0x198c)),
	BOARD(0x232c, "NVIDIA H20 SXM5 141GB", h20x, NVIDIA(0x2063), NVIDIA(0x2064)),
	BOARD(0x230e, "NVIDIA H20 NVL16", h20l, NVIDIA(0x20df)),
	BOARD(0x233b, "NVIDIA H200 NVL 141GB", h200, NVIDIA(0x1996)),
	BOARD(0x2335, "NVIDIA H200 SXM5 141GB", h200x, NVIDIA(0x18be), NVIDIA(0x18bf)),
	BOARD(0x2342, "NVIDIA GH200 96GB HBM3", gh200, NVIDIA(0x16eb), NVIDIA(0x1805),
	      NVIDIA(0x1809)),
	BOARD(0x2348, "NVIDIA GH200 144GB HBM3e", gh200l, NVIDIA(0x18d2)),
	{ }
};
