// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is in the way of a switch although the kernel would not refuse it.
 */
#include <errno.h>

#include "action.h"
#include "holds.h"
#include "survey.h"
#include "tenant.h"

int action_check_claim(struct action *action, const struct gpu *gpu)
{
	const struct claim *claim;
	struct holder holder;

	tenant_prune(action->manager);
	claim = tenant_claim_on_gpu(action->manager, gpu);
	if (!claim)
		return 0;
	(void)request_fail(&action->request, -EBUSY, "gpu %s is claimed by vm %s",
			   gpu->observed.bdf, claim->name);
	if (tenant_holder_of_gpu(action->manager, gpu, &holder) == 0)
		action_append_holder(action, &holder);
	return -EBUSY;
}

int action_check_excluded(struct action *action, const struct gpu *gpu)
{
	if (!strset_has(&action->manager->config.exclude, gpu->observed.bdf))
		return 0;
	return request_fail(&action->request, -EACCES, "gpu %s is excluded in nvmux.conf",
			    gpu->observed.bdf);
}

int action_check_console(struct action *action, const struct gpu *gpu,
			 const struct gpu_wanted *wanted)
{
	if (gpu->observed.mode != NVMUX_MODE_HOST || wanted->mode == NVMUX_MODE_HOST ||
	    wanted->force || !survey_only_framebuffer(gpu->observed.bdf))
		return 0;
	return request_fail(&action->request, -EBUSY, "gpu %s has the only framebuffer of the host",
			    gpu->observed.bdf);
}

int action_check_users(struct action *action, const struct gpu *gpu)
{
	struct holds holds = { 0 };
	char who[NVMUX_TEXT_SIZE];
	int err;

	if (gpu->observed.mode != NVMUX_MODE_HOST)
		return 0;
	err = holds_of_gpu(action->manager, gpu, &holds);
	if (holds.n) {
		hold_describe(&holds.items[0], who, sizeof(who));
		err = request_fail(&action->request, -EBUSY, "gpu %s is held by %s",
				   gpu->observed.bdf, who);
	}
	holds_clear(&holds);
	return err;
}

int action_check_plan(struct action *action, struct gpu *gpu, const struct gpu_wanted *wanted)
{
	struct plan_host host = { 0 };
	const struct plan_line *busy;
	struct plan plan = { 0 };
	int err = survey(action->manager, gpu, wanted, &host);

	if (!err)
		plan_make(&host, &plan);
	busy = plan_busy(&plan);
	if (busy)
		err = request_fail(&action->request, -EBUSY, "gpu %s %s", busy->function,
				   busy->text);
	plan_clear(&plan);
	survey_clear(&host);
	return err;
}
