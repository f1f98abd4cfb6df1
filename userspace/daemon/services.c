// SPDX-License-Identifier: GPL-2.0-only
/*
 * systemd is asked over the bus, never waited for:
 *
 *   next service -> is it loaded? -> does it run? -> on disk -> stop it -> its job has gone -> next
 *
 * Starting is not waited for at all: systemd has queued it, that is enough.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "../basic/utf8.h"
#include "crash.h"
#include "services.h"

#define SYSTEMD "org.freedesktop.systemd1"
#define SYSTEMD_PATH "/org/freedesktop/systemd1"
#define SYSTEMD_MANAGER "org.freedesktop.systemd1.Manager"
#define RECORD_MAX 65536
#define SHUTDOWN_TIMEOUT 5000000	/* microseconds, below TimeoutStopSec= of our unit */

struct services_stop {
	struct manager *manager;
	services_done_t done;
	void *userdata;
	struct strset names;
	size_t next;
	char *job;			/* of systemd, by which it stops; NULL: none has begun */
	sd_bus_slot *call;
	sd_bus_slot *jobs;
	sd_event_source *timer;
};

/* On disk */

static int save(const struct strset *stopped)
{
	_cleanup_free_ char *path = path_run("services");
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *f;

	if (!path)
		return -ENOMEM;
	if (!stopped->n)
		return file_remove(path);
	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;
	for (size_t i = 0; i < stopped->n; i++)
		fprintf(f, "%s\n", stopped->items[i]);
	if (fclose(f))
		return -ENOMEM;
	return file_keep(path, text);
}

void services_load(struct manager *m)
{
	_cleanup_free_ char *path = path_run("services");
	_cleanup_free_ char *text = NULL;
	char *rest, *name;

	if (!path || file_read(path, RECORD_MAX, &text, NULL) < 0)
		return;
	for (name = strtok_r(text, "\n", &rest); name; name = strtok_r(NULL, "\n", &rest))
		if (strset_add(&m->stopped, name))
			log_error("no memory to start %s again", name);
}

static int note_stopped(struct manager *m, const char *name)
{
	int err = strset_add(&m->stopped, name);

	return err ? err : save(&m->stopped);
}

static void forget_stopped(struct manager *m, const char *name)
{
	struct strset left = { 0 };
	int err = 0;

	for (size_t i = 0; i < m->stopped.n && !err; i++)
		if (strcmp(m->stopped.items[i], name) != 0)
			err = strset_add(&left, m->stopped.items[i]);
	if (err) {
		strset_clear(&left);
		return;
	}
	strset_clear(&m->stopped);
	m->stopped = left;
	err = save(&m->stopped);
	if (err)
		(void)log_errno(err, "the list of stopped services cannot be written");
}

/* Stopping */

static void stop_free(struct services_stop *s)
{
	if (!s)
		return;
	sd_bus_slot_unref(s->call);
	sd_bus_slot_unref(s->jobs);
	sd_event_source_disable_unref(s->timer);
	strset_clear(&s->names);
	free(s->job);
	free(s);
}

DEFINE_CLEANUP(struct services_stop *, stop_free)

static void stop_end(struct services_stop *s, int err, const char *text)
{
	services_done_t done = s->done;
	void *userdata = s->userdata;

	stop_free(s);
	done(userdata, err, text);
}

static const char *current(const struct services_stop *s)
{
	return s->names.items[s->next];
}

static int __attribute__((format(printf, 3, 4)))
stop_fail(struct services_stop *s, int err, const char *format, ...)
{
	char text[NVMUX_TEXT_SIZE];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	utf8_clean(text);
	stop_end(s, err, text);
	return 0;
}

static void stop_next(struct services_stop *s);

static int skip(struct services_stop *s)
{
	s->next++;
	stop_next(s);
	return 0;
}

static int on_stop_answered(sd_bus_message *reply, void *userdata, sd_bus_error *unused)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);
	struct services_stop *s = userdata;
	const char *job;

	(void)unused;
	s->call = sd_bus_slot_unref(s->call);
	if (error)
		return stop_fail(s, -EIO, "service %s cannot be stopped: %s", current(s),
				 error->message);
	if (sd_bus_message_read(reply, "o", &job) >= 0)
		s->job = strdup(job);
	if (s->job)
		return 0;
	return stop_fail(s, -ENOMEM, "service %s cannot be stopped: %s", current(s),
			 strerror(ENOMEM));
}

