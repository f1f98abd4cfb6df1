/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only way news leaves the core: who wants to know registers here.
 */
#ifndef NVMUX_EVENT_H
#define NVMUX_EVENT_H

#include <linux/notifier.h>

struct nvmux_gpu;
struct nvmux_vgpu;

/**
 * enum nvmux_event - what happened
 * @NVMUX_EVENT_GPU: a GPU has appeared or changed; data is the struct nvmux_gpu
 * @NVMUX_EVENT_GPU_GONE: a GPU has gone; data is the struct nvmux_gpu
 * @NVMUX_EVENT_VGPU: a vGPU has appeared or changed; data is the struct nvmux_vgpu
 * @NVMUX_EVENT_VGPU_GONE: a vGPU has gone; data is the struct nvmux_vgpu
 */
enum nvmux_event {
	NVMUX_EVENT_GPU = 1,
	NVMUX_EVENT_GPU_GONE,
	NVMUX_EVENT_VGPU,
	NVMUX_EVENT_VGPU_GONE,
};

int nvmux_event_register(struct notifier_block *listener);
void nvmux_event_unregister(struct notifier_block *listener);
void nvmux_event_gpu(enum nvmux_event event, struct nvmux_gpu *gpu);
void nvmux_event_vgpu(enum nvmux_event event, struct nvmux_vgpu *vgpu);

#endif
