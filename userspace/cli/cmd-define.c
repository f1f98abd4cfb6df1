// SPDX-License-Identifier: GPL-2.0-only
/* nvmux vgpu: define, undefine, start, stop, and the list of what is defined. */
#include <string.h>

#include "cli/define.h"
#include "cli/dict.h"
#include "cli/fail.h"
#include "cli/session.h"
#include "cli/verbs.h"

#define READ_SECONDS 25

static int compare(const void *a, const void *b)
{
	const struct definition *x = a, *y = b;
	int order = strcmp(x->gpu ? x->gpu : "", y->gpu ? y->gpu : "");

	return order ? order : strcmp(x->uuid ? x->uuid : "", y->uuid ? y->uuid : "");
}

int definitions_get(sd_bus *bus, struct records *ret)
{
	static const struct method method = {
		BUS_ROOT, BUS_MANAGER, "ListDefinitions", READ_SECONDS
	};
	_cleanup_message_ sd_bus_message *reply = NULL;
	int code, r;

	code = bus_call(bus, &method, &reply, "");
	if (code)
		return code;
	r = dicts_read(reply, &definition_noun, ret);
	if (r < 0)
		return bus_fail(r, NULL);
	records_sort(&definition_noun, ret, compare);
	return CODE_OK;
}

int cmd_vgpu_list_defined(const struct args *a)
{
	struct records definitions = {};
	_cleanup_bus_ sd_bus *bus = NULL;
	int code;

	code = bus_open(&bus);
	if (!code)
		code = definitions_get(bus, &definitions);
	if (!code)
		code = output_list(&a->output, &definition_noun, &definitions);
	records_clear(&definition_noun, &definitions);
	return code;
}

static int order_append(sd_bus_message *m, const struct define_order *o)
{
	int r;

	r = sd_bus_message_append(m, "sss", o->gpu, o->type, o->uuid);
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'a', "{sv}");
	if (r >= 0 && o->has_placement)
		r = sd_bus_message_append(m, "{sv}", "placement", "u", o->placement);
	if (r >= 0 && o->autostart)
		r = sd_bus_message_append(m, "{sv}", "autostart", "b", 1);
	if (r >= 0 && o->vm)
		r = sd_bus_message_append(m, "{sv}", "vm", "s", o->vm);
	return r < 0 ? r : sd_bus_message_close_container(m);
}

int define_try(sd_bus *bus, const struct define_order *o, char uuid[static UUID_TEXT_SIZE],
	       struct complaint *c)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_message_ sd_bus_message *m = NULL, *reply = NULL;
	const char *text = "";
	int r;

	r = sd_bus_message_new_method_call(bus, &m, BUS_NAME, BUS_ROOT, BUS_MANAGER, "DefineVgpu");
	if (r >= 0)
		r = order_append(m, o);
	if (r >= 0)
		r = sd_bus_call(bus, m, BUS_CHANGE_SECONDS * 1000000ULL, &error, &reply);
	if (r >= 0)
		r = sd_bus_message_read(reply, "s", &text);
	if (r < 0)
		return bus_explain(c, r, &error);
	snprintf(uuid, UUID_TEXT_SIZE, "%s", text);
	return CODE_OK;
}

static int define(struct session *s, const struct args *a, const char *gpu, const char *type)
{
	const struct define_order o = {
		.gpu = gpu,
		.type = type,
		.uuid = a->uuid ? a->uuid : "",
		.has_placement = a->seen & OPTION_PLACEMENT,
		.placement = a->placement,
		.autostart = a->seen & OPTION_AUTOSTART,
		.vm = a->vm,
	};
	char uuid[UUID_TEXT_SIZE];
	struct complaint c;

	if (define_try(s->bus, &o, uuid, &c))
		return fail_complaint(&c);
	fprintf(a->output.file, "%s\n", uuid);
	return CODE_OK;
}

int cmd_vgpu_define(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	const struct gpu *gpu = NULL;
	struct order order = {};
	int code;

	code = order_parse(a, "define", &order);
	if (code)
		return code;
	code = order.gpu ? session_open_gpu(&s, order.gpu, &gpu) : bus_open(&s.bus);
	return code ? code : define(&s, a, gpu ? gpu->address : "", order.type);
}

int define_try_verb(sd_bus *bus, const char *name, const char *uuid, struct complaint *c)
{
	const struct method method = { BUS_ROOT, BUS_MANAGER, name, BUS_CHANGE_SECONDS };

	return bus_try_call(bus, &method, NULL, c, "s", uuid);
}

static int run_verb(const struct args *a, const char *name)
{
	_cleanup_bus_ sd_bus *bus = NULL;
	struct complaint c;
	int code;

	code = check_uuid(a->words[0]);
	if (!code)
		code = bus_open(&bus);
	if (code)
		return code;
	return define_try_verb(bus, name, a->words[0], &c) ? fail_complaint(&c) : CODE_OK;
}

int cmd_vgpu_undefine(const struct args *a)
{
	return run_verb(a, "UndefineVgpu");
}

int cmd_vgpu_start(const struct args *a)
{
	return run_verb(a, "StartVgpu");
}

int cmd_vgpu_stop(const struct args *a)
{
	return run_verb(a, "StopVgpu");
}
