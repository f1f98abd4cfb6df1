// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.nvmux1.GPU: one object per GPU.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "../basic/utf8.h"
#include "access.h"
#include "action.h"
#include "bus.h"
#include "policy.h"
#include "vendor.h"
#include "vm.h"

static BUS_GETTER(get_pending)
{
	const struct gpu *gpu = userdata;
	char text[REQUEST_TEXT_SIZE];

	policy_pending(gpu, text, sizeof(text));
	utf8_clean(text);
	return sd_bus_message_append(reply, "s", text);
}

static BUS_GETTER(get_quarantine)
{
	return sd_bus_message_append(reply, "s", gpu_quarantine(userdata));
}

static BUS_GETTER(get_step)
{
	uint32_t step = ((const struct gpu *)userdata)->observed.step;

	return sd_bus_message_append(reply, "s", step ? nvmux_step_str(step) : "");
}

static BUS_GETTER(get_reset)
{
	uint32_t reset = ((const struct gpu *)userdata)->observed.reset;

	return sd_bus_message_append(reply, "s", reset ? nvmux_reset_str(reset) : "");
}

static BUS_GETTER(get_numa_node)
{
	const struct gpu *gpu = userdata;
	bool told = gpu->observed.has & NVMUX_HAS(NVMUX_A_GPU_NUMA_NODE);

	return sd_bus_message_append(reply, "i", told ? gpu->observed.numa_node : -1);
}

static BUS_GETTER(get_iommu_group)
{
	const struct gpu *gpu = userdata;
	bool told = gpu->observed.has & NVMUX_HAS(NVMUX_A_GPU_IOMMU_GROUP);

	return sd_bus_message_append(reply, "i", told ? (int)gpu->observed.iommu_group : -1);
}

static const char *partition_name(uint32_t partition)
{
	return partition ? nvmux_partition_str(partition) : "";
}

static BUS_GETTER(get_partition)
{
	return sd_bus_message_append(reply, "s", partition_name(*(const uint32_t *)userdata));
}

/* Empty in vgpu mode, where no word fits all of it. */
static BUS_GETTER(get_memory)
{
	uint32_t memory = *(const uint32_t *)userdata;

	return sd_bus_message_append(reply, "s", memory ? nvmux_memory_str(memory) : "");
}

/* The ways in which the board can be divided. */
static BUS_GETTER(get_partitions)
{
	uint32_t known = ((const struct gpu *)userdata)->observed.partitions;
	int err = sd_bus_message_open_container(reply, 'a', "s");

	for (uint32_t i = NVMUX_PARTITION_SAME_SIZE; i <= NVMUX_PARTITION_MIG && err >= 0; i++)
		if (known & NVMUX_PARTITION_BIT(i))
			err = sd_bus_message_append(reply, "s", partition_name(i));
	return err < 0 ? err : sd_bus_message_close_container(reply);
}

static BUS_GETTER(get_instances)
{
	const struct nvmux_gpu *o = &((const struct gpu *)userdata)->observed;
	int err = sd_bus_message_open_container(reply, 'a', "(suuuub)");

	for (size_t i = 0; i < o->n_gis && i < NVMUX_GIS_MAX && err >= 0; i++)
		err = sd_bus_message_append(reply, "(suuuub)", o->gis[i].profile,
					    o->gis[i].placement, o->gis[i].memory_slices,
					    o->gis[i].compute_slices, o->gis[i].vgpu_count,
					    (int)o->gis[i].kept);
	return err < 0 ? err : sd_bus_message_close_container(reply);
}

static BUS_GETTER(get_companions)
{
	const struct nvmux_gpu *o = &((const struct gpu *)userdata)->observed;
	int err = sd_bus_message_open_container(reply, 'a', "(sus)");

	for (size_t i = 0; i < o->n_companions && i < NVMUX_COMPANIONS_MAX && err >= 0; i++)
		err = sd_bus_message_append(reply, "(sus)", o->companions[i].bdf,
					    o->companions[i].class_code, o->companions[i].driver);
	return err < 0 ? err : sd_bus_message_close_container(reply);
}

