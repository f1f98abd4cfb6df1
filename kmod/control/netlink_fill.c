// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects as attributes. The lock of the GPU is held, so a message is one consistent picture.
 */
#include <linux/iommu.h>
#include <linux/pci.h>
#include <net/netlink.h>

#include "../core/capacity.h"
#include "../core/gpu.h"
#include "../core/partition.h"
#include "../core/refusal.h"
#include "../core/type.h"
#include "../core/vgpu.h"
#include "../hw/reset.h"
#include "../modes/companion.h"
#include "netlink_fill.h"

static int put_text(struct sk_buff *skb, int attr, const char *text)
{
	return text[0] ? nla_put_string(skb, attr, text) : 0;
}

static int put_known_u32(struct sk_buff *skb, int attr, u32 value)
{
	return value ? nla_put_u32(skb, attr, value) : 0;
}

static int put_known_u64(struct sk_buff *skb, int attr, u64 value, int pad)
{
	return value ? nla_put_u64_64bit(skb, attr, value, pad) : 0;
}

static int fill_ident(struct sk_buff *skb, const struct nvmux_gpu *gpu)
{
	const struct nvmux_gpu_ident *ident = &gpu->ident;

	if (nla_put_string(skb, NVMUX_A_GPU_BDF, nvmux_gpu_bdf(gpu)) ||
	    nla_put_u32(skb, NVMUX_A_GPU_DEVICE_ID, ident->device) ||
	    nla_put_u32(skb, NVMUX_A_GPU_SUBSYSTEM_VENDOR_ID, ident->subvendor) ||
	    nla_put_u32(skb, NVMUX_A_GPU_SUBSYSTEM_ID, ident->subsystem) ||
	    nla_put_u32(skb, NVMUX_A_GPU_CLASS, ident->class) ||
	    (gpu->board && nla_put_string(skb, NVMUX_A_GPU_BOARD, gpu->board->name)) ||
	    put_known_u64(skb, NVMUX_A_GPU_BAR1_SIZE, ident->bar1_size, NVMUX_A_GPU_PAD))
		return -EMSGSIZE;
	return 0;
}

static int fill_state(struct sk_buff *skb, const struct nvmux_gpu *gpu)
{
	if (put_known_u32(skb, NVMUX_A_GPU_CHIP, gpu->chip) ||
	    put_text(skb, NVMUX_A_GPU_DRIVER, gpu->driver) ||
	    nla_put_u32(skb, NVMUX_A_GPU_MODE, gpu->mode) ||
	    put_known_u32(skb, NVMUX_A_GPU_TARGET, gpu->target) ||
	    put_known_u32(skb, NVMUX_A_GPU_STEP, gpu->step) ||
	    put_text(skb, NVMUX_A_GPU_ERROR, gpu->error) ||
	    put_text(skb, NVMUX_A_GPU_QUARANTINE, gpu->quarantine) ||
	    put_known_u64(skb, NVMUX_A_GPU_FB_SIZE, gpu->fb_size, NVMUX_A_GPU_PAD) ||
	    nla_put_u32(skb, NVMUX_A_GPU_PARTITION, gpu->partition) ||
	    nla_put_u32(skb, NVMUX_A_GPU_VGPU_COUNT, gpu->n_vgpus))
		return -EMSGSIZE;
	return 0;
}

static int fill_memory(struct sk_buff *skb, const struct nvmux_gpu *gpu)
{
	if (gpu->mode != NVMUX_MODE_VGPU && nla_put_u32(skb, NVMUX_A_GPU_MEMORY, gpu->memory))
		return -EMSGSIZE;
	if (!gpu->scrub_total)
		return 0;
	if (nla_put_u64_64bit(skb, NVMUX_A_GPU_SCRUB_DONE, gpu->scrub_done, NVMUX_A_GPU_PAD) ||
	    nla_put_u64_64bit(skb, NVMUX_A_GPU_SCRUB_TOTAL, gpu->scrub_total, NVMUX_A_GPU_PAD))
		return -EMSGSIZE;
	return 0;
}

