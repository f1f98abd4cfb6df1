// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux gpu scrub. It may take minutes, so whoever sits before a terminal sees how far it is.
 */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli/bus.h"
#include "cli/fail.h"
#include "cli/session.h"
#include "cli/verbs.h"

#define GPU_INTERFACE "org.nvmux1.GPU"
#define PROPERTIES "org.freedesktop.DBus.Properties"

/* The daemon ends a cleaning that does not go on; this is for a daemon that does not either. */
#define SCRUB_SECONDS 86400ULL

struct scrub {
	bool ended;
	int code;
	bool shows;		/* a person looks on */
	bool shown;
	uint64_t done, total;
};

static int on_end(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *failure = sd_bus_message_get_error(reply);
	struct scrub *s = userdata;

	(void)error;
	if (s->shown)
		fputc('\n', stderr);
	s->ended = true;
	s->code = failure ? bus_fail(-EIO, failure) : CODE_OK;
	return 1;
}

static int read_number(sd_bus_message *m, uint64_t *ret)
{
	return sd_bus_message_read(m, "v", "t", ret);
}

static int read_property(sd_bus_message *m, struct scrub *s)
{
	const char *name;
	int r = sd_bus_message_read(m, "s", &name);

	if (r < 0)
		return r;
	if (!strcmp(name, "ScrubDone"))
		return read_number(m, &s->done);
	if (!strcmp(name, "ScrubTotal"))
		return read_number(m, &s->total);
	return sd_bus_message_skip(m, "v");
}

static int read_changes(sd_bus_message *m, struct scrub *s)
{
	int r = sd_bus_message_skip(m, "s");

	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "{sv}");
	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = read_property(m, s);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r;
}

static int on_change(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct scrub *s = userdata;

	(void)error;
	if (read_changes(m, s) < 0 || !s->total || s->ended)
		return 0;
	fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " MiB ", s->done >> 20, s->total >> 20);
	s->shown = true;
	return 0;
}

static int scrub_begin(sd_bus *bus, const char *path, struct scrub *s)
{
	_cleanup_message_ sd_bus_message *m = NULL;
	int r = 0;

	if (s->shows)
		r = sd_bus_match_signal(bus, NULL, BUS_NAME, path, PROPERTIES, "PropertiesChanged",
					on_change, s);
	if (r >= 0)
		r = sd_bus_message_new_method_call(bus, &m, BUS_NAME, path, GPU_INTERFACE, "Scrub");
	if (r >= 0)
		r = sd_bus_call_async(bus, NULL, m, on_end, s, SCRUB_SECONDS * 1000000);
	return r;
}

static int scrub_run(sd_bus *bus, const struct gpu *gpu, struct scrub *s)
{
	_cleanup_free_ char *path = bus_object_path("gpu", gpu->address);
	int r;

	if (!path)
		return fail_memory();
	r = scrub_begin(bus, path, s);
	while (r >= 0 && !s->ended) {
		r = sd_bus_process(bus, NULL);
		if (!r)
			r = sd_bus_wait(bus, UINT64_MAX);
	}
	return r < 0 ? bus_fail(r, NULL) : s->code;
}

int cmd_gpu_scrub(const struct args *a)
{
	struct scrub scrub = { .shows = !a->output.json && isatty(STDERR_FILENO) };
	_cleanup_session_ struct session s = {};
	const struct gpu *gpu;
	int code;

	code = session_open_gpu(&s, a->words[0], &gpu);
	if (!code)
		code = scrub_run(s.bus, gpu, &scrub);
	if (code || !a->output.json)
		return code;
	return session_show_gpu(&s, &a->output, gpu->address);
}
