// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims meet the world: files in /run, processes, libvirt's pid files.
 * libvirt itself is never called: it waits for us while we answer its hook.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "action.h"
#include "admit.h"
#include "auto.h"
#include "bus.h"
#include "idle.h"
#include "store.h"
#include "tenant.h"
#include "unclean.h"

/* Between prepare and the first open of the device only the claim tells. */
#define CLAIM_GRACE 120000000U

static uint64_t boot_time(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000U + (uint64_t)ts.tv_nsec / 1000U;
}

static int find_gpu_holder(const struct gpu *gpu, struct holder *ret)
{
	struct strset nodes = { 0 };
	int err = gpu_each_function(gpu, holder_nodes, &nodes);

	if (!err)
		err = holder_find(&nodes, ret);
	strset_clear(&nodes);
	return err;
}

void tenant_complete(struct holder *holder, const struct claim *claim)
{
	if (!holder->vm[0] && claim)
		(void)snprintf(holder->vm, sizeof(holder->vm), "%s", claim->name);
}

static int find_open_vgpu(struct manager *m, const struct gpu *gpu, struct holder *ret)
{
	struct vgpu *vgpu;

	LIST_FOREACH(vgpu, &m->vgpus, link)
		if (strcmp(vgpu->observed.gpu, gpu->observed.bdf) == 0 &&
		    tenant_opener_of_vgpu(m, vgpu, ret) == 0)
			return 0;
	return -ESRCH;
}

int tenant_holder_of_gpu(struct manager *m, const struct gpu *gpu, struct holder *ret)
{
	int err;

	if (gpu->observed.mode == NVMUX_MODE_VGPU)
		return find_open_vgpu(m, gpu, ret);
	err = find_gpu_holder(gpu, ret);
	if (!err)
		tenant_complete(ret, claim_of_gpu(&m->claims, gpu->observed.bdf));
	return err;
}

int tenant_holder_of_vgpu(struct manager *m, const struct vgpu *vgpu, struct holder *ret)
{
	if (vgpu->observed.state != NVMUX_VGPU_STATE_OPEN || !vgpu->observed.pid)
		return -ESRCH;
	holder_read((pid_t)vgpu->observed.pid, ret);
	if (!ret->comm[0])
		(void)snprintf(ret->comm, sizeof(ret->comm), "%s", vgpu->observed.comm);
	tenant_complete(ret, claim_of_vgpu(&m->claims, vgpu->observed.uuid));
	return 0;
}

int tenant_opener_of_vgpu(struct manager *m, const struct vgpu *vgpu, struct holder *ret)
{
	struct strset nodes = { 0 };
	int err = tenant_holder_of_vgpu(m, vgpu, ret);

	if (!err)
		return 0;
	err = holder_vgpu_nodes(vgpu->observed.uuid, &nodes);
	if (!err)
		err = holder_find(&nodes, ret);
	strset_clear(&nodes);
	if (!err)
		tenant_complete(ret, claim_of_vgpu(&m->claims, vgpu->observed.uuid));
	return err;
}

/* vfio-pci enables a function when it is opened and disables it afterwards. */
static bool is_enabled(const char *bdf)
{
	_cleanup_free_ char *path = path_sys("bus/pci/devices/%s/enable", bdf);
	char count[32];

	if (!path || file_read_line(path, count, sizeof(count)) < 0)
		return true;
	return strcmp(count, "0") != 0;
}

int tenant_user_of_gpu(struct manager *m, const struct gpu *gpu, struct holder *ret)
{
	if (!gpu_is_in(gpu, NVMUX_MODE_PASSTHROUGH) || !is_enabled(gpu->observed.bdf))
		return -ESRCH;
	return tenant_holder_of_gpu(m, gpu, ret);
}

const struct claim *tenant_claim_on_gpu(const struct manager *m, const struct gpu *gpu)
{
	const struct claim *claim = claim_of_gpu(&m->claims, gpu->observed.bdf);
	struct vgpu *vgpu;

	if (claim)
		return claim;
	LIST_FOREACH(vgpu, &m->vgpus, link) {
		if (strcmp(vgpu->observed.gpu, gpu->observed.bdf) != 0)
			continue;
		claim = claim_of_vgpu(&m->claims, vgpu->observed.uuid);
		if (claim)
			return claim;
	}
	return NULL;
}

static void each_gpu(struct manager *m, const struct strset *gpus, void (*fn)(struct gpu *gpu))
{
	for (size_t i = 0; i < gpus->n; i++) {
		struct gpu *gpu = gpu_find(&m->gpus, gpus->items[i]);

		if (gpu)
			fn(gpu);
	}
}

/* Tells the bus that the users of these devices have changed. */
static void announce(struct manager *m, const struct strset *gpus, const struct strset *vgpus)
{
	each_gpu(m, gpus, bus_gpu_changed);
	for (size_t i = 0; i < vgpus->n; i++) {
		struct vgpu *vgpu = vgpu_find(&m->vgpus, vgpus->items[i]);
		struct gpu *gpu = vgpu ? gpu_find(&m->gpus, vgpu->observed.gpu) : NULL;

		if (vgpu)
			bus_vgpu_changed(vgpu);
		if (gpu)
			bus_gpu_changed(gpu);
	}
}

