// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dividing a GPU in another way. The kernel does it while it is asked, or refuses; so a request
 * waits only where a switch that goes on must end first, when the configured partitioning of a
 * GPU that has just appeared is restored.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/log.h"
#include "action.h"
#include "bus.h"
#include "job.h"

struct partition_action {
	struct action action;
	uint32_t partition;
	bool restores;		/* what is configured already */
};

static int divide(struct partition_action *a)
{
	struct manager *m = a->action.manager;
	struct nvmux_gpu now = { 0 };
	int err = nvmux_gpu_set_partition(m->kernel, a->action.gpu, a->partition, &now);

	if (err)
		return action_refused(&a->action, err, a->action.gpu);
	if (now.bdf[0])
		manager_gpu_observed(m, &now);
	return 1;
}

static int partition_process(struct request *request)
{
	struct partition_action *a = (struct partition_action *)request;
	struct gpu *gpu;
	int err = action_need_gpu(&a->action, a->action.gpu, &gpu);

	if (err)
		return err;
	if (gpu->observed.partition == a->partition)
		return 1;
	if (a->restores && gpu_is_switching(gpu))
		return 0;
	return divide(a);
}

static int keep_configured(struct partition_action *a, struct gpu *gpu)
{
	int err;

	gpu->undivided[0] = '\0';
	if (a->restores)
		return 0;
	err = config_keep_partition(a->action.gpu, a->partition, gpu->observed.device_id);
	if (err)
		return request_fail(&a->action.request, err,
				    "gpu %s is divided %s, but that cannot be kept: %s",
				    a->action.gpu, nvmux_partition_str(a->partition),
				    strerror(-err));
	manager_load_wanted(gpu);
	return 0;
}

static void partition_done(struct request *request, int err)
{
	struct partition_action *a = (struct partition_action *)request;
	struct gpu *gpu = gpu_find(&a->action.manager->gpus, a->action.gpu);

	if (err == -ETIMEDOUT)
		(void)request_fail(request, err, "gpu %s switches too long to be divided %s",
				   a->action.gpu, nvmux_partition_str(a->partition));
	if (!err && gpu)
		err = keep_configured(a, gpu);
	if (err && gpu && a->restores)
		action_note_failure(&a->action, gpu->undivided);
	if (gpu)
		bus_gpu_changed(gpu);
	action_tell(&a->action, err);
}

static void partition_free(struct request *request)
{
	free(request);
}

static const struct request_kind partition_kind = {
	.name = "set partition",
	.process = partition_process,
	.done = partition_done,
	.free = partition_free,
};

static struct partition_action *partition_new(struct gpu *gpu, uint32_t partition)
{
	struct partition_action *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	action_init(&a->action, &partition_kind, gpu->manager, gpu->observed.bdf,
		    gpu->manager->config.switch_timeout);
	a->partition = partition;
	return a;
}

int action_set_partition(struct gpu *gpu, uint32_t partition, action_done_t done, void *userdata)
{
	struct partition_action *a = partition_new(gpu, partition);

	if (!a)
		return -ENOMEM;
	a->action.done = done;
	a->action.userdata = userdata;
	job_begin(&a->action, "set-partition", nvmux_partition_str(partition), false);
	manager_submit(gpu->manager, &a->action.request);
	return 0;
}

void action_restore_partition(struct gpu *gpu)
{
	struct partition_action *a;

	if (!action_is_due(policy_restore_partition(&gpu->wanted, &gpu->observed, gpu->undivided,
						    sizeof(gpu->undivided)), gpu->undivided))
		return;
	log_info("gpu %s shall be divided %s", gpu->observed.bdf,
		 nvmux_partition_str(gpu->wanted.partition));
	a = partition_new(gpu, gpu->wanted.partition);
	if (!a) {
		log_error("no memory to divide gpu %s", gpu->observed.bdf);
		return;
	}
	a->restores = true;
	job_begin(&a->action, "set-partition", nvmux_partition_str(a->partition), false);
	manager_submit(gpu->manager, &a->action.request);
}
