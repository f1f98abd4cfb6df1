/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Migration of a vGPU.
 */
#ifndef NVMUX_VFIO_MIGRATE_H
#define NVMUX_VFIO_MIGRATE_H

#include <linux/mutex.h>
#include <linux/vfio.h>

struct nvmux_vdev;
struct nvmux_vfio_stream;

/**
 * struct nvmux_vfio_migrate - state of migration
 * @lock: protects what follows
 * @state: as VFIO counts them; 0, which is an error, is never left but by a reset
 * @stream: what is read or written now, NULL when nothing is
 */
struct nvmux_vfio_migrate {
	struct mutex lock; /* protects state and stream */
	enum vfio_device_mig_state state;
	struct nvmux_vfio_stream *stream;
};

void nvmux_vfio_migrate_init(struct nvmux_vdev *vdev);
void nvmux_vfio_migrate_fini(struct nvmux_vdev *vdev);
void nvmux_vfio_migrate_reset(struct nvmux_vdev *vdev);

#endif
