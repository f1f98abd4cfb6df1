// SPDX-License-Identifier: GPL-2.0-only
/**
 * DOC: The life of a vGPU
 *
 * ::
 *
 *	           reserve()              redeem()                open()
 *	nothing ---------------> reserved ----------> published -----------> open
 *	   ^  \                     |                  |  ^                   |
 *	   |   +------ redeem() ----|----------------->+  +------ close() ----+
 *	   |                        |                  |
 *	   +-- abandon(), delete() -+--- delete(), withdraw()
 *
 * A reservation places and counts the vGPU; VMs cannot see it. Writing its UUID to the create file
 * of the mdev type redeems it; without a reservation the same write does both. A vGPU that is open
 * cannot be deleted. One that was deleted leaves at most an mdev device that cannot be opened.
 */
#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "capacity.h"
#include "event.h"
#include "gpu.h"
#include "partition.h"
#include "refusal.h"
#include "type.h"
#include "vgpu.h"

/* All vGPUs, so that a UUID is taken only once per host. Nests inside the lock of a GPU. */
static DEFINE_MUTEX(vgpu_table_lock);
static DEFINE_HASHTABLE(vgpu_table, 8);
static u32 vgpu_last_id;

static void vgpu_free(struct kref *ref)
{
	struct nvmux_vgpu *vgpu = container_of(ref, struct nvmux_vgpu, ref);

	nvmux_gpu_put(vgpu->gpu);
	kfree(vgpu);
}

/**
 * nvmux_vgpu_get() - take a reference
 * @vgpu: the vGPU
 *
 * Context: any.
 *
 * Return: @vgpu.
 */
struct nvmux_vgpu *nvmux_vgpu_get(struct nvmux_vgpu *vgpu)
{
	kref_get(&vgpu->ref);
	return vgpu;
}

/**
 * nvmux_vgpu_put() - drop a reference
 * @vgpu: the vGPU, or NULL
 *
 * Context: may sleep; with the lock of its GPU held only by who has a reference to the GPU.
 */
void nvmux_vgpu_put(struct nvmux_vgpu *vgpu)
{
	if (vgpu)
		kref_put(&vgpu->ref, vgpu_free);
}

static u32 vgpu_hash(const guid_t *uuid)
{
	return jhash(uuid, sizeof(*uuid), 0);
}

static struct nvmux_vgpu *vgpu_lookup(const guid_t *uuid)
{
	struct nvmux_vgpu *vgpu;

	lockdep_assert_held(&vgpu_table_lock);
	hash_for_each_possible(vgpu_table, vgpu, table_node, vgpu_hash(uuid))
		if (guid_equal(&vgpu->uuid, uuid))
			return vgpu;
	return NULL;
}

/**
 * nvmux_vgpu_find() - a vGPU by its UUID
 * @uuid: its UUID
 *
 * Context: may sleep.
 *
 * Return: the vGPU, referenced; NULL when there is none.
 */
struct nvmux_vgpu *nvmux_vgpu_find(const guid_t *uuid)
{
	struct nvmux_vgpu *vgpu;

	mutex_lock(&vgpu_table_lock);
	vgpu = vgpu_lookup(uuid);
	if (vgpu)
		nvmux_vgpu_get(vgpu);
	mutex_unlock(&vgpu_table_lock);
	return vgpu;
}

static struct nvmux_vgpu *vgpu_alloc(struct nvmux_gpu *gpu, const struct nvmux_type *type,
				     const guid_t *uuid, u32 owner)
{
	struct nvmux_vgpu *vgpu = kzalloc(sizeof(*vgpu), GFP_KERNEL);

	if (!vgpu)
		return NULL;

	kref_init(&vgpu->ref);
	vgpu->gpu = nvmux_gpu_get(gpu);
	vgpu->resident.type = type;
	guid_copy(&vgpu->uuid, uuid);
	vgpu->state = NVMUX_VGPU_STATE_RESERVED;
	vgpu->owner = owner;
	return vgpu;
}

