// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR1 of a vGPU shows its slice of framebuffer. The slice can be mapped: a page reaches the user
 * through a fault, when its chunk is clean. Beyond the slice, up to the power of two, BAR1 reads
 * all ones and drops writes, and is never mapped. While the function does not decode memory nothing
 * is mapped, and a touch is a bus error, as with vfio-pci.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/vfio.h>

#include "../compat.h"
#include "../core/type.h"
#include "../core/vgpu.h"
#include "../hw/hw.h"
#include "../hw/scrub.h"
#include "vfio.h"
#include "vfio_bar1.h"
#include "vfio_dirty.h"
#include "vfio_mailbox.h"

#define BAR1_POS ((u64)VFIO_PCI_BAR1_REGION_INDEX << NVMUX_REGION_SHIFT)

/**
 * nvmux_vfio_bar1_size() - size of BAR1
 * @vdev: the device
 *
 * Context: any.
 *
 * Return: bytes, a power of two.
 */
u64 nvmux_vfio_bar1_size(struct nvmux_vdev *vdev)
{
	return nvmux_type_bar1_size(vdev->vgpu->resident.type);
}

/**
 * nvmux_vfio_bar1_info() - tell what part of BAR1 can be mapped
 * @vdev: the device
 * @caps: receives it
 *
 * Context: may sleep.
 *
 * Return: 0; -ENOMEM.
 */
int nvmux_vfio_bar1_info(struct nvmux_vdev *vdev, struct vfio_info_cap *caps)
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

/* A chunk that the board cannot clean stays closed; the guest finds a record of it. */
static int chunk_touch(struct nvmux_vdev *vdev, unsigned long chunk)
{
	return nvmux_scrub_touch(vdev->hw, nvmux_vgpu_offset(vdev->vgpu), chunk, vdev->touched);
}

/* Whoever is short of memory may come again; that is not the board's. */
static void chunk_error(struct nvmux_vdev *vdev, unsigned long chunk, int err)
{
	if (err != -ENOMEM)
		nvmux_vfio_mailbox_error(vdev, NVMUX_ERROR_MEMORY,
					 chunk << (NVMUX_CHUNK_SHIFT - 20));
}

static int page_access(struct nvmux_vdev *vdev, u64 offset, u8 *data, u32 len, bool write)
{
	phys_addr_t at = vdev->hw->bar1 + nvmux_vgpu_offset(vdev->vgpu) + offset;
	void __iomem *page = ioremap_wc(ALIGN_DOWN(at, PAGE_SIZE), PAGE_SIZE);

	if (!page)
		return -ENOMEM;
	if (write)
		memcpy_toio(page + offset_in_page(at), data, len);
	else
		memcpy_fromio(data, page + offset_in_page(at), len);
	iounmap(page);
	return 0;
}

/**
 * nvmux_vfio_bar1_access() - read or write a piece of BAR1
 * @vdev: the device, its lock is held
 * @offset: first byte, within BAR1
 * @data: what is written, or receives what is read
 * @len: bytes, at most up to the next multiple of 4
 * @write: whether to write
 *
 * Context: may sleep.
 *
 * Return: 0; -EIO the board does not answer; -ENOMEM.
 */
int nvmux_vfio_bar1_access(struct nvmux_vdev *vdev, u64 offset, u8 *data, u32 len, bool write)
{
	unsigned long chunk = offset >> NVMUX_CHUNK_SHIFT;
	int err;

	if (offset >= nvmux_vgpu_size(vdev->vgpu)) {
		if (!write)
			memset(data, 0xff, len);
		return 0;
	}
	err = chunk_touch(vdev, chunk);
	if (err) {
		chunk_error(vdev, chunk, err);
		return err;
	}
	down_read(&vdev->memory_lock);
	if (write)
		nvmux_vfio_dirty_mark(vdev, offset, len);
	err = page_access(vdev, offset, data, len, write);
	up_read(&vdev->memory_lock);
	return err;
}

