// SPDX-License-Identifier: GPL-2.0-only
/*
 * One change of apply as a call to nvmuxd. What went wrong is told, not printed: the rest of the
 * file still has to be accounted for.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/change.h"
#include "cli/define.h"
#include "cli/progress.h"

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
		BUS_ROOT, BUS_MANAGER, "SetPolicy", BUS_SWITCH_SECONDS
	};

	return bus_try_call(bus, &method, NULL, c, "s", change->value);
}

/* It may be one that is defined: then that goes as well. */
static int delete_vgpu(sd_bus *bus, const struct change *change, struct complaint *c)
{
	const struct object vgpu = { "vgpu", "org.nvmux1.VGPU", change->value, BUS_SWITCH_SECONDS };
	int code = try_object(bus, &vgpu, "Delete", c, "a{sv}", 0);

	if (code)
		return code;
	code = define_try_verb(bus, "UndefineVgpu", change->value, c);
	return code == CODE_NOT_FOUND ? CODE_OK : code;
}

static int set_partition(sd_bus *bus, const struct change *change, struct complaint *c)
{
	const struct object gpu = { "gpu", "org.nvmux1.GPU", change->gpu, BUS_SWITCH_SECONDS };

	return try_object(bus, &gpu, "SetPartition", c, "s", change->value);
}

static int set_mode(sd_bus *bus, const struct change *change, bool shown, struct complaint *c)
{
	_cleanup_free_ char *path = bus_object_path("gpu", change->gpu);
	const struct method method = { path, "org.nvmux1.GPU", "SetMode", BUS_SWITCH_SECONDS };

	if (!path)
		return complain(c, CODE_FAILED, "out of memory");
	return progress_try(bus, &method, change->gpu, shown, c, "sa{sv}", change->value, 3,
			    "detach", "b", (int)change->entry->detach,
			    "force", "b", (int)change->entry->force,
			    "when-idle", "b", (int)change->entry->when_idle);
}

static int delete_instance(sd_bus *bus, const struct change *change, struct complaint *c)
{
	const struct object gpu = { "gpu", "org.nvmux1.GPU", change->gpu, BUS_SWITCH_SECONDS };

	return try_object(bus, &gpu, "DeleteInstance", c, "u",
			  (uint32_t)strtoul(change->value, NULL, 10));
}

/* Where there is room for it. */
static int create_instance(sd_bus *bus, const struct change *change, struct complaint *c)
{
	const struct object gpu = { "gpu", "org.nvmux1.GPU", change->gpu, BUS_SWITCH_SECONDS };

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

int change_do(sd_bus *bus, const struct change *change, bool shown, struct complaint *c)
{
	switch (change->kind) {
	case CHANGE_POLICY:
		return set_policy(bus, change, c);
	case CHANGE_DELETE:
		return delete_vgpu(bus, change, c);
	case CHANGE_PARTITION:
		return set_partition(bus, change, c);
	case CHANGE_MODE:
		return set_mode(bus, change, shown, c);
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
