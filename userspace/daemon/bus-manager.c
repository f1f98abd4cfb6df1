// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.nvmux1.Manager: making vGPUs, listing types and VMs.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/uuid.h"
#include "access.h"
#include "action.h"
#include "bus.h"
#include "vm.h"

static int get_version(sd_bus *bus, const char *path, const char *interface, const char *property,
		       sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	(void)bus;
	(void)path;
	(void)interface;
	(void)property;
	(void)userdata;
	(void)error;
	return sd_bus_message_append(reply, "s", NVMUX_VERSION);
}

static int get_module_loaded(sd_bus *bus, const char *path, const char *interface,
			     const char *property, sd_bus_message *reply, void *userdata,
			     sd_bus_error *error)
{
	const struct manager *m = userdata;

	(void)bus;
	(void)path;
	(void)interface;
	(void)property;
	(void)error;
	return sd_bus_message_append(reply, "b", m->kernel != NULL);
}

static int need_module(const struct manager *m, sd_bus_error *error)
{
	return m->kernel ? 0 : bus_error(error, -ENOTCONN, "module nvmux is not loaded");
}

static int read_uuid(const char *text, struct vgpu_order *order, sd_bus_error *error)
{
	if (!text[0])
		return uuid_random(order->uuid);
	if (uuid_normalise(text, order->uuid) == 0)
		return 0;
	return sd_bus_error_setf(error, bus_error_name(-EINVAL), "uuid \"%s\" is malformed", text);
}

static int read_option(sd_bus_message *call, const char *key, struct vgpu_order *order,
		       sd_bus_error *error)
{
	if (strcmp(key, "placement") == 0) {
		order->has_placement = true;
		return sd_bus_message_read(call, "v", "u", &order->placement);
	}
	if (strcmp(key, "numa_node") == 0)
		return sd_bus_message_read(call, "v", "i", &order->numa_node);
	return sd_bus_error_setf(error, bus_error_name(-EINVAL), "option \"%s\" is not known",
				 key);
}

static int read_options(sd_bus_message *call, struct vgpu_order *order, sd_bus_error *error)
{
	int err = sd_bus_message_enter_container(call, 'a', "{sv}");
	const char *key;

	while (err >= 0 && (err = sd_bus_message_enter_container(call, 'e', "sv")) > 0) {
		err = sd_bus_message_read(call, "s", &key);
		if (err >= 0)
			err = read_option(call, key, order, error);
		if (err < 0)
			return err;
		err = sd_bus_message_exit_container(call);
	}
	return err < 0 ? err : 0;
}

static int read_order(sd_bus_message *call, struct vgpu_order *order, sd_bus_error *error)
{
	const char *gpu, *type, *uuid;
	int err = sd_bus_message_read(call, "sss", &gpu, &type, &uuid);

	if (err < 0)
		return err;
	if (strlen(gpu) >= sizeof(order->gpu))
		return bus_error(error, -EINVAL, "the name of the gpu is too long");
	if (strlen(type) >= sizeof(order->type))
		return bus_error(error, -EINVAL, "the name of the type is too long");
	*order = (struct vgpu_order){ .numa_node = ASSIGN_ANY_NODE };
	strcpy(order->gpu, gpu);
	strcpy(order->type, type);
	err = read_uuid(uuid, order, error);
	return err < 0 ? err : read_options(call, order, error);
}

/* A created vGPU's UUID is the text of its success. */
static void answer_created(void *userdata, int err, const char *text)
{
	sd_bus_message *call = userdata;

	if (err)
		bus_answer_error(call, err, text);
	else
		(void)sd_bus_reply_method_return(call, "s", text);
	sd_bus_message_unref(call);
}

static int create_vgpu(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct vgpu_order order;
	int err = access_check(call, error);

	if (err >= 0)
		err = need_module(userdata, error);
	if (err >= 0)
		err = read_order(call, &order, error);
	if (err < 0)
		return err;
	err = action_create_vgpu(userdata, &order, answer_created, sd_bus_message_ref(call));
	if (err < 0) {
		sd_bus_message_unref(call);
		return err;
	}
	return 1;
}

static int append_type(sd_bus_message *reply, const struct nvmux_type *t)
{
	return sd_bus_message_append(reply, "a{sv}", 17,
				     "gpu", "s", t->gpu,
				     "name", "s", t->name,
				     "mdev_type", "s", t->mdev_type,
				     "label", "s", t->label,
				     "series", "s", t->series,
				     "fb_size", "t", t->fb_size,
				     "bar1_size", "t", t->bar1_size,
				     "max_instances", "u", t->max_instances,
				     "available", "u", t->available,
				     "reason", "s", t->reason,
				     "heads", "u", t->heads,
				     "max_x", "u", t->max_x,
				     "max_y", "u", t->max_y,
				     "frl", "u", t->frl,
				     "max_per_vm", "u", t->max_per_vm,
				     "device_id", "u", t->device_id,
				     "subsystem_id", "u", t->subsystem_id);
}

