// SPDX-License-Identifier: GPL-2.0-only
/*
 * News of the core for the monitor group of the initial network namespace. A message that cannot
 * be built is counted against the listeners, who then see ENOBUFS and ask again.
 */
#include <net/genetlink.h>
#include <uapi/linux/nvmux.h>

#include "../core/event.h"
#include "../core/gpu.h"
#include "../core/vgpu.h"
#include "netlink_fill.h"
#include "netlink_gen.h"
#include "netlink_notify.h"

static int notify_fill(struct sk_buff *skb, unsigned long event, void *object)
{
	switch (event) {
	case NVMUX_EVENT_GPU:
	case NVMUX_EVENT_GPU_GONE:
		return nvmux_nl_fill_gpu(skb, object);
	default:
		return nvmux_nl_fill_vgpu(skb, object);
	}
}

static struct sk_buff *notify_build(unsigned long event, void *object)
{
	static const u8 cmds[] = {
		[NVMUX_EVENT_GPU] = NVMUX_CMD_GPU_NTF,
		[NVMUX_EVENT_GPU_GONE] = NVMUX_CMD_GPU_DEL_NTF,
		[NVMUX_EVENT_VGPU] = NVMUX_CMD_VGPU_NTF,
		[NVMUX_EVENT_VGPU_GONE] = NVMUX_CMD_VGPU_DEL_NTF,
	};
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *head;

	if (!skb)
		return NULL;
	head = genlmsg_put(skb, 0, 0, &nvmux_nl_family, 0, cmds[event]);
	if (!head || notify_fill(skb, event, object)) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, head);
	return skb;
}

static int notify_send(struct notifier_block *nb, unsigned long event, void *object)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&nvmux_nl_family, &init_net, NVMUX_NLGRP_MONITOR))
		return NOTIFY_OK;
	skb = notify_build(event, object);
	if (skb)
		genlmsg_multicast(&nvmux_nl_family, skb, 0, NVMUX_NLGRP_MONITOR, GFP_KERNEL);
	else
		genl_set_err(&nvmux_nl_family, &init_net, 0, NVMUX_NLGRP_MONITOR, -ENOBUFS);
	return NOTIFY_OK;
}

static struct notifier_block notify_listener = { .notifier_call = notify_send };

/**
 * nvmux_nl_notify_init() - begin to tell
 *
 * Context: may sleep; the family is registered.
 *
 * Return: 0, or what the notifier chain says.
 */
int nvmux_nl_notify_init(void)
{
	return nvmux_event_register(&notify_listener);
}

/**
 * nvmux_nl_notify_exit() - tell no more
 *
 * Context: may sleep.
 */
void nvmux_nl_notify_exit(void)
{
	nvmux_event_unregister(&notify_listener);
}
