// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Whose memory
 *
 * While vGPUs share a GPU its memory is known chunk by chunk (hw/scrub.c). Otherwise one word is
 * known of all of it:
 *
 * - unknown: as found, or after a driver of the host.
 * - tenant: vfio has had the GPU. A VM may have written anywhere, and no one tells nvmux whether
 *   there was a VM. A driver of the host that comes after takes nothing of that away.
 * - clean: nvmux has overwritten all of it, and no other driver has had the GPU since.
 *
 * A GPU in the second state is cleaned before vfio gets it again. vGPUs are safe in any state,
 * since they begin with all of it dirty.
 */
#include <linux/jiffies.h>

#include "gpu.h"
#include "memory.h"
#include "mode.h"

/* Listeners are told twice a second: at that pace a bar moves, and nobody is flooded. */
#define TELL_MS 500

/**
 * nvmux_memory_of_driver() - what is known once a driver has been bound
 * @driver: its name, empty when none was
 * @before: what was known before
 *
 * Return: what is known now.
 */
enum nvmux_memory nvmux_memory_of_driver(const char *driver, enum nvmux_memory before)
{
	if (!driver[0])
		return before;
	switch (nvmux_mode_of_driver(driver)) {
	case NVMUX_MODE_VGPU:
		return before;
	case NVMUX_MODE_PASSTHROUGH:
		return NVMUX_MEMORY_TENANT;
	default:
		return before == NVMUX_MEMORY_TENANT ? before : NVMUX_MEMORY_UNKNOWN;
	}
}

/**
 * nvmux_memory_must_clean() - must a switch clean the whole board on its way?
 * @gpu: the GPU that is switching
 * @to: where to
 *
 * Context: may sleep; takes the GPU's lock.
 *
 * Return: true when it must.
 */
bool nvmux_memory_must_clean(struct nvmux_gpu *gpu, enum nvmux_mode to)
{
	bool must;

	mutex_lock(&gpu->lock);
	must = gpu->flags & NVMUX_SET_FLAGS_SCRUB ||
	       (to == NVMUX_MODE_PASSTHROUGH && gpu->memory == NVMUX_MEMORY_TENANT &&
		!(gpu->flags & NVMUX_SET_FLAGS_NO_SCRUB));
	must = must && gpu->memory != NVMUX_MEMORY_CLEAN;
	mutex_unlock(&gpu->lock);
	return must;
}

/**
 * nvmux_memory_set() - say what is known now
 * @gpu: the GPU
 * @memory: what
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_memory_set(struct nvmux_gpu *gpu, enum nvmux_memory memory)
{
	mutex_lock(&gpu->lock);
	gpu->memory = memory;
	mutex_unlock(&gpu->lock);
}

/**
 * nvmux_memory_left() - vgpu mode ends
 * @gpu: the GPU
 * @clean: all memory was clean then
 * @tenant: some of it held what a user of a vGPU wrote
 *
 * What a tenant of passthrough mode has left before may still be there where no vGPU was.
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_memory_left(struct nvmux_gpu *gpu, bool clean, bool tenant)
{
	mutex_lock(&gpu->lock);
	if (clean)
		gpu->memory = NVMUX_MEMORY_CLEAN;
	else if (tenant)
		gpu->memory = NVMUX_MEMORY_TENANT;
	else if (gpu->memory == NVMUX_MEMORY_CLEAN)
		gpu->memory = NVMUX_MEMORY_UNKNOWN;
	mutex_unlock(&gpu->lock);
}

/**
 * nvmux_memory_progress() - the cleaning goes on
 * @gpu: the GPU
 * @done: bytes that were to be cleaned and are
 * @total: those, and what is still to be cleaned; 0 when nothing is
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_memory_progress(struct nvmux_gpu *gpu, u64 done, u64 total)
{
	bool begins_or_ends;

	mutex_lock(&gpu->lock);
	begins_or_ends = !gpu->scrub_total != !total;
	gpu->scrub_done = done;
	gpu->scrub_total = total;
	if (begins_or_ends || time_after(jiffies, gpu->scrub_told + msecs_to_jiffies(TELL_MS))) {
		gpu->scrub_told = jiffies;
		if (begins_or_ends || total)
			nvmux_gpu_changed(gpu);
	}
	mutex_unlock(&gpu->lock);
}