/* The module's, or those of NVIDIA's vGPU manager. */
static BUS_GETTER(get_vgpu_count)
{
	const struct gpu *gpu = userdata;
	size_t vendor = vendor_has(gpu) ? gpu->vendor->n_vgpus : 0;

	return sd_bus_message_append(reply, "u", gpu->observed.vgpu_count + (uint32_t)vendor);
}

static BUS_GETTER(get_vendor)
{
	const struct gpu *gpu = userdata;

	return sd_bus_message_append(reply, "s", vendor_has(gpu) ? gpu->vendor->way : "");
}

static BUS_GETTER(get_vms)
{
	struct gpu *gpu = userdata;
	struct strset names = { 0 };
	int err = vm_names_of_gpu(gpu->manager, gpu, &names);

	if (!err)
		err = sd_bus_message_append_strv(reply, names.items);
	strset_clear(&names);
	return err;
}

static int set_partition(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	int err = access_check(call, error), partition;
	const char *name;

	if (err >= 0)
		err = sd_bus_message_read(call, "s", &name);
	if (err < 0)
		return err;
	partition = nvmux_partition_from_str(name);
	if (partition < 0)
		return sd_bus_error_setf(error, bus_error_name(-EINVAL),
					 "partitioning \"%s\" is not one of same-size, mixed-size, mig",
					 name);
	return bus_submitted(call, action_set_partition(userdata, (uint32_t)partition,
							bus_answer_empty,
							sd_bus_message_ref(call)));
}

static int create_instance(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	char text[NVMUX_TEXT_SIZE];
	const char *profile;
	int32_t wish;
	uint32_t placement;
	int err = access_check(call, error);

	if (err >= 0)
		err = sd_bus_message_read(call, "si", &profile, &wish);
	if (err < 0)
		return err;
	placement = (uint32_t)wish;
	err = action_create_instance(userdata, profile, wish < 0 ? NULL : &placement, &placement,
				     text, sizeof(text));
	if (err < 0)
		return bus_error(error, err, text);
	return sd_bus_reply_method_return(call, "u", placement);
}

/* Takes nothing from a driver of the host: who wants that switches the GPU. */
static int scrub(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	int err = access_check(call, error);

	if (err < 0)
		return err;
	return bus_submitted(call, action_scrub(userdata, bus_answer_empty,
						sd_bus_message_ref(call)));
}

static int delete_instance(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	char text[NVMUX_TEXT_SIZE];
	uint32_t placement;
	int err = access_check(call, error);

	if (err >= 0)
		err = sd_bus_message_read(call, "u", &placement);
	if (err < 0)
		return err;
	err = action_delete_instance(userdata, placement, text, sizeof(text));
	if (err < 0)
		return bus_error(error, err, text);
	return sd_bus_reply_method_return(call, NULL);
}

#define CHANGES SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define FIXED SD_BUS_VTABLE_PROPERTY_CONST
#define CHARS(name, member, flags) \
	SD_BUS_PROPERTY(name, "s", bus_get_chars, offsetof(struct gpu, member), flags)
#define MODE(name, member) \
	SD_BUS_PROPERTY(name, "s", bus_get_mode, offsetof(struct gpu, member), CHANGES)
