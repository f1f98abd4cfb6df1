/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libnvmux - the GPUs, vGPU types and vGPUs of the kernel module nvmux.
 *
 * Messages of the generic netlink family "nvmux" as plain structs. A context
 * belongs to one thread at a time. Functions return 0 or -errno as the kernel
 * gave it; nvmux_error_text() has the sentence that came with it.
 *
 * Common errors of all calls that ask the kernel:
 *  -ENOENT  the module is not loaded (or went away)
 *  -ENOBUFS the answer did not fit the socket, ask again
 *  -EPERM   the capability CAP_NET_ADMIN is missing
 */
#ifndef LIBNVMUX_H
#define LIBNVMUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/nvmux.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NVMUX_BDF_SIZE 64
#define NVMUX_NAME_SIZE 64
#define NVMUX_UUID_SIZE 64
#define NVMUX_TEXT_SIZE 512
#define NVMUX_COMPANIONS_MAX 16
#define NVMUX_GIS_MAX 16
#define NVMUX_PLACEMENTS_MAX 64

/* What the kernel did not tell is zero, and its bit in @has is clear. */
#define NVMUX_HAS(attr) (UINT64_C(1) << (attr))

struct nvmux_companion {
	char bdf[NVMUX_BDF_SIZE];
	uint32_t class_code;
	char driver[NVMUX_NAME_SIZE];		/* empty: none bound */
};

/**
 * struct nvmux_gi - a GPU instance (MIG)
 * @profile: such as "1g.6gb"
 * @placement: its first memory slice, its name on the GPU
 * @vgpu_count: vGPUs in it, reserved ones included
 * @kept: made by nvmux_gi_new(); else it ends with its last vGPU
 */
struct nvmux_gi {
	char profile[NVMUX_NAME_SIZE];
	uint32_t placement;
	uint32_t memory_slices;
	uint32_t compute_slices;
	uint32_t vgpu_count;
	bool kept;
};

/**
 * struct nvmux_gpu - one GPU as the kernel sees it
 * @has: bits NVMUX_HAS(NVMUX_A_GPU_...) of the members that were told
 * @mode: active mode, enum nvmux_mode
 * @target: mode of the switch that is going on
 * @error: why the last switch failed
 * @quarantine: why the GPU is out of use
 * @partition: how it is divided, enum nvmux_partition
 * @n_companions: functions that move with the GPU, may exceed the array
 * @partitions: the ways in which it can be divided, bits NVMUX_PARTITION_BIT()
 * @n_gis: GPU instances, may exceed the array
 * @step: what the switch that is going on is doing, enum nvmux_step
 * @reset: how a switch resets the board, enum nvmux_reset
 * @vf_count: SR-IOV virtual functions that are enabled
 * @memory: what is known of its framebuffer outside vgpu mode, enum nvmux_memory
 * @scrub_done: bytes of it that were to be cleaned and are
 * @scrub_total: those, and what is still to be cleaned; 0 when nothing is
 */
struct nvmux_gpu {
	uint64_t has;
	char bdf[NVMUX_BDF_SIZE];
	uint32_t device_id;
	uint32_t subsystem_vendor_id;
	uint32_t subsystem_id;
	uint32_t class_code;
	char board[NVMUX_NAME_SIZE];
	uint32_t chip;
	char driver[NVMUX_NAME_SIZE];
	uint32_t mode;
	uint32_t target;
	char error[NVMUX_TEXT_SIZE];
	char quarantine[NVMUX_TEXT_SIZE];
	uint64_t fb_size;
	uint64_t bar1_size;
	int32_t numa_node;
	uint32_t iommu_group;
	uint32_t partition;
	uint32_t vgpu_count;
	size_t n_companions;
	struct nvmux_companion companions[NVMUX_COMPANIONS_MAX];
	uint32_t partitions;
	size_t n_gis;
	struct nvmux_gi gis[NVMUX_GIS_MAX];
	uint32_t step;
	uint32_t reset;
	uint32_t vf_count;
	uint32_t memory;
	uint64_t scrub_done;
	uint64_t scrub_total;
};

#define NVMUX_PARTITION_BIT(partition) (UINT32_C(1) << (partition))

