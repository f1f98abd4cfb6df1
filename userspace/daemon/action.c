// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all actions share: how they begin, end and pass on a refusal.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../basic/log.h"
#include "action.h"

void action_init(struct action *action, const struct request_kind *kind, struct manager *m,
		 uint64_t timeout)
{
	action->request.kind = kind;
	action->request.deadline = manager_now() + timeout;
	action->manager = m;
}

void action_tell(struct action *action, int err)
{
	struct request *r = &action->request;

	if (err && !r->text[0])
		(void)request_fail(r, err, "%s: %s", r->kind->name, strerror(-err));
	if (err)
		log_notice("%s", r->text);
	if (action->done)
		action->done(action->userdata, err, r->text);
}

int action_refused(struct action *action, int err, const char *what)
{
	const char *text = nvmux_error_text(action->manager->kernel);

	if (text[0])
		return request_fail(&action->request, err, "%s", text);
	/* the family itself is gone: rmmod was faster than its uevent */
	if (err == -ENOENT)
		return request_fail(&action->request, -ENOTCONN, "module nvmux is not loaded");
	return request_fail(&action->request, err, "%s: %s", what, strerror(-err));
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

int action_need_kernel(struct action *action)
{
	if (action->manager->kernel)
		return 0;
	return request_fail(&action->request, -ENOTCONN, "module nvmux is not loaded");
}
