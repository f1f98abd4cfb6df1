// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the models in step with what the sources tell, and gives the queue
 * its turns.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <systemd/sd-daemon.h>

#include "../basic/cleanup.h"
#include "../basic/log.h"
#include "action.h"
#include "bus.h"
#include "hook.h"
#include "idle.h"
#include "job.h"
#include "manager.h"
#include "metrics.h"
#include "services.h"
#include "source.h"
#include "stuck.h"
#include "tally.h"
#include "unclean.h"
#include "vendor.h"
#include "violation.h"

DEFINE_CLEANUP(struct manager *, manager_free)

uint64_t manager_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000U + (uint64_t)ts.tv_nsec / 1000U;
}

static void arm_queue_timer(struct manager *m)
{
	uint64_t deadline = queue_deadline(&m->queue);

	if (deadline == QUEUE_NEVER) {
		(void)sd_event_source_set_enabled(m->queue_timer, SD_EVENT_OFF);
		return;
	}
	(void)sd_event_source_set_time(m->queue_timer, deadline);
	(void)sd_event_source_set_enabled(m->queue_timer, SD_EVENT_ONESHOT);
}

#define SLACK 10000000U

/* What is configured may take longer than systemd waits for a service to start. */
static void ask_for_time(struct manager *m)
{
	uint64_t deadline = queue_deadline(&m->queue), now = manager_now();

	if (deadline != QUEUE_NEVER && deadline > now)
		(void)sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%" PRIu64, deadline - now + SLACK);
}

static void tell_ready(struct manager *m)
{
	if (!m->serving || m->ready)
		return;
	if (!TAILQ_EMPTY(&m->queue)) {
		ask_for_time(m);
		return;
	}
	m->ready = true;
	(void)sd_notifyf(0, "READY=1\nSTATUS=%s",
			 m->kernel ? "running" : "module nvmux is not loaded");
}

static void run_queue(struct manager *m)
{
	queue_run(&m->queue, manager_now());
	arm_queue_timer(m);
	job_settle(m);
	services_settle(m);
	tell_ready(m);
}

static int on_queue_defer(sd_event_source *source, void *userdata)
{
	(void)source;
	run_queue(userdata);
	return 0;
}

static int on_queue_timer(sd_event_source *source, uint64_t now, void *userdata)
{
	(void)source;
	(void)now;
	run_queue(userdata);
	return 0;
}

static int add_queue_sources(struct manager *m)
{
	int err = sd_event_add_defer(m->event, &m->queue_defer, on_queue_defer, m);

	if (err < 0)
		return err;
	err = sd_event_source_set_enabled(m->queue_defer, SD_EVENT_OFF);
	if (err < 0)
		return err;
	err = sd_event_add_time(m->event, &m->queue_timer, CLOCK_MONOTONIC, 0, 0,
				on_queue_timer, m);
	if (err < 0)
		return err;
	return sd_event_source_set_enabled(m->queue_timer, SD_EVENT_OFF);
}

int manager_new(struct manager **ret)
{
	_cleanup_(manager_freep) struct manager *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return -ENOMEM;
	LIST_INIT(&m->gpus);
	LIST_INIT(&m->vgpus);
	LIST_INIT(&m->claims);
	LIST_INIT(&m->definitions);
	TAILQ_INIT(&m->counters);
	TAILQ_INIT(&m->jobs);
	m->started = time(NULL);
	queue_init(&m->queue);
	config_init(&m->config);
	err = sd_event_default(&m->event);
	if (err < 0)
		return err;
	err = add_queue_sources(m);
	if (err >= 0)
		err = idle_start(m);
	if (err < 0)
		return err;
	*ret = TAKE_PTR(m);
	return 0;
}

static void free_gpu(struct gpu *gpu)
{
	if (gpu->vendor)
		vendor_clear(gpu->vendor);
	free(gpu->vendor);
	gpu_free(gpu);
}

static void free_models(struct manager *m)
{
	while (!LIST_EMPTY(&m->vgpus))
		vgpu_free(LIST_FIRST(&m->vgpus));
	while (!LIST_EMPTY(&m->gpus))
		free_gpu(LIST_FIRST(&m->gpus));
	claim_list_clear(&m->claims);
	definition_list_clear(&m->definitions);
}

