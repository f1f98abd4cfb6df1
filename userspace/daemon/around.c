// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "around.h"
#include "callout.h"
#include "crash.h"
#include "services.h"

struct around {
	struct manager *manager;
	char bdf[NVMUX_BDF_SIZE];
	uint32_t from, to;
	bool needs_services;
	bool programs_ran;
	bool has_services;	/* services_release() is owed */
	struct callout *callout;
	struct services_stop *stop;
	int state;		/* as of around_is_done() */
	char text[REQUEST_TEXT_SIZE];
};

/* On disk, from before the first program until after the last. */

static int note_owed(const struct around *a)
{
	_cleanup_free_ char *path = path_run("switches/%s", a->bdf);
	char text[64];

	if (!path)
		return -ENOMEM;
	(void)snprintf(text, sizeof(text), "%s %s\n", nvmux_mode_str(a->from),
		       nvmux_mode_str(a->to));
	return file_keep(path, text);
}

static void note_paid(const struct around *a)
{
	_cleanup_free_ char *path = path_run("switches/%s", a->bdf);
	int err = path ? file_remove(path) : -ENOMEM;

	if (err)
		(void)log_errno(err, "the note about a switch of gpu %s cannot be removed", a->bdf);
}

/* Before */

static void settle(struct around *a, int state, const char *text)
{
	a->state = state;
	(void)snprintf(a->text, sizeof(a->text), "%s", text);
	manager_kick(a->manager);
}

static void on_stopped(void *userdata, int err, const char *text)
{
	struct around *a = userdata;

	a->stop = NULL;
	crash_here(CRASH_SERVICES_STOPPED);
	settle(a, err ? err : 1, text);
}

static void stop_services(struct around *a)
{
	int err;

	if (!a->needs_services) {
		settle(a, 1, "");
		return;
	}
	/* it may end before it returns */
	a->has_services = true;
	err = services_stop(a->manager, on_stopped, a, &a->stop);
	if (!err)
		return;
	a->has_services = false;
	settle(a, err, "the services cannot be stopped");
}

static void on_programs(void *userdata, int err, const char *text)
{
	struct around *a = userdata;

	a->callout = NULL;
	crash_here(CRASH_HOOKS_RAN);
	if (err)
		settle(a, err, text);
	else
		stop_services(a);
}

static void make_news(const struct around *a, const char *phase, const char *result,
		      struct callout_news *ret)
{
	*ret = (struct callout_news){
		.old_mode = a->from, .new_mode = a->to, .phase = phase, .result = result,
	};
	(void)snprintf(ret->gpu, sizeof(ret->gpu), "%s", a->bdf);
}

static void run_programs(struct around *a)
{
	struct callout_news news;
	int err = note_owed(a);

	make_news(a, "pre", "", &news);
	crash_here(CRASH_HOOKS_RUN);
	a->programs_ran = true;
	if (!err)
		err = callout_run(a->manager, &news, true, on_programs, a, &a->callout);
	if (err)
		settle(a, err, "the hooks cannot be run");
}

/* Services use GPUs through the driver of the host, and only that is taken from them. */
static bool needs_services(const struct gpu *gpu, const struct gpu_wanted *wanted)
{
	return gpu->manager->config.stop_services.n && wanted->detach && gpu->observed.driver[0] &&
	       gpu->observed.mode == NVMUX_MODE_HOST;
}

const struct strset *around_services(const struct gpu *gpu, const struct gpu_wanted *wanted)
{
	static const struct strset none;

	return needs_services(gpu, wanted) ? &gpu->manager->config.stop_services : &none;
}

uint64_t around_time(const struct gpu *gpu, const struct gpu_wanted *wanted)
{
	const struct config *config = &gpu->manager->config;

	return callout_count() * config->hook_timeout +
	       (needs_services(gpu, wanted) ? config->service_timeout : 0);
}

bool around_wanted(const struct gpu *gpu, const struct gpu_wanted *wanted)
{
	return needs_services(gpu, wanted) || callout_count();
}

static struct around *around_new(struct manager *m, const char *bdf)
{
	struct around *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->manager = m;
	(void)snprintf(a->bdf, sizeof(a->bdf), "%s", bdf);
	return a;
}

