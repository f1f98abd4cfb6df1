// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ada Lovelace boards and their vGPU types.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"
#include "row.h"

static const struct nvmux_type l2_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("L2-1Q",  1024, 24, 16, 16, 0x193a),
	Q("L2-2Q",   2048, 12,  8, 16, 0x193b),
	Q("L2-3Q",   3072,  8,  8, 16, 0x193c),
	Q("L2-4Q",   4096,  6,  4, 16, 0x193d),
	Q("L2-6Q",   6144,  4,  4, 16, 0x193e),
	Q("L2-8Q",   8192,  3,  2, 16, 0x193f),
	Q("L2-12Q", 12288,  2,  2, 16, 0x1940),
	Q("L2-24Q", 24576,  1,  1, 16, 0x1941),
	C("L2-4C",   4096,  6,  4, 16, 0x1952),
	C("L2-6C",   6144,  4,  4, 16, 0x1953),
	C("L2-8C",   8192,  3,  2, 16, 0x1954),
	C("L2-12C", 12288,  2,  2, 16, 0x1955),
	C("L2-24C", 24576,  1,  1, 16, 0x1956),
	B("L2-1B",   1024, 24, 16,  1, 0x1938),
	B("L2-2B",   2048, 12,  8,  1, 0x1939),
	B("L2-3B",   3072,  8,  8,  1, 0x2202),
	A("L2-1A",   1024, 24, 16,  1, 0x1942),
	A("L2-2A",   2048, 12,  8,  1, 0x1943),
	A("L2-3A",   3072,  8,  8,  1, 0x1944),
	A("L2-4A",   4096,  6,  4,  1, 0x1945),
	A("L2-6A",   6144,  4,  4,  1, 0x1946),
	A("L2-8A",   8192,  3,  2,  1, 0x1947),
	A("L2-12A", 12288,  2,  2,  1, 0x1948),
	A("L2-24A", 24576,  1,  1,  1, 0x1949),
};

static const struct nvmux_family l2 = {
	.name = "L2", .prefix = "NVIDIA", .architecture = "Ada Lovelace", .device = 0x27b6,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 24576, .region_gb = 24,
	.types = l2_types, .n_types = ARRAY_SIZE(l2_types),
};

static const struct nvmux_type l4_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("L4-1Q",  1024, 24, 16, 16, 0x1731),
	Q("L4-2Q",   2048, 12,  8, 16, 0x1732),
	Q("L4-3Q",   3072,  8,  8, 16, 0x1733),
	Q("L4-4Q",   4096,  6,  4, 16, 0x1734),
	Q("L4-6Q",   6144,  4,  4, 16, 0x1735),
	Q("L4-8Q",   8192,  3,  2, 16, 0x1736),
	Q("L4-12Q", 12288,  2,  2, 16, 0x1737),
	Q("L4-24Q", 24576,  1,  1, 16, 0x1738),
	C("L4-4C",   4096,  6,  4, 16, 0x1749),
	C("L4-6C",   6144,  4,  4, 16, 0x174a),
	C("L4-8C",   8192,  3,  2, 16, 0x174b),
	C("L4-12C", 12288,  2,  2, 16, 0x174c),
	C("L4-24C", 24576,  1,  1, 16, 0x174d),
	B("L4-1B",   1024, 24, 16,  1, 0x172f),
	B("L4-2B",   2048, 12,  8,  1, 0x1730),
	B("L4-3B",   3072,  8,  8,  1, 0x2201),
	A("L4-1A",   1024, 24, 16,  1, 0x1739),
	A("L4-2A",   2048, 12,  8,  1, 0x173a),
	A("L4-3A",   3072,  8,  8,  1, 0x173b),
	A("L4-4A",   4096,  6,  4,  1, 0x173c),
	A("L4-6A",   6144,  4,  4,  1, 0x173d),
	A("L4-8A",   8192,  3,  2,  1, 0x173e),
	A("L4-12A", 12288,  2,  2,  1, 0x173f),
	A("L4-24A", 24576,  1,  1,  1, 0x1740),
};

static const struct nvmux_family l4 = {
	.name = "L4", .prefix = "NVIDIA", .architecture = "Ada Lovelace", .device = 0x27b8,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 24576, .region_gb = 24,
	.types = l4_types, .n_types = ARRAY_SIZE(l4_types),
};

