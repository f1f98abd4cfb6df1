/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects as attributes, the same for replies, dumps and notifications.
 */
#ifndef NVMUX_NETLINK_FILL_H
#define NVMUX_NETLINK_FILL_H

struct nvmux_gpu;
struct nvmux_type;
struct nvmux_vgpu;
struct sk_buff;

int nvmux_nl_fill_gpu(struct sk_buff *skb, struct nvmux_gpu *gpu);
int nvmux_nl_fill_type(struct sk_buff *skb, struct nvmux_gpu *gpu, const struct nvmux_type *type);
int nvmux_nl_fill_vgpu(struct sk_buff *skb, struct nvmux_vgpu *vgpu);

#endif
