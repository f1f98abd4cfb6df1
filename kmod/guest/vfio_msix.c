// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: Messages of a vGPU
 *
 * The interrupt tree has one line per MSI-X entry. When a line rises, a message is owed. It goes
 * out at once unless something keeps it back: MSI-X is off or masked as a whole, bus mastering is
 * off, the function is not in D0, the entry is masked, nobody listens to it, or the device is
 * stopped for migration. It goes out as soon as nothing keeps it back any more, once; if the line
 * falls before that, it is not owed any more. So no message is lost, and none comes for what has
 * been handled. The pending bit array shows what is owed.
 *
 * A VMM keeps the table of its guest itself and only says where a message shall go. Therefore who
 * listens to an entry unmasks it, also over a reset, and who stops listening masks it. Somebody who
 * writes the table here has his own way beyond that.
 */
#include <linux/eventfd.h>
#include <linux/pci.h>

#include "vfio.h"
#include "vfio_msix.h"
#include "vfio_regs.h"

/* GD ga100/dev_vm.ref.txt:481-536 */
#define VF_MSIX_PBA_SHADOW	0x02400
#define ENTRY_WORDS		(PCI_MSIX_ENTRY_SIZE / 4)
#define ENTRY_CONTROL		(PCI_MSIX_ENTRY_VECTOR_CTRL / 4)

static u32 *entry_control(struct nvmux_vfio_msix *msix, u32 entry)
{
	return &msix->table[entry * ENTRY_WORDS + ENTRY_CONTROL];
}

static bool entry_ready(struct nvmux_vfio_msix *msix, u32 entry)
{
	return msix->trigger[entry] && !(*entry_control(msix, entry) & PCI_MSIX_ENTRY_CTRL_MASKBIT);
}

/* What the guest may write of each word: addresses are multiples of 4, control is one bit. */
static u32 table_writable(u32 index)
{
	switch (index % ENTRY_WORDS) {
	case PCI_MSIX_ENTRY_LOWER_ADDR / 4:
		return ~3u;
	case ENTRY_CONTROL:
		return PCI_MSIX_ENTRY_CTRL_MASKBIT;
	default:
		return ~0u;
	}
}

/* Whoever lets something go out that was kept back ends with this. */
static void messages_send(struct nvmux_vdev *vdev)
{
	struct nvmux_vfio_msix *msix = &vdev->msix;
	u32 entry;

	lockdep_assert_held(&vdev->irq_lock);
	if (!msix->open || vdev->stopped)
		return;
	for (entry = 0; entry < NVMUX_MSIX_VECTORS; entry++) {
		if (!(msix->owed & BIT(entry)) || !entry_ready(msix, entry))
			continue;
		msix->owed &= ~BIT(entry);
		eventfd_signal(msix->trigger[entry]);
	}
}

/**
 * nvmux_vfio_msix_lines() - lines of the interrupt tree have changed
 * @vdev: the device, its irq lock is held
 * @before: lines as they were, one bit per entry
 * @after: lines as they are
 *
 * Context: any.
 */
void nvmux_vfio_msix_lines(struct nvmux_vdev *vdev, u32 before, u32 after)
{
	struct nvmux_vfio_msix *msix = &vdev->msix;

	lockdep_assert_held(&vdev->irq_lock);
	msix->owed |= after & ~before;
	msix->owed &= after;
	messages_send(vdev);
}

/**
 * nvmux_vfio_msix_gate() - the function may send messages from now on, or not
 * @vdev: the device
 * @open: it may: MSI-X is on and not masked as a whole, bus mastering is on, the power is
 *
 * Context: process; takes the irq lock.
 */
void nvmux_vfio_msix_gate(struct nvmux_vdev *vdev, bool open)
{
	spin_lock_irq(&vdev->irq_lock);
	vdev->msix.open = open;
	messages_send(vdev);
	spin_unlock_irq(&vdev->irq_lock);
}

/**
 * nvmux_vfio_msix_stop() - send nothing until further notice, or go on
 * @vdev: the device, its lock is held
 * @stop: send nothing
 *
 * Context: process; takes the irq lock.
 */
void nvmux_vfio_msix_stop(struct nvmux_vdev *vdev, bool stop)
{
	lockdep_assert_held(&vdev->lock);
	spin_lock_irq(&vdev->irq_lock);
	vdev->stopped = stop;
	messages_send(vdev);
	spin_unlock_irq(&vdev->irq_lock);
}