static const struct nvmux_type l20_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("L20-1Q",  1024, 32, 16, 16, 0x190b),
	Q("L20-2Q",   2048, 24, 16, 16, 0x190c),
	Q("L20-3Q",   3072, 16, 16, 16, 0x190d),
	Q("L20-4Q",   4096, 12,  8, 16, 0x190e),
	Q("L20-6Q",   6144,  8,  8, 16, 0x190f),
	Q("L20-8Q",   8192,  6,  4, 16, 0x1910),
	Q("L20-12Q", 12288,  4,  4, 16, 0x1911),
	Q("L20-16Q", 16384,  3,  2, 16, 0x1912),
	Q("L20-24Q", 24576,  2,  2, 16, 0x1913),
	Q("L20-48Q", 49152,  1,  1, 16, 0x1914),
	C("L20-4C",   4096, 12,  8, 16, 0x192b),
	C("L20-6C",   6144,  8,  8, 16, 0x192c),
	C("L20-8C",   8192,  6,  4, 16, 0x192d),
	C("L20-12C", 12288,  4,  4, 16, 0x192e),
	C("L20-16C", 16384,  3,  2, 16, 0x192f),
	C("L20-24C", 24576,  2,  2, 16, 0x1930),
	C("L20-48C", 49152,  1,  1, 16, 0x1931),
	B("L20-1B",   1024, 32, 16,  1, 0x1909),
	B("L20-2B",   2048, 24, 16,  1, 0x190a),
	B("L20-3B",   3072, 16, 16,  1, 0x2200),
	A("L20-1A",   1024, 32, 16,  1, 0x1915),
	A("L20-2A",   2048, 24, 16,  1, 0x1916),
	A("L20-3A",   3072, 16, 16,  1, 0x1917),
	A("L20-4A",   4096, 12,  8,  1, 0x1918),
	A("L20-6A",   6144,  8,  8,  1, 0x1919),
	A("L20-8A",   8192,  6,  4,  1, 0x191a),
	A("L20-12A", 12288,  4,  4,  1, 0x191b),
	A("L20-16A", 16384,  3,  2,  1, 0x191c),
	A("L20-24A", 24576,  2,  2,  1, 0x191d),
	A("L20-48A", 49152,  1,  1,  1, 0x191e),
};

static const struct nvmux_family l20 = {
	.name = "L20", .prefix = "NVIDIA", .architecture = "Ada Lovelace", .device = 0x26ba,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 49152, .region_gb = 48,
	.types = l20_types, .n_types = ARRAY_SIZE(l20_types),
};

static const struct nvmux_type l40_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("L40-1Q",  1024, 32, 16, 16, 0x176f),
	Q("L40-2Q",   2048, 24, 16, 16, 0x1770),
	Q("L40-3Q",   3072, 16, 16, 16, 0x1771),
	Q("L40-4Q",   4096, 12,  8, 16, 0x1772),
	Q("L40-6Q",   6144,  8,  8, 16, 0x1773),
	Q("L40-8Q",   8192,  6,  4, 16, 0x1774),
	Q("L40-12Q", 12288,  4,  4, 16, 0x1775),
	Q("L40-16Q", 16384,  3,  2, 16, 0x1776),
	Q("L40-24Q", 24576,  2,  2, 16, 0x1777),
	Q("L40-48Q", 49152,  1,  1, 16, 0x1778),
	C("L40-4C",   4096, 12,  8, 16, 0x178d),
	C("L40-6C",   6144,  8,  8, 16, 0x178e),
	C("L40-8C",   8192,  6,  4, 16, 0x178f),
	C("L40-12C", 12288,  4,  4, 16, 0x1790),
	C("L40-16C", 16384,  3,  2, 16, 0x1791),
	C("L40-24C", 24576,  2,  2, 16, 0x1792),
	C("L40-48C", 49152,  1,  1, 16, 0x1793),
	B("L40-1B",   1024, 32, 16,  1, 0x176d),
	B("L40-2B",   2048, 24, 16,  1, 0x176e),
	B("L40-3B",   3072, 16, 16,  1, 0x21fd),
	A("L40-1A",   1024, 32, 16,  1, 0x1779),
	A("L40-2A",   2048, 24, 16,  1, 0x177a),
	A("L40-3A",   3072, 16, 16,  1, 0x177b),
	A("L40-4A",   4096, 12,  8,  1, 0x177c),
	A("L40-6A",   6144,  8,  8,  1, 0x177d),
	A("L40-8A",   8192,  6,  4,  1, 0x177e),
	A("L40-12A", 12288,  4,  4,  1, 0x177f),
	A("L40-16A", 16384,  3,  2,  1, 0x1780),
	A("L40-24A", 24576,  2,  2,  1, 0x1781),
	A("L40-48A", 49152,  1,  1,  1, 0x1782),
};