/**
 * nvmux_vfio_bar1_touch() - a chunk is about to be written by the host for its user
 * @vdev: the device
 * @chunk: which
 *
 * Context: may sleep; takes the scrub lock.
 *
 * Return: 0; -EIO it could not be cleaned.
 */
int nvmux_vfio_bar1_touch(struct nvmux_vdev *vdev, unsigned long chunk)
{
	return chunk_touch(vdev, chunk);
}

/**
 * nvmux_vfio_bar1_chunk() - map a chunk of the slice for the host itself
 * @vdev: the device
 * @chunk: which
 *
 * Context: may sleep.
 *
 * Return: NVMUX_CHUNK_SIZE bytes, for iounmap(); NULL out of memory.
 */
void __iomem *nvmux_vfio_bar1_chunk(struct nvmux_vdev *vdev, unsigned long chunk)
{
	u64 offset = nvmux_vgpu_offset(vdev->vgpu) + ((u64)chunk << NVMUX_CHUNK_SHIFT);

	return ioremap_wc(vdev->hw->bar1 + offset, NVMUX_CHUNK_SIZE);
}

/**
 * nvmux_vfio_bar1_clear() - the slice reads 0 again
 * @vdev: the device, its gate is closed
 *
 * Context: may sleep; takes the scrub lock.
 */
void nvmux_vfio_bar1_clear(struct nvmux_vdev *vdev)
{
	nvmux_scrub_release(vdev->hw, nvmux_vgpu_offset(vdev->vgpu), vdev->n_chunks,
			    vdev->touched);
}

/**
 * nvmux_vfio_bar1_unmap() - the next access of users to a piece of BAR1 faults
 * @vdev: the device, its memory lock is held for writing
 * @offset: first byte, a multiple of the page size
 * @len: bytes
 *
 * Context: may sleep.
 */
void nvmux_vfio_bar1_unmap(struct nvmux_vdev *vdev, u64 offset, u64 len)
{
	lockdep_assert_held_write(&vdev->memory_lock);
	unmap_mapping_range(vdev->vfio.inode->i_mapping, BAR1_POS + offset, len, true);
}

/**
 * nvmux_vfio_bar1_gate() - the function decodes memory from now on, or not
 * @vdev: the device, its lock is held
 * @open: it does
 *
 * When it does not any more, no page is mapped and no fault is under way on return.
 *
 * Context: may sleep; takes the memory lock.
 */
void nvmux_vfio_bar1_gate(struct nvmux_vdev *vdev, bool open)
{
	lockdep_assert_held(&vdev->lock);
	if (vdev->memory_open == open)
		return;
	down_write(&vdev->memory_lock);
	vdev->memory_open = open;
	if (!open)
		nvmux_vfio_bar1_unmap(vdev, 0, nvmux_vfio_bar1_size(vdev));
	up_write(&vdev->memory_lock);
}

static u64 vma_offset(const struct vm_area_struct *vma)
{
	return ((u64)vma->vm_pgoff << PAGE_SHIFT) & NVMUX_REGION_OFFSET_MASK;
}

/* Insert what of a piece of BAR1 lies in the mapping. */
static vm_fault_t piece_insert(struct nvmux_vdev *vdev, struct vm_area_struct *vma, u64 start,
			       u64 len)
{
	phys_addr_t phys = vdev->hw->bar1 + nvmux_vgpu_offset(vdev->vgpu);
	u64 map_start = vma_offset(vma);
	u64 from = max(start, map_start);
	u64 to = min(start + len, map_start + (vma->vm_end - vma->vm_start));
	u64 at;

	for (at = from; at < to; at += PAGE_SIZE) {
		vm_fault_t ret = vmf_insert_pfn(vma, vma->vm_start + (at - map_start),
						(phys + at) >> PAGE_SHIFT);

		if (ret != VM_FAULT_NOPAGE)
			return ret;
	}
	return VM_FAULT_NOPAGE;
}

