// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt controllers of the boards: which message goes out when.
 *
 * From Turing on a tree, ga100 dev_vm.ref.txt:84-146: 256 vectors in 8 leaves; a subtree is two
 * leaves and has one MSI-X entry. A message goes out when a bit of (TOP & TOP_EN) rises; a handler
 * therefore disables the subtree, handles its leaves and enables it again.
 *
 * Volta has two flat lines, gv100 dev_master.ref.txt:185-268, of which only the software bit can
 * be raised here, and one MSI for both.
 *
 * Everything runs under board->lock.
 */
#include <linux/bitops.h>
#include <linux/string.h>

#include "sim.h"

#define PMC_INTR_SOFTWARE	BIT(31)		/* gv100 dev_master:233 */

static u32 tree_top(const struct sim_intr *intr)
{
	u32 i, top = 0;

	for (i = 0; i < ARRAY_SIZE(intr->leaf); i++)
		if (intr->leaf[i] & intr->leaf_en[i])
			top |= BIT(i / 2);
	return top;
}

static u32 line_pending(const struct sim_intr *intr, u32 line)
{
	return intr->sw[line] & 1 ? PMC_INTR_SOFTWARE : 0;
}

/* One bit for each message that the board wants to send. */
static u32 wanted(const struct sim_intr *intr)
{
	bool lines = line_pending(intr, 0) & intr->en[0] || line_pending(intr, 1) & intr->en[1];

	return (tree_top(intr) & intr->top_en) | lines;
}

/* All writes end here: a message goes out for each bit that rises. */
static void set(struct sim_board *board, u32 *reg, u32 value)
{
	struct sim_intr *intr = &board->intr;
	u32 before = wanted(intr);
	unsigned long rising;
	unsigned int entry;

	*reg = value;
	rising = wanted(intr) & ~before;
	for_each_set_bit(entry, &rising, ARRAY_SIZE(intr->leaf) / 2)
		sim_irq_fire(board, entry);
}

/* LEAF: a one clears. */
static u32 leaf_read(struct sim_board *board, u32 index)
{
	return board->intr.leaf[index];
}

static void leaf_write(struct sim_board *board, u32 index, u32 value)
{
	set(board, &board->intr.leaf[index], board->intr.leaf[index] & ~value);
}

/* LEAF_EN_SET, LEAF_EN_CLEAR: both read what is enabled. */
static u32 leaf_en_read(struct sim_board *board, u32 index)
{
	return board->intr.leaf_en[index];
}

static void leaf_en_set(struct sim_board *board, u32 index, u32 value)
{
	set(board, &board->intr.leaf_en[index], board->intr.leaf_en[index] | value);
}

static void leaf_en_clear(struct sim_board *board, u32 index, u32 value)
{
	set(board, &board->intr.leaf_en[index], board->intr.leaf_en[index] & ~value);
}

/* TOP: subtrees with something pending and enabled in their leaves. */
static u32 top_read(struct sim_board *board, u32 index)
{
	return tree_top(&board->intr);
}

/* TOP_EN_SET, TOP_EN_CLEAR: both read what is enabled. */
static u32 top_en_read(struct sim_board *board, u32 index)
{
	return board->intr.top_en;
}

static void top_en_set(struct sim_board *board, u32 index, u32 value)
{
	set(board, &board->intr.top_en, board->intr.top_en | value);
}

static void top_en_clear(struct sim_board *board, u32 index, u32 value)
{
	set(board, &board->intr.top_en, board->intr.top_en & ~value);
}

/* LEAF_TRIGGER: raises a vector. */
static void trigger(struct sim_board *board, u32 index, u32 value)
{
	u32 vector = value & 0xfff;
	u32 *leaf;

	if (vector / 32 >= ARRAY_SIZE(board->intr.leaf))
		return;
	leaf = &board->intr.leaf[vector / 32];
	set(board, leaf, *leaf | BIT(vector % 32));
}

/* PMC_INTR and its companions; @index is the line. */
static u32 line_read(struct sim_board *board, u32 index)
{
	return line_pending(&board->intr, index);
}

static u32 line_en_read(struct sim_board *board, u32 index)
{
	return board->intr.en[index];
}

static void line_en_set(struct sim_board *board, u32 index, u32 value)
{
	set(board, &board->intr.en[index], board->intr.en[index] | value);
}

static void line_en_clear(struct sim_board *board, u32 index, u32 value)
{
	set(board, &board->intr.en[index], board->intr.en[index] & ~value);
}

static u32 line_sw_read(struct sim_board *board, u32 index)
{
	return board->intr.sw[index];
}

static void line_sw_write(struct sim_board *board, u32 index, u32 value)
{
	set(board, &board->intr.sw[index], value & 1);
}

static void ignore(struct sim_board *board, u32 index, u32 value)
{
}

/* At BAR0 + 0xb80000, where the PF sees its own page; the numbers are lines of ga100 dev_vm. */
const struct sim_reg sim_intr_tree_regs[] = {
	{ 0xb81000, 8, leaf_read, leaf_write },			/* 110 */
	{ 0xb81200, 8, leaf_en_read, leaf_en_set },		/* 115 */
	{ 0xb81400, 8, leaf_en_read, leaf_en_clear },		/* 120 */
	{ 0xb81600, 1, top_read, ignore },			/* 84 */
	{ 0xb81608, 1, top_en_read, top_en_set },		/* 92 */
	{ 0xb81610, 1, top_en_read, top_en_clear },		/* 101 */
	{ 0xb81640, 1, NULL, trigger },				/* 143 */
	{ }
};

/* Lines of gv100 dev_master. */
const struct sim_reg sim_intr_line_regs[] = {
	{ 0x000100, 2, line_read, ignore },			/* 185 */
	{ 0x000140, 2, line_en_read, ignore },			/* 244 */
	{ 0x000160, 2, line_en_read, line_en_set },		/* 252 */
	{ 0x000180, 2, line_en_read, line_en_clear },		/* 258 */
	{ 0x0001a0, 2, line_sw_read, line_sw_write },		/* 264 */
	{ }
};

/**
 * sim_intr_reset() - nothing pending, nothing enabled, no message under way
 * @board: board
 */
void sim_intr_reset(struct sim_board *board)
{
	memset(&board->intr, 0, sizeof(board->intr));
	sim_irq_reset(board);
}
