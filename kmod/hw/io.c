// SPDX-License-Identifier: GPL-2.0-only
/*
 * How registers and framebuffer are reached: through the BARs of a real board, or through a
 * provider that serves them for a function that only looks like one (include/nvmux/io.h).
 */
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "io.h"

static u32 bar_read32(void *ctx, u32 offset)
{
	struct nvmux_hw *hw = ctx;

	if (offset > hw->bar0_size - sizeof(u32))
		return U32_MAX;
	return ioread32(hw->bar0 + offset);
}

static void bar_write32(void *ctx, u32 offset, u32 value)
{
	struct nvmux_hw *hw = ctx;

	if (offset <= hw->bar0_size - sizeof(u32))
		iowrite32(value, hw->bar0 + offset);
}

/* What is mapped at once. */
#define PIECE SZ_2M

/* The read behind the stores makes sure that they have reached the board. */
static int bar_fill_piece(struct nvmux_hw *hw, u64 offset, u64 length, u32 value)
{
	u32 __iomem *at = ioremap_wc(hw->bar1 + offset, length);
	u64 i;

	if (!at)
		return -ENOMEM;
	for (i = 0; i < length / sizeof(u32); i++)
		__raw_writel(value, at + i);
	wmb(); /* stores have left the write-combining buffers before the read */
	__raw_readl(at);
	iounmap(at);
	return 0;
}

static bool bar_shows(const struct nvmux_hw *hw, u64 offset, u64 length)
{
	return offset <= hw->bar1_size && length <= hw->bar1_size - offset;
}

static int bar_fill(void *ctx, u64 offset, u64 length, u32 value)
{
	struct nvmux_hw *hw = ctx;
	int err = 0;

	if (!bar_shows(hw, offset, length))
		return -ERANGE;
	while (!err && length) {
		u64 piece = min_t(u64, length, PIECE);

		err = bar_fill_piece(hw, offset, piece, value);
		offset += piece;
		length -= piece;
		cond_resched();
	}
	return err;
}

static int bar_compare(void *ctx, u64 offset, u64 length, u32 stride, u32 value)
{
	struct nvmux_hw *hw = ctx;
	void __iomem *start;
	bool same = true;
	u64 at;

	if (!bar_shows(hw, offset, length))
		return -ERANGE;
	start = ioremap_wc(hw->bar1 + offset, length);
	if (!start)
		return -ENOMEM;
	for (at = 0; at < length && same; at += stride)
		same = __raw_readl(start + at) == value;
	same = same && __raw_readl(start + length - sizeof(u32)) == value;
	iounmap(start);
	return same ? 0 : -EBADMSG;
}

static const struct nvmux_io_ops bar_ops = {
	.read32 = bar_read32,
	.write32 = bar_write32,
	.fill = bar_fill,
	.compare = bar_compare,
};

/* A provider removes its functions before it goes, so its answer outlives our reference. */
static bool io_from_provider(struct nvmux_hw *hw)
{
	const struct nvmux_io_ops *(*provide)(struct pci_dev *pdev, void **ret_ctx);
	const struct nvmux_io_ops *ops;

	provide = symbol_get(nvmux_io_provide);
	if (!provide)
		return false;
	ops = provide(hw->pdev, &hw->io_ctx);
	symbol_put(nvmux_io_provide);
	hw->io = ops;
	return ops;
}

/**
 * nvmux_io_open() - find out how a GPU is reached
 * @hw: the GPU; its function is enabled and its regions are ours
 *
 * Context: may sleep.
 *
 * Return: 0; -ENOMEM its registers cannot be mapped.
 */
int nvmux_io_open(struct nvmux_hw *hw)
{
	if (io_from_provider(hw))
		return 0;

	hw->bar0_size = pci_resource_len(hw->pdev, 0);
	hw->bar0 = pci_iomap(hw->pdev, 0, 0);
	if (!hw->bar0)
		return -ENOMEM;
	hw->io = &bar_ops;
	hw->io_ctx = hw;
	return 0;
}

/**
 * nvmux_io_close() - the opposite of nvmux_io_open()
 * @hw: the GPU
 *
 * Context: may sleep.
 */
void nvmux_io_close(struct nvmux_hw *hw)
{
	if (hw->bar0)
		pci_iounmap(hw->pdev, hw->bar0);
	hw->bar0 = NULL;
}
