/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all requests have in common.
 */
#ifndef NVMUX_NETLINK_REQUEST_H
#define NVMUX_NETLINK_REQUEST_H

#include <linux/uuid.h>
#include <net/genetlink.h>

struct nvmux_gpu;
struct nvmux_refusal;
struct nvmux_vgpu;

/**
 * nvmux_nl_gpu() - the GPU that pre_doit found
 * @info: the request
 *
 * Return: the GPU, its lock is held.
 */
static inline struct nvmux_gpu *nvmux_nl_gpu(const struct genl_info *info)
{
	return info->user_ptr[0];
}

/**
 * nvmux_nl_vgpu() - the vGPU that pre_doit found
 * @info: the request
 *
 * Return: the vGPU, the lock of its GPU is held; NULL when the request names none.
 */
static inline struct nvmux_vgpu *nvmux_nl_vgpu(const struct genl_info *info)
{
	return info->user_ptr[1];
}

__printf(4, 5)
int nvmux_nl_refuse(struct genl_info *info, int attr, int err, const char *fmt, ...);
int nvmux_nl_result(struct genl_info *info, int attr, int err, const struct nvmux_refusal *why);
int nvmux_nl_text(struct genl_info *info, int attr, const char *what, const char **ret);
int nvmux_nl_uuid(struct genl_info *info, int attr, guid_t *ret);
struct sk_buff *nvmux_nl_reply_begin(struct genl_info *info, void **ret_head);
int nvmux_nl_reply_end(struct sk_buff *msg, void *head, int err, struct genl_info *info);

#endif