#define PARTITION(name, member) \
	SD_BUS_PROPERTY(name, "s", get_partition, offsetof(struct gpu, member), CHANGES)
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
	SD_BUS_PROPERTY("Step", "s", get_step, 0, CHANGES),
	SD_BUS_PROPERTY("Pending", "s", get_pending, 0, CHANGES),
	CHARS("Error", observed.error, CHANGES),
	SD_BUS_PROPERTY("Quarantine", "s", get_quarantine, 0, CHANGES),
	U64("FbSize", observed.fb_size, CHANGES),
	SD_BUS_PROPERTY("Memory", "s", get_memory, offsetof(struct gpu, observed.memory), CHANGES),
	U64("ScrubDone", observed.scrub_done, CHANGES),
	U64("ScrubTotal", observed.scrub_total, CHANGES),
	U64("Bar1Size", observed.bar1_size, CHANGES),
	SD_BUS_PROPERTY("Reset", "s", get_reset, 0, CHANGES),
	U32("VfCount", observed.vf_count, CHANGES),
	SD_BUS_PROPERTY("NumaNode", "i", get_numa_node, 0, CHANGES),
	SD_BUS_PROPERTY("IommuGroup", "i", get_iommu_group, 0, CHANGES),
	PARTITION("Partition", observed.partition),
	PARTITION("ConfiguredPartition", wanted.partition),
	SD_BUS_PROPERTY("Partitions", "as", get_partitions, 0, CHANGES),
	SD_BUS_PROPERTY("Instances", "a(suuuub)", get_instances, 0, CHANGES),
	SD_BUS_PROPERTY("VgpuCount", "u", get_vgpu_count, 0, CHANGES),
	SD_BUS_PROPERTY("VendorVgpus", "s", get_vendor, 0, CHANGES),
	SD_BUS_PROPERTY("Companions", "a(sus)", get_companions, 0, CHANGES),
	SD_BUS_PROPERTY("Vms", "as", get_vms, 0, CHANGES),
	SD_BUS_METHOD_WITH_ARGS("SetMode", SD_BUS_ARGS("s", mode, "a{sv}", options),
				SD_BUS_NO_RESULT, bus_set_mode, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Recover", SD_BUS_ARGS("a{sv}", options), SD_BUS_NO_RESULT,
				bus_recover, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Holders", SD_BUS_NO_ARGS, SD_BUS_RESULT("aa{sv}", holders),
				bus_list_holders, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Plan", SD_BUS_ARGS("s", mode, "a{sv}", options),
				SD_BUS_RESULT("aa{sv}", lines), bus_plan,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("SetPartition", SD_BUS_ARGS("s", partition), SD_BUS_NO_RESULT,
				set_partition, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Scrub", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, scrub,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("CreateInstance", SD_BUS_ARGS("s", profile, "i", placement),
				SD_BUS_RESULT("u", placement), create_instance,
				SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("DeleteInstance", SD_BUS_ARGS("u", placement), SD_BUS_NO_RESULT,
				delete_instance, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

static void describe(const struct gpu *gpu, char *text, size_t size)
{
	const struct nvmux_gpu *o = &gpu->observed;

	if (gpu_is_switching(gpu))
		(void)snprintf(text, size, "%s mode, switching to %s", nvmux_mode_str(o->mode),
			       nvmux_mode_str(o->target));
	else if (o->scrub_total)
		(void)snprintf(text, size, "%s mode, %llu of %llu MiB cleaned",
			       nvmux_mode_str(o->mode), (unsigned long long)o->scrub_done >> 20,
			       (unsigned long long)o->scrub_total >> 20);
	else
		(void)snprintf(text, size, "%s mode%s%s", nvmux_mode_str(o->mode),
			       o->error[0] ? ", " : "", o->error);
}

static void tell(const struct gpu *gpu, enum bus_news news)
{
	static const struct bus_kind kind = { "gpu", BUS_PATH_GPU, "org.nvmux1.GPU" };
	char text[NVMUX_TEXT_SIZE + 64];

	describe(gpu, text, sizeof(text));
	bus_tell(gpu->manager, &kind, news, gpu->observed.bdf, text);
}

void bus_gpu_added(struct gpu *gpu)
{
	tell(gpu, BUS_ADDED);
}

void bus_gpu_changed(struct gpu *gpu)
{
	tell(gpu, BUS_CHANGED);
}

void bus_gpu_removed(struct gpu *gpu)
{
	tell(gpu, BUS_REMOVED);
}
