// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VFIO device of a vGPU: open, close, information, reset. No DMA reaches guest memory at this
 * contract level, so nothing is pinned.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../core/gpu.h"
#include "../core/vgpu.h"
#include "../hw/scrub.h"
#include "vfio.h"
#include "vfio_compat.h"
#include "vfio_bar1.h"
#include "vfio_config.h"
#include "vfio_irq.h"
#include "vfio_region.h"
#include "vfio_regs.h"
#include "vfio_timer.h"

static struct nvmux_vdev *vdev_of(struct vfio_device *vfio)
{
	return container_of(vfio, struct nvmux_vdev, vfio);
}

/**
 * nvmux_vfio_reset() - function level reset
 * @vdev: the device, its lock is held
 *
 * Registers and config space are as after power-on; the framebuffer keeps its contents, as on the
 * boards. Context: may sleep.
 */
void nvmux_vfio_reset(struct nvmux_vdev *vdev)
{
	lockdep_assert_held(&vdev->lock);
	nvmux_vfio_config_reset(vdev);
	nvmux_vfio_regs_reset(vdev);
}

/**
 * nvmux_vfio_count_reset() - a reset that whoever has the device open asked for
 * @vdev: the device
 *
 * Told to who asks for the vGPU, never announced: a guest may reset as often as it likes.
 *
 * Context: any.
 */
void nvmux_vfio_count_reset(struct nvmux_vdev *vdev)
{
	atomic64_inc(&vdev->vgpu->resets);
}

static int vdev_init(struct vfio_device *vfio)
{
	struct nvmux_vdev *vdev = vdev_of(vfio);

	mutex_init(&vdev->lock);
	init_rwsem(&vdev->memory_lock);
	spin_lock_init(&vdev->irq_lock);
	nvmux_vfio_timer_init(vdev);
	nvmux_vfio_migrate_init(vdev);
	return 0;
}

static void vdev_release(struct vfio_device *vfio)
{
	struct nvmux_vdev *vdev = vdev_of(vfio);

	nvmux_vgpu_put(vdev->vgpu);
	nvmux_vfio_migrate_fini(vdev);
	mutex_destroy(&vdev->lock);
}

static int vdev_open(struct vfio_device *vfio)
{
	struct nvmux_vdev *vdev = vdev_of(vfio);
	int err;

	vdev->n_chunks = nvmux_vgpu_size(vdev->vgpu) >> NVMUX_CHUNK_SHIFT;
	vdev->touched = bitmap_zalloc(vdev->n_chunks, GFP_KERNEL);
	if (!vdev->touched)
		return -ENOMEM;
	err = nvmux_vgpu_open(vdev->vgpu, NULL);
	if (err) {
		bitmap_free(vdev->touched);
		return err;
	}

	mutex_lock(&vdev->lock);
	nvmux_vfio_reset(vdev);
	mutex_unlock(&vdev->lock);
	return 0;
}

/* Nothing counts any more. The next user may be another VM: what this one touched is dirty. */
static void vdev_close(struct vfio_device *vfio)
{
	struct nvmux_vdev *vdev = vdev_of(vfio);

	mutex_lock(&vdev->lock);
	nvmux_vfio_irq_release(vdev);
	mutex_unlock(&vdev->lock);

	nvmux_vfio_migrate_reset(vdev);
	nvmux_vfio_bar1_clear(vdev);
	bitmap_free(vdev->touched);
	vdev->touched = NULL;
	nvmux_vgpu_close(vdev->vgpu);
}

static ssize_t vdev_read(struct vfio_device *vfio, char __user *buf, size_t count, loff_t *pos)
{
	ssize_t done = nvmux_vfio_region_read(vdev_of(vfio), buf, count, *pos);

	if (done > 0)
		*pos += done;
	return done;
}

static ssize_t vdev_write(struct vfio_device *vfio, const char __user *buf, size_t count,
			  loff_t *pos)
{
	ssize_t done = nvmux_vfio_region_write(vdev_of(vfio), buf, count, *pos);

	if (done > 0)
		*pos += done;
	return done;
}

static int vdev_mmap(struct vfio_device *vfio, struct vm_area_struct *vma)
{
	return nvmux_vfio_region_mmap(vdev_of(vfio), vma);
}

static long info_get(void __user *arg)
{
	u32 minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info = {};

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long irq_info_get(void __user *arg)
{
	u32 minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info = {};

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info.count = nvmux_vfio_irq_count(info.index);
	info.flags = info.count ? VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE : 0;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static void *irq_data_get(void __user *arg, const struct vfio_irq_set *set, size_t size)
{
	return size ? memdup_user(arg + offsetof(struct vfio_irq_set, data), size) : NULL;
}

static long irqs_set(struct nvmux_vdev *vdev, void __user *arg)
{
	struct vfio_irq_set set;
	size_t size = 0;
	void *data;
	long err;

	if (copy_from_user(&set, arg, offsetofend(struct vfio_irq_set, count)))
		return -EFAULT;
	if (set.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	err = vfio_set_irqs_validate_and_prepare(&set, nvmux_vfio_irq_count(set.index),
						 VFIO_PCI_NUM_IRQS, &size);
	if (err)
		return err;
	data = irq_data_get(arg, &set, size);
	if (IS_ERR(data))
		return PTR_ERR(data);

	mutex_lock(&vdev->lock);
	err = nvmux_vfio_irq_set(vdev, &set, data);
	mutex_unlock(&vdev->lock);
	kfree(data);
	return err;
}

static long vdev_ioctl(struct vfio_device *vfio, unsigned int cmd, unsigned long arg)
{
	struct nvmux_vdev *vdev = vdev_of(vfio);
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return info_get(user);
	case VFIO_DEVICE_GET_REGION_INFO:
		return nvmux_vfio_region_info_ioctl(vdev, user);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return irq_info_get(user);
	case VFIO_DEVICE_SET_IRQS:
		return irqs_set(vdev, user);
	case VFIO_DEVICE_RESET:
		nvmux_vfio_migrate_reset(vdev);
		nvmux_vfio_count_reset(vdev);
		return 0;
	default:
		return -ENOTTY;
	}
}

static void vdev_request(struct vfio_device *vfio, unsigned int count)
{
	nvmux_vfio_irq_request(vdev_of(vfio));
}

const struct vfio_device_ops nvmux_vfio_ops = {
	.name = "nvmux",
	.init = vdev_init,
	.release = vdev_release,
	.open_device = vdev_open,
	.close_device = vdev_close,
	.read = vdev_read,
	.write = vdev_write,
	.ioctl = vdev_ioctl,
	.mmap = vdev_mmap,
	.request = vdev_request,
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
	NVMUX_VFIO_REGION_INFO_OP
};
