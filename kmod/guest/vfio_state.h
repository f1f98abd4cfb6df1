/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that a guest can read of a vGPU but its memory, as it travels to another host.
 */
#ifndef NVMUX_VFIO_STATE_H
#define NVMUX_VFIO_STATE_H

#include <linux/types.h>

#include "vfio.h"

struct nvmux_refusal;

#define NVMUX_MAILBOX_WORDS (sizeof(struct nvmux_vfio_mailbox) / sizeof(u32))

/**
 * struct nvmux_state_intr - the interrupt tree
 * @leaf: vectors that are pending
 * @leaf_en: vectors that count
 * @top_en: subtrees that count
 */
struct nvmux_state_intr {
	__le32 leaf[NVMUX_INTR_LEAVES];
	__le32 leaf_en[NVMUX_INTR_LEAVES];
	__le32 top_en;
};

/**
 * struct nvmux_state_msix - messages
 * @table: four words per entry
 * @owed: messages that could not go out yet
 */
struct nvmux_state_msix {
	__le32 table[NVMUX_MSIX_VECTORS * 4];
	__le32 owed;
};

/**
 * struct nvmux_vfio_state - a vGPU at rest
 * @config: config space
 * @intr: interrupt tree
 * @msix: messages
 * @mailbox: struct nvmux_vfio_mailbox, word by word
 * @countdown: nanoseconds that are left, 0 when nothing counts
 */
struct nvmux_vfio_state {
	u8 config[NVMUX_CONFIG_SIZE];
	struct nvmux_state_intr intr;
	struct nvmux_state_msix msix;
	__le32 mailbox[NVMUX_MAILBOX_WORDS];
	__le32 countdown;
};

void nvmux_vfio_state_save(struct nvmux_vdev *vdev, struct nvmux_vfio_state *state);
int nvmux_vfio_state_load(struct nvmux_vdev *vdev, const struct nvmux_vfio_state *state,
			  struct nvmux_refusal *why);

#endif