static const struct nvmux_family l40 = {
	.name = "L40", .prefix = "NVIDIA", .architecture = "Ada Lovelace", .device = 0x26b5,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 49152, .region_gb = 48,
	.types = l40_types, .n_types = ARRAY_SIZE(l40_types),
};

/* How many of its types fit is not published. */
static const struct nvmux_family l40g = {
	.name = "L40G", .prefix = "NVIDIA", .architecture = "Ada Lovelace", .device = 0x26b8,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 24576, .region_gb = 24,
};

static const struct nvmux_type l40s_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("L40S-1Q",  1024, 32, 16, 16, 0x188b),
	Q("L40S-2Q",   2048, 24, 16, 16, 0x188c),
	Q("L40S-3Q",   3072, 16, 16, 16, 0x188d),
	Q("L40S-4Q",   4096, 12,  8, 16, 0x188e),
	Q("L40S-6Q",   6144,  8,  8, 16, 0x188f),
	Q("L40S-8Q",   8192,  6,  4, 16, 0x1890),
	Q("L40S-12Q", 12288,  4,  4, 16, 0x1891),
	Q("L40S-16Q", 16384,  3,  2, 16, 0x1892),
	Q("L40S-24Q", 24576,  2,  2, 16, 0x1893),
	Q("L40S-48Q", 49152,  1,  1, 16, 0x1894),
	C("L40S-4C",   4096, 12,  8, 16, 0x18ab),
	C("L40S-6C",   6144,  8,  8, 16, 0x18ac),
	C("L40S-8C",   8192,  6,  4, 16, 0x18ad),
	C("L40S-12C", 12288,  4,  4, 16, 0x18ae),
	C("L40S-16C", 16384,  3,  2, 16, 0x18af),
	C("L40S-24C", 24576,  2,  2, 16, 0x18b0),
	C("L40S-48C", 49152,  1,  1, 16, 0x18b1),
	B("L40S-1B",   1024, 32, 16,  1, 0x1889),
	B("L40S-2B",   2048, 24, 16,  1, 0x188a),
	B("L40S-3B",   3072, 16, 16,  1, 0x21fe),
	A("L40S-1A",   1024, 32, 16,  1, 0x1895),
	A("L40S-2A",   2048, 24, 16,  1, 0x1896),
	A("L40S-3A",   3072, 16, 16,  1, 0x1897),
	A("L40S-4A",   4096, 12,  8,  1, 0x1898),
	A("L40S-6A",   6144,  8,  8,  1, 0x1899),
	A("L40S-8A",   8192,  6,  4,  1, 0x189a),
	A("L40S-12A", 12288,  4,  4,  1, 0x189b),
	A("L40S-16A", 16384,  3,  2,  1, 0x189c),
	A("L40S-24A", 24576,  2,  2,  1, 0x189d),
	A("L40S-48A", 49152,  1,  1,  1, 0x189e),
};

static const struct nvmux_family l40s = {
	.name = "L40S", .prefix = "NVIDIA", .architecture = "Ada Lovelace", .device = 0x26b9,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 49152, .region_gb = 48,
	.types = l40s_types, .n_types = ARRAY_SIZE(l40s_types),
};

