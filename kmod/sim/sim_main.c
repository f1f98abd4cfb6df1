// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux_sim.ko: NVIDIA boards that exist in memory only.
 *
 * For tests of nvmux, and for anybody who wants to try it without a GPU. Boards come from module
 * parameters or from configfs. Everything that the module needs is begun here in the order of
 * dependence and ended in reverse; the pointer to it is the only state outside.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "sim.h"

#define MAX_BOARDS	16

/* Where boards of module parameters are, one after the other. */
#define PARAM_DOMAIN	1

static const u8 first_buses[] = { 0x81, 0xe2 };

static struct sim *the_sim;

static char *preset;
module_param(preset, charp, 0444);
MODULE_PARM_DESC(preset, "boards to begin with: lab (two a30 at 0001:81:00.0 and 0001:e2:00.0)");

static char *boards[MAX_BOARDS];
static int board_count;
module_param_array(boards, charp, &board_count, 0444);
MODULE_PARM_DESC(boards, "models to begin with, at 0001:81:00.0, 0001:e2:00.0, 0001:01:00.0, ...");

static u8 bus_number(unsigned int i)
{
	if (i < ARRAY_SIZE(first_buses))
		return first_buses[i];
	return i - ARRAY_SIZE(first_buses) + 1;
}

static int add_board(struct sim *sim, unsigned int i, const char *model)
{
	struct sim_desc desc = {
		.model = sim_board_model(model),
		.addressed = true,
		.domain = PARAM_DOMAIN,
		.bus = bus_number(i),
	};
	struct sim_board *board;

	mutex_lock(&sim->lock);
	board = sim_board_add(sim, &desc, model);
	mutex_unlock(&sim->lock);
	return PTR_ERR_OR_ZERO(board);
}

static int add_lab(struct sim *sim)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(first_buses) && !err; i++)
		err = add_board(sim, i, "a30");
	return err;
}

static int add_boards(struct sim *sim)
{
	int i, err = 0;

	for (i = 0; i < board_count && !err; i++)
		err = add_board(sim, i, boards[i]);
	return err;
}

static int add_initial(struct sim *sim)
{
	if (!preset || !*preset)
		return add_boards(sim);
	if (!strcmp(preset, "lab") && !board_count)
		return add_lab(sim);
	pr_err("preset is 'lab' or nothing, and not together with boards\n");
	return -EINVAL;
}

static void remove_all(struct sim *sim)
{
	struct sim_board *board, *next;

	mutex_lock(&sim->lock);
	list_for_each_entry_safe(board, next, &sim->boards, node)
		sim_board_remove(board);
	mutex_unlock(&sim->lock);
}

static int begin(struct sim *sim)
{
	int err;

	err = sim_store_open(&sim->store);
	if (err)
		return err;
	sim->debugfs = debugfs_create_dir(KBUILD_MODNAME, NULL);
	sim->iommu = sim_iommu_add(sim->debugfs);
	if (IS_ERR(sim->iommu)) {
		err = PTR_ERR(sim->iommu);
		goto close_store;
	}
	err = add_initial(sim);
	if (err)
		goto remove_boards;
	err = sim_configfs_add(sim);
	if (err)
		goto remove_boards;
	return 0;

remove_boards:
	remove_all(sim);
	debugfs_remove(sim->debugfs);
	sim->debugfs = NULL;
	sim_iommu_remove(sim->iommu);
close_store:
	debugfs_remove(sim->debugfs);
	sim_store_close(&sim->store);
	return err;
}

static void end(struct sim *sim)
{
	sim_configfs_remove(sim);
	remove_all(sim);
	debugfs_remove(sim->debugfs);
	sim_iommu_remove(sim->iommu);
	sim_store_close(&sim->store);
}

static int __init sim_init(void)
{
	struct sim *sim = kzalloc(sizeof(*sim), GFP_KERNEL);
	int err;

	if (!sim)
		return -ENOMEM;
	mutex_init(&sim->lock);
	INIT_LIST_HEAD(&sim->boards);
	err = begin(sim);
	if (err) {
		kfree(sim);
		return err;
	}
	the_sim = sim;
	return 0;
}

static void __exit sim_exit(void)
{
	end(the_sim);
	mutex_destroy(&the_sim->lock);
	kfree(the_sim);
}

module_init(sim_init);
module_exit(sim_exit);

MODULE_DESCRIPTION("Simulated NVIDIA GPUs for nvmux");
MODULE_AUTHOR("nvmux project");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("pre: configfs");
