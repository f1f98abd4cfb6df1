// SPDX-License-Identifier: GPL-2.0-only
/* nvmux vgpu: list, show, create, delete, xml. */
#include <string.h>

#include "basic/uuid.h"
#include "cli/fail.h"
#include "cli/verbs.h"
#include "cli/world.h"

/* Creation and removal go through sysfs in a child of the daemon. */
#define CHANGE_SECONDS 120

int cmd_vgpu_list(const struct args *a)
{
	_cleanup_world_ struct world w = {};
	_cleanup_bus_ sd_bus *bus = NULL;
	int code;

	code = bus_open(&bus);
	if (!code)
		code = world_get(bus, &w);
	if (code)
		return code;
	return output_list(&a->output, &vgpu_noun, &w.vgpus);
}

static int vgpu_show(sd_bus *bus, const struct output *o, const char *uuid)
{
	_cleanup_world_ struct world w = {};
	const struct vgpu *vgpu;
	int code;

	code = world_get(bus, &w);
	if (!code)
		code = world_find_vgpu(&w, uuid, &vgpu);
	if (code)
		return code;
	return output_show(o, &vgpu_noun, vgpu);
}

int cmd_vgpu_show(const struct args *a)
{
	_cleanup_bus_ sd_bus *bus = NULL;
	int code;

	code = check_uuid(a->words[0]);
	if (!code)
		code = bus_open(&bus);
	return code ? code : vgpu_show(bus, &a->output, a->words[0]);
}

static int create_call(sd_bus *bus, const struct args *a, const char *gpu, const char *type,
		       sd_bus_message **reply)
{
	static const struct method method = {
		BUS_ROOT, BUS_MANAGER, "CreateVgpu", CHANGE_SECONDS
	};
	const char *uuid = a->uuid ? a->uuid : "";

	if (a->seen & OPTION_PLACEMENT)
		return bus_call(bus, &method, reply, "sssa{sv}", gpu, type, uuid, 1,
				"placement", "u", a->placement);
	return bus_call(bus, &method, reply, "sssa{sv}", gpu, type, uuid, 0);
}

static int vgpu_create(sd_bus *bus, const struct args *a, const char *gpu, const char *type)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const char *uuid;
	int code, r;

	code = create_call(bus, a, gpu, type, &reply);
	if (code)
		return code;
	r = sd_bus_message_read(reply, "s", &uuid);
	if (r < 0)
		return bus_fail(r, NULL);
	if (a->output.json)
		return vgpu_show(bus, &a->output, uuid);
	fprintf(a->output.file, "%s\n", uuid);
	return CODE_OK;
}

static int vgpu_create_on(sd_bus *bus, const struct args *a)
{
	_cleanup_world_ struct world w = {};
	const struct gpu *gpu;
	int code;

	code = world_get(bus, &w);
	if (!code)
		code = world_find_gpu(&w, a->words[0], &gpu);
	return code ? code : vgpu_create(bus, a, gpu->address, a->words[1]);
}

int cmd_vgpu_create(const struct args *a)
{
	bool named = a->n_words == 2;
	_cleanup_bus_ sd_bus *bus = NULL;
	int code = CODE_OK;

	if (named)
		code = check_gpu(a->words[0]);
	if (!code)
		code = bus_open(&bus);
	if (code)
		return code;
	return named ? vgpu_create_on(bus, a) : vgpu_create(bus, a, "", a->words[0]);
}

static int vgpu_delete(sd_bus *bus, const char *uuid)
{
	_cleanup_free_ char *path = bus_path("vgpu", uuid);
	struct method method = { path, "org.nvmux1.VGPU", "Delete", CHANGE_SECONDS };

	if (!path)
		return fail_memory();
	return bus_call(bus, &method, NULL, "a{sv}", 0);
}

/* Looks first, because D-Bus's own "unknown object" is no sentence for people. */
int cmd_vgpu_delete(const struct args *a)
{
	_cleanup_world_ struct world w = {};
	_cleanup_bus_ sd_bus *bus = NULL;
	const struct vgpu *vgpu;
	int code;

	code = check_uuid(a->words[0]);
	if (!code)
		code = bus_open(&bus);
	if (!code)
		code = world_get(bus, &w);
	if (!code)
		code = world_find_vgpu(&w, a->words[0], &vgpu);
	return code ? code : vgpu_delete(bus, vgpu->uuid);
}

static int vgpu_print_xml(const struct output *o, const char *uuid)
{
	_cleanup_free_ char *xml = NULL;

	if (asprintf(&xml,
		     "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>\n"
		     "  <source>\n"
		     "    <address uuid='%s'/>\n"
		     "  </source>\n"
		     "</hostdev>\n", uuid) < 0) {
		xml = NULL;
		return fail_memory();
	}
	return output_text(o, "xml", xml);
}

int cmd_vgpu_xml(const struct args *a)
{
	_cleanup_world_ struct world w = {};
	_cleanup_bus_ sd_bus *bus = NULL;
	const struct vgpu *vgpu;
	int code;

	code = check_uuid(a->words[0]);
	if (!code)
		code = bus_open(&bus);
	if (!code)
		code = world_get(bus, &w);
	if (!code)
		code = world_find_vgpu(&w, a->words[0], &vgpu);
	return code ? code : vgpu_print_xml(&a->output, vgpu->uuid);
}
