// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Clean memory
 *
 * No reset of an NVIDIA board clears its memory by contract, so nvmux does, chunk by chunk:
 *
 * - A chunk of unknown history is dirty. That is all of them when the board is opened, unless the
 *   whole board was cleaned and nobody has had it since.
 * - The first touch of a chunk by a user of a vGPU cleans it, if it is dirty, before the user can
 *   see it. The user's own map of touched chunks keeps a second touch from cleaning again.
 * - When the user closes the vGPU, what he touched is dirty again, and marked as a tenant's. That
 *   is wanted clean: it is cleaned in the background (scrub_work.c).
 * - What a tenant wrote is cleaned before the board leaves nvmux.
 * - All that is dirty can be wanted clean as well, by who asks for it.
 *
 * A chunk is clean when samples of it read zero after it was overwritten.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "../core/refusal.h"
#include "fb.h"
#include "hw.h"
#include "scrub.h"
#include "scrub_work.h"

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
	nvmux_scrub_work_setup(hw);
	hw->n_chunks = DIV_ROUND_UP(hw->fb_size, NVMUX_CHUNK_SIZE);
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
 * @hw: the GPU; nothing is cleaned in the background
 *
 * Context: may sleep.
 */
void nvmux_scrub_fini(struct nvmux_hw *hw)
{
	bitmap_free(hw->dirty);
	bitmap_free(hw->tenant);
	hw->dirty = NULL;
	hw->tenant = NULL;
	mutex_destroy(&hw->scrub_lock);
}

/**
 * nvmux_scrub_trust() - all memory is known to be clean
 * @hw: the GPU, just opened
 *
 * Context: may sleep; takes the scrub lock.
 */
