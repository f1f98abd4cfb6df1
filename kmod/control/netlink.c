// SPDX-License-Identifier: GPL-2.0-only
/*
 * The netlink door: pre_doit finds the GPU or vGPU that a request names and takes its lock, the
 * handler reads the rest, asks the core and answers, post_doit lets go. No rule lives here, and no
 * handler waits for a driver: all of generic netlink would wait with it.
 */
#include <linux/uuid.h>
#include <net/genetlink.h>
#include <uapi/linux/nvmux.h>

#include "../core/gpu.h"
#include "../core/mode.h"
#include "../core/refusal.h"
#include "../core/type.h"
#include "../core/vgpu.h"
#include "netlink.h"
#include "netlink_fill.h"
#include "netlink_gen.h"
#include "netlink_notify.h"

/* What pre_doit found. */
#define GPU_OF(info) ((struct nvmux_gpu *)(info)->user_ptr[0])
#define VGPU_OF(info) ((struct nvmux_vgpu *)(info)->user_ptr[1])

__printf(4, 5)
static int nl_refuse(struct genl_info *info, int attr, int err, const char *fmt, ...)
{
	struct nvmux_refusal why = {};
	va_list args;

	va_start(args, fmt);
	vsnprintf(why.text, sizeof(why.text), fmt, args);
	va_end(args);
	NL_SET_BAD_ATTR(info->extack, info->attrs[attr]);
	NL_SET_ERR_MSG_FMT(info->extack, "%s", why.text);
	return err;
}

/* Hand on why the core refused; @attr is the attribute that it did not like. */
static int nl_result(struct genl_info *info, int attr, int err, const struct nvmux_refusal *why)
{
	if (!err)
		return 0;
	NL_SET_BAD_ATTR(info->extack, info->attrs[attr]);
	if (why->text[0])
		NL_SET_ERR_MSG_FMT(info->extack, "%s", why->text);
	return err;
}

static int netns_check(const struct genl_split_ops *ops, struct genl_info *info)
{
	if (!(ops->flags & GENL_ADMIN_PERM) || net_eq(genl_info_net(info), &init_net))
		return 0;
	NL_SET_ERR_MSG(info->extack, "nvmux is controlled from the initial network namespace only");
	return -EOPNOTSUPP;
}

static int attr_text(struct genl_info *info, int attr, const char *what, const char **ret)
{
	if (GENL_REQ_ATTR_CHECK(info, attr))
		return nl_refuse(info, 0, -EINVAL, "the request names no %s", what);
	*ret = nla_data(info->attrs[attr]);
	return 0;
}

static int gpu_lock(struct genl_info *info, int attr)
{
	struct nvmux_gpu *gpu;
	const char *bdf;
	int err = attr_text(info, attr, "gpu", &bdf);

	if (err)
		return err;
	gpu = nvmux_gpu_find(bdf);
	if (!gpu)
		return nl_refuse(info, attr, -ENODEV, "no gpu %.60s", bdf);
	mutex_lock(&gpu->lock);
	info->user_ptr[0] = gpu;
	return 0;
}

/* A UUID and nothing else; guid_parse() would ignore what follows it. */
static int attr_uuid(struct genl_info *info, int attr, guid_t *ret)
{
	const char *text;
	int err = attr_text(info, attr, "uuid", &text);

	if (err)
		return err;
	if (strlen(text) != UUID_STRING_LEN || guid_parse(text, ret))
		return nl_refuse(info, attr, -EINVAL, "uuid \"%.48s\" is malformed", text);
	return 0;
}

int nvmux_nl_pre_gpu(const struct genl_split_ops *ops, struct sk_buff *skb,
		     struct genl_info *info)
{
	int err = netns_check(ops, info);

	return err ? err : gpu_lock(info, NVMUX_A_GPU_BDF);
}

int nvmux_nl_pre_vgpu_new(const struct genl_split_ops *ops, struct sk_buff *skb,
			  struct genl_info *info)
{
	int err = netns_check(ops, info);

	return err ? err : gpu_lock(info, NVMUX_A_VGPU_GPU);
}

int nvmux_nl_pre_vgpu(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info)
{
	struct nvmux_vgpu *vgpu;
	guid_t uuid;
	int err;

	err = netns_check(ops, info);
	if (!err)
		err = attr_uuid(info, NVMUX_A_VGPU_UUID, &uuid);
	if (err)
		return err;
	vgpu = nvmux_vgpu_find(&uuid);
	if (!vgpu)
		return nl_refuse(info, NVMUX_A_VGPU_UUID, -ENODEV, "no vgpu %pUl", &uuid);

	info->user_ptr[0] = nvmux_gpu_get(vgpu->gpu);
	info->user_ptr[1] = vgpu;
	mutex_lock(&vgpu->gpu->lock);
	return 0;
}

