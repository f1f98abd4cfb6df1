// SPDX-License-Identifier: GPL-2.0-only
/*
 * The source's side of a migration stream: makes the next record. While the device runs there is
 * nothing but memory, pass by pass; when it is stopped the last pass follows, then the state.
 */
#include <linux/bitmap.h>
#include <linux/io.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "../hw/hw.h"
#include "../hw/io.h"
#include "../hw/regs.h"
#include "vfio.h"
#include "vfio_bar1.h"
#include "vfio_dirty.h"
#include "vfio_save.h"
#include "vfio_stream.h"

static struct nvmux_record *record_of(struct nvmux_vfio_stream *stream)
{
	return (struct nvmux_record *)stream->buf;
}

static void *data_of(struct nvmux_vfio_stream *stream)
{
	return record_of(stream) + 1;
}

static void record_seal(struct nvmux_vfio_stream *stream, u32 kind, u64 offset, u32 len)
{
	nvmux_record_seal(record_of(stream), kind, stream->n_records++, offset, len);
	stream->filled = sizeof(struct nvmux_record) + len;
	stream->used = 0;
}

static int hello_save(struct nvmux_vfio_stream *stream)
{
	nvmux_record_hello(stream->vdev, data_of(stream));
	record_seal(stream, NVMUX_RECORD_HELLO, 0, sizeof(struct nvmux_hello));
	stream->expect = NVMUX_RECORD_MEMORY;
	return 0;
}

static void page_note(__le64 *bitmap, u32 page)
{
	bitmap[page / 64] |= cpu_to_le64(BIT_ULL(page % 64));
}

/* Packs those of @pages that are not zero; the others are told where they may have been more. */
static u32 pages_pack(const void __iomem *chunk, const unsigned long *pages, bool tell_zeros,
		      struct nvmux_pages *memory)
{
	u8 *to = (u8 *)(memory + 1);
	u32 page;

	memset(memory, 0, sizeof(*memory));
	for_each_set_bit(page, pages, NVMUX_CHUNK_PAGES) {
		memcpy_fromio(to, chunk + page * NVMUX_STREAM_PAGE_SIZE, NVMUX_STREAM_PAGE_SIZE);
		if (memchr_inv(to, 0, NVMUX_STREAM_PAGE_SIZE)) {
			page_note(memory->pages, page);
			to += NVMUX_STREAM_PAGE_SIZE;
		} else if (tell_zeros) {
			page_note(memory->zeros, page);
		}
	}
	return to - (u8 *)(memory + 1);
}

/* A board that is gone reads all ones, which must not pass for memory. */
static int board_answers(struct nvmux_vdev *vdev)
{
	return nvmux_io_read32(vdev->hw, PMC_BOOT_0) == U32_MAX ? -EIO : 0;
}

/* No record is made when the other side knows all of the chunk. */
static int chunk_save(struct nvmux_vfio_stream *stream, unsigned long chunk)
{
	DECLARE_BITMAP(pages, NVMUX_CHUNK_PAGES);
	struct nvmux_pages *memory = data_of(stream);
	void __iomem *at;
	u32 len;

	at = nvmux_vfio_bar1_chunk(stream->vdev, chunk);
	if (!at)
		return -ENOMEM;
	nvmux_vfio_dirty_take(stream->vdev, chunk, pages);
	len = pages_pack(at, pages, test_bit(chunk, stream->sent), memory);
	iounmap(at);
	if (len || memchr_inv(memory->zeros, 0, sizeof(memory->zeros))) {
		__set_bit(chunk, stream->sent);
		record_seal(stream, NVMUX_RECORD_MEMORY, (u64)chunk << NVMUX_CHUNK_SHIFT,
			    sizeof(*memory) + len);
	}
	return board_answers(stream->vdev);
}

/* The next chunk to save; a device that runs is looked at again from the start. */
static bool chunk_next(struct nvmux_vfio_stream *stream, unsigned long *ret)
{
	unsigned long n_chunks = stream->vdev->n_chunks;

	*ret = nvmux_vfio_dirty_find(stream->vdev, stream->chunk);
	if (*ret >= n_chunks && !stream->final) {
		stream->again = true;
		*ret = nvmux_vfio_dirty_find(stream->vdev, 0);
	}
	stream->chunk = *ret + 1;
	return *ret < n_chunks;
}

static int memory_save(struct nvmux_vfio_stream *stream)
{
	unsigned long chunk;
	int err = 0;

	stream->filled = 0;
	stream->used = 0;
	while (!err && !stream->filled) {
		if (signal_pending(current))
			return -ERESTARTSYS;
		if (!chunk_next(stream, &chunk))
			break;
		err = chunk_save(stream, chunk);
		cond_resched();
	}
	return err;
}

static void state_take(struct nvmux_vfio_stream *stream)
{
	mutex_lock(&stream->vdev->lock);
	nvmux_vfio_state_save(stream->vdev, &stream->state);
	mutex_unlock(&stream->vdev->lock);
	stream->expect = NVMUX_RECORD_CONFIG;
}

static int section_save(struct nvmux_vfio_stream *stream)
{
	u32 kind = stream->expect++, len = 0;
	void *section;

	if (kind != NVMUX_RECORD_END) {
		section = nvmux_record_section(&stream->state, kind, &len);
		memcpy(data_of(stream), section, len);
	}
	record_seal(stream, kind, 0, len);
	return 0;
}

/**
 * nvmux_vfio_save_next() - make the next record
 * @stream: a stream that is saved, its lock is held
 *
 * Context: may sleep.
 *
 * Return: 0, with nothing in the buffer behind the last record; -ENOMSG there is nothing until the
 * guest changes something; -ERESTARTSYS; -EIO the board does not answer; -ENOMEM.
 */
int nvmux_vfio_save_next(struct nvmux_vfio_stream *stream)
{
	int err;

	if (stream->expect > NVMUX_RECORD_END)
		return 0;
	if (stream->expect == NVMUX_RECORD_HELLO)
		return hello_save(stream);
	if (stream->expect == NVMUX_RECORD_MEMORY) {
		err = memory_save(stream);
		if (err || stream->filled)
			return err;
		if (!stream->final)
			return -ENOMSG;
		state_take(stream);
	}
	return section_save(stream);
}

/**
 * nvmux_vfio_save_left() - what a device that runs has to send now
 * @stream: a stream that is saved, its lock is held
 * @ret_first: set to bytes of what was never looked at, at most
 * @ret_again: set to bytes of what has changed since, at most
 *
 * Context: may sleep.
 */
void nvmux_vfio_save_left(struct nvmux_vfio_stream *stream, u64 *ret_first, u64 *ret_again)
{
	struct nvmux_vdev *vdev = stream->vdev;
	unsigned long chunk = 0;

	*ret_first = stream->filled - stream->used;
	*ret_again = 0;
	if (stream->expect == NVMUX_RECORD_HELLO)
		*ret_first += sizeof(struct nvmux_record) + sizeof(struct nvmux_hello);
	while ((chunk = nvmux_vfio_dirty_find(vdev, chunk)) < vdev->n_chunks) {
		bool again = stream->again || chunk < stream->chunk;
		u64 *ret = again ? ret_again : ret_first;

		*ret += sizeof(struct nvmux_record) + sizeof(struct nvmux_pages) +
			(u64)nvmux_vfio_dirty_count(vdev, chunk) * NVMUX_STREAM_PAGE_SIZE;
		chunk++;
	}
}
