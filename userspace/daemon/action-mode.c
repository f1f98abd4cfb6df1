// SPDX-License-Identifier: GPL-2.0-only
/*
 * Switching a GPU to another mode, between what around.c does before and after:
 *
 *   ask -> (refused) failed, or waiting until its holder lets go (idle.c)
 *    |
 *    v
 *   switching -> the kernel tells its end -> mode reached: configured, done
 *                                         -> else: failed with its text
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/log.h"
#include "action.h"
#include "around.h"
#include "bus.h"
#include "crash.h"
#include "idle.h"
#include "job.h"
#include "scrub.h"
#include "stuck.h"
#include "tenant.h"

struct mode_action {
	struct action action;
	struct gpu_wanted wanted;
	bool prepared;		/* around_begin() has been called */
	struct around *around;
	bool asked;
	uint64_t cleaned;	/* bytes, when it was looked at last */
	bool restores;		/* what is configured already, or by then */
	bool recovers;		/* out of quarantine; nothing is configured by that */
};

/* The kernel names what is in the way; who has it open is found here. */
static void append_holder(struct mode_action *a, const struct gpu *gpu)
{
	struct holder holder;

	if (tenant_holder_of_gpu(a->action.manager, gpu, &holder) == 0)
		action_append_holder(&a->action, &holder);
}

static int request_switch(const struct mode_action *a, struct nvmux_gpu *ret)
{
	uint32_t flags = (a->wanted.detach ? NVMUX_SET_FLAGS_DETACH : 0) |
			 (a->wanted.force ? NVMUX_SET_FLAGS_CONSOLE : 0);
	struct manager *m = a->action.manager;

	if (a->recovers)
		return nvmux_gpu_recover(m->kernel, a->action.gpu, flags, ret);
	flags |= scrub_flags(m->config.scrub, a->wanted.mode);
	return nvmux_gpu_set_mode(m->kernel, a->action.gpu, a->wanted.mode, flags, ret);
}

static int ask_kernel(struct mode_action *a, struct gpu *gpu)
{
	struct manager *m = a->action.manager;
	struct nvmux_gpu now = { 0 };
	int err;

	crash_here(CRASH_SWITCH_ASKS);
	err = request_switch(a, &now);
	if (err) {
		err = action_refused(&a->action, err, a->action.gpu);
		if (err == -EBUSY)
			append_holder(a, gpu);
		return err;
	}
	a->asked = true;
	a->action.request.deadline = manager_now() + m->config.switch_timeout;
	crash_here(CRASH_SWITCH_ASKED);
	if (now.bdf[0])
		manager_gpu_observed(m, &now);
	return 0;
}

/* Hooks and services. 1: done, 0: not yet, -errno: refused. */
static int prepare(struct mode_action *a, struct gpu *gpu)
{
	struct request *r = &a->action.request;
	int err = 0;

	if (a->prepared)
		return around_is_done(a->around, r->text, sizeof(r->text));
	if (gpu->around && a->restores)
		return 0;
	if (gpu->around)
		return request_fail(r, -EBUSY, "gpu %s is about to be switched", a->action.gpu);
	if (around_wanted(gpu, &a->wanted))
		err = action_check_plan(&a->action, gpu, &a->wanted);
	r->deadline += around_time(gpu, &a->wanted);
	if (!err)
		err = around_begin(gpu, &a->wanted, &a->around);
	a->prepared = !err;
	return err ? err : around_is_done(a->around, r->text, sizeof(r->text));
}

/* A board that is being cleaned is not late. */
static void postpone_deadline(struct mode_action *a, const struct nvmux_gpu *now)
{
	if (now->scrub_done == a->cleaned)
		return;
	a->cleaned = now->scrub_done;
	a->action.request.deadline = manager_now() + a->action.manager->config.switch_timeout;
}

/* A switch to the mode that it has: it is being cleaned after a VM, and soon free. */
static bool is_cleaned(const struct gpu *gpu)
{
	return gpu_is_switching(gpu) && gpu->observed.target == gpu->observed.mode;
}

