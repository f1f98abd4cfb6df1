// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Resetting a board
 *
 * What the kernel's PCI core offers for the function decides, so that its quirks and the
 * administrator's reset_method count:
 *
 * - A reset of the function: FLR, or a reset of the bus when the function is alone on it.
 * - Else a reset of the slot or bus, when nothing but functions of the board is there, and no
 *   driver but nvmux has any of them.
 * - Else none. The T4 is such a board: it has no FLR, and a bus reset harms it.
 *
 * After a reset the firmware boots for up to four seconds, during which nobody may touch the board
 * otherwise. A board that reads all ones, or whose firmware does not come up, is not given on.
 */
#include <linux/delay.h>
#include <linux/pci.h>

#include "../core/refusal.h"
#include "reset.h"

/* Somebody who looks into the configuration space holds a slot for a moment. */
#define SLOT_TRIES 100
#define SLOT_PAUSE_MS 20

/* As the newest quirk_nvidia_no_bus_reset() of the kernel has it; older ones miss some. */
static bool bus_reset_harms(const struct pci_dev *pdev)
{
	return pdev->device == 0x1eb8 || (pdev->device & 0xffc0) == 0x2340;
}

static bool function_can_reset(const struct pci_dev *pdev)
{
	if (bus_reset_harms(pdev) && !(pdev->devcap & PCI_EXP_DEVCAP_FLR))
		return false;
	return pdev->reset_methods[0];
}

struct slot_look {
	struct pci_dev *gpu;
	bool whole_bus;
	bool alone;
};

static int slot_look_at(struct pci_dev *pdev, void *data)
{
	struct slot_look *look = data;
	struct pci_dev *gpu = look->gpu;
	bool ours = pdev->bus == gpu->bus && PCI_SLOT(pdev->devfn) == PCI_SLOT(gpu->devfn);

	if (ours ? pdev != gpu && pdev->dev.driver : look->whole_bus)
		look->alone = false;
	return 0;
}

/* The kernel prefers a slot that can be reset by itself over the bus, as pci_reset_bus() does. */
static bool slot_can_reset(struct pci_dev *pdev)
{
	struct slot_look look = { .gpu = pdev, .alone = true };

	if (bus_reset_harms(pdev))
		return false;
	if (pci_probe_reset_slot(pdev->slot)) {
		if (pci_probe_reset_bus(pdev->bus))
			return false;
		look.whole_bus = true;
	}
	pci_walk_bus(pdev->bus, slot_look_at, &look);
	return look.alone;
}

/**
 * nvmux_reset_how() - how a board would be reset now
 * @pdev: its GPU function
 *
 * Context: may sleep.
 *
 * Return: how.
 */
enum nvmux_reset nvmux_reset_how(struct pci_dev *pdev)
{
	if (function_can_reset(pdev))
		return NVMUX_RESET_FUNCTION;
	return slot_can_reset(pdev) ? NVMUX_RESET_SLOT : NVMUX_RESET_NONE;
}

/**
 * nvmux_reset_is_present() - does a board answer on its bus?
 * @pdev: its GPU function, kept on the bus and awake by the caller
 * @why: the reason when it does not
 *
 * A board that somebody resets reads all ones as well, so its reset is waited for.
 *
 * Context: may sleep, a minute when the board is stuck in its reset; takes the device lock.
 *
 * Return: 0; -EIO it reads all ones.
 */
int nvmux_reset_is_present(struct pci_dev *pdev, struct nvmux_refusal *why)
{
	bool present;

	device_lock(&pdev->dev);
	present = pci_device_is_present(pdev);
	device_unlock(&pdev->dev);
	if (present)
		return 0;
	return nvmux_refuse(why, -EIO, "gpu %s does not answer, it reads all ones",
			    pci_name(pdev));
}

static int slot_reset(struct pci_dev *pdev)
{
	int tries, err = -EAGAIN;

	for (tries = 0; err == -EAGAIN && tries < SLOT_TRIES; tries++) {
		if (tries)
			msleep(SLOT_PAUSE_MS);
		err = pci_reset_bus(pdev);
	}
	return err;
}

/**
 * nvmux_reset_has_addresses() - does a board decode where the kernel believes that it does?
 * @pdev: its GPU function, kept on the bus and awake by the caller
 *
 * A driver that saves the configuration space while nothing answers, and restores it when the board
 * is back, writes ones into the addresses.
 *
 * Context: any.
 *
 * Return: true when BAR0 is in its place.
 */
bool nvmux_reset_has_addresses(struct pci_dev *pdev)
{
	u32 address;

	pci_read_config_dword(pdev, PCI_BASE_ADDRESS_0, &address);
	return (address & (u32)PCI_BASE_ADDRESS_MEM_MASK) ==
	       lower_32_bits(pci_bus_address(pdev, 0));
}

/**
 * nvmux_reset_save() - keep the configuration space of a board that is well
 * @pdev: its GPU function, kept on the bus and awake by the caller
 *
 * A reset that does not end takes the addresses of the board along.
 *
 * Context: may sleep.
 *
 * Return: what nvmux_reset_load() wants, to be freed with kfree(); NULL when there is no memory,
 * or the board has lost its addresses.
 */
struct pci_saved_state *nvmux_reset_save(struct pci_dev *pdev)
{
	struct pci_saved_state *saved;

	if (!nvmux_reset_has_addresses(pdev))
		return NULL;
	device_lock(&pdev->dev);
	pci_save_state(pdev);
	saved = pci_store_saved_state(pdev);
	device_unlock(&pdev->dev);
	return saved;
}

/* Whoever has it enabled now may not have had so then. */
static void decode(struct pci_dev *pdev)
{
	u16 command;

	pci_read_config_word(pdev, PCI_COMMAND, &command);
	pci_write_config_word(pdev, PCI_COMMAND, command | PCI_COMMAND_MEMORY);
}

/**
 * nvmux_reset_load() - give a board back the configuration space that it had when it was well
 * @pdev: its GPU function, kept on the bus and awake by the caller
 * @saved: from nvmux_reset_save(), or NULL
 *
 * Context: may sleep.
 */
void nvmux_reset_load(struct pci_dev *pdev, struct pci_saved_state *saved)
{
	device_lock(&pdev->dev);
	if (saved && !pci_load_saved_state(pdev, saved))
		pci_restore_state(pdev);
	if (pci_is_enabled(pdev))
		decode(pdev);
	device_unlock(&pdev->dev);
}

/**
 * nvmux_reset_board() - reset a board where it can be
 * @pdev: its GPU function, kept on the bus and awake by the caller; no driver but nvmux has it
 *
 * Whether the board answers then is another question: see nvmux_hw_look().
 *
 * Context: may sleep, a minute when the board is stuck in its reset; takes device locks.
 *
 * Return: 0, also when the board has no reset; what the PCI core says.
 */
int nvmux_reset_board(struct pci_dev *pdev)
{
	switch (nvmux_reset_how(pdev)) {
	case NVMUX_RESET_FUNCTION:
		return pci_reset_function(pdev);
	case NVMUX_RESET_SLOT:
		return slot_reset(pdev);
	default:
		return 0;
	}
}