static void drop_claim(struct manager *m, struct claim *claim)
{
	struct strset gpus = claim->gpus, vgpus = claim->vgpus;
	int err;

	each_gpu(m, &gpus, unclean_mark);
	err = store_remove_claim(claim->uuid);
	if (err)
		log_warning("the claim of vm %s stays on disk, ignoring: %s", claim->name,
			    strerror(-err));
	/* keep the sets: the bus is told when the claim is gone */
	claim->gpus = claim->vgpus = (struct strset){ 0 };
	claim_free(claim);
	announce(m, &gpus, &vgpus);
	each_gpu(m, &gpus, action_scrub_after);
	idle_kick(m);
	strset_clear(&gpus);
	strset_clear(&vgpus);
}

static bool pid_file_lives(const char *name)
{
	_cleanup_free_ char *path = path_below("run/libvirt/qemu/%s.pid", name);
	_cleanup_free_ char *process = NULL;
	char pid[32];

	if (!path || file_read_line(path, pid, sizeof(pid)) < 0)
		return false;
	process = path_proc("%ld", strtol(pid, NULL, 10));
	return !process || file_exists(process);
}

static bool claim_is_open(struct manager *m, const struct claim *claim)
{
	struct holder holder;

	for (size_t i = 0; i < claim->gpus.n; i++) {
		const struct gpu *gpu = gpu_find(&m->gpus, claim->gpus.items[i]);

		if (gpu && find_gpu_holder(gpu, &holder) == 0)
			return true;
	}
	for (size_t i = 0; i < claim->vgpus.n; i++) {
		const struct vgpu *vgpu = vgpu_find(&m->vgpus, claim->vgpus.items[i]);

		if (vgpu && vgpu->observed.state == NVMUX_VGPU_STATE_OPEN)
			return true;
	}
	return false;
}

/* What was made for the VM goes with its claim. */
static void drop_orphaned(struct manager *m, struct claim *claim)
{
	struct strset vgpus = { 0 };

	if (strset_add_all(&vgpus, &claim->vgpus))
		log_warning("no memory to delete the vgpus of vm %s", claim->name);
	drop_claim(m, claim);
	auto_drop(m, &vgpus);
	strset_clear(&vgpus);
}

void tenant_prune(struct manager *m)
{
	struct claim *claim, *next;
	uint64_t now = boot_time();

	for (claim = LIST_FIRST(&m->claims); claim; claim = next) {
		next = LIST_NEXT(claim, link);
		if (now - claim->since < CLAIM_GRACE || pid_file_lives(claim->name) ||
		    claim_is_open(m, claim))
			continue;
		log_notice("vm %s went without a release, dropping its claim", claim->name);
		drop_orphaned(m, claim);
	}
}

static bool mdev_exists(const char *uuid, void *userdata)
{
	_cleanup_free_ char *path = path_sys("bus/mdev/devices/%s", uuid);

	(void)userdata;
	return file_exists(path);
}

static unsigned int max_per_vm(const struct vgpu *vgpu, void *userdata)
{
	_cleanup_free_ struct nvmux_type *types = NULL;
	const struct manager *m = userdata;
	size_t n = 0;

	if (!m->kernel || nvmux_type_list(m->kernel, vgpu->observed.gpu, &types, &n))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (strcmp(types[i].name, vgpu->observed.type) == 0)
			return types[i].max_per_vm;
	return 0;
}

static bool is_unclean(const struct gpu *gpu, void *userdata)
{
	(void)userdata;
	return unclean_is(gpu);
}

static struct admit_world world_of(struct manager *m)
{
	return (struct admit_world){
		.gpus = &m->gpus,
		.vgpus = &m->vgpus,
		.claims = &m->claims,
		.mdev_exists = mdev_exists,
		.max_per_vm = max_per_vm,
		.is_unclean = is_unclean,
		.userdata = m,
	};
}

/* A second prepare of the same VM adds to its claim, it never takes away. */
static int record(struct manager *m, const struct domain *domain, const struct strset *gpus,
		  const struct strset *vgpus)
{
	struct claim *claim = claim_find(&m->claims, domain->uuid);
	int err;

	if (!gpus->n && !vgpus->n)
		return 0;
	if (!claim)
		claim = claim_new(&m->claims, domain->name, domain->uuid);
	if (!claim)
		return -ENOMEM;
	claim->since = boot_time();
	err = strset_add_all(&claim->gpus, gpus);
	if (!err)
		err = strset_add_all(&claim->vgpus, vgpus);
	if (!err)
		err = store_save_claim(claim);
	announce(m, gpus, vgpus);
	return err;
}

int tenant_reconnect(struct manager *m, const struct domain *domain)
{
	const struct admit_world world = world_of(m);
	struct strset gpus = { 0 }, vgpus = { 0 };
	int err = admit_devices(domain, &world, &gpus, &vgpus);

	if (!err)
		err = record(m, domain, &gpus, &vgpus);
	strset_clear(&gpus);
	strset_clear(&vgpus);
	return err;
}

int tenant_prepare(struct manager *m, const struct domain *domain, char *text, size_t size)
{
	const struct admit_world world = world_of(m);
	int err;

	tenant_prune(m);
	unclean_kick(m);
	err = admit_domain(domain, &world, text, size);
	if (err)
		return err;
	err = tenant_reconnect(m, domain);
	if (err)
		(void)snprintf(text, size, "the claim of vm %s cannot be recorded: %s",
			       domain->name, strerror(-err));
	return err;
}

void tenant_release(struct manager *m, const char *name, const char *uuid)
{
	struct claim *claim = uuid && uuid[0] ? claim_find(&m->claims, uuid) :
						claim_find_name(&m->claims, name);

	if (!claim)
		return;
	/* the release of a second start that was refused: the first one runs on */
	if (pid_file_lives(claim->name) && claim_is_open(m, claim))
		return;
	log_info("vm %s has released its devices", claim->name);
	drop_claim(m, claim);
}
