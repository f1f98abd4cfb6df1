// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a chip says about itself: values that never change.
 *
 * They lie in the memory of BAR0, because a virtual machine that has the function to itself reads
 * nothing else. Everything here runs under board->lock.
 */
#include <linux/io.h>

#include "sim.h"

#define PMC_BOOT_0		0x000000	/* gv100 dev_master:23 */
#define PMC_BOOT_42		0x000a00	/* gv100 dev_master:111 */
#define LOCAL_MEMORY_RANGE	0x100ce0	/* OK kern_mem_sys_gp102.c:47 */
#define SCRATCH_FB_SIZE		0x1183a4	/* OK kern_mem_sys_ga102.c:48 */
#define GFW_MASK		0x118128	/* nova-core regs.rs: bit 0, progress can be read */
#define USERMODE_CFG0		0x810000	/* gv100 dev_usermode:68 */
#define VF_CFG0			0xbb0000	/* ga100 dev_vm:540, the PF's own page */

#define REVISION		0xa1

static void put(struct sim_board *board, u32 offset, u32 value)
{
	iowrite32(value, board->bar0 + offset);
}

static u32 usermode_class(const struct sim_model *model)
{
	if (model->family >= SIM_HOPPER)
		return 0xc661;
	if (model->chip >= 0x170)
		return 0xc561;
	return model->family == SIM_VOLTA ? 0xc361 : 0xc461;
}

/* From GA102 on firmware leaves the size in MiB in a scratch register. */
static bool has_scratch_size(const struct sim_model *model)
{
	return model->chip >= 0x172;
}

/* Before, the size in MiB is a magnitude of 6 bits times a power of two. */
static u32 memory_range(u32 vram_mib)
{
	u32 scale = 0;

	while (vram_mib >> scale > 0x3f)
		scale++;
	return vram_mib >> scale << 4 | scale;
}

/**
 * sim_chip_can_tell() - can the registers of a board express a framebuffer size
 * @model: board
 * @vram_mib: size
 *
 * Return: true when a driver will read exactly this size.
 */
bool sim_chip_can_tell(const struct sim_model *model, u32 vram_mib)
{
	u32 range = memory_range(vram_mib);

	if (has_scratch_size(model))
		return vram_mib;
	return vram_mib && range >> 4 << (range & 0xf) == vram_mib;
}

static void put_identity(struct sim_board *board)
{
	u32 chip = board->model->chip;

	put(board, PMC_BOOT_0, chip << 20 | REVISION);
	put(board, PMC_BOOT_42, chip << 20 | REVISION << 12);
	put(board, USERMODE_CFG0, usermode_class(board->model));
	if (board->model->family == SIM_VOLTA)
		return;
	put(board, VF_CFG0, 0xc461);
	put(board, GFW_MASK, 1);
	put(board, SIM_GFW_PROGRESS, SIM_GFW_DONE);
}

static void put_memory_size(struct sim_board *board)
{
	if (has_scratch_size(board->model))
		put(board, SCRATCH_FB_SIZE, board->desc.vram_mib);
	else
		put(board, LOCAL_MEMORY_RANGE, memory_range(board->desc.vram_mib));
}

/**
 * sim_chip_reset() - write what the chip says about itself
 * @board: board
 */
void sim_chip_reset(struct sim_board *board)
{
	put_identity(board);
	put_memory_size(board);
}
