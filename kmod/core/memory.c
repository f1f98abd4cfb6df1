// SPDX-License-Identifier: GPL-2.0-only
/*
 * How far the cleaning of a GPU's memory is, for those who listen.
 */
#include <linux/jiffies.h>

#include "gpu.h"
#include "memory.h"

/* Listeners are told twice a second: at that pace a bar moves, and nobody is flooded. */
#define TELL_MS 500

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
