// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults on demand: debugfs nvmux_sim/<address>/.
 *
 *   all_ones      nothing answers any more, as after a fatal error on the link
 *   reset_stuck   the next function level reset never ends
 *   fw_not_ready  firmware never finishes to boot
 *   bar1_virtual  BAR1 is left behind page tables
 *   unplugged     1 pulls the board out, 0 puts it back
 *   bus_error     an error on the link: 1 from which the board recovers by itself, 2 which takes a
 *                 reset, 3 which is the end; what a root port would do follows
 *   bad_memory    N: the MiB number N of the framebuffer, not the first, keeps what it has when it
 *                 is filled or written through PRAMIN; BAR1 itself is plain memory
 *   lost_irq      interrupt messages are lost
 *   spurious_irq  writing N sends MSI-X message N for no reason
 *
 * Writing 0 ends a fault. Here faults are switched; what they do is up to the rooms concerned.
 */
#include <linux/cleanup.h>
#include <linux/debugfs.h>

#include "sim.h"

/**
 * sim_fault_silent() - does the board not answer at all
 * @board: board
 *
 * Return: true when every access, to configuration space or BAR0, gets all ones.
 */
bool sim_fault_silent(const struct sim_board *board)
{
	const struct sim_faults *faults = &board->faults;

	return READ_ONCE(faults->all_ones) || READ_ONCE(faults->unplugged) ||
	       READ_ONCE(faults->hung);
}

static int reset_stuck_get(void *data, u64 *value)
{
	struct sim_board *board = data;

	*value = READ_ONCE(board->faults.reset_stuck);
	return 0;
}

/* Without the fault, a reset that hung comes to its end. */
static int reset_stuck_set(void *data, u64 value)
{
	struct sim_board *board = data;

	WRITE_ONCE(board->faults.reset_stuck, value);
	if (!value)
		WRITE_ONCE(board->faults.hung, false);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(reset_stuck_fops, reset_stuck_get, reset_stuck_set, "%llu\n");

static int bar1_virtual_get(void *data, u64 *value)
{
	*value = sim_regs_bar1_virtual(data);
	return 0;
}

static int bar1_virtual_set(void *data, u64 value)
{
	sim_regs_set_bar1_virtual(data, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(bar1_virtual_fops, bar1_virtual_get, bar1_virtual_set, "%llu\n");

static int unplugged_get(void *data, u64 *value)
{
	struct sim_board *board = data;

	*value = READ_ONCE(board->faults.unplugged);
	return 0;
}

static int unplugged_set(void *data, u64 value)
{
	struct sim_board *board = data;

	guard(mutex)(&board->faults.plug_lock);
	if (value && !board->faults.unplugged)
		sim_pci_unplug(board);
	else if (!value && board->faults.unplugged)
		return sim_pci_plug(board);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(unplugged_fops, unplugged_get, unplugged_set, "%llu\n");

static int spurious_irq_set(void *data, u64 value)
{
	if (value >= BITS_PER_LONG)
		return -ERANGE;
	sim_irq_fire(data, value);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(spurious_irq_fops, NULL, spurious_irq_set, "%llu\n");

static int bus_error_set(void *data, u64 value)
{
	struct sim_board *board = data;

	guard(mutex)(&board->faults.plug_lock);
	if (board->faults.unplugged)
		return -ENODEV;
	return sim_aer_strike(board, value);
}
DEFINE_DEBUGFS_ATTRIBUTE(bus_error_fops, NULL, bus_error_set, "%llu\n");

/**
 * sim_fault_add() - make the files of a board's faults
 * @board: board on its bus
 * @dir: its debugfs directory; nobody changes its faults when that is removed
 */
void sim_fault_add(struct sim_board *board, struct dentry *dir)
{
	struct sim_faults *faults = &board->faults;

	debugfs_create_bool("all_ones", 0600, dir, &faults->all_ones);
	debugfs_create_bool("fw_not_ready", 0600, dir, &faults->fw_not_ready);
	debugfs_create_bool("lost_irq", 0600, dir, &faults->lost_irq);
	debugfs_create_u32("bad_memory", 0600, dir, &faults->bad_memory);
	debugfs_create_file_unsafe("reset_stuck", 0600, dir, board, &reset_stuck_fops);
	debugfs_create_file_unsafe("bar1_virtual", 0600, dir, board, &bar1_virtual_fops);
	debugfs_create_file_unsafe("unplugged", 0600, dir, board, &unplugged_fops);
	debugfs_create_file_unsafe("bus_error", 0200, dir, board, &bus_error_fops);
	debugfs_create_file_unsafe("spurious_irq", 0200, dir, board, &spurious_irq_fops);
}
