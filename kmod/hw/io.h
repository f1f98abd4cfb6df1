/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Register access, the one path for all generations. For the framebuffer see fb.h.
 */
#ifndef NVMUX_IO_H
#define NVMUX_IO_H

#include "hw.h"

/**
 * nvmux_io_read32() - read a register
 * @hw: the GPU
 * @offset: byte offset into BAR0, a multiple of 4
 *
 * Context: any.
 *
 * Return: its value; all ones when the board does not answer.
 */
static inline u32 nvmux_io_read32(struct nvmux_hw *hw, u32 offset)
{
	return hw->io->read32(hw->io_ctx, offset);
}

/**
 * nvmux_io_write32() - write a register
 * @hw: the GPU
 * @offset: byte offset into BAR0, a multiple of 4
 * @value: its new value
 *
 * Context: any.
 */
static inline void nvmux_io_write32(struct nvmux_hw *hw, u32 offset, u32 value)
{
	hw->io->write32(hw->io_ctx, offset, value);
}

int nvmux_io_open(struct nvmux_hw *hw);
void nvmux_io_close(struct nvmux_hw *hw);

#endif
