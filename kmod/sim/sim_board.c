// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which boards there are, and the recipe that makes one of a description.
 *
 * Numbers of the models: data sheets and dumps of configuration space. Boards of one chip differ
 * in the device id and in memory only. VRAM of cards with a small BAR1 is there in full.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "sim.h"

#define GIB		1024	/* in MiB */
#define BAR1_MIB_MIN	64	/* ga100 dev_nv_xve3g_fn0:1603 */

#define TURING_PARTS	(BIT(SIM_GPU) | BIT(SIM_AUDIO) | BIT(SIM_USB) | BIT(SIM_UCSI))

static const struct sim_model models[] = {
	{
		.name = "v100", .family = SIM_VOLTA, .chip = 0x140,
		.device = 0x1db4, .subsystem = 0x1214,
		.vram_mib = 16 * GIB, .bar1_mib = 16 * GIB, .parts = BIT(SIM_GPU),
	}, {
		.name = "t4", .family = SIM_TURING, .chip = 0x164,
		.device = 0x1eb8, .subsystem = 0x12a2,
		.vram_mib = 16 * GIB, .bar1_mib = 256, .parts = BIT(SIM_GPU),
	}, {
		.name = "rtx6000", .family = SIM_TURING, .chip = 0x162,
		.device = 0x1e30, .subsystem = 0x12ba, .display = true,
		.vram_mib = 24 * GIB, .bar1_mib = 256, .parts = TURING_PARTS,
	}, {
		.name = "a30", .family = SIM_TURING, .chip = 0x170,
		.device = 0x20b7, .subsystem = 0x1532, .flr = true,
		.vram_mib = 24 * GIB, .bar1_mib = 32 * GIB, .parts = BIT(SIM_GPU),
	}, {
		.name = "a100", .family = SIM_TURING, .chip = 0x170,
		.device = 0x20f1, .subsystem = 0x145f, .flr = true,
		.vram_mib = 40 * GIB, .bar1_mib = 64 * GIB, .parts = BIT(SIM_GPU),
	}, {
		.name = "a10", .family = SIM_TURING, .chip = 0x172,
		.device = 0x2236, .subsystem = 0x1482, .flr = true,
		.vram_mib = 24 * GIB, .bar1_mib = 32 * GIB, .parts = BIT(SIM_GPU),
	}, {
		.name = "a40", .family = SIM_TURING, .chip = 0x172,
		.device = 0x2235, .subsystem = 0x145a, .flr = true,
		.vram_mib = 48 * GIB, .bar1_mib = 64 * GIB, .parts = BIT(SIM_GPU),
	}, {
		.name = "rtxa6000", .family = SIM_TURING, .chip = 0x172,
		.device = 0x2230, .subsystem = 0x1459, .display = true, .flr = true,
		.vram_mib = 48 * GIB, .bar1_mib = 256, .parts = BIT(SIM_GPU) | BIT(SIM_AUDIO),
	}, {
		.name = "rtxa4000", .family = SIM_TURING, .chip = 0x174,
		.device = 0x24b0, .subsystem = 0x14ad, .display = true, .flr = true,
		.vram_mib = 16 * GIB, .bar1_mib = 256, .parts = BIT(SIM_GPU) | BIT(SIM_AUDIO),
	}, {
		.name = "l4", .family = SIM_TURING, .chip = 0x194,
		.device = 0x27b8, .subsystem = 0x16ca, .flr = true,
		.vram_mib = 24 * GIB, .bar1_mib = 32 * GIB, .parts = BIT(SIM_GPU),
	}, {
		.name = "h100", .family = SIM_HOPPER, .chip = 0x180,
		.device = 0x2331, .subsystem = 0x1626, .flr = true,
		.vram_mib = 80 * GIB, .bar1_mib = 128 * GIB, .parts = BIT(SIM_GPU),
	}, {
		.name = "h20", .family = SIM_HOPPER, .chip = 0x180,
		.device = 0x2329, .subsystem = 0x198b, .flr = true,
		.vram_mib = 96 * GIB, .bar1_mib = 128 * GIB, .parts = BIT(SIM_GPU),
	}, {
		.name = "rtx5000ada", .family = SIM_TURING, .chip = 0x192,
		.device = 0x26b2, .subsystem = 0x17fa, .flr = true,
		.vram_mib = 32 * GIB, .bar1_mib = 32 * GIB, .parts = BIT(SIM_GPU),
	}, {
		.name = "rtxpro6000", .family = SIM_BLACKWELL, .chip = 0x1b2,
		.device = 0x2bb5, .subsystem = 0x204e, .flr = true,
		.vram_mib = 96 * GIB, .bar1_mib = 128 * GIB, .parts = BIT(SIM_GPU),
	}, {
		/* Not a GPU: somebody else in the IOMMU group. No driver knows its ids. */
		.name = "nic", .family = SIM_VOLTA, .chip = 0x140,
		.vendor = 0x1234, .device = 0x0001, .class = PCI_CLASS_NETWORK_ETHERNET << 8,
		.vram_mib = BAR1_MIB_MIN, .bar1_mib = BAR1_MIB_MIN, .parts = BIT(SIM_GPU),
	},
};

