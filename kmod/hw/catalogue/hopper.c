// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hopper boards, H100 and H800, and their vGPU types.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"
#include "row.h"

static const struct nvmux_type h100_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H100-4C",   4096, 20, 16, 16, 0x16d8),
	C("H100-5C",   5120, 16, 16, 16, 0x1798),
	C("H100-8C",   8192, 10,  8, 16, 0x16d9),
	C("H100-10C", 10240,  8,  8, 16, 0x16da),
	C("H100-16C", 16384,  5,  4, 16, 0x16db),
	C("H100-20C", 20480,  4,  4, 16, 0x16dc),
	C("H100-40C", 40960,  2,  2, 16, 0x16dd),
	C("H100-80C", 81920,  1,  1, 16, 0x16de),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H100-1-10C",   10240, 7, 1, 16, 0x16d3, &nvmux_gi_80gb[GI_1G]),
	GI_C("H100-1-10CME", 10240, 1, 1, 16, 0x17f0, &nvmux_gi_80gb[GI_1G_ME]),
	GI_C("H100-1-20C",   20480, 4, 1, 16, 0x1844, &nvmux_gi_80gb[GI_1G_X2]),
	GI_C("H100-2-20C",   20480, 3, 1, 16, 0x16d4, &nvmux_gi_80gb[GI_2G]),
	GI_C("H100-3-40C",   40960, 2, 1, 16, 0x16d5, &nvmux_gi_80gb[GI_3G]),
	GI_C("H100-4-40C",   40960, 1, 1, 16, 0x16d6, &nvmux_gi_80gb[GI_4G]),
	GI_C("H100-7-80C",   81920, 1, 1, 16, 0x16d7, &nvmux_gi_80gb[GI_7G]),
};

static const struct nvmux_family h100 = {
	.name = "H100", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x2331,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 81920, .region_gb = 80,
	.types = h100_types, .n_types = ARRAY_SIZE(h100_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_80gb, .n_profiles = ARRAY_SIZE(nvmux_gi_80gb),
};

static const struct nvmux_type h100xm_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H100XM-4C",   4096, 20, 16, 16, 0x1881),
	C("H100XM-5C",   5120, 16, 16, 16, 0x1882),
	C("H100XM-8C",   8192, 10,  8, 16, 0x1883),
	C("H100XM-10C", 10240,  8,  8, 16, 0x1884),
	C("H100XM-16C", 16384,  5,  4, 16, 0x1885),
	C("H100XM-20C", 20480,  4,  4, 16, 0x1886),
	C("H100XM-40C", 40960,  2,  2, 16, 0x1887),
	C("H100XM-80C", 81920,  1,  1, 16, 0x1888),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H100XM-1-10C",   10240, 7, 1, 16, 0x187b, &nvmux_gi_80gb[GI_1G]),
	GI_C("H100XM-1-10CME", 10240, 1, 1, 16, 0x187a, &nvmux_gi_80gb[GI_1G_ME]),
	GI_C("H100XM-1-20C",   20480, 4, 1, 16, 0x187c, &nvmux_gi_80gb[GI_1G_X2]),
	GI_C("H100XM-2-20C",   20480, 3, 1, 16, 0x187d, &nvmux_gi_80gb[GI_2G]),
	GI_C("H100XM-3-40C",   40960, 2, 1, 16, 0x187e, &nvmux_gi_80gb[GI_3G]),
	GI_C("H100XM-4-40C",   40960, 1, 1, 16, 0x187f, &nvmux_gi_80gb[GI_4G]),
	GI_C("H100XM-7-80C",   81920, 1, 1, 16, 0x1880, &nvmux_gi_80gb[GI_7G]),
};