int around_begin(struct gpu *gpu, const struct gpu_wanted *wanted, struct around **ret)
{
	bool services = needs_services(gpu, wanted), programs = callout_count();
	struct around *a;

	if (gpu->around)
		return -EBUSY;
	*ret = NULL;
	if (!services && !programs)
		return 0;
	a = around_new(gpu->manager, gpu->observed.bdf);
	if (!a)
		return -ENOMEM;
	a->from = gpu->observed.mode;
	a->to = wanted->mode;
	a->needs_services = services;
	gpu->around = a;
	*ret = a;
	if (programs)
		run_programs(a);
	else
		stop_services(a);
	return 0;
}

int around_is_done(struct around *around, char *text, size_t size)
{
	if (!around)
		return 1;
	if (around->state < 0)
		(void)snprintf(text, size, "gpu %s: %s", around->bdf, around->text);
	return around->state;
}

/* After */

static const char *result_of(int err)
{
	switch (err) {
	case 0:
		return "done";
	case -EBUSY:
	case -EACCES:
	case -EINPROGRESS:
	case -ECANCELED:
		return "refused";
	case -ETIMEDOUT:
		return "timeout";
	default:
		return "failed";
	}
}

static void finish(struct around *a)
{
	struct gpu *gpu = gpu_find(&a->manager->gpus, a->bdf);

	if (a->programs_ran)
		note_paid(a);
	if (gpu && gpu->around == a)
		gpu->around = NULL;
	manager_kick(a->manager);
	free(a);
}

static void on_paid(void *userdata, int err, const char *text)
{
	(void)err;
	(void)text;
	finish(userdata);
}

static void pay(struct around *a, const char *result, const char *text)
{
	struct callout_news news;
	int err;

	make_news(a, "post", result, &news);
	(void)snprintf(news.text, sizeof(news.text), "%s", text);
	crash_here(CRASH_HOOKS_OWED);
	err = callout_run(a->manager, &news, false, on_paid, a, &a->callout);
	if (!err)
		return;
	(void)log_errno(err, "the hooks cannot be run");
	finish(a);
}

void around_end(struct around *around, int err, const char *text)
{
	if (!around)
		return;
	callout_cancel(around->callout);
	services_cancel(around->stop);
	if (around->has_services)
		services_release(around->manager);
	if (err == -ESHUTDOWN)
		free(around);	/* the next daemon finds the note */
	else if (around->programs_ran)
		pay(around, result_of(err), err ? text : "");
	else
		finish(around);
}

/* What the note of an earlier daemon says. */
static int read_owed(struct around *a)
{
	_cleanup_free_ char *path = path_run("switches/%s", a->bdf);
	char text[64], *space;
	int err = path ? file_read_line(path, text, sizeof(text)) : -ENOMEM, from, to;

	if (err)
		return err;
	space = strchr(text, ' ');
	if (!space)
		return -EBADMSG;
	*space = '\0';
	from = nvmux_mode_from_str(text);
	to = nvmux_mode_from_str(space + 1);
	if (from < 0 || to < 0)
		return -EBADMSG;
	a->from = (uint32_t)from;
	a->to = (uint32_t)to;
	a->programs_ran = true;
	return 0;
}

static int load_owed(struct manager *m, const char *bdf)
{
	struct gpu *gpu = gpu_find(&m->gpus, bdf);
	struct around *a = around_new(m, bdf);
	int err = a ? read_owed(a) : -ENOMEM;

	if (err) {
		free(a);
		return err;
	}
	if (gpu)
		gpu->around = a;
	pay(a, "interrupted", "the daemon has died meanwhile");
	return 0;
}

void around_load(struct manager *m)
{
	_cleanup_free_ char *path = path_run("switches");
	struct strset names = { 0 };

	if (path && file_list(path, &names) == 0)
		for (size_t i = 0; i < names.n; i++)
			if (load_owed(m, names.items[i]))
				log_warning("the note about a switch of gpu %s makes no sense",
					    names.items[i]);
	strset_clear(&names);
}
