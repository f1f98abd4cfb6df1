/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BAR0 of a vGPU.
 */
#ifndef NVMUX_VFIO_REGS_H
#define NVMUX_VFIO_REGS_H

#include <linux/types.h>

struct nvmux_vdev;

/**
 * struct nvmux_vfio_reg - a register of BAR0, or a row of equal ones
 * @first: byte offset of the first
 * @count: how many there are, 4 bytes apart; 0 ends a table
 * @read: its value; NULL for one that reads 0
 * @write: the guest writes @value, the access covers the bits @mask, the other bits of @value are
 *	0; NULL for one that drops writes
 *
 * The functions are called with the device's lock held and may sleep; @index counts from @first.
 */
struct nvmux_vfio_reg {
	u32 first;
	u32 count;
	u32 (*read)(struct nvmux_vdev *vdev, u32 index);
	void (*write)(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask);
};

u32 nvmux_vfio_regs_read(struct nvmux_vdev *vdev, u32 offset);
void nvmux_vfio_regs_write(struct nvmux_vdev *vdev, u32 offset, u32 value, u32 mask);
void nvmux_vfio_regs_reset(struct nvmux_vdev *vdev);

#endif