static const struct nvmux_family h100xm = {
	.name = "H100XM", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x2330,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 81920, .region_gb = 80,
	.types = h100xm_types, .n_types = ARRAY_SIZE(h100xm_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_80gb, .n_profiles = ARRAY_SIZE(nvmux_gi_80gb),
};

static const struct nvmux_type h100l_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H100L-4C",   4096, 23, 16, 16, 0x185a),
	C("H100L-6C",   6144, 15,  8, 16, 0x185b),
	C("H100L-11C", 11264,  8,  8, 16, 0x185c),
	C("H100L-15C", 15360,  6,  4, 16, 0x185d),
	C("H100L-23C", 23552,  4,  4, 16, 0x185e),
	C("H100L-47C", 48128,  2,  2, 16, 0x185f),
	C("H100L-94C", 96246,  1,  1, 16, 0x1860),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H100L-1-12C",   12288, 7, 1, 16, 0x1854, &nvmux_gi_94gb[GI_1G]),
	GI_C("H100L-1-12CME", 12288, 1, 1, 16, 0x1853, &nvmux_gi_94gb[GI_1G_ME]),
	GI_C("H100L-1-24C",   24672, 4, 1, 16, 0x1855, &nvmux_gi_94gb[GI_1G_X2]),
	GI_C("H100L-2-24C",   24672, 3, 1, 16, 0x1856, &nvmux_gi_94gb[GI_2G]),
	GI_C("H100L-3-47C",   48128, 2, 1, 16, 0x1857, &nvmux_gi_94gb[GI_3G]),
	GI_C("H100L-4-47C",   48128, 1, 1, 16, 0x1858, &nvmux_gi_94gb[GI_4G]),
	GI_C("H100L-7-94C",   96246, 1, 1, 16, 0x1859, &nvmux_gi_94gb[GI_7G]),
};

static const struct nvmux_family h100l = {
	.name = "H100L", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x2321,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 96246, .region_gb = 94,
	.types = h100l_types, .n_types = ARRAY_SIZE(h100l_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_94gb, .n_profiles = ARRAY_SIZE(nvmux_gi_94gb),
};

static const struct nvmux_type h100xl_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H100XL-4C",   4096, 23, 16, 16, 0x18eb),
	C("H100XL-6C",   6144, 15,  8, 16, 0x18ec),
	C("H100XL-11C", 11264,  8,  8, 16, 0x18ed),
	C("H100XL-15C", 15360,  6,  4, 16, 0x18ee),
	C("H100XL-23C", 23552,  4,  4, 16, 0x18ef),
	C("H100XL-47C", 48128,  2,  2, 16, 0x18f0),
	C("H100XL-94C", 96246,  1,  1, 16, 0x18f1),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H100XL-1-12C",   12288, 7, 1, 16, 0x18e5, &nvmux_gi_94gb[GI_1G]),
	GI_C("H100XL-1-12CME", 12288, 1, 1, 16, 0x18e4, &nvmux_gi_94gb[GI_1G_ME]),
	GI_C("H100XL-1-24C",   24672, 4, 1, 16, 0x18e6, &nvmux_gi_94gb[GI_1G_X2]),
	GI_C("H100XL-2-24C",   24672, 3, 1, 16, 0x18e7, &nvmux_gi_94gb[GI_2G]),
	GI_C("H100XL-3-47C",   48128, 2, 1, 16, 0x18e8, &nvmux_gi_94gb[GI_3G]),
	GI_C("H100XL-4-47C",   48128, 1, 1, 16, 0x18e9, &nvmux_gi_94gb[GI_4G]),
	GI_C("H100XL-7-94C",   96246, 1, 1, 16, 0x18ea, &nvmux_gi_94gb[GI_7G]),
};

static const struct nvmux_family h100xl = {
	.name = "H100XL", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x2339,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 96246, .region_gb = 94,
	.types = h100xl_types, .n_types = ARRAY_SIZE(h100xl_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_94gb, .n_profiles = ARRAY_SIZE(nvmux_gi_94gb),
};

static const struct nvmux_type h100xs_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H100XS-4C",   4096, 16, 16, 16, 0x18f9),
	C("H100XS-8C",   8192,  8,  8, 16, 0x18fa),
	C("H100XS-16C", 16384,  4,  4, 16, 0x18fb),
	C("H100XS-32C", 32768,  2,  2, 16, 0x18fc),
	C("H100XS-64C", 65536,  1,  1, 16, 0x18fd),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H100XS-1-8C",    8192, 7, 1, 16, 0x18f3, &nvmux_gi_64gb[GI_1G]),
	GI_C("H100XS-1-8CME",  8192, 1, 1, 16, 0x18f2, &nvmux_gi_64gb[GI_1G_ME]),
	GI_C("H100XS-1-16C",  16384, 4, 1, 16, 0x18f4, &nvmux_gi_64gb[GI_1G_X2]),
	GI_C("H100XS-2-16C",  16384, 3, 1, 16, 0x18f5, &nvmux_gi_64gb[GI_2G]),
	GI_C("H100XS-3-32C",  32768, 2, 1, 16, 0x18f6, &nvmux_gi_64gb[GI_3G]),
	GI_C("H100XS-4-32C",  32768, 1, 1, 16, 0x18f7, &nvmux_gi_64gb[GI_4G]),
	GI_C("H100XS-7-64C",  65536, 1, 1, 16, 0x18f8, &nvmux_gi_64gb[GI_7G]),
};