void nvmux_nl_post_gpu(const struct genl_split_ops *ops, struct sk_buff *skb,
		       struct genl_info *info)
{
	mutex_unlock(&GPU_OF(info)->lock);
	nvmux_vgpu_put(VGPU_OF(info));
	nvmux_gpu_put(GPU_OF(info));
}

static int reply_end(struct sk_buff *msg, void *head, int err, struct genl_info *info)
{
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, head);
	return genlmsg_reply(msg, info);
}

static struct sk_buff *reply_begin(struct genl_info *info, void **ret_head)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

	if (!msg)
		return NULL;
	*ret_head = genlmsg_iput(msg, info);
	if (!*ret_head) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int gpu_reply(struct genl_info *info)
{
	void *head;
	struct sk_buff *msg = reply_begin(info, &head);

	if (!msg)
		return -ENOMEM;
	return reply_end(msg, head, nvmux_nl_fill_gpu(msg, GPU_OF(info)), info);
}

static int vgpu_reply(struct genl_info *info, struct nvmux_vgpu *vgpu)
{
	void *head;
	struct sk_buff *msg = reply_begin(info, &head);

	if (!msg)
		return -ENOMEM;
	return reply_end(msg, head, nvmux_nl_fill_vgpu(msg, vgpu), info);
}

int nvmux_nl_gpu_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return gpu_reply(info);
}

static int partition_check(struct genl_info *info)
{
	struct nvmux_gpu *gpu = GPU_OF(info);
	struct nlattr *attr = info->attrs[NVMUX_A_GPU_PARTITION];

	if (!attr || nla_get_u32(attr) == gpu->partition)
		return 0;
	return nl_refuse(info, NVMUX_A_GPU_PARTITION, -EOPNOTSUPP,
			 "gpu %s is divided same-size, the only way so far", nvmux_gpu_bdf(gpu));
}

int nvmux_nl_gpu_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *mode = info->attrs[NVMUX_A_GPU_MODE];
	struct nlattr *flags = info->attrs[NVMUX_A_GPU_FLAGS];
	struct nvmux_refusal why = {};
	int err = partition_check(info);

	if (!err && mode) {
		err = nvmux_mode_set(GPU_OF(info), nla_get_u32(mode),
				     flags ? nla_get_u32(flags) : 0, &why);
		err = nl_result(info, NVMUX_A_GPU_MODE, err, &why);
	}
	return err ? err : gpu_reply(info);
}

struct vgpu_request {
	const struct nvmux_type *type;
	guid_t uuid;
	u32 wish;
};

static int vgpu_request_parse(struct genl_info *info, struct vgpu_request *ret)
{
	struct nlattr *placement = info->attrs[NVMUX_A_VGPU_PLACEMENT];
	struct nvmux_gpu *gpu = GPU_OF(info);
	const char *name;
	int err;

	err = attr_text(info, NVMUX_A_VGPU_TYPE, "type", &name);
	if (!err)
		err = attr_uuid(info, NVMUX_A_VGPU_UUID, &ret->uuid);
	if (err)
		return err;
	ret->wish = placement ? nla_get_u32(placement) : NVMUX_PLACEMENT_ANY;
	ret->type = nvmux_type_find(gpu->board, name);
	if (!ret->type)
		return nl_refuse(info, NVMUX_A_VGPU_TYPE, -EINVAL, "gpu %s has no type %.40s",
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
	err = nvmux_vgpu_reserve(GPU_OF(info), req.type, &req.uuid, req.wish, info->snd_portid,
				 &vgpu, &why);
	if (err)
		return nl_result(info, vgpu_new_attr(info, err), err, &why);

	err = vgpu_reply(info, vgpu);
	if (err)
		nvmux_vgpu_delete(vgpu, NULL);
	nvmux_vgpu_put(vgpu);
	return err;
}

int nvmux_nl_vgpu_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nvmux_refusal why = {};
	int err = nvmux_vgpu_delete(VGPU_OF(info), &why);

	return nl_result(info, NVMUX_A_VGPU_UUID, err, &why);
}

int nvmux_nl_vgpu_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vgpu_reply(info, VGPU_OF(info));
}

/**
 * struct dump_place - where a dump goes on
 * @gpu: id of the GPU
 * @item: id of the vGPU, or number of the type, within it
 */
struct dump_place {
	unsigned long gpu;
	unsigned long item;
};

