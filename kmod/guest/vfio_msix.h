/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSI-X messages of a vGPU.
 */
#ifndef NVMUX_VFIO_MSIX_H
#define NVMUX_VFIO_MSIX_H

#include <linux/types.h>

#include "vfio_regs.h"

struct eventfd_ctx;
struct nvmux_vdev;

#define NVMUX_MSIX_VECTORS 6
#define NVMUX_MSIX_TABLE 0x10000
#define NVMUX_MSIX_PBA 0x20000

/**
 * struct nvmux_vfio_msix - state of MSI-X
 * @table: four words per entry, as the guest reads them
 * @trigger: who is told of each message, NULL when nobody
 * @owed: messages that could not go out yet, one bit per entry
 * @open: the function as a whole may send messages
 */
struct nvmux_vfio_msix {
	u32 table[NVMUX_MSIX_VECTORS * 4];
	struct eventfd_ctx *trigger[NVMUX_MSIX_VECTORS];
	u32 owed;
	bool open;
};

extern const struct nvmux_vfio_reg nvmux_vfio_msix_regs[];

void nvmux_vfio_msix_lines(struct nvmux_vdev *vdev, u32 before, u32 after);
void nvmux_vfio_msix_gate(struct nvmux_vdev *vdev, bool open);
void nvmux_vfio_msix_stop(struct nvmux_vdev *vdev, bool stop);
void nvmux_vfio_msix_connect(struct nvmux_vdev *vdev, u32 start, u32 count,
			     struct eventfd_ctx **triggers);
void nvmux_vfio_msix_fire(struct nvmux_vdev *vdev, u32 start, u32 count, const u8 *which);
void nvmux_vfio_msix_reset(struct nvmux_vdev *vdev);
void nvmux_vfio_msix_load(struct nvmux_vdev *vdev, const u32 *table, u32 owed);

#endif