void nvmux_scrub_trust(struct nvmux_hw *hw)
{
	mutex_lock(&hw->scrub_lock);
	bitmap_zero(hw->dirty, hw->n_chunks);
	mutex_unlock(&hw->scrub_lock);
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

/* What somebody waits for: it is cleaned before he does. */
static const unsigned long *wanted(const struct nvmux_hw *hw)
{
	return READ_ONCE(hw->scrub_all) ? hw->dirty : hw->tenant;
}

static u64 chunk_length(const struct nvmux_hw *hw, u64 start)
{
	return min_t(u64, NVMUX_CHUNK_SIZE, hw->fb_size - start);
}

static int chunk_overwrite(struct nvmux_hw *hw, unsigned long chunk)
{
	u64 start = (u64)chunk << NVMUX_CHUNK_SHIFT;
	u64 length = chunk_length(hw, start);
	int err = nvmux_fb_fill(hw, start, length, 0);

	return err ?: nvmux_fb_compare(hw, start, length, SAMPLE_STRIDE, 0);
}

static int chunk_clean(struct nvmux_hw *hw, unsigned long chunk)
{
	int err;

	if (!test_bit(chunk, hw->dirty))
		return 0;
	err = chunk_overwrite(hw, chunk);
	if (err)
		return err;
	hw->scrub_done += test_bit(chunk, wanted(hw));
	__clear_bit(chunk, hw->dirty);
	__clear_bit(chunk, hw->tenant);
	return 0;
}

/* Bad memory is found again, and told of, by the work in the background. */
static int touch_failed(struct nvmux_hw *hw, unsigned long chunk, int err)
{
	if (err != -EBADMSG)
		return err;
	__set_bit(chunk, hw->tenant);
	nvmux_scrub_work_kick(hw);
	return -EIO;
}

/**
 * nvmux_scrub_touch() - a user is about to see a chunk of his slice
 * @hw: the GPU
 * @base: start of the slice in bytes
 * @chunk: chunk within the slice
 * @touched: the user's map, one bit per chunk of the slice
 *
 * Context: may sleep, for the cleaning of two chunks at most; takes the scrub lock.
 *
 * Return: 0 when the chunk is clean or the user's own; -EIO it could not be cleaned.
 */
int nvmux_scrub_touch(struct nvmux_hw *hw, u64 base, unsigned long chunk, unsigned long *touched)
{
	unsigned long at = (base >> NVMUX_CHUNK_SHIFT) + chunk;
	int err = 0;

	mutex_lock(&hw->scrub_lock);
	if (!test_bit(chunk, touched)) {
		err = chunk_clean(hw, at);
		if (err)
			err = touch_failed(hw, at, err);
		else
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
 * What he touched is cleaned in the background from now on.
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
	nvmux_scrub_work_kick(hw);
}

/**
 * nvmux_scrub_estimate() - how much is dirty
 * @hw: the GPU
 *
 * Context: any; takes no lock, so that it may be wrong by what changes meanwhile.
 *
 * Return: bytes.
 */
u64 nvmux_scrub_estimate(const struct nvmux_hw *hw)
{
	return (u64)bitmap_weight(hw->dirty, hw->n_chunks) << NVMUX_CHUNK_SHIFT;
}

/**
 * nvmux_scrub_want_all() - whether all that is dirty is wanted clean
 * @hw: the GPU
 * @all: all, else only what tenants wrote
 *
 * What users of vGPUs have touched is theirs, and not dirty.
 *
 * Context: any.
 */
void nvmux_scrub_want_all(struct nvmux_hw *hw, bool all)
{
	WRITE_ONCE(hw->scrub_all, all);
	nvmux_scrub_work_kick(hw);
}

static int scrub_refuse(struct nvmux_hw *hw, int err, unsigned long chunk,
			struct nvmux_refusal *why)
{
	const char *bdf = pci_name(hw->pdev);
	unsigned long mib = chunk << (NVMUX_CHUNK_SHIFT - 20);

	if (err == -EBADMSG)
		return nvmux_refuse(why, -EIO, "gpu %s: memory at %lu MiB does not take zeroes",
				    bdf, mib);
	return nvmux_refuse(why, err, "gpu %s: memory at %lu MiB could not be cleaned", bdf, mib);
}

static void news_fill(struct nvmux_hw *hw, struct nvmux_scrub_news *ret)
{
	unsigned long left = bitmap_weight(wanted(hw), hw->n_chunks);

	if (!left) {
		hw->scrub_done = 0;
		WRITE_ONCE(hw->scrub_all, false);
		return;
	}
	ret->done = (u64)hw->scrub_done << NVMUX_CHUNK_SHIFT;
	ret->total = ret->done + ((u64)left << NVMUX_CHUNK_SHIFT);
}

/**
 * nvmux_scrub_step() - clean one chunk of what is wanted clean
 * @hw: the GPU
 * @ret: set to how far that is now
 * @why: the reason of a failure, which @ret points to then
 *
 * Context: may sleep, for one chunk; takes the scrub lock.
 *
 * Return: 1 when more is left; 0 when nothing is; -EIO the board does not answer, or its memory
 * does not take zeroes; -ENOMEM.
 */
int nvmux_scrub_step(struct nvmux_hw *hw, struct nvmux_scrub_news *ret, struct nvmux_refusal *why)
{
	unsigned long chunk;
	int err = 0;

	*ret = (struct nvmux_scrub_news){};
	mutex_lock(&hw->scrub_lock);
	chunk = find_first_bit(wanted(hw), hw->n_chunks);
	if (chunk < hw->n_chunks)
		err = chunk_clean(hw, chunk);
	news_fill(hw, ret);
	mutex_unlock(&hw->scrub_lock);
	if (!err)
		return ret->total > 0;
	ret->bad = err == -EBADMSG;
	ret->why = why;
	return scrub_refuse(hw, err, chunk, why);
}

/**
 * nvmux_scrub_is_clean() - is all memory known to be clean?
 * @hw: the GPU
 * @ret_tenant: set to whether some holds what a tenant wrote
 *
 * Context: may sleep; takes the scrub lock.
 *
 * Return: true when it is.
 */
bool nvmux_scrub_is_clean(struct nvmux_hw *hw, bool *ret_tenant)
{
	bool clean;

	mutex_lock(&hw->scrub_lock);
	clean = bitmap_empty(hw->dirty, hw->n_chunks);
	*ret_tenant = !bitmap_empty(hw->tenant, hw->n_chunks);
	mutex_unlock(&hw->scrub_lock);
	return clean;
}