/* From here on the vGPU is placed and counted. It holds the module: its slice must not be lost. */
static int vgpu_attach(struct nvmux_vgpu *vgpu, struct nvmux_refusal *why)
{
	struct nvmux_gpu *gpu = vgpu->gpu;
	int err = 0;

	if (!try_module_get(THIS_MODULE))
		return nvmux_refuse(why, -ENODEV, "module nvmux is going");

	mutex_lock(&vgpu_table_lock);
	if (vgpu_lookup(&vgpu->uuid)) {
		err = nvmux_refuse(why, -EADDRINUSE, "uuid %pUl is taken", &vgpu->uuid);
	} else {
		vgpu->id = ++vgpu_last_id;
		hash_add(vgpu_table, &vgpu->table_node, vgpu_hash(&vgpu->uuid));
	}
	mutex_unlock(&vgpu_table_lock);
	if (err) {
		module_put(THIS_MODULE);
		return err;
	}
	list_add_tail(&vgpu->node, &gpu->vgpus);
	gpu->n_vgpus++;
	nvmux_partition_occupy(gpu, &vgpu->resident);
	nvmux_gpu_changed(gpu);
	return 0;
}

static void vgpu_detach(struct nvmux_vgpu *vgpu)
{
	struct nvmux_gpu *gpu = vgpu->gpu;

	lockdep_assert_held(&gpu->lock);
	mutex_lock(&vgpu_table_lock);
	hash_del(&vgpu->table_node);
	mutex_unlock(&vgpu_table_lock);

	list_del(&vgpu->node);
	gpu->n_vgpus--;
	nvmux_partition_vacate(gpu, &vgpu->resident);
	vgpu->gone = true;
	nvmux_event_vgpu(NVMUX_EVENT_VGPU_GONE, vgpu);
	nvmux_gpu_changed(gpu);
	module_put(THIS_MODULE);
}

/**
 * nvmux_vgpu_reserve() - place and count a vGPU
 * @gpu: where, its lock is held
 * @type: a type of its board
 * @uuid: its name to be
 * @wish: placement id, or NVMUX_PLACEMENT_ANY
 * @owner: whose nvmux_vgpu_abandon() ends the reservation, or 0
 * @ret: set to the vGPU, referenced; untouched on error
 * @why: the reason of a refusal
 *
 * Context: may sleep.
 *
 * Return: 0; -EOPNOTSUPP the GPU is not in vgpu mode, or not divided for this type; -EBUSY it is
 * switching; -ENODEV it is gone; -EIO it is quarantined; -EADDRINUSE the UUID is taken; -EUSERS as
 * many as allowed are there; -ENOSPC it does not fit beside the others; -EINVAL the wish is none
 * of the type's; -ENOMEM.
 */
int nvmux_vgpu_reserve(struct nvmux_gpu *gpu, const struct nvmux_type *type, const guid_t *uuid,
		       u32 wish, u32 owner, struct nvmux_vgpu **ret,
		       struct nvmux_refusal *why)
{
	struct nvmux_place place;
	struct nvmux_vgpu *vgpu;
	int err;

	lockdep_assert_held(&gpu->lock);
	err = nvmux_capacity_check(gpu, why);
	if (err)
		return err;
	err = nvmux_capacity_place(gpu, type, wish, &place, why);
	if (err)
		return err;
	vgpu = vgpu_alloc(gpu, type, uuid, owner);
	if (!vgpu)
		return nvmux_refuse(why, -ENOMEM, "out of memory");

	vgpu->resident.place = place;
	err = vgpu_attach(vgpu, why);
	if (err) {
		nvmux_vgpu_put(vgpu);
		return err;
	}
	nvmux_event_vgpu(NVMUX_EVENT_VGPU, vgpu);
	*ret = nvmux_vgpu_get(vgpu);
	return 0;
}

static struct nvmux_vgpu *reservation_of(struct nvmux_gpu *gpu, const guid_t *uuid)
{
	struct nvmux_vgpu *vgpu;

	list_for_each_entry(vgpu, &gpu->vgpus, node)
		if (vgpu->state == NVMUX_VGPU_STATE_RESERVED && guid_equal(&vgpu->uuid, uuid))
			return vgpu;
	return NULL;
}

static int vgpu_claim(struct nvmux_gpu *gpu, const struct nvmux_type *type, const guid_t *uuid,
		      struct nvmux_vgpu **ret, struct nvmux_refusal *why)
{
	struct nvmux_vgpu *vgpu = reservation_of(gpu, uuid);

	if (!vgpu)
		return nvmux_vgpu_reserve(gpu, type, uuid, NVMUX_PLACEMENT_ANY, 0, ret, why);
	if (vgpu->resident.type != type)
		return nvmux_refuse(why, -EINVAL, "vgpu %pUl is reserved as %s", uuid,
				    vgpu->resident.type->name);
	*ret = nvmux_vgpu_get(vgpu);
	return 0;
}

