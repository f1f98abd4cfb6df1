// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blackwell and Grace Blackwell boards and their vGPU types.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"
#include "row.h"

/* The sizes of its types are not published. */
static const struct nvmux_family b200x = {
	.name = "B200X", .prefix = "NVIDIA", .architecture = "Blackwell", .device = 0x2901,
	.mixed = NVMUX_MIXED_NONE,
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_180gb, .n_profiles = ARRAY_SIZE(nvmux_gi_180gb),
};

static const struct nvmux_type rtx_pro_6000_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q("RTX Pro 6000 Blackwell DC-3Q",   3072, 32, 32,  0, 0x218b),
	Q("RTX Pro 6000 Blackwell DC-4Q",   4096, 24, 24,  0, 0x218d),
	Q("RTX Pro 6000 Blackwell DC-6Q",   6144, 16, 16,  0, 0x218f),
	Q("RTX Pro 6000 Blackwell DC-8Q",   8192, 12, 12,  0, 0x2191),
	Q("RTX Pro 6000 Blackwell DC-12Q", 12288,  8,  8,  0, 0x2194),
	Q("RTX Pro 6000 Blackwell DC-16Q", 16384,  6,  6,  0, 0x2197),
	Q("RTX Pro 6000 Blackwell DC-24Q", 24576,  4,  4,  0, 0x219a),
	Q("RTX Pro 6000 Blackwell DC-32Q", 32768,  3,  3,  0, 0x219d),
	Q("RTX Pro 6000 Blackwell DC-48Q", 49152,  2,  2,  0, 0x21a0),
	Q("RTX Pro 6000 Blackwell DC-96Q", 98304,  1,  1,  0, 0x21a3),
	C("RTX Pro 6000 Blackwell DC-8C",   8192, 12, 12, 16, 0x2193),
	C("RTX Pro 6000 Blackwell DC-12C", 12288,  8,  8, 16, 0x2196),
	C("RTX Pro 6000 Blackwell DC-16C", 16384,  6,  6, 16, 0x2199),
	C("RTX Pro 6000 Blackwell DC-24C", 24576,  4,  4, 16, 0x219c),
	C("RTX Pro 6000 Blackwell DC-32C", 32768,  3,  3, 16, 0x219f),
	C("RTX Pro 6000 Blackwell DC-48C", 49152,  2,  2, 16, 0x21a2),
	C("RTX Pro 6000 Blackwell DC-96C", 98304,  1,  1, 16, 0x21a5),
	B("RTX Pro 6000 Blackwell DC-2B",   2048, 32, 32,  1, 0x218a),
	B("RTX Pro 6000 Blackwell DC-3B",   3072, 32, 32,  1, 0x21f9),
	A("RTX Pro 6000 Blackwell DC-3A",   3072, 32, 32,  1, 0x218c),
	A("RTX Pro 6000 Blackwell DC-4A",   4096, 24, 24,  1, 0x218e),
	A("RTX Pro 6000 Blackwell DC-6A",   6144, 16, 16,  1, 0x2190),
	A("RTX Pro 6000 Blackwell DC-8A",   8192, 12, 12,  1, 0x2192),
	A("RTX Pro 6000 Blackwell DC-12A", 12288,  8,  8,  1, 0x2195),
	A("RTX Pro 6000 Blackwell DC-16A", 16384,  6,  6,  1, 0x2198),
	A("RTX Pro 6000 Blackwell DC-24A", 24576,  4,  4,  1, 0x219b),
	A("RTX Pro 6000 Blackwell DC-32A", 32768,  3,  3,  1, 0x219e),
	A("RTX Pro 6000 Blackwell DC-48A", 49152,  2,  2,  1, 0x21a1),
	A("RTX Pro 6000 Blackwell DC-96A", 98304,  1,  1,  1, 0x21a4),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_Q("RTX Pro 6000 Blackwell DC-1-2Q",   2048, 48, 12, 0, 0x2160, &nvmux_gi_pro[GFX_1G]),
	GI_Q("RTX Pro 6000 Blackwell DC-1-3Q",   3072, 32,  8, 0, 0x2163, &nvmux_gi_pro[GFX_1G]),
	GI_Q("RTX Pro 6000 Blackwell DC-1-4Q",   4096, 24,  6, 0, 0x2165, &nvmux_gi_pro[GFX_1G]),
	GI_Q("RTX Pro 6000 Blackwell DC-1-6Q",   6144, 16,  4, 0, 0x2167, &nvmux_gi_pro[GFX_1G]),
	GI_Q("RTX Pro 6000 Blackwell DC-1-8Q",   8192, 12,  3, 0, 0x2169, &nvmux_gi_pro[GFX_1G]),
	GI_Q("RTX Pro 6000 Blackwell DC-1-12Q", 12288,  8,  2, 0, 0x216c, &nvmux_gi_pro[GFX_1G]),
	GI_Q("RTX Pro 6000 Blackwell DC-2-12Q", 12288,  8,  4, 0, 0x2172, &nvmux_gi_pro[GFX_2G]),
	GI_Q("RTX Pro 6000 Blackwell DC-2-16Q", 16384,  6,  3, 0, 0x2175, &nvmux_gi_pro[GFX_2G]),
	GI_Q("RTX Pro 6000 Blackwell DC-1-24Q", 24576,  4,  1, 1, 0x216f, &nvmux_gi_pro[GFX_1G]),
	GI_Q("RTX Pro 6000 Blackwell DC-2-24Q", 24576,  4,  2, 0, 0x2178, &nvmux_gi_pro[GFX_2G]),
	GI_Q("RTX Pro 6000 Blackwell DC-4-24Q", 24576,  4,  4, 0, 0x217e, &nvmux_gi_pro[GFX_4G]),
	GI_Q("RTX Pro 6000 Blackwell DC-4-32Q", 32768,  3,  3, 0, 0x2181, &nvmux_gi_pro[GFX_4G]),
	GI_Q("RTX Pro 6000 Blackwell DC-2-48Q", 49152,  2,  1, 0, 0x217b, &nvmux_gi_pro[GFX_2G]),
	GI_Q("RTX Pro 6000 Blackwell DC-4-48Q", 49152,  2,  2, 0, 0x2184, &nvmux_gi_pro[GFX_4G]),
	GI_Q("RTX Pro 6000 Blackwell DC-4-96Q", 98304,  1,  1, 0, 0x2187, &nvmux_gi_pro[GFX_4G]),
	GI_C("RTX Pro 6000 Blackwell DC-1-8C",   8192, 12,  3, 0, 0x216b, &nvmux_gi_pro[GFX_1G]),
	GI_C("RTX Pro 6000 Blackwell DC-1-12C", 12288,  8,  2, 0, 0x216e, &nvmux_gi_pro[GFX_1G]),
	GI_C("RTX Pro 6000 Blackwell DC-2-12C", 12288,  8,  4, 0, 0x2174, &nvmux_gi_pro[GFX_2G]),
	GI_C("RTX Pro 6000 Blackwell DC-2-16C", 16384,  6,  3, 0, 0x2177, &nvmux_gi_pro[GFX_2G]),
	GI_C("RTX Pro 6000 Blackwell DC-1-24C", 24576,  4,  1, 0, 0x2171, &nvmux_gi_pro[GFX_1G]),
	GI_C("RTX Pro 6000 Blackwell DC-2-24C", 24576,  4,  2, 0, 0x217a, &nvmux_gi_pro[GFX_2G]),
	GI_C("RTX Pro 6000 Blackwell DC-4-24C", 24576,  4,  4, 0, 0x2180, &nvmux_gi_pro[GFX_4G]),
	GI_C("RTX Pro 6000 Blackwell DC-4-32C", 32768,  3,  3, 0, 0x2183, &nvmux_gi_pro[GFX_4G]),
	GI_C("RTX Pro 6000 Blackwell DC-2-48C", 49152,  2,  1, 0, 0x217d, &nvmux_gi_pro[GFX_2G]),
	GI_C("RTX Pro 6000 Blackwell DC-4-48C", 49152,  2,  2, 0, 0x2186, &nvmux_gi_pro[GFX_4G]),
	GI_C("RTX Pro 6000 Blackwell DC-4-96C", 98304,  1,  1, 0, 0x2189, &nvmux_gi_pro[GFX_4G]),
	GI_B("RTX Pro 6000 Blackwell DC-1-2B",   2048, 48, 12, 0, 0x2162, &nvmux_gi_pro[GFX_1G]),
	GI_B("RTX Pro 6000 Blackwell DC-1-3B",   3072, 32,  8, 0, 0x21f8, &nvmux_gi_pro[GFX_1G]),
	GI_A("RTX Pro 6000 Blackwell DC-1-2A",   2048, 48, 12, 0, 0x2161, &nvmux_gi_pro[GFX_1G]),
	GI_A("RTX Pro 6000 Blackwell DC-1-3A",   3072, 32,  8, 0, 0x2164, &nvmux_gi_pro[GFX_1G]),
	GI_A("RTX Pro 6000 Blackwell DC-1-4A",   4096, 24,  6, 0, 0x2166, &nvmux_gi_pro[GFX_1G]),
	GI_A("RTX Pro 6000 Blackwell DC-1-6A",   6144, 16,  4, 0, 0x2168, &nvmux_gi_pro[GFX_1G]),
	GI_A("RTX Pro 6000 Blackwell DC-1-8A",   8192, 12,  3, 0, 0x216a, &nvmux_gi_pro[GFX_1G]),
	GI_A("RTX Pro 6000 Blackwell DC-1-12A", 12288,  8,  2, 0, 0x216d, &nvmux_gi_pro[GFX_1G]),
	GI_A("RTX Pro 6000 Blackwell DC-2-12A", 12288,  8,  4, 0, 0x2173, &nvmux_gi_pro[GFX_2G]),
	GI_A("RTX Pro 6000 Blackwell DC-2-16A", 16384,  6,  3, 0, 0x2176, &nvmux_gi_pro[GFX_2G]),
	GI_A("RTX Pro 6000 Blackwell DC-1-24A", 24576,  4,  1, 0, 0x2170, &nvmux_gi_pro[GFX_1G]),
	GI_A("RTX Pro 6000 Blackwell DC-2-24A", 24576,  4,  2, 0, 0x2179, &nvmux_gi_pro[GFX_2G]),
	GI_A("RTX Pro 6000 Blackwell DC-4-24A", 24576,  4,  4, 0, 0x217f, &nvmux_gi_pro[GFX_4G]),
	GI_A("RTX Pro 6000 Blackwell DC-4-32A", 32768,  3,  3, 0, 0x2182, &nvmux_gi_pro[GFX_4G]),
	GI_A("RTX Pro 6000 Blackwell DC-2-48A", 49152,  2,  1, 0, 0x217c, &nvmux_gi_pro[GFX_2G]),
	GI_A("RTX Pro 6000 Blackwell DC-4-48A", 49152,  2,  2, 0, 0x2185, &nvmux_gi_pro[GFX_4G]),
	GI_A("RTX Pro 6000 Blackwell DC-4-96A", 98304,  1,  1, 0, 0x2188, &nvmux_gi_pro[GFX_4G]),
};

