// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.nvmux1.VGPU: one object per vGPU, whoever made it.
 */
#include <stddef.h>
#include <stdio.h>

#include "access.h"
#include "action.h"
#include "bus.h"
#include "resets.h"
#include "vm.h"

/* A list of all objects asks each vGPU; the kernel is asked once for it. */
#define RESETS_AGE 1000000U

static BUS_GETTER(get_state)
{
	const struct vgpu *vgpu = userdata;

	return sd_bus_message_append(reply, "s", nvmux_vgpu_state_str(vgpu->observed.state));
}

static BUS_GETTER(get_vm)
{
	const struct vgpu *vgpu = userdata;
	char name[256];

	vm_of_vgpu(vgpu->manager, vgpu, name, sizeof(name));
	return sd_bus_message_append(reply, "s", name);
}

static BUS_GETTER(get_resets)
{
	const struct vgpu *vgpu = userdata;

	resets_refresh(vgpu->manager, RESETS_AGE);
	return sd_bus_message_append(reply, "t", vgpu->observed.resets);
}

static int delete(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	int err = access_check(call, error);

	if (err < 0)
		return err;
	return bus_submitted(call, action_delete_vgpu(userdata, bus_answer_empty,
						      sd_bus_message_ref(call)));
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
	CHARS("Owner", owner, FIXED),
	SD_BUS_PROPERTY("State", "s", get_state, 0, CHANGES),
	U32("Placement", observed.placement),
	CHARS("GiProfile", observed.gi_profile, CHANGES),
	U64("Offset", observed.offset),
	U64("Size", observed.size),
	U64("Bar1Size", observed.bar1_size),
	SD_BUS_PROPERTY("Resets", "t", get_resets, 0, 0),
	U32("Pid", observed.pid),
	CHARS("Command", observed.comm, CHANGES),
	CHARS("Function", function, FIXED),
	SD_BUS_PROPERTY("Vm", "s", get_vm, 0, CHANGES),
	SD_BUS_METHOD_WITH_ARGS("Delete", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT, delete,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

static void tell(const struct vgpu *vgpu, enum bus_news news)
{
	static const struct bus_kind kind = { "vgpu", BUS_PATH_VGPU, "org.nvmux1.VGPU" };
	char text[NVMUX_TEXT_SIZE];

	(void)snprintf(text, sizeof(text), "%s on gpu %s, %s", vgpu->observed.type,
		       vgpu->observed.gpu, nvmux_vgpu_state_str(vgpu->observed.state));
	bus_tell(vgpu->manager, &kind, news, vgpu->observed.uuid, text);
}

void bus_vgpu_added(struct vgpu *vgpu)
{
	tell(vgpu, BUS_ADDED);
}

void bus_vgpu_changed(struct vgpu *vgpu)
{
	tell(vgpu, BUS_CHANGED);
}

void bus_vgpu_removed(struct vgpu *vgpu)
{
	tell(vgpu, BUS_REMOVED);
}
