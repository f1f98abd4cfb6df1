// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of GPUs and the life of each: alloc -> add (published) -> retire -> last put.
 *
 * A GPU object outlives every driver of its function. It knows its function only as a struct
 * device; what is special to PCI is in control/pci.c.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "event.h"
#include "gpu.h"
#include "memory.h"
#include "mode.h"
#include "type.h"
#include "vgpu.h"

/*
 * For a GPU that appears. The bus tells of it once and takes no refusal: without its object the
 * board would be on the bus, and in no list, until the module is loaded again.
 */
#define GPU_GFP (GFP_KERNEL | __GFP_NOFAIL)

/* GPUs by id. Its own lock protects look-up and the first reference; no other lock nests inside. */
static DEFINE_XARRAY_ALLOC1(gpu_table);

static void gpu_free(struct kref *ref)
{
	struct nvmux_gpu *gpu = container_of(ref, struct nvmux_gpu, ref);

	put_device(gpu->dev);
	kfree(gpu->config);
	mutex_destroy(&gpu->lock);
	mutex_destroy(&gpu->touch_lock);
	kfree(gpu);
}

static void gpu_quarantine(struct nvmux_gpu *gpu, const char *why)
{
	gpu->bus_error = false;
	strscpy(gpu->quarantine, why, sizeof(gpu->quarantine));
	dev_err(gpu->dev, "quarantined: %s\n", why);
}

/* What quarantined the GPU before an error of the bus still does after it. */
static void gpu_follow_bus(struct nvmux_gpu *gpu, enum nvmux_bus_state state)
{
	switch (state) {
	case NVMUX_BUS_WELL:
		if (gpu->bus_error)
			gpu->quarantine[0] = '\0';
		gpu->bus_error = false;
		break;
	case NVMUX_BUS_ERROR:
		if (gpu->quarantine[0])
			break;
		gpu_quarantine(gpu, "the bus has found an error and recovers");
		gpu->bus_error = true;
		break;
	case NVMUX_BUS_LOST:
		gpu_quarantine(gpu, "the bus has found an error and could not recover");
		break;
	}
}

static void gpu_tell_vgpus(struct nvmux_gpu *gpu)
{
	struct nvmux_vgpu *vgpu;

	list_for_each_entry(vgpu, &gpu->vgpus, node)
		nvmux_event_vgpu(NVMUX_EVENT_VGPU, vgpu);
}

static void gpu_bus_work(struct work_struct *work)
{
	struct nvmux_gpu *gpu = container_of(work, struct nvmux_gpu, bus_work);

	mutex_lock(&gpu->lock);
	if (!gpu->gone) {
		gpu_follow_bus(gpu, READ_ONCE(gpu->bus_state));
		nvmux_gpu_changed(gpu);
		gpu_tell_vgpus(gpu);
	}
	mutex_unlock(&gpu->lock);
	nvmux_gpu_put(gpu);
}

static struct nvmux_gpu *gpu_alloc(struct device *dev, const struct nvmux_gpu_ident *ident,
				   const char *driver)
{
	struct nvmux_gpu *gpu = kzalloc(sizeof(*gpu), GPU_GFP);

	kref_init(&gpu->ref);
	gpu->dev = get_device(dev);
	gpu->ident = *ident;
	gpu->board = nvmux_board_find(ident->device, ident->subvendor, ident->subsystem);
	mutex_init(&gpu->touch_lock);
	mutex_init(&gpu->lock);
	INIT_LIST_HEAD(&gpu->vgpus);
	INIT_WORK(&gpu->switch_work, nvmux_mode_work);
	INIT_WORK(&gpu->bus_work, gpu_bus_work);
	gpu->partition = NVMUX_PARTITION_SAME_SIZE;
	strscpy(gpu->driver, driver, sizeof(gpu->driver));
	gpu->mode = nvmux_mode_of_driver(driver);
	gpu->memory = nvmux_memory_of_driver(driver, NVMUX_MEMORY_UNKNOWN);
	return gpu;
}

/**
 * nvmux_gpu_get() - take a reference
 * @gpu: the GPU
 *
 * Context: any.
 *
 * Return: @gpu.
 */
struct nvmux_gpu *nvmux_gpu_get(struct nvmux_gpu *gpu)
{
	kref_get(&gpu->ref);
	return gpu;
}

/**
 * nvmux_gpu_put() - drop a reference
 * @gpu: the GPU, or NULL
 *
 * Context: may sleep; its lock is not held.
 */
void nvmux_gpu_put(struct nvmux_gpu *gpu)
{
	if (gpu)
		kref_put(&gpu->ref, gpu_free);
}

