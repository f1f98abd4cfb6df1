/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BAR0 of a vGPU.
 */
#ifndef NVMUX_VFIO_REGS_H
#define NVMUX_VFIO_REGS_H

#include <linux/types.h>

struct nvmux_vdev;

u32 nvmux_vfio_regs_read(struct nvmux_vdev *vdev, u32 offset);
void nvmux_vfio_regs_write(struct nvmux_vdev *vdev, u32 offset, u32 value, u32 mask);
void nvmux_vfio_regs_reset(struct nvmux_vdev *vdev);

#endif
