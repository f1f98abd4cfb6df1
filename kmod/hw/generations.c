// SPDX-License-Identifier: GPL-2.0-only
/*
 * What differs from generation to generation: where the framebuffer size is told, and how BAR1 is
 * brought to show the framebuffer as it is.
 */
#include <linux/bitfield.h>
#include <linux/types.h>

#include "hw.h"
#include "io.h"
#include "regs.h"

/* Size = MAG << (SCALE + 20) bytes; with ECC on, one sixteenth of it holds check bits. */
static u64 range_fb_size(struct nvmux_hw *hw)
{
	u32 range = nvmux_io_read32(hw, LOCAL_MEMORY_RANGE);
	u64 size;

	if (range == U32_MAX)
		return 0;
	size = (u64)FIELD_GET(LOCAL_MEMORY_RANGE_MAG, range) <<
	       (FIELD_GET(LOCAL_MEMORY_RANGE_SCALE, range) + 20);
	return range & LOCAL_MEMORY_RANGE_ECC ? size / 16 * 15 : size;
}

static u64 scratch_fb_size(struct nvmux_hw *hw)
{
	u32 mib = nvmux_io_read32(hw, SECURE_SCRATCH_GROUP_42);

	return mib == U32_MAX ? 0 : (u64)mib << 20;
}

static int block_linear(struct nvmux_hw *hw, u32 block)
{
	if (nvmux_io_read32(hw, block) & BAR1_BLOCK_MODE_VIRTUAL)
		nvmux_io_write32(hw, block, 0);
	return nvmux_io_read32(hw, block) & BAR1_BLOCK_MODE_VIRTUAL ? -EIO : 0;
}

static int volta_bar1_linear(struct nvmux_hw *hw)
{
	return block_linear(hw, VOLTA_BAR1_BLOCK);
}

static int turing_bar1_linear(struct nvmux_hw *hw)
{
	return block_linear(hw, TURING_BAR1_BLOCK);
}

static int hopper_bar1_linear(struct nvmux_hw *hw)
{
	if (nvmux_io_read32(hw, HOPPER_BAR1_BLOCK_LOW) & HOPPER_BAR1_MODE_VIRTUAL) {
		nvmux_io_write32(hw, HOPPER_BAR1_BLOCK_LOW, 0);
		nvmux_io_write32(hw, HOPPER_BAR1_BLOCK_HIGH, 0);
	}
	if (nvmux_io_read32(hw, HOPPER_BAR1_BLOCK_LOW) & HOPPER_BAR1_MODE_VIRTUAL)
		return -EIO;
	return 0;
}

/* Readable once the first bit says so; what cannot be read yet is not ready. */
static bool gfw_ready(struct nvmux_hw *hw)
{
	u32 progress;

	if (!(nvmux_io_read32(hw, GFW_BOOT_PROTECT) & GFW_BOOT_PROTECT_READABLE))
		return false;
	progress = nvmux_io_read32(hw, GFW_BOOT_PROGRESS);
	return FIELD_GET(GFW_BOOT_PROGRESS_VALUE, progress) == GFW_BOOT_PROGRESS_DONE;
}

static bool hopper_fsp_ready(struct nvmux_hw *hw)
{
	return nvmux_io_read32(hw, HOPPER_FSP_BOOT) == FSP_BOOT_DONE;
}

/* GB10x has it where Hopper has. */
static bool blackwell_fsp_ready(struct nvmux_hw *hw)
{
	if (hw->chip < BLACKWELL_GB20X_FIRST)
		return hopper_fsp_ready(hw);
	return nvmux_io_read32(hw, BLACKWELL_GB20X_FSP_BOOT) == FSP_BOOT_DONE;
}

const struct nvmux_hw_ops nvmux_hw_volta = {
	.name = "Volta",
	.window = BAR0_WINDOW,
	.fb_size = range_fb_size,
	.bar1_linear = volta_bar1_linear,
};

/* Turing, and GA100 of the Ampere generation. */
const struct nvmux_hw_ops nvmux_hw_turing = {
	.name = "Turing",
	.window = BAR0_WINDOW,
	.fb_size = range_fb_size,
	.bar1_linear = turing_bar1_linear,
	.firmware_ready = gfw_ready,
};

/* GA102 and its like, and Ada. */
const struct nvmux_hw_ops nvmux_hw_ampere = {
	.name = "Ampere",
	.window = BAR0_WINDOW,
	.fb_size = scratch_fb_size,
	.bar1_linear = turing_bar1_linear,
	.firmware_ready = gfw_ready,
};

const struct nvmux_hw_ops nvmux_hw_hopper = {
	.name = "Hopper",
	.window = HOPPER_BAR0_WINDOW,
	.fb_size = scratch_fb_size,
	.bar1_linear = hopper_bar1_linear,
	.firmware_ready = hopper_fsp_ready,
};

/*
 * Firmware leaves the size where Ampere's does (OK g_kern_mem_sys_nvoc.c:353), and BAR1 is bound
 * as on Hopper (OK kern_bus_gh100.c:78, which g_kern_bus_nvoc.c uses for GB10x and GB20x as well).
 */
const struct nvmux_hw_ops nvmux_hw_blackwell = {
	.name = "Blackwell",
	.window = HOPPER_BAR0_WINDOW,
	.fb_size = scratch_fb_size,
	.bar1_linear = hopper_bar1_linear,
	.firmware_ready = blackwell_fsp_ready,
};
