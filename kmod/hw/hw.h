/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hardware of one GPU while nvmux holds its function: registers, framebuffer, what is clean.
 */
#ifndef NVMUX_HW_H
#define NVMUX_HW_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <nvmux/io.h>

struct nvmux_hw;
struct nvmux_scrub_news;
struct nvmux_refusal;
struct pci_dev;

/**
 * struct nvmux_hw_ops - one GPU generation
 * @name: for messages
 * @window: register that says what part of the framebuffer PRAMIN shows
 * @fb_size: size of the framebuffer in bytes, 0 when the board does not tell. Any context.
 * @bar1_linear: make BAR1 show the framebuffer from its start, without address translation. May
 *	sleep. Return: 0, -EIO when the board does not follow.
 * @firmware_ready: has the firmware booted? NULL where nothing boots. Any context.
 *
 * Called while nvmux holds the function, no lock held.
 */
struct nvmux_hw_ops {
	const char *name;
	u32 window;
	u64 (*fb_size)(struct nvmux_hw *hw);
	int (*bar1_linear)(struct nvmux_hw *hw);
	bool (*firmware_ready)(struct nvmux_hw *hw);
};

/**
 * struct nvmux_hw - access to one GPU
 * @pdev: its PCI function
 * @ops: its generation
 * @io: how its registers and framebuffer are reached
 * @io_ctx: context of @io
 * @bar0: registers of a real board, NULL when @io is a provider's
 * @bar0_size: bytes of @bar0
 * @bar1: physical address of the framebuffer BAR
 * @bar1_size: its size in bytes
 * @chip: chip id of PMC_BOOT_42
 * @boot0: PMC_BOOT_0, the guest sees the same
 * @command: command register as it was found
 * @fb_size: framebuffer in bytes
 * @n_chunks: chunks of the framebuffer
 * @scrub_lock: protects @dirty, @tenant and @scrub_done, and the decision which chunk is whose
 * @dirty: one bit per chunk that is not known to be zero
 * @tenant: one bit per chunk that a tenant may have written, each of them dirty
 * @scrub_done: chunks that were wanted clean and are, since something was wanted last
 * @scrub_all: all that is dirty is wanted clean, not only what tenants wrote; set without a lock
 * @scrub_work: cleans in the background
 * @scrub_tell: who is told how that goes on, NULL when nobody is; called without any lock
 * @scrub_ctx: context of @scrub_tell
 */
struct nvmux_hw {
	struct pci_dev *pdev;
	const struct nvmux_hw_ops *ops;
	const struct nvmux_io_ops *io;
	void *io_ctx;
	void __iomem *bar0;
	u64 bar0_size;
	phys_addr_t bar1;
	u64 bar1_size;
	u32 chip;
	u32 boot0;
	u16 command;
	u64 fb_size;
	unsigned long n_chunks;
	struct mutex scrub_lock; /* protects dirty, tenant and scrub_done */
	unsigned long *dirty;
	unsigned long *tenant;
	unsigned long scrub_done;
	bool scrub_all;
	struct delayed_work scrub_work;
	void (*scrub_tell)(void *ctx, const struct nvmux_scrub_news *news);
	void *scrub_ctx;
};

struct nvmux_hw *nvmux_hw_open(struct pci_dev *pdev, struct nvmux_refusal *why);
void nvmux_hw_close(struct nvmux_hw *hw);
int nvmux_hw_shows_all(struct nvmux_hw *hw, struct nvmux_refusal *why);
int nvmux_hw_answers(struct nvmux_hw *hw, struct nvmux_refusal *why);
int nvmux_hw_reopen(struct nvmux_hw *hw, struct nvmux_refusal *why);
int nvmux_hw_look(struct pci_dev *pdev, struct nvmux_refusal *why);
int nvmux_hw_bar1_index(struct pci_dev *pdev);

extern const struct nvmux_hw_ops nvmux_hw_volta;
extern const struct nvmux_hw_ops nvmux_hw_turing;
extern const struct nvmux_hw_ops nvmux_hw_ampere;
extern const struct nvmux_hw_ops nvmux_hw_hopper;
extern const struct nvmux_hw_ops nvmux_hw_blackwell;

#endif
