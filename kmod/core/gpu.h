/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The GPU: one per GPU function of the host, whichever driver holds the function.
 *
 * Lock order: gpu->touch_lock, or the lock of PCI removals -> device_lock -> gpu->lock -> table
 * lock (in gpu.c) and vGPU table lock (in vgpu.c). gpu->lock is never held while a driver is bound,
 * unbound or registered as mdev parent, because those call back here; the "switching" state keeps
 * everybody else out meanwhile.
 */
#ifndef NVMUX_GPU_H
#define NVMUX_GPU_H

#include <linux/device.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <uapi/linux/nvmux.h>

#include "placement.h"
#include "refusal.h"

struct nvmux_board;
struct nvmux_hw;
struct nvmux_mdev_face;
struct pci_saved_state;

/**
 * struct nvmux_gpu_ident - what a GPU function is, fixed for its life
 * @device: PCI device id
 * @subvendor: PCI subsystem vendor id
 * @subsystem: PCI subsystem id
 * @class: PCI class code, 24 bits
 * @revision: PCI revision id
 * @bar1_size: size of the framebuffer BAR in bytes
 */
struct nvmux_gpu_ident {
	u16 device;
	u16 subvendor;
	u16 subsystem;
	u32 class;
	u8 revision;
	u64 bar1_size;
};

/**
 * enum nvmux_bus_state - what the bus says about a board
 * @NVMUX_BUS_WELL: nothing is wrong, or no longer
 * @NVMUX_BUS_ERROR: there is an error, it is about to recover
 * @NVMUX_BUS_LOST: it will not recover
 */
enum nvmux_bus_state {
	NVMUX_BUS_WELL,
	NVMUX_BUS_ERROR,
	NVMUX_BUS_LOST,
};

#define NVMUX_GPU_TEXT_LEN 256
#define NVMUX_DRIVER_LEN 32

/* A PCI slot has eight functions: the GPU is number 0, the others are its companions. */
#define NVMUX_FUNCTIONS 8

/**
 * struct nvmux_owner - which driver a function had
 * @known: somebody has looked; else the kernel chooses
 * @driver: name of the driver, empty when none was bound
 * @override: driver_override, empty when there was none
 */
struct nvmux_owner {
	bool known;
	char driver[NVMUX_DRIVER_LEN];
	char override[NVMUX_DRIVER_LEN];
};

/**
 * struct nvmux_gpu - one GPU
 * @ref: references; the table of GPUs holds one while the function exists
 * @id: number of the GPU since the module was loaded, its key in the table
 * @dev: its PCI function, referenced
 * @ident: what it is
 * @board: its entry in the catalogue, NULL when unknown
 * @touch_lock: held by who touches the function beside its driver: resets it, asks whether it is
 *	there. Its removal waits. Protects @leaving.
 * @leaving: the function is being removed, nobody may touch it any more; set before the lock is
 *	taken, so that who touches it for long can look
 * @config: configuration space when the last switch began, NULL before the first; the switch's own
 * @before: who had each function when the switch that is going on began; the switch's own
 * @home: who had each function in host mode: the GPU since it left that mode, the companions while
 *	they are away; the switch's own
 * @bus_state: what the bus has said last; set without a lock, carried out by @bus_work
 * @bus_work: tells what the bus has said; the bus says it under locks of its own
 * @lock: protects everything below
 * @gone: the function has left the bus
 * @mode: active mode
 * @target: mode of the switch that is going on, 0 when none is
 * @step: what that switch is doing, 0 when none is going on
 * @recovering: that switch is to end the quarantine
 * @flags: of that switch, of enum nvmux_set_flags
 * @driver: name of the driver that is bound, empty when none is
 * @error: why the last switch failed, empty when it did not
 * @quarantine: why the GPU is out of use, empty when it is not
 * @bus_error: the quarantine is the bus's, which is about to recover
 * @chip: chip id of PMC_BOOT_42, 0 until the registers were read
 * @fb_size: framebuffer in bytes, 0 when unknown
 * @memory: what is known of it, but for what vgpu mode knows better
 * @scrub_done: bytes of it that were to be cleaned and are
 * @scrub_total: those, and what is still to be cleaned; 0 while nothing is
 * @scrub_told: when listeners were told of that, in jiffies
 * @partition: how the framebuffer is divided
 * @gis: GPU instances, in MIG only
 * @n_gis: number of @gis
 * @vgpus: vGPUs on this GPU, by placement of no order
 * @n_vgpus: number of @vgpus
 * @hw: access to the hardware while nvmux holds the function, else NULL
 * @face: its mdev face while it is in vgpu mode, else NULL
 * @probe_err: why nvmux could not take the function, told by the probe to the switch
 * @probe_why: the same for people
 * @switch_work: carries out the switch to @target
 */
