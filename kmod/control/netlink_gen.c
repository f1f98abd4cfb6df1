// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/nvmux.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/nvmux.h>

/* NVMUX_CMD_GPU_GET - do */
static const struct nla_policy nvmux_gpu_get_nl_policy[NVMUX_A_GPU_BDF + 1] = {
	[NVMUX_A_GPU_BDF] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* NVMUX_CMD_GPU_SET - do */
static const struct nla_policy nvmux_gpu_set_nl_policy[NVMUX_A_GPU_FLAGS + 1] = {
	[NVMUX_A_GPU_BDF] = { .type = NLA_NUL_STRING, .len = 63, },
	[NVMUX_A_GPU_MODE] = NLA_POLICY_RANGE(NLA_U32, 1, 3),
	[NVMUX_A_GPU_PARTITION] = NLA_POLICY_RANGE(NLA_U32, 1, 3),
	[NVMUX_A_GPU_FLAGS] = NLA_POLICY_MASK(NLA_U32, 0x1f),
};

/* NVMUX_CMD_TYPE_GET - dump */
static const struct nla_policy nvmux_type_get_nl_policy[NVMUX_A_TYPE_GPU + 1] = {
	[NVMUX_A_TYPE_GPU] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* NVMUX_CMD_VGPU_NEW - do */
static const struct nla_policy nvmux_vgpu_new_nl_policy[NVMUX_A_VGPU_PLACEMENT + 1] = {
	[NVMUX_A_VGPU_GPU] = { .type = NLA_NUL_STRING, .len = 63, },
	[NVMUX_A_VGPU_TYPE] = { .type = NLA_NUL_STRING, .len = 63, },
	[NVMUX_A_VGPU_UUID] = { .type = NLA_NUL_STRING, .len = 63, },
	[NVMUX_A_VGPU_PLACEMENT] = { .type = NLA_U32, },
};

/* NVMUX_CMD_VGPU_DEL - do */
static const struct nla_policy nvmux_vgpu_del_nl_policy[NVMUX_A_VGPU_UUID + 1] = {
	[NVMUX_A_VGPU_UUID] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* NVMUX_CMD_VGPU_GET - do */
static const struct nla_policy nvmux_vgpu_get_do_nl_policy[NVMUX_A_VGPU_UUID + 1] = {
	[NVMUX_A_VGPU_UUID] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* NVMUX_CMD_VGPU_GET - dump */
static const struct nla_policy nvmux_vgpu_get_dump_nl_policy[NVMUX_A_VGPU_GPU + 1] = {
	[NVMUX_A_VGPU_GPU] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* NVMUX_CMD_GI_NEW - do */
static const struct nla_policy nvmux_gi_new_nl_policy[NVMUX_A_GI_PLACEMENT + 1] = {
	[NVMUX_A_GI_GPU] = { .type = NLA_NUL_STRING, .len = 63, },
	[NVMUX_A_GI_PROFILE] = { .type = NLA_NUL_STRING, .len = 63, },
	[NVMUX_A_GI_PLACEMENT] = { .type = NLA_U32, },
};

/* NVMUX_CMD_GI_DEL - do */
static const struct nla_policy nvmux_gi_del_nl_policy[NVMUX_A_GI_PLACEMENT + 1] = {
	[NVMUX_A_GI_GPU] = { .type = NLA_NUL_STRING, .len = 63, },
	[NVMUX_A_GI_PLACEMENT] = { .type = NLA_U32, },
};

/* Ops table for nvmux */
static const struct genl_split_ops nvmux_nl_ops[] = {
	{
		.cmd		= NVMUX_CMD_GPU_GET,
		.pre_doit	= nvmux_nl_pre_gpu,
		.doit		= nvmux_nl_gpu_get_doit,
		.post_doit	= nvmux_nl_post_gpu,
		.policy		= nvmux_gpu_get_nl_policy,
		.maxattr	= NVMUX_A_GPU_BDF,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd	= NVMUX_CMD_GPU_GET,
		.dumpit	= nvmux_nl_gpu_get_dumpit,
		.flags	= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= NVMUX_CMD_GPU_SET,
		.pre_doit	= nvmux_nl_pre_gpu,
		.doit		= nvmux_nl_gpu_set_doit,
		.post_doit	= nvmux_nl_post_gpu,
		.policy		= nvmux_gpu_set_nl_policy,
		.maxattr	= NVMUX_A_GPU_FLAGS,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= NVMUX_CMD_TYPE_GET,
		.dumpit		= nvmux_nl_type_get_dumpit,
		.policy		= nvmux_type_get_nl_policy,
		.maxattr	= NVMUX_A_TYPE_GPU,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= NVMUX_CMD_VGPU_NEW,
		.pre_doit	= nvmux_nl_pre_vgpu_new,
		.doit		= nvmux_nl_vgpu_new_doit,
		.post_doit	= nvmux_nl_post_gpu,
		.policy		= nvmux_vgpu_new_nl_policy,
		.maxattr	= NVMUX_A_VGPU_PLACEMENT,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= NVMUX_CMD_VGPU_DEL,
		.pre_doit	= nvmux_nl_pre_vgpu,
		.doit		= nvmux_nl_vgpu_del_doit,
		.post_doit	= nvmux_nl_post_gpu,
		.policy		= nvmux_vgpu_del_nl_policy,
		.maxattr	= NVMUX_A_VGPU_UUID,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= NVMUX_CMD_VGPU_GET,
		.pre_doit	= nvmux_nl_pre_vgpu,
		.doit		= nvmux_nl_vgpu_get_doit,
		.post_doit	= nvmux_nl_post_gpu,
		.policy		= nvmux_vgpu_get_do_nl_policy,
		.maxattr	= NVMUX_A_VGPU_UUID,
		.flags		= GENL_CMD_CAP_DO,
	},
	{
		.cmd		= NVMUX_CMD_VGPU_GET,
		.dumpit		= nvmux_nl_vgpu_get_dumpit,
		.policy		= nvmux_vgpu_get_dump_nl_policy,
		.maxattr	= NVMUX_A_VGPU_GPU,
		.flags		= GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= NVMUX_CMD_GI_NEW,
		.pre_doit	= nvmux_nl_pre_gi,
		.doit		= nvmux_nl_gi_new_doit,
		.post_doit	= nvmux_nl_post_gpu,
		.policy		= nvmux_gi_new_nl_policy,
		.maxattr	= NVMUX_A_GI_PLACEMENT,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= NVMUX_CMD_GI_DEL,
		.pre_doit	= nvmux_nl_pre_gi,
		.doit		= nvmux_nl_gi_del_doit,
		.post_doit	= nvmux_nl_post_gpu,
		.policy		= nvmux_gi_del_nl_policy,
		.maxattr	= NVMUX_A_GI_PLACEMENT,
		.flags		= GENL_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
};

static const struct genl_multicast_group nvmux_nl_mcgrps[] = {
	[NVMUX_NLGRP_MONITOR] = { "monitor", },
};

struct genl_family nvmux_nl_family __ro_after_init = {
	.name		= NVMUX_FAMILY_NAME,
	.version	= NVMUX_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.split_ops	= nvmux_nl_ops,
	.n_split_ops	= ARRAY_SIZE(nvmux_nl_ops),
	.mcgrps		= nvmux_nl_mcgrps,
	.n_mcgrps	= ARRAY_SIZE(nvmux_nl_mcgrps),
};
