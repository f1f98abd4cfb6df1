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
	return nvnl_request_about(nvmux, cmd, 0, NVMUX_A_GPU_BDF, bdf);
}

int nvmux_gpu_get(struct nvmux *nvmux, const char *bdf, struct nvmux_gpu *ret)
{
	return nvnl_call(nvmux, request_gpu(nvmux, NVMUX_CMD_GPU_GET, bdf), parse_gpu, ret);
}

int nvmux_gpu_list(struct nvmux *nvmux, struct nvmux_gpu **ret, size_t *ret_n)
{
	struct nvnl_list list = { .size = sizeof(**ret), .parse = parse_gpu_item };
	int err = nvnl_call_list(nvmux, NVMUX_CMD_GPU_GET, NVMUX_A_GPU_BDF, NULL, &list);

	if (err)
		return err;
	*ret = list.items;
	*ret_n = list.n;
	return 0;
}

/* @attr, @flags: 0 is left out */
static int set_gpu(struct nvmux *nvmux, const char *bdf, int attr, uint32_t value, uint32_t flags,
		   struct nvmux_gpu *ret)
{
	struct nl_msg *msg = request_gpu(nvmux, NVMUX_CMD_GPU_SET, bdf);

	if (!msg)
		return -ENOMEM;
	if ((attr && nla_put_u32(msg, attr, value) < 0) ||
	    (flags && nla_put_u32(msg, NVMUX_A_GPU_FLAGS, flags) < 0)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return nvnl_call(nvmux, msg, parse_gpu, ret);
}

int nvmux_gpu_set_mode(struct nvmux *nvmux, const char *bdf, enum nvmux_mode mode,
		       uint32_t flags, struct nvmux_gpu *ret)
{
	return set_gpu(nvmux, bdf, NVMUX_A_GPU_MODE, mode, flags, ret);
}

int nvmux_gpu_recover(struct nvmux *nvmux, const char *bdf, uint32_t flags, struct nvmux_gpu *ret)
{
	return set_gpu(nvmux, bdf, 0, 0, flags | NVMUX_SET_FLAGS_RECOVER, ret);
}

int nvmux_gpu_scrub(struct nvmux *nvmux, const char *bdf, uint32_t flags, struct nvmux_gpu *ret)
{
	return set_gpu(nvmux, bdf, 0, 0, flags | NVMUX_SET_FLAGS_SCRUB, ret);
}

int nvmux_gpu_set_partition(struct nvmux *nvmux, const char *bdf, enum nvmux_partition partition,
			    struct nvmux_gpu *ret)
{
	return set_gpu(nvmux, bdf, NVMUX_A_GPU_PARTITION, partition, 0, ret);
}

int nvmux_type_list(struct nvmux *nvmux, const char *gpu, struct nvmux_type **ret, size_t *ret_n)
{
	struct nvnl_list list = { .size = sizeof(**ret), .parse = parse_type_item };
	int err = nvnl_call_list(nvmux, NVMUX_CMD_TYPE_GET, NVMUX_A_TYPE_GPU, gpu, &list);

	if (err)
		return err;
	*ret = list.items;
	*ret_n = list.n;
	return 0;
}
