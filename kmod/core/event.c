// SPDX-License-Identifier: GPL-2.0-only
/*
 * News of the core. Listeners are called with the lock of the GPU held; they may read the object,
 * may sleep, and must not call back into anything that takes a lock of the core.
 */
#include "event.h"

static BLOCKING_NOTIFIER_HEAD(listeners);

/**
 * nvmux_event_register() - be told what happens
 * @listener: called with an enum nvmux_event and the object
 *
 * Context: may sleep.
 *
 * Return: 0, -EEXIST when it is registered already.
 */
int nvmux_event_register(struct notifier_block *listener)
{
	return blocking_notifier_chain_register(&listeners, listener);
}

/**
 * nvmux_event_unregister() - be told no more
 * @listener: what was registered
 *
 * Context: may sleep; when it returns, @listener is not running.
 */
void nvmux_event_unregister(struct notifier_block *listener)
{
	blocking_notifier_chain_unregister(&listeners, listener);
}

/**
 * nvmux_event_gpu() - tell of a GPU
 * @event: NVMUX_EVENT_GPU or NVMUX_EVENT_GPU_GONE
 * @gpu: the GPU; its lock is held
 *
 * Context: may sleep.
 */
void nvmux_event_gpu(enum nvmux_event event, struct nvmux_gpu *gpu)
{
	blocking_notifier_call_chain(&listeners, event, gpu);
}

/**
 * nvmux_event_vgpu() - tell of a vGPU
 * @event: NVMUX_EVENT_VGPU or NVMUX_EVENT_VGPU_GONE
 * @vgpu: the vGPU; the lock of its GPU is held
 *
 * Context: may sleep.
 */
void nvmux_event_vgpu(enum nvmux_event event, struct nvmux_vgpu *vgpu)
{
	blocking_notifier_call_chain(&listeners, event, vgpu);
}