void manager_free(struct manager *m)
{
	if (!m)
		return;
	queue_drain(&m->queue, -ESHUTDOWN);
	job_list_clear(m);
	services_shutdown(m);
	hook_stop(m);
	metrics_stop(m);
	bus_stop(m);
	source_udev_stop(m);
	source_netlink_stop(m);
	free_models(m);
	violation_stop(m);
	vendor_stop(m);
	idle_stop(m);
	counter_list_clear(&m->counters);
	sd_event_source_disable_unref(m->resync_timer);
	sd_event_source_disable_unref(m->queue_defer);
	sd_event_source_disable_unref(m->queue_timer);
	sd_event_unref(m->event);
	config_clear(&m->config);
	free(m);
}

void manager_kick(struct manager *m)
{
	(void)sd_event_source_set_enabled(m->queue_defer, SD_EVENT_ONESHOT);
}

void manager_serve(struct manager *m)
{
	m->serving = true;
	manager_kick(m);
}

void manager_submit(struct manager *m, struct request *request)
{
	queue_add(&m->queue, request);
	manager_kick(m);
}

void manager_load_wanted(struct gpu *gpu)
{
	int err = config_load_gpu(gpu->observed.bdf, &gpu->wanted);

	if (err && err != -ENOENT) {
		(void)log_errno(err, "the configuration of gpu %s cannot be read",
				gpu->observed.bdf);
		return;
	}
	if (!gpu->wanted.mode &&
	    !strset_has(&gpu->manager->config.exclude, gpu->observed.bdf))
		gpu->wanted.mode = gpu->manager->config.default_mode;
}

/* Its driver offers vGPUs of its own, or did before. */
static void look_for_vendor(const struct gpu *gpu)
{
	if (gpu->vendor || strcmp(gpu->observed.driver, "nvidia") == 0)
		vendor_kick(gpu->manager);
}

static void gpu_appeared(struct manager *m, const struct nvmux_gpu *observed)
{
	struct gpu *gpu = gpu_new(&m->gpus, observed);

	if (!gpu) {
		log_error("no memory for gpu %s", observed->bdf);
		return;
	}
	gpu->manager = m;
	tally_gpu_new(m, observed->bdf);
	manager_load_wanted(gpu);
	look_for_vendor(gpu);
	log_info("gpu %s appeared in %s mode", observed->bdf, nvmux_mode_str(observed->mode));
	bus_gpu_added(gpu);
	action_restore_partition(gpu);
	action_restore(gpu);
	action_restore_vgpus(gpu);
}

static void log_gpu(const struct gpu *gpu, uint32_t mode_before)
{
	if (gpu->observed.mode != mode_before)
		log_info("gpu %s is in %s mode now", gpu->observed.bdf,
			 nvmux_mode_str(gpu->observed.mode));
}

void manager_gpu_observed(struct manager *m, const struct nvmux_gpu *observed)
{
	struct gpu *gpu = gpu_find(&m->gpus, observed->bdf);
	uint32_t mode_before;
	bool was_shared;

	manager_kick(m);
	if (!gpu) {
		gpu_appeared(m, observed);
		return;
	}
	mode_before = gpu->observed.mode;
	was_shared = gpu_is_in(gpu, NVMUX_MODE_VGPU);
	tally_gpu(gpu, observed);
	if (!gpu_observe(gpu, observed))
		return;
	look_for_vendor(gpu);
	stuck_observed(gpu);
	log_gpu(gpu, mode_before);
	if (gpu->observed.mode != mode_before)
		unclean_clear(gpu->observed.bdf);
	bus_gpu_changed(gpu);
	job_observed(gpu);
	violation_kick(m);
	if (!was_shared)
		action_restore_vgpus(gpu);
	idle_kick(m);
}

