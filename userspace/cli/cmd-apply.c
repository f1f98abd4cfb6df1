// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux plan, apply, assert: a file that says what the host shall be, beside
 * what it is. Nothing is done when something is known to be refused; what
 * is refused on the way ends it, and the rest is told as left.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/define.h"
#include "cli/diff.h"
#include "cli/fail.h"
#include "cli/session.h"
#include "cli/verbs.h"

/* A switch may wait for a reset and a scrub; the daemon's own deadline ends sooner. */
#define CHANGE_SECONDS 300

/* A file, the host, and the difference. */
struct matter {
	struct session session;
	struct spec spec;
	struct records types;
	struct records definitions;
	char *policy;
	struct records changes;
};

static void matter_clear(struct matter *m)
{
	session_close(&m->session);
	spec_clear(&m->spec);
	records_clear(&type_noun, &m->types);
	records_clear(&definition_noun, &m->definitions);
	records_clear(&change_noun, &m->changes);
	free(m->policy);
}

static int get_policy(struct matter *m)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_get_property_string(m->session.bus, BUS_NAME, BUS_ROOT, BUS_MANAGER, "Policy",
				       &error, &m->policy);
	return r < 0 ? bus_fail(r, &error) : CODE_OK;
}

static int get_host(struct matter *m)
{
	struct complaint c;
	int code;

	code = session_open(&m->session);
	if (!code)
		code = get_policy(m);
	if (!code)
		code = definitions_get(m->session.bus, &m->definitions);
	if (code)
		return code;
	return world_try_types(m->session.bus, "", &m->types, &c) ? fail_complaint(&c) : CODE_OK;
}

static int matter_begin(struct matter *m, const struct args *a)
{
	const struct spec_config *config;
	struct diff_host host = {
		.world = &m->session.world,
		.types = &m->types,
		.definitions = &m->definitions,
	};
	struct complaint c;
	int code;

	if (!a->file)
		return fail_usage("a file is needed, -f FILE");
	if (spec_read(a->file, &m->spec, &c) || spec_find(&m->spec, a->config, &config, &c))
		return fail_complaint(&c);
	code = get_host(m);
	if (code)
		return code;
	host.policy = m->policy;
	return diff_build(&host, &m->spec, config, &m->changes) ? fail_memory() : CODE_OK;
}

static int matter_print(const struct matter *m, const struct args *a)
{
	int code = CODE_OK;

	if (m->changes.n || a->output.json)
		code = output_list(&a->output, &change_noun, &m->changes);
	return code ? code : output_end(&a->output);
}

int cmd_plan(const struct args *a)
{
	_cleanup_(matter_clear) struct matter m = {};
	int code;

	code = matter_begin(&m, a);
	if (!code)
		code = matter_print(&m, a);
	return code ? code : diff_code(&m.changes);
}

int cmd_assert(const struct args *a)
{
	_cleanup_(matter_clear) struct matter m = {};
	int code;

	code = matter_begin(&m, a);
	if (!code)
		code = matter_print(&m, a);
	return code ? code : m.changes.n ? CODE_FAILED : CODE_OK;
}

/* The changes. */

static int try_object(sd_bus *bus, const struct object *object, const char *name,
		      struct complaint *c, const char *types, ...)
{
	_cleanup_free_ char *path = bus_object_path(object->kind, object->id);
	const struct method method = { path, object->interface, name, object->seconds };
	va_list ap;
	int code;

	if (!path)
		return complain(c, CODE_FAILED, "out of memory");
	va_start(ap, types);
	code = bus_try_callv(bus, &method, NULL, c, types, ap);
	va_end(ap);
	return code;
}

static int set_policy(sd_bus *bus, const struct change *change, struct complaint *c)
{
	static const struct method method = {
		BUS_ROOT, BUS_MANAGER, "SetPolicy", CHANGE_SECONDS
	};

	return bus_try_call(bus, &method, NULL, c, "s", change->value);
}

/* It may be one that is defined: then that goes as well. */
static int delete_vgpu(sd_bus *bus, const struct change *change, struct complaint *c)
{
	const struct object vgpu = { "vgpu", "org.nvmux1.VGPU", change->value, CHANGE_SECONDS };
	int code = try_object(bus, &vgpu, "Delete", c, "a{sv}", 0);

	if (code)
		return code;
	code = define_try_verb(bus, "UndefineVgpu", change->value, c);
	return code == CODE_NOT_FOUND ? CODE_OK : code;
}

static int set_partition(sd_bus *bus, const struct change *change, struct complaint *c)
{
	const struct object gpu = { "gpu", "org.nvmux1.GPU", change->gpu, CHANGE_SECONDS };

	return try_object(bus, &gpu, "SetPartition", c, "s", change->value);
}

