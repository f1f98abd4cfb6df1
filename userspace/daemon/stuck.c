// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/log.h"
#include "action.h"
#include "bus.h"
#include "stuck.h"
#include "tally.h"

/* A child that will not be asked any more. Its GPU may have gone, and another have come. */
struct stuck {
	struct manager *manager;
	char bdf[NVMUX_BDF_SIZE];
	char uuid[NVMUX_UUID_SIZE];
};

/* Of use again: it may not be in its mode yet. */
static void come_back(struct gpu *gpu)
{
	log_notice("gpu %s is of use again", gpu->observed.bdf);
	gpu->failure[0] = '\0';
	bus_gpu_changed(gpu);
	action_restore(gpu);
	action_restore_vgpus(gpu);
	manager_kick(gpu->manager);
}

/* Elsewhere the same UUID may be somebody's who was faster. */
static void delete_late(const struct stuck *stuck)
{
	struct manager *m = stuck->manager;
	struct nvmux_vgpu now = { 0 };
	struct vgpu *vgpu;

	if (!stuck->uuid[0] || !m->kernel || nvmux_vgpu_get(m->kernel, stuck->uuid, &now) < 0 ||
	    strcmp(now.gpu, stuck->bdf) != 0)
		return;
	manager_vgpu_observed(m, &now);
	vgpu = vgpu_find(&m->vgpus, stuck->uuid);
	log_notice("vgpu %s has come too late, deleting it", stuck->uuid);
	if (vgpu && action_delete_vgpu(vgpu, NULL, NULL) < 0)
		log_error("no memory to delete vgpu %s", stuck->uuid);
}

static void one_less(struct gpu *gpu)
{
	gpu->n_stuck--;
	if (gpu->n_stuck)
		return;
	gpu->stuck[0] = '\0';
	come_back(gpu);
}

static void on_ended(void *userdata)
{
	struct stuck *stuck = userdata;
	struct gpu *gpu = gpu_find(&stuck->manager->gpus, stuck->bdf);

	if (gpu && gpu->n_stuck)
		one_less(gpu);
	delete_late(stuck);
	free(stuck);
}

void stuck_write(struct manager *m, const char *bdf, struct child *child, const char *file,
		 const char *uuid)
{
	struct gpu *gpu = gpu_find(&m->gpus, bdf);
	struct stuck *stuck = gpu ? calloc(1, sizeof(*stuck)) : NULL;

	if (!stuck)
		return;
	stuck->manager = m;
	(void)snprintf(stuck->bdf, sizeof(stuck->bdf), "%s", bdf);
	(void)snprintf(stuck->uuid, sizeof(stuck->uuid), "%s", uuid ? uuid : "");
	child_when_ended(child, on_ended, stuck);
	if (!gpu->n_stuck++)
		tally_quarantine(gpu);
	(void)snprintf(gpu->stuck, sizeof(gpu->stuck), "a write to %s does not come back", file);
	log_error("gpu %s is quarantined: %s", bdf, gpu->stuck);
	bus_gpu_changed(gpu);
}

void stuck_switch(struct gpu *gpu)
{
	const struct nvmux_gpu *o = &gpu->observed;

	if (!gpu_is_switching(gpu))
		return;
	if (o->step == NVMUX_STEP_DETACH && o->driver[0])
		(void)snprintf(gpu->hung, sizeof(gpu->hung), "driver %s does not let go",
			       o->driver);
	else
		(void)snprintf(gpu->hung, sizeof(gpu->hung),
			       "the switch to %s mode does not come to its end (%s)",
			       nvmux_mode_str(o->target), nvmux_step_str(o->step));
	tally_quarantine(gpu);
	log_error("gpu %s is quarantined: %s", o->bdf, gpu->hung);
	bus_gpu_changed(gpu);
}

void stuck_observed(struct gpu *gpu)
{
	if (!gpu->hung[0] || gpu_is_switching(gpu))
		return;
	gpu->hung[0] = '\0';
	come_back(gpu);
}

int stuck_check(const struct gpu *gpu, char *text, size_t size)
{
	const char *why = gpu->stuck[0] ? gpu->stuck : gpu->hung;

	if (!why[0])
		return 0;
	(void)snprintf(text, size, "gpu %s is quarantined: %s", gpu->observed.bdf, why);
	return -EIO;
}
