/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/nvmux.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_NVMUX_GEN_H
#define _LINUX_NVMUX_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/nvmux.h>

int nvmux_nl_pre_gpu(const struct genl_split_ops *ops, struct sk_buff *skb,
		     struct genl_info *info);
int nvmux_nl_pre_vgpu_new(const struct genl_split_ops *ops,
			  struct sk_buff *skb, struct genl_info *info);
int nvmux_nl_pre_vgpu(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info);
int nvmux_nl_pre_gi(const struct genl_split_ops *ops, struct sk_buff *skb,
		    struct genl_info *info);
void
nvmux_nl_post_gpu(const struct genl_split_ops *ops, struct sk_buff *skb,
		  struct genl_info *info);

int nvmux_nl_gpu_get_doit(struct sk_buff *skb, struct genl_info *info);
int nvmux_nl_gpu_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int nvmux_nl_gpu_set_doit(struct sk_buff *skb, struct genl_info *info);
int nvmux_nl_type_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int nvmux_nl_vgpu_new_doit(struct sk_buff *skb, struct genl_info *info);
int nvmux_nl_vgpu_del_doit(struct sk_buff *skb, struct genl_info *info);
int nvmux_nl_vgpu_get_doit(struct sk_buff *skb, struct genl_info *info);
int nvmux_nl_vgpu_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int nvmux_nl_gi_new_doit(struct sk_buff *skb, struct genl_info *info);
int nvmux_nl_gi_del_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	NVMUX_NLGRP_MONITOR,
};

extern struct genl_family nvmux_nl_family;

#endif /* _LINUX_NVMUX_GEN_H */
