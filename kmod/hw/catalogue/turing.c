// SPDX-License-Identifier: GPL-2.0-only
/*
 * Turing boards and their vGPU types.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"
#include "row.h"

static const struct nvmux_type t4_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("T4-1Q",  1024, 16, 0, 16, 0x130c),
	Q("T4-2Q",   2048,  8, 0, 16, 0x130d),
	Q("T4-4Q",   4096,  4, 0, 16, 0x130e),
	Q("T4-8Q",   8192,  2, 0, 16, 0x130f),
	Q("T4-16Q", 16384,  1, 0, 16, 0x1310),
	C("T4-4C",   4096,  4, 0, 16, 0x139a),
	C("T4-8C",   8192,  2, 0, 16, 0x139b),
	C("T4-16C", 16384,  1, 0, 16, 0x1375),
	B("T4-1B",   1024, 16, 0,  1, 0x1309),
	B("T4-1B4",  1024, 16, 0,  1, 0x1345),
	B("T4-2B",   2048,  8, 0,  1, 0x130a),
	B("T4-2B4",  2048,  8, 0,  1, 0x130b),
	A("T4-1A",   1024, 16, 0,  1, 0x1311),
	A("T4-2A",   2048,  8, 0,  1, 0x1312),
	A("T4-4A",   4096,  4, 0,  1, 0x1313),
	A("T4-8A",   8192,  2, 0,  1, 0x1314),
	A("T4-16A", 16384,  1, 0,  1, 0x1315),
};

static const struct nvmux_family t4 = {
	.name = "T4", .prefix = "GRID", .architecture = "Turing", .device = 0x1eb8,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 16384, .region_gb = 16,
	.types = t4_types, .n_types = ARRAY_SIZE(t4_types),
};

static const struct nvmux_type rtx6000_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("RTX6000-1Q",  1024, 24, 0, 16, 0x1325),
	Q("RTX6000-2Q",   2048, 12, 0, 16, 0x1326),
	Q("RTX6000-3Q",   3072,  8, 0, 16, 0x1327),
	Q("RTX6000-4Q",   4096,  6, 0, 16, 0x1328),
	Q("RTX6000-6Q",   6144,  4, 0, 16, 0x1329),
	Q("RTX6000-8Q",   8192,  3, 0, 16, 0x132a),
	Q("RTX6000-12Q", 12288,  2, 0, 16, 0x132b),
	Q("RTX6000-24Q", 24576,  1, 0, 16, 0x132c),
	C("RTX6000-4C",   4096,  6, 0, 16, 0x13bf),
	C("RTX6000-6C",   6144,  4, 0, 16, 0x13c0),
	C("RTX6000-8C",   8192,  3, 0, 16, 0x13c1),
	C("RTX6000-12C", 12288,  2, 0, 16, 0x13c2),
	C("RTX6000-24C", 24576,  1, 0, 16, 0x13c3),
	B("RTX6000-1B",   1024, 24, 0,  1, 0x1437),
	B("RTX6000-2B",   2048, 12, 0,  1, 0x1438),
	A("RTX6000-1A",   1024, 24, 0,  1, 0x1439),
	A("RTX6000-2A",   2048, 12, 0,  1, 0x143a),
	A("RTX6000-3A",   3072,  8, 0,  1, 0x143b),
	A("RTX6000-4A",   4096,  6, 0,  1, 0x143c),
	A("RTX6000-6A",   6144,  4, 0,  1, 0x143d),
	A("RTX6000-8A",   8192,  3, 0,  1, 0x143e),
	A("RTX6000-12A", 12288,  2, 0,  1, 0x143f),
	A("RTX6000-24A", 24576,  1, 0,  1, 0x1440),
};

static const struct nvmux_family rtx6000 = {
	.name = "RTX6000", .prefix = "GRID", .architecture = "Turing", .device = 0x1e30,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 24576, .region_gb = 24,
	.types = rtx6000_types, .n_types = ARRAY_SIZE(rtx6000_types),
};

static const struct nvmux_type rtx8000_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("RTX8000-1Q",  1024, 32, 0, 16, 0x132d),
	Q("RTX8000-2Q",   2048, 24, 0, 16, 0x132e),
	Q("RTX8000-3Q",   3072, 16, 0, 16, 0x132f),
	Q("RTX8000-4Q",   4096, 12, 0, 16, 0x1330),
	Q("RTX8000-6Q",   6144,  8, 0, 16, 0x1331),
	Q("RTX8000-8Q",   8192,  6, 0, 16, 0x1332),
	Q("RTX8000-12Q", 12288,  4, 0, 16, 0x1333),
	Q("RTX8000-16Q", 16384,  3, 0, 16, 0x1334),
	Q("RTX8000-24Q", 24576,  2, 0, 16, 0x1335),
	Q("RTX8000-48Q", 49152,  1, 0, 16, 0x1336),
	C("RTX8000-4C",   4096,  8, 0, 16, 0x13c4),
	C("RTX8000-6C",   6144,  8, 0, 16, 0x13c5),
	C("RTX8000-8C",   8192,  6, 0, 16, 0x13c6),
	C("RTX8000-12C", 12288,  4, 0, 16, 0x13c7),
	C("RTX8000-16C", 16384,  3, 0, 16, 0x13c8),
	C("RTX8000-24C", 24576,  2, 0, 16, 0x13c9),
	C("RTX8000-48C", 49152,  1, 0, 16, 0x13ca),
	B("RTX8000-1B",   1024, 32, 0,  1, 0x1441),
	B("RTX8000-2B",   2048, 24, 0,  1, 0x1442),
	A("RTX8000-1A",   1024, 32, 0,  1, 0x1443),
	A("RTX8000-2A",   2048, 24, 0,  1, 0x1444),
	A("RTX8000-3A",   3072, 16, 0,  1, 0x1445),
	A("RTX8000-4A",   4096, 12, 0,  1, 0x1446),
	A("RTX8000-6A",   6144,  8, 0,  1, 0x1447),
	A("RTX8000-8A",   8192,  6, 0,  1, 0x1448),
	A("RTX8000-12A", 12288,  4, 0,  1, 0x1449),
	A("RTX8000-16A", 16384,  3, 0,  1, 0x144a),
	A("RTX8000-24A", 24576,  2, 0,  1, 0x144b),
	A("RTX8000-48A", 49152,  1, 0,  1, 0x144c),
};

static const struct nvmux_family rtx8000 = {
	.name = "RTX8000", .prefix = "GRID", .architecture = "Turing", .device = 0x1e30,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 49152, .region_gb = 48,
	.types = rtx8000_types, .n_types = ARRAY_SIZE(rtx8000_types),
};

static const struct nvmux_type rtx6000p_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("RTX6000P-1Q",  1024, 24, 0, 16, 0x13f9),
	Q("RTX6000P-2Q",   2048, 12, 0, 16, 0x13fa),
	Q("RTX6000P-3Q",   3072,  8, 0, 16, 0x13fb),
	Q("RTX6000P-4Q",   4096,  6, 0, 16, 0x13fc),
	Q("RTX6000P-6Q",   6144,  4, 0, 16, 0x13fd),
	Q("RTX6000P-8Q",   8192,  3, 0, 16, 0x13fe),
	Q("RTX6000P-12Q", 12288,  2, 0, 16, 0x13ff),
	Q("RTX6000P-24Q", 24576,  1, 0, 16, 0x1400),
	C("RTX6000P-4C",   4096,  6, 0, 16, 0x140d),
	C("RTX6000P-6C",   6144,  4, 0, 16, 0x140e),
	C("RTX6000P-8C",   8192,  3, 0, 16, 0x140f),
	C("RTX6000P-12C", 12288,  2, 0, 16, 0x1410),
	C("RTX6000P-24C", 24576,  1, 0, 16, 0x1411),
	B("RTX6000P-1B",   1024, 24, 0,  1, 0x13f7),
	B("RTX6000P-2B",   2048, 12, 0,  1, 0x13f8),
	A("RTX6000P-1A",   1024, 24, 0,  1, 0x1401),
	A("RTX6000P-2A",   2048, 12, 0,  1, 0x1402),
	A("RTX6000P-3A",   3072,  8, 0,  1, 0x1403),
	A("RTX6000P-4A",   4096,  6, 0,  1, 0x1404),
	A("RTX6000P-6A",   6144,  4, 0,  1, 0x1405),
	A("RTX6000P-8A",   8192,  3, 0,  1, 0x1406),
	A("RTX6000P-12A", 12288,  2, 0,  1, 0x1407),
	A("RTX6000P-24A", 24576,  1, 0,  1, 0x1408),
};

static const struct nvmux_family rtx6000p = {
	.name = "RTX6000P", .prefix = "GRID", .architecture = "Turing", .device = 0x1e78,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 24576, .region_gb = 24,
	.types = rtx6000p_types, .n_types = ARRAY_SIZE(rtx6000p_types),
};

static const struct nvmux_type rtx8000p_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("RTX8000P-1Q",  1024, 32, 0, 16, 0x1414),
	Q("RTX8000P-2Q",   2048, 24, 0, 16, 0x1415),
	Q("RTX8000P-3Q",   3072, 16, 0, 16, 0x1416),
	Q("RTX8000P-4Q",   4096, 12, 0, 16, 0x1417),
	Q("RTX8000P-6Q",   6144,  8, 0, 16, 0x1418),
	Q("RTX8000P-8Q",   8192,  6, 0, 16, 0x1419),
	Q("RTX8000P-12Q", 12288,  4, 0, 16, 0x141a),
	Q("RTX8000P-16Q", 16384,  3, 0, 16, 0x141b),
	Q("RTX8000P-24Q", 24576,  2, 0, 16, 0x141c),
	Q("RTX8000P-48Q", 49152,  1, 0, 16, 0x141d),
	C("RTX8000P-4C",   4096,  8, 0, 16, 0x142b),
	C("RTX8000P-6C",   6144,  8, 0, 16, 0x142c),
	C("RTX8000P-8C",   8192,  6, 0, 16, 0x142d),
	C("RTX8000P-12C", 12288,  4, 0, 16, 0x142e),
	C("RTX8000P-16C", 16384,  3, 0, 16, 0x142f),
	C("RTX8000P-24C", 24576,  2, 0, 16, 0x1430),
	C("RTX8000P-48C", 49152,  1, 0, 16, 0x1431),
	B("RTX8000P-1B",   1024, 32, 0,  1, 0x1412),
	B("RTX8000P-2B",   2048, 24, 0,  1, 0x1413),
	A("RTX8000P-1A",   1024, 32, 0,  1, 0x141e),
	A("RTX8000P-2A",   2048, 24, 0,  1, 0x141f),
	A("RTX8000P-3A",   3072, 16, 0,  1, 0x1420),
	A("RTX8000P-4A",   4096, 12, 0,  1, 0x1421),
	A("RTX8000P-6A",   6144,  8, 0,  1, 0x1422),
	A("RTX8000P-8A",   8192,  6, 0,  1, 0x1423),
	A("RTX8000P-12A", 12288,  4, 0,  1, 0x1424),
	A("RTX8000P-16A", 16384,  3, 0,  1, 0x1436),
	A("RTX8000P-24A", 24576,  2, 0,  1, 0x1425),
	A("RTX8000P-48A", 49152,  1, 0,  1, 0x1426),
};

static const struct nvmux_family rtx8000p = {
	.name = "RTX8000P", .prefix = "GRID", .architecture = "Turing", .device = 0x1e78,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 49152, .region_gb = 48,
	.types = rtx8000p_types, .n_types = ARRAY_SIZE(rtx8000p_types),
};

const struct nvmux_board nvmux_catalogue_turing[] = {
	BOARD(0x1eb8, "Tesla T4", t4, NVIDIA(0x12a2)),
	BOARD(0x1e30, "Quadro RTX 6000", rtx6000, NVIDIA(0x12ba)),
	BOARD(0x1e30, "Quadro RTX 8000", rtx8000, NVIDIA(0x129e), HP(0x129e), DELL(0x129e)),
	BOARD(0x1e78, "Quadro RTX 6000 passive", rtx6000p, NVIDIA(0x13d9)),
	BOARD(0x1e78, "Quadro RTX 8000 passive", rtx8000p, NVIDIA(0x13d8)),
	{ }
};
