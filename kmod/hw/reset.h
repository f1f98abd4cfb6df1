/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Resetting a board, and whether it answers.
 */
#ifndef NVMUX_RESET_H
#define NVMUX_RESET_H

#include <uapi/linux/nvmux.h>

struct nvmux_refusal;
struct pci_dev;
struct pci_saved_state;

enum nvmux_reset nvmux_reset_how(struct pci_dev *pdev);
int nvmux_reset_is_present(struct pci_dev *pdev, struct nvmux_refusal *why);
bool nvmux_reset_has_addresses(struct pci_dev *pdev);
struct pci_saved_state *nvmux_reset_save(struct pci_dev *pdev);
void nvmux_reset_load(struct pci_dev *pdev, struct pci_saved_state *saved);
int nvmux_reset_board(struct pci_dev *pdev);

#endif
