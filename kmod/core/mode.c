// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: The mode machine
 *
 * A GPU is in exactly one mode or in one switch between two::
 *
 *	          +-------------------- host --------------------+
 *	          |                                              |
 *	          v                                              v
 *	        vgpu <------------------------------------> passthrough
 *
 *	mode --nvmux_mode_set()--> switching --work--> target mode
 *	                               |
 *	                               +--enter failed--> old mode, with an error
 *	                               |
 *	                               +--way back failed--> quarantine
 *
 * The request is checked under the lock of the GPU and answered at once. The work runs without
 * that lock, since binding and unbinding drivers calls back; "target" keeps all others out.
 */
#include <linux/device.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "gpu.h"
#include "mode.h"
#include "refusal.h"

static const struct nvmux_mode_ops *mode_ops[NVMUX_MODE_PASSTHROUGH + 1];

/* Switches of different GPUs run side by side. Its end is the end of the last of them. */
static struct workqueue_struct *mode_wq;

/**
 * nvmux_mode_init() - say what the modes mean, once, before the first GPU
 * @host: operations of host mode
 * @vgpu: operations of vgpu mode
 * @passthrough: operations of passthrough mode
 *
 * Context: may sleep.
 *
 * Return: 0, -ENOMEM.
 */
int nvmux_mode_init(const struct nvmux_mode_ops *host, const struct nvmux_mode_ops *vgpu,
		    const struct nvmux_mode_ops *passthrough)
{
	mode_ops[NVMUX_MODE_HOST] = host;
	mode_ops[NVMUX_MODE_VGPU] = vgpu;
	mode_ops[NVMUX_MODE_PASSTHROUGH] = passthrough;
	mode_wq = alloc_workqueue("nvmux", WQ_UNBOUND, 0);
	return mode_wq ? 0 : -ENOMEM;
}

/**
 * nvmux_mode_exit() - the opposite of nvmux_mode_init(), after the last GPU was retired
 *
 * Context: may sleep; waits for the switch of a GPU that was removed during it.
 */
void nvmux_mode_exit(void)
{
	destroy_workqueue(mode_wq);
}

/**
 * nvmux_mode_str() - name of a mode
 * @mode: the mode
 *
 * Return: its name as in the netlink specification.
 */
const char *nvmux_mode_str(enum nvmux_mode mode)
{
	static const char * const names[] = {
		[NVMUX_MODE_HOST] = "host",
		[NVMUX_MODE_VGPU] = "vgpu",
		[NVMUX_MODE_PASSTHROUGH] = "passthrough",
	};

	if (mode < NVMUX_MODE_HOST || mode > NVMUX_MODE_PASSTHROUGH)
		return "<unknown>";
	return names[mode];
}

/**
 * nvmux_mode_of_driver() - the mode that a bound driver means
 * @driver: its name, empty when none is bound
 *
 * Return: the mode. The variants of vfio-pci count as vfio-pci.
 */
enum nvmux_mode nvmux_mode_of_driver(const char *driver)
{
	if (!strcmp(driver, "nvmux"))
		return NVMUX_MODE_VGPU;
	if (strstr(driver, "vfio"))
		return NVMUX_MODE_PASSTHROUGH;
	return NVMUX_MODE_HOST;
}

/**
 * nvmux_mode_set() - begin to switch a GPU
 * @gpu: the GPU, its lock is held
 * @mode: the mode wanted
 * @flags: of enum nvmux_set_flags
 * @why: the reason of a refusal
 *
 * Context: may sleep. The end of the switch is told by an event.
 *
 * Return: 0 when the switch has begun or is not needed; -ENODEV the GPU is gone; -EBUSY it is
 * switching, or something holds it; -EIO it is quarantined; -EOPNOTSUPP it has no such mode.
 */
int nvmux_mode_set(struct nvmux_gpu *gpu, enum nvmux_mode mode, u32 flags,
		   struct nvmux_refusal *why)
{
	int err;

