/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Config space and BARs of a vGPU as file regions.
 */
#ifndef NVMUX_VFIO_REGION_H
#define NVMUX_VFIO_REGION_H

#include <linux/types.h>

struct nvmux_vdev;
struct vfio_info_cap;
struct vfio_region_info;
struct vm_area_struct;

int nvmux_vfio_region_info(struct nvmux_vdev *vdev, struct vfio_region_info *info,
			   struct vfio_info_cap *caps);
ssize_t nvmux_vfio_region_read(struct nvmux_vdev *vdev, char __user *buf, size_t count, u64 pos);
ssize_t nvmux_vfio_region_write(struct nvmux_vdev *vdev, const char __user *buf, size_t count,
				u64 pos);
int nvmux_vfio_region_mmap(struct nvmux_vdev *vdev, struct vm_area_struct *vma);

#endif
