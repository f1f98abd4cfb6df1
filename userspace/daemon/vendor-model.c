// SPDX-License-Identifier: GPL-2.0-only
/*
 * GPUs and vGPUs of NVIDIA's vGPU manager beside those of the module. Its files tell nothing by
 * themselves, so they are looked at now and then as long as a GPU offers any.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "bus.h"
#include "holder.h"
#include "vendor.h"

#define SOON 50000U		/* microseconds */
#define AGAIN 10000000U

bool vendor_has(const struct gpu *gpu)
{
	return gpu->vendor && gpu->vendor->way[0];
}

static bool is_candidate(const struct gpu *gpu)
{
	return gpu_is_in(gpu, NVMUX_MODE_HOST) && strcmp(gpu->observed.driver, "nvidia") == 0;
}

/* Under which file of /dev/vfio it is opened; empty: none yet. */
static void find_node(const struct vendor_vgpu *v, bool vfio, char *ret, size_t size)
{
	_cleanup_free_ char *link = vfio ? path_sys("bus/pci/devices/%s/iommu_group", v->function) :
					   path_sys("bus/mdev/devices/%s/iommu_group", v->uuid);
	char group[32];

	ret[0] = '\0';
	if (link && file_link_name(link, group, sizeof(group)) == 0)
		(void)snprintf(ret, size, "/dev/vfio/%s", group);
}

static uint64_t size_of(const struct vendor *vendor, const char *id)
{
	for (size_t i = 0; i < vendor->n_types; i++)
		if (strcmp(vendor->types[i].id, id) == 0)
			return vendor->types[i].fb_size;
	return 0;
}

static int on_open(pid_t pid, const char *node, void *userdata)
{
	struct manager *m = userdata;
	struct holder holder;
	struct vgpu *vgpu;

	holder_read(pid, &holder);
	LIST_FOREACH(vgpu, &m->vgpus, link) {
		if (!vgpu->vendor || strcmp(vgpu->node, node))
			continue;
		vgpu->user = pid;
		(void)snprintf(vgpu->user_comm, sizeof(vgpu->user_comm), "%s", holder.comm);
	}
	return 0;
}

/* Who has them open, all in one search. */
static void find_users(struct manager *m)
{
	struct strset nodes = { 0 };
	struct vgpu *vgpu;
	int err = 0;

	LIST_FOREACH(vgpu, &m->vgpus, link) {
		vgpu->user = 0;
		if (vgpu->vendor && vgpu->node[0] && !err)
			err = strset_add(&nodes, vgpu->node);
	}
	if (!err && nodes.n)
		err = holder_search(&nodes, on_open, m);
	if (err)
		log_warning("who has vgpus open cannot be found: %s", strerror(-err));
	strset_clear(&nodes);
}

static void observe(struct vgpu *vgpu)
{
	struct nvmux_vgpu now = vgpu->observed;

	now.state = vgpu->user ? NVMUX_VGPU_STATE_OPEN : NVMUX_VGPU_STATE_PUBLISHED;
	now.pid = (uint32_t)vgpu->user;
	memset(now.comm, 0, sizeof(now.comm));
	if (vgpu->user)
		(void)snprintf(now.comm, sizeof(now.comm), "%s", vgpu->user_comm);
	manager_vgpu_observed(vgpu->manager, &now);
}

static void appear(struct gpu *gpu, const struct vendor_vgpu *v)
{
	bool vfio = strcmp(gpu->vendor->way, "vfio") == 0;
	struct vgpu *known = vgpu_find(&gpu->manager->vgpus, v->uuid);
	struct nvmux_vgpu observed = {
		.state = NVMUX_VGPU_STATE_PUBLISHED,
		.size = size_of(gpu->vendor, v->id),
	};

	if (known && known->vendor && !strcmp(known->vendor_id, v->id)) {
		known->stale = false;
		find_node(v, vfio, known->node, sizeof(known->node));
		return;
	}
	(void)snprintf(observed.uuid, sizeof(observed.uuid), "%s", v->uuid);
	(void)snprintf(observed.gpu, sizeof(observed.gpu), "%s", gpu->observed.bdf);
	(void)snprintf(observed.type, sizeof(observed.type), "%s",
		       vendor_type_name(gpu->vendor, v->id));
	if (known)
		manager_vgpu_gone(gpu->manager, v->uuid);
	known = manager_vendor_vgpu(gpu->manager, &observed, vfio ? v->function : "");
	if (!known)
		return;
	(void)snprintf(known->vendor_id, sizeof(known->vendor_id), "%s", v->id);
	find_node(v, vfio, known->node, sizeof(known->node));
}

/* As long as nothing has been read of it. */
static struct vendor *vendor_new(void)
{
	struct vendor *vendor = calloc(1, sizeof(*vendor));

	if (vendor)
		vendor->way = "";
	return vendor;
}

static bool differs(const struct vendor *a, const struct vendor *b)
{
	return strcmp(a->way, b->way) || a->n_vgpus != b->n_vgpus;
}

static void set_vendor(struct gpu *gpu, struct vendor *vendor)
{
	struct vendor *own = gpu->vendor ? gpu->vendor : vendor_new();
	bool changed;

	if (!own) {
		vendor_clear(vendor);
		return;
	}
	gpu->vendor = own;
	changed = differs(own, vendor);
	vendor_clear(own);
	*own = *vendor;
	if (changed)
		bus_gpu_changed(gpu);
}

