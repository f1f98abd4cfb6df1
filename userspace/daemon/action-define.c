// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defined vGPUs become vGPUs: when a person starts one, and by themselves
 * when their GPU comes into vgpu mode. The rest is action-vgpu.c's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/log.h"
#include "../basic/utf8.h"
#include "action.h"

/* Its definition may be dropped or replaced meanwhile, so it is looked up by its UUID. */
struct start {
	struct manager *manager;
	char uuid[NVMUX_UUID_SIZE];
	action_done_t done;		/* NULL: it starts by itself */
	void *userdata;
};

static void note_end(const struct start *s, const char *failure)
{
	struct definition *d = definition_find(&s->manager->definitions, s->uuid);

	if (!d)
		return;
	d->starting = false;
	(void)snprintf(d->failure, sizeof(d->failure), "%s", failure);
	utf8_clean(d->failure);
}

/* The listing that runs may not have come to it yet when it starts by itself. */
static bool was_there(const struct start *s, int err)
{
	return !s->done && (err == -EADDRINUSE || err == -EEXIST) &&
	       vgpu_find(&s->manager->vgpus, s->uuid);
}

static void on_started(void *userdata, int err, const char *text)
{
	struct start *s = userdata;

	if (was_there(s, err))
		err = 0;
	note_end(s, err ? text : "");
	if (!err && s->done && definition_set_stopped(s->uuid, false))
		log_warning("that vgpu %s is started cannot be kept, ignoring", s->uuid);
	if (s->done)
		s->done(s->userdata, err, text);
	free(s);
}

static void order_of(const struct definition *d, struct vgpu_order *order)
{
	*order = (struct vgpu_order){
		.numa_node = ASSIGN_ANY_NODE,
		.has_placement = d->has_placement,
		.placement = d->placement,
	};
	memcpy(order->gpu, d->gpu, sizeof(order->gpu));
	memcpy(order->type, d->type, sizeof(order->type));
	memcpy(order->uuid, d->uuid, sizeof(order->uuid));
}

int action_start_vgpu(struct manager *m, struct definition *d, action_done_t done,
		      void *userdata)
{
	struct start *s = calloc(1, sizeof(*s));
	struct vgpu_order order;
	int err;

	if (!s)
		return -ENOMEM;
	s->manager = m;
	memcpy(s->uuid, d->uuid, sizeof(s->uuid));
	s->done = done;
	s->userdata = userdata;
	order_of(d, &order);
	err = action_create_vgpu(m, &order, on_started, s);
	if (err)
		free(s);
	d->starting = !err;
	return err;
}

/* One without a GPU may be made on any, so each that comes is an occasion. */
static bool is_due(const struct gpu *gpu, const struct definition *d)
{
	return d->autostart && !d->starting && (!d->gpu[0] || strcmp(d->gpu, gpu->observed.bdf) == 0) &&
	       !vgpu_find(&gpu->manager->vgpus, d->uuid) && !definition_is_stopped(d->uuid);
}

void action_restore_vgpus(struct gpu *gpu)
{
	struct definition *d;

	if (!gpu_is_in(gpu, NVMUX_MODE_VGPU))
		return;
	LIST_FOREACH(d, &gpu->manager->definitions, link)
		if (is_due(gpu, d) && action_start_vgpu(gpu->manager, d, NULL, NULL))
			log_error("no memory to start vgpu %s", d->uuid);
}
