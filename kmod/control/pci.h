/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI functions come in here.
 */
#ifndef NVMUX_PCI_H
#define NVMUX_PCI_H

int nvmux_pci_init(void);
void nvmux_pci_exit(void);

#endif