/* @function: of one of NVIDIA's vGPU manager, NULL: of one of the module */
static struct vgpu *vgpu_appeared(struct manager *m, const struct nvmux_vgpu *observed,
				  const char *function)
{
	struct vgpu *vgpu = vgpu_new(&m->vgpus, observed);

	if (!vgpu) {
		log_error("no memory for vgpu %s", observed->uuid);
		return NULL;
	}
	vgpu->manager = m;
	vgpu->vendor = function;
	(void)snprintf(vgpu->function, sizeof(vgpu->function), "%s", function ? function : "");
	tally_vgpu_new(m, observed->uuid);
	owner_of(observed->uuid, vgpu->owner);
	log_info("vgpu %s (%s) appeared on gpu %s", observed->uuid, observed->type,
		 observed->gpu);
	bus_vgpu_added(vgpu);
	return vgpu;
}

struct vgpu *manager_vendor_vgpu(struct manager *m, const struct nvmux_vgpu *observed,
				 const char *function)
{
	manager_kick(m);
	return vgpu_appeared(m, observed, function);
}

void manager_vgpu_observed(struct manager *m, const struct nvmux_vgpu *observed)
{
	struct vgpu *vgpu = vgpu_find(&m->vgpus, observed->uuid);

	manager_kick(m);
	if (!vgpu) {
		(void)vgpu_appeared(m, observed, NULL);
		return;
	}
	tally_vgpu(vgpu, observed);
	if (vgpu_observe(vgpu, observed)) {
		bus_vgpu_changed(vgpu);
		violation_kick(m);
	}
}

static void vgpu_went(struct vgpu *vgpu)
{
	log_info("vgpu %s has gone", vgpu->observed.uuid);
	(void)owner_forget(vgpu->observed.uuid);
	tally_vgpu_gone(vgpu->manager, vgpu->observed.uuid);
	bus_vgpu_removed(vgpu);
	manager_kick(vgpu->manager);
	idle_kick(vgpu->manager);
	vgpu_free(vgpu);
}

void manager_vgpu_gone(struct manager *m, const char *uuid)
{
	struct vgpu *vgpu = vgpu_find(&m->vgpus, uuid);

	if (vgpu)
		vgpu_went(vgpu);
}

/* The kernel tells of the end of its own. */
static void vendor_vgpus_went(const struct gpu *gpu)
{
	struct vgpu *vgpu, *next;

	for (vgpu = LIST_FIRST(&gpu->manager->vgpus); vgpu; vgpu = next) {
		next = LIST_NEXT(vgpu, link);
		if (vgpu->vendor && strcmp(vgpu->observed.gpu, gpu->observed.bdf) == 0)
			vgpu_went(vgpu);
	}
}

static void gpu_went(struct gpu *gpu)
{
	log_info("gpu %s has gone", gpu->observed.bdf);
	vendor_vgpus_went(gpu);
	bus_gpu_removed(gpu);
	manager_kick(gpu->manager);
	free_gpu(gpu);
}

void manager_gpu_gone(struct manager *m, const char *bdf)
{
	struct gpu *gpu = gpu_find(&m->gpus, bdf);

	if (gpu)
		gpu_went(gpu);
}

void manager_sweep_begin(struct manager *m)
{
	struct vgpu *vgpu;
	struct gpu *gpu;

	LIST_FOREACH(gpu, &m->gpus, link)
		gpu->stale = true;
	LIST_FOREACH(vgpu, &m->vgpus, link)
		vgpu->stale = true;
}

static void sweep_vgpus(struct manager *m, bool vendor)
{
	struct vgpu *vgpu, *next;

	for (vgpu = LIST_FIRST(&m->vgpus); vgpu; vgpu = next) {
		next = LIST_NEXT(vgpu, link);
		if (vgpu->stale && vgpu->vendor == vendor)
			vgpu_went(vgpu);
	}
}

void manager_sweep_vendor(struct manager *m)
{
	sweep_vgpus(m, true);
}

void manager_sweep_end(struct manager *m)
{
	struct gpu *gpu, *next;

	sweep_vgpus(m, false);
	for (gpu = LIST_FIRST(&m->gpus); gpu; gpu = next) {
		next = LIST_NEXT(gpu, link);
		if (gpu->stale)
			gpu_went(gpu);
	}
}

void manager_forget_all(struct manager *m)
{
	manager_sweep_begin(m);
	manager_sweep_end(m);
}
