// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR0 of a vGPU: the public register page of a virtual function, Turing and later
 * (GD ga100/dev_vm.ref.txt). Here: identity, and who serves which register. What nobody serves
 * reads 0 and drops writes.
 */
#include <linux/nospec.h>

#include "../hw/hw.h"
#include "../hw/io.h"
#include "../hw/regs.h"
#include "vfio.h"
#include "vfio_intr.h"
#include "vfio_mailbox.h"
#include "vfio_msix.h"
#include "vfio_regs.h"
#include "vfio_timer.h"

/* The page reports the usermode class of Turing on Ampere as well. GD ga100/dev_vm.ref.txt:543 */
#define VF_USERMODE_CFG0	0x30000
#define  VF_USERMODE_CLASS	0xc461

static u32 boot0_read(struct nvmux_vdev *vdev, u32 index)
{
	return vdev->hw->boot0;
}

static u32 boot1_read(struct nvmux_vdev *vdev, u32 index)
{
	return PMC_BOOT_1_VGPU_VF;
}

static u32 boot42_read(struct nvmux_vdev *vdev, u32 index)
{
	return nvmux_io_read32(vdev->hw, PMC_BOOT_42);
}

static u32 class_read(struct nvmux_vdev *vdev, u32 index)
{
	return VF_USERMODE_CLASS;
}

static const struct nvmux_vfio_reg identity_regs[] = {
	{ PMC_BOOT_0, 1, boot0_read, NULL },
	{ PMC_BOOT_1, 1, boot1_read, NULL },
	{ PMC_BOOT_42, 1, boot42_read, NULL },
	{ VF_USERMODE_CFG0, 1, class_read, NULL },
	{ }
};

static const struct nvmux_vfio_reg *const tables[] = {
	identity_regs, nvmux_vfio_intr_regs, nvmux_vfio_timer_regs, nvmux_vfio_mailbox_regs,
	nvmux_vfio_msix_regs,
};

static const struct nvmux_vfio_reg *find_in(const struct nvmux_vfio_reg *reg, u32 offset)
{
	for (; reg->count; reg++)
		if (offset >= reg->first && offset - reg->first < reg->count * 4)
			return reg;
	return NULL;
}

/* The guest chooses the offset, so the index must not be guessed by the CPU either. */
static const struct nvmux_vfio_reg *find(u32 offset, u32 *ret_index)
{
	const struct nvmux_vfio_reg *reg = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables) && !reg; i++)
		reg = find_in(tables[i], offset);
	if (reg)
		*ret_index = array_index_nospec((offset - reg->first) / 4, reg->count);
	return reg;
}

/**
 * nvmux_vfio_regs_read() - the guest reads a register
 * @vdev: the device, its lock is held
 * @offset: byte offset, a multiple of 4
 *
 * Context: may sleep.
 *
 * Return: its value, 0 where there is none.
 */
u32 nvmux_vfio_regs_read(struct nvmux_vdev *vdev, u32 offset)
{
	const struct nvmux_vfio_reg *reg;
	u32 index;

	lockdep_assert_held(&vdev->lock);
	reg = find(offset, &index);
	return reg && reg->read ? reg->read(vdev, index) : 0;
}

/**
 * nvmux_vfio_regs_write() - the guest writes a register
 * @vdev: the device, its lock is held
 * @offset: byte offset, a multiple of 4
 * @value: what it writes
 * @mask: which bits of the register the access covers
 *
 * Context: may sleep.
 */
void nvmux_vfio_regs_write(struct nvmux_vdev *vdev, u32 offset, u32 value, u32 mask)
{
	const struct nvmux_vfio_reg *reg;
	u32 index;

	lockdep_assert_held(&vdev->lock);
	reg = find(offset, &index);
	if (reg && reg->write)
		reg->write(vdev, index, value & mask, mask);
}

/**
 * nvmux_vfio_regs_reset() - registers as after power-on
 * @vdev: the device, its lock is held
 *
 * Context: may sleep.
 */
void nvmux_vfio_regs_reset(struct nvmux_vdev *vdev)
{
	nvmux_vfio_timer_stop(vdev);
	nvmux_vfio_mailbox_reset(vdev);
	nvmux_vfio_intr_reset(vdev);
	nvmux_vfio_msix_reset(vdev);
}
