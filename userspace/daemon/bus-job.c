// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.nvmux1.Job: one object per job that has not ended, and the methods and the signal of
 * org.nvmux1.Manager about jobs.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "access.h"
#include "bus.h"
#include "job.h"

static BUS_GETTER(get_kind)
{
	return sd_bus_message_append(reply, "s", ((const struct job *)userdata)->kind);
}

static BUS_GETTER(get_object)
{
	const struct job *job = userdata;
	char object[BUS_PATH_SIZE];

	if (job_is_of_vgpu(job))
		bus_path(object, BUS_PATH_VGPU, job->target);
	else
		bus_path(object, BUS_PATH_GPU, job->gpu);
	return sd_bus_message_append(reply, "o", object);
}

static BUS_GETTER(get_state)
{
	return sd_bus_message_append(reply, "s",
				     job_state_str(((const struct job *)userdata)->state));
}

static int cancel(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	char text[REQUEST_TEXT_SIZE];
	int err = access_check(call, error);

	if (err < 0)
		return err;
	err = job_cancel(userdata, text, sizeof(text));
	return err ? bus_error(error, err, text) : sd_bus_reply_method_return(call, NULL);
}

int bus_wait_job(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	int err = access_check(call, error);
	struct job *job;
	uint32_t id;

	if (err >= 0)
		err = sd_bus_message_read(call, "u", &id);
	if (err < 0)
		return err;
	job = job_find(userdata, id);
	if (!job)
		return sd_bus_error_setf(error, bus_error_name(-ENOENT), "no job %u", id);
	err = job_wait(job, bus_answer_empty, sd_bus_message_ref(call));
	if (err == -EUSERS)
		(void)sd_bus_error_setf(error, bus_error_name(-EBUSY),
					"too many wait for job %u", id);
	return bus_submitted(call, err);
}

#define CHANGES SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define FIXED SD_BUS_VTABLE_PROPERTY_CONST
#define CHARS(name, member, flags) \
	SD_BUS_PROPERTY(name, "s", bus_get_chars, offsetof(struct job, member), flags)
#define U32(name, member, flags) \
	SD_BUS_PROPERTY(name, "u", NULL, offsetof(struct job, member), flags)

const sd_bus_vtable bus_job_vtable[] = {
	SD_BUS_VTABLE_START(0),
	U32("Id", id, FIXED),
	SD_BUS_PROPERTY("Kind", "s", get_kind, 0, FIXED),
	SD_BUS_PROPERTY("Object", "o", get_object, 0, FIXED),
	CHARS("Gpu", gpu, FIXED),
	CHARS("Target", target, FIXED),
	SD_BUS_PROPERTY("State", "s", get_state, 0, CHANGES),
	U32("Step", step, CHANGES),
	U32("Steps", steps, FIXED),
	CHARS("StepName", step_name, CHANGES),
	U32("Progress", progress, CHANGES),
	CHARS("Error", error, CHANGES),
	SD_BUS_METHOD_WITH_ARGS("Cancel", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, cancel,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

static void describe(const struct job *job, char *text, size_t size)
{
	int n = snprintf(text, size, "%s %s%s%s: ", job->kind, job->gpu, job->target[0] ? " " : "",
			 job->target);

	if (n < 0 || (size_t)n >= size)
		return;
	if (job->state == JOB_RUNNING)
		(void)snprintf(text + n, size - (size_t)n, "%s, step %u of %u, %u%%",
			       job->step_name, job->step, job->steps, job->progress);
	else
		(void)snprintf(text + n, size - (size_t)n, "%s%s%s",
			       job->state == JOB_WAITING ? "waiting" : job_result(job),
			       job->error[0] ? ", " : "", job->error);
}

static void tell(const struct job *job, enum bus_news news)
{
	static const struct bus_kind kind = { "job", BUS_PATH_JOB, "org.nvmux1.Job" };
	char text[REQUEST_TEXT_SIZE + 128], id[16];

	describe(job, text, sizeof(text));
	(void)snprintf(id, sizeof(id), "%u", job->id);
	bus_tell(job->manager, &kind, news, id, text);
}

void bus_job_added(struct job *job)
{
	tell(job, BUS_ADDED);
}

void bus_job_changed(struct job *job)
{
	tell(job, BUS_CHANGED);
}

void bus_job_ended(struct job *job)
{
	struct manager *m = job->manager;
	char path[BUS_PATH_SIZE], id[16];

	if (!m->bus)
		return;
	(void)snprintf(id, sizeof(id), "%u", job->id);
	bus_path(path, BUS_PATH_JOB, id);
	(void)sd_bus_emit_signal(m->bus, BUS_PATH, "org.nvmux1.Manager", "JobRemoved", "uoss",
				 job->id, path, job_result(job), job->error);
	tell(job, BUS_REMOVED);
}
