// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: The mode machine
 *
 * A GPU is in exactly one mode or in one switch between two::
 *
 *	          +-------------------- host <------------------ recover --+
 *	          |                      ^                                 |
 *	          v                      v                                 |
 *	        vgpu <------------> passthrough                            |
 *	                                                                   |
 *	mode --nvmux_mode_set()--> switching --work--> target mode         |
 *	                               |                                   |
 *	                               +--a step failed--> old mode        |
 *	                               |                                   |
 *	                               +--the board is dead, or cannot ----+-- quarantine
 *	                                  be brought back
 *
 * The steps of a switch have names, which a failure tells: check that the board is there, clean
 * what users of vGPUs left, detach the functions from their drivers, reset the board, clean all of
 * it where a tenant follows a tenant, attach the functions to other drivers. The way back, restore,
 * gives each function to whom it had in the beginning.
 *
 * A board that does not answer (-EIO of any step) is quarantined after the way back: it would not
 * serve anybody in any mode. So is one whose functions could not be given back.
 *
 * The request is checked under the lock of the GPU and answered at once. The work runs without
 * that lock, since binding and unbinding drivers calls back; "target" keeps all others out.
 */
#include <linux/device.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "gpu.h"
#include "memory.h"
#include "mode.h"
#include "refusal.h"

static const struct nvmux_mode_ops *mode_ops[NVMUX_MODE_PASSTHROUGH + 1];
static const struct nvmux_switch_ops *switch_ops;

/* Switches of different GPUs run side by side. Its end is the end of the last of them. */
static struct workqueue_struct *mode_wq;

/**
 * nvmux_mode_init() - say what the modes mean, once, before the first GPU
 * @host: operations of host mode
 * @vgpu: operations of vgpu mode
 * @passthrough: operations of passthrough mode
 * @ops: what all switches do
 *
 * Context: may sleep.
 *
 * Return: 0, -ENOMEM.
 */