static int set_mode(sd_bus *bus, const struct change *change, struct complaint *c)
{
	const struct object gpu = { "gpu", "org.nvmux1.GPU", change->gpu, CHANGE_SECONDS };

	return try_object(bus, &gpu, "SetMode", c, "sa{sv}", change->value, 3,
			  "detach", "b", (int)change->entry->detach,
			  "force", "b", (int)change->entry->force,
			  "when-idle", "b", (int)change->entry->when_idle);
}

static int delete_instance(sd_bus *bus, const struct change *change, struct complaint *c)
{
	const struct object gpu = { "gpu", "org.nvmux1.GPU", change->gpu, CHANGE_SECONDS };

	return try_object(bus, &gpu, "DeleteInstance", c, "u",
			  (uint32_t)strtoul(change->value, NULL, 10));
}

/* Where there is room for it. */
static int create_instance(sd_bus *bus, const struct change *change, struct complaint *c)
{
	const struct object gpu = { "gpu", "org.nvmux1.GPU", change->gpu, CHANGE_SECONDS };

	return try_object(bus, &gpu, "CreateInstance", c, "si", change->value, -1);
}

/* What cannot be made is not left defined. */
static int create_vgpu(sd_bus *bus, const struct change *change, struct complaint *c)
{
	const struct define_order order = {
		.gpu = change->gpu, .type = change->value, .uuid = "", .autostart = true,
	};
	char uuid[UUID_TEXT_SIZE];
	struct complaint ignored;
	int code = define_try(bus, &order, uuid, c);

	if (code)
		return code;
	code = define_try_verb(bus, "StartVgpu", uuid, c);
	if (code)
		(void)define_try_verb(bus, "UndefineVgpu", uuid, &ignored);
	return code;
}

/* It has come by itself when its GPU has come into vgpu mode: then that is what was wanted. */
static int start_vgpu(sd_bus *bus, const struct change *change, struct complaint *c)
{
	_cleanup_world_ struct world now = {};
	int code = define_try_verb(bus, "StartVgpu", change->value, c);

	if (!code || world_get(bus, &now))
		return code;
	for (size_t i = 0; i < now.vgpus.n; i++) {
		const struct vgpu *v = records_get(&vgpu_noun, &now.vgpus, i);

		if (v->uuid && !strcmp(v->uuid, change->value))
			return CODE_OK;
	}
	return code;
}

static int change_do(sd_bus *bus, const struct change *change, struct complaint *c)
{
	switch (change->kind) {
	case CHANGE_POLICY:
		return set_policy(bus, change, c);
	case CHANGE_DELETE:
		return delete_vgpu(bus, change, c);
	case CHANGE_PARTITION:
		return set_partition(bus, change, c);
	case CHANGE_MODE:
		return set_mode(bus, change, c);
	case CHANGE_CREATE:
		return create_vgpu(bus, change, c);
	case CHANGE_START:
		return start_vgpu(bus, change, c);
	case CHANGE_DELETE_INSTANCE:
		return delete_instance(bus, change, c);
	case CHANGE_CREATE_INSTANCE:
		return create_instance(bus, change, c);
	case CHANGE_UNDEFINE:
		return define_try_verb(bus, "UndefineVgpu", change->value, c);
	default:
		return complain(c, CODE_POLICY, "%s", change->text);
	}
}

static void set_verdict(struct change *change, const char *verdict)
{
	char *copy = strdup(verdict);

	if (!copy)
		return;
	free(change->verdict);
	change->verdict = copy;
}

/* What waits for its holder is not a refusal; the rest of that GPU waits with it. */
static const char *verdict_of(int code)
{
	return !code ? "done" : code == CODE_PENDING ? "pending" : "failed";
}

static int apply_all(struct matter *m, struct complaint *c)
{
	const char *waiting = "";
	int pending = CODE_OK, code = CODE_OK;

	for (size_t i = 0; i < m->changes.n; i++) {
		struct change *change = records_get(&change_noun, &m->changes, i);

		if ((code && code != CODE_PENDING) || (*waiting && !strcmp(waiting, change->gpu))) {
			set_verdict(change, "left");
			continue;
		}
		code = change_do(m->session.bus, change, c);
		set_verdict(change, verdict_of(code));
		if (code == CODE_PENDING) {
			waiting = change->gpu;
			pending = code;
		}
	}
	return code && code != CODE_PENDING ? code : pending;
}

int cmd_apply(const struct args *a)
{
	_cleanup_(matter_clear) struct matter m = {};
	struct complaint c = {};
	int code, refused;

	code = matter_begin(&m, a);
	if (code)
		return code;
	refused = diff_code(&m.changes);
	if (!refused)
		refused = apply_all(&m, &c);
	else
		complain(&c, refused, "nothing was done, see what is busy or refused");
	code = matter_print(&m, a);
	if (!code && refused)
		fail_complaint(&c);
	return code ? code : refused;
}
