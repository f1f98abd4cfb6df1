// SPDX-License-Identifier: GPL-2.0-only
/* nvmux job: list, wait, cancel. What takes long, whoever has asked for it. */
#include <stdio.h>

#include "cli/fail.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/verbs.h"

/* As long as somebody holds the GPU that a switch waits for. */
#define WAIT_SECONDS 31536000

int cmd_job_list(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	int code;

	code = session_open(&s);
	return code ? code : output_list(&a->output, &job_noun, &s.world.jobs);
}

/* One that has ended lately is known to the daemon, but in no list. */
static const struct daemon_job *job_of(const struct session *s, uint32_t id)
{
	for (size_t i = 0; i < s->world.jobs.n; i++) {
		const struct daemon_job *job = records_get(&job_noun, &s->world.jobs, i);

		if (job->id == id)
			return job;
	}
	return NULL;
}

int cmd_job_wait(const struct args *a)
{
	static const struct method method = { BUS_ROOT, BUS_MANAGER, "WaitJob", WAIT_SECONDS };
	_cleanup_session_ struct session s = {};
	const struct daemon_job *job;
	unsigned int id;
	int code;

	code = check_number("job", a->words[0], &id);
	if (!code)
		code = session_open(&s);
	if (code)
		return code;
	job = job_of(&s, id);
	return progress_call(s.bus, &a->output, &method, job ? job->gpu : "", id, "u", id);
}

int cmd_job_cancel(const struct args *a)
{
	const struct object object = { "job", "org.nvmux1.Job", a->words[0], BUS_CHANGE_SECONDS };
	_cleanup_bus_ sd_bus *bus = NULL;
	unsigned int id;
	int code;

	code = check_number("job", a->words[0], &id);
	if (!code)
		code = bus_open(&bus);
	return code ? code : bus_call_object(bus, &object, "Cancel", NULL, "");
}