int nvmux_mode_init(const struct nvmux_mode_ops *host, const struct nvmux_mode_ops *vgpu,
		    const struct nvmux_mode_ops *passthrough,
		    const struct nvmux_switch_ops *ops)
{
	mode_ops[NVMUX_MODE_HOST] = host;
	mode_ops[NVMUX_MODE_VGPU] = vgpu;
	mode_ops[NVMUX_MODE_PASSTHROUGH] = passthrough;
	switch_ops = ops;
	/* bridges sleep when the host does: it waits for a switch, or gives up */
	mode_wq = alloc_workqueue("nvmux", WQ_UNBOUND | WQ_FREEZABLE, 0);
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
 * nvmux_mode_later() - do something on the workqueue of the switches
 * @work: what; nvmux_mode_exit() waits for it
 *
 * Context: any.
 *
 * Return: false when it was waiting already.
 */
bool nvmux_mode_later(struct work_struct *work)
{
	return queue_work(mode_wq, work);
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
 * nvmux_step_str() - name of a step of a switch
 * @step: the step
 *
 * Return: its name as in the netlink specification.
 */
const char *nvmux_step_str(enum nvmux_step step)
{
	static const char * const names[] = {
		[NVMUX_STEP_CHECK] = "check",
		[NVMUX_STEP_CLEAN] = "clean",
		[NVMUX_STEP_DETACH] = "detach",
		[NVMUX_STEP_RESET] = "reset",
		[NVMUX_STEP_ATTACH] = "attach",
		[NVMUX_STEP_RESTORE] = "restore",
	};

	if (step < NVMUX_STEP_CHECK || step > NVMUX_STEP_RESTORE)
		return "<unknown>";
	return names[step];
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

/* A recovery begins in quarantine, and ends in host mode whatever came before. */
static int recover_check(struct nvmux_gpu *gpu, enum nvmux_mode mode, struct nvmux_refusal *why)
{
	const char *bdf = nvmux_gpu_bdf(gpu);
	int err = nvmux_gpu_usable(gpu, why);

	if (err && err != -EIO)
		return err;
	if (!err)
		return nvmux_refuse(why, -EINVAL, "gpu %s is not quarantined", bdf);
	if (mode != NVMUX_MODE_HOST)
		return nvmux_refuse(why, -EINVAL, "the recovery of gpu %s ends in host mode", bdf);
	return 0;
}

static void mode_begin(struct nvmux_gpu *gpu, enum nvmux_mode mode, u32 flags)
{
	gpu->target = mode;
	gpu->flags = flags;
	gpu->recovering = flags & NVMUX_SET_FLAGS_RECOVER;
	gpu->bus_error = false;
	gpu->error[0] = '\0';
	nvmux_gpu_changed(gpu);
	nvmux_gpu_get(gpu);
	queue_work(mode_wq, &gpu->switch_work);
}

/**
 * nvmux_mode_set() - begin to switch a GPU, or to clean it
 * @gpu: the GPU, its lock is held
 * @mode: the mode wanted
 * @flags: of enum nvmux_set_flags
 * @why: the reason of a refusal
 *
 * Context: may sleep. The end of the switch is told by an event.
 *
 * Return: 0 when the switch has begun or is not needed; -ENODEV the GPU is gone; -EBUSY it is
 * switching, or something holds it; -EIO it is quarantined; -EOPNOTSUPP it has no such mode;
 * -EINVAL there is nothing to recover.
 */
int nvmux_mode_set(struct nvmux_gpu *gpu, enum nvmux_mode mode, u32 flags,
		   struct nvmux_refusal *why)
{
	bool recover = flags & NVMUX_SET_FLAGS_RECOVER;
	bool stays = gpu->mode == mode && !recover;
	int err;

	lockdep_assert_held(&gpu->lock);
	err = recover ? recover_check(gpu, mode, why) : nvmux_gpu_usable(gpu, why);
	if (err || (stays && !(flags & NVMUX_SET_FLAGS_SCRUB)))
		return err;
	if (stays && mode_ops[mode]->scrub)
		return mode_ops[mode]->scrub(gpu, why);
	err = mode_ops[gpu->mode]->may_leave(gpu, flags, why);
	if (!err)
		err = mode_ops[mode]->may_enter(gpu, why);
	if (!err)
		mode_begin(gpu, mode, flags);
	return err;
}

/**
 * nvmux_mode_step() - say what the switch is doing now
 * @gpu: the GPU that is switching
 * @step: what
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_mode_step(struct nvmux_gpu *gpu, enum nvmux_step step)
{
	mutex_lock(&gpu->lock);
	gpu->step = step;
	mutex_unlock(&gpu->lock);
}

static int mode_move(struct nvmux_gpu *gpu, enum nvmux_mode from, enum nvmux_mode to,
		     struct nvmux_refusal *why)
{
	int err;

	nvmux_mode_step(gpu, NVMUX_STEP_CHECK);
	err = switch_ops->begin(gpu, to, why);
	if (err)
		return err;
	err = mode_ops[from]->leave(gpu, why);
	if (err)
		return err;
	nvmux_mode_step(gpu, NVMUX_STEP_RESET);
	err = switch_ops->reset(gpu, why);
	if (!err && nvmux_memory_must_clean(gpu, to)) {
		nvmux_mode_step(gpu, NVMUX_STEP_CLEAN);
		err = switch_ops->clean(gpu, why);
	}
	return err ?: mode_ops[to]->enter(gpu, why);
}

/* The name of the step belongs to the reason; a long reason loses its end. */
static void reason_of_step(const struct nvmux_gpu *gpu, const struct nvmux_refusal *why,
			   struct nvmux_refusal *ret)
{
	int n = scnprintf(ret->text, sizeof(ret->text), "%s: ", nvmux_step_str(gpu->step));

	strscpy(ret->text + n, why->text, sizeof(ret->text) - n);
}

/* @lost receives why the way back failed as well, nothing when it did not. */
static int mode_switch(struct nvmux_gpu *gpu, enum nvmux_mode from, enum nvmux_mode to,
		       struct nvmux_refusal *why, struct nvmux_refusal *lost)
{
	struct nvmux_refusal reason = {};
	int err = mode_move(gpu, from, to, &reason);

	if (!err)
		return 0;
	reason_of_step(gpu, &reason, why);
	nvmux_mode_step(gpu, NVMUX_STEP_RESTORE);
	reason.text[0] = '\0';
	if (switch_ops->restore(gpu, &reason))
		reason_of_step(gpu, &reason, lost);
	return err;
}

static void mode_failed(struct nvmux_gpu *gpu, enum nvmux_mode to, int err,
			const struct nvmux_refusal *why, const struct nvmux_refusal *lost)
{
	dev_notice(gpu->dev, "switch to %s mode failed: %s (%pe)\n", nvmux_mode_str(to),
		   why->text, ERR_PTR(err));
	strscpy(gpu->error, why->text, sizeof(gpu->error));
	if (lost->text[0])
		nvmux_gpu_quarantine(gpu, lost->text);
	else if (err == -EIO)
		nvmux_gpu_quarantine(gpu, why->text);
}

static void mode_reached(struct nvmux_gpu *gpu, enum nvmux_mode to)
{
	if (gpu->recovering)
		gpu->quarantine[0] = '\0';
	dev_info(gpu->dev, "%s%s mode\n", gpu->recovering ? "recovered, " : "",
		 nvmux_mode_str(to));
}

/*
 * The bus may have lost the function meanwhile: then there is nobody to tell. The driver that is
 * bound says which mode this is, also when a driver of the host turned out to be one of vfio's.
 */
static void mode_finish(struct nvmux_gpu *gpu, enum nvmux_mode to, int err,
			const struct nvmux_refusal *why, const struct nvmux_refusal *lost)
{
	mutex_lock(&gpu->lock);
	if (gpu->gone || READ_ONCE(gpu->leaving))
		dev_info(gpu->dev, "removed during the switch to %s mode\n", nvmux_mode_str(to));
	else if (err)
		mode_failed(gpu, to, err, why, lost);
	else
		mode_reached(gpu, to);
	gpu->mode = nvmux_mode_of_driver(gpu->driver);
	gpu->target = 0;
	gpu->step = 0;
	gpu->recovering = false;
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
	struct nvmux_refusal why = {}, lost = {};
	enum nvmux_mode from, to;
	int err;

	mutex_lock(&gpu->lock);
	from = gpu->mode;
	to = gpu->target;
	mutex_unlock(&gpu->lock);

	err = mode_switch(gpu, from, to, &why, &lost);
	mode_finish(gpu, to, err, &why, &lost);
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