/**
 * struct nvmux_type - one vGPU type that a GPU offers
 * @has: bits NVMUX_HAS(NVMUX_A_TYPE_...)
 * @mdev_type: its directory below mdev_supported_types
 * @available: how many can be created now
 * @reason: why none can
 * @gi_profile: GPU instance that it needs, empty for a time-sliced type
 * @max_mixed: how many the GPU holds when it is divided mixed-size
 * @max_per_gi: how many one GPU instance holds
 * @n_placements: its placement ids as the GPU is divided now, may exceed the array
 * @n_free_placements: those of them that are free, may exceed the array
 */
struct nvmux_type {
	uint64_t has;
	char gpu[NVMUX_BDF_SIZE];
	char name[NVMUX_NAME_SIZE];
	char mdev_type[NVMUX_NAME_SIZE];
	char label[NVMUX_NAME_SIZE];
	char series[8];
	uint64_t fb_size;
	uint64_t bar1_size;
	uint32_t max_instances;
	uint32_t available;
	char reason[NVMUX_TEXT_SIZE];
	uint32_t heads;
	uint32_t max_x;
	uint32_t max_y;
	uint32_t frl;
	uint32_t max_per_vm;
	uint32_t device_id;
	uint32_t subsystem_id;
	char gi_profile[NVMUX_NAME_SIZE];
	uint32_t max_mixed;
	uint32_t max_per_gi;
	size_t n_placements;
	uint32_t placements[NVMUX_PLACEMENTS_MAX];
	size_t n_free_placements;
	uint32_t free_placements[NVMUX_PLACEMENTS_MAX];
};

/**
 * struct nvmux_vgpu - one vGPU
 * @has: bits NVMUX_HAS(NVMUX_A_VGPU_...)
 * @state: enum nvmux_vgpu_state
 * @pid: process that has it open
 * @gi_profile: GPU instance that it is in, empty outside MIG
 * @resets: by who had it open, since it was made; the kernel does not announce them
 */
struct nvmux_vgpu {
	uint64_t has;
	char gpu[NVMUX_BDF_SIZE];
	char uuid[NVMUX_UUID_SIZE];
	char type[NVMUX_NAME_SIZE];
	uint32_t state;
	uint32_t placement;
	uint64_t offset;
	uint64_t size;
	uint64_t bar1_size;
	uint32_t pid;
	char comm[NVMUX_NAME_SIZE];
	char gi_profile[NVMUX_NAME_SIZE];
	uint64_t resets;
};

/* Names of modes, partitionings, states and memory; "<unknown>", or -EINVAL back. */
const char *nvmux_mode_str(uint32_t mode);
int nvmux_mode_from_str(const char *name);
const char *nvmux_partition_str(uint32_t partition);
int nvmux_partition_from_str(const char *name);
const char *nvmux_step_str(uint32_t step);
const char *nvmux_reset_str(uint32_t reset);
const char *nvmux_vgpu_state_str(uint32_t state);
int nvmux_vgpu_state_from_str(const char *name);
const char *nvmux_memory_str(uint32_t memory);
int nvmux_memory_from_str(const char *name);

struct nvmux;

/**
 * nvmux_open() - connect to the kernel module
 * @ret: the context, untouched on failure
 *
 * Looking for the family makes the kernel load the module when it can.
 *
 * Errors: -ENOENT the module is not loaded, -ENOMEM.
 */
int nvmux_open(struct nvmux **ret);

/**
 * nvmux_close() - end a context
 *
 * Reservations that it made and that were not redeemed end with it.
 */
void nvmux_close(struct nvmux *nvmux);

/**
 * nvmux_error_text() - the kernel's sentence about the last refusal
 *
 * Return: the text, empty when the last call was not refused or the kernel
 * gave none. Valid until the next call on the context.
 */
const char *nvmux_error_text(const struct nvmux *nvmux);

/**
 * nvmux_error_attr() - the attribute that the last refusal blames
 *
 * Return: NVMUX_A_... of the request, 0 when none was named.
 */
int nvmux_error_attr(const struct nvmux *nvmux);

/**
 * nvmux_gpu_get() - tell one GPU
 *
 * Errors: -ENODEV no such GPU, -EINVAL the address is malformed.
 */
