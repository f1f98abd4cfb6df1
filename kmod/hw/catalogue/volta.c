// SPDX-License-Identifier: GPL-2.0-only
/*
 * Volta boards and their vGPU types.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "catalogue.h"
#include "row.h"

static const struct nvmux_type v100_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("V100-1Q",  1024, 16, 0, 16, 0x124f),
	Q("V100-2Q",   2048,  8, 0, 16, 0x1250),
	Q("V100-4Q",   4096,  4, 0, 16, 0x1251),
	Q("V100-8Q",   8192,  2, 0, 16, 0x1252),
	Q("V100-16Q", 16384,  1, 0, 16, 0x1253),
	C("V100-4C",   4096,  4, 0, 16, 0x1393),
	C("V100-8C",   8192,  2, 0, 16, 0x1394),
	C("V100-16C", 16384,  1, 0, 16, 0x1379),
	B("V100-1B",   1024, 16, 0,  1, 0x124e),
	B("V100-1B4",  1024, 16, 0,  1, 0x1340),
	B("V100-2B",   2048,  8, 0,  1, 0x128f),
	B("V100-2B4",  2048,  8, 0,  1, 0x12f5),
	A("V100-1A",   1024, 16, 0,  1, 0x1254),
	A("V100-2A",   2048,  8, 0,  1, 0x1255),
	A("V100-4A",   4096,  4, 0,  1, 0x1256),
	A("V100-8A",   8192,  2, 0,  1, 0x1257),
	A("V100-16A", 16384,  1, 0,  1, 0x1258),
};

static const struct nvmux_family v100 = {
	.name = "V100", .prefix = "GRID", .architecture = "Volta", .device = 0x1db4,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 16384, .region_gb = 16,
	.types = v100_types, .n_types = ARRAY_SIZE(v100_types),
};

static const struct nvmux_type v100x_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("V100X-1Q",  1024, 16, 0, 16, 0x125a),
	Q("V100X-2Q",   2048,  8, 0, 16, 0x125b),
	Q("V100X-4Q",   4096,  4, 0, 16, 0x125c),
	Q("V100X-8Q",   8192,  2, 0, 16, 0x125d),
	Q("V100X-16Q", 16384,  1, 0, 16, 0x125e),
	C("V100X-4C",   4096,  4, 0, 16, 0x138e),
	C("V100X-8C",   8192,  2, 0, 16, 0x138f),
	C("V100X-16C", 16384,  1, 0, 16, 0x1378),
	B("V100X-1B",   1024, 16, 0,  1, 0x1259),
	B("V100X-1B4",  1024, 16, 0,  1, 0x1341),
	B("V100X-2B",   2048,  8, 0,  1, 0x128e),
	B("V100X-2B4",  2048,  8, 0,  1, 0x12f6),
	A("V100X-1A",   1024, 16, 0,  1, 0x125f),
	A("V100X-2A",   2048,  8, 0,  1, 0x1260),
	A("V100X-4A",   4096,  4, 0,  1, 0x1261),
	A("V100X-8A",   8192,  2, 0,  1, 0x1262),
	A("V100X-16A", 16384,  1, 0,  1, 0x1263),
};

static const struct nvmux_family v100x = {
	.name = "V100X", .prefix = "GRID", .architecture = "Volta", .device = 0x1db1,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 16384, .region_gb = 16,
	.types = v100x_types, .n_types = ARRAY_SIZE(v100x_types),
};

static const struct nvmux_type v100l_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("V100L-1Q",  1024, 16, 0, 16, 0x1292),
	Q("V100L-2Q",   2048,  8, 0, 16, 0x1293),
	Q("V100L-4Q",   4096,  4, 0, 16, 0x1294),
	Q("V100L-8Q",   8192,  2, 0, 16, 0x1295),
	Q("V100L-16Q", 16384,  1, 0, 16, 0x1296),
	C("V100L-4C",   4096,  4, 0, 16, 0x1398),
	C("V100L-8C",   8192,  2, 0, 16, 0x1399),
	C("V100L-16C", 16384,  1, 0, 16, 0x137a),
	B("V100L-1B",   1024, 16, 0,  1, 0x1290),
	B("V100L-1B4",  1024, 16, 0,  1, 0x1344),
	B("V100L-2B",   2048,  8, 0,  1, 0x1291),
	B("V100L-2B4",  2048,  8, 0,  1, 0x12f9),
	A("V100L-1A",   1024, 16, 0,  1, 0x1297),
	A("V100L-2A",   2048,  8, 0,  1, 0x1298),
	A("V100L-4A",   4096,  4, 0,  1, 0x1299),
	A("V100L-8A",   8192,  2, 0,  1, 0x129a),
	A("V100L-16A", 16384,  1, 0,  1, 0x129b),
};

static const struct nvmux_family v100l = {
	.name = "V100L", .prefix = "GRID", .architecture = "Volta", .device = 0x1db3,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 16384, .region_gb = 16,
	.types = v100l_types, .n_types = ARRAY_SIZE(v100l_types),
};

static const struct nvmux_type v100d_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("V100D-1Q",  1024, 32, 0, 16, 0x12bf),
	Q("V100D-2Q",   2048, 16, 0, 16, 0x12c0),
	Q("V100D-4Q",   4096,  8, 0, 16, 0x12c1),
	Q("V100D-8Q",   8192,  4, 0, 16, 0x12c2),
	Q("V100D-16Q", 16384,  2, 0, 16, 0x12c3),
	Q("V100D-32Q", 32768,  1, 0, 16, 0x12c4),
	C("V100D-4C",   4096,  8, 0, 16, 0x1395),
	C("V100D-8C",   8192,  4, 0, 16, 0x1396),
	C("V100D-16C", 16384,  2, 0, 16, 0x1397),
	C("V100D-32C", 32768,  1, 0, 16, 0x1377),
	B("V100D-1B",   1024, 32, 0,  1, 0x12bd),
	B("V100D-1B4",  1024, 32, 0,  1, 0x1342),
	B("V100D-2B",   2048, 16, 0,  1, 0x12be),
	B("V100D-2B4",  2048, 16, 0,  1, 0x12f7),
	A("V100D-1A",   1024, 32, 0,  1, 0x12c5),
	A("V100D-2A",   2048, 16, 0,  1, 0x12c6),
	A("V100D-4A",   4096,  8, 0,  1, 0x12c7),
	A("V100D-8A",   8192,  4, 0,  1, 0x12c8),
	A("V100D-16A", 16384,  2, 0,  1, 0x12c9),
	A("V100D-32A", 32768,  1, 0,  1, 0x12ca),
};

static const struct nvmux_family v100d = {
	.name = "V100D", .prefix = "GRID", .architecture = "Volta", .device = 0x1db6,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 32768, .region_gb = 32,
	.types = v100d_types, .n_types = ARRAY_SIZE(v100d_types),
};

static const struct nvmux_type v100dx_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("V100DX-1Q",  1024, 32, 0, 16, 0x12cd),
	Q("V100DX-2Q",   2048, 16, 0, 16, 0x12ce),
	Q("V100DX-4Q",   4096,  8, 0, 16, 0x12cf),
	Q("V100DX-8Q",   8192,  4, 0, 16, 0x12d0),
	Q("V100DX-16Q", 16384,  2, 0, 16, 0x12d1),
	Q("V100DX-32Q", 32768,  1, 0, 16, 0x12d2),
	C("V100DX-4C",   4096,  8, 0, 16, 0x1390),
	C("V100DX-8C",   8192,  4, 0, 16, 0x1391),
	C("V100DX-16C", 16384,  2, 0, 16, 0x1392),
	C("V100DX-32C", 32768,  1, 0, 16, 0x1376),
	B("V100DX-1B",   1024, 32, 0,  1, 0x12cb),
	B("V100DX-1B4",  1024, 32, 0,  1, 0x1343),
	B("V100DX-2B",   2048, 16, 0,  1, 0x12cc),
	B("V100DX-2B4",  2048, 16, 0,  1, 0x12f8),
	A("V100DX-1A",   1024, 32, 0,  1, 0x12d3),
	A("V100DX-2A",   2048, 16, 0,  1, 0x12d4),
	A("V100DX-4A",   4096,  8, 0,  1, 0x12d5),
	A("V100DX-8A",   8192,  4, 0,  1, 0x12d6),
	A("V100DX-16A", 16384,  2, 0,  1, 0x12d7),
	A("V100DX-32A", 32768,  1, 0,  1, 0x12d8),
};

static const struct nvmux_family v100dx = {
	.name = "V100DX", .prefix = "GRID", .architecture = "Volta", .device = 0x1db5,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 32768, .region_gb = 32,
	.types = v100dx_types, .n_types = ARRAY_SIZE(v100dx_types),
};

static const struct nvmux_type v100s_types[] = {
	/* name, MiB, per GPU, mixed-size, per VM, subsystem */
	Q1("V100S-1Q",  1024, 32, 0, 16, 0x13e5),
	Q("V100S-2Q",   2048, 16, 0, 16, 0x13e6),
	Q("V100S-4Q",   4096,  8, 0, 16, 0x13e7),
	Q("V100S-8Q",   8192,  4, 0, 16, 0x13e8),
	Q("V100S-16Q", 16384,  2, 0, 16, 0x13e9),
	Q("V100S-32Q", 32768,  1, 0, 16, 0x13ea),
	C("V100S-4C",   4096,  8, 0, 16, 0x13f1),
	C("V100S-8C",   8192,  4, 0, 16, 0x13f2),
	C("V100S-16C", 16384,  2, 0, 16, 0x13f3),
	C("V100S-32C", 32768,  1, 0, 16, 0x13f4),
	B("V100S-1B",   1024, 32, 0,  1, 0x13e1),
	B("V100S-2B",   2048, 16, 0,  1, 0x13e3),
	A("V100S-1A",   1024, 32, 0,  1, 0x13eb),
	A("V100S-2A",   2048, 16, 0,  1, 0x13ec),
	A("V100S-4A",   4096,  8, 0,  1, 0x13ed),
	A("V100S-8A",   8192,  4, 0,  1, 0x13ee),
	A("V100S-16A", 16384,  2, 0,  1, 0x13ef),
	A("V100S-32A", 32768,  1, 0,  1, 0x13f0),
};

static const struct nvmux_family v100s = {
	.name = "V100S", .prefix = "GRID", .architecture = "Volta", .device = 0x1df6,
	.mixed = NVMUX_MIXED_NONE, .fb_mib = 32768, .region_gb = 32,
	.types = v100s_types, .n_types = ARRAY_SIZE(v100s_types),
};

const struct nvmux_board nvmux_catalogue_volta[] = {
	BOARD_ANY(0x1db4, "Tesla V100 PCIe 16GB", v100),
	BOARD_ANY(0x1db1, "Tesla V100 SXM2 16GB", v100x),
	BOARD_ANY(0x1db3, "Tesla V100 FHHL 16GB", v100l),
	BOARD_ANY(0x1db6, "Tesla V100 PCIe 32GB", v100d),
	BOARD_ANY(0x1db5, "Tesla V100 SXM2 32GB", v100dx),
	BOARD(0x1df6, "Tesla V100S PCIe 32GB", v100s, NVIDIA(0x13d6)),
	{ }
};