/* Who is about to leave waits for the lock that we have. */
static bool is_on_bus(const struct nvmux_gpu *gpu)
{
	return !gpu->gone && !READ_ONCE(gpu->leaving);
}

static int fill_place(struct sk_buff *skb, const struct nvmux_gpu *gpu)
{
	struct iommu_group *group = is_on_bus(gpu) ? iommu_group_get(gpu->dev) : NULL;
	int node = dev_to_node(gpu->dev);
	int err = 0;

	if (group)
		err = nla_put_u32(skb, NVMUX_A_GPU_IOMMU_GROUP, iommu_group_id(group));
	iommu_group_put(group);
	if (!err && node != NUMA_NO_NODE)
		err = nla_put_s32(skb, NVMUX_A_GPU_NUMA_NODE, node);
	return err;
}

/* What the function is asked for is there only while it is on the bus. */
static int fill_function(struct sk_buff *skb, const struct nvmux_gpu *gpu)
{
	struct pci_dev *pdev = to_pci_dev(gpu->dev);

	if (!is_on_bus(gpu))
		return 0;
	if (nla_put_u32(skb, NVMUX_A_GPU_RESET, nvmux_reset_how(pdev)) ||
	    put_known_u32(skb, NVMUX_A_GPU_VF_COUNT, pci_num_vf(pdev)))
		return -EMSGSIZE;
	return 0;
}

/* The driver may leave at any moment; a module that goes waits for RCU before its memory does. */
static void driver_name(struct pci_dev *pdev, char ret[static NVMUX_DRIVER_LEN])
{
	const struct device_driver *driver;

	rcu_read_lock();
	driver = READ_ONCE(pdev->dev.driver);
	strscpy(ret, driver ? driver->name : "", NVMUX_DRIVER_LEN);
	rcu_read_unlock();
}