/**
 * sim_board_model() - look a model up
 * @name: its name
 *
 * Return: the model, NULL when there is none.
 */
const struct sim_model *sim_board_model(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(models); i++)
		if (!strcmp(models[i].name, name))
			return &models[i];
	return NULL;
}

static void set_bar(struct sim_function *fn, unsigned int i, u64 size, u32 type,
		    enum sim_window_id window)
{
	fn->bar[i] = (struct sim_bar) { .size = size, .type = type, .window = window };
}

static void set_bar_high(struct sim_function *fn, unsigned int i, u64 size)
{
	set_bar(fn, i, size, PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH,
		SIM_HIGH);
}

/* Hopper has BAR0, BAR2 and BAR4 where others have BAR0, BAR1 and BAR3. */
static void size_gpu_bars(struct sim_function *fn)
{
	bool hopper = fn->board->model->family == SIM_HOPPER;
	unsigned int shift = hopper ? 1 : 0;

	if (hopper)
		set_bar_high(fn, 0, SIM_BAR0_SIZE);
	else
		set_bar(fn, 0, SIM_BAR0_SIZE, 0, SIM_LOW);
	set_bar_high(fn, 1 + shift, (u64)fn->board->desc.bar1_mib * SZ_1M);
	fn->bar[1 + shift].window = SIM_FB;
	set_bar_high(fn, 3 + shift, SZ_32M);
}

static void size_bars(struct sim_function *fn)
{
	switch (fn->part) {
	case SIM_AUDIO:
		set_bar(fn, 0, SZ_16K, 0, SIM_LOW);
		break;
	case SIM_USB:
		set_bar_high(fn, 0, SZ_256K);
		set_bar_high(fn, 3, SZ_64K);
		break;
	case SIM_UCSI:
		set_bar(fn, 0, SZ_4K, 0, SIM_LOW);
		break;
	default:
		size_gpu_bars(fn);
	}
}

static void place_bar(struct sim_board *board, struct sim_bar *bar)
{
	struct sim_window *window = &board->window[bar->window];

	bar->at = ALIGN(window->size, bar->size);
	window->size = bar->at + bar->size;
}

static void place_bars_of_size(struct sim_board *board, u64 size)
{
	enum sim_part part;
	unsigned int i;

	for (part = 0; part < SIM_PARTS; part++)
		for (i = 0; board->function[part] && i < PCI_STD_NUM_BARS; i++)
			if (board->function[part]->bar[i].size == size)
				place_bar(board, &board->function[part]->bar[i]);
}

/* The largest first, as Linux would do. */
static void place_bars(struct sim_board *board)
{
	u64 size;

	for (size = BIT_ULL(62); size; size >>= 1)
		place_bars_of_size(board, size);
}

static struct sim_function *alloc_function(struct sim_board *board, enum sim_part part)
{
	struct sim_function *fn = kzalloc(sizeof(*fn), GFP_KERNEL);

	if (!fn)
		return NULL;
	fn->board = board;
	fn->part = part;
	size_bars(fn);
	return fn;
}

static int alloc_functions(struct sim_board *board)
{
	enum sim_part part;

	for (part = 0; part < SIM_PARTS; part++) {
		if (!(board->desc.parts & BIT(part)))
			continue;
		board->function[part] = alloc_function(board, part);
		if (!board->function[part])
			return -ENOMEM;
	}
	return 0;
}

static void free_board(struct sim_board *board)
{
	enum sim_part part;

	iommu_group_put(board->group);
	for (part = 0; part < SIM_PARTS; part++)
		kfree(board->function[part]);
	mutex_destroy(&board->faults.plug_lock);
	kfree(board);
}

static struct sim_board *alloc_board(const struct sim_desc *desc)
{
	struct sim_board *board = kzalloc(sizeof(*board), GFP_KERNEL);

