// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers behind BAR0, and the seam through which nvmux.ko reaches them.
 *
 * A register with side effects has a row in the table of its generation; all others read what the
 * memory of BAR0 holds and drop writes. Values that never change are in that memory, because a
 * virtual machine that has the function to itself reads nothing else.
 *
 * Manuals: NVIDIA/open-gpu-doc, manuals/<generation>/<chip>/<file>.ref.txt:<line>, written here as
 * "ga100 dev_vm:44". OK is NVIDIA/open-gpu-kernel-modules.
 */
#include <linux/io.h>
#include <linux/ktime.h>

#include <nvmux/io.h>

#include "sim.h"

#define BAR0_WINDOW		0x001700	/* gv100 dev_bus:165 */
#define BAR0_WINDOW_HOPPER	0x10fd40	/* OK hopper/gh100/pri_nv_xal_ep.h */
#define BAR1_BLOCK_VOLTA	0x001704	/* gv100 dev_bus:173 */
#define BAR1_BLOCK_TURING	0xb80f40	/* ga100 dev_vm:44 */
#define BAR1_BLOCK_HOPPER	0xb80f60	/* OK hopper/gh100/dev_vm.h:68 */
#define BAR1_MODE_VIRTUAL	BIT(31)
#define BAR1_MODE_VIRTUAL_HOPPER BIT(9)

/* How long firmware takes after a reset: longer than the kernel waits on its own. */
#define BOOT_TIME_MS		200

static u32 load(struct sim_board *board, u32 offset)
{
	return ioread32(board->bar0 + offset);
}

static void store(struct sim_board *board, u32 offset, u32 value)
{
	iowrite32(value, board->bar0 + offset);
}

static void drop(struct sim_board *board, u32 index, u32 value)
{
}

/* Nanoseconds with a granularity of 32: gv100 dev_usermode:103-111. */
static u32 time_low_read(struct sim_board *board, u32 index)
{
	return lower_32_bits(ktime_get_ns()) & ~0x1fu;
}

static u32 time_high_read(struct sim_board *board, u32 index)
{
	return upper_32_bits(ktime_get_ns()) & 0x1fffffff;
}

static u32 progress_read(struct sim_board *board, u32 index)
{
	bool late = ktime_before(ktime_get(), board->fw_ready);

	return late || READ_ONCE(board->faults.fw_not_ready) ? 0 : SIM_GFW_DONE;
}

/* Configuration space shows up in BAR0. */
static u32 config_read(struct sim_board *board, u32 index)
{
	return sim_config_read(board->function[SIM_GPU], index * 4, 4);
}

/* PRAMIN: one MiB of framebuffer, which begins where the window register says. */
static void __iomem *pramin(struct sim_board *board, u32 index)
{
	u32 window = board->model->family >= SIM_HOPPER ? BAR0_WINDOW_HOPPER : BAR0_WINDOW;
	u64 base = (u64)(load(board, window) & 0xffffff) << 16;
	u64 at = base + index * 4;

	return at < board->pramin_reach ? board->pramin + at : NULL;
}

static u32 pramin_read(struct sim_board *board, u32 index)
{
	void __iomem *at = pramin(board, index);

	return at ? ioread32(at) : ~0u;
}

static bool is_bad(struct sim_board *board, const void __iomem *at)
{
	u32 mib = READ_ONCE(board->faults.bad_memory);

	return mib && (u64)(at - board->pramin) / SZ_1M == mib;
}

/* What has the value already is not written: the host would have to commit the page. */
static void pramin_write(struct sim_board *board, u32 index, u32 value)
{
	void __iomem *at = pramin(board, index);

	if (at && !is_bad(board, at) && ioread32(at) != value)
		iowrite32(value, at);
}

static const struct sim_reg common_regs[] = {
	{ 0x009400, 1, time_low_read, drop },		/* PTIMER; nouveau */
	{ 0x009410, 1, time_high_read, drop },
	{ 0x088000, 1024, config_read, drop },		/* mirror of configuration space */
	{ 0x700000, SZ_1M / 4, pramin_read, pramin_write },	/* gv100 dev_ram:49 */
	{ 0x810080, 1, time_low_read, drop },		/* gv100 dev_usermode:103 */
	{ 0x810084, 1, time_high_read, drop },
	{ }
};

