// SPDX-License-Identifier: GPL-2.0-only
/*
 * The slot that a board sits in. It does for the kernel what a hotplug port does: it resets all
 * functions of the board at once. Whether a board likes that is up to the kernel's quirks.
 */
#include <linux/delay.h>
#include <linux/pci.h>
#include <linux/pci_hotplug.h>

#include "sim.h"

/* How long the slot waits for a board to come back, before it says that it did not. */
#define BACK_MS		1000
#define PAUSE_MS	10

static struct sim_board *board_of(struct hotplug_slot *slot)
{
	return container_of(slot, struct sim_board, slot);
}

static int await_board(struct sim_board *board)
{
	unsigned int waited;

	for (waited = 0; sim_fault_silent(board); waited += PAUSE_MS) {
		if (waited >= BACK_MS)
			return -ENOTTY;
		msleep(PAUSE_MS);
	}
	return 0;
}

static int reset_slot(struct hotplug_slot *slot, bool probe)
{
	struct sim_board *board = board_of(slot);

	if (probe)
		return 0;
	sim_pci_reset(board);
	return await_board(board);
}

static const struct hotplug_slot_ops slot_ops = {
	.reset_slot = reset_slot,
};

/**
 * sim_slot_add() - make the slot of a board
 * @board: board, its bus exists and is empty
 *
 * Return: 0 or what the hotplug core says.
 */
int sim_slot_add(struct sim_board *board)
{
	board->slot.ops = &slot_ops;
	return pci_hp_register(&board->slot, board->bus, board->desc.slot, board->name);
}

/**
 * sim_slot_remove() - the opposite of sim_slot_add()
 * @board: board
 */
void sim_slot_remove(struct sim_board *board)
{
	pci_hp_deregister(&board->slot);
}
