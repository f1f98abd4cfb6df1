// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all actions share: how they begin, end and pass on a refusal.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../basic/log.h"
#include "action.h"
#include "job.h"
#include "tally.h"

void action_set_gpu(struct action *action, const char *gpu)
{
	(void)snprintf(action->gpu, sizeof(action->gpu), "%s", gpu);
}

void action_init(struct action *action, const struct request_kind *kind, struct manager *m,
		 const char *gpu, uint64_t timeout)
{
	action_set_gpu(action, gpu);
	action->request.kind = kind;
	action->request.deadline = manager_now() + timeout;
	action->manager = m;
}

void action_tell(struct action *action, int err)
{
	struct request *r = &action->request;

	if (err && !r->text[0])
		(void)request_fail(r, err, "%s: %s", r->kind->name,
				   err == -ESHUTDOWN ? "nvmuxd ends" : strerror(-err));
	if (err)
		log_notice("%s", r->text);
	job_end(action, err, r->text);
	tally_request(action->manager, r->kind->name, action->gpu, err);
	if (action->done)
		action->done(action->userdata, err, r->text);
}

int action_refusal(struct manager *m, int err, const char *what, char *text, size_t size)
{
	const char *said = nvmux_error_text(m->kernel);

	if (said[0]) {
		(void)snprintf(text, size, "%s", said);
	} else if (err == -ENOENT) {
		/* the family itself is gone: rmmod was faster than its uevent */
		(void)snprintf(text, size, "module nvmux is not loaded");
		return -ENOTCONN;
	} else {
		(void)snprintf(text, size, "%s: %s", what, strerror(-err));
	}
	return err;
}

int action_refused(struct action *action, int err, const char *what)
{
	return action_refusal(action->manager, err, what, action->request.text,
			      sizeof(action->request.text));
}

void action_observe_gpu(struct manager *m, const char *bdf)
{
	struct nvmux_gpu now = { 0 };

	if (m->kernel && nvmux_gpu_get(m->kernel, bdf, &now) == 0 && now.bdf[0])
		manager_gpu_observed(m, &now);
}

void action_append_holder(struct action *action, const struct holder *holder)
{
	char *text = action->request.text, who[512], pid[32];
	size_t len = strlen(text);

	(void)snprintf(pid, sizeof(pid), "pid %d ", (int)holder->pid);
	if (!strstr(text, pid)) {
		holder_describe(holder, who, sizeof(who));
		(void)snprintf(text + len, REQUEST_TEXT_SIZE - len, "; held by %s", who);
	} else if (holder->vm[0]) {
		(void)snprintf(text + len, REQUEST_TEXT_SIZE - len, ", vm %s", holder->vm);
	}
}

int action_check_kernel(const struct manager *m, char *text, size_t size)
{
	if (m->kernel)
		return 0;
	(void)snprintf(text, size, "module nvmux is not loaded");
	return -ENOTCONN;
}

int action_need_kernel(struct action *action)
{
	return action_check_kernel(action->manager, action->request.text,
				   sizeof(action->request.text));
}

int action_need_gpu(struct action *action, const char *bdf, struct gpu **ret)
{
	int err = action_need_kernel(action);

	if (err)
		return err;
	*ret = gpu_find(&action->manager->gpus, bdf);
	return *ret ? 0 : request_fail(&action->request, -ENODEV, "gpu %s is gone", bdf);
}

void action_note_failure(const struct action *action, char note[static NVMUX_TEXT_SIZE])
{
	(void)snprintf(note, NVMUX_TEXT_SIZE, "%.*s", NVMUX_TEXT_SIZE - 1, action->request.text);
}

bool action_is_due(enum policy_step step, const char *refusal)
{
	if (step == POLICY_REFUSE)
		log_warning("%s", refusal);
	return step == POLICY_SWITCH || step == POLICY_WAIT;
}
