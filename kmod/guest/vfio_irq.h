/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts of a vGPU, as eventfds.
 */
#ifndef NVMUX_VFIO_IRQ_H
#define NVMUX_VFIO_IRQ_H

#include <linux/types.h>

struct nvmux_vdev;
struct vfio_irq_set;

u32 nvmux_vfio_irq_count(u32 index);
int nvmux_vfio_irq_set(struct nvmux_vdev *vdev, const struct vfio_irq_set *set, const void *data);
void nvmux_vfio_irq_release(struct nvmux_vdev *vdev);
void nvmux_vfio_irq_request(struct nvmux_vdev *vdev);

#endif
