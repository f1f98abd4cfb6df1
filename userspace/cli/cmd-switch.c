// SPDX-License-Identifier: GPL-2.0-only
/* nvmux gpu: holders, plan, set-mode, recover. A switch, and what is asked before it. */
#include <string.h>

#include "cli/dict.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/verbs.h"

#define ASK_SECONDS 25
#define OBJECT(address, seconds) { "gpu", "org.nvmux1.GPU", address, seconds }

static int rows_read(sd_bus_message *reply, const struct noun *noun, struct records *ret)
{
	int r = dicts_read(reply, noun, ret);

	return r < 0 ? bus_fail(r, NULL) : CODE_OK;
}

static int holders_get(sd_bus *bus, const char *address, struct records *ret)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const struct object object = OBJECT(address, ASK_SECONDS);
	int code;

	code = bus_call_object(bus, &object, "Holders", &reply, "");
	return code ? code : rows_read(reply, &holder_noun, ret);
}

int cmd_gpu_holders(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	struct records holders = {};
	int code;

	code = session_open_address(&s, a->words[0]);
	if (!code)
		code = holders_get(s.bus, s.address, &holders);
	if (!code)
		code = output_list(&a->output, &holder_noun, &holders);
	records_clear(&holder_noun, &holders);
	return code;
}

static int plan_get(sd_bus *bus, const char *address, const struct args *a, struct records *ret)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const struct object object = OBJECT(address, ASK_SECONDS);
	int code;

	code = bus_call_object(bus, &object, "Plan", &reply, "sa{sv}", a->words[1],
			       2, "force", "b", !!(a->seen & OPTION_FORCE),
			       "detach", "b", !!(a->seen & OPTION_DETACH));
	return code ? code : rows_read(reply, &plan_noun, ret);
}

/* The first refusal is the one that the switch itself would tell. */
static int plan_code(const struct records *lines)
{
	for (size_t i = 0; i < lines->n; i++) {
		const struct plan_line *line = records_get(&plan_noun, lines, i);
		const char *verdict = line->verdict ? line->verdict : "";

		if (!strcmp(verdict, "busy"))
			return CODE_BUSY;
		if (!strcmp(verdict, "refused"))
			return CODE_FAILED;
	}
	return CODE_OK;
}

static int plan_print(const struct output *o, const struct records *lines)
{
	int code;

	code = output_list(o, &plan_noun, lines);
	if (!code)
		code = output_end(o);
	return code ? code : plan_code(lines);
}

int cmd_gpu_plan(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	struct records lines = {};
	int code;

	code = check_mode(a->words[1]);
	if (!code)
		code = session_open_address(&s, a->words[0]);
	if (!code)
		code = plan_get(s.bus, s.address, a, &lines);
	if (!code)
		code = plan_print(&a->output, &lines);
	records_clear(&plan_noun, &lines);
	return code;
}

/* Options as D-Bus wants them: as many are sent as were given. */
struct wishes {
	const char *names[3];
	int n;
};

static struct wishes wishes_of(unsigned int seen)
{
	struct wishes w = {};

	if (seen & OPTION_DETACH)
		w.names[w.n++] = "detach";
	if (seen & OPTION_FORCE)
		w.names[w.n++] = "force";
	if (seen & OPTION_WHEN_IDLE)
		w.names[w.n++] = "when-idle";
	return w;
}

#define WISHES(w) (w).n, (w).names[0], "b", 1, (w).names[1], "b", 1, (w).names[2], "b", 1

static int gpu_set_mode(const struct session *s, const struct args *a)
{
	_cleanup_free_ char *path = bus_object_path("gpu", s->address);
	const struct method method = { path, "org.nvmux1.GPU", "SetMode", BUS_SWITCH_SECONDS };
	const struct wishes wishes = wishes_of(a->seen);

	if (!path)
		return fail_memory();
	return progress_call(s->bus, &a->output, &method, s->address, 0, "sa{sv}", a->words[1],
			     WISHES(wishes));
}

int cmd_gpu_set_mode(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	int code;

	code = check_mode(a->words[1]);
	if (!code)
		code = session_open_address(&s, a->words[0]);
	if (!code)
		code = gpu_set_mode(&s, a);
	return session_gpu_changed(&s, a, code);
}

static int gpu_recover(const struct session *s, const struct args *a)
{
	_cleanup_free_ char *path = bus_object_path("gpu", s->address);
	const struct method method = { path, "org.nvmux1.GPU", "Recover", BUS_SWITCH_SECONDS };
	const struct wishes wishes = wishes_of(a->seen);

	if (!path)
		return fail_memory();
	return progress_call(s->bus, &a->output, &method, s->address, 0, "a{sv}", WISHES(wishes));
}

int cmd_gpu_recover(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	int code;

	code = session_open_address(&s, a->words[0]);
	if (!code)
		code = gpu_recover(&s, a);
	return session_gpu_changed(&s, a, code);
}
