// SPDX-License-Identifier: GPL-2.0-only
/*
 * Config space and BARs of a vGPU as file regions. An access is cut into pieces of at most four
 * aligned bytes. BAR1 shows the slice; beyond it, up to the power of two, it reads all ones and
 * drops writes, and is never mapped.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "../core/type.h"
#include "../core/vgpu.h"
#include "../hw/hw.h"
#include "../hw/scrub.h"
#include "vfio.h"
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
		return nvmux_type_bar1_size(vdev->vgpu->resident.type);
	default:
		return 0;
	}
}

static int sparse_cap_add(struct nvmux_vdev *vdev, struct vfio_info_cap *caps)
{
	struct {
		struct vfio_region_info_cap_sparse_mmap head;
		struct vfio_region_sparse_mmap_area area;
	} sparse = {
		.head.header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP,
		.head.header.version = 1,
		.head.nr_areas = 1,
		.area.size = nvmux_vgpu_size(vdev->vgpu),
	};

	return vfio_info_add_capability(caps, &sparse.head.header, sizeof(sparse));
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
	return sparse_cap_add(vdev, caps);
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

/* One piece never crosses a page, so neither a chunk nor the end of the slice. */
static int bar1_access(struct nvmux_vdev *vdev, u64 offset, u8 *data, u32 len, bool write)
{
	u64 base = nvmux_vgpu_offset(vdev->vgpu);
	void __iomem *page;
	int err;

	if (offset >= nvmux_vgpu_size(vdev->vgpu)) {
		if (!write)
			memset(data, 0xff, len);
		return 0;
	}
	err = nvmux_scrub_touch(vdev->hw, base, offset >> NVMUX_CHUNK_SHIFT, vdev->touched);
	if (err)
		return err;

	page = ioremap_wc(vdev->hw->bar1 + base + ALIGN_DOWN(offset, PAGE_SIZE), PAGE_SIZE);
	if (!page)
		return -ENOMEM;
	if (write)
		memcpy_toio(page + offset % PAGE_SIZE, data, len);
	else
		memcpy_fromio(data, page + offset % PAGE_SIZE, len);
	iounmap(page);
	return 0;
}

static int piece_read(struct nvmux_vdev *vdev, u32 index, u64 offset, u8 *data, u32 len)
{
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		memcpy(data, vdev->config + offset, len);
		return 0;
	case VFIO_PCI_BAR0_REGION_INDEX:
		bar0_read(vdev, offset, data, len);
		return 0;
	default:
		return bar1_access(vdev, offset, data, len, false);
	}
}

static int piece_write(struct nvmux_vdev *vdev, u32 index, u64 offset, u8 *data, u32 len)
{
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		if (nvmux_vfio_config_write(vdev, offset, data, len))
			nvmux_vfio_reset(vdev);
		return 0;
	case VFIO_PCI_BAR0_REGION_INDEX:
		bar0_write(vdev, offset, data, len);
		return 0;
	default:
		return bar1_access(vdev, offset, data, len, true);
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

/* User memory is copied without the lock: it may fault. */
static int piece_transfer(struct nvmux_vdev *vdev, u32 index, u64 offset, u32 len,
			  char __user *user, bool write)
{
	u8 data[4];
	int err;

	if (write && copy_from_user(data, user, len))
		return -EFAULT;
	mutex_lock(&vdev->lock);
	if (write)
		err = piece_write(vdev, index, offset, data, len);
	else
		err = piece_read(vdev, index, offset, data, len);
	mutex_unlock(&vdev->lock);
	if (!err && !write && copy_to_user(user, data, len))
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

static u64 vma_offset(const struct vm_area_struct *vma)
{
	return ((u64)vma->vm_pgoff << PAGE_SHIFT) & NVMUX_REGION_OFFSET_MASK;
}

/* Insert what of the faulting chunk lies in the mapping. */
static vm_fault_t chunk_insert(struct vm_area_struct *vma, u64 chunk_start, phys_addr_t phys)
{
	u64 map_start = vma_offset(vma);
	u64 from = max(chunk_start, map_start);
	u64 to = min(chunk_start + NVMUX_CHUNK_SIZE, map_start + (vma->vm_end - vma->vm_start));
	u64 at;

	for (at = from; at < to; at += PAGE_SIZE) {
		vm_fault_t ret = vmf_insert_pfn(vma, vma->vm_start + (at - map_start),
						(phys + (at - chunk_start)) >> PAGE_SHIFT);

		if (ret != VM_FAULT_NOPAGE)
			return ret;
	}
	return VM_FAULT_NOPAGE;
}

static vm_fault_t region_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct nvmux_vdev *vdev = vma->vm_private_data;
	u64 base = nvmux_vgpu_offset(vdev->vgpu);
	u64 offset = vma_offset(vma) + (vmf->address - vma->vm_start);
	unsigned long chunk = offset >> NVMUX_CHUNK_SHIFT;
	u64 chunk_start = (u64)chunk << NVMUX_CHUNK_SHIFT;

	if (nvmux_scrub_touch(vdev->hw, base, chunk, vdev->touched))
		return VM_FAULT_SIGBUS;
	return chunk_insert(vma, chunk_start, vdev->hw->bar1 + base + chunk_start);
}

static const struct vm_operations_struct region_vm_ops = {
	.fault = region_fault,
};

/**
 * nvmux_vfio_region_mmap() - mmap(2) of the slice
 * @vdev: the device
 * @vma: the mapping
 *
 * Nothing is mapped yet: each chunk follows at its first touch, when it is clean.
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL not BAR1, not shared, or beyond the slice.
 */
int nvmux_vfio_region_mmap(struct nvmux_vdev *vdev, struct vm_area_struct *vma)
{
	u32 index = vma->vm_pgoff >> (NVMUX_REGION_SHIFT - PAGE_SHIFT);
	u64 len = vma->vm_end - vma->vm_start;
	u64 size = nvmux_vgpu_size(vdev->vgpu);

	if (index != VFIO_PCI_BAR1_REGION_INDEX || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (len > size || vma_offset(vma) > size - len)
		return -EINVAL;

	vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_private_data = vdev;
	vma->vm_ops = &region_vm_ops;
	return 0;
}
