// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.nvmux1.Manager: making vGPUs, listing VMs, metrics; types are in bus-type.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/uuid.h"
#include "access.h"
#include "action.h"
#include "bus.h"
#include "metrics.h"
#include "vm.h"

static BUS_GETTER(get_version)
{
	(void)userdata;
	return sd_bus_message_append(reply, "s", NVMUX_VERSION);
}

static BUS_GETTER(get_module_loaded)
{
	const struct manager *m = userdata;

	return sd_bus_message_append(reply, "b", m->kernel != NULL);
}

static BUS_GETTER(get_policy)
{
	const struct manager *m = userdata;

	return sd_bus_message_append(reply, "s", assign_policy_str(m->config.policy));
}

static int set_policy(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct manager *m = userdata;
	int err = access_check(call, error), policy;
	const char *name;

	if (err >= 0)
		err = sd_bus_message_read(call, "s", &name);
	if (err < 0)
		return err;
	policy = assign_policy_from_str(name);
	if (policy < 0)
		return sd_bus_error_setf(error, bus_error_name(-EINVAL),
					 "policy \"%s\" is not one of performance, consolidation",
					 name);
	err = config_keep_policy((uint32_t)policy);
	if (err)
		return sd_bus_error_setf(error, bus_error_name(err),
					 "the policy cannot be kept: %s", strerror(-err));
	m->config.policy = (uint32_t)policy;
	(void)sd_bus_emit_properties_changed(m->bus, BUS_PATH, "org.nvmux1.Manager", "Policy", NULL);
	return sd_bus_reply_method_return(call, NULL);
}

static int read_uuid(const char *text, struct vgpu_order *order, sd_bus_error *error)
{
	order->any_uuid = !text[0];
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
	memcpy(order->gpu, gpu, strlen(gpu) + 1);
	memcpy(order->type, type, strlen(type) + 1);
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
		err = bus_need_module(userdata, error);
	if (err >= 0)
		err = read_order(call, &order, error);
	if (err < 0)
		return err;
	return bus_submitted(call, action_create_vgpu(userdata, &order, answer_created,
						      sd_bus_message_ref(call)));
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

static int append_vms(sd_bus_message *reply, const void *userdata)
{
	const struct vm_list *list = userdata;
	struct vm *vm;
	int err = 0;

	LIST_FOREACH(vm, list, link)
		if (err >= 0)
			err = append_vm(reply, vm);
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
	err = bus_reply_dicts(call, append_vms, &list);
	vm_list_clear(&list);
	return err;
}

static int get_metrics(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	_cleanup_free_ char *text = NULL;
	int err = access_check(call, error);
	size_t len;

	if (err < 0)
		return err;
	text = metrics_format(userdata, &len);
	return text ? sd_bus_reply_method_return(call, "s", text) : -ENOMEM;
}

const sd_bus_vtable bus_manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Version", "s", get_version, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("ModuleLoaded", "b", get_module_loaded, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Policy", "s", get_policy, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_METHOD_WITH_ARGS("SetPolicy", SD_BUS_ARGS("s", policy), SD_BUS_NO_RESULT, set_policy,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("CreateVgpu",
				SD_BUS_ARGS("s", gpu, "s", type, "s", uuid, "a{sv}", options),
				SD_BUS_RESULT("s", uuid), create_vgpu, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListGpus", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", gpus),
				bus_list_gpus, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListTypes", SD_BUS_ARGS("s", gpu),
				SD_BUS_RESULT("aa{sv}", types), bus_list_types,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListVms", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", vms), list_vms,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("DefineVgpu",
				SD_BUS_ARGS("s", gpu, "s", type, "s", uuid, "a{sv}", options),
				SD_BUS_RESULT("s", uuid), bus_define_vgpu,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("UndefineVgpu", SD_BUS_ARGS("s", uuid), SD_BUS_NO_RESULT,
				bus_undefine_vgpu, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("StartVgpu", SD_BUS_ARGS("s", uuid), SD_BUS_NO_RESULT,
				bus_start_vgpu, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("StopVgpu", SD_BUS_ARGS("s", uuid), SD_BUS_NO_RESULT,
				bus_stop_vgpu, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListDefinitions", SD_BUS_NO_ARGS,
				SD_BUS_RESULT("aa{sv}", definitions), bus_list_definitions,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Metrics", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", text), get_metrics,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("WaitJob", SD_BUS_ARGS("u", id), SD_BUS_NO_RESULT, bus_wait_job,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL_WITH_ARGS("JobRemoved",
				SD_BUS_ARGS("u", id, "o", job, "s", result, "s", error), 0),
	SD_BUS_SIGNAL_WITH_ARGS("Event", SD_BUS_ARGS("s", event, "s", id, "s", text), 0),
	SD_BUS_VTABLE_END
};