static int begin(struct mode_action *a, struct gpu *gpu)
{
	int err;

	err = stuck_check(gpu, a->action.request.text, sizeof(a->action.request.text));
	if (err)
		return err;
	crash_here(CRASH_SWITCH_BEGINS);
	if (!a->recovers && gpu_is_in(gpu, a->wanted.mode))
		return 1;
	postpone_deadline(a, &gpu->observed);
	if (is_cleaned(gpu) || (a->restores && gpu_is_switching(gpu)))
		return 0;
	err = action_check_excluded(&a->action, gpu);
	if (!err)
		err = action_check_claim(&a->action, gpu);
	if (!err)
		err = action_check_console(&a->action, gpu, &a->wanted);
	if (!err)
		err = prepare(a, gpu);
	if (err <= 0)
		return err;
	err = a->wanted.detach ? action_check_users(&a->action, gpu) : 0;
	return err ? err : ask_kernel(a, gpu);
}

static bool has_arrived(const struct mode_action *a, const struct gpu *gpu)
{
	return gpu_is_in(gpu, a->wanted.mode) && !(a->recovers && gpu_is_quarantined(gpu));
}

static const char *failure_of(const struct gpu *gpu)
{
	if (gpu->observed.error[0])
		return gpu->observed.error;
	if (gpu_is_quarantined(gpu))
		return gpu->observed.quarantine;
	return "the switch ended without its mode and without a reason";
}

/* A notification from before the switch may be late: ask once more. */
static int finish(struct mode_action *a, struct gpu *gpu)
{
	postpone_deadline(a, &gpu->observed);
	if (gpu_is_switching(gpu))
		return 0;
	if (!has_arrived(a, gpu))
		action_observe_gpu(a->action.manager, a->action.gpu);
	if (gpu_is_switching(gpu))
		return 0;
	if (has_arrived(a, gpu))
		return 1;
	return request_fail(&a->action.request, -EIO, "%s", failure_of(gpu));
}

static int mode_process(struct request *request)
{
	struct mode_action *a = (struct mode_action *)request;
	struct gpu *gpu;
	int err = action_need_gpu(&a->action, a->action.gpu, &gpu);

	if (err)
		return err;
	if (a->asked)
		return finish(a, gpu);
	if (a->restores && !a->prepared)
		a->wanted = gpu->wanted;	/* who has set another mode meanwhile is obeyed */
	return begin(a, gpu);
}

static int keep_configured(struct mode_action *a, struct gpu *gpu)
{
	int err;

	crash_here(CRASH_SWITCH_ENDED);
	gpu->failure[0] = '\0';
	if (a->recovers) {
		action_restore(gpu);
		return 0;
	}
	gpu->waits = gpu->waits && a->restores && gpu->wanted.mode != a->wanted.mode;
	if (a->restores)
		return 0;
	err = config_keep_mode(a->action.gpu, &a->wanted);
	if (err)
		return request_fail(&a->action.request, err,
				    "gpu %s is in %s mode, but that cannot be kept: %s",
				    a->action.gpu, nvmux_mode_str(a->wanted.mode), strerror(-err));
	crash_here(CRASH_SWITCH_KEPT);
	manager_load_wanted(gpu);
	return 0;
}

/* A driver of the host does not let go by itself. */
static bool may_wait(const struct mode_action *a, const struct gpu *gpu)
{
	const struct nvmux_gpu *o = &gpu->observed;

	return a->wanted.when_idle &&
	       (o->mode != NVMUX_MODE_HOST || !o->driver[0] || a->wanted.detach);
}

/* The mode is configured now and reached later. */
static int wait_for_holder(struct mode_action *a, struct gpu *gpu)
{
	char *text = a->action.request.text;
	size_t len;
	int err;

	action_note_failure(&a->action, gpu->failure);
	idle_wait(gpu);
	if (a->restores) {
		job_pause(&a->action, text);
		return -EBUSY;
	}
	err = config_keep_mode(a->action.gpu, &a->wanted);
	if (err)
		return request_fail(&a->action.request, err,
				    "gpu %s: that it shall be in %s mode cannot be kept: %s",
				    a->action.gpu, nvmux_mode_str(a->wanted.mode), strerror(-err));
	manager_load_wanted(gpu);
	job_pause(&a->action, text);
	len = strlen(text);
	(void)snprintf(text + len, REQUEST_TEXT_SIZE - len, "; switching to %s mode when it is idle",
		       nvmux_mode_str(a->wanted.mode));
	return -EINPROGRESS;
}

/* Hooks and services have sentences of their own. */
static void note_timeout(struct mode_action *a, struct gpu *gpu)
{
	if (a->asked && gpu)
		stuck_switch(gpu);
	if (a->action.request.text[0])
		return;
	(void)request_fail(&a->action.request, -ETIMEDOUT,
			   "gpu %s has not reached %s mode in time%s%s%s", a->action.gpu,
			   nvmux_mode_str(a->wanted.mode), a->asked ? ", the switch goes on" : "",
			   gpu && gpu->hung[0] ? ": " : "", gpu ? gpu->hung : "");
}

