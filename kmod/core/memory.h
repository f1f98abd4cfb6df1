/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of the framebuffer of a GPU that nobody shares, and how far its cleaning is.
 */
#ifndef NVMUX_MEMORY_H
#define NVMUX_MEMORY_H

#include <linux/types.h>
#include <uapi/linux/nvmux.h>

struct nvmux_gpu;

enum nvmux_memory nvmux_memory_of_driver(const char *driver, enum nvmux_memory before);
bool nvmux_memory_must_clean(struct nvmux_gpu *gpu, enum nvmux_mode to);
void nvmux_memory_set(struct nvmux_gpu *gpu, enum nvmux_memory memory);
void nvmux_memory_left(struct nvmux_gpu *gpu, bool clean, bool tenant);
void nvmux_memory_progress(struct nvmux_gpu *gpu, u64 done, u64 total);

#endif