/**
 * nvmux_vfio_msix_connect() - say who is told of messages
 * @vdev: the device
 * @start: first entry
 * @count: entries
 * @triggers: who, NULL for nobody; receives who was told until now, for the caller to put
 *
 * Context: process; takes the irq lock.
 */
void nvmux_vfio_msix_connect(struct nvmux_vdev *vdev, u32 start, u32 count,
			     struct eventfd_ctx **triggers)
{
	struct nvmux_vfio_msix *msix = &vdev->msix;
	u32 i;

	spin_lock_irq(&vdev->irq_lock);
	for (i = 0; i < count; i++) {
		swap(msix->trigger[start + i], triggers[i]);
		*entry_control(msix, start + i) =
			msix->trigger[start + i] ? 0 : PCI_MSIX_ENTRY_CTRL_MASKBIT;
	}
	messages_send(vdev);
	spin_unlock_irq(&vdev->irq_lock);
}

/**
 * nvmux_vfio_msix_fire() - the VFIO user tries his own triggers
 * @vdev: the device
 * @start: first entry
 * @count: entries
 * @which: which of them, NULL for all
 *
 * This reaches the triggers past masks and enables. Context: process; takes the irq lock.
 */
void nvmux_vfio_msix_fire(struct nvmux_vdev *vdev, u32 start, u32 count, const u8 *which)
{
	u32 i;

	spin_lock_irq(&vdev->irq_lock);
	for (i = 0; i < count; i++)
		if (vdev->msix.trigger[start + i] && (!which || which[i]))
			eventfd_signal(vdev->msix.trigger[start + i]);
	spin_unlock_irq(&vdev->irq_lock);
}

/**
 * nvmux_vfio_msix_reset() - the table as after power-on
 * @vdev: the device
 *
 * Context: process; takes the irq lock.
 */
void nvmux_vfio_msix_reset(struct nvmux_vdev *vdev)
{
	struct nvmux_vfio_msix *msix = &vdev->msix;
	u32 entry;

	spin_lock_irq(&vdev->irq_lock);
	memset(msix->table, 0, sizeof(msix->table));
	for (entry = 0; entry < NVMUX_MSIX_VECTORS; entry++)
		if (!msix->trigger[entry])
			*entry_control(msix, entry) = PCI_MSIX_ENTRY_CTRL_MASKBIT;
	msix->owed = 0;
	spin_unlock_irq(&vdev->irq_lock);
}

/**
 * nvmux_vfio_msix_load() - messages as they were elsewhere
 * @vdev: the device, stopped
 * @table: four words per entry
 * @owed: messages that are owed; those whose line turns out to be down are not
 *
 * Context: process; takes the irq lock.
 */
void nvmux_vfio_msix_load(struct nvmux_vdev *vdev, const u32 *table, u32 owed)
{
	struct nvmux_vfio_msix *msix = &vdev->msix;
	u32 i;

	spin_lock_irq(&vdev->irq_lock);
	for (i = 0; i < ARRAY_SIZE(msix->table); i++)
		msix->table[i] = table[i] & table_writable(i);
	for (i = 0; i < NVMUX_MSIX_VECTORS; i++)
		if (msix->trigger[i])
			*entry_control(msix, i) = 0;
	msix->owed = owed;
	spin_unlock_irq(&vdev->irq_lock);
}

static u32 table_read(struct nvmux_vdev *vdev, u32 index)
{
	return vdev->msix.table[index];
}

static void table_write(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	u32 *word = &vdev->msix.table[index];

	spin_lock_irq(&vdev->irq_lock);
	mask &= table_writable(index);
	*word = (*word & ~mask) | (value & mask);
	messages_send(vdev);
	spin_unlock_irq(&vdev->irq_lock);
}

static u32 pba_read(struct nvmux_vdev *vdev, u32 index)
{
	u32 owed;

	spin_lock_irq(&vdev->irq_lock);
	owed = vdev->msix.owed;
	spin_unlock_irq(&vdev->irq_lock);
	return owed;
}

/* The shadow lets a driver forget what is owed: a one clears. */
static void pba_clear(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	spin_lock_irq(&vdev->irq_lock);
	vdev->msix.owed &= ~value;
	spin_unlock_irq(&vdev->irq_lock);
}

const struct nvmux_vfio_reg nvmux_vfio_msix_regs[] = {
	{ VF_MSIX_PBA_SHADOW, 1, pba_read, pba_clear },
	{ NVMUX_MSIX_TABLE, NVMUX_MSIX_VECTORS * ENTRY_WORDS, table_read, table_write },
	{ NVMUX_MSIX_PBA, 1, pba_read, NULL },
	{ }
};
