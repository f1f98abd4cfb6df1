// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a vGPU:
 *
 *   choose the GPU -> reserve (netlink) -> redeem (a child writes the UUID to
 *   the create file of the mdev type) -> published, done
 *
 * Between choice and reservation others may be faster: where the daemon chooses,
 * the next best GPU is asked then.
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
#include "job.h"
#include "reasons.h"
#include "stuck.h"
#include "vendor.h"

/* The child has a deadline of its own; this one only catches mistakes. */
#define SLACK 5000000U

struct target {
	char gpu[NVMUX_BDF_SIZE];
	char mdev_type[NVMUX_NAME_SIZE];
};

struct create_action {
	struct action action;
	struct vgpu_order order;
	struct target *targets;		/* where it may be made, the best first */
	size_t n_targets;
	struct target target;		/* where it is made */
	char *vendor_file;		/* of NVIDIA's vGPU manager, if it is made there */
	char vendor_text[NVMUX_UUID_SIZE];
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

static void set_target(struct target *target, const struct nvmux_type *type)
{
	(void)snprintf(target->gpu, sizeof(target->gpu), "%s", type->gpu);
	(void)snprintf(target->mdev_type, sizeof(target->mdev_type), "%s", type->mdev_type);
}

/* The GPU that was named. */
static int take_gpu(struct create_action *a, const struct assign_host *host)
{
	for (size_t i = 0; i < host->n_types; i++) {
		if (strcmp(host->types[i].gpu, a->order.gpu) ||
		    strcmp(host->types[i].name, a->order.type))
			continue;
		set_target(&a->targets[a->n_targets++], &host->types[i]);
		return 0;
	}
	return request_fail(&a->action.request, -ENOENT, "gpu %s does not offer type %s",
			    a->order.gpu, a->order.type);
}

static int rank_gpus(struct create_action *a, const struct assign_host *host)
{
	_cleanup_free_ const struct nvmux_type **types = calloc(host->n_types + 1, sizeof(*types));
	const struct assign_wish wish = {
		.type = a->order.type,
		.policy = a->action.manager->config.policy,
		.numa_node = a->order.numa_node,
	};
	struct request *r = &a->action.request;
	int err;

	if (!types)
		return -ENOMEM;
	err = assign_rank(host, &wish, types, &a->n_targets, r->text, sizeof(r->text));
	for (size_t i = 0; i < a->n_targets && !err; i++)
		set_target(&a->targets[i], types[i]);
	return err;
}

static int choose_from(struct create_action *a, const struct assign_host *host)
{
	a->targets = calloc(host->n_types + 1, sizeof(*a->targets));
	if (!a->targets)
		return -ENOMEM;
	return a->order.gpu[0] ? take_gpu(a, host) : rank_gpus(a, host);
}

/* Its vGPUs are there although the module has it in host mode. */
static void share_vendor(const struct manager *m, struct nvmux_gpu *told)
{
	const struct gpu *gpu = gpu_find(&m->gpus, told->bdf);

	if (gpu && vendor_has(gpu) && told->mode == NVMUX_MODE_HOST) {
		told->mode = NVMUX_MODE_VGPU;
		told->vgpu_count = (uint32_t)gpu->vendor->n_vgpus;
	}
}

/* What the kernel says now; the model may be a notification behind. A GPU that is named stands. */
static int choose(struct create_action *a)
{
	_cleanup_free_ struct nvmux_type *types = NULL;
	_cleanup_free_ struct nvmux_gpu *gpus = NULL;
	struct nvmux *kernel = a->action.manager->kernel;
	struct assign_host host = { 0 };
	int err = a->order.gpu[0] ? 0 : nvmux_gpu_list(kernel, &gpus, &host.n_gpus);

	if (err)
		return action_refused(&a->action, err, "the gpus cannot be listed");
	err = nvmux_type_list(kernel, a->order.gpu[0] ? a->order.gpu : NULL, &types,
			      &host.n_types);
	if (err)
		return action_refused(&a->action, err, "the types cannot be listed");
	err = vendor_offer(a->action.manager, a->order.gpu[0] ? a->order.gpu : NULL, &types,
			   &host.n_types);
	if (err)
		return err;
	for (size_t i = 0; gpus && i < host.n_gpus; i++)
		share_vendor(a->action.manager, &gpus[i]);
	host.gpus = gpus;
	host.types = types;
	return choose_from(a, &host);
}

static int record_owner(const struct create_action *a)
{
	return owner_record(a->order.uuid, a->order.owner ? a->order.owner : OWNER_NVMUX);
}

/* A virtual function has the UUID that follows from its address. */
static int name_vendor(struct create_action *a, const struct vendor_type *place)
{
	a->vendor_file = path_sys("bus/pci/devices/%s/nvidia/current_vgpu_type", place->function);
	if (!a->vendor_file)
		return -ENOMEM;
	if (!a->order.any_uuid)
		return request_fail(&a->action.request, -EOPNOTSUPP,
				    "gpu %s has vgpus on virtual functions, they cannot have uuid %s",
				    a->action.gpu, a->order.uuid);
	vendor_uuid(place->function, a->order.uuid);
	(void)snprintf(a->vendor_text, sizeof(a->vendor_text), "%.*s",
		       (int)sizeof(a->vendor_text) - 1, place->id);
	return 0;
}

static int name_mdev(struct create_action *a, const struct vendor_type *place)
{
	a->vendor_file = path_sys("bus/pci/devices/%s/mdev_supported_types/%s/create",
				  place->function, place->id);
	(void)snprintf(a->vendor_text, sizeof(a->vendor_text), "%s", a->order.uuid);
	return a->vendor_file ? 0 : -ENOMEM;
}

/* Nothing is reserved there: who is faster has it, and the write is refused. */
static int place_vendor(struct create_action *a, const struct gpu *gpu)
{
	const struct vendor_type *place = vendor_place(gpu, a->order.type);
	struct request *r = &a->action.request;
	int err;

	if (!place)
		return request_fail(r, -EUSERS, "gpu %s has no vgpu of type %s left",
				    gpu->observed.bdf, a->order.type);
	if (a->order.has_placement)
		return request_fail(r, -EOPNOTSUPP, "gpu %s is driver nvidia's, which knows no placements",
				    gpu->observed.bdf);
	action_set_gpu(&a->action, gpu->observed.bdf);
	err = strcmp(gpu->vendor->way, "vfio") ? name_mdev(a, place) : name_vendor(a, place);
	if (!err)
		err = record_owner(a);
	a->reserved = !err;
	return err;
}

static int reserve_on(struct create_action *a, const struct target *target)
{
	const struct nvmux_vgpu_request request = {
		.gpu = target->gpu,
		.type = a->order.type,
		.uuid = a->order.uuid,
		.has_placement = a->order.has_placement,
		.placement = a->order.placement,
	};
	struct request *r = &a->action.request;
	const struct gpu *gpu = gpu_find(&a->action.manager->gpus, target->gpu);
	int err = gpu ? stuck_check(gpu, r->text, sizeof(r->text)) : 0;

	if (err)
		return err;
	if (gpu && vendor_has(gpu)) {
		a->target = *target;
		return place_vendor(a, gpu);
	}
	err = record_owner(a);
	if (err)
		return request_fail(r, err, "the owner of vgpu %s cannot be recorded: %s",
				    a->order.uuid, strerror(-err));
	err = nvmux_vgpu_new(a->action.manager->kernel, &request, NULL);
	if (err) {
		if (err != -EADDRINUSE)
			(void)owner_forget(a->order.uuid);
		return action_refused(&a->action, err, a->order.uuid);
	}
	a->target = *target;
	action_set_gpu(&a->action, target->gpu);
	a->reserved = true;
	return 0;
}

/* Another GPU would refuse as well. */
static bool is_final(int err)
{
	return err == -EADDRINUSE || err == -EPERM || err == -ENOTCONN || err == -ENOMEM;
}

static int reserve(struct create_action *a)
{
	struct request *r = &a->action.request;
	char text[REQUEST_TEXT_SIZE];
	struct reasons reasons;
	int err = -EUSERS;

	reasons_begin(&reasons, text, sizeof(text), "no gpu took a vgpu of type %s",
		      a->order.type);
	for (size_t i = 0; i < a->n_targets; i++) {
		err = reserve_on(a, &a->targets[i]);
		if (!err || is_final(err) || a->n_targets == 1)
			return err;
		reasons_add(&reasons, r->text);
	}
	reasons_end(&reasons);
	return request_fail(r, err, "%s", text);
}

static void on_written(void *userdata, int err)
{
	struct create_action *a = userdata;

	if (err == -ETIMEDOUT)
		stuck_write(a->action.manager, a->target.gpu, a->child, "create of an mdev type",
			    a->order.uuid);
	a->child = NULL;
	a->written = true;
	a->write_err = err;
	manager_kick(a->action.manager);
}

/* From here on it takes as long as a driver and udev do, so it is a job. */
static int start_write(struct create_action *a)
{
	_cleanup_free_ char *path = path_sys("bus/pci/devices/%s/mdev_supported_types/%s/create",
					     a->target.gpu, a->target.mdev_type);
	struct manager *m = a->action.manager;

	job_begin(&a->action, "create-vgpu", a->order.uuid, false);
	if (a->vendor_file)
		return child_write(m->event, a->vendor_file, a->vendor_text,
				   m->config.write_timeout, on_written, a, &a->child);
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

static int finish_vendor(struct create_action *a)
{
	struct manager *m = a->action.manager;

	vendor_sync(m);
	if (!vgpu_find(&m->vgpus, a->order.uuid))
		return request_fail(&a->action.request, -EIO,
				    "driver nvidia shows no vgpu %s on gpu %s", a->order.uuid,
				    a->target.gpu);
	a->reserved = false;
	return 1;
}

static int finish(struct create_action *a)
{
	struct manager *m = a->action.manager;
	struct nvmux_vgpu now = { 0 };
	int err = a->write_err;

	if (err)
		return request_fail(&a->action.request, err,
				    "vgpu %s cannot be published on gpu %s: %s", a->order.uuid,
				    a->target.gpu, strerror(-err));
	if (a->vendor_file)
		return finish_vendor(a);
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
	bool ours = m->kernel && !a->vendor_file;
	int err = ours ? nvmux_vgpu_del(m->kernel, a->order.uuid) : 0;

	if (err && err != -ENODEV && err != -ENOENT)
		log_warning("the reservation of vgpu %s stays, ignoring: %s", a->order.uuid,
			    strerror(-err));
	if (!err && ours)
		manager_vgpu_gone(m, a->order.uuid);
	(void)owner_forget(a->order.uuid);
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
	free(a->vendor_file);
	free(a->targets);
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
	/* a word of the caller names no GPU before one of that name is found */
	action_init(&a->action, &create_kind, m, gpu_find(&m->gpus, order->gpu) ? order->gpu : "",
		    m->config.write_timeout + SLACK);
	a->action.done = done;
	a->action.userdata = userdata;
	a->order = *order;
	manager_submit(m, &a->action.request);
	return 0;
}
