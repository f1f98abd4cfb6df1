// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a vGPU:
 *
 *   choose the GPU -> reserve (netlink) -> redeem (a child writes the UUID to
 *   the create file of the mdev type) -> published, done
 *
 * What fails after the reservation gives it back. If the daemon dies in
 * between, the kernel does that, because the reservation is its socket's.
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
#include "policy.h"

/* The child has a deadline of its own; this one only catches mistakes. */
#define SLACK 5000000U

struct create_action {
	struct action action;
	struct vgpu_order order;
	char mdev_type[NVMUX_NAME_SIZE];
	bool reserved;
	bool written;
	int write_err;
	struct child *child;
};

static int check_gpu(struct create_action *a)
{
	if (!a->order.gpu[0] || gpu_find(&a->action.manager->gpus, a->order.gpu))
		return 0;
	return request_fail(&a->action.request, -ENODEV, "gpu %s does not exist", a->order.gpu);
}

/* Told before anything about capacity; and mdevs of others the kernel cannot see. */
static int check_uuid(struct create_action *a)
{
	_cleanup_free_ char *path = path_sys("bus/mdev/devices/%s", a->order.uuid);
	const struct vgpu *vgpu = vgpu_find(&a->action.manager->vgpus, a->order.uuid);

	if (!path)
		return -ENOMEM;
	if (vgpu)
		return request_fail(&a->action.request, -EADDRINUSE,
				    "uuid %s is taken by a vgpu of gpu %s", a->order.uuid,
				    vgpu->observed.gpu);
	if (!file_exists(path))
		return 0;
	return request_fail(&a->action.request, -EEXIST, "uuid %s is taken by another mdev",
			    a->order.uuid);
}

static int choose_gpu(struct create_action *a, const struct nvmux_type *types, size_t n)
{
	struct request *r = &a->action.request;
	const char *gpu;
	int err;

	if (a->order.gpu[0])
		return 0;
	err = policy_choose_gpu(&a->action.manager->gpus, types, n, a->order.type, &gpu, r->text,
				sizeof(r->text));
	if (!err)
		(void)snprintf(a->order.gpu, sizeof(a->order.gpu), "%s", gpu);
	return err;
}

static int choose_type(struct create_action *a, const struct nvmux_type *types, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(types[i].gpu, a->order.gpu) || strcmp(types[i].name, a->order.type))
			continue;
		(void)snprintf(a->mdev_type, sizeof(a->mdev_type), "%s", types[i].mdev_type);
		return 0;
	}
	return request_fail(&a->action.request, -ENOENT, "gpu %s does not offer type %s",
			    a->order.gpu, a->order.type);
}

static int choose(struct create_action *a)
{
	_cleanup_free_ struct nvmux_type *types = NULL;
	const char *gpu = a->order.gpu[0] ? a->order.gpu : NULL;
	size_t n = 0;
	int err = nvmux_type_list(a->action.manager->kernel, gpu, &types, &n);

	if (err)
		return action_refused(&a->action, err, "the types cannot be listed");
	err = choose_gpu(a, types, n);
	return err ? err : choose_type(a, types, n);
}

static int reserve(struct create_action *a)
{
	const struct nvmux_vgpu_request request = {
		.gpu = a->order.gpu,
		.type = a->order.type,
		.uuid = a->order.uuid,
		.has_placement = a->order.has_placement,
		.placement = a->order.placement,
	};
	int err = nvmux_vgpu_new(a->action.manager->kernel, &request, NULL);

	if (err)
		return action_refused(&a->action, err, a->order.uuid);
	a->reserved = true;
	return 0;
}

static void on_written(void *userdata, int err)
{
	struct create_action *a = userdata;

	a->child = NULL;
	a->written = true;
	a->write_err = err;
	manager_kick(a->action.manager);
}

static int start_write(struct create_action *a)
{
	_cleanup_free_ char *path = path_sys("bus/pci/devices/%s/mdev_supported_types/%s/create",
					     a->order.gpu, a->mdev_type);
	struct manager *m = a->action.manager;

	if (!path)
		return -ENOMEM;
	return child_write(m->event, path, a->order.uuid, m->config.write_timeout, on_written, a,
			   &a->child);
}

static int begin(struct create_action *a)
{
	int err = check_gpu(a);

	if (!err)
		err = check_uuid(a);
	if (!err)
		err = choose(a);
	if (!err)
		err = reserve(a);
	if (!err)
		err = start_write(a);
	return err;
}

static int finish(struct create_action *a)
{
	struct manager *m = a->action.manager;
	struct nvmux_vgpu now = { 0 };
	int err = a->write_err;

	if (err)
		return request_fail(&a->action.request, err,
				    "vgpu %s cannot be published on gpu %s: %s", a->order.uuid,
				    a->order.gpu, strerror(-err));
	err = nvmux_vgpu_get(m->kernel, a->order.uuid, &now);
	if (err)
		return action_refused(&a->action, err, a->order.uuid);
	manager_vgpu_observed(m, &now);
	a->reserved = false;
	return 1;
}

static int create_process(struct request *request)
{
	struct create_action *a = (struct create_action *)request;
	int err = action_need_kernel(&a->action);

	if (err)
		return err;
	if (!a->reserved)
		return begin(a);
	return a->written ? finish(a) : 0;
}

static void drop_reservation(struct create_action *a)
{
	struct manager *m = a->action.manager;
	int err = m->kernel ? nvmux_vgpu_del(m->kernel, a->order.uuid) : 0;

	if (err && err != -ENODEV && err != -ENOENT)
		log_warning("the reservation of vgpu %s stays, ignoring: %s", a->order.uuid,
			    strerror(-err));
	if (!err)
		manager_vgpu_gone(m, a->order.uuid);
}

static void create_done(struct request *request, int err)
{
	struct create_action *a = (struct create_action *)request;

	if (err == -ETIMEDOUT && !request->text[0])
		(void)request_fail(request, err, "vgpu %s was not published in time",
				   a->order.uuid);
	if (err && a->reserved)
		drop_reservation(a);
	if (!err)
		(void)request_fail(request, 0, "%s", a->order.uuid);
	action_tell(&a->action, err);
}

static void create_free(struct request *request)
{
	struct create_action *a = (struct create_action *)request;

	child_forget(a->child);
	free(a);
}

static const struct request_kind create_kind = {
	.name = "create vgpu",
	.process = create_process,
	.done = create_done,
	.free = create_free,
};

int action_create_vgpu(struct manager *m, const struct vgpu_order *order, action_done_t done,
		       void *userdata)
{
	struct create_action *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	action_init(&a->action, &create_kind, m, m->config.write_timeout + SLACK);
	a->action.done = done;
	a->action.userdata = userdata;
	a->order = *order;
	manager_submit(m, &a->action.request);
	return 0;
}
