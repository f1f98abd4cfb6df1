// SPDX-License-Identifier: GPL-2.0-only
/*
 * One timer for both: a kick makes it due at once. Whether a GPU is free is not decided here, the
 * switch itself is tried.
 */
#include "action.h"
#include "idle.h"

static int on_timer(sd_event_source *source, uint64_t now, void *userdata)
{
	struct manager *m = userdata;
	struct gpu *gpu;

	(void)source;
	(void)now;
	LIST_FOREACH(gpu, &m->gpus, link)
		if (gpu->waits)
			action_restore(gpu);
	return 0;
}

int idle_start(struct manager *m)
{
	int err = sd_event_add_time(m->event, &m->idle_timer, CLOCK_MONOTONIC, 0, 0, on_timer, m);

	return err < 0 ? err : sd_event_source_set_enabled(m->idle_timer, SD_EVENT_OFF);
}

void idle_stop(struct manager *m)
{
	m->idle_timer = sd_event_source_disable_unref(m->idle_timer);
}

/* @delay: microseconds */
static void arm(struct manager *m, uint64_t delay)
{
	(void)sd_event_source_set_time(m->idle_timer, manager_now() + delay);
	(void)sd_event_source_set_enabled(m->idle_timer, SD_EVENT_ONESHOT);
}

/* What is due sooner stays so. */
void idle_wait(struct gpu *gpu)
{
	struct manager *m = gpu->manager;

	gpu->waits = true;
	if (sd_event_source_get_enabled(m->idle_timer, NULL) == 0)
		arm(m, m->config.idle_retry);
}

void idle_kick(struct manager *m)
{
	struct gpu *gpu;

	LIST_FOREACH(gpu, &m->gpus, link)
		if (gpu->waits)
			arm(m, 0);
}
