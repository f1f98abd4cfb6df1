// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opening a board: is it there, has its firmware booted, which chip is it, how much memory has it,
 * does BAR1 show it.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "../core/refusal.h"
#include "hw.h"
#include "io.h"
#include "regs.h"
#include "scrub.h"

struct chip_range {
	u32 first;
	u32 last;
	const struct nvmux_hw_ops *ops;
};

/* Chip ids of PMC_BOOT_42: GD dev_master.ref.txt:111 and its counterparts. */
static const struct chip_range chips[] = {
	{ 0x140, 0x14f, &nvmux_hw_volta },
	{ 0x160, 0x16f, &nvmux_hw_turing },
	{ 0x170, 0x170, &nvmux_hw_turing },
	{ 0x171, 0x17f, &nvmux_hw_ampere },
	{ 0x180, 0x18f, &nvmux_hw_hopper },
	{ 0x190, 0x19f, &nvmux_hw_ampere },
	{ 0x1a0, 0x1bf, &nvmux_hw_blackwell },
};

static const struct nvmux_hw_ops *ops_of_chip(u32 chip)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(chips); i++)
		if (chip >= chips[i].first && chip <= chips[i].last)
			return chips[i].ops;
	return NULL;
}

/**
 * nvmux_hw_bar1_index() - which PCI resource is the framebuffer BAR
 * @pdev: GPU function
 *
 * Where BAR0 is 64 bits wide it takes two places, as on Hopper (OK gh100/dev_xtl_ep_pcfg_gpu.h:55).
 *
 * Context: any.
 *
 * Return: index of the resource.
 */
int nvmux_hw_bar1_index(struct pci_dev *pdev)
{
	return pci_resource_flags(pdev, 0) & IORESOURCE_MEM_64 ? 2 : 1;
}

/* Firmware takes up to four seconds after a reset (LX gfw.rs). */
#define FIRMWARE_MS 5000
#define FIRMWARE_PAUSE_US 1000

/**
 * nvmux_hw_answers() - is the board still there?
 * @hw: the hardware, its function stays enabled
 * @why: the reason when not
 *
 * Context: any.
 *
 * Return: 0; -EIO it reads all ones.
 */
int nvmux_hw_answers(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	hw->boot0 = nvmux_io_read32(hw, PMC_BOOT_0);
	if (hw->boot0 != U32_MAX)
		return 0;
	return nvmux_refuse(why, -EIO, "gpu %s does not answer, it reads all ones",
			    pci_name(hw->pdev));
}

static int hw_await_firmware(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(FIRMWARE_MS);

	while (hw->ops->firmware_ready && !hw->ops->firmware_ready(hw)) {
		int err = nvmux_hw_answers(hw, why);

		if (err)
			return err;
		if (time_after(jiffies, deadline))
			return nvmux_refuse(why, -EIO, "gpu %s: its firmware does not start",
					    pci_name(hw->pdev));
		usleep_range(FIRMWARE_PAUSE_US, 2 * FIRMWARE_PAUSE_US);
	}
	return 0;
}

/* A board of an unknown chip is as ready as it can be told. */
static int hw_await(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	int err = nvmux_hw_answers(hw, why);

	if (err)
		return err;
	hw->chip = FIELD_GET(PMC_BOOT_42_CHIP_ID, nvmux_io_read32(hw, PMC_BOOT_42));
	hw->ops = ops_of_chip(hw->chip);
	return hw->ops ? hw_await_firmware(hw, why) : 0;
}

static int hw_identify(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	int err = hw_await(hw, why);

	if (err || hw->ops)
		return err;
	return nvmux_refuse(why, -EOPNOTSUPP, "gpu %s has chip %#x, which is not known",
			    pci_name(hw->pdev), hw->chip);
}

static int hw_linear(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	if (!hw->ops->bar1_linear(hw))
		return 0;
	return nvmux_refuse(why, -EIO, "gpu %s keeps bar1 in virtual mode", pci_name(hw->pdev));
}

static int hw_size(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	const char *bdf = pci_name(hw->pdev);

	hw->fb_size = hw->ops->fb_size(hw);
	if (!hw->fb_size)
		return nvmux_refuse(why, -EIO, "gpu %s tells no framebuffer size", bdf);
	return hw_linear(hw, why);
}

/* Disabling a function leaves its decoders on, so the command register is put back by hand. */
static int hw_wake(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	int err;

	pci_read_config_word(hw->pdev, PCI_COMMAND, &hw->command);
	err = pci_enable_device(hw->pdev);
	if (!err)
		return 0;
	return nvmux_refuse(why, err, "gpu %s cannot be enabled", pci_name(hw->pdev));
}

static void hw_sleep(struct nvmux_hw *hw)
{
	pci_disable_device(hw->pdev);
	/* enabled still: a driver has come meanwhile, and decides itself */
	if (!pci_is_enabled(hw->pdev) && pci_device_is_present(hw->pdev))
		pci_write_config_word(hw->pdev, PCI_COMMAND, hw->command);
}