static const struct nvmux_type rtx6000_ada_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("RTX6000-Ada-1Q",  1024, 32, 16, 16, 0x170a),
	Q("RTX6000-Ada-2Q",   2048, 24, 16, 16, 0x170b),
	Q("RTX6000-Ada-3Q",   3072, 16, 16, 16, 0x170c),
	Q("RTX6000-Ada-4Q",   4096, 12,  8, 16, 0x170d),
	Q("RTX6000-Ada-6Q",   6144,  8,  8, 16, 0x170e),
	Q("RTX6000-Ada-8Q",   8192,  6,  4, 16, 0x170f),
	Q("RTX6000-Ada-12Q", 12288,  4,  4, 16, 0x1710),
	Q("RTX6000-Ada-16Q", 16384,  3,  2, 16, 0x1711),
	Q("RTX6000-Ada-24Q", 24576,  2,  2, 16, 0x1712),
	Q("RTX6000-Ada-48Q", 49152,  1,  1, 16, 0x1713),
	C("RTX6000-Ada-4C",   4096, 12,  8, 16, 0x1728),
	C("RTX6000-Ada-6C",   6144,  8,  8, 16, 0x1729),
	C("RTX6000-Ada-8C",   8192,  6,  4, 16, 0x172a),
	C("RTX6000-Ada-12C", 12288,  4,  4, 16, 0x172b),
	C("RTX6000-Ada-16C", 16384,  3,  2, 16, 0x172c),
	C("RTX6000-Ada-24C", 24576,  2,  2, 16, 0x172d),
	C("RTX6000-Ada-48C", 49152,  1,  1, 16, 0x172e),
	B("RTX6000-Ada-1B",   1024, 32, 16,  1, 0x1708),
	B("RTX6000-Ada-2B",   2048, 24, 16,  1, 0x1709),
	B("RTX6000-Ada-3B",   3072, 16, 16,  1, 0x21fa),
	A("RTX6000-Ada-1A",   1024, 32, 16,  1, 0x1714),
	A("RTX6000-Ada-2A",   2048, 24, 16,  1, 0x1715),
	A("RTX6000-Ada-3A",   3072, 16, 16,  1, 0x1716),
	A("RTX6000-Ada-4A",   4096, 12,  8,  1, 0x1717),
	A("RTX6000-Ada-6A",   6144,  8,  8,  1, 0x1718),
	A("RTX6000-Ada-8A",   8192,  6,  4,  1, 0x1719),
	A("RTX6000-Ada-12A", 12288,  4,  4,  1, 0x171a),
	A("RTX6000-Ada-16A", 16384,  3,  2,  1, 0x171b),
	A("RTX6000-Ada-24A", 24576,  2,  2,  1, 0x171c),
	A("RTX6000-Ada-48A", 49152,  1,  1,  1, 0x171d),
};

static const struct nvmux_family rtx6000_ada = {
	.name = "RTX6000-Ada", .prefix = "NVIDIA", .architecture = "Ada Lovelace", .device = 0x26b1,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 49152, .region_gb = 48,
	.types = rtx6000_ada_types, .n_types = ARRAY_SIZE(rtx6000_ada_types),
};

static const struct nvmux_type rtx5880_ada_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("RTX5880-Ada-1Q",  1024, 32, 16,  0, 0x195a),
	Q("RTX5880-Ada-2Q",   2048, 24, 16,  0, 0x195b),
	Q("RTX5880-Ada-3Q",   3072, 16, 16,  0, 0x195c),
	Q("RTX5880-Ada-4Q",   4096, 12,  8,  0, 0x195d),
	Q("RTX5880-Ada-6Q",   6144,  8,  8,  0, 0x195e),
	Q("RTX5880-Ada-8Q",   8192,  6,  4,  0, 0x195f),
	Q("RTX5880-Ada-12Q", 12288,  4,  4,  0, 0x1960),
	Q("RTX5880-Ada-16Q", 16384,  3,  2,  0, 0x1961),
	Q("RTX5880-Ada-24Q", 24576,  2,  2,  0, 0x1962),
	Q("RTX5880-Ada-48Q", 49152,  1,  1,  0, 0x1963),
	C("RTX5880-Ada-4C",   4096, 12,  8, 16, 0x1978),
	C("RTX5880-Ada-6C",   6144,  8,  8, 16, 0x1979),
	C("RTX5880-Ada-8C",   8192,  6,  4, 16, 0x197a),
	C("RTX5880-Ada-12C", 12288,  4,  4, 16, 0x197b),
	C("RTX5880-Ada-16C", 16384,  3,  2, 16, 0x197c),
	C("RTX5880-Ada-24C", 24576,  2,  2, 16, 0x197d),
	C("RTX5880-Ada-48C", 49152,  1,  1, 16, 0x197e),
	B("RTX5880-Ada-3B",   3072, 16, 16,  1, 0x21fb),
};