struct nvmux_gpu {
	struct kref ref;
	u32 id;
	struct device *dev;
	struct nvmux_gpu_ident ident;
	const struct nvmux_board *board;

	struct mutex touch_lock; /* protects leaving */
	bool leaving;
	struct pci_saved_state *config;
	struct nvmux_owner before[NVMUX_FUNCTIONS];
	struct nvmux_owner home[NVMUX_FUNCTIONS];
	enum nvmux_bus_state bus_state;
	struct work_struct bus_work;

	struct mutex lock; /* protects what follows */
	bool gone;
	enum nvmux_mode mode;
	enum nvmux_mode target;
	enum nvmux_step step;
	bool recovering;
	u32 flags;
	char driver[NVMUX_DRIVER_LEN];
	char error[NVMUX_GPU_TEXT_LEN];
	char quarantine[NVMUX_GPU_TEXT_LEN];
	bool bus_error;
	u32 chip;
	u64 fb_size;
	enum nvmux_memory memory;
	u64 scrub_done;
	u64 scrub_total;
	unsigned long scrub_told;
	enum nvmux_partition partition;
	struct nvmux_gi gis[NVMUX_GI_MAX];
	unsigned int n_gis;
	struct list_head vgpus;
	unsigned int n_vgpus;
	struct nvmux_hw *hw;
	struct nvmux_mdev_face *face;
	int probe_err;
	struct nvmux_refusal probe_why;
	struct work_struct switch_work;
};

/**
 * nvmux_gpu_bdf() - PCI address of a GPU as text
 * @gpu: the GPU
 *
 * Return: such as "0000:41:00.0", valid as long as @gpu.
 */
static inline const char *nvmux_gpu_bdf(const struct nvmux_gpu *gpu)
{
	return dev_name(gpu->dev);
}

int nvmux_gpu_add(struct device *dev, const struct nvmux_gpu_ident *ident, const char *driver);
void nvmux_gpu_retire(struct nvmux_gpu *gpu);
void nvmux_gpu_retire_all(void);

struct nvmux_gpu *nvmux_gpu_get(struct nvmux_gpu *gpu);
void nvmux_gpu_put(struct nvmux_gpu *gpu);
struct nvmux_gpu *nvmux_gpu_find(const char *bdf);
struct nvmux_gpu *nvmux_gpu_find_dev(struct device *dev);
struct nvmux_gpu *nvmux_gpu_next(unsigned long *id);

int nvmux_gpu_touch(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
void nvmux_gpu_untouch(struct nvmux_gpu *gpu);
void nvmux_gpu_leave(struct nvmux_gpu *gpu);

void nvmux_gpu_driver_changed(struct nvmux_gpu *gpu, const char *driver);
void nvmux_gpu_quarantine(struct nvmux_gpu *gpu, const char *why);
void nvmux_gpu_bus(struct nvmux_gpu *gpu, enum nvmux_bus_state state);
int nvmux_gpu_usable(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
void nvmux_gpu_hw_set(struct nvmux_gpu *gpu, struct nvmux_hw *hw, u32 chip, u64 fb_size);
void nvmux_gpu_changed(struct nvmux_gpu *gpu);

#endif
