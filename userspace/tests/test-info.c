// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages are built as the kernel builds them and parsed as the library does.
 */
#include <errno.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "lib/info.h"
#include "lib/nl.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define UUID "c2177883-f1bb-47f0-914d-32a22e3a8804"

static struct nl_msg *message(int cmd)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, 0, 0, 30, 0, 0, (uint8_t)cmd, 1))
		abort();
	return msg;
}

static void put_companion(struct nl_msg *msg, const char *bdf, const char *driver)
{
	struct nlattr *nest = nla_nest_start(msg, NVMUX_A_GPU_COMPANION);

	if (!nest || nla_put_string(msg, NVMUX_A_COMPANION_BDF, bdf) < 0 ||
	    nla_put_u32(msg, NVMUX_A_COMPANION_CLASS, 0x040300) < 0)
		abort();
	if (driver && nla_put_string(msg, NVMUX_A_COMPANION_DRIVER, driver) < 0)
		abort();
	nla_nest_end(msg, nest);
}

static void info_gpu_is_read(void)
{
	struct nl_msg *msg = message(NVMUX_CMD_GPU_GET);
	struct nvmux_gpu gpu;
	int err;

	nla_put_string(msg, NVMUX_A_GPU_BDF, BDF);
	nla_put_u32(msg, NVMUX_A_GPU_DEVICE_ID, 0x20b7);
	nla_put_u32(msg, NVMUX_A_GPU_MODE, NVMUX_MODE_VGPU);
	nla_put_u32(msg, NVMUX_A_GPU_STEP, NVMUX_STEP_DETACH);
	nla_put_u32(msg, NVMUX_A_GPU_RESET, NVMUX_RESET_SLOT);
	nla_put_u32(msg, NVMUX_A_GPU_VF_COUNT, 16);
	nla_put_u64(msg, NVMUX_A_GPU_FB_SIZE, 24ULL << 30);
	nla_put_s32(msg, NVMUX_A_GPU_NUMA_NODE, 1);
	put_companion(msg, "0001:81:00.1", "snd_hda_intel");
	put_companion(msg, "0001:81:00.2", NULL);
	nla_put_u32(msg, 200, 1);
	err = info_gpu(nlmsg_hdr(msg), &gpu);
	nlmsg_free(msg);
	CHECK_INT(err, 0);
	CHECK_STR(gpu.bdf, BDF);
	CHECK_INT(gpu.device_id, 0x20b7);
	CHECK_INT(gpu.mode, NVMUX_MODE_VGPU);
	CHECK_INT(gpu.fb_size, 24LL << 30);
	CHECK_INT(gpu.numa_node, 1);
	CHECK_STR(nvmux_step_str(gpu.step), "detach");
	CHECK_STR(nvmux_reset_str(gpu.reset), "slot");
	CHECK_INT(gpu.vf_count, 16);
	CHECK(gpu.has & NVMUX_HAS(NVMUX_A_GPU_NUMA_NODE));
	CHECK(!(gpu.has & NVMUX_HAS(NVMUX_A_GPU_TARGET)));
	CHECK_INT(gpu.n_companions, 2);
	CHECK_STR(gpu.companions[0].driver, "snd_hda_intel");
	CHECK_INT(gpu.companions[1].class_code, 0x040300);
	CHECK_STR(gpu.companions[1].driver, "");
}

static void info_many_companions_do_not_overflow(void)
{
	struct nl_msg *msg = message(NVMUX_CMD_GPU_GET);
	struct nvmux_gpu gpu;
	int err;

	nla_put_string(msg, NVMUX_A_GPU_BDF, BDF);
	for (int i = 0; i < NVMUX_COMPANIONS_MAX + 3; i++)
		put_companion(msg, "0001:81:00.1", NULL);
	err = info_gpu(nlmsg_hdr(msg), &gpu);
	nlmsg_free(msg);
	CHECK_INT(err, 0);
	CHECK_INT(gpu.n_companions, NVMUX_COMPANIONS_MAX + 3);
}

static void info_long_text_is_cut(void)
{
	struct nl_msg *msg = message(NVMUX_CMD_GPU_GET);
	struct nvmux_gpu gpu;
	char longer[1000];
	int err;

	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	nla_put_string(msg, NVMUX_A_GPU_BDF, BDF);
	nla_put_string(msg, NVMUX_A_GPU_ERROR, longer);
	nla_put(msg, NVMUX_A_GPU_BOARD, 3, "A30");	/* not terminated */
	err = info_gpu(nlmsg_hdr(msg), &gpu);
	nlmsg_free(msg);
	CHECK_INT(err, 0);
	CHECK_INT(strlen(gpu.error), sizeof(gpu.error) - 1);
	CHECK_STR(gpu.board, "A30");
}

