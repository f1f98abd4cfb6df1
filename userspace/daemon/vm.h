/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The VMs that use nvmux devices, put together from claims and from what is
 * really open.
 */
#ifndef NVMUX_DAEMON_VM_H
#define NVMUX_DAEMON_VM_H

#include "manager.h"

struct vm {
	LIST_ENTRY(vm) link;
	char name[256];
	char uuid[64];			/* empty: known by its process only */
	pid_t pid;			/* 0: unknown */
	struct strset gpus;
	struct strset vgpus;
};

LIST_HEAD(vm_list, vm);

int vm_list_build(struct manager *m, struct vm_list *list);
void vm_list_clear(struct vm_list *list);

/* Both kinds in one VM (I6); empty when all is well. */
void vm_violation(const struct vm *vm, char *text, size_t size);

/* Who uses a vGPU; empty when nobody or nobody with a name. */
void vm_of_vgpu(struct manager *m, const struct vgpu *vgpu, char *name, size_t size);

/* Who uses a GPU or one of its vGPUs. -ENOMEM. */
int vm_names_of_gpu(struct manager *m, const struct gpu *gpu, struct strset *names);

#endif