static int fill_companion(struct sk_buff *skb, struct pci_dev *pdev)
{
	struct nlattr *nest = nla_nest_start(skb, NVMUX_A_GPU_COMPANION);
	char driver[NVMUX_DRIVER_LEN];

	if (!nest)
		return -EMSGSIZE;
	driver_name(pdev, driver);
	if (nla_put_string(skb, NVMUX_A_COMPANION_BDF, pci_name(pdev)) ||
	    nla_put_u32(skb, NVMUX_A_COMPANION_CLASS, pdev->class) ||
	    put_text(skb, NVMUX_A_COMPANION_DRIVER, driver)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_companions(struct sk_buff *skb, const struct nvmux_gpu *gpu)
{
	struct nvmux_companions companions;
	unsigned int i;
	int err = 0;

	if (!is_on_bus(gpu))
		return 0;
	nvmux_companions_get(to_pci_dev(gpu->dev), &companions);
	for (i = 0; i < companions.n && !err; i++)
		err = fill_companion(skb, companions.pdev[i]);
	nvmux_companions_put(&companions);
	return err;
}

static int fill_gi(struct sk_buff *skb, struct nvmux_gpu *gpu, const struct nvmux_gi *gi)
{
	const struct nvmux_gi_profile *profile = gi->profile;
	struct nlattr *nest = nla_nest_start(skb, NVMUX_A_GPU_GI);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, NVMUX_A_INSTANCE_PROFILE, profile->name) ||
	    nla_put_u32(skb, NVMUX_A_INSTANCE_PLACEMENT, gi->start) ||
	    nla_put_u32(skb, NVMUX_A_INSTANCE_MEMORY_SLICES, profile->memory) ||
	    nla_put_u32(skb, NVMUX_A_INSTANCE_COMPUTE_SLICES, profile->compute) ||
	    nla_put_u32(skb, NVMUX_A_INSTANCE_VGPU_COUNT, nvmux_partition_gi_vgpus(gpu, gi)) ||
	    (gi->kept && nla_put_flag(skb, NVMUX_A_INSTANCE_KEPT))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_division(struct sk_buff *skb, struct nvmux_gpu *gpu)
{
	unsigned int i;
	int err = 0;

	if (gpu->board)
		err = put_known_u32(skb, NVMUX_A_GPU_PARTITIONS,
				    nvmux_partition_mask(gpu->board->family));
	for (i = 0; i < gpu->n_gis && !err; i++)
		err = fill_gi(skb, gpu, &gpu->gis[i]);
	return err;
}

/**
 * nvmux_nl_fill_gpu() - a GPU as attributes
 * @skb: message
 * @gpu: the GPU, its lock is held
 *
 * Context: may sleep.
 *
 * Return: 0; -EMSGSIZE.
 */
int nvmux_nl_fill_gpu(struct sk_buff *skb, struct nvmux_gpu *gpu)
{
	int err = fill_ident(skb, gpu);

	if (!err)
		err = fill_state(skb, gpu);
	if (!err)
		err = fill_memory(skb, gpu);
	if (!err)
		err = fill_place(skb, gpu);
	if (!err)
		err = fill_function(skb, gpu);
	if (!err)
		err = fill_companions(skb, gpu);
	if (!err)
		err = fill_division(skb, gpu);
	return err;
}

static int fill_type_limits(struct sk_buff *skb, const struct nvmux_type *type)
{
	char series[] = { type->series, '\0' };

	if (nla_put_string(skb, NVMUX_A_TYPE_SERIES, series) ||
	    nla_put_u32(skb, NVMUX_A_TYPE_MAX_INSTANCES, type->max_instances) ||
	    put_known_u32(skb, NVMUX_A_TYPE_MAX_MIXED, type->max_mixed) ||
	    put_known_u32(skb, NVMUX_A_TYPE_MAX_PER_GI, type->max_per_gi) ||
	    put_known_u32(skb, NVMUX_A_TYPE_MAX_PER_VM, type->max_per_vm) ||
	    nla_put_u32(skb, NVMUX_A_TYPE_HEADS, type->heads) ||
	    nla_put_u32(skb, NVMUX_A_TYPE_MAX_X, type->max_x) ||
	    nla_put_u32(skb, NVMUX_A_TYPE_MAX_Y, type->max_y) ||
	    nla_put_u32(skb, NVMUX_A_TYPE_FRL, type->frl))
		return -EMSGSIZE;
	return 0;
}

static int fill_type_names(struct sk_buff *skb, struct nvmux_gpu *gpu,
			   const struct nvmux_type *type)
{
	const struct nvmux_family *family = gpu->board->family;
	char text[NVMUX_TYPE_TEXT_LEN];
	int n;

	if (nla_put_string(skb, NVMUX_A_TYPE_GPU, nvmux_gpu_bdf(gpu)) ||
	    nla_put_string(skb, NVMUX_A_TYPE_NAME, type->name))
		return -EMSGSIZE;
	n = snprintf(text, sizeof(text), "%s-", KBUILD_MODNAME);
	nvmux_type_id(type, text + n, sizeof(text) - n);
	if (nla_put_string(skb, NVMUX_A_TYPE_MDEV_TYPE, text))
		return -EMSGSIZE;
	nvmux_type_label(family, type, text, sizeof(text));
	if (nla_put_string(skb, NVMUX_A_TYPE_LABEL, text) ||
	    nla_put_u32(skb, NVMUX_A_TYPE_DEVICE_ID, family->device) ||
	    nla_put_u32(skb, NVMUX_A_TYPE_SUBSYSTEM_ID, type->subsystem))
		return -EMSGSIZE;
	return type->gi ? nla_put_string(skb, NVMUX_A_TYPE_GI_PROFILE, type->gi->name) : 0;
}

static int put_list(struct sk_buff *skb, int attr, const u32 *ids, unsigned int n)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++)
		err = nla_put_u32(skb, attr, ids[i]);
	return err;
}

static int fill_type_places(struct sk_buff *skb, struct nvmux_gpu *gpu,
			    const struct nvmux_type *type)
{
	struct nvmux_capacity capacity;
	u32 ids[NVMUX_VGPU_MAX];
	unsigned int n;
	int err;

	nvmux_capacity_of(gpu, &capacity);
	n = nvmux_placement_list(&capacity.space, type, false, ids);
	err = put_list(skb, NVMUX_A_TYPE_PLACEMENT, ids, n);
	if (err || nvmux_capacity_check(gpu, NULL))
		return err;
	n = nvmux_placement_list(&capacity.space, type, true, ids);
	return put_list(skb, NVMUX_A_TYPE_FREE_PLACEMENT, ids, n);
}

