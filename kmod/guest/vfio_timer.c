// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clock and countdown of a vGPU. The clock is that of the board. The countdown is a register that
 * the guest sets to a number of nanoseconds and that raises a vector once they have passed; the
 * host's own clock measures them.
 */
#include <linux/hrtimer.h>

#include "../compat.h"
#include "../hw/hw.h"
#include "../hw/io.h"
#include "../hw/regs.h"
#include "vfio.h"
#include "vfio_intr.h"
#include "vfio_regs.h"
#include "vfio_timer.h"

/* GD ga100/dev_vm.ref.txt:153, 544, 547; OK timer_tu102.c tmrSetCountdown_TU102 */
#define VF_TIMER		0x02300
#define  VF_TIMER_NSEC		GENMASK(31, 10)
#define VF_USERMODE_TIME_0	0x30080
#define VF_USERMODE_TIME_1	0x30084

static enum hrtimer_restart timer_ended(struct hrtimer *timer)
{
	nvmux_vfio_intr_raise(container_of(timer, struct nvmux_vdev, countdown),
			      NVMUX_VECTOR_TIMER);
	return HRTIMER_NORESTART;
}

/**
 * nvmux_vfio_timer_init() - be ready to count
 * @vdev: the device
 *
 * Context: any.
 */
void nvmux_vfio_timer_init(struct nvmux_vdev *vdev)
{
	nvmux_hrtimer_setup(&vdev->countdown, timer_ended, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
}

/**
 * nvmux_vfio_timer_stop() - no countdown ends after this
 * @vdev: the device
 *
 * Context: process; waits for one that is just ending, so the irq lock must not be held.
 */
void nvmux_vfio_timer_stop(struct nvmux_vdev *vdev)
{
	hrtimer_cancel(&vdev->countdown);
	vdev->countdown_left = 0;
}

static u32 timer_left(struct nvmux_vdev *vdev)
{
	if (!hrtimer_active(&vdev->countdown))
		return 0;
	return clamp_t(s64, ktime_to_ns(hrtimer_get_remaining(&vdev->countdown)), 1, U32_MAX);
}

/**
 * nvmux_vfio_timer_pause() - do not count for a while
 * @vdev: the device, its lock is held
 *
 * Context: process; waits for a countdown that is just ending.
 */
void nvmux_vfio_timer_pause(struct nvmux_vdev *vdev)
{
	u32 left = timer_left(vdev);

	if (hrtimer_cancel(&vdev->countdown))
		vdev->countdown_left = left;
}

/**
 * nvmux_vfio_timer_resume() - count what is left
 * @vdev: the device, its lock is held
 *
 * Context: process.
 */
void nvmux_vfio_timer_resume(struct nvmux_vdev *vdev)
{
	if (vdev->countdown_left)
		hrtimer_start(&vdev->countdown, ns_to_ktime(vdev->countdown_left),
			      HRTIMER_MODE_REL_SOFT);
	vdev->countdown_left = 0;
}

static u32 time_low_read(struct nvmux_vdev *vdev, u32 index)
{
	return nvmux_io_read32(vdev->hw, USERMODE_TIME_0);
}

static u32 time_high_read(struct nvmux_vdev *vdev, u32 index)
{
	return nvmux_io_read32(vdev->hw, USERMODE_TIME_1);
}

static u32 countdown_read(struct nvmux_vdev *vdev, u32 index)
{
	return (vdev->countdown_left ?: timer_left(vdev)) & VF_TIMER_NSEC;
}

/* Part of a number is none; zero stops. */
static void countdown_write(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	if (mask != U32_MAX)
		return;
	nvmux_vfio_timer_stop(vdev);
	vdev->countdown_left = value & VF_TIMER_NSEC;
	if (!vdev->stopped)
		nvmux_vfio_timer_resume(vdev);
}

const struct nvmux_vfio_reg nvmux_vfio_timer_regs[] = {
	{ VF_TIMER, 1, countdown_read, countdown_write },
	{ VF_USERMODE_TIME_0, 1, time_low_read, NULL },
	{ VF_USERMODE_TIME_1, 1, time_high_read, NULL },
	{ }
};
