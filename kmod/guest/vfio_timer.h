/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clock and countdown of a vGPU.
 */
#ifndef NVMUX_VFIO_TIMER_H
#define NVMUX_VFIO_TIMER_H

#include "vfio_regs.h"

struct nvmux_vdev;

extern const struct nvmux_vfio_reg nvmux_vfio_timer_regs[];

void nvmux_vfio_timer_init(struct nvmux_vdev *vdev);
void nvmux_vfio_timer_pause(struct nvmux_vdev *vdev);
void nvmux_vfio_timer_resume(struct nvmux_vdev *vdev);
void nvmux_vfio_timer_stop(struct nvmux_vdev *vdev);

#endif