/**
 * nvmux_nl_fill_type() - a type as attributes
 * @skb: message
 * @gpu: the GPU that offers it, its lock is held
 * @type: the type
 *
 * Context: may sleep.
 *
 * Return: 0; -EMSGSIZE.
 */
int nvmux_nl_fill_type(struct sk_buff *skb, struct nvmux_gpu *gpu, const struct nvmux_type *type)
{
	struct nvmux_refusal why = {};
	u32 available = nvmux_capacity_available(gpu, type, &why);

	if (fill_type_names(skb, gpu, type) || fill_type_limits(skb, type) ||
	    put_known_u64(skb, NVMUX_A_TYPE_FB_SIZE, (u64)type->fb_mib << 20,
			  NVMUX_A_TYPE_PAD) ||
	    put_known_u64(skb, NVMUX_A_TYPE_BAR1_SIZE, nvmux_type_bar1_size(type),
			  NVMUX_A_TYPE_PAD) ||
	    nla_put_u32(skb, NVMUX_A_TYPE_AVAILABLE, available) ||
	    put_text(skb, NVMUX_A_TYPE_REASON, why.text) ||
	    fill_type_places(skb, gpu, type))
		return -EMSGSIZE;
	return 0;
}

static int fill_slice(struct sk_buff *skb, const struct nvmux_vgpu *vgpu)
{
	const struct nvmux_type *type = vgpu->resident.type;

	if (nla_put_u32(skb, NVMUX_A_VGPU_PLACEMENT, vgpu->resident.place.id) ||
	    nla_put_u64_64bit(skb, NVMUX_A_VGPU_OFFSET, nvmux_vgpu_offset(vgpu),
			      NVMUX_A_VGPU_PAD) ||
	    nla_put_u64_64bit(skb, NVMUX_A_VGPU_SIZE, nvmux_vgpu_size(vgpu), NVMUX_A_VGPU_PAD) ||
	    nla_put_u64_64bit(skb, NVMUX_A_VGPU_BAR1_SIZE, nvmux_type_bar1_size(type),
			      NVMUX_A_VGPU_PAD))
		return -EMSGSIZE;
	return type->gi ? nla_put_string(skb, NVMUX_A_VGPU_GI_PROFILE, type->gi->name) : 0;
}

/**
 * nvmux_nl_fill_vgpu() - a vGPU as attributes
 * @skb: message
 * @vgpu: the vGPU, the lock of its GPU is held
 *
 * Context: may sleep.
 *
 * Return: 0; -EMSGSIZE.
 */
int nvmux_nl_fill_vgpu(struct sk_buff *skb, struct nvmux_vgpu *vgpu)
{
	char uuid[UUID_STRING_LEN + 1];

	snprintf(uuid, sizeof(uuid), "%pUl", &vgpu->uuid);
	if (nla_put_string(skb, NVMUX_A_VGPU_GPU, nvmux_gpu_bdf(vgpu->gpu)) ||
	    nla_put_string(skb, NVMUX_A_VGPU_UUID, uuid) ||
	    nla_put_string(skb, NVMUX_A_VGPU_TYPE, vgpu->resident.type->name) ||
	    nla_put_u32(skb, NVMUX_A_VGPU_STATE, vgpu->state) ||
	    fill_slice(skb, vgpu) ||
	    nla_put_u64_64bit(skb, NVMUX_A_VGPU_RESETS, atomic64_read(&vgpu->resets),
			      NVMUX_A_VGPU_PAD) ||
	    put_known_u32(skb, NVMUX_A_VGPU_PID, vgpu->pid) ||
	    put_text(skb, NVMUX_A_VGPU_COMM, vgpu->comm))
		return -EMSGSIZE;
	return 0;
}