static const struct nvmux_family rtx5880_ada = {
	.name = "RTX5880-Ada", .prefix = "NVIDIA", .architecture = "Ada Lovelace", .device = 0x26b3,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 49152, .region_gb = 48,
	.types = rtx5880_ada_types, .n_types = ARRAY_SIZE(rtx5880_ada_types),
};

static const struct nvmux_type rtx5000_ada_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("RTX5000-Ada-1Q",  1024, 32, 32, 16, 0x1823),
	Q("RTX5000-Ada-2Q",   2048, 16, 16, 16, 0x1824),
	Q("RTX5000-Ada-4Q",   4096,  8,  8, 16, 0x1825),
	Q("RTX5000-Ada-8Q",   8192,  4,  4, 16, 0x1826),
	Q("RTX5000-Ada-16Q", 16384,  2,  2, 16, 0x1827),
	Q("RTX5000-Ada-32Q", 32768,  1,  1, 16, 0x1828),
	C("RTX5000-Ada-4C",   4096,  8,  8, 16, 0x1835),
	C("RTX5000-Ada-8C",   8192,  4,  4, 16, 0x1836),
	C("RTX5000-Ada-16C", 16384,  2,  2, 16, 0x1837),
	C("RTX5000-Ada-32C", 32768,  1,  1, 16, 0x1838),
	B("RTX5000-Ada-1B",   1024, 32, 32,  1, 0x1821),
	B("RTX5000-Ada-2B",   2048, 16, 16,  1, 0x1822),
	A("RTX5000-Ada-1A",   1024, 32, 32,  1, 0x1829),
	A("RTX5000-Ada-2A",   2048, 16, 16,  1, 0x182a),
	A("RTX5000-Ada-4A",   4096,  8,  8,  1, 0x182b),
	A("RTX5000-Ada-8A",   8192,  4,  4,  1, 0x182c),
	A("RTX5000-Ada-16A", 16384,  2,  2,  1, 0x182d),
	A("RTX5000-Ada-32A", 32768,  1,  1,  1, 0x182e),
};

static const struct nvmux_family rtx5000_ada = {
	.name = "RTX5000-Ada", .prefix = "NVIDIA", .architecture = "Ada Lovelace", .device = 0x26b2,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 32768, .region_gb = 32,
	.types = rtx5000_ada_types, .n_types = ARRAY_SIZE(rtx5000_ada_types),
};

const struct nvmux_board nvmux_catalogue_ada[] = {
	BOARD(0x27b6, "NVIDIA L2", l2, NVIDIA(0x1933)),
	BOARD(0x27b8, "NVIDIA L4", l4, NVIDIA(0x16ca), NVIDIA(0x16ee)),
	BOARD(0x26ba, "NVIDIA L20", l20, NVIDIA(0x1957), NVIDIA(0x1990)),
	BOARD(0x26b5, "NVIDIA L40", l40, NVIDIA(0x169d), NVIDIA(0x17da)),
	BOARD_ANY(0x26b8, "NVIDIA L40G", l40g),
	BOARD(0x26b9, "NVIDIA L40S", l40s, NVIDIA(0x1851), NVIDIA(0x18cf)),
	BOARD_ANY(0x26b1, "NVIDIA RTX 6000 Ada", rtx6000_ada),
	BOARD(0x26b3, "NVIDIA RTX 5880 Ada", rtx5880_ada, NVIDIA(0x1934), DELL(0x1934), HP(0x1934),
	      LENOVO(0x1934)),
	BOARD(0x26b2, "NVIDIA RTX 5000 Ada", rtx5000_ada, NVIDIA(0x17fa), DELL(0x17fa), HP(0x17fa),
	      LENOVO(0x17fa)),
	{ }
};
