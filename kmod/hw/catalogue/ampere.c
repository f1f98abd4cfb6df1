// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ampere boards without GPU instances and their vGPU types.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"
#include "row.h"

static const struct nvmux_type a2_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("A2-1Q",  1024, 16, 16, 16, 0x1648),
	Q("A2-2Q",   2048,  8,  8, 16, 0x1649),
	Q("A2-4Q",   4096,  4,  4, 16, 0x164a),
	Q("A2-8Q",   8192,  2,  2, 16, 0x164b),
	Q("A2-16Q", 16384,  1,  1, 16, 0x164c),
	C("A2-4C",   4096,  4,  4, 16, 0x1655),
	C("A2-8C",   8192,  2,  2, 16, 0x1656),
	C("A2-16C", 16384,  1,  1, 16, 0x1657),
	B("A2-1B",   1024, 16, 16,  1, 0x1646),
	B("A2-2B",   2048,  8,  8,  1, 0x1647),
	A("A2-1A",   1024, 16, 16,  1, 0x164d),
	A("A2-2A",   2048,  8,  8,  1, 0x164e),
	A("A2-4A",   4096,  4,  4,  1, 0x164f),
	A("A2-8A",   8192,  2,  2,  1, 0x1650),
	A("A2-16A", 16384,  1,  1,  1, 0x1651),
};

static const struct nvmux_family a2 = {
	.name = "A2", .prefix = "NVIDIA", .architecture = "Ampere", .device = 0x25b6,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 16384, .region_gb = 16,
	.types = a2_types, .n_types = ARRAY_SIZE(a2_types),
};

static const struct nvmux_type a16_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("A16-1Q",  1024, 16, 16, 16, 0x159f),
	Q("A16-2Q",   2048,  8,  8, 16, 0x1600),
	Q("A16-4Q",   4096,  4,  4, 16, 0x1601),
	Q("A16-8Q",   8192,  2,  2, 16, 0x1602),
	Q("A16-16Q", 16384,  1,  1, 16, 0x1603),
	C("A16-4C",   4096,  4,  4, 16, 0x1609),
	C("A16-8C",   8192,  2,  2, 16, 0x160a),
	C("A16-16C", 16384,  1,  1, 16, 0x160b),
	B("A16-1B",   1024, 16, 16,  1, 0x159d),
	B("A16-2B",   2048,  8,  8,  1, 0x159e),
	A("A16-1A",   1024, 16, 16,  1, 0x1604),
	A("A16-2A",   2048,  8,  8,  1, 0x1605),
	A("A16-4A",   4096,  4,  4,  1, 0x1606),
	A("A16-8A",   8192,  2,  2,  1, 0x1607),
	A("A16-16A", 16384,  1,  1,  1, 0x1608),
};

static const struct nvmux_family a16 = {
	.name = "A16", .prefix = "NVIDIA", .architecture = "Ampere", .device = 0x25b6,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 16384, .region_gb = 16,
	.types = a16_types, .n_types = ARRAY_SIZE(a16_types),
};

static const struct nvmux_type a10_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("A10-1Q",  1024, 24, 16, 16, 0x14b8),
	Q("A10-2Q",   2048, 12,  8, 16, 0x14b9),
	Q("A10-3Q",   3072,  8,  8, 16, 0x14ba),
	Q("A10-4Q",   4096,  6,  4, 16, 0x14bb),
	Q("A10-6Q",   6144,  4,  4, 16, 0x14bc),
	Q("A10-8Q",   8192,  3,  2, 16, 0x14bd),
	Q("A10-12Q", 12288,  2,  2, 16, 0x14be),
	Q("A10-24Q", 24576,  1,  1, 16, 0x14bf),
	C("A10-4C",   4096,  6,  4, 16, 0x14d0),
	C("A10-6C",   6144,  4,  4, 16, 0x14d1),
	C("A10-8C",   8192,  3,  2, 16, 0x14d2),
	C("A10-12C", 12288,  2,  2, 16, 0x14d3),
	C("A10-24C", 24576,  1,  1, 16, 0x14d4),
	B("A10-1B",   1024, 24, 16,  1, 0x14b6),
	B("A10-2B",   2048, 12,  8,  1, 0x14b7),
	B("A10-3B",   3072,  8,  8,  1, 0x2207),
	A("A10-1A",   1024, 24, 16,  1, 0x14c0),
	A("A10-2A",   2048, 12,  8,  1, 0x14c1),
	A("A10-3A",   3072,  8,  8,  1, 0x14c2),
	A("A10-4A",   4096,  6,  4,  1, 0x14c3),
	A("A10-6A",   6144,  4,  4,  1, 0x14c4),
	A("A10-8A",   8192,  3,  2,  1, 0x14c5),
	A("A10-12A", 12288,  2,  2,  1, 0x14c6),
	A("A10-24A", 24576,  1,  1,  1, 0x14c7),
};