static struct dump_place *place_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct dump_place) > sizeof(cb->ctx));
	return (struct dump_place *)cb->ctx;
}

static int dump_one(struct sk_buff *skb, struct netlink_callback *cb, struct nvmux_gpu *gpu,
		    int (*fill)(struct sk_buff *skb, struct nvmux_gpu *gpu, const void *item),
		    const void *item)
{
	void *head = genlmsg_iput(skb, genl_info_dump(cb));

	if (!head)
		return -EMSGSIZE;
	if (fill(skb, gpu, item)) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

static const char *dump_filter(struct netlink_callback *cb, int attr)
{
	const struct genl_info *info = genl_info_dump(cb);

	return attr < 0 || !info->attrs[attr] ? NULL : nla_data(info->attrs[attr]);
}

static int dump_filter_check(struct netlink_callback *cb, int attr)
{
	const char *bdf = dump_filter(cb, attr);
	struct nvmux_gpu *gpu = bdf ? nvmux_gpu_find(bdf) : NULL;

	if (bdf && !gpu) {
		NL_SET_BAD_ATTR(cb->extack, genl_info_dump(cb)->attrs[attr]);
		NL_SET_ERR_MSG_FMT(cb->extack, "no gpu %.60s", bdf);
		return -ENODEV;
	}
	nvmux_gpu_put(gpu);
	return 0;
}

static bool dump_wants(struct netlink_callback *cb, int attr, const struct nvmux_gpu *gpu)
{
	const char *bdf = dump_filter(cb, attr);

	return !bdf || !strcmp(bdf, nvmux_gpu_bdf(gpu));
}

typedef int (*dump_gpu_fn)(struct sk_buff *skb, struct netlink_callback *cb,
			   struct nvmux_gpu *gpu);

/* A full message is no error: the dump goes on with the next one where this one ended. */
static int dump_all(struct sk_buff *skb, struct netlink_callback *cb, int filter, dump_gpu_fn dump)
{
	struct dump_place *place = place_of(cb);
	struct nvmux_gpu *gpu;
	int err = dump_filter_check(cb, filter);

	while (!err && (gpu = nvmux_gpu_next(&place->gpu))) {
		mutex_lock(&gpu->lock);
		if (!gpu->gone && dump_wants(cb, filter, gpu))
			err = dump(skb, cb, gpu);
		mutex_unlock(&gpu->lock);
		nvmux_gpu_put(gpu);
		if (!err) {
			place->gpu++;
			place->item = 0;
		}
	}
	return err && skb->len ? skb->len : err;
}

static int fill_gpu_item(struct sk_buff *skb, struct nvmux_gpu *gpu, const void *item)
{
	return nvmux_nl_fill_gpu(skb, gpu);
}

static int dump_gpu(struct sk_buff *skb, struct netlink_callback *cb, struct nvmux_gpu *gpu)
{
	return dump_one(skb, cb, gpu, fill_gpu_item, NULL);
}

int nvmux_nl_gpu_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_all(skb, cb, -1, dump_gpu);
}

static int fill_type_item(struct sk_buff *skb, struct nvmux_gpu *gpu, const void *item)
{
	return nvmux_nl_fill_type(skb, gpu, item);
}

static int dump_types(struct sk_buff *skb, struct netlink_callback *cb, struct nvmux_gpu *gpu)
{
	struct dump_place *place = place_of(cb);
	int err = 0;

	for (; gpu->board && place->item < gpu->board->n_types; place->item++) {
		err = dump_one(skb, cb, gpu, fill_type_item, &gpu->board->types[place->item]);
		if (err)
			break;
	}
	return err;
}

int nvmux_nl_type_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_all(skb, cb, NVMUX_A_TYPE_GPU, dump_types);
}

static int fill_vgpu_item(struct sk_buff *skb, struct nvmux_gpu *gpu, const void *item)
{
	return nvmux_nl_fill_vgpu(skb, (struct nvmux_vgpu *)item);
}

static int dump_vgpus(struct sk_buff *skb, struct netlink_callback *cb, struct nvmux_gpu *gpu)
{
	struct dump_place *place = place_of(cb);
	struct nvmux_vgpu *vgpu;
	int err;

	list_for_each_entry(vgpu, &gpu->vgpus, node) {
		if (vgpu->id < place->item)
			continue;
		err = dump_one(skb, cb, gpu, fill_vgpu_item, vgpu);
		if (err) {
			place->item = vgpu->id;
			return err;
		}
	}
	return 0;
}

int nvmux_nl_vgpu_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_all(skb, cb, NVMUX_A_VGPU_GPU, dump_vgpus);
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
