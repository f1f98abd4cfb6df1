// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that a guest can read of a vGPU but its memory, saved and loaded. What is loaded came over a
 * wire: no bit is believed that the guest could not have written itself.
 */
#include <linux/string.h>

#include "../core/refusal.h"
#include "vfio_config.h"
#include "vfio_intr.h"
#include "vfio_msix.h"
#include "vfio_state.h"

static void words_save(__le32 *to, const u32 *from, size_t count)
{
	while (count--)
		*to++ = cpu_to_le32(*from++);
}

static void words_load(u32 *to, const __le32 *from, size_t count)
{
	while (count--)
		*to++ = le32_to_cpu(*from++);
}

/**
 * nvmux_vfio_state_save() - save what a guest can read
 * @vdev: the device, stopped; its lock is held
 * @state: receives it
 *
 * Context: process; takes the irq lock.
 */
void nvmux_vfio_state_save(struct nvmux_vdev *vdev, struct nvmux_vfio_state *state)
{
	lockdep_assert_held(&vdev->lock);
	memcpy(state->config, vdev->config, sizeof(state->config));
	spin_lock_irq(&vdev->irq_lock);
	words_save(state->intr.leaf, vdev->intr.leaf, NVMUX_INTR_LEAVES);
	words_save(state->intr.leaf_en, vdev->intr.leaf_en, NVMUX_INTR_LEAVES);
	words_save(&state->intr.top_en, &vdev->intr.top_en, 1);
	words_save(state->msix.table, vdev->msix.table, ARRAY_SIZE(state->msix.table));
	words_save(&state->msix.owed, &vdev->msix.owed, 1);
	spin_unlock_irq(&vdev->irq_lock);
	words_save(state->mailbox, (u32 *)&vdev->mailbox, NVMUX_MAILBOX_WORDS);
	words_save(&state->countdown, &vdev->countdown_left, 1);
}

static void intr_load(struct nvmux_vdev *vdev, const struct nvmux_state_intr *state)
{
	struct nvmux_vfio_intr intr;

	words_load(intr.leaf, state->leaf, NVMUX_INTR_LEAVES);
	words_load(intr.leaf_en, state->leaf_en, NVMUX_INTR_LEAVES);
	words_load(&intr.top_en, &state->top_en, 1);
	nvmux_vfio_intr_load(vdev, &intr);
}

static void msix_load(struct nvmux_vdev *vdev, const struct nvmux_state_msix *state)
{
	u32 table[ARRAY_SIZE(state->table)];

	words_load(table, state->table, ARRAY_SIZE(table));
	nvmux_vfio_msix_load(vdev, table, le32_to_cpu(state->owed));
}

/**
 * nvmux_vfio_state_load() - have a guest read what was saved
 * @vdev: the device, stopped; its lock is held
 * @state: what was saved
 * @why: the reason of a refusal
 *
 * Messages that are owed go out when the device runs and somebody listens.
 *
 * Context: may sleep; takes the irq lock.
 *
 * Return: 0; -EINVAL it was saved from another function, nothing is changed then.
 */
int nvmux_vfio_state_load(struct nvmux_vdev *vdev, const struct nvmux_vfio_state *state,
			  struct nvmux_refusal *why)
{
	int err;

	lockdep_assert_held(&vdev->lock);
	err = nvmux_vfio_config_load(vdev, state->config, why);
	if (err)
		return err;
	words_load((u32 *)&vdev->mailbox, state->mailbox, NVMUX_MAILBOX_WORDS);
	words_load(&vdev->countdown_left, &state->countdown, 1);
	msix_load(vdev, &state->msix);
	intr_load(vdev, &state->intr);
	return 0;
}