static const struct nvmux_family a10 = {
	.name = "A10", .prefix = "NVIDIA", .architecture = "Ampere", .device = 0x2236,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 24576, .region_gb = 24,
	.types = a10_types, .n_types = ARRAY_SIZE(a10_types),
};

/* How many of its types fit is not published. */
static const struct nvmux_family a10g = {
	.name = "A10G", .prefix = "NVIDIA", .architecture = "Ampere", .device = 0x2237,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 24576, .region_gb = 24,
};

static const struct nvmux_type a10m_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("A10M-1Q",  1024, 20, 16, 16, 0x16a5),
	Q("A10M-2Q",   2048, 10,  8, 16, 0x16a6),
	Q("A10M-4Q",   4096,  5,  4, 16, 0x16a7),
	Q("A10M-5Q",   5120,  4,  4, 16, 0x16a8),
	Q("A10M-10Q", 10240,  2,  2, 16, 0x16a9),
	Q("A10M-20Q", 20480,  1,  1, 16, 0x16aa),
	B("A10M-1B",   1024, 20, 16,  1, 0x16a3),
	B("A10M-2B",   2048, 10,  8,  1, 0x16a4),
	A("A10M-1A",   1024, 20, 16,  1, 0x16ab),
	A("A10M-2A",   2048, 10,  8,  1, 0x16ac),
	A("A10M-4A",   4096,  5,  4,  1, 0x16ad),
	A("A10M-5A",   5120,  4,  4,  1, 0x16ae),
	A("A10M-10A", 10240,  2,  2,  1, 0x16af),
	A("A10M-20A", 20480,  1,  1,  1, 0x16b0),
};

static const struct nvmux_family a10m = {
	.name = "A10M", .prefix = "NVIDIA", .architecture = "Ampere", .device = 0x2238,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 20480, .region_gb = 20,
	.types = a10m_types, .n_types = ARRAY_SIZE(a10m_types),
};

static const struct nvmux_type a40_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("A40-1Q",  1024, 32, 30, 16, 0x14d7),
	Q("A40-2Q",   2048, 24, 16, 16, 0x14d8),
	Q("A40-3Q",   3072, 16, 16, 16, 0x14d9),
	Q("A40-4Q",   4096, 12,  8, 16, 0x14da),
	Q("A40-6Q",   6144,  8,  8, 16, 0x14db),
	Q("A40-8Q",   8192,  6,  4, 16, 0x14dc),
	Q("A40-12Q", 12288,  4,  4, 16, 0x14dd),
	Q("A40-16Q", 16384,  3,  2, 16, 0x14de),
	Q("A40-24Q", 24576,  2,  2, 16, 0x14df),
	Q("A40-48Q", 49152,  1,  1, 16, 0x14e0),
	C("A40-4C",   4096, 12,  8, 16, 0x14f3),
	C("A40-6C",   6144,  8,  8, 16, 0x14f4),
	C("A40-8C",   8192,  6,  4, 16, 0x14f5),
	C("A40-12C", 12288,  4,  4, 16, 0x14f6),
	C("A40-16C", 16384,  3,  2, 16, 0x14f7),
	C("A40-24C", 24576,  2,  2, 16, 0x14f8),
	C("A40-48C", 49152,  1,  1, 16, 0x14f9),
	B("A40-1B",   1024, 32, 30,  1, 0x14d5),
	B("A40-2B",   2048, 24, 16,  1, 0x14d6),
	B("A40-3B",   3072, 16, 16,  1, 0x2206),
	A("A40-1A",   1024, 32, 30,  1, 0x14e1),
	A("A40-2A",   2048, 24, 16,  1, 0x14e2),
	A("A40-3A",   3072, 16, 16,  1, 0x14e3),
	A("A40-4A",   4096, 12,  8,  1, 0x14e4),
	A("A40-6A",   6144,  8,  8,  1, 0x14e5),
	A("A40-8A",   8192,  6,  4,  1, 0x14e6),
	A("A40-12A", 12288,  4,  4,  1, 0x14e7),
	A("A40-16A", 16384,  3,  2,  1, 0x14e8),
	A("A40-24A", 24576,  2,  2,  1, 0x14e9),
	A("A40-48A", 49152,  1,  1,  1, 0x14ea),
};

static const struct nvmux_family a40 = {
	.name = "A40", .prefix = "NVIDIA", .architecture = "Ampere", .device = 0x2235,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 49152, .region_gb = 48,
	.types = a40_types, .n_types = ARRAY_SIZE(a40_types),
};

