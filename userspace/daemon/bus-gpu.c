// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.nvmux1.GPU: one object per GPU.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "action.h"
#include "bus.h"
#include "policy.h"
#include "vm.h"

#define INTERFACE "org.nvmux1.GPU"

#define GETTER(name)									\
	static int name(sd_bus *bus __attribute__((unused)),				\
			const char *path __attribute__((unused)),			\
			const char *interface __attribute__((unused)),			\
			const char *property __attribute__((unused)),			\
			sd_bus_message *reply, void *userdata,				\
			sd_bus_error *error __attribute__((unused)))

GETTER(get_pending)
{
	const struct gpu *gpu = userdata;
	char text[REQUEST_TEXT_SIZE];

	policy_pending(&gpu->wanted, &gpu->observed, gpu->failure, text, sizeof(text));
	return sd_bus_message_append(reply, "s", text);
}

GETTER(get_numa_node)
{
	const struct gpu *gpu = userdata;
	bool told = gpu->observed.has & NVMUX_HAS(NVMUX_A_GPU_NUMA_NODE);

	return sd_bus_message_append(reply, "i", told ? gpu->observed.numa_node : -1);
}

GETTER(get_iommu_group)
{
	const struct gpu *gpu = userdata;
	bool told = gpu->observed.has & NVMUX_HAS(NVMUX_A_GPU_IOMMU_GROUP);

	return sd_bus_message_append(reply, "i", told ? (int)gpu->observed.iommu_group : -1);
}

GETTER(get_partition)
{
	const struct gpu *gpu = userdata;
	bool told = gpu->observed.has & NVMUX_HAS(NVMUX_A_GPU_PARTITION);

	return sd_bus_message_append(reply, "s",
				     told ? nvmux_partition_str(gpu->observed.partition) : "");
}

GETTER(get_companions)
{
	const struct nvmux_gpu *o = &((const struct gpu *)userdata)->observed;
	int err = sd_bus_message_open_container(reply, 'a', "(sus)");

	for (size_t i = 0; i < o->n_companions && i < NVMUX_COMPANIONS_MAX && err >= 0; i++)
		err = sd_bus_message_append(reply, "(sus)", o->companions[i].bdf,
					    o->companions[i].class_code, o->companions[i].driver);
	return err < 0 ? err : sd_bus_message_close_container(reply);
}

GETTER(get_vms)
{
	struct gpu *gpu = userdata;
	struct strset names = { 0 };
	int err = vm_names_of_gpu(gpu->manager, gpu, &names);

	if (!err)
		err = sd_bus_message_append_strv(reply, names.items);
	strset_clear(&names);
	return err;
}

static int read_set_mode(sd_bus_message *call, struct gpu_wanted *ret, sd_bus_error *error)
{
	const char *name, *key;
	int err = sd_bus_message_read(call, "s", &name), mode, detach;

	if (err < 0)
		return err;
	mode = nvmux_mode_from_str(name);
	if (mode < 0)
		return sd_bus_error_setf(error, bus_error_name(-EINVAL),
					 "mode \"%s\" is not one of host, vgpu, passthrough", name);
	*ret = (struct gpu_wanted){ .mode = (uint32_t)mode };
	err = sd_bus_message_enter_container(call, 'a', "{sv}");
	while (err >= 0 && (err = sd_bus_message_enter_container(call, 'e', "sv")) > 0) {
		err = sd_bus_message_read(call, "s", &key);
		if (err >= 0 && strcmp(key, "detach") != 0)
			return sd_bus_error_setf(error, bus_error_name(-EINVAL),
						 "option \"%s\" is not known", key);
		if (err >= 0)
			err = sd_bus_message_read(call, "v", "b", &detach);
		if (err < 0)
			return err;
		ret->detach = detach;
		err = sd_bus_message_exit_container(call);
	}
	return err < 0 ? err : 0;
}

static int set_mode(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct gpu *gpu = userdata;
	struct gpu_wanted wanted;
	int err = access_check(call, error);

	if (err < 0)
		return err;
	err = read_set_mode(call, &wanted, error);
	if (err < 0)
		return err;
	err = action_set_mode(gpu, &wanted, bus_answer_empty, sd_bus_message_ref(call));
	if (err < 0) {
		sd_bus_message_unref(call);
		return err;
	}
	return 1;
}

