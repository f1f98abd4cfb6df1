// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Requests about vGPUs.
 */
#include <errno.h>

#include <netlink/attr.h>

#include "info.h"
#include "nl.h"

static int parse_vgpu(struct nlmsghdr *nlh, void *userdata)
{
	return userdata ? info_vgpu(nlh, userdata) : 0;
}

static int parse_vgpu_item(struct nlmsghdr *nlh, void *item)
{
	return info_vgpu(nlh, item);
}

static int put_request(struct nl_msg *msg, const struct nvmux_vgpu_request *request)
{
	if (nla_put_string(msg, NVMUX_A_VGPU_GPU, request->gpu) < 0 ||
	    nla_put_string(msg, NVMUX_A_VGPU_TYPE, request->type) < 0)
		return -EMSGSIZE;
	if (request->uuid && nla_put_string(msg, NVMUX_A_VGPU_UUID, request->uuid) < 0)
		return -EMSGSIZE;
	if (request->has_placement &&
	    nla_put_u32(msg, NVMUX_A_VGPU_PLACEMENT, request->placement) < 0)
		return -EMSGSIZE;
	return 0;
}

int nvmux_vgpu_new(struct nvmux *nvmux, const struct nvmux_vgpu_request *request,
		   struct nvmux_vgpu *ret)
{
	struct nl_msg *msg = nvnl_request(nvmux, NVMUX_CMD_VGPU_NEW, 0);
	int err;

	if (!msg)
		return -ENOMEM;
	err = put_request(msg, request);
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	return nvnl_call(nvmux, msg, parse_vgpu, ret);
}

static struct nl_msg *request_vgpu(const struct nvmux *nvmux, int cmd, const char *uuid)
{
	return nvnl_request_about(nvmux, cmd, 0, NVMUX_A_VGPU_UUID, uuid);
}

int nvmux_vgpu_get(struct nvmux *nvmux, const char *uuid, struct nvmux_vgpu *ret)
{
	return nvnl_call(nvmux, request_vgpu(nvmux, NVMUX_CMD_VGPU_GET, uuid), parse_vgpu, ret);
}

int nvmux_vgpu_del(struct nvmux *nvmux, const char *uuid)
{
	return nvnl_call(nvmux, request_vgpu(nvmux, NVMUX_CMD_VGPU_DEL, uuid), NULL, NULL);
}

int nvmux_vgpu_list(struct nvmux *nvmux, const char *gpu, struct nvmux_vgpu **ret, size_t *ret_n)
{
	struct nvnl_list list = { .size = sizeof(**ret), .parse = parse_vgpu_item };
	int err = nvnl_call_list(nvmux, NVMUX_CMD_VGPU_GET, NVMUX_A_VGPU_GPU, gpu, &list);

	if (err)
		return err;
	*ret = list.items;
	*ret_n = list.n;
	return 0;
}
