// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reads the attributes of the family into the structs of libnvmux.h.
 *
 * One table per struct says where each attribute goes, so that a new
 * attribute is a new line. Attributes that are not in the table are skipped:
 * a newer kernel may tell more.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>

#include "../basic/cleanup.h"
#include "../basic/utf8.h"
#include "info.h"

enum kind { KIND_NONE, KIND_U32, KIND_U64, KIND_TEXT, KIND_FLAG };

struct field {
	enum kind kind;
	size_t offset;
	size_t size;
};

#define FIELD(what, type, member) \
	{ KIND_##what, offsetof(struct type, member), sizeof(((struct type *)0)->member) }

static const struct field gpu_fields[] = {
	[NVMUX_A_GPU_BDF] = FIELD(TEXT, nvmux_gpu, bdf),
	[NVMUX_A_GPU_DEVICE_ID] = FIELD(U32, nvmux_gpu, device_id),
	[NVMUX_A_GPU_SUBSYSTEM_VENDOR_ID] = FIELD(U32, nvmux_gpu, subsystem_vendor_id),
	[NVMUX_A_GPU_SUBSYSTEM_ID] = FIELD(U32, nvmux_gpu, subsystem_id),
	[NVMUX_A_GPU_CLASS] = FIELD(U32, nvmux_gpu, class_code),
	[NVMUX_A_GPU_BOARD] = FIELD(TEXT, nvmux_gpu, board),
	[NVMUX_A_GPU_CHIP] = FIELD(U32, nvmux_gpu, chip),
	[NVMUX_A_GPU_DRIVER] = FIELD(TEXT, nvmux_gpu, driver),
	[NVMUX_A_GPU_MODE] = FIELD(U32, nvmux_gpu, mode),
	[NVMUX_A_GPU_TARGET] = FIELD(U32, nvmux_gpu, target),
	[NVMUX_A_GPU_ERROR] = FIELD(TEXT, nvmux_gpu, error),
	[NVMUX_A_GPU_QUARANTINE] = FIELD(TEXT, nvmux_gpu, quarantine),
	[NVMUX_A_GPU_FB_SIZE] = FIELD(U64, nvmux_gpu, fb_size),
	[NVMUX_A_GPU_BAR1_SIZE] = FIELD(U64, nvmux_gpu, bar1_size),
	[NVMUX_A_GPU_NUMA_NODE] = FIELD(U32, nvmux_gpu, numa_node),
	[NVMUX_A_GPU_IOMMU_GROUP] = FIELD(U32, nvmux_gpu, iommu_group),
	[NVMUX_A_GPU_PARTITION] = FIELD(U32, nvmux_gpu, partition),
	[NVMUX_A_GPU_VGPU_COUNT] = FIELD(U32, nvmux_gpu, vgpu_count),
	[NVMUX_A_GPU_PARTITIONS] = FIELD(U32, nvmux_gpu, partitions),
	[NVMUX_A_GPU_STEP] = FIELD(U32, nvmux_gpu, step),
	[NVMUX_A_GPU_RESET] = FIELD(U32, nvmux_gpu, reset),
	[NVMUX_A_GPU_VF_COUNT] = FIELD(U32, nvmux_gpu, vf_count),
	[NVMUX_A_GPU_MEMORY] = FIELD(U32, nvmux_gpu, memory),
	[NVMUX_A_GPU_SCRUB_DONE] = FIELD(U64, nvmux_gpu, scrub_done),
	[NVMUX_A_GPU_SCRUB_TOTAL] = FIELD(U64, nvmux_gpu, scrub_total),
};

static const struct field companion_fields[] = {
	[NVMUX_A_COMPANION_BDF] = FIELD(TEXT, nvmux_companion, bdf),
	[NVMUX_A_COMPANION_CLASS] = FIELD(U32, nvmux_companion, class_code),
	[NVMUX_A_COMPANION_DRIVER] = FIELD(TEXT, nvmux_companion, driver),
};

static const struct field gi_fields[] = {
	[NVMUX_A_INSTANCE_PROFILE] = FIELD(TEXT, nvmux_gi, profile),
	[NVMUX_A_INSTANCE_PLACEMENT] = FIELD(U32, nvmux_gi, placement),
	[NVMUX_A_INSTANCE_MEMORY_SLICES] = FIELD(U32, nvmux_gi, memory_slices),
	[NVMUX_A_INSTANCE_COMPUTE_SLICES] = FIELD(U32, nvmux_gi, compute_slices),
	[NVMUX_A_INSTANCE_VGPU_COUNT] = FIELD(U32, nvmux_gi, vgpu_count),
	[NVMUX_A_INSTANCE_KEPT] = FIELD(FLAG, nvmux_gi, kept),
};

static const struct field type_fields[] = {
	[NVMUX_A_TYPE_GPU] = FIELD(TEXT, nvmux_type, gpu),
	[NVMUX_A_TYPE_NAME] = FIELD(TEXT, nvmux_type, name),
	[NVMUX_A_TYPE_MDEV_TYPE] = FIELD(TEXT, nvmux_type, mdev_type),
	[NVMUX_A_TYPE_LABEL] = FIELD(TEXT, nvmux_type, label),
	[NVMUX_A_TYPE_SERIES] = FIELD(TEXT, nvmux_type, series),
	[NVMUX_A_TYPE_FB_SIZE] = FIELD(U64, nvmux_type, fb_size),
	[NVMUX_A_TYPE_BAR1_SIZE] = FIELD(U64, nvmux_type, bar1_size),
	[NVMUX_A_TYPE_MAX_INSTANCES] = FIELD(U32, nvmux_type, max_instances),
	[NVMUX_A_TYPE_AVAILABLE] = FIELD(U32, nvmux_type, available),
	[NVMUX_A_TYPE_REASON] = FIELD(TEXT, nvmux_type, reason),
	[NVMUX_A_TYPE_HEADS] = FIELD(U32, nvmux_type, heads),
	[NVMUX_A_TYPE_MAX_X] = FIELD(U32, nvmux_type, max_x),
	[NVMUX_A_TYPE_MAX_Y] = FIELD(U32, nvmux_type, max_y),
	[NVMUX_A_TYPE_FRL] = FIELD(U32, nvmux_type, frl),
	[NVMUX_A_TYPE_MAX_PER_VM] = FIELD(U32, nvmux_type, max_per_vm),
	[NVMUX_A_TYPE_DEVICE_ID] = FIELD(U32, nvmux_type, device_id),
	[NVMUX_A_TYPE_SUBSYSTEM_ID] = FIELD(U32, nvmux_type, subsystem_id),
	[NVMUX_A_TYPE_GI_PROFILE] = FIELD(TEXT, nvmux_type, gi_profile),
	[NVMUX_A_TYPE_MAX_MIXED] = FIELD(U32, nvmux_type, max_mixed),
	[NVMUX_A_TYPE_MAX_PER_GI] = FIELD(U32, nvmux_type, max_per_gi),
};

static const struct field vgpu_fields[] = {
	[NVMUX_A_VGPU_GPU] = FIELD(TEXT, nvmux_vgpu, gpu),
	[NVMUX_A_VGPU_UUID] = FIELD(TEXT, nvmux_vgpu, uuid),
	[NVMUX_A_VGPU_TYPE] = FIELD(TEXT, nvmux_vgpu, type),
	[NVMUX_A_VGPU_STATE] = FIELD(U32, nvmux_vgpu, state),
	[NVMUX_A_VGPU_PLACEMENT] = FIELD(U32, nvmux_vgpu, placement),
	[NVMUX_A_VGPU_OFFSET] = FIELD(U64, nvmux_vgpu, offset),
	[NVMUX_A_VGPU_SIZE] = FIELD(U64, nvmux_vgpu, size),
	[NVMUX_A_VGPU_BAR1_SIZE] = FIELD(U64, nvmux_vgpu, bar1_size),
	[NVMUX_A_VGPU_PID] = FIELD(U32, nvmux_vgpu, pid),
	[NVMUX_A_VGPU_COMM] = FIELD(TEXT, nvmux_vgpu, comm),
	[NVMUX_A_VGPU_GI_PROFILE] = FIELD(TEXT, nvmux_vgpu, gi_profile),
	[NVMUX_A_VGPU_RESETS] = FIELD(U64, nvmux_vgpu, resets),
};

/* An attribute that may come more than once: a nest each time, or a number. */
struct array {
	int attr;
	size_t items, max;	/* where they go, how many there is room for */
	size_t n;		/* where their number goes; it may exceed the room */
	size_t size;
	const struct field *fields;
	size_t n_fields;
};

#define MEMBER_SIZE(type, member) sizeof(((struct type *)0)->member)
#define ARRAY(_attr, type, member)							\
	.attr = _attr, .items = offsetof(struct type, member),				\
	.n = offsetof(struct type, n_##member), .size = MEMBER_SIZE(type, member[0]),	\
	.max = MEMBER_SIZE(type, member) / MEMBER_SIZE(type, member[0])
#define NESTS(_attr, type, member, _fields)						\
	{ ARRAY(_attr, type, member), .fields = _fields, .n_fields = ARRAY_SIZE(_fields) }
#define NUMBERS(attr, type, member) { ARRAY(attr, type, member) }

static const struct array gpu_arrays[] = {
	NESTS(NVMUX_A_GPU_COMPANION, nvmux_gpu, companions, companion_fields),
	NESTS(NVMUX_A_GPU_GI, nvmux_gpu, gis, gi_fields),
	{}
};

static const struct array type_arrays[] = {
	NUMBERS(NVMUX_A_TYPE_PLACEMENT, nvmux_type, placements),
	NUMBERS(NVMUX_A_TYPE_FREE_PLACEMENT, nvmux_type, free_placements),
	{}
};

/* A longer text is cut: it is for people. Commands of processes are what those like. */
static void read_text(const struct nlattr *nla, char *to, size_t size)
{
	size_t len = (size_t)nla_len(nla);

	if (len >= size)
		len = size - 1;
	memcpy(to, nla_data(nla), len);
	to[len] = '\0';
	utf8_clean(to);
}

static bool read_field(const struct field *f, const struct nlattr *nla, void *item)
{
	char *to = (char *)item + f->offset;

	switch (f->kind) {
	case KIND_U32:
	case KIND_U64:
		if ((size_t)nla_len(nla) != f->size)
			return false;
		memcpy(to, nla_data(nla), f->size);
		return true;
	case KIND_TEXT:
		read_text(nla, to, f->size);
		return true;
	case KIND_FLAG:
		*(bool *)to = true;
		return true;
	default:
		return false;
	}
}

static uint64_t read_fields(const struct field *fields, size_t n, struct nlattr *head, int len,
			    void *item)
{
	uint64_t has = 0;
	struct nlattr *nla;
	int rest;

	nla_for_each_attr(nla, head, len, rest) {
		int type = nla_type(nla);

		if ((size_t)type < n && read_field(&fields[type], nla, item))
			has |= NVMUX_HAS(type);
	}
	return has;
}

static bool read_element(const struct array *a, const struct nlattr *nla, void *to)
{
	static const struct field number = { .kind = KIND_U32, .size = sizeof(uint32_t) };

	if (!a->fields)
		return read_field(&number, nla, to);
	(void)read_fields(a->fields, a->n_fields, nla_data(nla), nla_len(nla), to);
	return true;
}

/* Elements beyond the room are counted only. */
static uint64_t read_array(const struct array *a, struct nlattr *head, int len, void *item)
{
	size_t *n = (size_t *)((char *)item + a->n);
	char *items = (char *)item + a->items;
	struct nlattr *nla;
	int rest;

	nla_for_each_attr(nla, head, len, rest) {
		if (nla_type(nla) != a->attr)
			continue;
		if (*n >= a->max || read_element(a, nla, items + *n * a->size))
			(*n)++;
	}
	return *n ? NVMUX_HAS(a->attr) : 0;
}

static uint64_t read_arrays(const struct array *arrays, struct nlattr *head, int len, void *item)
{
	uint64_t has = 0;

	for (; arrays->attr; arrays++)
		has |= read_array(arrays, head, len, item);
	return has;
}

static int message_attrs(struct nlmsghdr *nlh, struct nlattr **ret_head, int *ret_len)
{
	struct genlmsghdr *g;

	if (!genlmsg_valid_hdr(nlh, 0))
		return -EBADMSG;
	g = nlmsg_data(nlh);
	*ret_head = genlmsg_attrdata(g, 0);
	*ret_len = genlmsg_attrlen(g, 0);
	return 0;
}

int info_gpu(struct nlmsghdr *nlh, struct nvmux_gpu *ret)
{
	struct nlattr *head;
	int len, err = message_attrs(nlh, &head, &len);

	if (err)
		return err;
	memset(ret, 0, sizeof(*ret));
	ret->has = read_fields(gpu_fields, ARRAY_SIZE(gpu_fields), head, len, ret);
	ret->has |= read_arrays(gpu_arrays, head, len, ret);
	return ret->bdf[0] ? 0 : -EBADMSG;
}

int info_type(struct nlmsghdr *nlh, struct nvmux_type *ret)
{
	struct nlattr *head;
	int len, err = message_attrs(nlh, &head, &len);

	if (err)
		return err;
	memset(ret, 0, sizeof(*ret));
	ret->has = read_fields(type_fields, ARRAY_SIZE(type_fields), head, len, ret);
	ret->has |= read_arrays(type_arrays, head, len, ret);
	return ret->name[0] && ret->gpu[0] ? 0 : -EBADMSG;
}

int info_vgpu(struct nlmsghdr *nlh, struct nvmux_vgpu *ret)
{
	struct nlattr *head;
	int len, err = message_attrs(nlh, &head, &len);

	if (err)
		return err;
	memset(ret, 0, sizeof(*ret));
	ret->has = read_fields(vgpu_fields, ARRAY_SIZE(vgpu_fields), head, len, ret);
	return ret->uuid[0] ? 0 : -EBADMSG;
}

int info_new_gi(struct nlmsghdr *nlh, uint32_t *ret_placement)
{
	struct nlattr *head, *nla;
	int len, err = message_attrs(nlh, &head, &len);

	if (err)
		return err;
	nla = nla_find(head, len, NVMUX_A_GI_PLACEMENT);
	if (!nla || nla_len(nla) != (int)sizeof(*ret_placement))
		return -EBADMSG;
	*ret_placement = nla_get_u32(nla);
	return 0;
}
