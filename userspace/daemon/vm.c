// SPDX-License-Identifier: GPL-2.0-only
/*
 * A view, built when somebody asks: the daemon keeps no list of VMs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenant.h"
#include "vm.h"

static struct vm *vm_new(struct vm_list *list, const char *name, const char *uuid)
{
	struct vm *vm = calloc(1, sizeof(*vm));

	if (!vm)
		return NULL;
	(void)snprintf(vm->name, sizeof(vm->name), "%s", name);
	(void)snprintf(vm->uuid, sizeof(vm->uuid), "%s", uuid);
	LIST_INSERT_HEAD(list, vm, link);
	return vm;
}

void vm_list_clear(struct vm_list *list)
{
	struct vm *vm;

	while ((vm = LIST_FIRST(list))) {
		LIST_REMOVE(vm, link);
		strset_clear(&vm->gpus);
		strset_clear(&vm->vgpus);
		free(vm);
	}
}

/* A process without a VM's name is told by its command. */
static const char *holder_name(const struct holder *holder)
{
	return holder->vm[0] ? holder->vm : holder->comm;
}

static struct vm *vm_of_holder(struct vm_list *list, const struct holder *holder)
{
	struct vm *vm;

	LIST_FOREACH(vm, list, link)
		if (vm->pid == holder->pid ||
		    (holder->vm[0] && strcmp(vm->name, holder->vm) == 0))
			return vm;
	return vm_new(list, holder_name(holder), "");
}

static int add_claims(struct manager *m, struct vm_list *list)
{
	struct claim *claim;
	int err = 0;

	LIST_FOREACH(claim, &m->claims, link) {
		struct vm *vm = vm_new(list, claim->name, claim->uuid);

		if (!vm)
			return -ENOMEM;
		err = strset_add_all(&vm->gpus, &claim->gpus);
		if (!err)
			err = strset_add_all(&vm->vgpus, &claim->vgpus);
		if (err)
			return err;
	}
	return 0;
}

static int add_vgpus(struct manager *m, struct vm_list *list)
{
	struct holder holder;
	struct vgpu *vgpu;
	struct vm *vm;
	int err = 0;

	LIST_FOREACH(vgpu, &m->vgpus, link) {
		if (tenant_holder_of_vgpu(m, vgpu, &holder) < 0)
			continue;
		vm = vm_of_holder(list, &holder);
		if (!vm)
			return -ENOMEM;
		vm->pid = holder.pid;
		err = strset_add(&vm->vgpus, vgpu->observed.uuid);
		if (err)
			return err;
	}
	return 0;
}

static int add_gpus(struct manager *m, struct vm_list *list)
{
	struct holder holder;
	struct gpu *gpu;
	struct vm *vm;
	int err = 0;

	LIST_FOREACH(gpu, &m->gpus, link) {
		if (tenant_user_of_gpu(m, gpu, &holder) < 0)
			continue;
		vm = vm_of_holder(list, &holder);
		if (!vm)
			return -ENOMEM;
		vm->pid = holder.pid;
		err = strset_add(&vm->gpus, gpu->observed.bdf);
		if (err)
			return err;
	}
	return 0;
}

int vm_list_build(struct manager *m, struct vm_list *list)
{
	int err;

	LIST_INIT(list);
	tenant_prune(m);
	err = add_claims(m, list);
	if (!err)
		err = add_vgpus(m, list);
	if (!err)
		err = add_gpus(m, list);
	if (err)
		vm_list_clear(list);
	return err;
}

void vm_violation(const struct vm *vm, char *text, size_t size)
{
	text[0] = '\0';
	if (vm->gpus.n && vm->vgpus.n)
		(void)snprintf(text, size,
			       "vm %s has gpu %s (passthrough) and vgpu %s: one kind per vm",
			       vm->name, vm->gpus.items[0], vm->vgpus.items[0]);
}

void vm_of_vgpu(struct manager *m, const struct vgpu *vgpu, char *name, size_t size)
{
	const struct claim *claim = claim_of_vgpu(&m->claims, vgpu->observed.uuid);
	struct holder holder;

	name[0] = '\0';
	if (claim)
		(void)snprintf(name, size, "%s", claim->name);
	else if (tenant_holder_of_vgpu(m, vgpu, &holder) == 0)
		(void)snprintf(name, size, "%s", holder.vm);
}

static int add_whole_user(struct manager *m, const struct gpu *gpu, struct strset *names)
{
	const struct claim *claim = claim_of_gpu(&m->claims, gpu->observed.bdf);
	struct holder holder;

	if (claim)
		return strset_add(names, claim->name);
	if (tenant_user_of_gpu(m, gpu, &holder) < 0)
		return 0;
	return strset_add(names, holder_name(&holder));
}

int vm_names_of_gpu(struct manager *m, const struct gpu *gpu, struct strset *names)
{
	int err = add_whole_user(m, gpu, names);
	struct vgpu *vgpu;
	char name[256];

	LIST_FOREACH(vgpu, &m->vgpus, link) {
		if (err || strcmp(vgpu->observed.gpu, gpu->observed.bdf) != 0)
			continue;
		vm_of_vgpu(m, vgpu, name, sizeof(name));
		if (name[0])
			err = strset_add(names, name);
	}
	return err;
}
