/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vGPU: one instance of a type on a GPU.
 */
#ifndef NVMUX_VGPU_H
#define NVMUX_VGPU_H

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/uuid.h>
#include <uapi/linux/nvmux.h>

#include "placement.h"

struct nvmux_gpu;
struct nvmux_refusal;
struct nvmux_type;

/**
 * struct nvmux_vgpu - one vGPU
 * @ref: references; its GPU's list holds one until it is gone
 * @id: number of the vGPU since the module was loaded
 * @gpu: its GPU, referenced
 * @resident: its type and its place
 * @uuid: its name
 * @resets: how often who has it open has reset it; counted without a lock
 * @node: in the list of the GPU; protected by the GPU's lock, as is all below
 * @table_node: in the table of all vGPUs
 * @gone: it has been deleted, an mdev device may still be there as an empty shell
 * @state: where it is in its life
 * @owner: who made the reservation (the port of a netlink socket), 0 once its mdev device exists
 * @pid: process that has it open, 0 when none has
 * @comm: command of that process
 */
struct nvmux_vgpu {
	struct kref ref;
	u32 id;
	struct nvmux_gpu *gpu;
	struct nvmux_resident resident;
	guid_t uuid;
	atomic64_t resets;

	struct list_head node;
	struct hlist_node table_node;
	bool gone;
	enum nvmux_vgpu_state state;
	u32 owner;
	pid_t pid;
	char comm[TASK_COMM_LEN];
};

struct nvmux_vgpu *nvmux_vgpu_get(struct nvmux_vgpu *vgpu);
void nvmux_vgpu_put(struct nvmux_vgpu *vgpu);
struct nvmux_vgpu *nvmux_vgpu_find(const guid_t *uuid);

int nvmux_vgpu_reserve(struct nvmux_gpu *gpu, const struct nvmux_type *type, const guid_t *uuid,
		       u32 wish, u32 owner, struct nvmux_vgpu **ret,
		       struct nvmux_refusal *why);
int nvmux_vgpu_redeem(struct nvmux_gpu *gpu, const struct nvmux_type *type, const guid_t *uuid,
		      struct nvmux_vgpu **ret, struct nvmux_refusal *why);
int nvmux_vgpu_delete(struct nvmux_vgpu *vgpu, struct nvmux_refusal *why);
void nvmux_vgpu_redeemed(struct nvmux_vgpu *vgpu, int err);
void nvmux_vgpu_withdraw(struct nvmux_vgpu *vgpu);
void nvmux_vgpu_abandon(u32 owner);
void nvmux_vgpu_drop_all(struct nvmux_gpu *gpu);

int nvmux_vgpu_open(struct nvmux_vgpu *vgpu, struct nvmux_refusal *why);
void nvmux_vgpu_close(struct nvmux_vgpu *vgpu);

int nvmux_vgpu_none_left(struct nvmux_gpu *gpu, struct nvmux_refusal *why);

u64 nvmux_vgpu_offset(const struct nvmux_vgpu *vgpu);
u64 nvmux_vgpu_size(const struct nvmux_vgpu *vgpu);

#endif