static const struct sim_reg volta_regs[] = {
	{ BAR0_WINDOW, 1, NULL, NULL },
	{ BAR1_BLOCK_VOLTA, 1, NULL, NULL },
	{ }
};

/* What came with Turing and stayed; the numbers are lines of ga100 dev_vm. */
static const struct sim_reg vf_page_regs[] = {
	{ SIM_GFW_PROGRESS, 1, progress_read, drop },
	{ 0xb82100, 16, NULL, NULL },			/* mailbox scratch, 145 */
	{ 0xbb0080, 1, time_low_read, drop },		/* 544 */
	{ 0xbb0084, 1, time_high_read, drop },		/* 547 */
	{ }
};

static const struct sim_reg turing_regs[] = {
	{ BAR0_WINDOW, 1, NULL, NULL },
	{ BAR1_BLOCK_TURING, 1, NULL, NULL },
	{ }
};

#define FSP_BOOT_HOPPER		0x0200bc	/* nouveau nvhw/ref/gh100/dev_therm.h */
#define FSP_BOOT_BLACKWELL	0xad00bc	/* nouveau nvhw/ref/gb202/dev_therm.h */

static const struct sim_reg blackwell_regs[] = {
	{ BAR0_WINDOW_HOPPER, 1, NULL, NULL },
	{ BAR1_BLOCK_HOPPER, 2, NULL, NULL },
	{ FSP_BOOT_BLACKWELL, 1, progress_read, drop },
	{ }
};

static const struct sim_reg hopper_regs[] = {
	{ BAR0_WINDOW_HOPPER, 1, NULL, NULL },
	{ BAR1_BLOCK_HOPPER, 2, NULL, NULL },
	{ FSP_BOOT_HOPPER, 1, progress_read, drop },
	{ }
};

#define TABLES	4

static const struct sim_reg *const tables[][TABLES] = {
	[SIM_VOLTA] = { common_regs, sim_intr_line_regs, volta_regs },
	[SIM_TURING] = { common_regs, sim_intr_tree_regs, vf_page_regs, turing_regs },
	[SIM_HOPPER] = { common_regs, sim_intr_tree_regs, vf_page_regs, hopper_regs },
	[SIM_BLACKWELL] = { common_regs, sim_intr_tree_regs, vf_page_regs, blackwell_regs },
};

static const struct sim_reg *find_in(const struct sim_reg *reg, u32 offset)
{
	for (; reg && reg->count; reg++)
		if (offset >= reg->first && offset - reg->first < reg->count * 4)
			return reg;
	return NULL;
}

static const struct sim_reg *find(const struct sim_board *board, u32 offset)
{
	const struct sim_reg *reg = NULL;
	unsigned int i;

	for (i = 0; i < TABLES && !reg; i++)
		reg = find_in(tables[board->model->family][i], offset);
	return reg;
}

/* A board that was reset and not told its addresses again answers nowhere. */
static bool is_decoded(struct sim_board *board, u32 offset)
{
	const struct sim_function *fn = board->function[SIM_GPU];

	return offset < SIM_BAR0_SIZE && IS_ALIGNED(offset, 4) && sim_config_answers(fn) &&
	       sim_config_has_address(fn);
}

static u32 read_locked(struct sim_board *board, u32 offset)
{
	const struct sim_reg *reg = find(board, offset);

	if (!is_decoded(board, offset))
		return ~0u;
	if (reg && reg->read)
		return reg->read(board, (offset - reg->first) / 4);
	return load(board, offset);
}

static void write_locked(struct sim_board *board, u32 offset, u32 value)
{
	const struct sim_reg *reg = find(board, offset);

	if (!reg || !is_decoded(board, offset))
		return;
	if (reg->write)
		reg->write(board, (offset - reg->first) / 4, value);
	else
		store(board, offset, value);
}

/**
 * sim_regs_read() - read a register, as a driver of the board does
 * @board: board
 * @offset: in BAR0
 *
 * Context: any; takes @board->lock.
 *
 * Return: its value; all ones where nothing answers.
 */
u32 sim_regs_read(struct sim_board *board, u32 offset)
{
	unsigned long flags;
	u32 value;

	raw_spin_lock_irqsave(&board->lock, flags);
	value = read_locked(board, offset);
	raw_spin_unlock_irqrestore(&board->lock, flags);
	return value;
}

/**
 * sim_regs_write() - write a register, as a driver of the board does
 * @board: board
 * @offset: in BAR0
 * @value: value
 *
 * Context: any; takes @board->lock.
 */