/**
 * nvmux_gpu_next() - walk over all GPUs
 * @id: where to begin, 0 for the first; set to the id of the GPU that is returned
 *
 * Context: any.
 *
 * Return: the GPU with the lowest id from @id on, referenced; NULL at the end.
 */
struct nvmux_gpu *nvmux_gpu_next(unsigned long *id)
{
	struct nvmux_gpu *gpu;

	xa_lock(&gpu_table);
	gpu = xa_find(&gpu_table, id, ULONG_MAX, XA_PRESENT);
	if (gpu)
		nvmux_gpu_get(gpu);
	xa_unlock(&gpu_table);
	return gpu;
}

/**
 * nvmux_gpu_find_dev() - the GPU of a function
 * @dev: PCI function
 *
 * Context: any.
 *
 * Return: the GPU, referenced; NULL when the function is none.
 */
struct nvmux_gpu *nvmux_gpu_find_dev(struct device *dev)
{
	struct nvmux_gpu *gpu;
	unsigned long id;

	xa_lock(&gpu_table);
	xa_for_each(&gpu_table, id, gpu)
		if (gpu->dev == dev)
			break;
	if (gpu)
		nvmux_gpu_get(gpu);
	xa_unlock(&gpu_table);
	return gpu;
}

/**
 * nvmux_gpu_find() - a GPU by its PCI address
 * @bdf: such as "0000:41:00.0"
 *
 * Context: any.
 *
 * Return: the GPU, referenced; NULL when there is none.
 */
struct nvmux_gpu *nvmux_gpu_find(const char *bdf)
{
	struct nvmux_gpu *gpu;
	unsigned long id;

	xa_lock(&gpu_table);
	xa_for_each(&gpu_table, id, gpu)
		if (!strcmp(nvmux_gpu_bdf(gpu), bdf))
			break;
	if (gpu)
		nvmux_gpu_get(gpu);
	xa_unlock(&gpu_table);
	return gpu;
}

/**
 * nvmux_gpu_changed() - tell the listeners
 * @gpu: the GPU, its lock is held
 *
 * Context: may sleep.
 */
void nvmux_gpu_changed(struct nvmux_gpu *gpu)
{
	lockdep_assert_held(&gpu->lock);
	if (!gpu->gone)
		nvmux_event_gpu(NVMUX_EVENT_GPU, gpu);
}

/**
 * nvmux_gpu_add() - make a function known as a GPU
 * @dev: PCI function
 * @ident: what it is
 * @driver: name of the driver that is bound, empty when none is
 *
 * Context: may sleep.
 *
 * Return: 0, also when it is known already; -EBUSY there are more than can be numbered.
 */
int nvmux_gpu_add(struct device *dev, const struct nvmux_gpu_ident *ident, const char *driver)
{
	struct nvmux_gpu *gpu = nvmux_gpu_find_dev(dev);
	int err;

	if (gpu) {
		nvmux_gpu_put(gpu);
		return 0;
	}

	gpu = gpu_alloc(dev, ident, driver);
	mutex_lock(&gpu->lock);
	err = xa_alloc(&gpu_table, &gpu->id, gpu, xa_limit_31b, GPU_GFP);
	if (!err)
		nvmux_gpu_changed(gpu);
	mutex_unlock(&gpu->lock);
	if (err)
		nvmux_gpu_put(gpu);
	return err;
}

/**
 * nvmux_gpu_retire() - the function has left the bus
 * @gpu: the GPU, without a driver by now; the caller keeps its reference
 *
 * A switch that is going on ends by itself. To wait for it here would be to wait, inside the bus
 * notifier, for somebody who may need that notifier.
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_gpu_retire(struct nvmux_gpu *gpu)
{
	xa_erase(&gpu_table, gpu->id);

	mutex_lock(&gpu->lock);
	gpu->gone = true;
	nvmux_event_gpu(NVMUX_EVENT_GPU_GONE, gpu);
	mutex_unlock(&gpu->lock);
	nvmux_gpu_put(gpu);
}

/**
 * nvmux_gpu_retire_all() - forget all GPUs, the module is going
 *
 * Context: may sleep; no function of the module is bound any more.
 */
void nvmux_gpu_retire_all(void)
{
	struct nvmux_gpu *gpu;
	unsigned long id;

	for (id = 0; (gpu = nvmux_gpu_next(&id));) {
		nvmux_gpu_retire(gpu);
		nvmux_gpu_put(gpu);
	}
}

/**
 * nvmux_gpu_touch() - keep the function on the bus while it is touched beside its driver
 * @gpu: the GPU
 * @why: the reason of a failure
 *
 * Context: may sleep; on success takes the touch lock.
 *
 * Return: 0; -ENODEV it is being removed.
 */
