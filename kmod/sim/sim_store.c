// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of the boards.
 *
 * BARs must be memory that ioremap() and mmap() accept and that the kernel does not use itself.
 * The large BAR of an ivshmem device is that: QEMU backs it lazily, so boards of real size cost
 * only what somebody touches. Each board gets windows cut out of it; BAR1 is the first part of
 * the framebuffer.
 *
 * This room knows addresses and sizes, not what the bytes mean.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "sim.h"

#define IVSHMEM_VENDOR		PCI_VENDOR_ID_REDHAT_QUMRANET
#define IVSHMEM_DEVICE		0x1110
#define IVSHMEM_BAR		2

/* Where BARs of 32 bits begin on the bus of every board. */
#define LOW_BUS_ADDRESS		0xc0000000u

/* What is mapped at once while memory is filled; BAR1 ends at a multiple of it. */
#define FILL_CHUNK		SZ_16M

/*
 * PRAMIN is read in any context, so what it shows must be mapped all the time. That costs nothing
 * but addresses, unless KASAN wants shadow memory for each of them. Whoever fills memory or looks
 * at it finds it mapped so, too.
 */
#define PRAMIN_REACH		(IS_ENABLED(CONFIG_KASAN_VMALLOC) ? SZ_256M : U64_MAX)

static bool is_larger(struct pci_dev *pdev, const struct pci_dev *than)
{
	resource_size_t size = pci_resource_len(pdev, IVSHMEM_BAR);

	return size && (!than || size > pci_resource_len(than, IVSHMEM_BAR));
}

/* Some use ivshmem for other things as well: the largest one is ours. */
static struct pci_dev *find_ivshmem(void)
{
	struct pci_dev *best = NULL, *pdev = NULL;

	while ((pdev = pci_get_device(IVSHMEM_VENDOR, IVSHMEM_DEVICE, pdev))) {
		if (!is_larger(pdev, best))
			continue;
		pci_dev_put(best);
		best = pci_dev_get(pdev);
	}
	return best;
}

/**
 * sim_store_open() - find the memory that boards are made of
 * @store: filled in
 *
 * Return: 0, -ENODEV when there is no ivshmem device, an error from enabling it.
 */
int sim_store_open(struct sim_store *store)
{
	struct pci_dev *pdev = find_ivshmem();
	int err;

	if (!pdev) {
		pr_err("no memory for boards: add an ivshmem-plain device to this machine\n");
		return -ENODEV;
	}
	err = pci_enable_device(pdev);
	if (err) {
		pr_err("cannot enable %s: %pe\n", pci_name(pdev), ERR_PTR(err));
		pci_dev_put(pdev);
		return err;
	}
	store->pdev = pdev;
	store->res = &pdev->resource[IVSHMEM_BAR];
	pr_info("boards live in %s %pR\n", pci_name(pdev), store->res);
	return 0;
}

/**
 * sim_store_close() - give the memory back
 * @store: opened, all boards removed
 */
void sim_store_close(struct sim_store *store)
{
	pci_disable_device(store->pdev);
	pci_dev_put(store->pdev);
}

static int take(struct resource *parent, struct resource *res, u64 size, u64 align)
{
	return allocate_resource(parent, res, size, 0, -1, align, NULL, NULL) ? -ENOSPC : 0;
}

/* Addresses that nobody answers at: more boards than there is memory for, to count vGPUs on. */
static int take_hollow(struct resource *res, u64 size, u64 align)
{
	return allocate_resource(&iomem_resource, res, size, SZ_4G,
				 BIT_ULL(boot_cpu_data.x86_phys_bits) - 1, align, NULL, NULL) ?
	       -ENOSPC : 0;
}

/* Mapped while nothing lies in it yet: the kernel dislikes mappings that straddle resources. */
static int map_pramin(struct sim_board *board)
{
	board->pramin_reach = min_t(u64, resource_size(&board->vram), PRAMIN_REACH);
	board->pramin = ioremap_wc(board->vram.start, board->pramin_reach);
	return board->pramin ? 0 : -ENOMEM;
}

/* The framebuffer, and in its beginning the window for BAR1. */
static int take_vram(struct sim_store *store, struct sim_board *board)
{
	u64 vram = (u64)board->desc.vram_mib * SZ_1M;
	struct sim_window *fb = &board->window[SIM_FB];
	int err;

	board->vram.name = board->name;
	board->vram.flags = IORESOURCE_MEM;
	if (board->desc.hollow)
		err = take_hollow(&board->vram, max(vram, fb->size), fb->size);
	else
		err = take(store->res, &board->vram, max(vram, fb->size), fb->size);
	if (!err)
		err = map_pramin(board);
	if (err)
		return err;
	fb->res.start = board->vram.start;
	fb->res.end = board->vram.start + fb->size - 1;
	return request_resource(&board->vram, &fb->res);
}

