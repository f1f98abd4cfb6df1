// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Requests about GPUs and the types that they offer.
 */
#include <errno.h>

#include <netlink/attr.h>

#include "info.h"
#include "nl.h"

static int parse_gpu(struct nlmsghdr *nlh, void *userdata)
{
	return userdata ? info_gpu(nlh, userdata) : 0;
}

static int parse_gpu_item(struct nlmsghdr *nlh, void *item)
{
	return info_gpu(nlh, item);
}

static int parse_type_item(struct nlmsghdr *nlh, void *item)
{
	return info_type(nlh, item);
}

static struct nl_msg *request_gpu(const struct nvmux *nvmux, int cmd, const char *bdf)
{
	struct nl_msg *msg = nvnl_request(nvmux, cmd, 0);

	if (msg && nla_put_string(msg, NVMUX_A_GPU_BDF, bdf) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int nvmux_gpu_get(struct nvmux *nvmux, const char *bdf, struct nvmux_gpu *ret)
{
	return nvnl_call(nvmux, request_gpu(nvmux, NVMUX_CMD_GPU_GET, bdf), parse_gpu, ret);
}

static struct nl_msg *request_gpu_list(struct nvmux *nvmux, const char *unused)
{
	(void)unused;
	return nvnl_request(nvmux, NVMUX_CMD_GPU_GET, NLM_F_DUMP);
}

int nvmux_gpu_list(struct nvmux *nvmux, struct nvmux_gpu **ret, size_t *ret_n)
{
	struct nvnl_list list = { .size = sizeof(**ret), .parse = parse_gpu_item };
	int err = nvnl_call_list(nvmux, request_gpu_list, NULL, &list);

	if (err)
		return err;
	*ret = list.items;
	*ret_n = list.n;
	return 0;
}

int nvmux_gpu_set_mode(struct nvmux *nvmux, const char *bdf, enum nvmux_mode mode,
		       uint32_t flags, struct nvmux_gpu *ret)
{
	struct nl_msg *msg = request_gpu(nvmux, NVMUX_CMD_GPU_SET, bdf);

	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, NVMUX_A_GPU_MODE, mode) < 0 ||
	    (flags && nla_put_u32(msg, NVMUX_A_GPU_FLAGS, flags) < 0)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return nvnl_call(nvmux, msg, parse_gpu, ret);
}

static struct nl_msg *request_type_list(struct nvmux *nvmux, const char *gpu)
{
	struct nl_msg *msg = nvnl_request(nvmux, NVMUX_CMD_TYPE_GET, NLM_F_DUMP);

	if (msg && gpu && nla_put_string(msg, NVMUX_A_TYPE_GPU, gpu) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int nvmux_type_list(struct nvmux *nvmux, const char *gpu, struct nvmux_type **ret, size_t *ret_n)
{
	struct nvnl_list list = { .size = sizeof(**ret), .parse = parse_type_item };
	int err = nvnl_call_list(nvmux, request_type_list, gpu, &list);

	if (err)
		return err;
	*ret = list.items;
	*ret_n = list.n;
	return 0;
}