/* Nothing new about a GPU that waits: it is not told every few seconds. */
static bool is_known(const struct mode_action *a, const struct gpu *gpu, int err)
{
	return err == -EBUSY && a->restores && gpu->waits &&
	       strncmp(gpu->failure, a->action.request.text, sizeof(gpu->failure) - 1) == 0;
}

static void tell_end(struct mode_action *a, struct gpu *gpu, int err)
{
	if (err == -EBUSY && gpu && may_wait(a, gpu))
		err = wait_for_holder(a, gpu);
	else if (err && gpu && a->restores)
		action_note_failure(&a->action, gpu->failure);
	if (gpu)
		bus_gpu_changed(gpu);
	action_tell(&a->action, err);
}

static void mode_done(struct request *request, int err)
{
	struct mode_action *a = (struct mode_action *)request;
	struct gpu *gpu = gpu_find(&a->action.manager->gpus, a->action.gpu);

	if (err == -ETIMEDOUT)
		note_timeout(a, gpu);
	if (!err && gpu)
		err = keep_configured(a, gpu);
	if (gpu && is_known(a, gpu, err)) {
		job_pause(&a->action, request->text);
		idle_wait(gpu);
	} else {
		tell_end(a, gpu, err);
	}
	around_end(TAKE_PTR(a->around), err, a->action.request.text);
}

static void mode_free(struct request *request)
{
	free(request);
}

/* Hooks and services that are at it are made up for, as when a switch is refused. */
static bool mode_may_cancel(const struct request *request)
{
	return !((const struct mode_action *)request)->asked;
}

static const struct request_kind mode_kind = {
	.name = "set mode",
	.process = mode_process,
	.done = mode_done,
	.free = mode_free,
	.may_cancel = mode_may_cancel,
};

static struct mode_action *mode_new(struct gpu *gpu, const struct gpu_wanted *wanted)
{
	struct mode_action *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	action_init(&a->action, &mode_kind, gpu->manager, gpu->observed.bdf,
		    gpu->manager->config.switch_timeout);
	a->wanted = *wanted;
	return a;
}

int action_set_mode(struct gpu *gpu, const struct gpu_wanted *wanted, action_done_t done,
		    void *userdata)
{
	struct mode_action *a = mode_new(gpu, wanted);

	if (!a)
		return -ENOMEM;
	a->wanted.device_id = gpu->observed.device_id;
	a->action.done = done;
	a->action.userdata = userdata;
	job_begin(&a->action, "set-mode", nvmux_mode_str(wanted->mode), false);
	manager_submit(gpu->manager, &a->action.request);
	return 0;
}

int action_recover(struct gpu *gpu, const struct gpu_wanted *options, action_done_t done,
		   void *userdata)
{
	struct mode_action *a = mode_new(gpu, options);

	if (!a)
		return -ENOMEM;
	a->wanted.mode = NVMUX_MODE_HOST;
	a->recovers = true;
	a->action.done = done;
	a->action.userdata = userdata;
	job_begin(&a->action, "recover", "", false);
	manager_submit(gpu->manager, &a->action.request);
	return 0;
}

void action_restore(struct gpu *gpu)
{
	struct mode_action *a;

	if (stuck_check(gpu, gpu->failure, sizeof(gpu->failure)))
		return;
	if (!action_is_due(policy_restore(&gpu->wanted, &gpu->observed, gpu->failure,
					  sizeof(gpu->failure)), gpu->failure)) {
		gpu->waits = false;
		return;
	}
	crash_here(CRASH_RESTORE_BEGINS);
	if (!gpu->waits)
		log_info("gpu %s is in %s mode, switching to the configured %s mode",
			 gpu->observed.bdf, nvmux_mode_str(gpu->observed.mode),
			 nvmux_mode_str(gpu->wanted.mode));
	a = mode_new(gpu, &gpu->wanted);
	if (!a) {
		log_error("no memory to switch gpu %s", gpu->observed.bdf);
		return;
	}
	a->restores = true;
	job_begin(&a->action, "set-mode", nvmux_mode_str(gpu->wanted.mode), true);
	manager_submit(gpu->manager, &a->action.request);
}
