// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the lab sees of a board: debugfs nvmux_sim/<address>/.
 *
 *   board         what the board is
 *   bar0          its registers, four bytes at an offset, as a driver of the board reaches them;
 *                 whoever maps BAR0 finds plain memory there
 *   silent        1 when it answers nobody: pulled out, struck, or in a reset that hangs
 *
 * The other files there are faults: sim_fault.c.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "sim.h"

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

static int silent_get(void *data, u64 *value)
{
	*value = sim_fault_silent(data);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(silent_fops, silent_get, NULL, "%llu\n");

/**
 * sim_debugfs_add() - make the debugfs directory of a board
 * @board: board on its bus
 * @parent: debugfs directory of the simulator
 */
void sim_debugfs_add(struct sim_board *board, struct dentry *parent)
{
	board->debugfs = debugfs_create_dir(board->name, parent);
	debugfs_create_file("board", 0400, board->debugfs, board, &board_fops);
	debugfs_create_file("bar0", 0600, board->debugfs, board, &bar0_fops);
	debugfs_create_file_unsafe("silent", 0400, board->debugfs, board, &silent_fops);
	sim_fault_add(board, board->debugfs);
}

/**
 * sim_debugfs_remove() - remove the debugfs directory of a board
 * @board: board; nobody reaches it through a file there when this returns
 */
void sim_debugfs_remove(struct sim_board *board)
{
	debugfs_remove(board->debugfs);
}
