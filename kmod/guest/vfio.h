/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a VM sees of a vGPU: a PCI function behind VFIO.
 */
#ifndef NVMUX_VFIO_H
#define NVMUX_VFIO_H

#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>

#include "vfio_intr.h"
#include "vfio_mailbox.h"
#include "vfio_migrate.h"
#include "vfio_msix.h"

struct eventfd_ctx;
struct nvmux_hw;
struct nvmux_vgpu;

/* A region is named by the upper bits of the file offset, as with vfio-pci. */
#define NVMUX_REGION_SHIFT 40
#define NVMUX_REGION_OFFSET_MASK (BIT_ULL(NVMUX_REGION_SHIFT) - 1)

#define NVMUX_CONFIG_SIZE 4096
#define NVMUX_BAR0_SIZE 0x40000

/**
 * struct nvmux_vdev - the VFIO device of one vGPU
 * @vfio: what VFIO knows
 * @vgpu: the vGPU, referenced
 * @hw: the hardware of its GPU, open as long as this device is registered
 * @lock: protects what the guest can change and nothing below says otherwise
 * @config: config space as the guest reads it
 * @writable: which bits of @config the guest may write
 * @mailbox: state of the mailbox
 * @request_trigger: who is told that nvmux wants the device back, NULL when nobody
 * @memory_lock: protects @memory_open and @dirty; to write them takes @lock as well
 * @memory_open: the function decodes memory: its BARs answer
 * @irq_lock: protects @intr and @msix; to write them, but for what is pending, takes @lock as well
 * @intr: state of the interrupt tree
 * @msix: state of MSI-X
 * @countdown: the guest's timer
 * @countdown_left: nanoseconds that it has left while the device is stopped
 * @migrate: state of migration, with a lock of its own
 * @stopped: for migration: nothing counts and no message goes out; protected as @msix
 * @dirty: one bit per page of the slice that a stream does not have yet, NULL while none is read;
 *	the pointer is protected as @memory_open, bits are set with that lock held in any way
 * @touched: one bit per chunk of the slice that the current user may have written
 * @n_chunks: chunks of the slice
 *
 * Lock order: lock of @migrate -> lock of its stream -> mmap_lock -> @lock -> @memory_lock;
 * @irq_lock is the innermost.
 */
struct nvmux_vdev {
	struct vfio_device vfio;
	struct nvmux_vgpu *vgpu;
	struct nvmux_hw *hw;
	struct mutex lock; /* protects config, mailbox and request_trigger */
	u8 config[NVMUX_CONFIG_SIZE];
	u8 writable[NVMUX_CONFIG_SIZE];
	struct nvmux_vfio_mailbox mailbox;
	struct eventfd_ctx *request_trigger;
	struct rw_semaphore memory_lock; /* protects memory_open and dirty */
	bool memory_open;
	spinlock_t irq_lock; /* protects intr, msix and stopped */
	struct nvmux_vfio_intr intr;
	struct nvmux_vfio_msix msix;
	struct hrtimer countdown;
	u32 countdown_left;
	struct nvmux_vfio_migrate migrate;
	bool stopped;
	unsigned long *dirty;
	unsigned long *touched;
	unsigned long n_chunks;
};

extern const struct vfio_device_ops nvmux_vfio_ops;

void nvmux_vfio_reset(struct nvmux_vdev *vdev);
void nvmux_vfio_count_reset(struct nvmux_vdev *vdev);

#endif