static int hw_enable(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	struct pci_dev *pdev = hw->pdev;
	int bar1 = nvmux_hw_bar1_index(pdev);
	int err = hw_wake(hw, why);

	if (err)
		return err;
	err = pci_request_regions(pdev, "nvmux");
	if (err) {
		hw_sleep(hw);
		return nvmux_refuse(why, err, "gpu %s: its bars are in use", pci_name(pdev));
	}
	hw->bar1 = pci_resource_start(pdev, bar1);
	hw->bar1_size = pci_resource_len(pdev, bar1);
	return 0;
}

static void hw_disable(struct nvmux_hw *hw)
{
	pci_release_regions(hw->pdev);
	hw_sleep(hw);
}

static int hw_map(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	int err = nvmux_io_open(hw);

	if (!err)
		return 0;
	return nvmux_refuse(why, err, "gpu %s: bar0 cannot be mapped", pci_name(hw->pdev));
}

static int hw_start(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	int err = hw_map(hw, why);

	if (err)
		return err;
	err = hw_identify(hw, why);
	if (!err)
		err = hw_size(hw, why);
	if (!err)
		err = nvmux_scrub_init(hw, why);
	if (err)
		nvmux_io_close(hw);
	return err;
}

/**
 * nvmux_hw_open() - take a GPU function into use
 * @pdev: the function, bound to nvmux or to no driver; the device lock is held
 * @why: the reason of a failure
 *
 * Context: may sleep.
 *
 * Return: the hardware, or ERR_PTR(): -EIO it does not answer or does not follow; -EOPNOTSUPP its
 * chip is not known; -EBUSY its BARs are in use; -ENOMEM.
 */
struct nvmux_hw *nvmux_hw_open(struct pci_dev *pdev, struct nvmux_refusal *why)
{
	struct nvmux_hw *hw = kzalloc(sizeof(*hw), GFP_KERNEL);
	int err;

	if (!hw)
		return ERR_PTR(-ENOMEM);
	hw->pdev = pdev;
	err = hw_enable(hw, why);
	if (err)
		goto free_hw;
	err = hw_start(hw, why);
	if (err)
		goto disable;
	return hw;

disable:
	hw_disable(hw);
free_hw:
	kfree(hw);
	return ERR_PTR(err);
}

/**
 * nvmux_hw_shows_all() - does BAR1 show the whole framebuffer?
 * @hw: the hardware
 * @why: the reason when not
 *
 * Context: any.
 *
 * Return: 0; -EOPNOTSUPP it shows less: then slices cannot be mapped.
 */
int nvmux_hw_shows_all(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	if (hw->bar1_size >= hw->fb_size)
		return 0;
	return nvmux_refuse(why, -EOPNOTSUPP,
			    "gpu %s shows %llu of %llu MiB in bar1, vgpus need all",
			    pci_name(hw->pdev), hw->bar1_size >> 20, hw->fb_size >> 20);
}

/**
 * nvmux_hw_close() - the opposite of nvmux_hw_open()
 * @hw: the hardware; nobody uses it any more
 *
 * Context: may sleep.
 */
void nvmux_hw_close(struct nvmux_hw *hw)
{
	nvmux_scrub_fini(hw);
	nvmux_io_close(hw);
	hw_disable(hw);
	kfree(hw);
}

/**
 * nvmux_hw_reopen() - take a board into use again after it was reset or slept
 * @hw: the hardware; its memory may have changed, who resets it knows
 * @why: the reason of a failure
 *
 * Context: may sleep.
 *
 * Return: 0; -EIO it does not answer or does not follow.
 */
int nvmux_hw_reopen(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	int err = nvmux_hw_answers(hw, why);

	if (!err)
		err = hw_await_firmware(hw, why);
	return err ?: hw_linear(hw, why);
}

static int hw_peep(struct nvmux_hw *hw, struct nvmux_refusal *why)
{
	int err = hw_wake(hw, why);

	if (err)
		return err;
	err = hw_map(hw, why);
	if (!err) {
		err = hw_await(hw, why);
		nvmux_io_close(hw);
	}
	hw_sleep(hw);
	return err;
}

/**
 * nvmux_hw_look() - see that a board answers and its firmware has booted
 * @pdev: the function, without a driver; the device lock is held
 * @why: the reason when it does not
 *
 * Context: may sleep.
 *
 * Return: 0, also for a chip that is not known; -EIO it does not answer, or its firmware does not
 * start; -ENOMEM; what the PCI core says.
 */
int nvmux_hw_look(struct pci_dev *pdev, struct nvmux_refusal *why)
{
	struct nvmux_hw *hw = kzalloc(sizeof(*hw), GFP_KERNEL);
	int err;

	if (!hw)
		return nvmux_refuse(why, -ENOMEM, "out of memory");
	hw->pdev = pdev;
	err = hw_peep(hw, why);
	kfree(hw);
	return err;
}
