// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.nvmux1.VGPU: one object per vGPU, whoever made it.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "action.h"
#include "bus.h"
#include "vm.h"

#define INTERFACE "org.nvmux1.VGPU"

static int get_state(sd_bus *bus, const char *path, const char *interface, const char *property,
		     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct vgpu *vgpu = userdata;

	(void)bus;
	(void)path;
	(void)interface;
	(void)property;
	(void)error;
	return sd_bus_message_append(reply, "s", nvmux_vgpu_state_str(vgpu->observed.state));
}

static int get_vm(sd_bus *bus, const char *path, const char *interface, const char *property,
		  sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct vgpu *vgpu = userdata;
	char name[256];

	(void)bus;
	(void)path;
	(void)interface;
	(void)property;
	(void)error;
	vm_of_vgpu(vgpu->manager, vgpu, name, sizeof(name));
	return sd_bus_message_append(reply, "s", name);
}

static int delete(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	int err = access_check(call, error);

	if (err < 0)
		return err;
	err = action_delete_vgpu(userdata, bus_answer_empty, sd_bus_message_ref(call));
	if (err < 0) {
		sd_bus_message_unref(call);
		return err;
	}
	return 1;
}

#define CHANGES SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define FIXED SD_BUS_VTABLE_PROPERTY_CONST
#define CHARS(name, member, flags) \
	SD_BUS_PROPERTY(name, "s", bus_get_chars, offsetof(struct vgpu, member), flags)
#define U32(name, member) SD_BUS_PROPERTY(name, "u", NULL, offsetof(struct vgpu, member), CHANGES)
#define U64(name, member) SD_BUS_PROPERTY(name, "t", NULL, offsetof(struct vgpu, member), CHANGES)

const sd_bus_vtable bus_vgpu_vtable[] = {
	SD_BUS_VTABLE_START(0),
	CHARS("Uuid", observed.uuid, FIXED),
	CHARS("Gpu", observed.gpu, FIXED),
	CHARS("Type", observed.type, FIXED),
	SD_BUS_PROPERTY("State", "s", get_state, 0, CHANGES),
	U32("Placement", observed.placement),
	U64("Offset", observed.offset),
	U64("Size", observed.size),
	U64("Bar1Size", observed.bar1_size),
	U32("Pid", observed.pid),
	CHARS("Command", observed.comm, CHANGES),
	SD_BUS_PROPERTY("Vm", "s", get_vm, 0, CHANGES),
	SD_BUS_METHOD_WITH_ARGS("Delete", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT, delete,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

static void tell(const struct vgpu *vgpu, const char *event)
{
	char text[NVMUX_TEXT_SIZE];

	(void)snprintf(text, sizeof(text), "%s on gpu %s, %s", vgpu->observed.type,
		       vgpu->observed.gpu, nvmux_vgpu_state_str(vgpu->observed.state));
	bus_event(vgpu->manager, event, vgpu->observed.uuid, text);
}

void bus_vgpu_added(struct vgpu *vgpu)
{
	char path[BUS_PATH_SIZE];

	if (!vgpu->manager->bus)
		return;
	bus_path(path, BUS_PATH_VGPU, vgpu->observed.uuid);
	(void)sd_bus_emit_object_added(vgpu->manager->bus, path);
	tell(vgpu, "vgpu-added");
}

void bus_vgpu_changed(struct vgpu *vgpu)
{
	char path[BUS_PATH_SIZE];

	if (!vgpu->manager->bus)
		return;
	bus_path(path, BUS_PATH_VGPU, vgpu->observed.uuid);
	(void)sd_bus_emit_properties_changed_strv(vgpu->manager->bus, path, INTERFACE, NULL);
	tell(vgpu, "vgpu-changed");
}

void bus_vgpu_removed(struct vgpu *vgpu)
{
	char path[BUS_PATH_SIZE];

	if (!vgpu->manager->bus)
		return;
	bus_path(path, BUS_PATH_VGPU, vgpu->observed.uuid);
	(void)sd_bus_emit_object_removed(vgpu->manager->bus, path);
	tell(vgpu, "vgpu-removed");
}
