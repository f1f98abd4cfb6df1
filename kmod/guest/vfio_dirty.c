// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Dirty pages of a vGPU
 *
 * While a stream is read, nothing of the slice stays mapped that the stream has. A touch faults,
 * maps one page and marks it, whether it reads or writes: KVM would take a page that is mapped to
 * be read for memory that cannot be written, and have the guest's stores emulated one by one. To
 * take a chunk's marks unmaps the chunk, before anybody copies it. So a page is marked, or not
 * mapped, or was not changed since it was copied.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "vfio.h"
#include "vfio_bar1.h"
#include "vfio_dirty.h"
#include "vfio_record.h"

#define CHUNK_LONGS BITS_TO_LONGS(NVMUX_CHUNK_PAGES)

static unsigned long *chunk_bits(unsigned long *dirty, unsigned long chunk)
{
	return dirty + chunk * CHUNK_LONGS;
}

static void dirty_swap(struct nvmux_vdev *vdev, unsigned long *dirty)
{
	lockdep_assert_held(&vdev->lock);
	down_write(&vdev->memory_lock);
	swap(vdev->dirty, dirty);
	nvmux_vfio_bar1_unmap(vdev, 0, nvmux_vfio_bar1_size(vdev));
	up_write(&vdev->memory_lock);
	kvfree(dirty);
}

/**
 * nvmux_vfio_dirty_start() - all that was ever touched is dirty, and changes are followed
 * @vdev: the device, open
 *
 * Context: may sleep; takes the locks of device and memory.
 *
 * Return: 0; -ENOMEM.
 */
int nvmux_vfio_dirty_start(struct nvmux_vdev *vdev)
{
	unsigned long *dirty, chunk;

	dirty = kvcalloc(vdev->n_chunks, CHUNK_LONGS * sizeof(long), GFP_KERNEL_ACCOUNT);
	if (!dirty)
		return -ENOMEM;
	mutex_lock(&vdev->lock);
	dirty_swap(vdev, dirty);
	down_write(&vdev->memory_lock);
	for_each_set_bit(chunk, vdev->touched, vdev->n_chunks)
		bitmap_fill(chunk_bits(vdev->dirty, chunk), NVMUX_CHUNK_PAGES);
	up_write(&vdev->memory_lock);
	mutex_unlock(&vdev->lock);
	return 0;
}

/**
 * nvmux_vfio_dirty_stop() - changes are not followed any more
 * @vdev: the device
 *
 * Context: may sleep; takes the locks of device and memory.
 */
void nvmux_vfio_dirty_stop(struct nvmux_vdev *vdev)
{
	mutex_lock(&vdev->lock);
	dirty_swap(vdev, NULL);
	mutex_unlock(&vdev->lock);
}

/**
 * nvmux_vfio_dirty_mark() - a piece of the slice is about to be changed
 * @vdev: the device, its memory lock is held
 * @offset: first byte
 * @len: bytes, not 0
 *
 * Context: may sleep.
 */
void nvmux_vfio_dirty_mark(struct nvmux_vdev *vdev, u64 offset, u64 len)
{
	unsigned long page = offset >> NVMUX_STREAM_PAGE_SHIFT;
	unsigned long last = (offset + len - 1) >> NVMUX_STREAM_PAGE_SHIFT;

	lockdep_assert_held(&vdev->memory_lock);
	if (!vdev->dirty)
		return;
	for (; page <= last; page++)
		set_bit(page, vdev->dirty);
}

/**
 * nvmux_vfio_dirty_find() - the next chunk with a dirty page
 * @vdev: the device, its changes are followed
 * @chunk: where to begin
 *
 * Context: any.
 *
 * Return: its number; at least @n_chunks when there is none.
 */
unsigned long nvmux_vfio_dirty_find(struct nvmux_vdev *vdev, unsigned long chunk)
{
	return find_next_bit(vdev->dirty, vdev->n_chunks * NVMUX_CHUNK_PAGES,
			     chunk * NVMUX_CHUNK_PAGES) / NVMUX_CHUNK_PAGES;
}

/**
 * nvmux_vfio_dirty_take() - whoever calls will copy the dirty pages of a chunk
 * @vdev: the device, its changes are followed
 * @chunk: which
 * @pages: receives the marks, NVMUX_CHUNK_PAGES bits
 *
 * Context: may sleep; takes the memory lock.
 */
void nvmux_vfio_dirty_take(struct nvmux_vdev *vdev, unsigned long chunk, unsigned long *pages)
{
	unsigned long *bits = chunk_bits(vdev->dirty, chunk);

	down_write(&vdev->memory_lock);
	bitmap_copy(pages, bits, NVMUX_CHUNK_PAGES);
	bitmap_zero(bits, NVMUX_CHUNK_PAGES);
	nvmux_vfio_bar1_unmap(vdev, (u64)chunk << NVMUX_CHUNK_SHIFT, NVMUX_CHUNK_SIZE);
	up_write(&vdev->memory_lock);
}

/**
 * nvmux_vfio_dirty_count() - dirty pages of a chunk
 * @vdev: the device, its changes are followed
 * @chunk: which
 *
 * Context: any.
 *
 * Return: their number.
 */
unsigned long nvmux_vfio_dirty_count(struct nvmux_vdev *vdev, unsigned long chunk)
{
	return bitmap_weight(chunk_bits(vdev->dirty, chunk), NVMUX_CHUNK_PAGES);
}
