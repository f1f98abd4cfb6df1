// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all requests have in common: pre_doit finds the GPU or vGPU that a request names and takes
 * its lock, post_doit lets go; reading attributes, answering, saying no.
 */
#include <linux/uuid.h>
#include <net/genetlink.h>
#include <uapi/linux/nvmux.h>

#include "../core/gpu.h"
#include "../core/refusal.h"
#include "../core/vgpu.h"
#include "netlink_gen.h"
#include "netlink_request.h"

/**
 * nvmux_nl_refuse() - say no, and why
 * @info: the request
 * @attr: the attribute that is not liked, 0 for none
 * @err: the negative errno to return
 * @fmt: printf format of the sentence
 *
 * Context: any.
 *
 * Return: @err.
 */
int nvmux_nl_refuse(struct genl_info *info, int attr, int err, const char *fmt, ...)
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

/**
 * nvmux_nl_result() - hand on what the core said
 * @info: the request
 * @attr: the attribute that the core did not like
 * @err: its answer, 0 or a negative errno
 * @why: its reason
 *
 * Context: any.
 *
 * Return: @err.
 */
int nvmux_nl_result(struct genl_info *info, int attr, int err, const struct nvmux_refusal *why)
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

/**
 * nvmux_nl_text() - an attribute that must be there, as text
 * @info: the request
 * @attr: the attribute
 * @what: what it names, for people
 * @ret: set to the text, valid as long as the request
 *
 * Context: any.
 *
 * Return: 0; -EINVAL it is missing.
 */
int nvmux_nl_text(struct genl_info *info, int attr, const char *what, const char **ret)
{
	if (GENL_REQ_ATTR_CHECK(info, attr))
		return nvmux_nl_refuse(info, 0, -EINVAL, "the request names no %s", what);
	*ret = nla_data(info->attrs[attr]);
	return 0;
}

static int gpu_lock(struct genl_info *info, int attr)
{
	struct nvmux_gpu *gpu;
	const char *bdf;
	int err = nvmux_nl_text(info, attr, "gpu", &bdf);

	if (err)
		return err;
	gpu = nvmux_gpu_find(bdf);
	if (!gpu)
		return nvmux_nl_refuse(info, attr, -ENODEV, "no gpu %.60s", bdf);
	mutex_lock(&gpu->lock);
	info->user_ptr[0] = gpu;
	return 0;
}

/**
 * nvmux_nl_uuid() - an attribute that must be there, as UUID
 * @info: the request
 * @attr: the attribute
 * @ret: set to the UUID
 *
 * A UUID and nothing else; guid_parse() would ignore what follows it.
 *
 * Context: any.
 *
 * Return: 0; -EINVAL it is missing or malformed.
 */
int nvmux_nl_uuid(struct genl_info *info, int attr, guid_t *ret)
{
	const char *text;
	int err = nvmux_nl_text(info, attr, "uuid", &text);

	if (err)
		return err;
	if (strlen(text) != UUID_STRING_LEN || guid_parse(text, ret))
		return nvmux_nl_refuse(info, attr, -EINVAL, "uuid \"%.48s\" is malformed", text);
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

int nvmux_nl_pre_gi(const struct genl_split_ops *ops, struct sk_buff *skb,
		    struct genl_info *info)
{
	int err = netns_check(ops, info);

	return err ? err : gpu_lock(info, NVMUX_A_GI_GPU);
}

int nvmux_nl_pre_vgpu(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info)
{
	struct nvmux_vgpu *vgpu;
	guid_t uuid;
	int err;

	err = netns_check(ops, info);
	if (!err)
		err = nvmux_nl_uuid(info, NVMUX_A_VGPU_UUID, &uuid);
	if (err)
		return err;
	vgpu = nvmux_vgpu_find(&uuid);
	if (!vgpu)
		return nvmux_nl_refuse(info, NVMUX_A_VGPU_UUID, -ENODEV, "no vgpu %pUl", &uuid);

	info->user_ptr[0] = nvmux_gpu_get(vgpu->gpu);
	info->user_ptr[1] = vgpu;
	mutex_lock(&vgpu->gpu->lock);
	return 0;
}

void nvmux_nl_post_gpu(const struct genl_split_ops *ops, struct sk_buff *skb,
		       struct genl_info *info)
{
	mutex_unlock(&nvmux_nl_gpu(info)->lock);
	nvmux_vgpu_put(nvmux_nl_vgpu(info));
	nvmux_gpu_put(nvmux_nl_gpu(info));
}

/**
 * nvmux_nl_reply_end() - send an answer
 * @msg: from nvmux_nl_reply_begin()
 * @head: likewise
 * @err: whether filling it failed: then it is not sent
 * @info: the request
 *
 * Context: may sleep.
 *
 * Return: 0; @err; what sending says.
 */
int nvmux_nl_reply_end(struct sk_buff *msg, void *head, int err, struct genl_info *info)
{
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, head);
	return genlmsg_reply(msg, info);
}

/**
 * nvmux_nl_reply_begin() - begin an answer
 * @info: the request
 * @ret_head: receives what nvmux_nl_reply_end() needs
 *
 * Context: may sleep.
 *
 * Return: the message; NULL without memory.
 */
struct sk_buff *nvmux_nl_reply_begin(struct genl_info *info, void **ret_head)
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
