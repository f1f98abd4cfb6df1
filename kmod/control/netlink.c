// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink door. A handler reads the rest of its request, asks the core and answers. No rule
 * lives here, and no handler waits for a driver: all of generic netlink would wait with it.
 */
#include <linux/uuid.h>
#include <net/genetlink.h>
#include <uapi/linux/nvmux.h>

#include "../core/gpu.h"
#include "../core/mode.h"
#include "../core/partition.h"
#include "../core/refusal.h"
#include "../core/type.h"
#include "../core/vgpu.h"
#include "../modes/opened.h"
#include "netlink.h"
#include "netlink_fill.h"
#include "netlink_gen.h"
#include "netlink_notify.h"
#include "netlink_request.h"

static int gpu_reply(struct genl_info *info)
{
	void *head;
	struct sk_buff *msg = nvmux_nl_reply_begin(info, &head);

	if (!msg)
		return -ENOMEM;
	return nvmux_nl_reply_end(msg, head, nvmux_nl_fill_gpu(msg, nvmux_nl_gpu(info)), info);
}

static int vgpu_reply(struct genl_info *info, struct nvmux_vgpu *vgpu)
{
	void *head;
	struct sk_buff *msg = nvmux_nl_reply_begin(info, &head);

	if (!msg)
		return -ENOMEM;
	return nvmux_nl_reply_end(msg, head, nvmux_nl_fill_vgpu(msg, vgpu), info);
}

int nvmux_nl_gpu_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return gpu_reply(info);
}

static int partition_check(struct genl_info *info, struct nlattr *attr)
{
	struct nvmux_refusal why = {};
	int err;

	if (!attr)
		return 0;
	err = nvmux_partition_check(nvmux_nl_gpu(info), nla_get_u32(attr), &why);
	return nvmux_nl_result(info, NVMUX_A_GPU_PARTITION, err, &why);
}

static u32 flags_of(struct genl_info *info)
{
	struct nlattr *flags = info->attrs[NVMUX_A_GPU_FLAGS];

	return flags ? nla_get_u32(flags) : 0;
}

/* A recovery ends in host mode, a cleaning where it began, when the request does not say more. */
static enum nvmux_mode mode_of(struct genl_info *info, struct nlattr *attr, u32 flags)
{
	if (attr)
		return nla_get_u32(attr);
	if (flags & NVMUX_SET_FLAGS_RECOVER)
		return NVMUX_MODE_HOST;
	return nvmux_nl_gpu(info)->mode;
}

static int mode_set(struct genl_info *info, struct nlattr *attr)
{
	struct nvmux_refusal why = {};
	u32 flags = flags_of(info);
	int err;

	if (!attr && !(flags & (NVMUX_SET_FLAGS_RECOVER | NVMUX_SET_FLAGS_SCRUB)))
		return 0;
	err = nvmux_mode_set(nvmux_nl_gpu(info), mode_of(info, attr, flags), flags, &why);
	return nvmux_nl_result(info, attr ? NVMUX_A_GPU_MODE : NVMUX_A_GPU_FLAGS, err, &why);
}

/* What can be refused comes first, so that a refusal leaves both as they were. */
static int parts_set(struct genl_info *info)
{
	struct nlattr *partition = info->attrs[NVMUX_A_GPU_PARTITION];
	int err = partition_check(info, partition);

	if (!err)
		err = mode_set(info, info->attrs[NVMUX_A_GPU_MODE]);
	if (!err && partition)
		nvmux_partition_set(nvmux_nl_gpu(info), nla_get_u32(partition));
	return err;
}

/* Nothing is changed without the memory to tell about it. */
int nvmux_nl_gpu_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	void *head;
	struct sk_buff *msg = nvmux_nl_reply_begin(info, &head);
	int err;

	if (!msg)
		return -ENOMEM;
	err = parts_set(info) ?: nvmux_nl_fill_gpu(msg, nvmux_nl_gpu(info));
	return nvmux_nl_reply_end(msg, head, err, info);
}

struct vgpu_request {
	const struct nvmux_type *type;
	guid_t uuid;
	u32 wish;
};

static int vgpu_request_parse(struct genl_info *info, struct vgpu_request *ret)
{
	struct nlattr *placement = info->attrs[NVMUX_A_VGPU_PLACEMENT];
	struct nvmux_gpu *gpu = nvmux_nl_gpu(info);
	const char *name;
	int err;

	err = nvmux_nl_text(info, NVMUX_A_VGPU_TYPE, "type", &name);
	if (!err)
		err = nvmux_nl_uuid(info, NVMUX_A_VGPU_UUID, &ret->uuid);
	if (err)
		return err;
	ret->wish = placement ? nla_get_u32(placement) : NVMUX_PLACEMENT_ANY;
	ret->type = nvmux_type_find(gpu->board, name);
	if (!ret->type)
		return nvmux_nl_refuse(info, NVMUX_A_VGPU_TYPE, -EINVAL, "gpu %s has no type %.40s",
				       nvmux_gpu_bdf(gpu), name);
	return 0;
}

/* Which attribute of vgpu-new an error of nvmux_vgpu_reserve() is about. */
static int vgpu_new_attr(struct genl_info *info, int err)
{
	switch (err) {
	case -EADDRINUSE:
		return NVMUX_A_VGPU_UUID;
	case -EINVAL:
		return NVMUX_A_VGPU_PLACEMENT;
	case -ENOSPC:
		return info->attrs[NVMUX_A_VGPU_PLACEMENT] ? NVMUX_A_VGPU_PLACEMENT :
							     NVMUX_A_VGPU_TYPE;
	case -EUSERS:
		return NVMUX_A_VGPU_TYPE;
	default:
		return NVMUX_A_VGPU_GPU;
	}
}

