// SPDX-License-Identifier: GPL-2.0-only
/*
 * The daemon tells of its jobs by signals. The one that a call begins is the next one about the
 * same GPU, vGPUs apart; a call that is refused has one that nobody sees.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/dict.h"
#include "cli/fail.h"
#include "cli/nouns.h"
#include "cli/progress.h"

#define BUS_JOBS BUS_ROOT "/job"
#define JOB_INTERFACE "org.nvmux1.Job"
#define WIDTH 20

struct progress {
	const char *gpu;
	char *path;		/* of the job, once it is known */
	unsigned int steps;
	bool shown;
	bool ended;
	int code;
	struct complaint *complaint;
	sd_bus_slot *slots[3];	/* end with us, the connection does not */
};

static void show(struct progress *p, const struct daemon_job *job)
{
	int n = (int)(job->progress * WIDTH / 100);

	if (job->steps)
		p->steps = job->steps;
	if (job->progress > 100 || p->ended)
		return;
	fprintf(stderr, "\r[%.*s%*s] %3u%% ", n, "####################", WIDTH - n, "",
		job->progress);
	put_clean(job->step_name ? job->step_name : "", stderr);
	fprintf(stderr, ", step %u of %u  ", job->step, p->steps);
	p->shown = true;
}

/* vGPUs of the GPU come and go meanwhile. */
static bool is_begun_by(const struct daemon_job *job, const struct progress *p)
{
	return job->gpu && !strcmp(job->gpu, p->gpu) && job->kind && !strstr(job->kind, "-vgpu");
}

/* A dictionary of properties of a job, those that have changed or all. */
static int read_job(sd_bus_message *m, struct progress *p, const char *path)
{
	struct records jobs = {};
	const struct daemon_job *job;
	int r = dict_read(m, &job_noun, &jobs);

	if (r >= 0) {
		job = records_get(&job_noun, &jobs, 0);
		if (!p->path && is_begun_by(job, p))
			p->path = strdup(path);
		if (p->path && !strcmp(p->path, path))
			show(p, job);
	}
	records_clear(&job_noun, &jobs);
	return r;
}

static int on_added(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *path, *interface;
	int r = sd_bus_message_read_basic(m, 'o', &path);

	(void)error;
	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
	while (r >= 0 && sd_bus_message_enter_container(m, 'e', "sa{sv}") > 0) {
		r = sd_bus_message_read_basic(m, 's', &interface);
		if (r >= 0)
			r = strcmp(interface, JOB_INTERFACE) ? sd_bus_message_skip(m, "a{sv}") :
							       read_job(m, userdata, path);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return 0;
}

static int on_changed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	(void)error;
	if (sd_bus_message_skip(m, "s") >= 0)
		(void)read_job(m, userdata, sd_bus_message_get_path(m));
	return 0;
}

static int on_end(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *failure = sd_bus_message_get_error(reply);
	struct progress *p = userdata;

	(void)error;
	if (p->shown)
		fputc('\n', stderr);
	p->ended = true;
	p->code = failure ? bus_explain_object(p->complaint, "gpu", p->gpu, -EIO, failure) :
			    CODE_OK;
	return 1;
}

/* Only who looks at it is told. */
static int listen_to_jobs(sd_bus *bus, struct progress *p)
{
	int r = sd_bus_match_signal(bus, &p->slots[0], BUS_NAME, BUS_ROOT,
				    "org.freedesktop.DBus.ObjectManager", "InterfacesAdded",
				    on_added, p);

	if (r >= 0)
		r = sd_bus_add_match(bus, &p->slots[1],
				     "type='signal',sender='" BUS_NAME "',"
				     "interface='org.freedesktop.DBus.Properties',"
				     "member='PropertiesChanged',path_namespace='" BUS_JOBS "'",
				     on_changed, p);
	return r;
}

static int call_begin(sd_bus *bus, const struct method *method, struct progress *p,
		      const char *types, va_list ap)
{
	_cleanup_message_ sd_bus_message *m = NULL;
	int r = sd_bus_message_new_method_call(bus, &m, BUS_NAME, method->path, method->interface,
					       method->name);

	if (r >= 0 && *types)
		r = sd_bus_message_appendv(m, types, ap);
	if (r >= 0)
		r = sd_bus_call_async(bus, &p->slots[2], m, on_end, p, method->seconds * 1000000ULL);
	return r;
}

static int run(sd_bus *bus, struct progress *p)
{
	int r = 0;

	while (r >= 0 && !p->ended) {
		r = sd_bus_process(bus, NULL);
		if (!r)
			r = sd_bus_wait(bus, UINT64_MAX);
	}
	return r;
}

static int call(sd_bus *bus, const struct method *method, struct progress *p, bool shown,
		const char *types, va_list ap)
{
	int r = shown ? listen_to_jobs(bus, p) : 0;

	if (r >= 0)
		r = call_begin(bus, method, p, types, ap);
	if (r >= 0)
		r = run(bus, p);
	for (size_t i = 0; i < ARRAY_SIZE(p->slots); i++)
		sd_bus_slot_unref(p->slots[i]);
	free(p->path);
	return r < 0 ? bus_explain(p->complaint, r, NULL) : p->code;
}

int progress_try(sd_bus *bus, const struct method *method, const char *gpu, bool shown,
		 struct complaint *c, const char *types, ...)
{
	struct progress p = { .gpu = gpu, .complaint = c };
	va_list ap;
	int code;

	va_start(ap, types);
	code = call(bus, method, &p, shown, types, ap);
	va_end(ap);
	return code;
}

int progress_call(sd_bus *bus, const struct output *o, const struct method *method,
		  const char *gpu, unsigned int job, const char *types, ...)
{
	struct complaint c;
	struct progress p = { .gpu = gpu, .complaint = &c };
	va_list ap;
	int code;

	if (job && asprintf(&p.path, BUS_JOBS "/%u", job) < 0)
		return fail_memory();
	va_start(ap, types);
	code = call(bus, method, &p, !o->json && isatty(STDERR_FILENO), types, ap);
	va_end(ap);
	return code ? fail_complaint(&c) : CODE_OK;
}