int nvmux_gpu_touch(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	mutex_lock(&gpu->touch_lock);
	if (!READ_ONCE(gpu->leaving))
		return 0;
	mutex_unlock(&gpu->touch_lock);
	return nvmux_refuse(why, -ENODEV, "gpu %s is gone", nvmux_gpu_bdf(gpu));
}

/**
 * nvmux_gpu_untouch() - the opposite of nvmux_gpu_touch()
 * @gpu: the GPU
 *
 * Context: may sleep.
 */
void nvmux_gpu_untouch(struct nvmux_gpu *gpu)
{
	mutex_unlock(&gpu->touch_lock);
}

/**
 * nvmux_gpu_leave() - the function is about to leave the bus
 * @gpu: the GPU; no driver can be bound to its function any more
 *
 * Context: may sleep; waits for who touches the function, a reset at the longest, and for who looks
 * at it under the GPU's lock.
 */
void nvmux_gpu_leave(struct nvmux_gpu *gpu)
{
	WRITE_ONCE(gpu->leaving, true);
	mutex_lock(&gpu->touch_lock);
	mutex_unlock(&gpu->touch_lock);
	mutex_lock(&gpu->lock);
	mutex_unlock(&gpu->lock);
}

/**
 * nvmux_gpu_driver_changed() - a driver was bound to the function, or left it
 * @gpu: the GPU
 * @driver: its name, empty when none is bound now
 *
 * Outside a switch the active mode follows: somebody else has moved the function. During a switch
 * the switch itself says what the mode is.
 *
 * Context: may sleep; takes the GPU's lock, the caller may hold the device's.
 */
void nvmux_gpu_driver_changed(struct nvmux_gpu *gpu, const char *driver)
{
	mutex_lock(&gpu->lock);
	strscpy(gpu->driver, driver, sizeof(gpu->driver));
	gpu->memory = nvmux_memory_of_driver(driver, gpu->memory);
	if (!gpu->target)
		gpu->mode = nvmux_mode_of_driver(driver);
	nvmux_gpu_changed(gpu);
	mutex_unlock(&gpu->lock);
}

/**
 * nvmux_gpu_quarantine() - take a GPU out of use, from where only a recovery leads
 * @gpu: the GPU, its lock is held
 * @why: the reason
 *
 * Context: may sleep.
 */
void nvmux_gpu_quarantine(struct nvmux_gpu *gpu, const char *why)
{
	lockdep_assert_held(&gpu->lock);
	gpu_quarantine(gpu, why);
	nvmux_gpu_changed(gpu);
}

/**
 * nvmux_gpu_bus() - the bus says how a board is
 * @gpu: the GPU
 * @state: how it is
 *
 * The GPU is quarantined while the bus recovers, and vGPUs are told; see nvmux_mode_later().
 *
 * Context: may sleep; takes no lock, since the bus holds its own.
 */
void nvmux_gpu_bus(struct nvmux_gpu *gpu, enum nvmux_bus_state state)
{
	WRITE_ONCE(gpu->bus_state, state);
	nvmux_gpu_get(gpu);
	if (!nvmux_mode_later(&gpu->bus_work))
		nvmux_gpu_put(gpu);
}

/**
 * nvmux_gpu_usable() - may anything be asked of this GPU now?
 * @gpu: the GPU, its lock is held
 * @why: the reason when not
 *
 * Context: any.
 *
 * Return: 0, -ENODEV when it is gone, -EBUSY while it is switching, -EIO in quarantine.
 */
int nvmux_gpu_usable(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	lockdep_assert_held(&gpu->lock);
	if (gpu->gone)
		return nvmux_refuse(why, -ENODEV, "gpu %s is gone", nvmux_gpu_bdf(gpu));
	if (gpu->target)
		return nvmux_refuse(why, -EBUSY, "gpu %s is switching to %s mode",
				    nvmux_gpu_bdf(gpu), nvmux_mode_str(gpu->target));
	if (gpu->quarantine[0])
		return nvmux_refuse(why, -EIO, "gpu %s is quarantined: %.40s",
				    nvmux_gpu_bdf(gpu), gpu->quarantine);
	return 0;
}

/**
 * nvmux_gpu_hw_set() - the hardware is within reach now, or no longer
 * @gpu: the GPU
 * @hw: access to it, NULL when it ends
 * @chip: chip id; ignored without @hw, what was read stays known
 * @fb_size: framebuffer in bytes; likewise
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_gpu_hw_set(struct nvmux_gpu *gpu, struct nvmux_hw *hw, u32 chip, u64 fb_size)
{
	mutex_lock(&gpu->lock);
	gpu->hw = hw;
	if (hw) {
		gpu->chip = chip;
		gpu->fb_size = fb_size;
	}
	mutex_unlock(&gpu->lock);
}
