// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kinds of GPU instances. nvidia-smi lists each with the memory slices that it may begin at; a
 * board of which no list is public has the starts of the boards that divide alike.
 */
#include <linux/types.h>

#include "gi_profile.h"

/* Memory slices where a GPU instance may begin, a bit each. */
enum {
	AT_0 = 0x01,
	AT_0_2 = 0x05,
	AT_0_4 = 0x11,
	AT_0_2_4 = 0x15,
	AT_0_2_4_6 = 0x55,
	AT_0_TO_3 = 0x0f,
	AT_0_TO_6 = 0x7f,
};

#define GI(_name, _compute, _memory, _max, _starts) \
	{ .name = _name, .compute = _compute, .memory = _memory, .max = _max, .starts = _starts }

const struct nvmux_gi_profile nvmux_gi_a30[] = {
	/* name, compute and memory slices, per GPU, starts */
	[A30_1G]    = GI("1g.6gb",     1, 1, 4, AT_0_TO_3),
	[A30_1G_ME] = GI("1g.6gb+me",  1, 1, 1, AT_0_TO_3),
	[A30_2G]    = GI("2g.12gb",    2, 2, 2, AT_0_2),
	[A30_2G_ME] = GI("2g.12gb+me", 2, 2, 1, AT_0_2),
	[A30_4G]    = GI("4g.24gb",    4, 4, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_40gb[] = {
	/* name, compute and memory slices, per GPU, starts */
	[GI_1G]    = GI("1g.5gb",    1, 1, 7, AT_0_TO_6),
	[GI_1G_ME] = GI("1g.5gb+me", 1, 1, 1, AT_0_TO_6),
	[GI_1G_X2] = GI("1g.10gb",   1, 2, 4, AT_0_2_4_6),
	[GI_2G]    = GI("2g.10gb",   2, 2, 3, AT_0_2_4),
	[GI_3G]    = GI("3g.20gb",   3, 4, 2, AT_0_4),
	[GI_4G]    = GI("4g.20gb",   4, 4, 1, AT_0),
	[GI_7G]    = GI("7g.40gb",   7, 8, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_64gb[] = {
	/* name, compute and memory slices, per GPU, starts */
	[GI_1G]    = GI("1g.8gb",    1, 1, 7, AT_0_TO_6),
	[GI_1G_ME] = GI("1g.8gb+me", 1, 1, 1, AT_0_TO_6),
	[GI_1G_X2] = GI("1g.16gb",   1, 2, 4, AT_0_2_4_6),
	[GI_2G]    = GI("2g.16gb",   2, 2, 3, AT_0_2_4),
	[GI_3G]    = GI("3g.32gb",   3, 4, 2, AT_0_4),
	[GI_4G]    = GI("4g.32gb",   4, 4, 1, AT_0),
	[GI_7G]    = GI("7g.64gb",   7, 8, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_80gb[] = {
	/* name, compute and memory slices, per GPU, starts */
	[GI_1G]    = GI("1g.10gb",    1, 1, 7, AT_0_TO_6),
	[GI_1G_ME] = GI("1g.10gb+me", 1, 1, 1, AT_0_TO_6),
	[GI_1G_X2] = GI("1g.20gb",    1, 2, 4, AT_0_2_4_6),
	[GI_2G]    = GI("2g.20gb",    2, 2, 3, AT_0_2_4),
	[GI_3G]    = GI("3g.40gb",    3, 4, 2, AT_0_4),
	[GI_4G]    = GI("4g.40gb",    4, 4, 1, AT_0),
	[GI_7G]    = GI("7g.80gb",    7, 8, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_94gb[] = {
	/* name, compute and memory slices, per GPU, starts */
	[GI_1G]    = GI("1g.12gb",    1, 1, 7, AT_0_TO_6),
	[GI_1G_ME] = GI("1g.12gb+me", 1, 1, 1, AT_0_TO_6),
	[GI_1G_X2] = GI("1g.24gb",    1, 2, 4, AT_0_2_4_6),
	[GI_2G]    = GI("2g.24gb",    2, 2, 3, AT_0_2_4),
	[GI_3G]    = GI("3g.47gb",    3, 4, 2, AT_0_4),
	[GI_4G]    = GI("4g.47gb",    4, 4, 1, AT_0),
	[GI_7G]    = GI("7g.94gb",    7, 8, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_96gb[] = {
	/* name, compute and memory slices, per GPU, starts */
	[GI_1G]    = GI("1g.12gb",    1, 1, 7, AT_0_TO_6),
	[GI_1G_ME] = GI("1g.12gb+me", 1, 1, 1, AT_0_TO_6),
	[GI_1G_X2] = GI("1g.24gb",    1, 2, 4, AT_0_2_4_6),
	[GI_2G]    = GI("2g.24gb",    2, 2, 3, AT_0_2_4),
	[GI_3G]    = GI("3g.48gb",    3, 4, 2, AT_0_4),
	[GI_4G]    = GI("4g.48gb",    4, 4, 1, AT_0),
	[GI_7G]    = GI("7g.96gb",    7, 8, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_141gb[] = {
	/* name, compute and memory slices, per GPU, starts */
	[GI_1G]    = GI("1g.18gb",    1, 1, 7, AT_0_TO_6),
	[GI_1G_ME] = GI("1g.18gb+me", 1, 1, 1, AT_0_TO_6),
	[GI_1G_X2] = GI("1g.35gb",    1, 2, 4, AT_0_2_4_6),
	[GI_2G]    = GI("2g.35gb",    2, 2, 3, AT_0_2_4),
	[GI_3G]    = GI("3g.71gb",    3, 4, 2, AT_0_4),
	[GI_4G]    = GI("4g.71gb",    4, 4, 1, AT_0),
	[GI_7G]    = GI("7g.141gb",   7, 8, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_144gb[] = {
	/* name, compute and memory slices, per GPU, starts */
	[GI_1G]    = GI("1g.18gb",    1, 1, 7, AT_0_TO_6),
	[GI_1G_ME] = GI("1g.18gb+me", 1, 1, 1, AT_0_TO_6),
	[GI_1G_X2] = GI("1g.36gb",    1, 2, 4, AT_0_2_4_6),
	[GI_2G]    = GI("2g.36gb",    2, 2, 3, AT_0_2_4),
	[GI_3G]    = GI("3g.72gb",    3, 4, 2, AT_0_4),
	[GI_4G]    = GI("4g.72gb",    4, 4, 1, AT_0),
	[GI_7G]    = GI("7g.144gb",   7, 8, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_180gb[] = {
	/* name, compute and memory slices, per GPU, starts */
	[GI_1G]    = GI("1g.23gb",    1, 1, 7, AT_0_TO_6),
	[GI_1G_ME] = GI("1g.23gb+me", 1, 1, 1, AT_0_TO_6),
	[GI_1G_X2] = GI("1g.45gb",    1, 2, 4, AT_0_2_4_6),
	[GI_2G]    = GI("2g.45gb",    2, 2, 3, AT_0_2_4),
	[GI_3G]    = GI("3g.90gb",    3, 4, 2, AT_0_4),
	[GI_4G]    = GI("4g.90gb",    4, 4, 1, AT_0),
	[GI_7G]    = GI("7g.180gb",   7, 8, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_189gb[] = {
	/* name, compute and memory slices, per GPU, starts */
	[GI_1G]    = GI("1g.24gb",    1, 1, 7, AT_0_TO_6),
	[GI_1G_ME] = GI("1g.24gb+me", 1, 1, 1, AT_0_TO_6),
	[GI_1G_X2] = GI("1g.47gb",    1, 2, 4, AT_0_2_4_6),
	[GI_2G]    = GI("2g.47gb",    2, 2, 3, AT_0_2_4),
	[GI_3G]    = GI("3g.95gb",    3, 4, 2, AT_0_4),
	[GI_4G]    = GI("4g.95gb",    4, 4, 1, AT_0),
	[GI_7G]    = GI("7g.189gb",   7, 8, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_269gb[] = {
	/* name, compute and memory slices, per GPU, starts */
	[GI_1G]    = GI("1g.34gb",    1, 1, 7, AT_0_TO_6),
	[GI_1G_ME] = GI("1g.34gb+me", 1, 1, 1, AT_0_TO_6),
	[GI_1G_X2] = GI("1g.67gb",    1, 2, 4, AT_0_2_4_6),
	[GI_2G]    = GI("2g.67gb",    2, 2, 3, AT_0_2_4),
	[GI_3G]    = GI("3g.135gb",   3, 4, 2, AT_0_4),
	[GI_4G]    = GI("4g.135gb",   4, 4, 1, AT_0),
	[GI_7G]    = GI("7g.269gb",   7, 8, 1, AT_0),
};

const struct nvmux_gi_profile nvmux_gi_pro[] = {
	/* name, compute and memory slices, per GPU, starts */
	[PRO_1G]       = GI("1g.24gb",     1, 1, 4, AT_0_TO_3),
	[PRO_1G_ME]    = GI("1g.24gb+me",  1, 1, 1, AT_0_TO_3),
	[GFX_1G]       = GI("1g.24gb+gfx", 1, 1, 4, AT_0_TO_3),
	[PRO_1G_NO_ME] = GI("1g.24gb-me",  1, 1, 4, AT_0_TO_3),
	[PRO_2G]       = GI("2g.48gb",     2, 2, 2, AT_0_2),
	[GFX_2G]       = GI("2g.48gb+gfx", 2, 2, 2, AT_0_2),
	[PRO_2G_NO_ME] = GI("2g.48gb-me",  2, 2, 2, AT_0_2),
	[PRO_4G]       = GI("4g.96gb",     4, 4, 1, AT_0),
	[GFX_4G]       = GI("4g.96gb+gfx", 4, 4, 1, AT_0),
};
