// SPDX-License-Identifier: GPL-2.0-only
/*
 * Root buses: how a board gets onto the machine and off again.
 *
 * Each board has a host bridge and a root bus of its own, which ends at the functions of its one
 * slot. The windows of the bridge are pieces of the store. Accesses to configuration space find
 * the board through the sysdata of the bus, and everybody else finds it through our pci_ops.
 */
#include <linux/pci.h>

#include "sim.h"

static struct sim_board *board_of_bus(struct pci_bus *bus)
{
	return container_of((struct pci_sysdata *)bus->sysdata, struct sim_board, sysdata);
}

static struct sim_function *find(struct sim_board *board, unsigned int devfn)
{
	if (PCI_SLOT(devfn) != board->desc.slot || PCI_FUNC(devfn) >= SIM_PARTS)
		return NULL;
	return board->function[PCI_FUNC(devfn)];
}

static int bus_read(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *value)
{
	struct sim_board *board = board_of_bus(bus);
	struct sim_function *fn = find(board, devfn);
	unsigned long flags;

	if (!fn || sim_fault_silent(board)) {
		PCI_SET_ERROR_RESPONSE(value);
		return PCIBIOS_DEVICE_NOT_FOUND;
	}
	raw_spin_lock_irqsave(&board->lock, flags);
	*value = sim_config_read(fn, where, size);
	raw_spin_unlock_irqrestore(&board->lock, flags);
	return PCIBIOS_SUCCESSFUL;
}

/* The framebuffer survives, and so does whatever is wrong with the board. */
static void reset(struct sim_function *fn)
{
	struct sim_board *board = fn->board;

	if (READ_ONCE(board->faults.reset_stuck))
		WRITE_ONCE(board->faults.hung, true);
	sim_config_reset(fn);
	if (fn->part == SIM_GPU)
		sim_regs_reset(board);
}

/**
 * sim_pci_reset() - reset all functions of a board, as its slot does
 * @board: board
 */
void sim_pci_reset(struct sim_board *board)
{
	enum sim_part part;
	unsigned long flags;

	raw_spin_lock_irqsave(&board->lock, flags);
	for (part = 0; part < SIM_PARTS; part++)
		if (board->function[part])
			reset(board->function[part]);
	raw_spin_unlock_irqrestore(&board->lock, flags);
}

static int bus_write(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 value)
{
	struct sim_board *board = board_of_bus(bus);
	struct sim_function *fn = find(board, devfn);
	unsigned long flags;

	if (!fn || sim_fault_silent(board))
		return PCIBIOS_DEVICE_NOT_FOUND;
	raw_spin_lock_irqsave(&board->lock, flags);
	if (sim_config_write(fn, where, size, value))
		reset(fn);
	raw_spin_unlock_irqrestore(&board->lock, flags);
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops bus_ops = {
	.read = bus_read,
	.write = bus_write,
};

/**
 * sim_pci_board() - is a function one of ours
 * @pdev: any PCI function
 *
 * Context: any, takes no lock.
 *
 * Return: its board, NULL when it is not ours.
 */
struct sim_board *sim_pci_board(struct pci_dev *pdev)
{
	return pdev->bus->ops == &bus_ops ? board_of_bus(pdev->bus) : NULL;
}

/* Adjacent entries differ in kind, so the PCI core does not merge windows that touch. */
static const enum sim_window_id window_order[] = { SIM_FB, SIM_LOW, SIM_HIGH };

static void list_windows(struct sim_board *board, struct list_head *resources)
{
	struct sim_window *window;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(window_order); i++) {
		window = &board->window[window_order[i]];
		if (window->size)
			pci_add_resource_offset(resources, &window->res, window->offset);
	}
	pci_add_resource(resources, &board->busn);
}

static struct pci_bus *create_bus(struct sim_board *board)
{
	LIST_HEAD(resources);
	struct pci_bus *bus;

	board->sysdata.domain = board->desc.domain;
	board->sysdata.node = NUMA_NO_NODE;
	board->busn.name = board->bus_name;
	board->busn.start = board->desc.bus;
	board->busn.end = board->desc.bus;
	board->busn.flags = IORESOURCE_BUS;
	list_windows(board, &resources);
	bus = pci_create_root_bus(NULL, board->desc.bus, &bus_ops, &board->sysdata, &resources);
	if (!bus)
		pci_free_resource_list(&resources);
	return bus;
}

/* The kernel asks just one IOMMU driver, the first that registered. */
static void check_iommu(struct pci_dev *pdev)
{
	if (!device_iommu_mapped(&pdev->dev))
		pci_warn(pdev, "has no IOMMU group, because this machine has another IOMMU\n");
}