static int take_window(struct sim_store *store, struct sim_board *board, enum sim_window_id id)
{
	struct sim_window *window = &board->window[id];
	int err;

	window->res.name = board->bus_name;
	window->res.flags = IORESOURCE_MEM;
	if (id != SIM_LOW)
		window->res.flags |= IORESOURCE_PREFETCH | IORESOURCE_MEM_64;
	if (!window->size)
		return 0;
	if (id == SIM_FB)
		return take_vram(store, board);
	window->size = roundup_pow_of_two(window->size);
	err = take(store->res, &window->res, window->size, window->size);
	if (!err && id == SIM_LOW)
		window->offset = window->res.start - LOW_BUS_ADDRESS;
	return err;
}

static void release(struct resource *res)
{
	if (res->parent)
		release_resource(res);
}

static void release_all(struct sim_board *board)
{
	enum sim_window_id id;

	for (id = 0; id < SIM_WINDOWS; id++)
		release(&board->window[id].res);
	release(&board->vram);
}

static int take_all(struct sim_store *store, struct sim_board *board)
{
	enum sim_window_id id;
	int err;

	for (id = 0; id < SIM_WINDOWS; id++) {
		err = take_window(store, board, id);
		if (err)
			return err;
	}
	return 0;
}

static bool page_has(const u64 *page, u64 pattern)
{
	u64 differs = 0;
	size_t i;

	for (i = 0; i < PAGE_SIZE / sizeof(*page) && !differs; i += 8) {
		differs |= page[i] ^ pattern;
		differs |= page[i + 1] ^ pattern;
		differs |= page[i + 2] ^ pattern;
		differs |= page[i + 3] ^ pattern;
		differs |= page[i + 4] ^ pattern;
		differs |= page[i + 5] ^ pattern;
		differs |= page[i + 6] ^ pattern;
		differs |= page[i + 7] ^ pattern;
	}
	return !differs;
}

/*
 * Writing would make the host commit the page, reading does not. An emulated CPU is faster with
 * plain stores than with the string instruction of memset64().
 */
static void fill_page(u64 *page, u64 pattern)
{
	size_t i;

	if (page_has(page, pattern))
		return;
	for (i = 0; i < PAGE_SIZE / sizeof(*page); i += 8) {
		page[i] = pattern;
		page[i + 1] = pattern;
		page[i + 2] = pattern;
		page[i + 3] = pattern;
		page[i + 4] = pattern;
		page[i + 5] = pattern;
		page[i + 6] = pattern;
		page[i + 7] = pattern;
	}
}

/* @bad: a MiB that takes nothing, 0 for none */
static void fill_pages(void *memory, u64 offset, size_t length, u32 value, u32 bad)
{
	size_t at;

	for (at = 0; at < length; at += PAGE_SIZE)
		if (!bad || (offset + at) / SZ_1M != bad)
			fill_page(memory + at, (u64)value << 32 | value);
	cond_resched();
}

static bool is_mapped(const struct sim_board *board, u64 offset, u64 length)
{
	return length <= board->pramin_reach && offset <= board->pramin_reach - length;
}

/* What is mapped is memory, whatever the board pretends. */
static void *view_open(const struct sim_board *board, u64 offset, u64 length)
{
	if (is_mapped(board, offset, length))
		return (void __force *)board->pramin + offset;
	return memremap(board->vram.start + offset, length, MEMREMAP_WC);
}

static void view_close(const struct sim_board *board, u64 offset, u64 length, void *view)
{
	if (!is_mapped(board, offset, length))
		memunmap(view);
}

static int fill_view(const struct sim_board *board, u64 offset, size_t length, u32 value)
{
	void *view = view_open(board, offset, length);

	if (!view)
		return -ENOMEM;
	fill_pages(view, offset, length, value, READ_ONCE(board->faults.bad_memory));
	view_close(board, offset, length, view);
	return 0;
}

static bool answers(struct sim_board *board)
{
	unsigned long flags;
	bool yes;

	raw_spin_lock_irqsave(&board->lock, flags);
	yes = sim_config_answers(board->function[SIM_GPU]);
	raw_spin_unlock_irqrestore(&board->lock, flags);
	return yes;
}

