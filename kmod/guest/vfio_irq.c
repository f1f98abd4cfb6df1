// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of a vGPU as its VFIO user sees them: six MSI-X vectors, and the request that asks him
 * to let go. He says with an eventfd how he wants to be told.
 */
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/vfio.h>

#include "vfio.h"
#include "vfio_irq.h"
#include "vfio_msix.h"

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

static void triggers_put(struct eventfd_ctx **triggers, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (triggers[i])
			eventfd_ctx_put(triggers[i]);
}

/* @triggers receives who was told until now, for triggers_put(). */
static void triggers_swap(struct nvmux_vdev *vdev, u32 index, u32 start, u32 count,
			  struct eventfd_ctx **triggers)
{
	if (index == VFIO_PCI_MSIX_IRQ_INDEX)
		nvmux_vfio_msix_connect(vdev, start, count, triggers);
	else if (count)
		swap(vdev->request_trigger, triggers[0]);
}

/* NULL for those that are disconnected. On error none is held. */
static int triggers_get(struct eventfd_ctx **triggers, u32 count, const s32 *fds)
{
	u32 i;

	for (i = 0; i < count; i++) {
		triggers[i] = fds[i] < 0 ? NULL : eventfd_ctx_fdget(fds[i]);
		if (IS_ERR(triggers[i])) {
			int err = PTR_ERR(triggers[i]);

			triggers_put(triggers, i);
			return err;
		}
	}
	return 0;
}

static int triggers_set(struct nvmux_vdev *vdev, const struct vfio_irq_set *set, const s32 *fds)
{
	struct eventfd_ctx *triggers[NVMUX_MSIX_VECTORS] = {};
	int err = triggers_get(triggers, set->count, fds);

	if (err)
		return err;
	triggers_swap(vdev, set->index, set->start, set->count, triggers);
	triggers_put(triggers, set->count);
	return 0;
}

static void triggers_clear(struct nvmux_vdev *vdev, u32 index)
{
	struct eventfd_ctx *triggers[NVMUX_MSIX_VECTORS] = {};
	u32 count = nvmux_vfio_irq_count(index);

	triggers_swap(vdev, index, 0, count, triggers);
	triggers_put(triggers, count);
}

static void triggers_fire(struct nvmux_vdev *vdev, const struct vfio_irq_set *set, const u8 *which)
{
	if (set->index == VFIO_PCI_MSIX_IRQ_INDEX)
		nvmux_vfio_msix_fire(vdev, set->start, set->count, which);
	else if (set->count && vdev->request_trigger && (!which || which[0]))
		eventfd_signal(vdev->request_trigger);
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
	u32 type = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;

	lockdep_assert_held(&vdev->lock);
	if ((set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) != VFIO_IRQ_SET_ACTION_TRIGGER)
		return -EINVAL;
	if (type == VFIO_IRQ_SET_DATA_NONE && !set->count) {
		triggers_clear(vdev, set->index);
		return 0;
	}
	if (type == VFIO_IRQ_SET_DATA_EVENTFD)
		return triggers_set(vdev, set, data);
	triggers_fire(vdev, set, type == VFIO_IRQ_SET_DATA_BOOL ? data : NULL);
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
	triggers_clear(vdev, VFIO_PCI_MSIX_IRQ_INDEX);
	triggers_clear(vdev, VFIO_PCI_REQ_IRQ_INDEX);
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
	if (vdev->request_trigger)
		eventfd_signal(vdev->request_trigger);
	mutex_unlock(&vdev->lock);
}