void sim_regs_write(struct sim_board *board, u32 offset, u32 value)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&board->lock, flags);
	write_locked(board, offset, value);
	raw_spin_unlock_irqrestore(&board->lock, flags);
}

static u32 io_read32(void *ctx, u32 offset)
{
	return sim_regs_read(ctx, offset);
}

static void io_write32(void *ctx, u32 offset, u32 value)
{
	sim_regs_write(ctx, offset, value);
}

/* What BAR1 shows in virtual mode is not the framebuffer, and a board may take nothing at all. */
static int io_fill(void *ctx, u64 offset, u64 length, u32 value)
{
	if (sim_fault_silent(ctx) || sim_regs_bar1_virtual(ctx))
		return -EIO;
	return sim_store_fill(ctx, offset, length, value);
}

static int io_compare(void *ctx, u64 offset, u64 length, u32 stride, u32 value)
{
	if (sim_fault_silent(ctx) || sim_regs_bar1_virtual(ctx))
		return -EIO;
	return sim_store_compare(ctx, offset, length, stride, value);
}

static const struct nvmux_io_ops io_ops = {
	.read32 = io_read32,
	.write32 = io_write32,
	.fill = io_fill,
	.compare = io_compare,
};

const struct nvmux_io_ops *nvmux_io_provide(struct pci_dev *pdev, void **ret_ctx)
{
	struct sim_board *board = sim_pci_board(pdev);

	if (!board || PCI_FUNC(pdev->devfn) != SIM_GPU)
		return NULL;
	*ret_ctx = board;
	return &io_ops;
}
EXPORT_SYMBOL_GPL(nvmux_io_provide);

static u32 bar1_block(const struct sim_board *board, u32 *mode)
{
	*mode = BAR1_MODE_VIRTUAL;
	switch (board->model->family) {
	case SIM_VOLTA:
		return BAR1_BLOCK_VOLTA;
	case SIM_HOPPER:
	case SIM_BLACKWELL:
		*mode = BAR1_MODE_VIRTUAL_HOPPER;
		return BAR1_BLOCK_HOPPER;
	default:
		return BAR1_BLOCK_TURING;
	}
}

/**
 * sim_regs_bar1_virtual() - does BAR1 go through page tables
 * @board: board
 *
 * Return: true when it does not show the framebuffer as it is.
 */
bool sim_regs_bar1_virtual(struct sim_board *board)
{
	u32 mode, block = bar1_block(board, &mode);

	return load(board, block) & mode;
}

/**
 * sim_regs_set_bar1_virtual() - leave BAR1 as a driver that crashed would
 * @board: board
 * @on: virtual, else physical
 */
void sim_regs_set_bar1_virtual(struct sim_board *board, bool on)
{
	u32 mode, block = bar1_block(board, &mode);
	unsigned long flags;

	raw_spin_lock_irqsave(&board->lock, flags);
	store(board, block, on ? mode : 0);
	raw_spin_unlock_irqrestore(&board->lock, flags);
}

static void clear_stored(struct sim_board *board, const struct sim_reg *reg)
{
	u32 i;

	for (; reg && reg->count; reg++)
		for (i = 0; !reg->read && i < reg->count; i++)
			store(board, reg->first + i * 4, 0);
}

/* Each entry starts masked: ga100 dev_vm:501. */
static void reset_msix(struct sim_board *board)
{
	u32 at;

	if (!board->function[SIM_GPU]->msix)
		return;
	for (at = 0; at < 16 * PCI_MSIX_ENTRY_SIZE; at += 4)
		store(board, SIM_MSIX_TABLE + at,
		      at % PCI_MSIX_ENTRY_SIZE == PCI_MSIX_ENTRY_VECTOR_CTRL);
	store(board, SIM_MSIX_PBA, 0);
}

/**
 * sim_regs_reset() - registers after power-on or function level reset
 * @board: board, @board->lock held
 *
 * The framebuffer keeps its content, as on hardware.
 */
void sim_regs_reset(struct sim_board *board)
{
	unsigned int i;

	lockdep_assert_held(&board->lock);
	sim_intr_reset(board);
	for (i = 0; i < TABLES; i++)
		clear_stored(board, tables[board->model->family][i]);
	reset_msix(board);
	sim_chip_reset(board);
	board->fw_ready = ktime_add_ms(ktime_get(), BOOT_TIME_MS);
}
