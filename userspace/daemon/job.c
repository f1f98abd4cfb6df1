// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "bus.h"
#include "job.h"
#include "tally.h"

#define REMEMBERED 32
#define WAITERS_MAX 64

/* What comes before the kernel is asked, and then its own steps up to attach. */
#define SWITCH_STEPS (1 + NVMUX_STEP_ATTACH)

/* How those of a kind go; a vGPU has one step, and its GPU says nothing about it. */
static const struct job_kind {
	const char *name;
	const char *first_step;
	uint32_t steps;
	bool of_vgpu;
} kinds[] = {
	{ "set-mode", "prepare", SWITCH_STEPS, false },
	{ "recover", "prepare", SWITCH_STEPS, false },
	{ "scrub", "clean", 1, false },
	{ "set-partition", "divide", 1, false },
	{ "create-vgpu", "publish", 1, true },
	{ "delete-vgpu", "remove", 1, true },
};

struct job_waiter {
	action_done_t done;
	void *userdata;
};

const char *job_state_str(enum job_state state)
{
	static const char *const names[] = {
		[JOB_RUNNING] = "running", [JOB_WAITING] = "waiting", [JOB_ENDED] = "ended",
	};

	return names[state];
}

const char *job_result(const struct job *job)
{
	return job->state == JOB_ENDED ? tally_result(job->err) : "";
}

struct job *job_find(const struct manager *m, uint32_t id)
{
	struct job *job;

	TAILQ_FOREACH(job, &m->jobs, link)
		if (job->id == id)
			return job;
	return NULL;
}

static struct job *find_waiting(const struct manager *m, const char *gpu)
{
	struct job *job;

	TAILQ_FOREACH(job, &m->jobs, link)
		if (job->state == JOB_WAITING && strcmp(job->gpu, gpu) == 0)
			return job;
	return NULL;
}

static void job_free(struct job *job)
{
	TAILQ_REMOVE(&job->manager->jobs, job, link);
	free(job->waiters);
	free(job);
}

static const struct job_kind *kind_of(const char *name)
{
	const struct job_kind *kind = kinds;

	while (strcmp(kind->name, name) != 0 && kind < &kinds[ARRAY_SIZE(kinds) - 1])
		kind++;
	return kind;
}

static bool is_switch(const struct job *job)
{
	return kind_of(job->kind)->steps == SWITCH_STEPS;
}

bool job_is_of_vgpu(const struct job *job)
{
	return kind_of(job->kind)->of_vgpu;
}

static struct job *job_new(struct action *action, const char *kind, const char *target)
{
	struct job *job = calloc(1, sizeof(*job));
	struct manager *m = action->manager;

	if (!job)
		return NULL;
	job->manager = m;
	job->id = ++m->last_job;
	job->kind = kind;
	job->state = JOB_RUNNING;
	(void)snprintf(job->gpu, sizeof(job->gpu), "%s", action->gpu);
	(void)snprintf(job->target, sizeof(job->target), "%s", target);
	job->step = 1;
	job->steps = kind_of(kind)->steps;
	(void)snprintf(job->step_name, sizeof(job->step_name), "%s", kind_of(kind)->first_step);
	TAILQ_INSERT_TAIL(&m->jobs, job, link);
	bus_job_added(job);
	return job;
}

void job_begin(struct action *action, const char *kind, const char *target, bool restores)
{
	struct job *job = restores ? find_waiting(action->manager, action->gpu) : NULL;

	if (!job || job->action)
		job = job_new(action, kind, target);
	if (!job)
		return;
	job->action = action;
	action->job = job;
}

/*
 * Those that have ended are the first ones, but for what takes longer than they did. Each kind by
 * itself: many vGPUs come and go while somebody is about to ask for the end of a switch.
 */
static void forget_old(struct manager *m, const char *kind)
{
	struct job *job, *oldest = NULL;
	unsigned int n = 0;

	TAILQ_FOREACH(job, &m->jobs, link) {
		if (job->state != JOB_ENDED || strcmp(job->kind, kind) != 0)
			continue;
		oldest = oldest ? oldest : job;
		n++;
	}
	if (n > REMEMBERED)
		job_free(oldest);
}

static void tell_waiters(struct job *job)
{
	for (unsigned int i = 0; i < job->n_waiters; i++)
		job->waiters[i].done(job->waiters[i].userdata, job->err, job->error);
	job->n_waiters = 0;
}

static void end(struct job *job, int err, const char *text)
{
	if (job->action)
		job->action->job = NULL;
	job->action = NULL;
	job->state = JOB_ENDED;
	job->err = err;
	(void)snprintf(job->error, sizeof(job->error), "%s", err ? text : "");
	if (!err) {
		job->step = job->steps;
		job->progress = 100;
	}
	tell_waiters(job);
	bus_job_ended(job);
	forget_old(job->manager, job->kind);
}

void job_end(struct action *action, int err, const char *text)
{
	if (action->job)
		end(action->job, err, text);
}

/* One switch of a GPU waits at a time, the one that was asked for last. */
static void replace_older(const struct job *by)
{
	struct job *job, *next;

	for (job = TAILQ_FIRST(&by->manager->jobs); job; job = next) {
		next = TAILQ_NEXT(job, link);
		if (job != by && job->state == JOB_WAITING && strcmp(job->gpu, by->gpu) == 0)
			end(job, -ECANCELED, "another switch was asked for");
	}
}

void job_pause(struct action *action, const char *why)
{
	struct job *job = TAKE_PTR(action->job);

	if (!job)
		return;
	job->action = NULL;
	replace_older(job);
	if (job->state == JOB_WAITING && strncmp(job->error, why, sizeof(job->error) - 1) == 0)
		return;
	job->state = JOB_WAITING;
	(void)snprintf(job->error, sizeof(job->error), "%s", why);
	bus_job_changed(job);
}