/* libvirt can name a QEMU process after its VM; 15 bytes of that are its command. */
static void info_command_is_text(void)
{
	struct nl_msg *msg = message(NVMUX_CMD_VGPU_GET);
	struct nvmux_vgpu vgpu;
	int err;

	nla_put_string(msg, NVMUX_A_VGPU_UUID, UUID);
	nla_put_string(msg, NVMUX_A_VGPU_COMM, "qemu:Pr\xc3\xbc" "fpl\xc3\xa4t\xc3");
	err = info_vgpu(nlmsg_hdr(msg), &vgpu);
	nlmsg_free(msg);
	CHECK_INT(err, 0);
	CHECK_STR(vgpu.comm, "qemu:Pr\xc3\xbc" "fpl\xc3\xa4t?");
}

static void info_wrong_width_is_not_taken(void)
{
	struct nl_msg *msg = message(NVMUX_CMD_GPU_GET);
	struct nvmux_gpu gpu;
	int err;

	nla_put_string(msg, NVMUX_A_GPU_BDF, BDF);
	nla_put_u32(msg, NVMUX_A_GPU_FB_SIZE, 7);
	err = info_gpu(nlmsg_hdr(msg), &gpu);
	nlmsg_free(msg);
	CHECK_INT(err, 0);
	CHECK_INT(gpu.fb_size, 0);
	CHECK(!(gpu.has & NVMUX_HAS(NVMUX_A_GPU_FB_SIZE)));
}

static void info_nameless_is_refused(void)
{
	struct nl_msg *msg = message(NVMUX_CMD_GPU_GET);
	struct nvmux_type type;
	struct nvmux_vgpu vgpu;
	struct nvmux_gpu gpu;
	int e1 = info_gpu(nlmsg_hdr(msg), &gpu), e2 = info_type(nlmsg_hdr(msg), &type);
	int e3 = info_vgpu(nlmsg_hdr(msg), &vgpu);

	nlmsg_free(msg);
	CHECK(e1 == -EBADMSG && e2 == -EBADMSG && e3 == -EBADMSG);
}

static void info_type_and_vgpu_are_read(void)
{
	struct nl_msg *msg = message(NVMUX_CMD_TYPE_GET);
	struct nvmux_type type;
	struct nvmux_vgpu vgpu;
	int e1, e2;

	nla_put_string(msg, NVMUX_A_TYPE_GPU, BDF);
	nla_put_string(msg, NVMUX_A_TYPE_NAME, "A30-12C");
	nla_put_u32(msg, NVMUX_A_TYPE_AVAILABLE, 2);
	e1 = info_type(nlmsg_hdr(msg), &type);
	nlmsg_free(msg);
	msg = message(NVMUX_CMD_VGPU_GET);
	nla_put_string(msg, NVMUX_A_VGPU_UUID, UUID);
	nla_put_u32(msg, NVMUX_A_VGPU_STATE, NVMUX_VGPU_STATE_OPEN);
	nla_put_u32(msg, NVMUX_A_VGPU_PID, 1234);
	nla_put_string(msg, NVMUX_A_VGPU_GI_PROFILE, "1g.6gb");
	nla_put_u64(msg, NVMUX_A_VGPU_RESETS, 1ULL << 33);
	e2 = info_vgpu(nlmsg_hdr(msg), &vgpu);
	nlmsg_free(msg);
	CHECK_INT(e1, 0);
	CHECK_INT(type.available, 2);
	CHECK_STR(type.name, "A30-12C");
	CHECK_INT(e2, 0);
	CHECK_INT(vgpu.pid, 1234);
	CHECK_STR(vgpu.gi_profile, "1g.6gb");
	CHECK_INT(vgpu.resets, 1LL << 33);
	CHECK_INT(vgpu.state, NVMUX_VGPU_STATE_OPEN);
}

static void put_gi(struct nl_msg *msg, const char *profile, uint32_t placement, bool kept)
{
	struct nlattr *nest = nla_nest_start(msg, NVMUX_A_GPU_GI);

	if (!nest || nla_put_string(msg, NVMUX_A_INSTANCE_PROFILE, profile) < 0 ||
	    nla_put_u32(msg, NVMUX_A_INSTANCE_PLACEMENT, placement) < 0 ||
	    nla_put_u32(msg, NVMUX_A_INSTANCE_MEMORY_SLICES, 2) < 0 ||
	    nla_put_u32(msg, NVMUX_A_INSTANCE_COMPUTE_SLICES, 3) < 0 ||
	    nla_put_u32(msg, NVMUX_A_INSTANCE_VGPU_COUNT, 1) < 0)
		abort();
	if (kept && nla_put_flag(msg, NVMUX_A_INSTANCE_KEPT) < 0)
		abort();
	nla_nest_end(msg, nest);
}

