/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BAR1 of a vGPU.
 */
#ifndef NVMUX_VFIO_BAR1_H
#define NVMUX_VFIO_BAR1_H

#include <linux/types.h>

struct nvmux_vdev;
struct vfio_info_cap;
struct vm_area_struct;

u64 nvmux_vfio_bar1_size(struct nvmux_vdev *vdev);
int nvmux_vfio_bar1_info(struct nvmux_vdev *vdev, struct vfio_info_cap *caps);
int nvmux_vfio_bar1_access(struct nvmux_vdev *vdev, u64 offset, u8 *data, u32 len, bool write);
int nvmux_vfio_bar1_touch(struct nvmux_vdev *vdev, unsigned long chunk);
void __iomem *nvmux_vfio_bar1_chunk(struct nvmux_vdev *vdev, unsigned long chunk);
void nvmux_vfio_bar1_clear(struct nvmux_vdev *vdev);
void nvmux_vfio_bar1_unmap(struct nvmux_vdev *vdev, u64 offset, u64 len);
void nvmux_vfio_bar1_gate(struct nvmux_vdev *vdev, bool open);
int nvmux_vfio_bar1_mmap(struct nvmux_vdev *vdev, struct vm_area_struct *vma);

#endif