/* What a driver that does not answer has told before stays. */
static void look_at(struct gpu *gpu)
{
	struct vendor now = { .way = "" };
	struct vgpu *vgpu;
	int err = is_candidate(gpu) ? vendor_read(gpu->observed.bdf, &now) : 0;

	if (err) {
		log_warning("the vgpus of driver nvidia on gpu %s cannot be read: %s",
			    gpu->observed.bdf, strerror(-err));
		return;
	}
	if (!now.way[0] && !gpu->vendor)
		return;
	set_vendor(gpu, &now);
	LIST_FOREACH(vgpu, &gpu->manager->vgpus, link)
		vgpu->stale = vgpu->vendor && !strcmp(vgpu->observed.gpu, gpu->observed.bdf);
	for (size_t i = 0; gpu->vendor && i < gpu->vendor->n_vgpus; i++)
		appear(gpu, &gpu->vendor->vgpus[i]);
	manager_sweep_vendor(gpu->manager);
}

void vendor_sync(struct manager *m)
{
	struct vgpu *vgpu;
	struct gpu *gpu;

	LIST_FOREACH(gpu, &m->gpus, link)
		look_at(gpu);
	find_users(m);
	LIST_FOREACH(vgpu, &m->vgpus, link)
		if (vgpu->vendor)
			observe(vgpu);
}

static void arm(struct manager *m, uint64_t delay)
{
	(void)sd_event_source_set_time(m->vendor_timer, manager_now() + delay);
	(void)sd_event_source_set_enabled(m->vendor_timer, SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *source, uint64_t now, void *userdata)
{
	struct manager *m = userdata;
	struct gpu *gpu;

	(void)source;
	(void)now;
	vendor_sync(m);
	LIST_FOREACH(gpu, &m->gpus, link)
		if (vendor_has(gpu))
			arm(m, AGAIN);
	return 0;
}

void vendor_kick(struct manager *m)
{
	if (m->vendor_timer)
		arm(m, SOON);
	else if (sd_event_add_time_relative(m->event, &m->vendor_timer, CLOCK_MONOTONIC, SOON, 0,
					    on_timer, m) < 0)
		log_error("no timer for the vgpus of driver nvidia");
}

void vendor_stop(struct manager *m)
{
	m->vendor_timer = sd_event_source_disable_unref(m->vendor_timer);
}

/* One row per type of a GPU, over all its functions. */
static struct nvmux_type *row_of(struct nvmux_type *types, size_t n, const char *gpu,
				 const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(types[i].gpu, gpu) == 0 && strcmp(types[i].name, name) == 0)
			return &types[i];
	return NULL;
}

static void fill_row(struct nvmux_type *row, const struct gpu *gpu, const struct vendor_type *t)
{
	*row = (struct nvmux_type){ .fb_size = t->fb_size, .max_instances = t->max_instances };
	(void)snprintf(row->gpu, sizeof(row->gpu), "%s", gpu->observed.bdf);
	(void)snprintf(row->name, sizeof(row->name), "%s", t->name);
	(void)snprintf(row->mdev_type, sizeof(row->mdev_type), "%s", t->id);
	(void)snprintf(row->label, sizeof(row->label), "NVIDIA %.50s", t->name);
	if (t->name[0])
		row->series[0] = t->name[strlen(t->name) - 1];
}

static int offer(const struct gpu *gpu, struct nvmux_type **types, size_t *n_types)
{
	const struct vendor *v = gpu->vendor;
	struct nvmux_type *longer = reallocarray(*types, *n_types + v->n_types + 1,
						 sizeof(*longer)), *row;
	size_t first = *n_types;

	if (!longer)
		return -ENOMEM;
	*types = longer;
	for (size_t i = 0; i < v->n_types; i++) {
		row = row_of(longer + first, *n_types - first, gpu->observed.bdf, v->types[i].name);
		if (!row) {
			row = &longer[(*n_types)++];
			fill_row(row, gpu, &v->types[i]);
		}
		row->available += v->types[i].available;
	}
	return 0;
}

/* The module tells the types of its own catalogue for such a GPU too; they cannot be made there. */
static void drop_rows(const struct gpu *gpu, struct nvmux_type *types, size_t *n_types)
{
	size_t n = 0;

	for (size_t i = 0; i < *n_types; i++)
		if (strcmp(types[i].gpu, gpu->observed.bdf))
			types[n++] = types[i];
	*n_types = n;
}

int vendor_offer(const struct manager *m, const char *gpu, struct nvmux_type **types,
		 size_t *n_types)
{
	const struct gpu *g;
	int err = 0;

	LIST_FOREACH(g, &m->gpus, link) {
		if (err || !vendor_has(g) || (gpu && strcmp(gpu, g->observed.bdf)))
			continue;
		drop_rows(g, *types, n_types);
		err = offer(g, types, n_types);
	}
	return err;
}

const struct vendor_type *vendor_place(const struct gpu *gpu, const char *type)
{
	for (size_t i = 0; vendor_has(gpu) && i < gpu->vendor->n_types; i++)
		if (gpu->vendor->types[i].available &&
		    strcmp(gpu->vendor->types[i].name, type) == 0)
			return &gpu->vendor->types[i];
	return NULL;
}