int nvmux_gpu_get(struct nvmux *nvmux, const char *bdf, struct nvmux_gpu *ret);

/**
 * nvmux_gpu_list() - tell all GPUs
 * @ret: array of @ret_n, free() it
 *
 * Errors: -ENOMEM, -EAGAIN the list kept changing while it was read.
 */
int nvmux_gpu_list(struct nvmux *nvmux, struct nvmux_gpu **ret, size_t *ret_n);

/**
 * nvmux_gpu_set_mode() - ask for a switch
 * @flags: enum nvmux_set_flags
 * @ret: the GPU right after the answer, with @target set while the switch
 *       goes on; may be NULL
 *
 * Success means that the switch was accepted, not that it has ended: its end
 * is told by the monitor.
 *
 * Errors: -EBUSY somebody uses the GPU, -EOPNOTSUPP not on this board,
 * -ENODEV no such GPU, -EIO the GPU is quarantined or does not answer,
 * -EINVAL.
 */
int nvmux_gpu_set_mode(struct nvmux *nvmux, const char *bdf, enum nvmux_mode mode,
		       uint32_t flags, struct nvmux_gpu *ret);

/**
 * nvmux_gpu_recover() - ask for the end of a quarantine
 * @flags: enum nvmux_set_flags, detach and console as for nvmux_gpu_set_mode()
 * @ret: the GPU right after the answer; may be NULL
 *
 * The board is reset and, when it answers, brought to host mode. Success means
 * that this has begun; its end is told by the monitor.
 *
 * Errors: -EINVAL it is not quarantined, -EBUSY somebody uses the GPU or it is
 * switching, -ENODEV no such GPU.
 */
int nvmux_gpu_recover(struct nvmux *nvmux, const char *bdf, uint32_t flags, struct nvmux_gpu *ret);

/**
 * nvmux_gpu_scrub() - ask for the framebuffer to be overwritten
 * @flags: enum nvmux_set_flags
 * @ret: the GPU right after the answer; may be NULL
 *
 * In vgpu mode what no user of a vGPU has is overwritten in the background.
 * In other modes that is a switch to the same mode, which nobody may hold up.
 * How far it is, @scrub_done tells.
 *
 * Errors: as nvmux_gpu_set_mode().
 */
int nvmux_gpu_scrub(struct nvmux *nvmux, const char *bdf, uint32_t flags, struct nvmux_gpu *ret);

/**
 * nvmux_gpu_set_partition() - divide a GPU in another way
 * @ret: the GPU as it is then; may be NULL
 *
 * It is divided so when this returns, in all modes, until the module is
 * unloaded.
 *
 * Errors: -EBUSY a vGPU or a GPU instance exists, or the GPU is switching,
 * -EOPNOTSUPP not on this board, -ENODEV no such GPU, -EINVAL.
 */
int nvmux_gpu_set_partition(struct nvmux *nvmux, const char *bdf, enum nvmux_partition partition,
			    struct nvmux_gpu *ret);

/**
 * nvmux_gi_new() - lay out a GPU instance
 * @gpu: PCI address
 * @profile: name of its profile
 * @placement: wish for its first memory slice, NULL lets the kernel choose
 * @ret_placement: its first memory slice; may be NULL
 *
 * It stays when its vGPUs are gone.
 *
 * Errors: -EOPNOTSUPP the GPU is not divided that way, -EUSERS as many as its
 * profile allows exist, -ENOSPC no place for it, -ENODEV no such GPU, -ENOENT or
 * -EINVAL no such profile or placement.
 */
int nvmux_gi_new(struct nvmux *nvmux, const char *gpu, const char *profile,
		 const uint32_t *placement, uint32_t *ret_placement);

/**
 * nvmux_gi_del() - remove a GPU instance
 * @placement: its first memory slice
 *
 * Errors: -EBUSY a vGPU is in it, -ENOENT or -EINVAL none begins there, -ENODEV
 * no such GPU.
 */
int nvmux_gi_del(struct nvmux *nvmux, const char *gpu, uint32_t placement);