static const struct nvmux_family h100xs = {
	.name = "H100XS", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x2337,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 65536, .region_gb = 64,
	.types = h100xs_types, .n_types = ARRAY_SIZE(h100xs_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_64gb, .n_profiles = ARRAY_SIZE(nvmux_gi_64gb),
};

static const struct nvmux_type h800_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H800-4C",   4096, 20, 16, 16, 0x17e8),
	C("H800-5C",   5120, 16, 16, 16, 0x17e9),
	C("H800-8C",   8192, 10,  8, 16, 0x17ea),
	C("H800-10C", 10240,  8,  8, 16, 0x17eb),
	C("H800-16C", 16384,  5,  4, 16, 0x17ec),
	C("H800-20C", 20480,  4,  4, 16, 0x17ed),
	C("H800-40C", 40960,  2,  2, 16, 0x17ee),
	C("H800-80C", 81920,  1,  1, 16, 0x17ef),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H800-1-10C",   10240, 7, 1, 16, 0x17e3, &nvmux_gi_80gb[GI_1G]),
	GI_C("H800-1-10CME", 10240, 1, 1, 16, 0x17e2, &nvmux_gi_80gb[GI_1G_ME]),
	GI_C("H800-1-20C",   20480, 4, 1, 16, 0x1845, &nvmux_gi_80gb[GI_1G_X2]),
	GI_C("H800-2-20C",   20480, 3, 1, 16, 0x17e4, &nvmux_gi_80gb[GI_2G]),
	GI_C("H800-3-40C",   40960, 2, 1, 16, 0x17e5, &nvmux_gi_80gb[GI_3G]),
	GI_C("H800-4-40C",   40960, 1, 1, 16, 0x17e6, &nvmux_gi_80gb[GI_4G]),
	GI_C("H800-7-80C",   81920, 1, 1, 16, 0x17e7, &nvmux_gi_80gb[GI_7G]),
};

static const struct nvmux_family h800 = {
	.name = "H800", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x2322,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 81920, .region_gb = 80,
	.types = h800_types, .n_types = ARRAY_SIZE(h800_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_80gb, .n_profiles = ARRAY_SIZE(nvmux_gi_80gb),
};

static const struct nvmux_type h800xm_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H800XM-4C",   4096, 20, 16, 16, 0x18dc),
	C("H800XM-5C",   5120, 16, 16, 16, 0x18dd),
	C("H800XM-8C",   8192, 10,  8, 16, 0x18de),
	C("H800XM-10C", 10240,  8,  8, 16, 0x18df),
	C("H800XM-16C", 16384,  5,  4, 16, 0x18e0),
	C("H800XM-20C", 20480,  4,  4, 16, 0x18e1),
	C("H800XM-40C", 40960,  2,  2, 16, 0x18e2),
	C("H800XM-80C", 81920,  1,  1, 16, 0x18e3),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H800XM-1-10C",   10240, 7, 1, 16, 0x18d6, &nvmux_gi_80gb[GI_1G]),
	GI_C("H800XM-1-10CME", 10240, 1, 1, 16, 0x18d5, &nvmux_gi_80gb[GI_1G_ME]),
	GI_C("H800XM-1-20C",   20480, 4, 1, 16, 0x18d7, &nvmux_gi_80gb[GI_1G_X2]),
	GI_C("H800XM-2-20C",   20480, 3, 1, 16, 0x18d8, &nvmux_gi_80gb[GI_2G]),
	GI_C("H800XM-3-40C",   40960, 2, 1, 16, 0x18d9, &nvmux_gi_80gb[GI_3G]),
	GI_C("H800XM-4-40C",   40960, 1, 1, 16, 0x18da, &nvmux_gi_80gb[GI_4G]),
	GI_C("H800XM-7-80C",   81920, 1, 1, 16, 0x18db, &nvmux_gi_80gb[GI_7G]),
};

