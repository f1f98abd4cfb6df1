/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of VFIO devices that somebody has open, also when he has not bound them.
 */
#ifndef NVMUX_OPENED_H
#define NVMUX_OPENED_H

#include <linux/uuid.h>

struct device;
struct nvmux_gpu;
struct nvmux_refusal;

int nvmux_opened_check_function(struct device *dev, struct nvmux_refusal *why);
int nvmux_opened_check_vgpus(struct nvmux_gpu *gpu, const guid_t *uuid, struct nvmux_refusal *why);

#endif
