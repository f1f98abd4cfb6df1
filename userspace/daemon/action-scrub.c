// SPDX-License-Identifier: GPL-2.0-only
/*
 * Overwriting the whole framebuffer of a GPU: because somebody asks, or because a VM that had the
 * GPU whole has ended. The kernel does it, and refuses while somebody has the GPU; a VM that is
 * about to have it again is known here.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../basic/log.h"
#include "action.h"
#include "job.h"
#include "scrub.h"
#include "tenant.h"
#include "unclean.h"

struct scrub_action {
	struct action action;
	bool asked;
	bool after;		/* a VM, nobody waits for it */
	uint64_t done;		/* bytes, when it was looked at last */
};

/* In vgpu mode nobody is in the way. */
static int check_claim(struct scrub_action *a, const struct gpu *gpu)
{
	const struct claim *claim;

	if (gpu->observed.mode == NVMUX_MODE_VGPU)
		return 0;
	tenant_prune(a->action.manager);
	claim = tenant_claim_on_gpu(a->action.manager, gpu);
	if (!claim)
		return 0;
	return request_fail(&a->action.request, -EBUSY, "gpu %s is claimed by vm %s",
			    a->action.gpu, claim->name);
}

static int begin(struct scrub_action *a, struct gpu *gpu)
{
	struct manager *m = a->action.manager;
	struct nvmux_gpu now = { 0 };
	int err = check_claim(a, gpu);

	if (err)
		return err;
	err = nvmux_gpu_scrub(m->kernel, a->action.gpu, 0, &now);
	if (err)
		return action_refused(&a->action, err, a->action.gpu);
	a->asked = true;
	if (now.bdf[0])
		manager_gpu_observed(m, &now);
	return 0;
}

/* How long it takes nobody knows: what goes on is not late. */
static void postpone_deadline(struct scrub_action *a, const struct nvmux_gpu *now)
{
	if (now->scrub_done == a->done)
		return;
	a->done = now->scrub_done;
	a->action.request.deadline = manager_now() + a->action.manager->config.switch_timeout;
}

static int finish(struct scrub_action *a, const struct gpu *gpu)
{
	const struct nvmux_gpu *now = &gpu->observed;

	postpone_deadline(a, now);
	if (now->has & NVMUX_HAS(NVMUX_A_GPU_QUARANTINE))
		return request_fail(&a->action.request, -EIO, "%s", now->quarantine);
	if (gpu_is_switching(gpu) || now->scrub_total)
		return 0;
	if (now->error[0])
		return request_fail(&a->action.request, -EIO, "%s", now->error);
	return 1;
}

static int scrub_process(struct request *request)
{
	struct scrub_action *a = (struct scrub_action *)request;
	struct gpu *gpu;
	int err = action_need_gpu(&a->action, a->action.gpu, &gpu);

	if (err)
		return err;
	return a->asked ? finish(a, gpu) : begin(a, gpu);
}

static void scrub_done(struct request *request, int err)
{
	struct scrub_action *a = (struct scrub_action *)request;
	struct gpu *gpu = gpu_find(&a->action.manager->gpus, a->action.gpu);

	if (gpu && a->after)
		gpu->cleaning = false;
	if (!err)
		unclean_clear(a->action.gpu);
	if (err == -ETIMEDOUT)
		(void)request_fail(request, err,
				   "gpu %s is not being cleaned any more, or says nothing of it",
				   a->action.gpu);
	action_tell(&a->action, err);
}

static void scrub_free(struct request *request)
{
	free(request);
}

static const struct request_kind scrub_kind = {
	.name = "scrub",
	.process = scrub_process,
	.done = scrub_done,
	.free = scrub_free,
};

static int scrub(struct gpu *gpu, bool after, action_done_t done, void *userdata)
{
	struct scrub_action *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->after = after;
	action_init(&a->action, &scrub_kind, gpu->manager, gpu->observed.bdf,
		    gpu->manager->config.switch_timeout);
	a->action.done = done;
	a->action.userdata = userdata;
	job_begin(&a->action, "scrub", "", false);
	manager_submit(gpu->manager, &a->action.request);
	return 0;
}

int action_scrub(struct gpu *gpu, action_done_t done, void *userdata)
{
	return scrub(gpu, false, done, userdata);
}

void action_scrub_after(struct gpu *gpu)
{
	if (gpu->cleaning || gpu_is_switching(gpu) || !unclean_may_be(gpu))
		return;
	log_info("gpu %s is cleaned, the vm that had it has ended", gpu->observed.bdf);
	gpu->cleaning = scrub(gpu, true, NULL, NULL) == 0;
	if (!gpu->cleaning)
		log_error("no memory to clean gpu %s", gpu->observed.bdf);
}