static bool is_complete(struct sim_board *board)
{
	struct pci_dev *pdev;
	enum sim_part part;

	for (part = 0; part < SIM_PARTS; part++) {
		if (!board->function[part])
			continue;
		pdev = pci_get_slot(board->bus, PCI_DEVFN(board->desc.slot, part));
		if (!pdev)
			return false;
		check_iommu(pdev);
		pci_dev_put(pdev);
	}
	return true;
}

/* The BARs have addresses already: they are claimed, what is left over gets a place. */
static void populate_bus(struct sim_board *board)
{
	pci_scan_child_bus(board->bus);
	pci_bus_claim_resources(board->bus);
	pci_assign_unassigned_bus_resources(board->bus);
	pci_bus_add_devices(board->bus);
}

/**
 * sim_pci_power_on() - state of a board when it gets power
 * @board: board
 */
void sim_pci_power_on(struct sim_board *board)
{
	enum sim_part part;
	unsigned long flags;

	raw_spin_lock_irqsave(&board->lock, flags);
	for (part = 0; part < SIM_PARTS; part++) {
		if (!board->function[part])
			continue;
		sim_config_reset(board->function[part]);
		sim_config_preset_bars(board->function[part]);
	}
	sim_regs_reset(board);
	raw_spin_unlock_irqrestore(&board->lock, flags);
}

/**
 * sim_pci_add() - put a board on the machine
 * @board: complete board
 *
 * Drivers are bound when this returns.
 *
 * Return: 0, -EADDRINUSE when the bus exists, -EIO when the kernel does not see all functions,
 * -ENOMEM.
 */
int sim_pci_add(struct sim_board *board)
{
	int err = -EADDRINUSE;

	pci_lock_rescan_remove();
	if (!pci_find_bus(board->desc.domain, board->desc.bus)) {
		board->bus = create_bus(board);
		err = -ENOMEM;
	}
	if (board->bus) {
		get_device(&board->bus->dev);
		err = sim_slot_add(board);
		board->has_slot = !err;
		populate_bus(board);
	}
	pci_unlock_rescan_remove();
	if (!board->bus)
		return err;
	if (!err && is_complete(board))
		return 0;
	sim_pci_remove(board);
	return err ?: -EIO;
}

/**
 * sim_pci_remove() - take a board off the machine
 * @board: board; may be half added
 *
 * Waits for users of its functions, as any removal does.
 */
void sim_pci_remove(struct sim_board *board)
{
	struct pci_host_bridge *bridge;

	if (!board->bus)
		return;
	bridge = to_pci_host_bridge(board->bus->bridge);
	pci_lock_rescan_remove();
	pci_stop_root_bus(board->bus);
	if (board->has_slot)
		sim_slot_remove(board);
	pci_remove_root_bus(board->bus);
	pci_unlock_rescan_remove();
	sim_irq_fini(board);
	/* Removing the bus leaves the reference with which the bridge was made. */
	pci_free_host_bridge(bridge);
	put_device(&board->bus->dev);
	board->bus = NULL;
}

/* As a hotplug port does when the link goes: drivers learn that nobody is there any more. */
static void drop_function(struct sim_board *board, enum sim_part part)
{
	struct pci_dev *pdev = pci_get_slot(board->bus, PCI_DEVFN(board->desc.slot, part));

	if (!pdev)
		return;
	WRITE_ONCE(pdev->error_state, pci_channel_io_perm_failure);
	pci_stop_and_remove_bus_device(pdev);
	pci_dev_put(pdev);
}

/**
 * sim_pci_unplug() - pull a board out while it runs
 * @board: board
 */
void sim_pci_unplug(struct sim_board *board)
{
	int part;

	WRITE_ONCE(board->faults.unplugged, true);
	pci_lock_rescan_remove();
	for (part = SIM_PARTS - 1; part >= 0; part--)
		drop_function(board, part);
	pci_unlock_rescan_remove();
}

/**
 * sim_pci_plug() - put an unplugged board back
 * @board: board
 *
 * Return: 0, -EIO when the kernel does not see all functions; then it is unplugged as before.
 */
int sim_pci_plug(struct sim_board *board)
{
	sim_pci_power_on(board);
	WRITE_ONCE(board->faults.unplugged, false);
	pci_lock_rescan_remove();
	populate_bus(board);
	pci_unlock_rescan_remove();
	if (is_complete(board))
		return 0;
	sim_pci_unplug(board);
	return -EIO;
}