/* While a stream is read only the page that is touched is mapped, and counts as written. */
static vm_fault_t touched_insert(struct nvmux_vdev *vdev, struct vm_area_struct *vma, u64 offset)
{
	u64 page = ALIGN_DOWN(offset, PAGE_SIZE);

	if (!vdev->dirty)
		return piece_insert(vdev, vma, ALIGN_DOWN(offset, NVMUX_CHUNK_SIZE),
				    NVMUX_CHUNK_SIZE);
	nvmux_vfio_dirty_mark(vdev, page, PAGE_SIZE);
	return piece_insert(vdev, vma, page, PAGE_SIZE);
}

/* The memory lock is held, so that the page cannot appear behind a gate that closes. */
static vm_fault_t offset_fault(struct nvmux_vdev *vdev, struct vm_area_struct *vma, u64 offset,
			       int *err)
{
	if (!vdev->memory_open)
		return VM_FAULT_SIGBUS;
	*err = chunk_touch(vdev, offset >> NVMUX_CHUNK_SHIFT);
	if (*err)
		return *err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	return touched_insert(vdev, vma, offset);
}

static vm_fault_t bar1_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct nvmux_vdev *vdev = vma->vm_private_data;
	u64 offset = vma_offset(vma) + (vmf->address - vma->vm_start);
	vm_fault_t ret;
	int err = 0;

	down_read(&vdev->memory_lock);
	ret = offset_fault(vdev, vma, offset, &err);
	up_read(&vdev->memory_lock);
	if (err) {
		mutex_lock(&vdev->lock);
		chunk_error(vdev, offset >> NVMUX_CHUNK_SHIFT, err);
		mutex_unlock(&vdev->lock);
	}
	return ret;
}

/* A whole chunk at once, where a mapping lies so that it can be; else bar1_fault() is next. */
static vm_fault_t chunk_fault(struct nvmux_vdev *vdev, struct vm_fault *vmf, u64 start)
{
	phys_addr_t phys = vdev->hw->bar1 + nvmux_vgpu_offset(vdev->vgpu) + start;

	lockdep_assert_held(&vdev->memory_lock);
	if (!vdev->memory_open || vdev->dirty || phys % NVMUX_CHUNK_SIZE)
		return VM_FAULT_FALLBACK;
	if (chunk_touch(vdev, start >> NVMUX_CHUNK_SHIFT))
		return VM_FAULT_FALLBACK;
	return nvmux_insert_pfn_pmd(vmf, phys >> PAGE_SHIFT);
}

static vm_fault_t bar1_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	unsigned long address = ALIGN_DOWN(vmf->address, NVMUX_CHUNK_SIZE);
	struct vm_area_struct *vma = vmf->vma;
	struct nvmux_vdev *vdev = vma->vm_private_data;
	u64 start = vma_offset(vma) + (address - vma->vm_start);
	vm_fault_t ret;

	if (PAGE_SIZE << order != NVMUX_CHUNK_SIZE || start % NVMUX_CHUNK_SIZE)
		return VM_FAULT_FALLBACK;
	if (address < vma->vm_start || vma->vm_end - address < NVMUX_CHUNK_SIZE)
		return VM_FAULT_FALLBACK;
	down_read(&vdev->memory_lock);
	ret = chunk_fault(vdev, vmf, start);
	up_read(&vdev->memory_lock);
	return ret;
}

static const struct vm_operations_struct bar1_vm_ops = {
	.fault = bar1_fault,
	.huge_fault = bar1_huge_fault,
};

/**
 * nvmux_vfio_bar1_mmap() - mmap(2) of the slice
 * @vdev: the device
 * @vma: the mapping, of this region
 *
 * Nothing is mapped yet: each chunk follows at its first touch, when it is clean.
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL not shared, or beyond the slice.
 */
int nvmux_vfio_bar1_mmap(struct nvmux_vdev *vdev, struct vm_area_struct *vma)
{
	u64 len = vma->vm_end - vma->vm_start;
	u64 size = nvmux_vgpu_size(vdev->vgpu);

	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (len > size || vma_offset(vma) > size - len)
		return -EINVAL;

	vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_private_data = vdev;
	vma->vm_ops = &bar1_vm_ops;
	return 0;
}
