// SPDX-License-Identifier: GPL-2.0-only
/*
 * The framebuffer as the host reaches it: through BAR1 as far as that shows it; beyond, on boards
 * with a small BAR1, one MiB at a time through the window that BAR0 has for it (PRAMIN).
 *
 * The window is slow, register by register, and there is one of it: whoever comes here has the
 * board, or its scrub lock, for himself. It is left where it was found.
 */
#include <linux/bitfield.h>
#include <linux/minmax.h>
#include <linux/sched.h>

#include "fb.h"
#include "hw.h"
#include "io.h"
#include "regs.h"

static bool bar1_shows(const struct nvmux_hw *hw, u64 offset, u64 length)
{
	return offset + length <= hw->bar1_size;
}

/* A board that does not take the register would be written somewhere else. */
static int window_move(struct nvmux_hw *hw, u64 base)
{
	u32 value = FIELD_PREP(BAR0_WINDOW_BASE, base >> BAR0_WINDOW_SHIFT);

	nvmux_io_write32(hw, hw->ops->window, value);
	return nvmux_io_read32(hw, hw->ops->window) == value ? 0 : -EIO;
}

static void piece_fill(struct nvmux_hw *hw, u32 from, u32 to, u32 value)
{
	u32 at;

	for (at = from; at < to; at += sizeof(u32))
		nvmux_io_write32(hw, PRAMIN + at, value);
}

/* Any range of at most a chunk: the last word counts as a sample of its own. */
static int piece_compare(struct nvmux_hw *hw, u32 from, u32 to, u32 stride, u32 value)
{
	u32 at;

	for (at = from; at < to; at += stride)
		if (nvmux_io_read32(hw, PRAMIN + at) != value)
			return -EBADMSG;
	return nvmux_io_read32(hw, PRAMIN + to - sizeof(u32)) == value ? 0 : -EBADMSG;
}

/* @stride: 0 fills, else compares */
static int window_walk(struct nvmux_hw *hw, u64 offset, u64 length, u32 stride, u32 value)
{
	u64 end = offset + length;
	int err = 0;

	while (offset < end && !err) {
		u32 from = offset % PRAMIN_SIZE;
		u32 to = min_t(u64, PRAMIN_SIZE, from + (end - offset));

		err = window_move(hw, offset - from);
		if (!err && stride)
			err = piece_compare(hw, from, to, stride, value);
		else if (!err)
			piece_fill(hw, from, to, value);
		offset += to - from;
		cond_resched();
	}
	return err;
}

static int window_use(struct nvmux_hw *hw, u64 offset, u64 length, u32 stride, u32 value)
{
	u32 found;
	int err;

	if (offset > hw->fb_size || length > hw->fb_size - offset)
		return -ERANGE;
	found = nvmux_io_read32(hw, hw->ops->window);
	err = window_walk(hw, offset, length, stride, value);
	nvmux_io_write32(hw, hw->ops->window, found);
	return err;
}

/**
 * nvmux_fb_fill() - set a range of framebuffer to a pattern
 * @hw: the GPU, for the caller alone
 * @offset: first byte, a multiple of 4096
 * @length: bytes, a multiple of 4096
 * @value: the pattern
 *
 * Whether the memory has taken it, nvmux_fb_compare() tells.
 *
 * Context: may sleep.
 *
 * Return: 0; -ERANGE beyond the framebuffer; -EIO the board does not answer; -ENOMEM.
 */
int nvmux_fb_fill(struct nvmux_hw *hw, u64 offset, u64 length, u32 value)
{
	if (bar1_shows(hw, offset, length))
		return hw->io->fill(hw->io_ctx, offset, length, value);
	return window_use(hw, offset, length, 0, value);
}

/**
 * nvmux_fb_compare() - see by samples that a range of framebuffer has a pattern
 * @hw: the GPU, for the caller alone
 * @offset: first byte, a multiple of 4096
 * @length: bytes, a multiple of 4096
 * @stride: one word in so many bytes is read, and the last one
 * @value: the pattern
 *
 * Context: may sleep.
 *
 * Return: 0; -EBADMSG a sample differs; -ERANGE beyond the framebuffer; -EIO the board does not
 * answer; -ENOMEM.
 */
int nvmux_fb_compare(struct nvmux_hw *hw, u64 offset, u64 length, u32 stride, u32 value)
{
	int err;

	if (bar1_shows(hw, offset, length))
		err = hw->io->compare(hw->io_ctx, offset, length, stride, value);
	else
		err = window_use(hw, offset, length, stride, value);
	if (err == -EBADMSG && nvmux_io_read32(hw, PMC_BOOT_0) == U32_MAX)
		return -EIO;
	return err;
}
