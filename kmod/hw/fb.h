/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The framebuffer as the host reaches it.
 */
#ifndef NVMUX_FB_H
#define NVMUX_FB_H

#include <linux/types.h>

struct nvmux_hw;

int nvmux_fb_fill(struct nvmux_hw *hw, u64 offset, u64 length, u32 value);
int nvmux_fb_compare(struct nvmux_hw *hw, u64 offset, u64 length, u32 stride, u32 value);

#endif