static const struct nvmux_type rtxa6000_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("RTXA6000-1Q",  1024, 32, 30, 16, 0x14fc),
	Q("RTXA6000-2Q",   2048, 24, 16, 16, 0x14fd),
	Q("RTXA6000-3Q",   3072, 16, 16, 16, 0x14fe),
	Q("RTXA6000-4Q",   4096, 12,  8, 16, 0x14ff),
	Q("RTXA6000-6Q",   6144,  8,  8, 16, 0x1500),
	Q("RTXA6000-8Q",   8192,  6,  4, 16, 0x1501),
	Q("RTXA6000-12Q", 12288,  4,  4, 16, 0x1502),
	Q("RTXA6000-16Q", 16384,  3,  2, 16, 0x1503),
	Q("RTXA6000-24Q", 24576,  2,  2, 16, 0x1504),
	Q("RTXA6000-48Q", 49152,  1,  1, 16, 0x1505),
	C("RTXA6000-4C",   4096, 12,  8, 16, 0x1514),
	C("RTXA6000-6C",   6144,  8,  8, 16, 0x1515),
	C("RTXA6000-8C",   8192,  6,  4, 16, 0x1516),
	C("RTXA6000-12C", 12288,  4,  4, 16, 0x1517),
	C("RTXA6000-16C", 16384,  3,  2, 16, 0x1518),
	C("RTXA6000-24C", 24576,  2,  2, 16, 0x1519),
	C("RTXA6000-48C", 49152,  1,  1, 16, 0x151a),
	B("RTXA6000-1B",   1024, 32, 30,  1, 0x14fa),
	B("RTXA6000-2B",   2048, 24, 16,  1, 0x14fb),
	B("RTXA6000-3B",   3072, 16, 16,  1, 0x2203),
	A("RTXA6000-1A",   1024, 32, 30,  1, 0x1506),
	A("RTXA6000-2A",   2048, 24, 16,  1, 0x1507),
	A("RTXA6000-3A",   3072, 16, 16,  1, 0x1508),
	A("RTXA6000-4A",   4096, 12,  8,  1, 0x1509),
	A("RTXA6000-6A",   6144,  8,  8,  1, 0x150a),
	A("RTXA6000-8A",   8192,  6,  4,  1, 0x150b),
	A("RTXA6000-12A", 12288,  4,  4,  1, 0x150c),
	A("RTXA6000-16A", 16384,  3,  2,  1, 0x150d),
	A("RTXA6000-24A", 24576,  2,  2,  1, 0x150e),
	A("RTXA6000-48A", 49152,  1,  1,  1, 0x150f),
};

static const struct nvmux_family rtxa6000 = {
	.name = "RTXA6000", .prefix = "NVIDIA", .architecture = "Ampere", .device = 0x2230,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 49152, .region_gb = 48,
	.types = rtxa6000_types, .n_types = ARRAY_SIZE(rtxa6000_types),
};

static const struct nvmux_type rtxa5500_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("RTXA5500-1Q",  1024, 24, 16, 16, 0x165e),
	Q("RTXA5500-2Q",   2048, 12,  8, 16, 0x165f),
	Q("RTXA5500-3Q",   3072,  8,  8, 16, 0x1660),
	Q("RTXA5500-4Q",   4096,  6,  4, 16, 0x1661),
	Q("RTXA5500-6Q",   6144,  4,  4, 16, 0x1662),
	Q("RTXA5500-8Q",   8192,  3,  2, 16, 0x1663),
	Q("RTXA5500-12Q", 12288,  2,  2, 16, 0x1664),
	Q("RTXA5500-24Q", 24576,  1,  1, 16, 0x1665),
	C("RTXA5500-4C",   4096,  6,  4, 16, 0x1672),
	C("RTXA5500-6C",   6144,  4,  4, 16, 0x1673),
	C("RTXA5500-8C",   8192,  3,  2, 16, 0x1674),
	C("RTXA5500-12C", 12288,  2,  2, 16, 0x1675),
	C("RTXA5500-24C", 24576,  1,  1, 16, 0x1676),
	B("RTXA5500-1B",   1024, 24, 16,  1, 0x165c),
	B("RTXA5500-2B",   2048, 12,  8,  1, 0x165d),
	B("RTXA5500-3B",   3072,  8,  8,  1, 0x2204),
	A("RTXA5500-1A",   1024, 24, 16,  1, 0x1666),
	A("RTXA5500-2A",   2048, 12,  8,  1, 0x1667),
	A("RTXA5500-3A",   3072,  8,  8,  1, 0x1668),
	A("RTXA5500-4A",   4096,  6,  4,  1, 0x1669),
	A("RTXA5500-6A",   6144,  4,  4,  1, 0x166a),
	A("RTXA5500-8A",   8192,  3,  2,  1, 0x166b),
	A("RTXA5500-12A", 12288,  2,  2,  1, 0x166c),
	A("RTXA5500-24A", 24576,  1,  1,  1, 0x166d),
};

