/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between nvmux.ko and what lies below the registers of a GPU function.
 *
 * A real board needs nobody here: its BAR0 and BAR1 are ioremapped. Something that only looks
 * like a board, the simulator, exports nvmux_io_provide() to serve the same accesses itself.
 * nvmux.ko looks the symbol up at run time, so that neither module depends on the other and
 * either can be unloaded first, as a driver and its hardware should.
 */
#ifndef NVMUX_IO_SEAM_H
#define NVMUX_IO_SEAM_H

#include <linux/types.h>

struct pci_dev;

/**
 * struct nvmux_io_ops - accesses to one GPU function
 * @read32: read the register at byte @offset of BAR0, a multiple of 4. Any context.
 *	Beyond BAR0, or when the board does not answer: all ones.
 * @write32: write the register at byte @offset of BAR0, a multiple of 4. Any context.
 * @fill: set @length bytes of framebuffer from byte @offset to the 32-bit pattern @value, through
 *	BAR1; both are multiples of 4096. What has the pattern already may be left untouched. May
 *	sleep. Return: 0, -ERANGE beyond what BAR1 shows, -EIO when the board does not answer.
 * @compare: read one word in every @stride bytes of such a range, and its last. May sleep.
 *	Return: 0 when all have the pattern, -EBADMSG when one has not, else as @fill.
 *
 * @ctx is what nvmux_io_provide() gave. It is valid as long as the PCI function exists: a
 * provider removes its functions, and with them their drivers, before it goes.
 */
struct nvmux_io_ops {
	u32 (*read32)(void *ctx, u32 offset);
	void (*write32)(void *ctx, u32 offset, u32 value);
	int (*fill)(void *ctx, u64 offset, u64 length, u32 value);
	int (*compare)(void *ctx, u64 offset, u64 length, u32 stride, u32 value);
};

/**
 * nvmux_io_provide() - ask the provider whether a PCI function is one of its own
 * @pdev: GPU function
 * @ret_ctx: set to the context for the ops, untouched when there are none
 *
 * Exported (GPL) by at most one loaded module. Context: process, does not sleep for long.
 *
 * Return: the accesses to use, NULL when @pdev belongs to real hardware.
 */
const struct nvmux_io_ops *nvmux_io_provide(struct pci_dev *pdev, void **ret_ctx);

#endif
