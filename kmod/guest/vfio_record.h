/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vGPU on the wire. Documentation/driver-api/migration.rst says the same in words.
 */
#ifndef NVMUX_VFIO_RECORD_H
#define NVMUX_VFIO_RECORD_H

#include <linux/bits.h>
#include <linux/types.h>

#include "../core/type.h"
#include "../hw/scrub.h"
#include "vfio_state.h"

struct nvmux_refusal;
struct nvmux_vdev;

#define NVMUX_RECORD_MAGIC 0x4d58564e	/* "NVXM" */
#define NVMUX_STREAM_VERSION 1

/* Memory travels in pages of this size, whatever those of the hosts are. */
#define NVMUX_STREAM_PAGE_SHIFT 12
#define NVMUX_STREAM_PAGE_SIZE BIT(NVMUX_STREAM_PAGE_SHIFT)
#define NVMUX_CHUNK_PAGES (NVMUX_CHUNK_SIZE >> NVMUX_STREAM_PAGE_SHIFT)

/**
 * enum nvmux_record_kind - what a record carries
 * @NVMUX_RECORD_HELLO: struct nvmux_hello; the first
 * @NVMUX_RECORD_MEMORY: struct nvmux_pages and pages of one chunk; any number
 * @NVMUX_RECORD_CONFIG: config space, 4096 bytes
 * @NVMUX_RECORD_INTR: struct nvmux_state_intr
 * @NVMUX_RECORD_MSIX: struct nvmux_state_msix
 * @NVMUX_RECORD_MAILBOX: the mailbox, word by word
 * @NVMUX_RECORD_TIMER: nanoseconds left of the countdown, 0 when nothing counts
 * @NVMUX_RECORD_END: nothing; the last
 *
 * They come in this order, each once but for memory.
 */
enum nvmux_record_kind {
	NVMUX_RECORD_HELLO = 1,
	NVMUX_RECORD_MEMORY,
	NVMUX_RECORD_CONFIG,
	NVMUX_RECORD_INTR,
	NVMUX_RECORD_MSIX,
	NVMUX_RECORD_MAILBOX,
	NVMUX_RECORD_TIMER,
	NVMUX_RECORD_END,
};

/**
 * struct nvmux_record - head of a record, little endian as all on the wire
 * @magic: NVMUX_RECORD_MAGIC
 * @kind: enum nvmux_record_kind
 * @number: records before it
 * @len: bytes of data that follow
 * @offset: first byte of the chunk within the slice, 0 for what is no memory
 * @reserved: 0
 * @crc: CRC-32 of the head up to here and of the data
 */
struct nvmux_record {
	__le32 magic;
	__le32 kind;
	__le32 number;
	__le32 len;
	__le64 offset;
	__le32 reserved;
	__le32 crc;
};

/**
 * struct nvmux_hello - whose stream it is
 * @version: NVMUX_STREAM_VERSION
 * @boot0: PMC_BOOT_0 of the board, the guest has read it
 * @slice: bytes of the slice
 * @type: name of the vGPU type, padded with zeros
 */
struct nvmux_hello {
	__le32 version;
	__le32 boot0;
	__le64 slice;
	char type[NVMUX_TYPE_TEXT_LEN];
};

/**
 * struct nvmux_pages - which pages of a chunk follow
 * @pages: bitmap of those that do, in this order
 * @zeros: bitmap of those that are zero now and have not been before
 */
struct nvmux_pages {
	__le64 pages[NVMUX_CHUNK_PAGES / 64];
	__le64 zeros[NVMUX_CHUNK_PAGES / 64];
};

/* A head and the longest data: all pages of a chunk. */
#define NVMUX_RECORD_MAX \
	(sizeof(struct nvmux_record) + sizeof(struct nvmux_pages) + NVMUX_CHUNK_SIZE)

void nvmux_record_hello(struct nvmux_vdev *vdev, struct nvmux_hello *hello);
void *nvmux_record_section(struct nvmux_vfio_state *state, u32 kind, u32 *ret_len);
void nvmux_record_seal(struct nvmux_record *record, u32 kind, u32 number, u64 offset, u32 len);
int nvmux_record_check_head(const struct nvmux_record *record, u32 expect, u32 number,
			    struct nvmux_refusal *why);
int nvmux_record_check_data(const struct nvmux_record *record, struct nvmux_refusal *why);

#endif
