/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who had the functions of a board, so that they get them back.
 */
#ifndef NVMUX_OWNER_H
#define NVMUX_OWNER_H

#include <uapi/linux/nvmux.h>

struct nvmux_gpu;
struct nvmux_refusal;

void nvmux_owner_remember(struct nvmux_gpu *gpu, enum nvmux_mode to);
int nvmux_owner_restore(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
int nvmux_owner_gpu_home(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
int nvmux_owner_companions_home(struct nvmux_gpu *gpu, struct nvmux_refusal *why);

#endif