/* Percent of the step; 0 when it does not tell. */
static uint32_t cleaned(const struct nvmux_gpu *o)
{
	return o->scrub_total ? (uint32_t)(o->scrub_done * 100 / o->scrub_total) : 0;
}

/* A step back, to restore what a failure has left, is told by its name alone. */
static void take_step(struct job *job, const struct nvmux_gpu *o)
{
	uint32_t step = o->step <= NVMUX_STEP_ATTACH ? 1 + o->step : job->step, progress;

	if (is_switch(job) && o->step) {
		job->step = step > job->step ? step : job->step;
		(void)snprintf(job->step_name, sizeof(job->step_name), "%s",
			       nvmux_step_str(o->step));
	}
	progress = ((job->step - 1) * 100 + cleaned(o)) / job->steps;
	if (progress > job->progress)
		job->progress = progress;
}

static bool has_moved(const struct job *job, const struct job *before)
{
	return job->state != before->state || job->progress != before->progress ||
	       strcmp(job->step_name, before->step_name);
}

static void observe(struct job *job, const struct gpu *gpu)
{
	const struct job before = *job;

	if (gpu_is_switching(gpu)) {
		job->state = JOB_RUNNING;
		job->error[0] = '\0';
	}
	take_step(job, &gpu->observed);
	if (has_moved(job, &before))
		bus_job_changed(job);
}

void job_observed(const struct gpu *gpu)
{
	struct job *job;

	TAILQ_FOREACH(job, &gpu->manager->jobs, link)
		if (job->action && !job_is_of_vgpu(job) &&
		    strcmp(job->gpu, gpu->observed.bdf) == 0)
			observe(job, gpu);
}

static void settle(struct job *job)
{
	const struct gpu *gpu = gpu_find(&job->manager->gpus, job->gpu);
	char text[REQUEST_TEXT_SIZE];

	if (!gpu) {
		(void)snprintf(text, sizeof(text), "gpu %s is gone", job->gpu);
		end(job, -ENODEV, text);
	} else if (!gpu->waits && gpu_is_in(gpu, (uint32_t)nvmux_mode_from_str(job->target))) {
		end(job, 0, "");
	} else if (!gpu->waits) {
		end(job, -ECANCELED, "another mode is configured now");
	}
}

void job_settle(struct manager *m)
{
	struct job *job, *next;

	for (job = TAILQ_FIRST(&m->jobs); job; job = next) {
		next = TAILQ_NEXT(job, link);
		if (job->state == JOB_WAITING && !job->action)
			settle(job);
	}
}

int job_wait(struct job *job, action_done_t done, void *userdata)
{
	struct job_waiter *waiters;

	if (job->state == JOB_ENDED) {
		done(userdata, job->err, job->error);
		return 0;
	}
	if (job->n_waiters == WAITERS_MAX)
		return -EUSERS;
	waiters = realloc(job->waiters, (job->n_waiters + 1) * sizeof(*waiters));
	if (!waiters)
		return -ENOMEM;
	job->waiters = waiters;
	waiters[job->n_waiters++] = (struct job_waiter){ done, userdata };
	return 0;
}

/* What is configured is what is. */
static int stay(struct gpu *gpu, char *text, size_t size)
{
	const struct gpu_wanted wanted = {
		.mode = gpu->observed.mode,
		.device_id = gpu->observed.device_id,
	};
	int err = config_keep_mode(gpu->observed.bdf, &wanted);

	if (err) {
		(void)snprintf(text, size, "that gpu %s stays in %s mode cannot be kept: %s",
			       gpu->observed.bdf, nvmux_mode_str(wanted.mode), strerror(-err));
		return err;
	}
	manager_load_wanted(gpu);
	gpu->waits = false;
	gpu->failure[0] = '\0';
	bus_gpu_changed(gpu);
	return 0;
}

static void cancel(struct job *job)
{
	struct request *request = job->action ? &job->action->request : NULL;
	char text[REQUEST_TEXT_SIZE];

	(void)snprintf(text, sizeof(text), "the switch of gpu %s was cancelled", job->gpu);
	if (!request) {
		end(job, -ECANCELED, text);
		return;
	}
	(void)request_fail(request, -ECANCELED, "%s", text);
	queue_cancel(&job->manager->queue, request, -ECANCELED);
}

static bool may_cancel(const struct job *job)
{
	const struct request *request = job->action ? &job->action->request : NULL;

	return !request || (request->kind->may_cancel && request->kind->may_cancel(request));
}

int job_cancel(struct job *job, char *text, size_t size)
{
	struct gpu *gpu = gpu_find(&job->manager->gpus, job->gpu);
	int err = 0;

	if (job->state == JOB_ENDED) {
		(void)snprintf(text, size, "job %u has ended", job->id);
		return -EINVAL;
	}
	if (!may_cancel(job)) {
		(void)snprintf(text, size, "job %u cannot be cancelled, gpu %s is at step %s",
			       job->id, job->gpu, job->step_name);
		return -EBUSY;
	}
	if (gpu && job->state == JOB_WAITING)
		err = stay(gpu, text, size);
	if (!err)
		cancel(job);
	return err;
}

void job_list_clear(struct manager *m)
{
	struct job *job;

	while ((job = TAILQ_FIRST(&m->jobs))) {
		if (job->state != JOB_ENDED)
			end(job, -ESHUTDOWN, "nvmuxd ends");
		else
			job_free(job);
	}
}