static const struct nvmux_family rtx_pro_6000 = {
	.name = "RTX Pro 6000 Blackwell DC", .prefix = "NVIDIA", .architecture = "Blackwell",
	.device = 0x2bb5,
	.mixed = NVMUX_MIXED_EVEN, .fb_mib = 98304, .region_gb = 96,
	.types = rtx_pro_6000_types, .n_types = ARRAY_SIZE(rtx_pro_6000_types),
	.compute_slices = 4, .memory_slices = 4,
	.profiles = nvmux_gi_pro, .n_profiles = ARRAY_SIZE(nvmux_gi_pro),
};

/* What its guests see is not published. */
static const struct nvmux_family rtx_pro_4500 = {
	.name = "RTX Pro 4500 Blackwell DC", .prefix = "NVIDIA", .architecture = "Blackwell",
	.mixed = NVMUX_MIXED_EVEN, .fb_mib = 32768, .region_gb = 32,
	.compute_slices = 2, .memory_slices = 2,
};

/* The sizes of its types are not published. */
static const struct nvmux_family rtx_6000d = {
	.name = "RTX 6000D", .prefix = "NVIDIA", .architecture = "Blackwell", .device = 0x2bb9,
	.mixed = NVMUX_MIXED_NONE,
	.compute_slices = 2, .memory_slices = 2,
};

