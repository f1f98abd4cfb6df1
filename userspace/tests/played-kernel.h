/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel module that is only played: these functions take the place of the library's, so the
 * daemon runs on a made-up host. Each GPU offers one type and refuses what it is told to refuse.
 */
#ifndef NVMUX_TESTS_PLAYED_KERNEL_H
#define NVMUX_TESTS_PLAYED_KERNEL_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "daemon/manager.h"
#include "root.h"

#define TYPE "A40-8Q"

/**
 * struct played - one GPU
 * @max: vGPUs of the type that it holds
 * @held: it leaves no mode
 * @hangs: a switch begins and does not end
 * @slow: its memory is being cleaned until the test says otherwise
 * @err: what a new vGPU is refused with, 0: it is not
 */
struct played {
	struct nvmux_gpu gpu;
	uint32_t max;
	bool held;
	bool hangs;
	bool slow;
	int err;
};

static struct played played[8];
static size_t n_played;
static char played_calls[1024];		/* what the kernel was asked to change, in order */
static char played_text[NVMUX_TEXT_SIZE];
static const char *played_vgpu_on = "";	/* the GPU of a vGPU that was not made here */
static uint64_t played_resets;		/* of each vGPU */
static bool played_loaded;		/* nvmux_open() finds the module */

static struct {
	char uuid[NVMUX_UUID_SIZE];
	char gpu[NVMUX_BDF_SIZE];
} played_vgpus[64];
static size_t n_played_vgpus;

struct nvmux {
	int unused;
};

static struct nvmux played_kernel;

static struct played *played_find(const char *bdf)
{
	for (size_t i = 0; i < n_played; i++)
		if (strcmp(played[i].gpu.bdf, bdf) == 0)
			return &played[i];
	return NULL;
}

static inline struct played *played_add(const char *bdf, uint32_t mode, uint32_t partition)
{
	struct played *p = &played[n_played++];

	*p = (struct played){ .max = 4 };
	snprintf(p->gpu.bdf, sizeof(p->gpu.bdf), "%s", bdf);
	p->gpu.has = NVMUX_HAS(NVMUX_A_GPU_PARTITION);
	p->gpu.device_id = 0x2235;
	p->gpu.mode = mode;
	p->gpu.partition = partition;
	return p;
}

/* A daemon on an empty host, with this kernel. */
static inline struct manager *played_manager(void)
{
	struct manager *m;

	n_played = 0;
	n_played_vgpus = 0;
	played_calls[0] = '\0';
	if (manager_new(&m) < 0)
		abort();
	m->kernel = &played_kernel;
	return m;
}

static void __attribute__((format(printf, 1, 2))) played_note(const char *format, ...)
{
	size_t len = strlen(played_calls);
	va_list ap;

	va_start(ap, format);
	vsnprintf(played_calls + len, sizeof(played_calls) - len, format, ap);
	va_end(ap);
}

static int __attribute__((format(printf, 2, 3))) played_refuse(int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(played_text, sizeof(played_text), format, ap);
	va_end(ap);
	return err;
}

static int played_tell(const struct played *p, struct nvmux_gpu *ret)
{
	if (ret)
		*ret = p->gpu;
	return 0;
}

int nvmux_open(struct nvmux **ret)
{
	*ret = &played_kernel;
	return played_loaded ? 0 : -ENOENT;
}

void nvmux_close(struct nvmux *nvmux)
{
	(void)nvmux;
}

const char *nvmux_error_text(const struct nvmux *nvmux)
{
	(void)nvmux;
	return played_text;
}

int nvmux_error_attr(const struct nvmux *nvmux)
{
	(void)nvmux;
	return 0;
}

int nvmux_gpu_get(struct nvmux *nvmux, const char *bdf, struct nvmux_gpu *ret)
{
	const struct played *p = played_find(bdf);

	(void)nvmux;
	return p ? played_tell(p, ret) : played_refuse(-ENODEV, "no gpu %s", bdf);
}

int nvmux_gpu_list(struct nvmux *nvmux, struct nvmux_gpu **ret, size_t *ret_n)
{
	(void)nvmux;
	*ret = calloc(n_played + 1, sizeof(**ret));
	for (*ret_n = 0; *ret_n < n_played; (*ret_n)++)
		(*ret)[*ret_n] = played[*ret_n].gpu;
	return 0;
}