static const struct nvmux_family h800xm = {
	.name = "H800XM", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x2324,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 81920, .region_gb = 80,
	.types = h800xm_types, .n_types = ARRAY_SIZE(h800xm_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_80gb, .n_profiles = ARRAY_SIZE(nvmux_gi_80gb),
};

static const struct nvmux_type h800l_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	C("H800L-4C",   4096, 23, 16, 16, 0x1868),
	C("H800L-6C",   6144, 15,  8, 16, 0x1869),
	C("H800L-11C", 11264,  8,  8, 16, 0x186a),
	C("H800L-15C", 15360,  6,  4, 16, 0x186b),
	C("H800L-23C", 23552,  4,  4, 16, 0x186c),
	C("H800L-47C", 48128,  2,  2, 16, 0x186d),
	C("H800L-94C", 96246,  1,  1, 16, 0x186e),
	/* name, MiB, per GPU, per GPU instance, per VM, subsystem, GPU instance */
	GI_C("H800L-1-12C",   12288, 7, 1, 16, 0x1862, &nvmux_gi_94gb[GI_1G]),
	GI_C("H800L-1-12CME", 12288, 1, 1, 16, 0x1861, &nvmux_gi_94gb[GI_1G_ME]),
	GI_C("H800L-1-24C",   24672, 4, 1, 16, 0x1863, &nvmux_gi_94gb[GI_1G_X2]),
	GI_C("H800L-2-24C",   24672, 3, 1, 16, 0x1864, &nvmux_gi_94gb[GI_2G]),
	GI_C("H800L-3-47C",   48128, 2, 1, 16, 0x1865, &nvmux_gi_94gb[GI_3G]),
	GI_C("H800L-4-47C",   48128, 1, 1, 16, 0x1866, &nvmux_gi_94gb[GI_4G]),
	GI_C("H800L-7-94C",   96246, 1, 1, 16, 0x1867, &nvmux_gi_94gb[GI_7G]),
};

static const struct nvmux_family h800l = {
	.name = "H800L", .prefix = "NVIDIA", .architecture = "Hopper", .device = 0x233a,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 96246, .region_gb = 94,
	.types = h800l_types, .n_types = ARRAY_SIZE(h800l_types),
	.compute_slices = 7, .memory_slices = 8,
	.profiles = nvmux_gi_94gb, .n_profiles = ARRAY_SIZE(nvmux_gi_94gb),
};

const struct nvmux_board nvmux_catalogue_hopper[] = {
	BOARD(0x2331, "NVIDIA H100 PCIe 80GB", h100, NVIDIA(0x1626)),
	BOARD(0x2330, "NVIDIA H100 SXM5 80GB", h100xm, NVIDIA(0x16c0), NVIDIA(0x16c1)),
	BOARD(0x2336, "NVIDIA H100 80GB", h100xm, NVIDIA(0x16c2), NVIDIA(0x16c7)),
	BOARD(0x2321, "NVIDIA H100 NVL 94GB", h100l, NVIDIA(0x1839)),
	BOARD(0x2339, "NVIDIA H100 SXM5 94GB", h100xl, NVIDIA(0x17fc)),
	BOARD_ANY(0x2337, "NVIDIA H100 SXM5 64GB", h100xs),
	BOARD(0x2322, "NVIDIA H800 PCIe 80GB", h800, NVIDIA(0x17a4)),
	BOARD(0x2324, "NVIDIA H800 SXM5 80GB", h800xm, NVIDIA(0x17a6), NVIDIA(0x17a8)),
	BOARD(0x233a, "NVIDIA H800 NVL 94GB", h800l, NVIDIA(0x183a)),
	{ }
};