static const struct nvmux_family rtxa5500 = {
	.name = "RTXA5500", .prefix = "NVIDIA", .architecture = "Ampere", .device = 0x2233,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 24576, .region_gb = 24,
	.types = rtxa5500_types, .n_types = ARRAY_SIZE(rtxa5500_types),
};

static const struct nvmux_type rtxa5000_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("RTXA5000-1Q",  1024, 24, 16, 16, 0x1564),
	Q("RTXA5000-2Q",   2048, 12,  8, 16, 0x1565),
	Q("RTXA5000-3Q",   3072,  8,  8, 16, 0x1566),
	Q("RTXA5000-4Q",   4096,  6,  4, 16, 0x1567),
	Q("RTXA5000-6Q",   6144,  4,  4, 16, 0x1568),
	Q("RTXA5000-8Q",   8192,  3,  2, 16, 0x1569),
	Q("RTXA5000-12Q", 12288,  2,  2, 16, 0x156a),
	Q("RTXA5000-24Q", 24576,  1,  1, 16, 0x156b),
	C("RTXA5000-4C",   4096,  6,  4, 16, 0x1578),
	C("RTXA5000-6C",   6144,  4,  4, 16, 0x1579),
	C("RTXA5000-8C",   8192,  3,  2, 16, 0x157a),
	C("RTXA5000-12C", 12288,  2,  2, 16, 0x157b),
	C("RTXA5000-24C", 24576,  1,  1, 16, 0x157c),
	B("RTXA5000-1B",   1024, 24, 16,  1, 0x1562),
	B("RTXA5000-2B",   2048, 12,  8,  1, 0x1563),
	B("RTXA5000-3B",   3072,  8,  8,  1, 0x2205),
	A("RTXA5000-1A",   1024, 24, 16,  1, 0x156c),
	A("RTXA5000-2A",   2048, 12,  8,  1, 0x156d),
	A("RTXA5000-3A",   3072,  8,  8,  1, 0x156e),
	A("RTXA5000-4A",   4096,  6,  4,  1, 0x156f),
	A("RTXA5000-6A",   6144,  4,  4,  1, 0x1570),
	A("RTXA5000-8A",   8192,  3,  2,  1, 0x1571),
	A("RTXA5000-12A", 12288,  2,  2,  1, 0x1572),
	A("RTXA5000-24A", 24576,  1,  1,  1, 0x1573),
};

static const struct nvmux_family rtxa5000 = {
	.name = "RTXA5000", .prefix = "NVIDIA", .architecture = "Ampere", .device = 0x2231,
	.mixed = NVMUX_MIXED_HALVES, .fb_mib = 24576, .region_gb = 24,
	.types = rtxa5000_types, .n_types = ARRAY_SIZE(rtxa5000_types),
};

/* No vGPU types of it are published. */
static const struct nvmux_family rtx_a4500 = {
	.name = "", .prefix = "NVIDIA", .architecture = "Ampere",
	.fb_mib = 20480, .region_gb = 20,
};

/* No vGPU types of it are published. */
static const struct nvmux_family rtx_a4000 = {
	.name = "", .prefix = "NVIDIA", .architecture = "Ampere",
	.fb_mib = 16384, .region_gb = 16,
};

const struct nvmux_board nvmux_catalogue_ampere[] = {
	BOARD(0x25b6, "NVIDIA A2", a2, NVIDIA(0x157e)),
	BOARD(0x25b6, "NVIDIA A16", a16, NVIDIA(0x14a9)),
	BOARD(0x2236, "NVIDIA A10", a10, NVIDIA(0x1482)),
	BOARD(0x2237, "NVIDIA A10G", a10g, NVIDIA(0x152f)),
	BOARD(0x2238, "NVIDIA A10M", a10m, NVIDIA(0x1677)),
	BOARD(0x2235, "NVIDIA A40", a40, NVIDIA(0x145a)),
	BOARD(0x2230, "NVIDIA RTX A6000", rtxa6000, NVIDIA(0x1459), DELL(0x1459), HP(0x1459),
	      LENOVO(0x1459)),
	BOARD(0x2233, "NVIDIA RTX A5500", rtxa5500, NVIDIA(0x165a), DELL(0x165a), HP(0x165a),
	      LENOVO(0x165a)),
	BOARD(0x2231, "NVIDIA RTX A5000", rtxa5000, NVIDIA(0x147e), DELL(0x147e), HP(0x147e),
	      LENOVO(0x147e)),
	BOARD(0x2232, "NVIDIA RTX A4500", rtx_a4500, NVIDIA(0x163c), DELL(0x163c), HP(0x163c),
	      LENOVO(0x163c)),
	BOARD(0x24b0, "NVIDIA RTX A4000", rtx_a4000, NVIDIA(0x14ad), DELL(0x14ad), HP(0x14ad),
	      LENOVO(0x14ad)),
	{ }
};
