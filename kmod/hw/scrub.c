// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Clean memory
 *
 * No reset of an NVIDIA board clears its memory by contract, so nvmux does, chunk by chunk:
 *
 * - A chunk of unknown history is dirty. That is all of them when the board is opened.
 * - The first touch of a chunk by a user of a vGPU cleans it, if it is dirty, before the user can
 *   see it. The user's own map of touched chunks keeps a second touch from cleaning again.
 * - When the user closes the vGPU, what he touched is dirty again, and marked as a tenant's.
 * - What a tenant wrote is cleaned before the board leaves nvmux.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "../core/refusal.h"
#include "fb.h"
#include "hw.h"
#include "scrub.h"

/* One word in so many bytes is read back, and the last: 17 samples of a chunk. */
#define SAMPLE_STRIDE SZ_128K

/**
 * nvmux_scrub_init() - begin with all memory dirty
 * @hw: the GPU, its memory size is known
 * @why: the reason of a failure
 *
 * Context: may sleep.
 *
 * Return: 0; -ENOMEM.
 */
int nvmux_scrub_init(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	mutex_init(&hw->scrub_lock);
	hw->n_chunks = hw->fb_size >> NVMUX_CHUNK_SHIFT;
	hw->dirty = bitmap_zalloc(hw->n_chunks, GFP_KERNEL);
	hw->tenant = bitmap_zalloc(hw->n_chunks, GFP_KERNEL);
	if (!hw->dirty || !hw->tenant) {
		nvmux_scrub_fini(hw);
		return nvmux_refuse(why, -ENOMEM, "out of memory");
	}
	bitmap_fill(hw->dirty, hw->n_chunks);
	return 0;
}

/**
 * nvmux_scrub_fini() - the opposite of nvmux_scrub_init()
 * @hw: the GPU
 *
 * Context: may sleep.
 */
void nvmux_scrub_fini(struct nvmux_hw *hw)
{
	bitmap_free(hw->dirty);
	bitmap_free(hw->tenant);
	hw->dirty = NULL;
	hw->tenant = NULL;
}

/**
 * nvmux_scrub_forget() - nothing is known of the memory any more, it may have lost power
 * @hw: the GPU, no vGPU is open
 *
 * Context: may sleep; takes the scrub lock.
 */
void nvmux_scrub_forget(struct nvmux_hw *hw)
{
	mutex_lock(&hw->scrub_lock);
	bitmap_fill(hw->dirty, hw->n_chunks);
	mutex_unlock(&hw->scrub_lock);
}

/**
 * nvmux_scrub_pause() - clean nothing until nvmux_scrub_resume(), the board is being reset
 * @hw: the GPU
 *
 * Context: may sleep; takes the scrub lock and keeps it.
 */
void nvmux_scrub_pause(struct nvmux_hw *hw)
{
	mutex_lock(&hw->scrub_lock);
}

/**
 * nvmux_scrub_resume() - the opposite of nvmux_scrub_pause()
 * @hw: the GPU
 *
 * Context: may sleep.
 */
void nvmux_scrub_resume(struct nvmux_hw *hw)
{
	mutex_unlock(&hw->scrub_lock);
}

static int chunk_clean(struct nvmux_hw *hw, unsigned long chunk)
{
	u64 start = (u64)chunk << NVMUX_CHUNK_SHIFT;
	int err;

	if (!test_bit(chunk, hw->dirty))
		return 0;
	err = nvmux_fb_fill(hw, start, NVMUX_CHUNK_SIZE, 0);
	if (!err && nvmux_fb_compare(hw, start, NVMUX_CHUNK_SIZE, SAMPLE_STRIDE, 0))
		err = -EIO;
	if (err)
		return err;
	__clear_bit(chunk, hw->dirty);
	__clear_bit(chunk, hw->tenant);
	return 0;
}

/**
 * nvmux_scrub_touch() - a user is about to see a chunk of his slice
 * @hw: the GPU
 * @base: start of the slice in bytes
 * @chunk: chunk within the slice
 * @touched: the user's map, one bit per chunk of the slice
 *
 * Context: may sleep; takes the scrub lock.
 *
 * Return: 0 when the chunk is clean or the user's own; -EIO it could not be cleaned.
 */
int nvmux_scrub_touch(struct nvmux_hw *hw, u64 base, unsigned long chunk, unsigned long *touched)
{
	int err = 0;

	mutex_lock(&hw->scrub_lock);
	if (!test_bit(chunk, touched)) {
		err = chunk_clean(hw, (base >> NVMUX_CHUNK_SHIFT) + chunk);
		if (!err)
			__set_bit(chunk, touched);
	}
	mutex_unlock(&hw->scrub_lock);
	return err;
}

/**
 * nvmux_scrub_release() - a user is done with his slice
 * @hw: the GPU
 * @base: start of the slice in bytes
 * @n_chunks: chunks of the slice
 * @touched: the user's map, cleared
 *
 * Context: may sleep; takes the scrub lock.
 */
void nvmux_scrub_release(struct nvmux_hw *hw, u64 base, unsigned long n_chunks,
			 unsigned long *touched)
{
	unsigned long first = base >> NVMUX_CHUNK_SHIFT;
	unsigned long chunk;

	mutex_lock(&hw->scrub_lock);
	for_each_set_bit(chunk, touched, n_chunks) {
		__set_bit(first + chunk, hw->dirty);
		__set_bit(first + chunk, hw->tenant);
	}
	bitmap_zero(touched, n_chunks);
	mutex_unlock(&hw->scrub_lock);
}

/**
 * nvmux_scrub_tenants() - clean what tenants wrote, the board leaves nvmux
 * @hw: the GPU, no vGPU is open
 *
 * Context: may sleep; takes the scrub lock.
 *
 * Return: 0; -EIO some of it could not be cleaned.
 */
int nvmux_scrub_tenants(struct nvmux_hw *hw)
{
	unsigned long chunk;
	int err = 0;

	mutex_lock(&hw->scrub_lock);
	for_each_set_bit(chunk, hw->tenant, hw->n_chunks) {
		err = chunk_clean(hw, chunk);
		if (err)
			break;
		cond_resched();
	}
	mutex_unlock(&hw->scrub_lock);
	return err;
}
