// SPDX-License-Identifier: GPL-2.0-only
/*
 * The destination's side of a migration stream. Whoever writes it may be anybody: memory goes where
 * it may go record by record, and the state takes effect at the end, when nothing is missing.
 */
#include <linux/ctype.h>
#include <linux/io.h>
#include <linux/string.h>

#include "../core/refusal.h"
#include "vfio.h"
#include "vfio_bar1.h"
#include "vfio_load.h"
#include "vfio_stream.h"

static struct nvmux_record *record_of(struct nvmux_vfio_stream *stream)
{
	return (struct nvmux_record *)stream->buf;
}

static void *data_of(struct nvmux_vfio_stream *stream)
{
	return record_of(stream) + 1;
}

/* The name of a type that is not ours is a stranger's bytes. */
static int type_refuse(struct nvmux_vfio_stream *stream, const struct nvmux_hello *hello,
		       const struct nvmux_hello *ours)
{
	char type[16] = {};
	size_t i;

	for (i = 0; i < sizeof(type) - 1 && hello->type[i]; i++)
		type[i] = isprint(hello->type[i]) ? hello->type[i] : '?';
	return nvmux_refuse(&stream->why, -EINVAL, "vgpu is of type %s, its stream of %s",
			    ours->type, type);
}

static int hello_load(struct nvmux_vfio_stream *stream)
{
	struct nvmux_hello ours, *hello = data_of(stream);

	nvmux_record_hello(stream->vdev, &ours);
	if (hello->version != ours.version)
		return nvmux_refuse(&stream->why, -EPROTONOSUPPORT,
				    "stream has version %u, this nvmux speaks %u",
				    le32_to_cpu(hello->version), NVMUX_STREAM_VERSION);
	if (memcmp(hello->type, ours.type, sizeof(ours.type)))
		return type_refuse(stream, hello, &ours);
	if (hello->slice != ours.slice)
		return nvmux_refuse(&stream->why, -EINVAL,
				    "slice of the stream has %llu MiB, that of the vgpu %llu",
				    le64_to_cpu(hello->slice) >> 20,
				    le64_to_cpu(ours.slice) >> 20);
	if (hello->boot0 != ours.boot0)
		return nvmux_refuse(&stream->why, -EINVAL,
				    "stream comes from chip %#x, the vgpu has %#x",
				    le32_to_cpu(hello->boot0), le32_to_cpu(ours.boot0));
	return 0;
}

static void pages_unpack(void __iomem *chunk, const struct nvmux_pages *memory)
{
	const u8 *from = (const u8 *)(memory + 1);
	u32 page;

	for (page = 0; page < NVMUX_CHUNK_PAGES; page++, chunk += NVMUX_STREAM_PAGE_SIZE) {
		u64 bit = BIT_ULL(page % 64);

		if (le64_to_cpu(memory->zeros[page / 64]) & bit)
			memset_io(chunk, 0, NVMUX_STREAM_PAGE_SIZE);
		if (!(le64_to_cpu(memory->pages[page / 64]) & bit))
			continue;
		memcpy_toio(chunk, from, NVMUX_STREAM_PAGE_SIZE);
		from += NVMUX_STREAM_PAGE_SIZE;
	}
}

/* Pages that are told must be there, no more and no less. */
static bool memory_is_good(const struct nvmux_pages *memory, u32 len)
{
	u32 i, pages = 0;

	for (i = 0; i < ARRAY_SIZE(memory->pages); i++) {
		if (memory->pages[i] & memory->zeros[i])
			return false;
		pages += hweight64(le64_to_cpu(memory->pages[i]));
	}
	return len == sizeof(*memory) + pages * NVMUX_STREAM_PAGE_SIZE;
}

static int chunk_write(struct nvmux_vfio_stream *stream, unsigned long chunk)
{
	void __iomem *at;
	int err = nvmux_vfio_bar1_touch(stream->vdev, chunk);

	if (err)
		return nvmux_refuse(&stream->why, err, "memory of the vgpu could not be cleaned");
	at = nvmux_vfio_bar1_chunk(stream->vdev, chunk);
	if (!at)
		return nvmux_refuse(&stream->why, -ENOMEM, "out of memory");
	pages_unpack(at, data_of(stream));
	iounmap(at);
	return 0;
}