	if (!board)
		return NULL;
	board->desc = *desc;
	board->model = desc->model;
	raw_spin_lock_init(&board->lock);
	mutex_init(&board->faults.plug_lock);
	sim_irq_init(board);
	snprintf(board->name, sizeof(board->name), "%04x:%02x:%02x.0", desc->domain, desc->bus,
		 desc->slot);
	snprintf(board->bus_name, sizeof(board->bus_name), "PCI Bus %04x:%02x", desc->domain,
		 desc->bus);
	if (!alloc_functions(board)) {
		place_bars(board);
		return board;
	}
	free_board(board);
	return NULL;
}

/* Boards with the same number share the group of the first one. */
static struct iommu_group *group_of(struct sim *sim, const struct sim_desc *desc)
{
	struct sim_board *other;

	list_for_each_entry(other, &sim->boards, node)
		if (desc->group && other->desc.group == desc->group)
			return iommu_group_ref_get(other->group);
	return iommu_group_alloc();
}

static int join_group(struct sim *sim, struct sim_board *board)
{
	struct iommu_group *group = group_of(sim, &board->desc);

	if (IS_ERR(group))
		return PTR_ERR(group);
	board->group = group;
	board->iommu = sim->iommu;
	return 0;
}

static struct sim_desc with_defaults(const struct sim_desc *desc)
{
	struct sim_desc full = *desc;

	full.vram_mib = full.vram_mib ?: full.model->vram_mib;
	full.bar1_mib = full.bar1_mib ?: full.model->bar1_mib;
	full.parts = full.parts_set ? full.parts | BIT(SIM_GPU) : full.model->parts;
	return full;
}

static int refuse(const char *who, const char *attribute, const char *why, int err)
{
	pr_notice("%s: %s %s\n", who, attribute, why);
	return err;
}

/* What is told here by name of the attribute cannot be told by errno alone. */
static int check(const struct sim_desc *desc, const char *who)
{
	if (!desc->model)
		return refuse(who, "model", "is not set or not known", -EINVAL);
	if (!desc->addressed)
		return refuse(who, "address", "is not set", -EINVAL);
	if (pci_find_bus(desc->domain, desc->bus))
		return refuse(who, "address", "is on a bus that exists already", -EADDRINUSE);
	if (desc->vram_mib && !sim_chip_can_tell(desc->model, desc->vram_mib))
		return refuse(who, "vram_mib", "is no size that this chip can express", -EINVAL);
	if (desc->bar1_mib && (!is_power_of_2(desc->bar1_mib) || desc->bar1_mib < BAR1_MIB_MIN))
		return refuse(who, "bar1_mib", "is not a power of two, 64 or more", -EINVAL);
	return 0;
}

static int bring_up(struct sim *sim, struct sim_board *board, const char *who)
{
	int err;

	err = join_group(sim, board);
	if (err)
		return err;
	err = sim_store_add(&sim->store, board);
	if (err == -ENOSPC)
		pr_notice("%s: bar1_mib and vram_mib do not fit into the store\n", who);
	if (err)
		return err;
	sim_pci_power_on(board);
	err = sim_pci_add(board);
	if (err)
		sim_store_remove(board);
	return err;
}

/**
 * sim_board_add() - make a board and put it on the machine
 * @sim: simulator, its lock held
 * @desc: what is asked for
 * @who: name of the description, for messages
 *
 * Return: the board; -EINVAL description incomplete or impossible, -EADDRINUSE bus taken, -ENOSPC
 * no room in the store, -EIO the kernel does not see it, -ENOMEM.
 */
struct sim_board *sim_board_add(struct sim *sim, const struct sim_desc *desc, const char *who)
{
	struct sim_desc full;
	struct sim_board *board;
	int err;

	lockdep_assert_held(&sim->lock);
	err = check(desc, who);
	if (err)
		return ERR_PTR(err);
	full = with_defaults(desc);
	board = alloc_board(&full);
	if (!board)
		return ERR_PTR(-ENOMEM);
	err = bring_up(sim, board, who);
	if (err) {
		free_board(board);
		return ERR_PTR(err);
	}
	sim_debugfs_add(board, sim->debugfs);
	list_add_tail(&board->node, &sim->boards);
	pr_info("%s is at %s\n", board->model->name, board->name);
	return board;
}

/**
 * sim_board_remove() - take a board off the machine and free it
 * @board: board; the lock of its simulator held
 */
void sim_board_remove(struct sim_board *board)
{
	list_del(&board->node);
	sim_debugfs_remove(board);
	sim_pci_remove(board);
	sim_store_remove(board);
	pr_info("%s is gone from %s\n", board->model->name, board->name);
	free_board(board);
}