static void info_gpu_instances_are_read(void)
{
	struct nl_msg *msg = message(NVMUX_CMD_GPU_GET);
	struct nvmux_gpu gpu;
	int err;

	nla_put_string(msg, NVMUX_A_GPU_BDF, BDF);
	nla_put_u32(msg, NVMUX_A_GPU_PARTITION, NVMUX_PARTITION_MIG);
	nla_put_u32(msg, NVMUX_A_GPU_PARTITIONS, 0xa);
	put_gi(msg, "2g.12gb", 0, true);
	put_gi(msg, "1g.6gb", 2, false);
	err = info_gpu(nlmsg_hdr(msg), &gpu);
	nlmsg_free(msg);
	CHECK_INT(err, 0);
	CHECK_INT(gpu.partitions, NVMUX_PARTITION_BIT(NVMUX_PARTITION_SAME_SIZE) |
		  NVMUX_PARTITION_BIT(NVMUX_PARTITION_MIG));
	CHECK(gpu.has & NVMUX_HAS(NVMUX_A_GPU_GI));
	CHECK(!(gpu.has & NVMUX_HAS(NVMUX_A_GPU_COMPANION)));
	CHECK_INT(gpu.n_gis, 2);
	CHECK_STR(gpu.gis[0].profile, "2g.12gb");
	CHECK_INT(gpu.gis[0].kept, 1);
	CHECK_INT(gpu.gis[1].placement, 2);
	CHECK_INT(gpu.gis[1].memory_slices, 2);
	CHECK_INT(gpu.gis[1].compute_slices, 3);
	CHECK_INT(gpu.gis[1].vgpu_count, 1);
	CHECK_INT(gpu.gis[1].kept, 0);
}

static void info_placements_are_read(void)
{
	struct nl_msg *msg = message(NVMUX_CMD_TYPE_GET);
	struct { struct nvmux_type type; uint32_t behind[16]; } room = { .behind = { 7 } };
	struct nvmux_type *type = &room.type;
	int err;

	nla_put_string(msg, NVMUX_A_TYPE_GPU, BDF);
	nla_put_string(msg, NVMUX_A_TYPE_NAME, "A30-12C");
	nla_put_u32(msg, NVMUX_A_TYPE_MAX_MIXED, 2);
	nla_put_u32(msg, NVMUX_A_TYPE_MAX_PER_GI, 3);
	nla_put_string(msg, NVMUX_A_TYPE_GI_PROFILE, "1g.6gb");
	nla_put_u32(msg, NVMUX_A_TYPE_PLACEMENT, 0);
	nla_put_u64(msg, NVMUX_A_TYPE_PLACEMENT, 7);	/* of a width that is none */
	nla_put_u32(msg, NVMUX_A_TYPE_PLACEMENT, 12);
	nla_put_u32(msg, NVMUX_A_TYPE_FREE_PLACEMENT, 12);
	for (int i = 0; i < NVMUX_PLACEMENTS_MAX; i++)
		nla_put_u32(msg, NVMUX_A_TYPE_FREE_PLACEMENT, 13);
	err = info_type(nlmsg_hdr(msg), type);
	nlmsg_free(msg);
	CHECK_INT(err, 0);
	CHECK_INT(type->max_mixed, 2);
	CHECK_INT(type->max_per_gi, 3);
	CHECK_STR(type->gi_profile, "1g.6gb");
	CHECK_INT(type->n_placements, 2);
	CHECK_INT(type->placements[0], 0);
	CHECK_INT(type->placements[1], 12);
	CHECK_INT(type->n_free_placements, NVMUX_PLACEMENTS_MAX + 1);
	CHECK_INT(type->free_placements[0], 12);
	CHECK_INT(room.behind[0], 7);
	CHECK_INT(type->free_placements[NVMUX_PLACEMENTS_MAX - 1], 13);
}

static void info_new_gpu_instance_is_read(void)
{
	struct nl_msg *msg = message(NVMUX_CMD_GI_NEW);
	uint32_t placement = 7;
	int e1, e2;

	nla_put_string(msg, NVMUX_A_GI_GPU, BDF);
	e1 = info_new_gi(nlmsg_hdr(msg), &placement);
	nla_put_u32(msg, NVMUX_A_GI_PLACEMENT, 2);
	e2 = info_new_gi(nlmsg_hdr(msg), &placement);
	nlmsg_free(msg);
	CHECK_INT(e1, -EBADMSG);
	CHECK_INT(e2, 0);
	CHECK_INT(placement, 2);
}

