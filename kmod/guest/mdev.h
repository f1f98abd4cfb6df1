/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mdev face of a GPU in vgpu mode.
 */
#ifndef NVMUX_MDEV_H
#define NVMUX_MDEV_H

struct nvmux_gpu;
struct nvmux_refusal;

int nvmux_mdev_init(void);
void nvmux_mdev_exit(void);
int nvmux_mdev_publish(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
void nvmux_mdev_withdraw(struct nvmux_gpu *gpu);

#endif