/* The sizes of its types are not published. */
static const struct nvmux_family b300x = {
	.name = "B300X", .prefix = "NVIDIA", .architecture = "Blackwell Ultra", .device = 0x3182,
	.mixed = NVMUX_MIXED_NONE,
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_269gb, .n_profiles = ARRAY_SIZE(nvmux_gi_269gb),
};

/* The sizes of its types are not published. */
static const struct nvmux_family gb200 = {
	.name = "GB200", .prefix = "NVIDIA", .architecture = "Blackwell (Grace)", .device = 0x2941,
	.mixed = NVMUX_MIXED_NONE,
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_189gb, .n_profiles = ARRAY_SIZE(nvmux_gi_189gb),
};

const struct nvmux_board nvmux_catalogue_blackwell[] = {
	BOARD(0x2901, "NVIDIA B200", b200x, NVIDIA(0x1999), NVIDIA(0x199b), NVIDIA(0x20da)),
	BOARD(0x2bb5, "NVIDIA RTX PRO 6000 Blackwell Server Edition", rtx_pro_6000, NVIDIA(0x204e),
	      NVIDIA(0x220b)),
	BOARD(0x2c3a, "NVIDIA RTX PRO 4500 Blackwell Server Edition", rtx_pro_4500, NVIDIA(0x21f4)),
	BOARD(0x2bb9, "NVIDIA RTX 6000D", rtx_6000d, NVIDIA(0x2091), NVIDIA(0x2092)),
	BOARD(0x3182, "NVIDIA B300 SXM6 AC", b300x, NVIDIA(0x20e6)),
	BOARD(0x2941, "NVIDIA GB200", gb200, NVIDIA(0x2046), NVIDIA(0x20ca), NVIDIA(0x20d5),
	      NVIDIA(0x21c9), NVIDIA(0x21ca)),
	{ }
};
