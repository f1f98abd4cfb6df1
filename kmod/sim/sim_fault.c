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
 * And what is no fault:
 *
 *   board         what the board is
 *   bar0          its registers, four bytes at an offset, as a driver of the board reaches them;
 *                 whoever maps BAR0 finds plain memory there
 *
 * Writing 0 ends a fault. Here faults are switched; what they do is up to the rooms concerned.
 */
#include <linux/cleanup.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

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

/* What was described, all defaults filled in. */
static int board_show(struct seq_file *seq, void *unused)
{
	struct sim_board *board = seq->private;

	seq_printf(seq, "model %s\naddress %s\n", board->model->name, board->name);
	seq_printf(seq, "vram_mib %u\nbar1_mib %u\n", board->desc.vram_mib, board->desc.bar1_mib);
	seq_printf(seq, "vram %pR\n", &board->vram);
	seq_printf(seq, "functions %#x\n", board->desc.parts);
	seq_printf(seq, "group %u iommu_group %d\n", board->desc.group,
		   iommu_group_id(board->group));
	seq_printf(seq, "serial %llu\n", board->desc.serial);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(board);

static bool is_register(size_t length, loff_t at)
{
	return length == sizeof(u32) && at >= 0 && at < SIM_BAR0_SIZE &&
	       IS_ALIGNED(at, sizeof(u32));
}

static ssize_t bar0_read(struct file *file, char __user *user, size_t length, loff_t *at)
{
	u32 value;

	if (!is_register(length, *at))
		return -EINVAL;
	value = sim_regs_read(file->private_data, *at);
	return copy_to_user(user, &value, sizeof(value)) ? -EFAULT : sizeof(value);
}

static ssize_t bar0_write(struct file *file, const char __user *user, size_t length, loff_t *at)
{
	u32 value;

	if (!is_register(length, *at))
		return -EINVAL;
	if (copy_from_user(&value, user, sizeof(value)))
		return -EFAULT;
	sim_regs_write(file->private_data, *at, value);
	return sizeof(value);
}

static const struct file_operations bar0_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = bar0_read,
	.write = bar0_write,
	.llseek = default_llseek,
};

/**
 * sim_fault_add() - make the debugfs directory of a board
 * @board: board on its bus
 * @parent: debugfs directory
 */
void sim_fault_add(struct sim_board *board, struct dentry *parent)
{
	struct sim_faults *faults = &board->faults;
	struct dentry *dir = debugfs_create_dir(board->name, parent);

	debugfs_create_file("board", 0400, dir, board, &board_fops);
	debugfs_create_file("bar0", 0600, dir, board, &bar0_fops);
	debugfs_create_bool("all_ones", 0600, dir, &faults->all_ones);
	debugfs_create_bool("fw_not_ready", 0600, dir, &faults->fw_not_ready);
	debugfs_create_bool("lost_irq", 0600, dir, &faults->lost_irq);
	debugfs_create_u32("bad_memory", 0600, dir, &faults->bad_memory);
	debugfs_create_file_unsafe("reset_stuck", 0600, dir, board, &reset_stuck_fops);
	debugfs_create_file_unsafe("bar1_virtual", 0600, dir, board, &bar1_virtual_fops);
	debugfs_create_file_unsafe("unplugged", 0600, dir, board, &unplugged_fops);
	debugfs_create_file_unsafe("bus_error", 0200, dir, board, &bus_error_fops);
	debugfs_create_file_unsafe("spurious_irq", 0200, dir, board, &spurious_irq_fops);
	faults->dir = dir;
}

/**
 * sim_fault_remove() - remove the debugfs directory of a board
 * @board: board; nobody changes its faults when this returns
 */
void sim_fault_remove(struct sim_board *board)
{
	debugfs_remove(board->faults.dir);
}
