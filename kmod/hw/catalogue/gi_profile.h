/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kinds of GPU instances (MIG) that boards have, a table for all boards that divide alike. The
 * tables of a kind have their rows in the same places, so that types name a row by its index.
 */
#ifndef NVMUX_GI_PROFILE_H
#define NVMUX_GI_PROFILE_H

#include "../../core/type.h"

/* Seven compute slices, eight memory slices. X2 has twice the memory, ME has media engines. */
enum { GI_1G, GI_1G_ME, GI_1G_X2, GI_2G, GI_3G, GI_4G, GI_7G, GI_COUNT };

extern const struct nvmux_gi_profile nvmux_gi_40gb[GI_COUNT];
extern const struct nvmux_gi_profile nvmux_gi_64gb[GI_COUNT];
extern const struct nvmux_gi_profile nvmux_gi_80gb[GI_COUNT];
extern const struct nvmux_gi_profile nvmux_gi_94gb[GI_COUNT];
extern const struct nvmux_gi_profile nvmux_gi_96gb[GI_COUNT];
extern const struct nvmux_gi_profile nvmux_gi_141gb[GI_COUNT];
extern const struct nvmux_gi_profile nvmux_gi_144gb[GI_COUNT];
extern const struct nvmux_gi_profile nvmux_gi_180gb[GI_COUNT];
extern const struct nvmux_gi_profile nvmux_gi_189gb[GI_COUNT];
extern const struct nvmux_gi_profile nvmux_gi_269gb[GI_COUNT];

/* Four slices of each. */
enum { A30_1G, A30_1G_ME, A30_2G, A30_2G_ME, A30_4G, A30_COUNT };

extern const struct nvmux_gi_profile nvmux_gi_a30[A30_COUNT];

/* The same with graphics (GFX) or without media engines (NO_ME). */
enum {
	PRO_1G, PRO_1G_ME, GFX_1G, PRO_1G_NO_ME, PRO_2G, GFX_2G, PRO_2G_NO_ME, PRO_4G, GFX_4G,
	PRO_COUNT
};

extern const struct nvmux_gi_profile nvmux_gi_pro[PRO_COUNT];

#endif
