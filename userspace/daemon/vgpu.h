/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model of one vGPU, as the kernel tells it. No input, no output.
 */
#ifndef NVMUX_DAEMON_VGPU_H
#define NVMUX_DAEMON_VGPU_H

#include <stdbool.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "../lib/libnvmux.h"
#include "owner.h"

struct manager;

struct vgpu {
	LIST_ENTRY(vgpu) link;
	struct manager *manager;	/* for the callbacks of the bus */
	struct nvmux_vgpu observed;
	char owner[OWNER_SIZE];		/* who has made it */
	bool stale;			/* not seen yet by the listing that runs */

	/* Of NVIDIA's vGPU manager, see vendor.h. */
	bool vendor;
	char function[NVMUX_BDF_SIZE];	/* the virtual function that it is; empty: an mdev */
	char vendor_id[NVMUX_NAME_SIZE];	/* of its type */
	char node[64];			/* through which it is opened */
	pid_t user;			/* who has it open, as of the last look */
	char user_comm[NVMUX_NAME_SIZE];
};

LIST_HEAD(vgpu_list, vgpu);

struct vgpu *vgpu_new(struct vgpu_list *list, const struct nvmux_vgpu *observed);
void vgpu_free(struct vgpu *vgpu);	/* takes it off its list */
struct vgpu *vgpu_find(const struct vgpu_list *list, const char *uuid);

/* The one that is a virtual function. */
struct vgpu *vgpu_find_function(const struct vgpu_list *list, const char *bdf);

/* Takes over what the kernel tells; true when it differs. */
bool vgpu_observe(struct vgpu *vgpu, const struct nvmux_vgpu *observed);

#endif
