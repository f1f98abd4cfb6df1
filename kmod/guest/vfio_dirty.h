/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which pages of the slice a migration stream does not have yet.
 */
#ifndef NVMUX_VFIO_DIRTY_H
#define NVMUX_VFIO_DIRTY_H

#include <linux/types.h>

struct nvmux_vdev;

int nvmux_vfio_dirty_start(struct nvmux_vdev *vdev);
void nvmux_vfio_dirty_stop(struct nvmux_vdev *vdev);
void nvmux_vfio_dirty_mark(struct nvmux_vdev *vdev, u64 offset, u64 len);
unsigned long nvmux_vfio_dirty_find(struct nvmux_vdev *vdev, unsigned long chunk);
void nvmux_vfio_dirty_take(struct nvmux_vdev *vdev, unsigned long chunk, unsigned long *pages);
unsigned long nvmux_vfio_dirty_count(struct nvmux_vdev *vdev, unsigned long chunk);

#endif
