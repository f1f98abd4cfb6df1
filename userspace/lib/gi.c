// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Requests about GPU instances.
 */
#include <errno.h>

#include <netlink/attr.h>

#include "info.h"
#include "nl.h"

static int parse_new_gi(struct nlmsghdr *nlh, void *userdata)
{
	return userdata ? info_new_gi(nlh, userdata) : 0;
}

/* @profile, @placement: NULL is left out */
static int call_gi(struct nvmux *nvmux, int cmd, const char *gpu, const char *profile,
		   const uint32_t *placement, uint32_t *ret_placement)
{
	struct nl_msg *msg = nvnl_request_about(nvmux, cmd, 0, NVMUX_A_GI_GPU, gpu);

	if (!msg)
		return -ENOMEM;
	if ((profile && nla_put_string(msg, NVMUX_A_GI_PROFILE, profile) < 0) ||
	    (placement && nla_put_u32(msg, NVMUX_A_GI_PLACEMENT, *placement) < 0)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	return nvnl_call(nvmux, msg, parse_new_gi, ret_placement);
}

int nvmux_gi_new(struct nvmux *nvmux, const char *gpu, const char *profile,
		 const uint32_t *placement, uint32_t *ret_placement)
{
	return call_gi(nvmux, NVMUX_CMD_GI_NEW, gpu, profile, placement, ret_placement);
}

int nvmux_gi_del(struct nvmux *nvmux, const char *gpu, uint32_t placement)
{
	return call_gi(nvmux, NVMUX_CMD_GI_DEL, gpu, NULL, &placement, NULL);
}
