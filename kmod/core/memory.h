/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far the cleaning of a GPU's memory is.
 */
#ifndef NVMUX_MEMORY_H
#define NVMUX_MEMORY_H

#include <linux/types.h>

struct nvmux_gpu;

void nvmux_memory_progress(struct nvmux_gpu *gpu, u64 done, u64 total);

#endif