/**
 * nvmux_vgpu_redeem() - give a vGPU to the mdev device that has its UUID
 * @gpu: the mdev device's parent
 * @type: the mdev device's type
 * @uuid: the mdev device's UUID
 * @ret: set to the vGPU, referenced; untouched on error
 * @why: the reason of a refusal
 *
 * Without a reservation one is made under the same rules. nvmux_vgpu_redeemed() says how it went
 * on.
 *
 * Context: may sleep; takes the GPU's lock.
 *
 * Return: as nvmux_vgpu_reserve(); -EINVAL also when the reservation is of another type.
 */
int nvmux_vgpu_redeem(struct nvmux_gpu *gpu, const struct nvmux_type *type, const guid_t *uuid,
		      struct nvmux_vgpu **ret, struct nvmux_refusal *why)
{
	struct nvmux_vgpu *vgpu;
	int err;

	mutex_lock(&gpu->lock);
	err = nvmux_capacity_check(gpu, why);
	if (!err)
		err = vgpu_claim(gpu, type, uuid, &vgpu, why);
	if (!err) {
		vgpu->state = NVMUX_VGPU_STATE_PUBLISHED;
		nvmux_event_vgpu(NVMUX_EVENT_VGPU, vgpu);
		*ret = vgpu;
	}
	mutex_unlock(&gpu->lock);
	return err;
}

/**
 * nvmux_vgpu_redeemed() - the mdev device that redeemed a vGPU exists, or could not be made
 * @vgpu: the vGPU
 * @err: 0 when it exists
 *
 * Without a device a vGPU is what it was before: reserved by whoever reserved it, or nothing.
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_vgpu_redeemed(struct nvmux_vgpu *vgpu, int err)
{
	struct nvmux_gpu *gpu = vgpu->gpu;

	mutex_lock(&gpu->lock);
	if (!err) {
		vgpu->owner = 0;
	} else if (!vgpu->gone && vgpu->owner) {
		vgpu->state = NVMUX_VGPU_STATE_RESERVED;
		nvmux_event_vgpu(NVMUX_EVENT_VGPU, vgpu);
	} else if (!vgpu->gone) {
		vgpu_detach(vgpu);
		nvmux_vgpu_put(vgpu);
	}
	mutex_unlock(&gpu->lock);
}

/* Seven digits and the longest command just fit into a refusal. */
static int open_refuse(struct nvmux_vgpu *vgpu, struct nvmux_refusal *why)
{
	return nvmux_refuse(why, -EBUSY, "vgpu %pUl open in pid %d (%s)", &vgpu->uuid,
			    vgpu->pid, vgpu->comm);
}

/**
 * nvmux_vgpu_delete() - delete a vGPU that nobody has open
 * @vgpu: the vGPU, the lock of its GPU is held
 * @why: the reason of a refusal
 *
 * Its capacity is free when this returns.
 *
 * Context: may sleep.
 *
 * Return: 0; -EBUSY it is open; -ENODEV it is gone already.
 */
int nvmux_vgpu_delete(struct nvmux_vgpu *vgpu, struct nvmux_refusal *why)
{
	lockdep_assert_held(&vgpu->gpu->lock);
	if (vgpu->gone)
		return nvmux_refuse(why, -ENODEV, "vgpu %pUl is gone", &vgpu->uuid);
	if (vgpu->state == NVMUX_VGPU_STATE_OPEN)
		return open_refuse(vgpu, why);

	vgpu_detach(vgpu);
	nvmux_vgpu_put(vgpu);
	return 0;
}

/**
 * nvmux_vgpu_withdraw() - the mdev device of a vGPU goes
 * @vgpu: the vGPU, not open any more; the caller keeps its reference
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_vgpu_withdraw(struct nvmux_vgpu *vgpu)
{
	struct nvmux_gpu *gpu = vgpu->gpu;

	mutex_lock(&gpu->lock);
	if (!vgpu->gone) {
		vgpu_detach(vgpu);
		nvmux_vgpu_put(vgpu);
	}
	mutex_unlock(&gpu->lock);
}

static struct nvmux_vgpu *reservation_owned_by(u32 owner)
{
	struct nvmux_vgpu *vgpu, *found = NULL;
	int bucket;

	mutex_lock(&vgpu_table_lock);
	hash_for_each(vgpu_table, bucket, vgpu, table_node) {
		if (READ_ONCE(vgpu->owner) == owner) {
			found = nvmux_vgpu_get(vgpu);
			break;
		}
	}
	mutex_unlock(&vgpu_table_lock);
	return found;
}

static void reservation_end(struct nvmux_vgpu *vgpu)
{
	vgpu->owner = 0;
	if (vgpu->gone || vgpu->state != NVMUX_VGPU_STATE_RESERVED)
		return;
	vgpu_detach(vgpu);
	nvmux_vgpu_put(vgpu);
}

/**
 * nvmux_vgpu_abandon() - the owner of reservations is gone
 * @owner: as in nvmux_vgpu_reserve(), not 0
 *
 * What was redeemed meanwhile stays, or goes when its mdev device cannot be made.
 *
 * Context: may sleep; takes the locks of GPUs.
 */