int nvmux_gpu_set_mode(struct nvmux *nvmux, const char *bdf, enum nvmux_mode mode, uint32_t flags,
		       struct nvmux_gpu *ret)
{
	struct played *p = played_find(bdf);

	(void)nvmux;
	played_note("%s %s%s%s; ", bdf, nvmux_mode_str(mode),
		    flags & NVMUX_SET_FLAGS_SCRUB ? " scrub" : "",
		    flags & NVMUX_SET_FLAGS_NO_SCRUB ? " no-scrub" : "");
	if (p->gpu.has & NVMUX_HAS(NVMUX_A_GPU_QUARANTINE))
		return played_refuse(-EIO, "gpu %s is quarantined: %s", bdf, p->gpu.quarantine);
	if (p->held)
		return played_refuse(-EBUSY, "gpu %s is held by a vgpu", bdf);
	if (p->hangs) {
		p->gpu.has |= NVMUX_HAS(NVMUX_A_GPU_TARGET);
		p->gpu.target = mode;
		p->gpu.step = NVMUX_STEP_DETACH;
		return played_tell(p, ret);
	}
	p->gpu.mode = mode;
	return played_tell(p, ret);
}

/* A board that is held stays dead. */
int nvmux_gpu_recover(struct nvmux *nvmux, const char *bdf, uint32_t flags, struct nvmux_gpu *ret)
{
	struct played *p = played_find(bdf);

	(void)nvmux;
	(void)flags;
	played_note("%s recover; ", bdf);
	if (!(p->gpu.has & NVMUX_HAS(NVMUX_A_GPU_QUARANTINE)))
		return played_refuse(-EINVAL, "gpu %s is not quarantined", bdf);
	if (!p->held) {
		p->gpu.has &= ~NVMUX_HAS(NVMUX_A_GPU_QUARANTINE);
		p->gpu.quarantine[0] = '\0';
		p->gpu.mode = NVMUX_MODE_HOST;
	}
	return played_tell(p, ret);
}

int nvmux_gpu_scrub(struct nvmux *nvmux, const char *bdf, uint32_t flags, struct nvmux_gpu *ret)
{
	struct played *p = played_find(bdf);

	(void)nvmux;
	(void)flags;
	played_note("%s scrub; ", bdf);
	if (p->held)
		return played_refuse(-EBUSY, "gpu %s is open through vfio (iommu group 7)", bdf);
	if (p->slow) {
		p->gpu.has |= NVMUX_HAS(NVMUX_A_GPU_TARGET);
		p->gpu.target = p->gpu.mode;
		p->gpu.scrub_total = 100;
	} else {
		p->gpu.memory = NVMUX_MEMORY_CLEAN;
	}
	return played_tell(p, ret);
}

int nvmux_gpu_set_partition(struct nvmux *nvmux, const char *bdf, enum nvmux_partition partition,
			    struct nvmux_gpu *ret)
{
	struct played *p = played_find(bdf);

	(void)nvmux;
	played_note("%s %s; ", bdf, nvmux_partition_str(partition));
	if (p->gpu.vgpu_count)
		return played_refuse(-EBUSY, "gpu %s is held by a vgpu", bdf);
	p->gpu.partition = partition;
	return played_tell(p, ret);
}

int nvmux_gi_new(struct nvmux *nvmux, const char *gpu, const char *profile,
		 const uint32_t *placement, uint32_t *ret_placement)
{
	struct nvmux_gpu *g = &played_find(gpu)->gpu;

	(void)nvmux;
	if (strcmp(profile, "1g.6gb"))
		return played_refuse(-EINVAL, "gpu %s has no profile %s", gpu, profile);
	snprintf(g->gis[g->n_gis].profile, sizeof(g->gis[0].profile), "%s", profile);
	g->gis[g->n_gis].placement = placement ? *placement : 3;
	*ret_placement = g->gis[g->n_gis].placement;
	g->gis[g->n_gis++].kept = true;
	return 0;
}

int nvmux_gi_del(struct nvmux *nvmux, const char *gpu, uint32_t placement)
{
	struct nvmux_gpu *g = &played_find(gpu)->gpu;

	(void)nvmux;
	if (!g->n_gis || g->gis[g->n_gis - 1].placement != placement)
		return played_refuse(-ENOENT, "gpu %s has no instance at %u", gpu, placement);
	g->n_gis--;
	return 0;
}

