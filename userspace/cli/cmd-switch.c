// SPDX-License-Identifier: GPL-2.0-only
/* nvmux gpu: holders, plan. What an administrator asks before a switch; nothing is changed. */
#include <string.h>

#include "cli/dict.h"
#include "cli/fail.h"
#include "cli/session.h"
#include "cli/verbs.h"

#define ASK_SECONDS 25
#define OBJECT(address) { "gpu", "org.nvmux1.GPU", address, ASK_SECONDS }

static int rows_read(sd_bus_message *reply, const struct noun *noun, struct records *ret)
{
	int r = dicts_read(reply, noun, ret);

	return r < 0 ? bus_fail(r, NULL) : CODE_OK;
}

static int holders_get(sd_bus *bus, const char *address, struct records *ret)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const struct object object = OBJECT(address);
	int code;

	code = bus_call_object(bus, &object, "Holders", &reply, "");
	return code ? code : rows_read(reply, &holder_noun, ret);
}

int cmd_gpu_holders(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	struct records holders = {};
	const struct gpu *gpu;
	int code;

	code = session_open_gpu(&s, a->words[0], &gpu);
	if (!code)
		code = holders_get(s.bus, gpu->address, &holders);
	if (!code)
		code = output_list(&a->output, &holder_noun, &holders);
	records_clear(&holder_noun, &holders);
	return code;
}

static int plan_get(sd_bus *bus, const char *address, const struct args *a, struct records *ret)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const struct object object = OBJECT(address);
	int code;

	code = bus_call_object(bus, &object, "Plan", &reply, "sa{sv}", a->words[1], 1, "detach",
			       "b", !!(a->seen & OPTION_DETACH));
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
	const struct gpu *gpu;
	int code;

	code = check_mode(a->words[1]);
	if (!code)
		code = session_open_gpu(&s, a->words[0], &gpu);
	if (!code)
		code = plan_get(s.bus, gpu->address, a, &lines);
	if (!code)
		code = plan_print(&a->output, &lines);
	records_clear(&plan_noun, &lines);
	return code;
}