/* What is asked for stands in the request, and nothing else does. */
static void info_request_names_the_thing(void)
{
	const struct nvmux nvmux = { .family = 30 };
	struct nl_msg *msg = nvnl_request_about(&nvmux, NVMUX_CMD_GI_DEL, 0, NVMUX_A_GI_GPU, BDF);
	struct nlattr *name = nlmsg_find_attr(nlmsg_hdr(msg), GENL_HDRLEN, NVMUX_A_GI_GPU);
	struct nl_msg *all = nvnl_request_about(&nvmux, NVMUX_CMD_GPU_GET, NLM_F_DUMP, 1, NULL);
	bool named = name && strcmp(nla_get_string(name), BDF) == 0;
	int rest = nlmsg_attrlen(nlmsg_hdr(all), GENL_HDRLEN);

	nlmsg_free(msg);
	nlmsg_free(all);
	CHECK(named);
	CHECK_INT(rest, 0);
}

/* A refusal as the kernel sends it: error, the request echoed, then the TLVs. */
static struct nl_msg *refusal(struct nl_msg *request, int err, uint32_t offset, const char *text)
{
	struct nlmsghdr *echo = nlmsg_hdr(request), *nlh;
	struct nl_msg *msg = nlmsg_alloc();

	nlh = nlmsg_put(msg, 0, 0, NLMSG_ERROR, 0, NLM_F_ACK_TLVS);
	if (nlmsg_append(msg, &err, sizeof(err), 0) < 0 ||
	    nlmsg_append(msg, echo, echo->nlmsg_len, NLMSG_ALIGNTO) < 0)
		abort();
	nla_put_string(msg, NLMSGERR_ATTR_MSG, text);
	nla_put_u32(msg, NLMSGERR_ATTR_OFFS, offset);
	(void)nlh;
	return msg;
}

static void info_refusal_has_text_and_attribute(void)
{
	struct nl_msg *request = message(NVMUX_CMD_GPU_SET), *msg;
	struct nvnl_result result = { 0 };
	struct nlattr *blamed;
	uint32_t offset;

	nla_put_string(request, NVMUX_A_GPU_BDF, BDF);
	nla_put_u32(request, NVMUX_A_GPU_MODE, NVMUX_MODE_HOST);
	blamed = nlmsg_find_attr(nlmsg_hdr(request), GENL_HDRLEN, NVMUX_A_GPU_MODE);
	offset = (uint32_t)((char *)blamed - (char *)nlmsg_hdr(request));
	msg = refusal(request, -EBUSY, offset, "gpu " BDF " is held by vgpu x");
	nvnl_refused(&result, nlmsg_hdr(msg));
	nlmsg_free(msg);
	nlmsg_free(request);
	CHECK_INT(result.err, -EBUSY);
	CHECK_STR(result.text, "gpu " BDF " is held by vgpu x");
	CHECK_INT(result.attr, NVMUX_A_GPU_MODE);
}

static void info_refusal_with_bad_offset_is_survived(void)
{
	struct nl_msg *request = message(NVMUX_CMD_GPU_SET), *msg;
	struct nvnl_result result = { 0 };

	msg = refusal(request, -EINVAL, 100000, "x");
	nvnl_refused(&result, nlmsg_hdr(msg));
	nlmsg_free(msg);
	nlmsg_free(request);
	CHECK_INT(result.err, -EINVAL);
	CHECK_INT(result.attr, 0);
}

static void info_refused_dump_has_its_error(void)
{
	struct nvnl_result result = { 0 };
	struct nl_msg *msg = nlmsg_alloc();
	int err = -ENODEV;

	nlmsg_put(msg, 0, 0, NLMSG_DONE, 0, NLM_F_ACK_TLVS | NLM_F_MULTI);
	if (nlmsg_append(msg, &err, sizeof(err), NLMSG_ALIGNTO) < 0)
		abort();
	nla_put_string(msg, NLMSGERR_ATTR_MSG, "no gpu " BDF);
	nvnl_done(&result, nlmsg_hdr(msg));
	nlmsg_free(msg);
	CHECK_INT(result.err, -ENODEV);
	CHECK_STR(result.text, "no gpu " BDF);
}

int main(void)
{
	RUN(info_gpu_is_read);
	RUN(info_many_companions_do_not_overflow);
	RUN(info_long_text_is_cut);
	RUN(info_command_is_text);
	RUN(info_wrong_width_is_not_taken);
	RUN(info_nameless_is_refused);
	RUN(info_type_and_vgpu_are_read);
	RUN(info_gpu_instances_are_read);
	RUN(info_placements_are_read);
	RUN(info_new_gpu_instance_is_read);
	RUN(info_request_names_the_thing);
	RUN(info_refusal_has_text_and_attribute);
	RUN(info_refusal_with_bad_offset_is_survived);
	RUN(info_refused_dump_has_its_error);
	return tap_end();
}
