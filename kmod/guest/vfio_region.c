// SPDX-License-Identifier: GPL-2.0-only
/*
 * Config space and BARs of a vGPU as file regions. An access is cut into pieces of at most four
 * aligned bytes. While the function does not decode memory, its BARs read all ones and drop writes.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "vfio.h"
#include "vfio_bar1.h"
#include "vfio_config.h"
#include "vfio_region.h"
#include "vfio_regs.h"

static u64 region_size(struct nvmux_vdev *vdev, u32 index)
{
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		return NVMUX_CONFIG_SIZE;
	case VFIO_PCI_BAR0_REGION_INDEX:
		return NVMUX_BAR0_SIZE;
	case VFIO_PCI_BAR1_REGION_INDEX:
		return nvmux_vfio_bar1_size(vdev);
	default:
		return 0;
	}
}

/**
 * nvmux_vfio_region_info() - VFIO_DEVICE_GET_REGION_INFO
 * @vdev: the device
 * @info: index is set; receives the rest
 * @caps: receives what part of BAR1 can be mapped
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL there is no such region; -ENOMEM.
 */
int nvmux_vfio_region_info(struct nvmux_vdev *vdev, struct vfio_region_info *info,
			   struct vfio_info_cap *caps)
{
	if (info->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;

	info->offset = (u64)info->index << NVMUX_REGION_SHIFT;
	info->size = region_size(vdev, info->index);
	info->flags = info->size ? VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE : 0;
	if (info->index != VFIO_PCI_BAR1_REGION_INDEX)
		return 0;
	info->flags |= VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_CAPS;
	return nvmux_vfio_bar1_info(vdev, caps);
}

static void bar0_read(struct nvmux_vdev *vdev, u32 offset, u8 *data, u32 len)
{
	__le32 word = cpu_to_le32(nvmux_vfio_regs_read(vdev, ALIGN_DOWN(offset, 4)));

	memcpy(data, (u8 *)&word + offset % 4, len);
}

static void bar0_write(struct nvmux_vdev *vdev, u32 offset, const u8 *data, u32 len)
{
	__le32 word = 0;
	u32 shift = offset % 4 * 8;

	memcpy((u8 *)&word + offset % 4, data, len);
	nvmux_vfio_regs_write(vdev, ALIGN_DOWN(offset, 4), le32_to_cpu(word),
			      GENMASK(shift + len * 8 - 1, shift));
}

/* Config space answers always. */
static bool answers(struct nvmux_vdev *vdev, u32 index)
{
	return index == VFIO_PCI_CONFIG_REGION_INDEX || vdev->memory_open;
}

static int piece_read(struct nvmux_vdev *vdev, u32 index, u64 offset, u8 *data, u32 len)
{
	if (!answers(vdev, index)) {
		memset(data, 0xff, len);
		return 0;
	}
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		memcpy(data, vdev->config + offset, len);
		return 0;
	case VFIO_PCI_BAR0_REGION_INDEX:
		bar0_read(vdev, offset, data, len);
		return 0;
	default:
		return nvmux_vfio_bar1_access(vdev, offset, data, len, false);
	}
}

static void guest_reset(struct nvmux_vdev *vdev)
{
	nvmux_vfio_reset(vdev);
	nvmux_vfio_count_reset(vdev);
}

static int piece_write(struct nvmux_vdev *vdev, u32 index, u64 offset, u8 *data, u32 len)
{
	if (!answers(vdev, index))
		return 0;
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		if (nvmux_vfio_config_write(vdev, offset, data, len))
			guest_reset(vdev);
		return 0;
	case VFIO_PCI_BAR0_REGION_INDEX:
		bar0_write(vdev, offset, data, len);
		return 0;
	default:
		return nvmux_vfio_bar1_access(vdev, offset, data, len, true);
	}
}

static u32 piece_len(u64 offset, size_t left)
{
	return min_t(size_t, left, 4 - offset % 4);
}

static size_t clamp_count(struct nvmux_vdev *vdev, u32 index, u64 offset, size_t count)
{
	u64 size = index < VFIO_PCI_NUM_REGIONS ? region_size(vdev, index) : 0;

	return offset >= size ? 0 : min_t(u64, count, size - offset);
}

/*
 * Nearly all pieces are words. A size that the compiler knows spares the copy the question, which
 * takes longer than itself, whether so much may be copied from there.
 */
static bool piece_from_user(u8 *data, const char __user *user, u32 len)
{
	return !(len == 4 ? copy_from_user(data, user, 4) : copy_from_user(data, user, len));
}

static bool piece_to_user(char __user *user, const u8 *data, u32 len)
{
	return !(len == 4 ? copy_to_user(user, data, 4) : copy_to_user(user, data, len));
}

/* User memory is copied without the lock: it may fault. */
static int piece_transfer(struct nvmux_vdev *vdev, u32 index, u64 offset, u32 len,
			  char __user *user, bool write)
{
	u8 data[4];
	int err;

	if (write && !piece_from_user(data, user, len))
		return -EFAULT;
	mutex_lock(&vdev->lock);
	if (write)
		err = piece_write(vdev, index, offset, data, len);
	else
		err = piece_read(vdev, index, offset, data, len);
	mutex_unlock(&vdev->lock);
	if (!err && !write && !piece_to_user(user, data, len))
		return -EFAULT;
	return err;
}

static ssize_t region_transfer(struct nvmux_vdev *vdev, size_t count, u64 pos,
			       char __user *user, bool write)
{
	u32 index = pos >> NVMUX_REGION_SHIFT;
	u64 offset = pos & NVMUX_REGION_OFFSET_MASK;
	size_t done = 0;

	if (!count)
		return 0;
	count = clamp_count(vdev, index, offset, count);
	if (!count)
		return -EINVAL;
	while (done < count) {
		u32 len = piece_len(offset + done, count - done);
		int err = piece_transfer(vdev, index, offset + done, len, user + done, write);

		if (err)
			return done ? done : err;
		done += len;
		if (fatal_signal_pending(current))
			break;
		cond_resched();
	}
	return done;
}

/**
 * nvmux_vfio_region_read() - read(2)
 * @vdev: the device
 * @buf: where to
 * @count: bytes
 * @pos: region and offset
 *
 * Context: may sleep; takes the lock.
 *
 * Return: bytes read, fewer at the end of the region; -EINVAL beyond it; -EFAULT; -EIO; -ENOMEM.
 */
ssize_t nvmux_vfio_region_read(struct nvmux_vdev *vdev, char __user *buf, size_t count, u64 pos)
{
	return region_transfer(vdev, count, pos, buf, false);
}

/**
 * nvmux_vfio_region_write() - write(2)
 * @vdev: the device
 * @buf: where from
 * @count: bytes
 * @pos: region and offset
 *
 * Context: may sleep; takes the lock.
 *
 * Return: bytes written, fewer at the end of the region; -EINVAL beyond it; -EFAULT; -EIO; -ENOMEM.
 */
ssize_t nvmux_vfio_region_write(struct nvmux_vdev *vdev, const char __user *buf, size_t count,
				u64 pos)
{
	return region_transfer(vdev, count, pos, (char __user *)buf, true);
}

/**
 * nvmux_vfio_region_mmap() - mmap(2)
 * @vdev: the device
 * @vma: the mapping
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL not BAR1, not shared, or beyond the slice.
 */
int nvmux_vfio_region_mmap(struct nvmux_vdev *vdev, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff >> (NVMUX_REGION_SHIFT - PAGE_SHIFT) != VFIO_PCI_BAR1_REGION_INDEX)
		return -EINVAL;
	return nvmux_vfio_bar1_mmap(vdev, vma);
}
