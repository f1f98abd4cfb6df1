// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Notifications, on a socket of their own: answers to requests never mix
 * with them, and a flood of them cannot drop an answer.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/ctrl.h>

#include "info.h"
#include "nl.h"

#define MONITOR_BUFFER (1024 * 1024)

struct nvmux_monitor {
	struct nl_sock *sock;
	int family;
	const struct nvmux_monitor_ops *ops;
	void *userdata;
};

static void tell_gpu(struct nvmux_monitor *m, struct nlmsghdr *nlh, bool gone)
{
	struct nvmux_gpu gpu;

	if (info_gpu(nlh, &gpu) < 0)
		return;
	if (gone && m->ops->gpu_gone)
		m->ops->gpu_gone(gpu.bdf, m->userdata);
	else if (!gone && m->ops->gpu)
		m->ops->gpu(&gpu, m->userdata);
}

static void tell_vgpu(struct nvmux_monitor *m, struct nlmsghdr *nlh, bool gone)
{
	struct nvmux_vgpu vgpu;

	if (info_vgpu(nlh, &vgpu) < 0)
		return;
	if (gone && m->ops->vgpu_gone)
		m->ops->vgpu_gone(vgpu.uuid, m->userdata);
	else if (!gone && m->ops->vgpu)
		m->ops->vgpu(&vgpu, m->userdata);
}

static int on_valid(struct nl_msg *msg, void *userdata)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct nvmux_monitor *m = userdata;

	if (nlh->nlmsg_type != m->family || !genlmsg_valid_hdr(nlh, 0))
		return NL_SKIP;
	switch (genlmsg_hdr(nlh)->cmd) {
	case NVMUX_CMD_GPU_NTF:
	case NVMUX_CMD_GPU_DEL_NTF:
		tell_gpu(m, nlh, genlmsg_hdr(nlh)->cmd == NVMUX_CMD_GPU_DEL_NTF);
		break;
	case NVMUX_CMD_VGPU_NTF:
	case NVMUX_CMD_VGPU_DEL_NTF:
		tell_vgpu(m, nlh, genlmsg_hdr(nlh)->cmd == NVMUX_CMD_VGPU_DEL_NTF);
		break;
	default:
		break;
	}
	return NL_OK;
}

static int join_group(struct nvmux_monitor *m)
{
	int group = genl_ctrl_resolve_grp(m->sock, NVMUX_FAMILY_NAME, NVMUX_MCGRP_MONITOR);
	int err;

	if (group < 0)
		return nvnl_errno(group);
	nl_socket_disable_seq_check(m->sock);
	(void)nl_socket_modify_cb(m->sock, NL_CB_VALID, NL_CB_CUSTOM, on_valid, m);
	(void)nl_socket_set_buffer_size(m->sock, MONITOR_BUFFER, 0);
	err = nl_socket_add_membership(m->sock, group);
	if (err < 0)
		return nvnl_errno(err);
	return nvnl_errno(nl_socket_set_nonblocking(m->sock));
}

int nvmux_monitor_open(const struct nvmux_monitor_ops *ops, void *userdata,
		       struct nvmux_monitor **ret)
{
	struct nvmux_monitor *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return -ENOMEM;
	m->ops = ops;
	m->userdata = userdata;
	err = nvnl_connect(&m->sock, &m->family);
	if (!err)
		err = join_group(m);
	if (err) {
		nvmux_monitor_close(m);
		return err;
	}
	*ret = m;
	return 0;
}

void nvmux_monitor_close(struct nvmux_monitor *monitor)
{
	if (!monitor)
		return;
	if (monitor->sock)
		nl_socket_free(monitor->sock);
	free(monitor);
}

int nvmux_monitor_fd(const struct nvmux_monitor *monitor)
{
	return nl_socket_get_fd(monitor->sock);
}

int nvmux_monitor_dispatch(struct nvmux_monitor *monitor)
{
	for (;;) {
		int nle = nl_recvmsgs_default(monitor->sock);

		if (nle >= 0)
			continue;
		if (nle == -NLE_AGAIN)
			return 0;
		/* ENOBUFS: the kernel dropped some, the socket is fine */
		if (nle != -NLE_NOMEM)
			return -EIO;
		if (monitor->ops->lost)
			monitor->ops->lost(monitor->userdata);
		return 0;
	}
}
