/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moving functions between drivers: only by driver_override, never by id.
 */
#ifndef NVMUX_BIND_H
#define NVMUX_BIND_H

#include <linux/types.h>

struct nvmux_owner;
struct nvmux_refusal;
struct pci_dev;

#define NVMUX_VFIO_DRIVER "vfio-pci"

void nvmux_bind_look(struct pci_dev *pdev, struct nvmux_owner *ret);
void nvmux_bind_release(struct pci_dev *pdev);
int nvmux_bind_to(struct pci_dev *pdev, const char *driver, struct nvmux_refusal *why);
int nvmux_bind_to_vfio(struct pci_dev *pdev, struct nvmux_refusal *why);
int nvmux_bind_back(struct pci_dev *pdev, const struct nvmux_owner *owner,
		    struct nvmux_refusal *why);
int nvmux_bind_home(struct pci_dev *pdev, const struct nvmux_owner *owner,
		    struct nvmux_refusal *why);

#endif