	lockdep_assert_held(&gpu->lock);
	err = nvmux_gpu_usable(gpu, why);
	if (err || gpu->mode == mode)
		return err;
	err = mode_ops[gpu->mode]->may_leave(gpu, flags, why);
	if (err)
		return err;
	err = mode_ops[mode]->may_enter(gpu, why);
	if (err)
		return err;

	gpu->target = mode;
	gpu->error[0] = '\0';
	nvmux_gpu_changed(gpu);
	nvmux_gpu_get(gpu);
	queue_work(mode_wq, &gpu->switch_work);
	return 0;
}

/* Go back to @mode after the way to another has failed. What cannot be restored is quarantined. */
static void mode_restore(struct nvmux_gpu *gpu, enum nvmux_mode mode)
{
	struct nvmux_refusal why = {};

	if (!mode_ops[mode]->enter(gpu, &why))
		return;

	mutex_lock(&gpu->lock);
	if (!gpu->gone) {
		dev_err(gpu->dev, "cannot restore %s mode: %s\n", nvmux_mode_str(mode), why.text);
		snprintf(gpu->quarantine, sizeof(gpu->quarantine),
			 "%s mode could not be restored: %s", nvmux_mode_str(mode), why.text);
	}
	mutex_unlock(&gpu->lock);
}

static int mode_switch(struct nvmux_gpu *gpu, enum nvmux_mode from, enum nvmux_mode to,
		       struct nvmux_refusal *why)
{
	int err = mode_ops[from]->leave(gpu, why);

	if (err)
		return err;
	err = mode_ops[to]->enter(gpu, why);
	if (err)
		mode_restore(gpu, from);
	return err;
}

/* The bus may have lost the function meanwhile: then there is nobody to tell. */
static void mode_finish(struct nvmux_gpu *gpu, enum nvmux_mode to, int err,
			const struct nvmux_refusal *why)
{
	mutex_lock(&gpu->lock);
	if (gpu->gone) {
		dev_info(gpu->dev, "removed during the switch to %s mode\n", nvmux_mode_str(to));
	} else if (err) {
		dev_notice(gpu->dev, "switch to %s mode failed: %s (%pe)\n",
			   nvmux_mode_str(to), why->text, ERR_PTR(err));
		strscpy(gpu->error, why->text, sizeof(gpu->error));
	} else {
		dev_info(gpu->dev, "%s mode\n", nvmux_mode_str(to));
		gpu->mode = to;
	}
	gpu->target = 0;
	nvmux_gpu_changed(gpu);
	mutex_unlock(&gpu->lock);
}

/**
 * nvmux_mode_work() - carry out the switch that nvmux_mode_set() began
 * @work: of the GPU; holds a reference to it
 *
 * The function may leave the bus at any moment. Nobody waits here for it, and it does not wait for
 * this: the driver core binds nothing to a function that is gone.
 *
 * Context: workqueue; takes the GPU's lock.
 */
void nvmux_mode_work(struct work_struct *work)
{
	struct nvmux_gpu *gpu = container_of(work, struct nvmux_gpu, switch_work);
	struct nvmux_refusal why = {};
	enum nvmux_mode from, to;
	int err;

	mutex_lock(&gpu->lock);
	from = gpu->mode;
	to = gpu->target;
	mutex_unlock(&gpu->lock);

	err = mode_switch(gpu, from, to, &why);
	mode_finish(gpu, to, err, &why);
	nvmux_gpu_put(gpu);
}

/**
 * nvmux_mode_give_back() - return a GPU in vgpu mode to the host, the module is going
 * @gpu: the GPU
 *
 * A GPU in passthrough mode stays with vfio-pci: a VM may be using it.
 *
 * Context: may sleep; takes the GPU's lock. No vGPU exists, they would hold the module.
 */
void nvmux_mode_give_back(struct nvmux_gpu *gpu)
{
	bool begun = false;

	flush_work(&gpu->switch_work);
	mutex_lock(&gpu->lock);
	if (gpu->mode == NVMUX_MODE_VGPU)
		begun = !nvmux_mode_set(gpu, NVMUX_MODE_HOST, 0, NULL);
	mutex_unlock(&gpu->lock);
	if (begun)
		flush_work(&gpu->switch_work);
}
