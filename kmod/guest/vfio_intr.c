// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Interrupt tree of a vGPU
 *
 * ::
 *
 *	vector -> LEAF(vector / 32) & LEAF_EN -> TOP(leaf / 2) & TOP_EN -> line of an MSI-X entry
 *
 * As each function of a board has from Turing on (GD ga100/dev_vm.ref.txt:84-144): 256 vectors in
 * 8 leaves, two leaves make a subtree, and subtree n has MSI-X entry n. A vector stays pending in
 * its leaf until the guest clears it, whether it is enabled or not. A message goes out when a line
 * rises; a handler therefore disables its subtree, looks at both leaves, and enables it again.
 */
#include <linux/string.h>

#include "vfio.h"
#include "vfio_intr.h"
#include "vfio_msix.h"
#include "vfio_regs.h"

#define VF_INTR_LEAF		0x01000
#define VF_INTR_LEAF_EN_SET	0x01200
#define VF_INTR_LEAF_EN_CLEAR	0x01400
#define VF_INTR_TOP		0x01600
#define VF_INTR_TOP_EN_SET	0x01608
#define VF_INTR_TOP_EN_CLEAR	0x01610
#define VF_INTR_LEAF_TRIGGER	0x01640
#define  LEAF_TRIGGER_VECTOR	GENMASK(11, 0)

#define SUBTREES		GENMASK(NVMUX_INTR_LEAVES / 2 - 1, 0)

static u32 tree_top(const struct nvmux_vfio_intr *intr)
{
	u32 i, top = 0;

	for (i = 0; i < NVMUX_INTR_LEAVES; i++)
		if (intr->leaf[i] & intr->leaf_en[i])
			top |= BIT(i / 2);
	return top;
}

/* All changes of a register come through here: lines rise and fall. */
static void tree_change(struct nvmux_vdev *vdev, u32 *reg, u32 set, u32 clear)
{
	struct nvmux_vfio_intr *intr = &vdev->intr;
	unsigned long flags;
	u32 before;

	spin_lock_irqsave(&vdev->irq_lock, flags);
	before = tree_top(intr) & intr->top_en;
	*reg = (*reg | set) & ~clear;
	nvmux_vfio_msix_lines(vdev, before, tree_top(intr) & intr->top_en);
	spin_unlock_irqrestore(&vdev->irq_lock, flags);
}

/**
 * nvmux_vfio_intr_raise() - a vector is pending from now on
 * @vdev: the device
 * @vector: which; one that does not exist is dropped
 *
 * Context: any; takes the irq lock.
 */
void nvmux_vfio_intr_raise(struct nvmux_vdev *vdev, u32 vector)
{
	if (vector / 32 < NVMUX_INTR_LEAVES)
		tree_change(vdev, &vdev->intr.leaf[vector / 32], BIT(vector % 32), 0);
}

/**
 * nvmux_vfio_intr_reset() - nothing pending, nothing enabled
 * @vdev: the device
 *
 * Context: process; takes the irq lock.
 */
void nvmux_vfio_intr_reset(struct nvmux_vdev *vdev)
{
	spin_lock_irq(&vdev->irq_lock);
	memset(&vdev->intr, 0, sizeof(vdev->intr));
	nvmux_vfio_msix_lines(vdev, 0, 0);
	spin_unlock_irq(&vdev->irq_lock);
}

/**
 * nvmux_vfio_intr_load() - the tree as it was elsewhere
 * @vdev: the device, stopped, its messages are loaded
 * @intr: state of the tree
 *
 * Context: process; takes the irq lock.
 */
void nvmux_vfio_intr_load(struct nvmux_vdev *vdev, const struct nvmux_vfio_intr *intr)
{
	u32 lines;

	spin_lock_irq(&vdev->irq_lock);
	vdev->intr = *intr;
	vdev->intr.top_en &= SUBTREES;
	lines = tree_top(intr) & vdev->intr.top_en;
	nvmux_vfio_msix_lines(vdev, lines, lines);
	spin_unlock_irq(&vdev->irq_lock);
}

static u32 leaf_read(struct nvmux_vdev *vdev, u32 index)
{
	u32 leaf;

	spin_lock_irq(&vdev->irq_lock);
	leaf = vdev->intr.leaf[index];
	spin_unlock_irq(&vdev->irq_lock);
	return leaf;
}

static void leaf_clear(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	tree_change(vdev, &vdev->intr.leaf[index], 0, value);
}

static u32 leaf_en_read(struct nvmux_vdev *vdev, u32 index)
{
	return vdev->intr.leaf_en[index];
}

static void leaf_en_set(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	tree_change(vdev, &vdev->intr.leaf_en[index], value, 0);
}

static void leaf_en_clear(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	tree_change(vdev, &vdev->intr.leaf_en[index], 0, value);
}

static u32 top_read(struct nvmux_vdev *vdev, u32 index)
{
	u32 top;

	spin_lock_irq(&vdev->irq_lock);
	top = tree_top(&vdev->intr);
	spin_unlock_irq(&vdev->irq_lock);
	return top;
}

static u32 top_en_read(struct nvmux_vdev *vdev, u32 index)
{
	return vdev->intr.top_en;
}

static void top_en_set(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	tree_change(vdev, &vdev->intr.top_en, value & SUBTREES, 0);
}

static void top_en_clear(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	tree_change(vdev, &vdev->intr.top_en, 0, value);
}

/* Part of a number is none. */
static void trigger_write(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	if (mask == U32_MAX)
		nvmux_vfio_intr_raise(vdev, value & LEAF_TRIGGER_VECTOR);
}

const struct nvmux_vfio_reg nvmux_vfio_intr_regs[] = {
	{ VF_INTR_LEAF, NVMUX_INTR_LEAVES, leaf_read, leaf_clear },
	{ VF_INTR_LEAF_EN_SET, NVMUX_INTR_LEAVES, leaf_en_read, leaf_en_set },
	{ VF_INTR_LEAF_EN_CLEAR, NVMUX_INTR_LEAVES, leaf_en_read, leaf_en_clear },
	{ VF_INTR_TOP, 1, top_read, NULL },
	{ VF_INTR_TOP_EN_SET, 1, top_en_read, top_en_set },
	{ VF_INTR_TOP_EN_CLEAR, 1, top_en_read, top_en_clear },
	{ VF_INTR_LEAF_TRIGGER, 1, NULL, trigger_write },
	{ }
};
