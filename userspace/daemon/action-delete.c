// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deleting a vGPU: the kernel detaches it at once or refuses; a child then
 * removes the empty mdev that is left.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "action.h"
#include "child.h"
#include "job.h"
#include "stuck.h"
#include "tenant.h"
#include "vendor.h"

#define SLACK 5000000U

struct delete_action {
	struct action action;
	char uuid[NVMUX_UUID_SIZE];
	char vendor_file[256];		/* NVIDIA's vGPU manager has it; empty: the module */
	bool deleted;
	bool removed;
	int remove_err;
	struct child *child;
};

static void append_holder(struct delete_action *a)
{
	const struct vgpu *vgpu = vgpu_find(&a->action.manager->vgpus, a->uuid);
	struct holder holder;

	if (vgpu && tenant_opener_of_vgpu(a->action.manager, vgpu, &holder) == 0)
		action_append_holder(&a->action, &holder);
}

static int check_claim(struct delete_action *a)
{
	const struct claim *claim;

	tenant_prune(a->action.manager);
	claim = claim_of_vgpu(&a->action.manager->claims, a->uuid);
	if (!claim)
		return 0;
	(void)request_fail(&a->action.request, -EBUSY, "vgpu %s is claimed by vm %s", a->uuid,
			   claim->name);
	append_holder(a);
	return -EBUSY;
}

static void on_removed(void *userdata, int err)
{
	struct delete_action *a = userdata;

	if (err == -ETIMEDOUT)
		stuck_write(a->action.manager, a->action.gpu, a->child, "remove of an mdev",
			    NULL);
	a->child = NULL;
	a->removed = true;
	/* somebody else was faster: that is what we wanted */
	a->remove_err = err == -ENOENT || err == -ENODEV ? 0 : err;
	manager_kick(a->action.manager);
}

/* From here on it takes as long as a driver and udev do, so it is a job. */
static int start_write(struct delete_action *a, const char *path, const char *text)
{
	struct manager *m = a->action.manager;

	job_begin(&a->action, "delete-vgpu", a->uuid, false);
	return child_write(m->event, path, text, m->config.write_timeout, on_removed, a, &a->child);
}

/* Writing waits for who has it open, so that is looked at first. */
static int begin_vendor(struct delete_action *a, struct vgpu *vgpu)
{
	bool vfio = vgpu->function[0];
	_cleanup_free_ char *path = vfio ?
		path_sys("bus/pci/devices/%s/nvidia/current_vgpu_type", vgpu->function) :
		path_sys("bus/mdev/devices/%s/remove", a->uuid);
	struct manager *m = a->action.manager;

	vendor_sync(m);
	vgpu = vgpu_find(&m->vgpus, a->uuid);
	if (!vgpu || !path)
		return vgpu ? -ENOMEM : 1;
	if (vgpu->observed.state == NVMUX_VGPU_STATE_OPEN) {
		(void)request_fail(&a->action.request, -EBUSY, "vgpu %s is open", a->uuid);
		append_holder(a);
		return -EBUSY;
	}
	a->deleted = true;
	(void)snprintf(a->vendor_file, sizeof(a->vendor_file), "%s", path);
	return start_write(a, path, vfio ? "0" : "1");
}

static int start_remove(struct delete_action *a)
{
	_cleanup_free_ char *path = path_sys("bus/mdev/devices/%s/remove", a->uuid);

	if (!path)
		return -ENOMEM;
	return file_exists(path) ? start_write(a, path, "1") : 1;
}

static int begin(struct delete_action *a)
{
	struct vgpu *vgpu = vgpu_find(&a->action.manager->vgpus, a->uuid);
	int err = action_need_kernel(&a->action);

	if (!err)
		err = check_claim(a);
	if (err)
		return err;
	if (vgpu && vgpu->vendor)
		return begin_vendor(a, vgpu);
	err = nvmux_vgpu_del(a->action.manager->kernel, a->uuid);
	if (err) {
		err = action_refused(&a->action, err, a->uuid);
		if (err == -EBUSY)
			append_holder(a);
		return err;
	}
	a->deleted = true;
	manager_vgpu_gone(a->action.manager, a->uuid);
	return start_remove(a);
}

static int delete_process(struct request *request)
{
	struct delete_action *a = (struct delete_action *)request;

	if (!a->deleted)
		return begin(a);
	if (!a->removed)
		return 0;
	if (a->vendor_file[0])
		vendor_sync(a->action.manager);
	if (!a->remove_err)
		return 1;
	if (a->vendor_file[0])
		return request_fail(request, a->remove_err,
				    "vgpu %s is not deleted by driver nvidia: %s", a->uuid,
				    strerror(-a->remove_err));
	return request_fail(request, a->remove_err,
			    "vgpu %s is deleted, but its empty mdev cannot be removed: %s", a->uuid,
			    strerror(-a->remove_err));
}

/* Else it would be made again as soon as its GPU is seen next. What nobody asked for is no wish. */
static void note_stopped(const struct delete_action *a)
{
	if (a->action.done && definition_find(&a->action.manager->definitions, a->uuid) &&
	    definition_set_stopped(a->uuid, true))
		log_warning("that vgpu %s is stopped cannot be kept, ignoring", a->uuid);
}

static void delete_done(struct request *request, int err)
{
	struct delete_action *a = (struct delete_action *)request;

	if (!err)
		note_stopped(a);
	action_tell(&a->action, err);
}

static void delete_free(struct request *request)
{
	struct delete_action *a = (struct delete_action *)request;

	child_forget(a->child);
	free(a);
}

static const struct request_kind delete_kind = {
	.name = "delete vgpu",
	.process = delete_process,
	.done = delete_done,
	.free = delete_free,
};

int action_delete_vgpu(struct vgpu *vgpu, action_done_t done, void *userdata)
{
	struct delete_action *a = calloc(1, sizeof(*a));
	struct manager *m = vgpu->manager;

	if (!a)
		return -ENOMEM;
	action_init(&a->action, &delete_kind, m, vgpu->observed.gpu,
		    m->config.write_timeout + SLACK);
	a->action.done = done;
	a->action.userdata = userdata;
	(void)snprintf(a->uuid, sizeof(a->uuid), "%s", vgpu->observed.uuid);
	manager_submit(m, &a->action.request);
	return 0;
}
