/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A GPU on the bench: it keeps what the kernel module would keep, and asks placement.
 */
#ifndef NVMUX_UNIT_BENCH_H
#define NVMUX_UNIT_BENCH_H

#include "../../../kmod/core/placement.h"
#include "../../../kmod/core/type.h"

/* One more than allowed, so that an acceptance beyond the limit does no harm. */
struct bench {
	struct nvmux_space space;
	struct nvmux_resident residents[NVMUX_VGPU_MAX + 1];
	const struct nvmux_resident *pointers[NVMUX_VGPU_MAX + 1];
	struct nvmux_gi gis[NVMUX_GI_MAX + 1];
};

#define BENCH_FAMILIES 128

unsigned int bench_families(const struct nvmux_family *families[BENCH_FAMILIES]);
const struct nvmux_family *bench_family(const char *name);
const struct nvmux_type *bench_type(const struct bench *bench, const char *name);
const struct nvmux_gi_profile *bench_profile(const struct bench *bench, const char *name);
const char *bench_fit_str(enum nvmux_fit fit);

void bench_init(struct bench *bench, const struct nvmux_family *family,
		enum nvmux_partition partition);
void bench_copy(struct bench *bench, const struct bench *other);
enum nvmux_fit bench_create(struct bench *bench, const struct nvmux_type *type, u32 wish);
void bench_delete(struct bench *bench, unsigned int n);
void bench_add_gi(struct bench *bench, const struct nvmux_gi_profile *profile, u8 start, bool kept);
void bench_delete_gi(struct bench *bench, unsigned int n);
const struct nvmux_resident *bench_last(const struct bench *bench);

#endif
