/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Config space of a vGPU.
 */
#ifndef NVMUX_VFIO_CONFIG_H
#define NVMUX_VFIO_CONFIG_H

#include <linux/types.h>

struct nvmux_refusal;
struct nvmux_vdev;

void nvmux_vfio_config_reset(struct nvmux_vdev *vdev);
int nvmux_vfio_config_load(struct nvmux_vdev *vdev, const u8 *image, struct nvmux_refusal *why);
bool nvmux_vfio_config_write(struct nvmux_vdev *vdev, u32 offset, const u8 *data, u32 len);

#endif
