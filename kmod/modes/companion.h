/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions that move with a GPU.
 */
#ifndef NVMUX_COMPANION_H
#define NVMUX_COMPANION_H

struct pci_dev;
struct nvmux_refusal;

#define NVMUX_COMPANIONS_MAX 7

/**
 * struct nvmux_companions - the other functions of a GPU's slot
 * @pdev: them, each referenced
 * @n: number of them
 */
struct nvmux_companions {
	struct pci_dev *pdev[NVMUX_COMPANIONS_MAX];
	unsigned int n;
};

void nvmux_companions_get(struct pci_dev *gpu, struct nvmux_companions *ret);
void nvmux_companions_put(struct nvmux_companions *companions);
int nvmux_companions_check_group(struct pci_dev *gpu, struct nvmux_refusal *why);

#endif
