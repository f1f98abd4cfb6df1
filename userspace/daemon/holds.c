// SPDX-License-Identifier: GPL-2.0-only
/*
 * A view, built when somebody asks. What is in the way depends on the mode: vGPUs, whoever has the
 * GPU open through vfio, or through the driver of the host.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holds.h"
#include "tenant.h"

static struct hold *add(struct holds *holds, const char *kind, const char *what)
{
	struct hold *items = reallocarray(holds->items, holds->n + 1, sizeof(*items));

	if (!items)
		return NULL;
	holds->items = items;
	items[holds->n] = (struct hold){ .kind = kind };
	(void)snprintf(items[holds->n].what, sizeof(items->what), "%s", what);
	return &items[holds->n++];
}

static int add_vgpus(struct manager *m, const struct gpu *gpu, struct holds *ret)
{
	struct hold *hold;
	struct vgpu *vgpu;

	LIST_FOREACH(vgpu, &m->vgpus, link) {
		if (strcmp(vgpu->observed.gpu, gpu->observed.bdf) != 0)
			continue;
		hold = add(ret, HOLD_VGPU, vgpu->observed.uuid);
		if (!hold)
			return -ENOMEM;
		if (tenant_opener_of_vgpu(m, vgpu, &hold->by) < 0)
			tenant_complete(&hold->by, claim_of_vgpu(&m->claims, vgpu->observed.uuid));
	}
	return 0;
}

struct search {
	struct holds *ret;
	const char *kind;
	const struct claim *claim;
};

static int add_process(pid_t pid, const char *node, void *userdata)
{
	const struct search *search = userdata;
	struct hold *hold = add(search->ret, search->kind, node);

	if (!hold)
		return -ENOMEM;
	holder_read(pid, &hold->by);
	tenant_complete(&hold->by, search->claim);
	return 0;
}

static int add_processes(const struct gpu *gpu, struct search *search)
{
	bool host = gpu->observed.mode == NVMUX_MODE_HOST;
	struct strset nodes = { 0 };
	int err = gpu_each_function(gpu, host ? holder_host_nodes : holder_nodes, &nodes);

	search->kind = host ? HOLD_DRIVER : HOLD_VFIO;
	if (!err)
		err = holder_search(&nodes, add_process, search);
	strset_clear(&nodes);
	return err;
}

static bool is_told(const struct holds *holds, const struct claim *claim)
{
	for (size_t i = 0; i < holds->n; i++)
		if (strcmp(holds->items[i].by.vm, claim->name) == 0)
			return true;
	return false;
}

int holds_of_gpu(struct manager *m, const struct gpu *gpu, struct holds *ret)
{
	const struct claim *claim = claim_of_gpu(&m->claims, gpu->observed.bdf);
	struct search search = { .ret = ret, .claim = claim };
	struct hold *hold;
	int err = add_vgpus(m, gpu, ret);

	/* in host mode those of NVIDIA's vGPU manager */
	if (!err && gpu->observed.mode != NVMUX_MODE_VGPU)
		err = add_processes(gpu, &search);
	if (err || !claim || is_told(ret, claim))
		return err;
	hold = add(ret, HOLD_CLAIM, "");
	if (!hold)
		return -ENOMEM;
	tenant_complete(&hold->by, claim);
	return 0;
}

void holds_clear(struct holds *holds)
{
	free(holds->items);
	*holds = (struct holds){ 0 };
}

/* The process, or the VM that is known before its process is. */
static void describe_by(const struct holder *by, char *text, size_t size)
{
	if (by->pid)
		holder_describe(by, text, size);
	else
		(void)snprintf(text, size, "%s%s", by->vm[0] ? "vm " : "", by->vm);
}

void hold_describe(const struct hold *hold, char *text, size_t size)
{
	char by[512];
	bool vgpu = strcmp(hold->kind, HOLD_VGPU) == 0;

	describe_by(&hold->by, by, sizeof(by));
	(void)snprintf(text, size, "%s%s%s%s", vgpu ? "vgpu " : "", hold->what,
		       hold->what[0] && by[0] ? ", " : "", by);
}
