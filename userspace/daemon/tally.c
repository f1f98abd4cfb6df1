// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel tells what is, not how often it was: what happened is read off two tellings, one
 * after the other. What came and went between them is not seen, and neither is what happened
 * before the daemon started.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "bus.h"
#include "tally.h"

static void count(struct manager *m, enum counter_family family, const char *name, uint64_t n)
{
	counter_add(&m->counters, family, COUNTER_LABELS(name), n);
}

void tally_gpu_new(struct manager *m, const char *bdf)
{
	count(m, COUNTER_GPU_RESETS, bdf, 0);
	count(m, COUNTER_GPU_SCRUBBED, bdf, 0);
	count(m, COUNTER_GPU_QUARANTINES, bdf, 0);
	count(m, COUNTER_GPU_VGPU_OPENS, bdf, 0);
}

void tally_vgpu_new(struct manager *m, const char *uuid)
{
	count(m, COUNTER_VGPU_OPENS, uuid, 0);
}

void tally_vgpu_gone(struct manager *m, const char *uuid)
{
	counter_forget(&m->counters, COUNTER_VGPU_OPENS, uuid);
}

/* Bytes since the last telling. The end of a cleaning that went well is told by no more total. */
static uint64_t scrubbed(const struct nvmux_gpu *before, const struct nvmux_gpu *now)
{
	uint64_t done = before->scrub_total ? before->scrub_done : 0;

	if (now->scrub_total)
		return now->scrub_done > done ? now->scrub_done - done : 0;
	return now->error[0] || now->quarantine[0] ? 0 : before->scrub_total - done;
}

static bool is_quarantined(const struct nvmux_gpu *gpu)
{
	return gpu->has & NVMUX_HAS(NVMUX_A_GPU_QUARANTINE);
}

void tally_gpu(const struct gpu *gpu, const struct nvmux_gpu *now)
{
	const struct nvmux_gpu *before = &gpu->observed;
	struct manager *m = gpu->manager;

	if (now->step == NVMUX_STEP_RESET && before->step != NVMUX_STEP_RESET)
		count(m, COUNTER_GPU_RESETS, now->bdf, 1);
	if (is_quarantined(now) && !is_quarantined(before))
		tally_quarantine(gpu);
	count(m, COUNTER_GPU_SCRUBBED, now->bdf, scrubbed(before, now));
}

void tally_vgpu(const struct vgpu *vgpu, const struct nvmux_vgpu *now)
{
	if (now->state != NVMUX_VGPU_STATE_OPEN || vgpu->observed.state == NVMUX_VGPU_STATE_OPEN)
		return;
	count(vgpu->manager, COUNTER_VGPU_OPENS, now->uuid, 1);
	count(vgpu->manager, COUNTER_GPU_VGPU_OPENS, now->gpu, 1);
}

void tally_quarantine(const struct gpu *gpu)
{
	count(gpu->manager, COUNTER_GPU_QUARANTINES, gpu->observed.bdf, 1);
}

void tally_lost(struct manager *m)
{
	counter_add(&m->counters, COUNTER_LOST_NEWS, COUNTER_LABELS(NULL), 1);
}

/* Refused: nothing was done, because a rule or somebody was in the way. */
const char *tally_result(int err)
{
	static const int refusals[] = {
		EBUSY, EOPNOTSUPP, EUSERS, ENOSPC, EADDRINUSE, EEXIST, ENODEV, ENOENT, EINVAL,
		EPERM, EACCES,
	};

	if (!err)
		return "done";
	if (err == -EINPROGRESS)
		return "pending";
	if (err == -ECANCELED)
		return "cancelled";
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		if (refusals[i] == -err)
			return "refused";
	return "failed";
}

/* The last word of the error of D-Bus. */
static const char *reason_of(int err)
{
	return err ? strrchr(bus_error_name(err), '.') + 1 : "";
}

void tally_request(struct manager *m, const char *request, const char *gpu, int err)
{
	counter_add(&m->counters, COUNTER_GPU_REQUESTS,
		    COUNTER_LABELS(gpu, request, tally_result(err), reason_of(err)), 1);
}

void tally_hook(struct manager *m, const char *operation, int err)
{
	counter_add(&m->counters, COUNTER_HOOK_REQUESTS,
		    COUNTER_LABELS(operation, tally_result(err), reason_of(err)), 1);
}

void tally_denied(struct manager *m, const char *member)
{
	count(m, COUNTER_DENIED_CALLS, member ? member : "unlisted", 1);
}