/* The end of another job of the unit is none: ours may have replaced one that was to start it. */
static int on_job_removed(sd_bus_message *signal, void *userdata, sd_bus_error *unused)
{
	const char *job, *unit, *result;
	struct services_stop *s = userdata;
	uint32_t id;

	(void)unused;
	if (!s->job || sd_bus_message_read(signal, "uoss", &id, &job, &unit, &result) < 0 ||
	    strcmp(job, s->job) != 0)
		return 0;
	free(TAKE_PTR(s->job));
	if (strcmp(result, "done") != 0)
		return stop_fail(s, -EIO, "service %s could not be stopped (%s)", unit, result);
	log_info("stopped service %s", unit);
	return skip(s);
}

static int call(struct services_stop *s, const char *member, sd_bus_message_handler_t answered)
{
	int err = sd_bus_call_method_async(s->manager->bus, &s->call, SYSTEMD, SYSTEMD_PATH,
					   SYSTEMD_MANAGER, member, answered, s,
					   strcmp(member, "GetUnit") ? "ss" : "s", current(s),
					   "replace");

	return err < 0 ? stop_fail(s, err, "systemd cannot be asked: %s", strerror(-err)) : 0;
}

static int stop_one(struct services_stop *s)
{
	int err = note_stopped(s->manager, current(s));

	if (err)
		return stop_fail(s, err, "service %s cannot be remembered: %s", current(s),
				 strerror(-err));
	crash_here(CRASH_SERVICE_STOPS);
	return call(s, "StopUnit", on_stop_answered);
}

static int on_state(sd_bus_message *reply, void *userdata, sd_bus_error *unused)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);
	const char *state = "", *type;
	struct services_stop *s = userdata;

	(void)unused;
	s->call = sd_bus_slot_unref(s->call);
	if (error)
		return stop_fail(s, -EIO, "service %s does not tell its state: %s", current(s),
				 error->message);
	if (sd_bus_message_peek_type(reply, NULL, &type) < 0 ||
	    sd_bus_message_read(reply, "v", "s", &state) < 0)
		return stop_fail(s, -EIO, "service %s does not tell its state", current(s));
	if (strcmp(state, "inactive") == 0 || strcmp(state, "failed") == 0)
		return skip(s);
	return stop_one(s);
}

static int on_unit(sd_bus_message *reply, void *userdata, sd_bus_error *unused)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);
	struct services_stop *s = userdata;
	const char *path = "";
	int err;

	(void)unused;
	s->call = sd_bus_slot_unref(s->call);
	if (error && strcmp(error->name, SYSTEMD ".NoSuchUnit") == 0)
		return skip(s);
	if (error)
		return stop_fail(s, -EIO, "systemd cannot be asked about %s: %s", current(s),
				 error->message);
	err = sd_bus_message_read(reply, "o", &path);
	if (err >= 0)
		err = sd_bus_call_method_async(s->manager->bus, &s->call, SYSTEMD, path,
					       "org.freedesktop.DBus.Properties", "Get", on_state,
					       s, "ss", SYSTEMD ".Unit", "ActiveState");
	return err < 0 ? stop_fail(s, err, "systemd cannot be asked: %s", strerror(-err)) : 0;
}

static void stop_next(struct services_stop *s)
{
	if (s->next < s->names.n)
		(void)call(s, "GetUnit", on_unit);
	else
		stop_end(s, 0, "");
}

static int on_timeout(sd_event_source *source, uint64_t now, void *userdata)
{
	struct services_stop *s = userdata;

	(void)source;
	(void)now;
	return stop_fail(s, -ETIMEDOUT, "service %s does not stop in time", current(s));
}

/* systemd sends signals about jobs only while somebody has subscribed. */
static int prepare(struct manager *m, struct services_stop *s)
{
	int err = sd_bus_match_signal_async(m->bus, &s->jobs, SYSTEMD, SYSTEMD_PATH,
					    SYSTEMD_MANAGER, "JobRemoved", on_job_removed, NULL, s);

	if (err >= 0)
		err = sd_bus_call_method_async(m->bus, NULL, SYSTEMD, SYSTEMD_PATH,
					       SYSTEMD_MANAGER, "Subscribe", NULL, NULL, "");
	if (err >= 0)
		err = sd_event_add_time_relative(m->event, &s->timer, CLOCK_MONOTONIC,
						 m->config.service_timeout, 0, on_timeout, s);
	return err < 0 ? err : strset_add_all(&s->names, &m->config.stop_services);
}