int nvmux_type_list(struct nvmux *nvmux, const char *gpu, struct nvmux_type **ret, size_t *ret_n)
{
	struct nvmux_type *t = calloc(n_played + 1, sizeof(*t));

	(void)nvmux;
	*ret = t;
	for (const struct played *p = played; p < played + n_played; p++) {
		if (gpu && strcmp(gpu, p->gpu.bdf))
			continue;
		snprintf(t->gpu, sizeof(t->gpu), "%s", p->gpu.bdf);
		snprintf(t->name, sizeof(t->name), TYPE);
		snprintf(t->mdev_type, sizeof(t->mdev_type), "nvmux-" TYPE);
		t->max_instances = p->max;
		t->available = p->max - p->gpu.vgpu_count;
		t->n_placements = 2;
		t->placements[1] = 8;
		t->n_free_placements = 1;
		t++->free_placements[0] = 8;
	}
	*ret_n = (size_t)(t - *ret);
	return 0;
}

static size_t played_find_vgpu(const char *uuid)
{
	size_t i = 0;

	while (i < n_played_vgpus && strcmp(played_vgpus[i].uuid, uuid))
		i++;
	return i;
}

int nvmux_vgpu_new(struct nvmux *nvmux, const struct nvmux_vgpu_request *request,
		   struct nvmux_vgpu *ret)
{
	struct played *p = played_find(request->gpu);

	(void)nvmux;
	(void)ret;
	played_note("%s vgpu; ", request->gpu);
	if (p->err)
		return played_refuse(p->err, "gpu %s says no", request->gpu);
	if (n_played_vgpus == ARRAY_SIZE(played_vgpus))
		return played_refuse(-EUSERS, "gpu %s is full", request->gpu);
	strcpy(played_vgpus[n_played_vgpus].uuid, request->uuid);
	strcpy(played_vgpus[n_played_vgpus++].gpu, request->gpu);
	p->gpu.vgpu_count++;
	return 0;
}

int nvmux_vgpu_get(struct nvmux *nvmux, const char *uuid, struct nvmux_vgpu *ret)
{
	size_t i = played_find_vgpu(uuid);

	(void)nvmux;
	*ret = (struct nvmux_vgpu){
		.state = NVMUX_VGPU_STATE_PUBLISHED,
		.has = NVMUX_HAS(NVMUX_A_VGPU_RESETS),
		.resets = played_resets,
	};
	snprintf(ret->uuid, sizeof(ret->uuid), "%s", uuid);
	snprintf(ret->gpu, sizeof(ret->gpu), "%s",
		 i < n_played_vgpus ? played_vgpus[i].gpu : played_vgpu_on);
	return 0;
}

int nvmux_vgpu_list(struct nvmux *nvmux, const char *gpu, struct nvmux_vgpu **ret, size_t *ret_n)
{
	(void)gpu;
	*ret = calloc(n_played_vgpus + 1, sizeof(**ret));
	for (*ret_n = 0; *ret_n < n_played_vgpus; (*ret_n)++)
		nvmux_vgpu_get(nvmux, played_vgpus[*ret_n].uuid, &(*ret)[*ret_n]);
	return 0;
}

int nvmux_vgpu_del(struct nvmux *nvmux, const char *uuid)
{
	size_t i = played_find_vgpu(uuid);

	(void)nvmux;
	if (i == n_played_vgpus)
		return 0;
	played_find(played_vgpus[i].gpu)->gpu.vgpu_count--;
	played_vgpus[i] = played_vgpus[--n_played_vgpus];
	return 0;
}

/* The end of an action. */
struct outcome {
	bool ended;
	int err;
	char text[REQUEST_TEXT_SIZE];
};

static inline void outcome_set(void *userdata, int err, const char *text)
{
	struct outcome *o = userdata;

	o->ended = true;
	o->err = err;
	snprintf(o->text, sizeof(o->text), "%s", text);
}

/* Turns of the main loop until it has ended, at most some seconds. */
static inline void outcome_wait(struct manager *m, const struct outcome *o)
{
	for (int i = 0; i < 500 && !o->ended; i++)
		if (sd_event_run(m->event, 10000) < 0)
			abort();
}

/* The turns that are due at once. */
static inline void settle(struct manager *m)
{
	while (sd_event_run(m->event, 0) > 0)
		;
}

#endif