#define CHANGES SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define FIXED SD_BUS_VTABLE_PROPERTY_CONST
#define CHARS(name, member, flags) \
	SD_BUS_PROPERTY(name, "s", bus_get_chars, offsetof(struct gpu, member), flags)
#define MODE(name, member) \
	SD_BUS_PROPERTY(name, "s", bus_get_mode, offsetof(struct gpu, member), CHANGES)
#define U32(name, member, flags) \
	SD_BUS_PROPERTY(name, "u", NULL, offsetof(struct gpu, member), flags)
#define U64(name, member, flags) \
	SD_BUS_PROPERTY(name, "t", NULL, offsetof(struct gpu, member), flags)

const sd_bus_vtable bus_gpu_vtable[] = {
	SD_BUS_VTABLE_START(0),
	CHARS("Address", observed.bdf, FIXED),
	U32("DeviceId", observed.device_id, FIXED),
	U32("SubsystemVendorId", observed.subsystem_vendor_id, FIXED),
	U32("SubsystemId", observed.subsystem_id, FIXED),
	U32("Class", observed.class_code, FIXED),
	CHARS("Board", observed.board, CHANGES),
	U32("Chip", observed.chip, CHANGES),
	CHARS("Driver", observed.driver, CHANGES),
	MODE("ActiveMode", observed.mode),
	MODE("ConfiguredMode", wanted.mode),
	MODE("TargetMode", observed.target),
	SD_BUS_PROPERTY("Pending", "s", get_pending, 0, CHANGES),
	CHARS("Error", observed.error, CHANGES),
	CHARS("Quarantine", observed.quarantine, CHANGES),
	U64("FbSize", observed.fb_size, CHANGES),
	U64("Bar1Size", observed.bar1_size, CHANGES),
	SD_BUS_PROPERTY("NumaNode", "i", get_numa_node, 0, CHANGES),
	SD_BUS_PROPERTY("IommuGroup", "i", get_iommu_group, 0, CHANGES),
	SD_BUS_PROPERTY("Partition", "s", get_partition, 0, CHANGES),
	U32("VgpuCount", observed.vgpu_count, CHANGES),
	SD_BUS_PROPERTY("Companions", "a(sus)", get_companions, 0, CHANGES),
	SD_BUS_PROPERTY("Vms", "as", get_vms, 0, CHANGES),
	SD_BUS_METHOD_WITH_ARGS("SetMode", SD_BUS_ARGS("s", mode, "a{sv}", options),
				SD_BUS_NO_RESULT, set_mode, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

static void describe(const struct gpu *gpu, char *text, size_t size)
{
	const struct nvmux_gpu *o = &gpu->observed;

	if (gpu_is_switching(gpu))
		(void)snprintf(text, size, "%s mode, switching to %s", nvmux_mode_str(o->mode),
			       nvmux_mode_str(o->target));
	else
		(void)snprintf(text, size, "%s mode%s%s", nvmux_mode_str(o->mode),
			       o->error[0] ? ", " : "", o->error);
}

static void tell(const struct gpu *gpu, const char *event)
{
	char text[NVMUX_TEXT_SIZE + 64];

	describe(gpu, text, sizeof(text));
	bus_event(gpu->manager, event, gpu->observed.bdf, text);
}

void bus_gpu_added(struct gpu *gpu)
{
	char path[BUS_PATH_SIZE];

	if (!gpu->manager->bus)
		return;
	bus_path(path, BUS_PATH_GPU, gpu->observed.bdf);
	(void)sd_bus_emit_object_added(gpu->manager->bus, path);
	tell(gpu, "gpu-added");
}

void bus_gpu_changed(struct gpu *gpu)
{
	char path[BUS_PATH_SIZE];

	if (!gpu->manager->bus)
		return;
	bus_path(path, BUS_PATH_GPU, gpu->observed.bdf);
	(void)sd_bus_emit_properties_changed_strv(gpu->manager->bus, path, INTERFACE, NULL);
	tell(gpu, "gpu-changed");
}

void bus_gpu_removed(struct gpu *gpu)
{
	char path[BUS_PATH_SIZE];

	if (!gpu->manager->bus)
		return;
	bus_path(path, BUS_PATH_GPU, gpu->observed.bdf);
	(void)sd_bus_emit_object_removed(gpu->manager->bus, path);
	tell(gpu, "gpu-removed");
}