void nvmux_vgpu_abandon(u32 owner)
{
	struct nvmux_vgpu *vgpu;

	while ((vgpu = reservation_owned_by(owner))) {
		struct nvmux_gpu *gpu = vgpu->gpu;

		mutex_lock(&gpu->lock);
		if (vgpu->owner == owner)
			reservation_end(vgpu);
		mutex_unlock(&gpu->lock);
		nvmux_vgpu_put(vgpu);
	}
}

/**
 * nvmux_vgpu_drop_all() - the GPU has left the bus
 * @gpu: the GPU, gone; no vGPU has an mdev device any more
 *
 * What is left are reservations.
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_vgpu_drop_all(struct nvmux_gpu *gpu)
{
	struct nvmux_vgpu *vgpu, *next;

	mutex_lock(&gpu->lock);
	list_for_each_entry_safe(vgpu, next, &gpu->vgpus, node) {
		vgpu_detach(vgpu);
		nvmux_vgpu_put(vgpu);
	}
	mutex_unlock(&gpu->lock);
}

/**
 * nvmux_vgpu_open() - the current process takes the vGPU into use
 * @vgpu: the vGPU
 * @why: the reason of a refusal
 *
 * That it has one user at a time is VFIO's doing, whichever way he comes.
 *
 * Context: may sleep; takes the GPU's lock.
 *
 * Return: 0; -ENODEV it was deleted.
 */
int nvmux_vgpu_open(struct nvmux_vgpu *vgpu, struct nvmux_refusal *why)
{
	int err = 0;

	mutex_lock(&vgpu->gpu->lock);
	if (vgpu->gone) {
		err = nvmux_refuse(why, -ENODEV, "vgpu %pUl is gone", &vgpu->uuid);
	} else {
		vgpu->state = NVMUX_VGPU_STATE_OPEN;
		vgpu->pid = task_tgid_nr(current);
		get_task_comm(vgpu->comm, current->group_leader);
		nvmux_event_vgpu(NVMUX_EVENT_VGPU, vgpu);
	}
	mutex_unlock(&vgpu->gpu->lock);
	return err;
}

/**
 * nvmux_vgpu_close() - the user of the vGPU is done
 * @vgpu: the vGPU, open
 *
 * Context: may sleep; takes the GPU's lock.
 */
void nvmux_vgpu_close(struct nvmux_vgpu *vgpu)
{
	mutex_lock(&vgpu->gpu->lock);
	vgpu->state = NVMUX_VGPU_STATE_PUBLISHED;
	vgpu->pid = 0;
	vgpu->comm[0] = '\0';
	nvmux_event_vgpu(NVMUX_EVENT_VGPU, vgpu);
	mutex_unlock(&vgpu->gpu->lock);
}

/**
 * nvmux_vgpu_none_left() - may the GPU leave vgpu mode?
 * @gpu: the GPU, its lock is held
 * @why: names the vGPU that is in the way
 *
 * Context: any.
 *
 * Return: 0; -EBUSY a vGPU exists.
 */
int nvmux_vgpu_none_left(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct nvmux_vgpu *vgpu, *holder = NULL;

	lockdep_assert_held(&gpu->lock);
	list_for_each_entry(vgpu, &gpu->vgpus, node)
		if (!holder || vgpu->state > holder->state)
			holder = vgpu;
	if (!holder)
		return 0;
	return nvmux_refuse(why, -EBUSY, "gpu %s is held by vgpu %pUl", nvmux_gpu_bdf(gpu),
			    &holder->uuid);
}

/**
 * nvmux_vgpu_offset() - where the slice begins
 * @vgpu: the vGPU
 *
 * Return: bytes from the start of the framebuffer.
 */
u64 nvmux_vgpu_offset(const struct nvmux_vgpu *vgpu)
{
	return (u64)vgpu->resident.place.start << 20;
}

/**
 * nvmux_vgpu_size() - length of the slice
 * @vgpu: the vGPU
 *
 * Return: bytes.
 */
u64 nvmux_vgpu_size(const struct nvmux_vgpu *vgpu)
{
	return (u64)vgpu->resident.place.len << 20;
}
