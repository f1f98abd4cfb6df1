/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moving functions between drivers: only by driver_override, never by id.
 */
#ifndef NVMUX_BIND_H
#define NVMUX_BIND_H

struct pci_dev;
struct nvmux_refusal;

int nvmux_bind_to(struct pci_dev *pdev, const char *driver, struct nvmux_refusal *why);
void nvmux_bind_default(struct pci_dev *pdev);
void nvmux_bind_release(struct pci_dev *pdev);

#endif