/* What lies beyond BAR1 is reached through PRAMIN only. */
static bool bar1_shows(const struct sim_board *board, u64 offset, u64 length)
{
	u64 size = min(board->desc.vram_mib, board->desc.bar1_mib) * (u64)SZ_1M;

	return length <= size && offset <= size - length;
}

/**
 * sim_store_fill() - set framebuffer memory to a pattern, through BAR1
 * @board: board
 * @offset: first byte, a multiple of the page size
 * @length: bytes, a multiple of the page size
 * @value: pattern
 *
 * Pages that have the pattern already are only read. Context: process, sleeps.
 *
 * Return: 0, -ERANGE beyond what BAR1 shows, -EIO when the board does not answer or stops doing so
 * meanwhile, -ENOMEM.
 */
int sim_store_fill(struct sim_board *board, u64 offset, u64 length, u32 value)
{
	u64 end = offset + length;
	size_t chunk;
	int err;

	if (!bar1_shows(board, offset, length))
		return -ERANGE;
	for (; offset < end; offset += chunk) {
		if (!answers(board))
			return -EIO;
		chunk = min_t(u64, end - offset, FILL_CHUNK - offset % FILL_CHUNK);
		err = fill_view(board, offset, chunk, value);
		if (err)
			return err;
	}
	return 0;
}

/**
 * sim_store_compare() - read samples of framebuffer memory, through BAR1
 * @board: board
 * @offset: first byte, a multiple of the page size
 * @length: bytes, a multiple of the page size
 * @stride: one word in so many bytes is read, and the last one
 * @value: what each should be
 *
 * Context: process, sleeps.
 *
 * Return: 0; -EBADMSG one is not; as sim_store_fill().
 */
int sim_store_compare(struct sim_board *board, u64 offset, u64 length, u32 stride, u32 value)
{
	bool same = true;
	void *view;
	u64 at;

	if (!bar1_shows(board, offset, length))
		return -ERANGE;
	if (!answers(board))
		return -EIO;
	view = view_open(board, offset, length);
	if (!view)
		return -ENOMEM;
	for (at = 0; at < length && same; at += stride)
		same = READ_ONCE(*(u32 *)(view + at)) == value;
	same = same && READ_ONCE(*(u32 *)(view + length - sizeof(u32))) == value;
	view_close(board, offset, length, view);
	return same ? 0 : -EBADMSG;
}

static phys_addr_t first_bar(struct sim_board *board, enum sim_part part)
{
	struct sim_bar *bar = &board->function[part]->bar[0];

	return board->window[bar->window].res.start + bar->at;
}

/* BAR0 starts empty, whatever an earlier board left in the store. */
static int map_bar0(struct sim_board *board)
{
	board->bar0 = ioremap(first_bar(board, SIM_GPU), SIM_BAR0_SIZE);
	if (!board->bar0)
		return -ENOMEM;
	fill_pages((void __force *)board->bar0, 0, SIM_BAR0_SIZE, 0, 0);
	return 0;
}

/* What xHCI 1.0 says of a controller at rest: 0x20 bytes of capabilities, then halted. */
static int halt_usb(struct sim_board *board)
{
	void __iomem *regs;

	if (!board->function[SIM_USB])
		return 0;
	regs = ioremap(first_bar(board, SIM_USB), PAGE_SIZE);
	if (!regs)
		return -ENOMEM;
	memset_io(regs, 0, PAGE_SIZE);
	iowrite32(0x01000020, regs);
	iowrite32(1, regs + 0x24);
	iounmap(regs);
	return 0;
}

/**
 * sim_store_add() - give a board its memory
 * @store: opened
 * @board: its BARs have sizes and places in their windows
 *
 * Return: 0, -ENOSPC when no free piece of the store is large enough, -ENOMEM.
 */
int sim_store_add(struct sim_store *store, struct sim_board *board)
{
	int err;

	err = take_all(store, board);
	if (!err)
		err = map_bar0(board);
	if (!err)
		err = halt_usb(board);
	if (err)
		sim_store_remove(board);
	return err;
}

/**
 * sim_store_remove() - take the memory away
 * @board: not on a bus any more; may be half added
 */
void sim_store_remove(struct sim_board *board)
{
	if (board->pramin)
		iounmap(board->pramin);
	if (board->bar0)
		iounmap(board->bar0);
	board->pramin = NULL;
	board->bar0 = NULL;
	release_all(board);
}