int nvmux_nl_vgpu_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nvmux_refusal why = {};
	struct vgpu_request req;
	struct nvmux_vgpu *vgpu;
	int err;

	err = vgpu_request_parse(info, &req);
	if (err)
		return err;
	err = nvmux_vgpu_reserve(nvmux_nl_gpu(info), req.type, &req.uuid, req.wish,
				 info->snd_portid, &vgpu, &why);
	if (err)
		return nvmux_nl_result(info, vgpu_new_attr(info, err), err, &why);

	err = vgpu_reply(info, vgpu);
	if (err)
		nvmux_vgpu_delete(vgpu, NULL);
	nvmux_vgpu_put(vgpu);
	return err;
}

static int profile_parse(struct genl_info *info, const struct nvmux_gi_profile **ret)
{
	struct nvmux_gpu *gpu = nvmux_nl_gpu(info);
	const char *name;
	int err = nvmux_nl_text(info, NVMUX_A_GI_PROFILE, "profile", &name);

	if (err)
		return err;
	*ret = gpu->board ? nvmux_gi_profile_find(gpu->board->family, name) : NULL;
	if (!*ret)
		return nvmux_nl_refuse(info, NVMUX_A_GI_PROFILE, -EINVAL,
				       "gpu %s has no gpu instance profile %.20s",
				       nvmux_gpu_bdf(gpu), name);
	return 0;
}

static int gi_reply(struct genl_info *info, const struct nvmux_gi_profile *profile, u32 start)
{
	void *head;
	struct sk_buff *msg = nvmux_nl_reply_begin(info, &head);
	int err = 0;

	if (!msg)
		return -ENOMEM;
	if (nla_put_string(msg, NVMUX_A_GI_GPU, nvmux_gpu_bdf(nvmux_nl_gpu(info))) ||
	    nla_put_string(msg, NVMUX_A_GI_PROFILE, profile->name) ||
	    nla_put_u32(msg, NVMUX_A_GI_PLACEMENT, start))
		err = -EMSGSIZE;
	return nvmux_nl_reply_end(msg, head, err, info);
}

int nvmux_nl_gi_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *placement = info->attrs[NVMUX_A_GI_PLACEMENT];
	const struct nvmux_gi_profile *profile;
	struct nvmux_refusal why = {};
	u32 start;
	int err;

	err = profile_parse(info, &profile);
	if (err)
		return err;
	err = nvmux_partition_gi_new(nvmux_nl_gpu(info), profile,
				     placement ? nla_get_u32(placement) : NVMUX_PLACEMENT_ANY,
				     &start, &why);
	if (err)
		return nvmux_nl_result(info, err == -EINVAL ? NVMUX_A_GI_PLACEMENT :
				       NVMUX_A_GI_PROFILE, err, &why);
	err = gi_reply(info, profile, start);
	if (err)
		nvmux_partition_gi_del(nvmux_nl_gpu(info), start, NULL);
	return err;
}

int nvmux_nl_gi_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *placement = info->attrs[NVMUX_A_GI_PLACEMENT];
	struct nvmux_refusal why = {};
	int err;

	if (!placement)
		return nvmux_nl_refuse(info, 0, -EINVAL, "the request names no placement");
	err = nvmux_partition_gi_del(nvmux_nl_gpu(info), nla_get_u32(placement), &why);
	return nvmux_nl_result(info, NVMUX_A_GI_PLACEMENT, err, &why);
}

int nvmux_nl_vgpu_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nvmux_refusal why = {};
	struct nvmux_vgpu *vgpu = nvmux_nl_vgpu(info);
	int err = 0;

	/* Who uses it is named by the rule; somebody may have its file open without using it. */
	if (vgpu->state == NVMUX_VGPU_STATE_PUBLISHED)
		err = nvmux_opened_check_vgpus(vgpu->gpu, &vgpu->uuid, &why);
	if (!err)
		err = nvmux_vgpu_delete(vgpu, &why);
	return nvmux_nl_result(info, NVMUX_A_VGPU_UUID, err, &why);
}

int nvmux_nl_vgpu_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vgpu_reply(info, nvmux_nl_vgpu(info));
}

/* Writes come from the initial network namespace only, so the port alone names the socket. */
static int socket_released(struct notifier_block *nb, unsigned long event, void *data)
{
	struct netlink_notify *notify = data;

	if (event == NETLINK_URELEASE && notify->protocol == NETLINK_GENERIC &&
	    net_eq(notify->net, &init_net))
		nvmux_vgpu_abandon(notify->portid);
	return NOTIFY_DONE;
}

static struct notifier_block socket_listener = { .notifier_call = socket_released };

/**
 * nvmux_nl_init() - open the door
 *
 * Context: may sleep.
 *
 * Return: 0, or a negative errno with nothing left behind.
 */
int nvmux_nl_init(void)
{
	int err = netlink_register_notifier(&socket_listener);

	if (err)
		return err;
	err = genl_register_family(&nvmux_nl_family);
	if (err)
		goto unregister_notifier;
	err = nvmux_nl_notify_init();
	if (err)
		goto unregister_family;
	return 0;

unregister_family:
	genl_unregister_family(&nvmux_nl_family);
unregister_notifier:
	netlink_unregister_notifier(&socket_listener);
	return err;
}

/**
 * nvmux_nl_exit() - close the door
 *
 * Context: may sleep.
 */
void nvmux_nl_exit(void)
{
	nvmux_nl_notify_exit();
	genl_unregister_family(&nvmux_nl_family);
	netlink_unregister_notifier(&socket_listener);
}
