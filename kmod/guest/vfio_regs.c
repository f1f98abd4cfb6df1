// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR0 of a vGPU: the public register page of a virtual function, Turing and later
 * (GD ga100/dev_vm.ref.txt). Here: identity, timer, slice size in the mailbox, MSI-X table.
 * Everything else reads 0 and drops writes.
 */
#include <linux/pci.h>

#include "../core/vgpu.h"
#include "../hw/hw.h"
#include "../hw/io.h"
#include "../hw/regs.h"
#include "vfio.h"
#include "vfio_regs.h"

/* Offsets in the page. GD ga100/dev_vm.ref.txt */
#define VF_MAILBOX_SCRATCH_0	0x02100
#define VF_USERMODE_CFG0	0x30000
#define VF_USERMODE_TIME_0	0x30080
#define VF_USERMODE_TIME_1	0x30084

/* The page reports the usermode class of Turing on Ampere as well. GD ga100/dev_vm.ref.txt:543 */
#define VF_USERMODE_CLASS	0xc461

static bool in_msix_table(u32 offset)
{
	return offset >= NVMUX_MSIX_TABLE &&
	       offset < NVMUX_MSIX_TABLE + NVMUX_MSIX_VECTORS * PCI_MSIX_ENTRY_SIZE;
}

static u32 *msix_word(struct nvmux_vdev *vdev, u32 offset)
{
	return &vdev->msix_table[(offset - NVMUX_MSIX_TABLE) / sizeof(u32)];
}

/**
 * nvmux_vfio_regs_read() - the guest reads a register
 * @vdev: the device, its lock is held
 * @offset: byte offset, a multiple of 4
 *
 * Context: any.
 *
 * Return: its value, 0 where there is none.
 */
u32 nvmux_vfio_regs_read(struct nvmux_vdev *vdev, u32 offset)
{
	struct nvmux_hw *hw = vdev->hw;

	if (in_msix_table(offset))
		return *msix_word(vdev, offset);

	switch (offset) {
	case PMC_BOOT_0:
		return hw->boot0;
	case PMC_BOOT_1:
		return PMC_BOOT_1_VGPU_VF;
	case PMC_BOOT_42:
		return nvmux_io_read32(hw, PMC_BOOT_42);
	case VF_MAILBOX_SCRATCH_0:
		return vdev->vgpu->resident.place.len;
	case VF_USERMODE_CFG0:
		return VF_USERMODE_CLASS;
	case VF_USERMODE_TIME_0:
		return nvmux_io_read32(hw, USERMODE_TIME_0);
	case VF_USERMODE_TIME_1:
		return nvmux_io_read32(hw, USERMODE_TIME_1);
	default:
		return 0;
	}
}

/**
 * nvmux_vfio_regs_write() - the guest writes a register
 * @vdev: the device, its lock is held
 * @offset: byte offset, a multiple of 4
 * @value: what it writes
 * @mask: which bits of the register the access covers
 *
 * Context: any.
 */
void nvmux_vfio_regs_write(struct nvmux_vdev *vdev, u32 offset, u32 value, u32 mask)
{
	u32 *word;

	if (!in_msix_table(offset))
		return;
	word = msix_word(vdev, offset);
	*word = (*word & ~mask) | (value & mask);
}

/**
 * nvmux_vfio_regs_reset() - registers as after power-on
 * @vdev: the device, its lock is held
 *
 * All vectors are masked, as the PCI specification wants. Context: any.
 */
void nvmux_vfio_regs_reset(struct nvmux_vdev *vdev)
{
	unsigned int i;

	memset(vdev->msix_table, 0, sizeof(vdev->msix_table));
	for (i = 0; i < NVMUX_MSIX_VECTORS; i++)
		vdev->msix_table[i * 4 + 3] = PCI_MSIX_ENTRY_CTRL_MASKBIT;
}
