/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A systemd that is only played, on the bus of the test. Units that run are files in run/units; a
 * unit that is called absent is not loaded, one called masked cannot be stopped, one called stuck
 * never stops. What it is asked is noted in the file units.log.
 */
#ifndef NVMUX_TESTS_PLAYED_SYSTEMD_H
#define NVMUX_TESTS_PLAYED_SYSTEMD_H

#include <systemd/sd-bus.h>

#include "root.h"
#include "stage.h"

#define UNIT_PREFIX "/org/freedesktop/systemd1/unit/"

static void unit_note(const char *what, const char *unit)
{
	char *path = path_below("units.log");
	FILE *f = fopen(path, "a");

	fprintf(f, "%s %s; ", what, unit);
	fclose(f);
	free(path);
}

static bool unit_runs(const char *unit)
{
	char *path = path_below("run/units/%s", unit);
	bool runs = file_exists(path);

	free(path);
	return runs;
}

static void unit_set(const char *unit, bool runs)
{
	char *path = path_below("run/units/%s", unit), name[128];

	(void)snprintf(name, sizeof(name), "run/units/%s", unit);
	if (runs)
		root_write(name, "");
	else
		(void)unlink(path);
	free(path);
}

static int systemd_get(sd_bus_message *call)
{
	char path[256];
	const char *unit;

	sd_bus_message_read(call, "s", &unit);
	if (strstr(unit, "absent"))
		return sd_bus_reply_method_errorf(call, "org.freedesktop.systemd1.NoSuchUnit",
						  "Unit %s not loaded.", unit);
	/* no name of a test has anything else that would have to be escaped */
	(void)snprintf(path, sizeof(path), UNIT_PREFIX "%.*s_2eservice",
		       (int)strcspn(unit, "."), unit);
	return sd_bus_reply_method_return(call, "o", path);
}

static int systemd_state(sd_bus_message *call)
{
	const char *path = sd_bus_message_get_path(call) + strlen(UNIT_PREFIX);
	char unit[128];

	(void)snprintf(unit, sizeof(unit), "%.*s.service", (int)strcspn(path, "_"), path);
	return sd_bus_reply_method_return(call, "v", "s", unit_runs(unit) ? "active" : "inactive");
}

static int systemd_job_removed(sd_bus_message *call, uint32_t id, const char *unit,
			       const char *result)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/org/freedesktop/systemd1/job/%u", id);
	return sd_bus_emit_signal(sd_bus_message_get_bus(call), "/org/freedesktop/systemd1",
				  "org.freedesktop.systemd1.Manager", "JobRemoved", "uoss", id,
				  path, unit, result);
}

static int systemd_job(sd_bus_message *call, bool start)
{
	sd_bus_creds *creds = NULL;
	const char *unit, *mode;

	/* the real one wants to know who asks, and he has to be there still */
	if (sd_bus_query_sender_creds(call, SD_BUS_CREDS_EUID, &creds) < 0)
		return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_ACCESS_DENIED, "who?");
	sd_bus_creds_unref(creds);
	sd_bus_message_read(call, "ss", &unit, &mode);
	unit_note(start ? "start" : "stop", unit);
	if (strstr(unit, "masked"))
		return sd_bus_reply_method_errorf(call, "org.freedesktop.systemd1.UnitMasked",
						  "it is masked");
	/* a job of somebody else goes for ours */
	systemd_job_removed(call, 7, unit, "canceled");
	sd_bus_reply_method_return(call, "o", "/org/freedesktop/systemd1/job/8");
	if (strstr(unit, "stuck") && !start)
		return 1;
	unit_set(unit, start);
	return systemd_job_removed(call, 8, unit, "done");
}

static int systemd_answer(sd_bus_message *call, void *data, sd_bus_error *error)
{
	const char *member = sd_bus_message_get_member(call);

	(void)data;
	(void)error;
	if (!member)
		return 0;
	if (!strcmp(member, "GetUnit"))
		return systemd_get(call);
	if (!strcmp(member, "Get"))
		return systemd_state(call);
	if (!strcmp(member, "StopUnit"))
		return systemd_job(call, false);
	if (!strcmp(member, "StartUnit"))
		return systemd_job(call, true);
	if (!strcmp(member, "Subscribe"))
		return sd_bus_reply_method_return(call, NULL);
	return 0;
}

static void play_systemd(void)
{
	sd_bus *bus = NULL;

	if (sd_bus_open_system(&bus) < 0 ||
	    sd_bus_request_name(bus, "org.freedesktop.systemd1", 0) < 0)
		_exit(1);
	sd_bus_add_filter(bus, NULL, systemd_answer, NULL);
	for (;;)
		if (sd_bus_process(bus, NULL) == 0)
			sd_bus_wait(bus, UINT64_MAX);
}

/* Ends with the test. */
static inline void systemd_start(sd_bus *bus)
{
	int err = -1;

	if (!fork()) {
		stage_die_with_parent();
		play_systemd();
	}
	for (int i = 0; i < 1000 && err < 0; i++) {
		err = sd_bus_get_name_creds(bus, "org.freedesktop.systemd1", 0, NULL);
		usleep(20000);
	}
	if (err < 0)
		abort();
}

#endif
