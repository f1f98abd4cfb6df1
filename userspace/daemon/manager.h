/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Owns everything: event loop, models, queue, and the doors to kernel, bus
 * and hook. Lookup and lifetime only; rules are in policy.c and admit.c.
 */
#ifndef NVMUX_DAEMON_MANAGER_H
#define NVMUX_DAEMON_MANAGER_H

#include <stdbool.h>
#include <time.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "claim.h"
#include "config.h"
#include "counter.h"
#include "definition.h"
#include "gpu.h"
#include "queue.h"
#include "vgpu.h"

struct hook_server;
struct job;
struct metrics_server;
struct source_udev;

struct manager {
	sd_event *event;
	sd_bus *bus;			/* NULL before it is started */
	struct config config;

	struct gpu_list gpus;
	struct vgpu_list vgpus;
	struct claim_list claims;
	struct definition_list definitions;

	TAILQ_HEAD(job_list, job) jobs;	/* in the order of their ids */
	uint32_t last_job;

	struct queue queue;
	sd_event_source *queue_defer;	/* run the queue in the next turn */
	sd_event_source *queue_timer;	/* the earliest deadline */
	bool serving;			/* the doors are open */
	bool ready;			/* systemd has been told so */

	struct strset stopped;		/* services that we have stopped, see services.h */
	unsigned int services_users;	/* switches that need them so */
	unsigned int services_starting;

	sd_event_source *idle_timer;	/* GPUs that wait for their holder */

	struct nvmux *kernel;		/* NULL while the module is not loaded */
	struct nvmux_monitor *monitor;
	sd_event_source *monitor_source;
	sd_event_source *resync_timer;

	sd_event_source *violation_timer;
	struct strset violations;	/* VMs of which it has been told that they break a rule */

	uint64_t resets_asked;		/* when, see resets.h */

	time_t started;
	struct counter_list counters;

	sd_event_source *vendor_timer;

	struct source_udev *udev;
	struct hook_server *hook;
	struct metrics_server *metrics;
};

int manager_new(struct manager **ret);
void manager_free(struct manager *m);

uint64_t manager_now(void);

/*
 * The doors are open. systemd is told READY as soon as the queue is empty, that is when each GPU
 * is in its configured mode or has a reason why not: libvirt's VMs start after that.
 */
void manager_serve(struct manager *m);

/* Reads what is configured for a GPU. */
void manager_load_wanted(struct gpu *gpu);

/* The queue gets a turn soon; called after each change of the models. */
void manager_kick(struct manager *m);
void manager_submit(struct manager *m, struct request *request);

/* What the sources tell. Adds, updates and removes models, and tells the bus. */
void manager_gpu_observed(struct manager *m, const struct nvmux_gpu *observed);
void manager_gpu_gone(struct manager *m, const char *bdf);
void manager_vgpu_observed(struct manager *m, const struct nvmux_vgpu *observed);
void manager_vgpu_gone(struct manager *m, const char *uuid);

/* The same for one of NVIDIA's vGPU manager that is new; NULL without memory. */
struct vgpu *manager_vendor_vgpu(struct manager *m, const struct nvmux_vgpu *observed,
				 const char *function);
void manager_sweep_vendor(struct manager *m);

/* A listing has begun; what it did not show when it ends has gone. */
void manager_sweep_begin(struct manager *m);
void manager_sweep_end(struct manager *m);

/* The module has gone, and with it all that it told. */
void manager_forget_all(struct manager *m);

#endif
