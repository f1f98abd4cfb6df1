// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of a vGPU: six MSI-X vectors, and the request that asks the user to let go. Whoever
 * has the device open says with an eventfd how he wants to be told.
 */
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/vfio.h>

#include "vfio.h"
#include "vfio_irq.h"

/**
 * nvmux_vfio_irq_count() - interrupts of one kind
 * @index: VFIO_PCI_*_IRQ_INDEX
 *
 * Context: any.
 *
 * Return: their number, 0 for kinds that a vGPU has not.
 */
u32 nvmux_vfio_irq_count(u32 index)
{
	switch (index) {
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return NVMUX_MSIX_VECTORS;
	case VFIO_PCI_REQ_IRQ_INDEX:
		return 1;
	default:
		return 0;
	}
}

static struct eventfd_ctx **triggers_of(struct nvmux_vdev *vdev, u32 index)
{
	return index == VFIO_PCI_MSIX_IRQ_INDEX ? vdev->msix : &vdev->request_trigger;
}

static void trigger_replace(struct eventfd_ctx **trigger, struct eventfd_ctx *with)
{
	if (*trigger)
		eventfd_ctx_put(*trigger);
	*trigger = with;
}

static void triggers_clear(struct eventfd_ctx **triggers, u32 count)
{
	while (count)
		trigger_replace(&triggers[--count], NULL);
}

static int triggers_set(struct eventfd_ctx **triggers, u32 count, const s32 *fds)
{
	struct eventfd_ctx *fresh[NVMUX_MSIX_VECTORS] = {};
	u32 i;

	for (i = 0; i < count; i++) {
		if (fds[i] < 0)
			continue;
		fresh[i] = eventfd_ctx_fdget(fds[i]);
		if (IS_ERR(fresh[i])) {
			int err = PTR_ERR(fresh[i]);

			triggers_clear(fresh, i);
			return err;
		}
	}
	for (i = 0; i < count; i++)
		trigger_replace(&triggers[i], fresh[i]);
	return 0;
}

static void triggers_fire(struct eventfd_ctx **triggers, u32 count, const u8 *which)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (triggers[i] && (!which || which[i]))
			eventfd_signal(triggers[i]);
}

/**
 * nvmux_vfio_irq_set() - VFIO_DEVICE_SET_IRQS
 * @vdev: the device, its lock is held
 * @set: what is asked, validated against nvmux_vfio_irq_count()
 * @data: the data behind it, NULL when there is none
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL for what a vGPU has not; -EBADF for a bad eventfd. On error all is as before.
 */
int nvmux_vfio_irq_set(struct nvmux_vdev *vdev, const struct vfio_irq_set *set, const void *data)
{
	struct eventfd_ctx **triggers = triggers_of(vdev, set->index);
	u32 type = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;

	lockdep_assert_held(&vdev->lock);
	if ((set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) != VFIO_IRQ_SET_ACTION_TRIGGER)
		return -EINVAL;
	if (type == VFIO_IRQ_SET_DATA_NONE && !set->count) {
		triggers_clear(triggers, nvmux_vfio_irq_count(set->index));
		return 0;
	}

	triggers += set->start;
	if (type == VFIO_IRQ_SET_DATA_EVENTFD)
		return triggers_set(triggers, set->count, data);
	triggers_fire(triggers, set->count, type == VFIO_IRQ_SET_DATA_BOOL ? data : NULL);
	return 0;
}

/**
 * nvmux_vfio_irq_release() - nobody is told any more
 * @vdev: the device, its lock is held
 *
 * Context: may sleep.
 */
void nvmux_vfio_irq_release(struct nvmux_vdev *vdev)
{
	triggers_clear(vdev->msix, NVMUX_MSIX_VECTORS);
	triggers_clear(&vdev->request_trigger, 1);
}

/**
 * nvmux_vfio_irq_request() - ask the user to let go
 * @vdev: the device
 *
 * Context: may sleep; takes the lock.
 */
void nvmux_vfio_irq_request(struct nvmux_vdev *vdev)
{
	mutex_lock(&vdev->lock);
	triggers_fire(&vdev->request_trigger, 1, NULL);
	mutex_unlock(&vdev->lock);
}