/**
 * nvmux_type_list() - tell the vGPU types of one GPU or of all
 * @gpu: PCI address, or NULL
 * @ret: array of @ret_n, free() it
 *
 * Errors: -ENODEV no such GPU, -ENOMEM, -EAGAIN.
 */
int nvmux_type_list(struct nvmux *nvmux, const char *gpu, struct nvmux_type **ret, size_t *ret_n);

/**
 * struct nvmux_vgpu_request - what nvmux_vgpu_new() shall reserve
 * @gpu: PCI address
 * @type: name of the type
 * @uuid: NULL lets the kernel choose
 * @placement: wish for a placement id, when @has_placement
 */
struct nvmux_vgpu_request {
	const char *gpu;
	const char *type;
	const char *uuid;
	bool has_placement;
	uint32_t placement;
};

/**
 * nvmux_vgpu_new() - reserve a vGPU
 * @ret: the vGPU as reserved; may be NULL
 *
 * The reservation is redeemed by writing the UUID to the create file of the
 * mdev type, and ends with the context if that does not happen.
 *
 * Errors: -EOPNOTSUPP the GPU is not in vgpu mode, -EUSERS no instance of the
 * type is left, -ENOSPC it does not fit, -EADDRINUSE the UUID is taken,
 * -ENODEV no such GPU, -ENOENT or -EINVAL no such type.
 */
int nvmux_vgpu_new(struct nvmux *nvmux, const struct nvmux_vgpu_request *request,
		   struct nvmux_vgpu *ret);

/**
 * nvmux_vgpu_get() - tell one vGPU
 *
 * Errors: -ENODEV no such vGPU, -EINVAL the UUID is malformed.
 */
int nvmux_vgpu_get(struct nvmux *nvmux, const char *uuid, struct nvmux_vgpu *ret);

/**
 * nvmux_vgpu_list() - tell the vGPUs of one GPU or of all
 * @gpu: PCI address, or NULL
 * @ret: array of @ret_n, free() it
 */
int nvmux_vgpu_list(struct nvmux *nvmux, const char *gpu, struct nvmux_vgpu **ret, size_t *ret_n);

/**
 * nvmux_vgpu_del() - delete a vGPU
 *
 * Its capacity is free on return. An mdev that is left is an empty shell and
 * may be removed through sysfs.
 *
 * Errors: -EBUSY a process has it open, -ENODEV no such vGPU.
 */
int nvmux_vgpu_del(struct nvmux *nvmux, const char *uuid);

/**
 * struct nvmux_monitor_ops - what nvmux_monitor_dispatch() calls
 * @gpu: a GPU appeared or changed
 * @gpu_gone: a GPU has gone
 * @vgpu: a vGPU appeared or changed
 * @vgpu_gone: a vGPU has gone
 * @lost: notifications were lost, list everything again
 *
 * Each may be NULL.
 */
struct nvmux_monitor_ops {
	void (*gpu)(const struct nvmux_gpu *gpu, void *userdata);
	void (*gpu_gone)(const char *bdf, void *userdata);
	void (*vgpu)(const struct nvmux_vgpu *vgpu, void *userdata);
	void (*vgpu_gone)(const char *uuid, void *userdata);
	void (*lost)(void *userdata);
};

struct nvmux_monitor;

/**
 * nvmux_monitor_open() - listen to the changes of GPUs and vGPUs
 * @ops: must live as long as the monitor
 *
 * Open it before listing, so that nothing falls between the two.
 *
 * Errors: -ENOENT the module is not loaded, -ENOMEM.
 */
int nvmux_monitor_open(const struct nvmux_monitor_ops *ops, void *userdata,
		       struct nvmux_monitor **ret);
void nvmux_monitor_close(struct nvmux_monitor *monitor);

/* For poll(): readable means that nvmux_monitor_dispatch() has work. */
int nvmux_monitor_fd(const struct nvmux_monitor *monitor);

/**
 * nvmux_monitor_dispatch() - read what has come and call the ops
 *
 * Never blocks. Lost notifications are no error: ops->lost is called. The
 * ops must not close the monitor.
 *
 * Errors: -EIO the socket is broken, open a new monitor.
 */
int nvmux_monitor_dispatch(struct nvmux_monitor *monitor);

#ifdef __cplusplus
}
#endif

#endif