static int reply_types(sd_bus_message *call, const struct nvmux_type *types, size_t n)
{
	sd_bus_message *reply = NULL;
	int err = sd_bus_message_new_method_return(call, &reply);

	if (err >= 0)
		err = sd_bus_message_open_container(reply, 'a', "a{sv}");
	for (size_t i = 0; i < n && err >= 0; i++)
		err = append_type(reply, &types[i]);
	if (err >= 0)
		err = sd_bus_message_close_container(reply);
	if (err >= 0)
		err = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	return err;
}

static int check_gpu(const struct manager *m, const char *gpu, sd_bus_error *error)
{
	if (!gpu[0] || gpu_find(&m->gpus, gpu))
		return 0;
	return sd_bus_error_setf(error, bus_error_name(-ENODEV), "gpu %s does not exist", gpu);
}

static int list_types(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	_cleanup_free_ struct nvmux_type *types = NULL;
	struct manager *m = userdata;
	const char *gpu;
	size_t n = 0;
	int err = access_check(call, error);

	if (err >= 0)
		err = need_module(m, error);
	if (err >= 0)
		err = sd_bus_message_read(call, "s", &gpu);
	if (err >= 0)
		err = check_gpu(m, gpu, error);
	if (err < 0)
		return err;
	err = nvmux_type_list(m->kernel, gpu[0] ? gpu : NULL, &types, &n);
	if (err) {
		const char *text = nvmux_error_text(m->kernel);

		return bus_error(error, err, text[0] ? text : strerror(-err));
	}
	return reply_types(call, types, n);
}

static int append_strings(sd_bus_message *reply, const char *key, const struct strset *set)
{
	int err = sd_bus_message_open_container(reply, 'e', "sv");

	if (err >= 0)
		err = sd_bus_message_append(reply, "s", key);
	if (err >= 0)
		err = sd_bus_message_open_container(reply, 'v', "as");
	if (err >= 0)
		err = sd_bus_message_append_strv(reply, set->items);
	if (err >= 0)
		err = sd_bus_message_close_container(reply);
	return err < 0 ? err : sd_bus_message_close_container(reply);
}

static int append_vm(sd_bus_message *reply, const struct vm *vm)
{
	char violation[NVMUX_TEXT_SIZE];
	int err = sd_bus_message_open_container(reply, 'a', "{sv}");

	vm_violation(vm, violation, sizeof(violation));
	if (err >= 0)
		err = sd_bus_message_append(reply, "{sv}{sv}{sv}{sv}",
					    "name", "s", vm->name,
					    "uuid", "s", vm->uuid,
					    "pid", "u", (uint32_t)vm->pid,
					    "violation", "s", violation);
	if (err >= 0)
		err = append_strings(reply, "gpus", &vm->gpus);
	if (err >= 0)
		err = append_strings(reply, "vgpus", &vm->vgpus);
	return err < 0 ? err : sd_bus_message_close_container(reply);
}

static int reply_vms(sd_bus_message *call, const struct vm_list *list)
{
	sd_bus_message *reply = NULL;
	struct vm *vm;
	int err = sd_bus_message_new_method_return(call, &reply);

	if (err >= 0)
		err = sd_bus_message_open_container(reply, 'a', "a{sv}");
	LIST_FOREACH(vm, list, link)
		if (err >= 0)
			err = append_vm(reply, vm);
	if (err >= 0)
		err = sd_bus_message_close_container(reply);
	if (err >= 0)
		err = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	return err;
}

static int list_vms(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct vm_list list;
	int err = access_check(call, error);

	if (err < 0)
		return err;
	err = vm_list_build(userdata, &list);
	if (err)
		return err;
	err = reply_vms(call, &list);
	vm_list_clear(&list);
	return err;
}

const sd_bus_vtable bus_manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("ModuleLoaded", "b", get_module_loaded, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_METHOD_WITH_ARGS("CreateVgpu",
				SD_BUS_ARGS("s", gpu, "s", type, "s", uuid, "a{sv}", options),
				SD_BUS_RESULT("s", uuid), create_vgpu, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListTypes", SD_BUS_ARGS("s", gpu),
				SD_BUS_RESULT("aa{sv}", types), list_types,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListVms", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", vms), list_vms,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL_WITH_ARGS("Event", SD_BUS_ARGS("s", event, "s", id, "s", text), 0),
	SD_BUS_VTABLE_END
};
