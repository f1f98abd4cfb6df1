/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vGPU as a stream of bytes.
 */
#ifndef NVMUX_VFIO_STREAM_H
#define NVMUX_VFIO_STREAM_H

#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include "../core/refusal.h"
#include "vfio_record.h"

struct file;
struct nvmux_vdev;

/**
 * struct nvmux_vfio_stream - a stream under way
 * @ref: held by the file and by the migration
 * @lock: protects what follows
 * @vdev: the device, NULL once the migration is over
 * @load: the user writes it; otherwise he reads it
 * @expect: kind of the next record; behind the last one there is none
 * @n_records: records until now
 * @err: what was wrong, for good
 * @why: the same for people
 * @buf: one record
 * @filled: bytes of @buf that are there
 * @used: bytes of @buf that are read
 * @state: what was saved, or is to take effect at the end of what is loaded
 * @final: saving: the device is stopped, this is the last look at its memory
 * @chunk: saving: where to look next
 * @again: saving: all of the memory has been looked at once
 * @sent: saving: chunks of which the other side has something, one bit each
 */
struct nvmux_vfio_stream {
	struct kref ref;
	struct mutex lock; /* protects what follows */
	struct nvmux_vdev *vdev;
	bool load;
	u32 expect;
	u32 n_records;
	int err;
	struct nvmux_refusal why;
	u8 *buf;
	size_t filled;
	size_t used;
	struct nvmux_vfio_state state;
	bool final;
	unsigned long chunk;
	bool again;
	unsigned long *sent;
};

struct file *nvmux_vfio_stream_open(struct nvmux_vdev *vdev, bool load,
				    struct nvmux_vfio_stream **ret);
void nvmux_vfio_stream_final(struct nvmux_vfio_stream *stream);
int nvmux_vfio_stream_finish(struct nvmux_vfio_stream *stream);
void nvmux_vfio_stream_close(struct nvmux_vfio_stream *stream);
u64 nvmux_vfio_stream_size(struct nvmux_vdev *vdev);

#endif