int services_stop(struct manager *m, services_done_t done, void *userdata,
		  struct services_stop **ret)
{
	_cleanup_(stop_freep) struct services_stop *s = calloc(1, sizeof(*s));
	int err = s ? prepare(m, s) : -ENOMEM;

	if (err)
		return err;
	s->manager = m;
	s->done = done;
	s->userdata = userdata;
	m->services_users++;
	*ret = s;
	stop_next(TAKE_PTR(s));
	return 0;
}

void services_cancel(struct services_stop *stop)
{
	stop_free(stop);
}

/* Starting again */

void services_release(struct manager *m)
{
	m->services_users--;
	manager_kick(m);
}

struct start {
	struct manager *manager;
	char *name;
};

static void start_free(void *userdata)
{
	struct start *start = userdata;

	free(start->name);
	free(start);
}

/* One that does not exist any more is not asked for again and again. */
static int on_started(sd_bus_message *reply, void *userdata, sd_bus_error *unused)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);
	struct start *start = userdata;

	(void)unused;
	if (error)
		log_error("service %s cannot be started again: %s", start->name, error->message);
	else
		log_info("started service %s again", start->name);
	/* a switch that has begun meanwhile has stopped it once more */
	if (!start->manager->services_users)
		forget_stopped(start->manager, start->name);
	start->manager->services_starting--;
	return 0;
}

static int start_one(struct manager *m, const char *name)
{
	struct start *start = calloc(1, sizeof(*start));
	sd_bus_slot *slot = NULL;
	int err;

	if (!start)
		return -ENOMEM;
	start->manager = m;
	start->name = strdup(name);
	err = start->name ? sd_bus_call_method_async(m->bus, &slot, SYSTEMD, SYSTEMD_PATH,
						     SYSTEMD_MANAGER, "StartUnit", on_started,
						     start, "ss", name, "replace") : -ENOMEM;
	if (err < 0) {
		start_free(start);
		return err;
	}
	(void)sd_bus_slot_set_destroy_callback(slot, start_free);
	(void)sd_bus_slot_set_floating(slot, 1);
	sd_bus_slot_unref(slot);
	m->services_starting++;
	return 0;
}

/* A driver that does not let go would only be opened once more. */
static bool is_switching(const struct manager *m)
{
	struct gpu *gpu;

	LIST_FOREACH(gpu, &m->gpus, link)
		if (gpu_is_switching(gpu))
			return true;
	return false;
}

void services_settle(struct manager *m)
{
	if (!m->stopped.n || m->services_users || m->services_starting || !m->bus ||
	    is_switching(m))
		return;
	crash_here(CRASH_SERVICES_START);
	for (size_t i = 0; i < m->stopped.n; i++) {
		int err = start_one(m, m->stopped.items[i]);

		if (err)
			(void)log_errno(err, "service %s cannot be started again",
					m->stopped.items[i]);
	}
}

/*
 * The only place where systemd is waited for: it asks polkit about who asks, which may have to be
 * started for that, and cannot when we have gone by then.
 */
static int start_and_wait(struct manager *m, const char *name)
{
	sd_bus_message *message = NULL;
	int err = sd_bus_message_new_method_call(m->bus, &message, SYSTEMD, SYSTEMD_PATH,
						 SYSTEMD_MANAGER, "StartUnit");

	if (err >= 0)
		err = sd_bus_message_append(message, "ss", name, "replace");
	if (err >= 0)
		err = sd_bus_call(m->bus, message, SHUTDOWN_TIMEOUT, NULL, NULL);
	sd_bus_message_unref(message);
	return err;
}

void services_shutdown(struct manager *m)
{
	int err = m->bus ? 0 : -ENOTCONN;

	if (!m->stopped.n)
		return;
	for (size_t i = 0; i < m->stopped.n && err >= 0; i++)
		err = start_and_wait(m, m->stopped.items[i]);
	strset_clear(&m->stopped);
	/* else the next daemon does it */
	if (err >= 0)
		(void)save(&m->stopped);
	else
		(void)log_errno(err, "services cannot be started again, the next daemon does it");
}
