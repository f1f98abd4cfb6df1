// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux monitor: one line per event of the daemon, until a signal ends it.
 * When the daemon goes and comes back, that is an event too: a reader that
 * keeps state must then read everything anew.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include <systemd/sd-event.h>

#include "cli/bus.h"
#include "cli/fail.h"
#include "cli/nouns.h"
#include "cli/verbs.h"

struct monitor {
	const struct output *output;
	sd_event *event;
};

static void monitor_print(struct monitor *m, struct event *e)
{
	int code = output_line(m->output, &event_noun, e);

	if (code)
		sd_event_exit(m->event, code);
}

static int on_event(sd_bus_message *message, void *data, sd_bus_error *error)
{
	struct event e = {};

	(void)error;
	if (sd_bus_message_read(message, "sss", &e.event, &e.id, &e.text) >= 0)
		monitor_print(data, &e);
	return 0;
}

static int on_owner(sd_bus_message *message, void *data, sd_bus_error *error)
{
	struct event e = { .id = (char *)"nvmuxd" };
	const char *name, *before, *after;

	(void)error;
	if (sd_bus_message_read(message, "sss", &name, &before, &after) < 0)
		return 0;
	e.event = (char *)(*after ? "daemon-started" : "daemon-stopped");
	monitor_print(data, &e);
	return 0;
}

static int on_bus_end(sd_bus_message *message, void *data, sd_bus_error *error)
{
	struct monitor *m = data;

	(void)message;
	(void)error;
	return sd_event_exit(m->event, fail(CODE_UNREACHABLE, "the system bus has gone"));
}

static int monitor_match(sd_bus *bus, struct monitor *m)
{
	int r;

	r = sd_bus_match_signal(bus, NULL, BUS_NAME, BUS_ROOT, BUS_MANAGER, "Event", on_event, m);
	if (r >= 0)
		r = sd_bus_add_match(bus, NULL,
				     "type='signal',sender='org.freedesktop.DBus',"
				     "interface='org.freedesktop.DBus',"
				     "member='NameOwnerChanged',arg0='" BUS_NAME "'", on_owner, m);
	if (r >= 0)
		r = sd_bus_match_signal(bus, NULL, "org.freedesktop.DBus.Local", NULL,
					"org.freedesktop.DBus.Local", "Disconnected", on_bus_end,
					m);
	return r;
}

/* Starts the daemon where the bus can, and finds out when it cannot. */
static int monitor_ping(sd_bus *bus)
{
	static const struct method method = {
		BUS_ROOT, "org.freedesktop.DBus.Peer", "Ping", 25
	};

	return bus_call(bus, &method, NULL, "");
}

static int monitor_signals(sd_event *event)
{
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	r = sd_event_add_signal(event, NULL, SIGINT, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL);
	return r;
}

static int monitor_loop(struct monitor *m, sd_bus *bus)
{
	int r;

	r = monitor_signals(m->event);
	if (r >= 0)
		r = sd_bus_attach_event(bus, m->event, SD_EVENT_PRIORITY_NORMAL);
	if (r >= 0)
		r = sd_event_loop(m->event);
	return r < 0 ? bus_fail(r, NULL) : r;
}

/* Listens first and asks then: what happens after the answer is not missed. */
static int monitor_run(struct monitor *m, sd_bus *bus)
{
	int code, r;

	r = monitor_match(bus, m);
	if (r < 0)
		return bus_fail(r, NULL);
	code = monitor_ping(bus);
	return code ? code : monitor_loop(m, bus);
}

int cmd_monitor(const struct args *a)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_bus_ sd_bus *bus = NULL;
	struct monitor m = { .output = &a->output };
	int code, r;

	code = bus_open(&bus);
	if (code)
		return code;
	r = sd_event_new(&event);
	if (r < 0)
		return bus_fail(r, NULL);
	m.event = event;
	return monitor_run(&m, bus);
}
