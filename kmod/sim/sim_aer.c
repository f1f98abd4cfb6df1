// SPDX-License-Identifier: GPL-2.0-only
/*
 * An error on the link, and what the driver of a root port does about it: it asks the driver of
 * each function what to do, resets the board where they want that, and tells them the end. There is
 * no root port above simulated boards, so that is done here, in the words of
 * Documentation/PCI/pci-error-recovery.rst of the kernel.
 */
#include <linux/pci.h>

#include "sim.h"

static const struct pci_error_handlers *handlers_of(struct pci_dev *pdev)
{
	return pdev->driver ? pdev->driver->err_handler : NULL;
}

static pci_ers_result_t tell_error(struct pci_dev *pdev, pci_channel_state_t state)
{
	const struct pci_error_handlers *handlers = handlers_of(pdev);

	WRITE_ONCE(pdev->error_state, state);
	if (!handlers || !handlers->error_detected)
		return PCI_ERS_RESULT_NO_AER_DRIVER;
	return handlers->error_detected(pdev, state);
}

static pci_ers_result_t ask_mmio(struct pci_dev *pdev)
{
	const struct pci_error_handlers *handlers = handlers_of(pdev);

	WRITE_ONCE(pdev->error_state, pci_channel_io_normal);
	if (!handlers->mmio_enabled)
		return PCI_ERS_RESULT_RECOVERED;
	return handlers->mmio_enabled(pdev);
}

static pci_ers_result_t reset(struct sim_board *board, struct pci_dev *pdev)
{
	const struct pci_error_handlers *handlers = handlers_of(pdev);

	sim_pci_reset(board);
	WRITE_ONCE(pdev->error_state, pci_channel_io_normal);
	if (!handlers->slot_reset)
		return PCI_ERS_RESULT_DISCONNECT;
	return handlers->slot_reset(pdev);
}

static void recover(struct sim_board *board, struct pci_dev *pdev, pci_channel_state_t state)
{
	pci_ers_result_t result = tell_error(pdev, state);

	if (result == PCI_ERS_RESULT_CAN_RECOVER)
		result = ask_mmio(pdev);
	if (result == PCI_ERS_RESULT_NEED_RESET)
		result = reset(board, pdev);
	if (result == PCI_ERS_RESULT_RECOVERED && handlers_of(pdev)->resume)
		handlers_of(pdev)->resume(pdev);
}

/**
 * sim_aer_strike() - an error strikes the GPU function
 * @board: board on its bus
 * @severity: 1 not fatal, 2 fatal, 3 for good
 *
 * Return: 0; -EINVAL for other severities; -ENODEV the function is not there.
 */
int sim_aer_strike(struct sim_board *board, unsigned int severity)
{
	static const pci_channel_state_t states[] = {
		pci_channel_io_normal, pci_channel_io_frozen, pci_channel_io_perm_failure,
	};
	struct pci_dev *pdev;

	if (!severity || severity > ARRAY_SIZE(states))
		return -EINVAL;
	pdev = pci_get_slot(board->bus, PCI_DEVFN(board->desc.slot, SIM_GPU));
	if (!pdev)
		return -ENODEV;
	device_lock(&pdev->dev);
	recover(board, pdev, states[severity - 1]);
	device_unlock(&pdev->dev);
	pci_dev_put(pdev);
	return 0;
}
