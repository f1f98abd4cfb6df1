/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens to a board while nvmux has it.
 */
#ifndef NVMUX_PCI_EVENT_H
#define NVMUX_PCI_EVENT_H

#include <linux/pm.h>

struct pci_dev;
struct pci_error_handlers;

extern const struct pci_error_handlers nvmux_pci_event_errors;
extern const struct dev_pm_ops nvmux_pci_event_pm;
void nvmux_pci_event_shutdown(struct pci_dev *pdev);

#endif
