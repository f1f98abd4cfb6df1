// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records of the migration stream: how they are made, and which are believed.
 */
#include <linux/crc32.h>
#include <linux/string.h>

#include "../core/refusal.h"
#include "../core/vgpu.h"
#include "../hw/hw.h"
#include "vfio.h"
#include "vfio_record.h"

static const struct {
	u32 offset;
	u32 len;
} sections[] = {
	[NVMUX_RECORD_CONFIG] = { offsetof(struct nvmux_vfio_state, config),
				  sizeof_field(struct nvmux_vfio_state, config) },
	[NVMUX_RECORD_INTR] = { offsetof(struct nvmux_vfio_state, intr),
				sizeof_field(struct nvmux_vfio_state, intr) },
	[NVMUX_RECORD_MSIX] = { offsetof(struct nvmux_vfio_state, msix),
				sizeof_field(struct nvmux_vfio_state, msix) },
	[NVMUX_RECORD_MAILBOX] = { offsetof(struct nvmux_vfio_state, mailbox),
				   sizeof_field(struct nvmux_vfio_state, mailbox) },
	[NVMUX_RECORD_TIMER] = { offsetof(struct nvmux_vfio_state, countdown),
				 sizeof_field(struct nvmux_vfio_state, countdown) },
};

/**
 * nvmux_record_section() - the part of the state that a record carries
 * @state: the state
 * @kind: kind of the record, of those that carry state
 * @ret_len: set to its length in bytes
 *
 * Context: any.
 *
 * Return: the part.
 */
void *nvmux_record_section(struct nvmux_vfio_state *state, u32 kind, u32 *ret_len)
{
	*ret_len = sections[kind].len;
	return (u8 *)state + sections[kind].offset;
}

/**
 * nvmux_record_hello() - who we are
 * @vdev: the device
 * @hello: receives it
 *
 * Context: any.
 */
void nvmux_record_hello(struct nvmux_vdev *vdev, struct nvmux_hello *hello)
{
	memset(hello, 0, sizeof(*hello));
	hello->version = cpu_to_le32(NVMUX_STREAM_VERSION);
	hello->boot0 = cpu_to_le32(vdev->hw->boot0);
	hello->slice = cpu_to_le64(nvmux_vgpu_size(vdev->vgpu));
	strscpy(hello->type, vdev->vgpu->resident.type->name, sizeof(hello->type));
}

static u32 record_crc(const struct nvmux_record *record)
{
	u32 crc = crc32_le(~0, (const u8 *)record, offsetof(struct nvmux_record, crc));

	return crc32_le(crc, (const u8 *)(record + 1), le32_to_cpu(record->len));
}

/**
 * nvmux_record_seal() - give data its head
 * @record: room for the head, the data behind it
 * @kind: enum nvmux_record_kind
 * @number: records before it
 * @offset: where in the slice
 * @len: bytes of data
 *
 * Context: any.
 */
void nvmux_record_seal(struct nvmux_record *record, u32 kind, u32 number, u64 offset, u32 len)
{
	record->magic = cpu_to_le32(NVMUX_RECORD_MAGIC);
	record->kind = cpu_to_le32(kind);
	record->number = cpu_to_le32(number);
	record->len = cpu_to_le32(len);
	record->offset = cpu_to_le64(offset);
	record->reserved = 0;
	record->crc = cpu_to_le32(record_crc(record));
}

/* Memory may come as long as it likes; nothing comes behind the end. */
static bool kind_is_due(u32 kind, u32 expect)
{
	if (kind < NVMUX_RECORD_HELLO || kind > NVMUX_RECORD_END)
		return false;
	return kind == expect ||
	       (expect == NVMUX_RECORD_MEMORY && kind == NVMUX_RECORD_CONFIG);
}

/* What a head says is believed only as far as the memory for it goes. */
static bool len_is_good(u32 kind, u32 len)
{
	switch (kind) {
	case NVMUX_RECORD_HELLO:
		return len == sizeof(struct nvmux_hello);
	case NVMUX_RECORD_MEMORY:
		return len >= sizeof(struct nvmux_pages) &&
		       len <= sizeof(struct nvmux_pages) + NVMUX_CHUNK_SIZE;
	case NVMUX_RECORD_END:
		return !len;
	default:
		return len == sections[kind].len;
	}
}

/**
 * nvmux_record_check_head() - is this the head of the next record?
 * @record: the head, from a stranger
 * @expect: kind that is due; instead of memory the state may come
 * @number: records before it
 * @why: the reason when not
 *
 * Context: any.
 *
 * Return: 0; -EBADMSG.
 */
int nvmux_record_check_head(const struct nvmux_record *record, u32 expect, u32 number,
			    struct nvmux_refusal *why)
{
	u32 kind = le32_to_cpu(record->kind);

	if (le32_to_cpu(record->magic) != NVMUX_RECORD_MAGIC || record->reserved)
		return nvmux_refuse(why, -EBADMSG, "record %u of the stream is none", number);
	if (!kind_is_due(kind, expect) || le32_to_cpu(record->number) != number)
		return nvmux_refuse(why, -EBADMSG, "record %u of the stream is another one",
				    number);
	if (!len_is_good(kind, le32_to_cpu(record->len)))
		return nvmux_refuse(why, -EBADMSG, "record %u of the stream has no such length",
				    number);
	return 0;
}

/**
 * nvmux_record_check_data() - has the record come as it was sent?
 * @record: a record with a good head, and its data
 * @why: the reason when not
 *
 * Context: any.
 *
 * Return: 0; -EBADMSG.
 */
int nvmux_record_check_data(const struct nvmux_record *record, struct nvmux_refusal *why)
{
	if (le32_to_cpu(record->crc) == record_crc(record))
		return 0;
	return nvmux_refuse(why, -EBADMSG, "record %u of the stream was changed on its way",
			    le32_to_cpu(record->number));
}