static int memory_load(struct nvmux_vfio_stream *stream)
{
	struct nvmux_record *record = record_of(stream);
	u64 offset = le64_to_cpu(record->offset);
	u64 chunk = offset >> NVMUX_CHUNK_SHIFT;

	if (chunk >= stream->vdev->n_chunks || offset % NVMUX_CHUNK_SIZE)
		return nvmux_refuse(&stream->why, -EBADMSG,
				    "stream has memory at %#llx, beyond the slice", offset);
	if (!memory_is_good(data_of(stream), le32_to_cpu(record->len)))
		return nvmux_refuse(&stream->why, -EBADMSG,
				    "stream has not the memory at %#llx that it tells", offset);
	return chunk_write(stream, chunk);
}

static void section_load(struct nvmux_vfio_stream *stream, u32 kind)
{
	u32 len;
	void *section = nvmux_record_section(&stream->state, kind, &len);

	memcpy(section, data_of(stream), len);
}

static int record_load(struct nvmux_vfio_stream *stream)
{
	u32 kind = le32_to_cpu(record_of(stream)->kind);
	int err = 0;

	if (kind == NVMUX_RECORD_HELLO)
		err = hello_load(stream);
	else if (kind == NVMUX_RECORD_MEMORY)
		err = memory_load(stream);
	else if (kind != NVMUX_RECORD_END)
		section_load(stream, kind);
	stream->expect = kind == NVMUX_RECORD_MEMORY ? kind : kind + 1;
	stream->n_records++;
	stream->filled = 0;
	return err;
}

/**
 * nvmux_vfio_load_want() - bytes that are missing of a head, or of its data
 * @stream: a stream that is loaded, its lock is held
 *
 * Context: any.
 *
 * Return: their number.
 */
size_t nvmux_vfio_load_want(struct nvmux_vfio_stream *stream)
{
	size_t head = sizeof(struct nvmux_record);

	if (stream->filled < head)
		return head - stream->filled;
	return head + le32_to_cpu(record_of(stream)->len) - stream->filled;
}

/**
 * nvmux_vfio_load_step() - a head, or all of a record, has come
 * @stream: a stream that is loaded, its lock is held
 *
 * Context: may sleep.
 *
 * Return: 0; -EBADMSG it is not good; -EPROTONOSUPPORT another version; -EINVAL another vGPU; -EIO;
 * -ENOMEM.
 */
int nvmux_vfio_load_step(struct nvmux_vfio_stream *stream)
{
	int err;

	if (stream->filled == sizeof(struct nvmux_record)) {
		err = nvmux_record_check_head(record_of(stream), stream->expect,
					      stream->n_records, &stream->why);
		if (err)
			return err;
	}
	if (nvmux_vfio_load_want(stream))
		return 0;
	err = nvmux_record_check_data(record_of(stream), &stream->why);
	return err ?: record_load(stream);
}

/**
 * nvmux_vfio_load_end() - all has come that will come: it takes effect
 * @stream: a stream that is loaded, its lock is held; nothing was wrong until now
 *
 * Context: may sleep; takes the lock of the device.
 *
 * Return: 0; -EBADMSG the end is missing; -EINVAL state of another function.
 */
int nvmux_vfio_load_end(struct nvmux_vfio_stream *stream)
{
	struct nvmux_vdev *vdev = stream->vdev;
	int err;

	if (stream->expect <= NVMUX_RECORD_END || stream->filled)
		return nvmux_refuse(&stream->why, -EBADMSG, "stream ends behind record %u",
				    stream->n_records);
	mutex_lock(&vdev->lock);
	err = nvmux_vfio_state_load(vdev, &stream->state, &stream->why);
	mutex_unlock(&vdev->lock);
	return err;
}
