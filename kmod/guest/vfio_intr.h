/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt tree of a vGPU.
 */
#ifndef NVMUX_VFIO_INTR_H
#define NVMUX_VFIO_INTR_H

#include <linux/types.h>

#include "vfio_regs.h"

struct nvmux_vdev;

/* Leaves of 32 vectors each. GD ga100/dev_vm.ref.txt:111 */
#define NVMUX_INTR_LEAVES 8

/**
 * enum nvmux_vfio_vector - what a vGPU raises by itself
 * @NVMUX_VECTOR_DOORBELL: a call through the mailbox has been answered
 * @NVMUX_VECTOR_FAULT: there is an error record about the framebuffer
 * @NVMUX_VECTOR_TIMER: the countdown has ended
 *
 * Numbers as on the boards: GD ampere_interrupt_map.csv "cpu doorbell", "mmu_info_fault", "ptimer".
 */
enum nvmux_vfio_vector {
	NVMUX_VECTOR_DOORBELL = 129,
	NVMUX_VECTOR_FAULT = 134,
	NVMUX_VECTOR_TIMER = 148,
};

/**
 * struct nvmux_vfio_intr - state of the tree
 * @leaf: vectors that are pending, one bit each
 * @leaf_en: vectors that count
 * @top_en: subtrees that count
 */
struct nvmux_vfio_intr {
	u32 leaf[NVMUX_INTR_LEAVES];
	u32 leaf_en[NVMUX_INTR_LEAVES];
	u32 top_en;
};

extern const struct nvmux_vfio_reg nvmux_vfio_intr_regs[];

void nvmux_vfio_intr_raise(struct nvmux_vdev *vdev, u32 vector);
void nvmux_vfio_intr_reset(struct nvmux_vdev *vdev);
void nvmux_vfio_intr_load(struct nvmux_vdev *vdev, const struct nvmux_vfio_intr *intr);

#endif
