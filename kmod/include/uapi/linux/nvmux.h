/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/nvmux.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_NVMUX_H
#define _UAPI_LINUX_NVMUX_H

#define NVMUX_FAMILY_NAME	"nvmux"
#define NVMUX_FAMILY_VERSION	1

/**
 * enum nvmux_mode - Who has a GPU.
 * @NVMUX_MODE_HOST: another driver of the host has it, or none
 * @NVMUX_MODE_VGPU: nvmux shares it as vGPUs
 * @NVMUX_MODE_PASSTHROUGH: vfio-pci has it, for one VM
 */
enum nvmux_mode {
	NVMUX_MODE_HOST = 1,
	NVMUX_MODE_VGPU,
	NVMUX_MODE_PASSTHROUGH,
};

/**
 * enum nvmux_partition - How the framebuffer of a GPU in vgpu mode is divided.
 * @NVMUX_PARTITION_SAME_SIZE: time-sliced, all vGPUs have the framebuffer size
 *   of the first
 * @NVMUX_PARTITION_MIXED_SIZE: time-sliced, fixed placement ids for each size
 * @NVMUX_PARTITION_MIG: GPU instances
 */
enum nvmux_partition {
	NVMUX_PARTITION_SAME_SIZE = 1,
	NVMUX_PARTITION_MIXED_SIZE,
	NVMUX_PARTITION_MIG,
};

/**
 * enum nvmux_vgpu_state - Where a vGPU is in its life.
 * @NVMUX_VGPU_STATE_RESERVED: placed and counted, no VFIO device yet
 * @NVMUX_VGPU_STATE_PUBLISHED: its VFIO device exists
 * @NVMUX_VGPU_STATE_OPEN: a process holds its VFIO device
 */
enum nvmux_vgpu_state {
	NVMUX_VGPU_STATE_RESERVED = 1,
	NVMUX_VGPU_STATE_PUBLISHED,
	NVMUX_VGPU_STATE_OPEN,
};

/**
 * enum nvmux_step - What a switch is doing.
 * @NVMUX_STEP_CHECK: it asks whether the board is there
 * @NVMUX_STEP_CLEAN: it overwrites what tenants left in the framebuffer
 * @NVMUX_STEP_DETACH: it takes the functions from their drivers
 * @NVMUX_STEP_RESET: it resets the board and waits for its firmware
 * @NVMUX_STEP_ATTACH: it gives the functions to other drivers
 * @NVMUX_STEP_RESTORE: it has failed and gives the functions back
 */
enum nvmux_step {
	NVMUX_STEP_CHECK = 1,
	NVMUX_STEP_CLEAN,
	NVMUX_STEP_DETACH,
	NVMUX_STEP_RESET,
	NVMUX_STEP_ATTACH,
	NVMUX_STEP_RESTORE,
};

/**
 * enum nvmux_reset - How a switch resets a board.
 * @NVMUX_RESET_NONE: not at all, the board cannot be
 * @NVMUX_RESET_FUNCTION: by a reset of the GPU function alone
 * @NVMUX_RESET_SLOT: by a reset of its slot, which carries nothing else
 */
enum nvmux_reset {
	NVMUX_RESET_NONE = 1,
	NVMUX_RESET_FUNCTION,
	NVMUX_RESET_SLOT,
};

/**
 * enum nvmux_set_flags - Options of gpu-set.
 * @NVMUX_SET_FLAGS_DETACH: take the GPU from the driver of the host that is
 *   bound to it
 * @NVMUX_SET_FLAGS_CONSOLE: take the GPU although the host shows its console
 *   on it
 * @NVMUX_SET_FLAGS_RECOVER: end the quarantine of the GPU: reset it, see that
 *   it answers, and bring it to host mode
 * @NVMUX_SET_FLAGS_SCRUB: overwrite the whole framebuffer, also where no
 *   tenant is known to have been; without a mode, or with the active one, the
 *   GPU comes back to the mode that it has
 * @NVMUX_SET_FLAGS_NO_SCRUB: give the GPU to vfio-pci without overwriting what
 *   an earlier tenant of passthrough mode may have left
 */
enum nvmux_set_flags {
	NVMUX_SET_FLAGS_DETACH = 1,
	NVMUX_SET_FLAGS_CONSOLE = 2,
	NVMUX_SET_FLAGS_RECOVER = 4,
	NVMUX_SET_FLAGS_SCRUB = 8,
	NVMUX_SET_FLAGS_NO_SCRUB = 16,
};

/**
 * enum nvmux_memory - What is known of the framebuffer outside vgpu mode.
 * @NVMUX_MEMORY_UNKNOWN: nothing, but no tenant has had it as far as nvmux
 *   knows
 * @NVMUX_MEMORY_TENANT: a tenant may have left something anywhere
 * @NVMUX_MEMORY_CLEAN: nvmux has overwritten it, and nobody has had it since
 */
enum nvmux_memory {
	NVMUX_MEMORY_UNKNOWN = 1,
	NVMUX_MEMORY_TENANT,
	NVMUX_MEMORY_CLEAN,
};

enum {
	NVMUX_A_GPU_BDF = 1,
	NVMUX_A_GPU_DEVICE_ID,
	NVMUX_A_GPU_SUBSYSTEM_VENDOR_ID,
	NVMUX_A_GPU_SUBSYSTEM_ID,
	NVMUX_A_GPU_CLASS,
	NVMUX_A_GPU_BOARD,
	NVMUX_A_GPU_CHIP,
	NVMUX_A_GPU_DRIVER,
	NVMUX_A_GPU_MODE,
	NVMUX_A_GPU_TARGET,
	NVMUX_A_GPU_ERROR,
	NVMUX_A_GPU_QUARANTINE,
	NVMUX_A_GPU_FB_SIZE,
	NVMUX_A_GPU_BAR1_SIZE,
	NVMUX_A_GPU_NUMA_NODE,
	NVMUX_A_GPU_IOMMU_GROUP,
	NVMUX_A_GPU_PARTITION,
	NVMUX_A_GPU_VGPU_COUNT,
	NVMUX_A_GPU_COMPANION,
	NVMUX_A_GPU_FLAGS,
	NVMUX_A_GPU_PAD,
	NVMUX_A_GPU_PARTITIONS,
	NVMUX_A_GPU_GI,
	NVMUX_A_GPU_STEP,
	NVMUX_A_GPU_RESET,
	NVMUX_A_GPU_VF_COUNT,
	NVMUX_A_GPU_MEMORY,
	NVMUX_A_GPU_SCRUB_DONE,
	NVMUX_A_GPU_SCRUB_TOTAL,

	__NVMUX_A_GPU_MAX,
	NVMUX_A_GPU_MAX = (__NVMUX_A_GPU_MAX - 1)
};

enum {
	NVMUX_A_GI_GPU = 1,
	NVMUX_A_GI_PROFILE,
	NVMUX_A_GI_PLACEMENT,

	__NVMUX_A_GI_MAX,
	NVMUX_A_GI_MAX = (__NVMUX_A_GI_MAX - 1)
};

enum {
	NVMUX_A_INSTANCE_PROFILE = 1,
	NVMUX_A_INSTANCE_PLACEMENT,
	NVMUX_A_INSTANCE_MEMORY_SLICES,
	NVMUX_A_INSTANCE_COMPUTE_SLICES,
	NVMUX_A_INSTANCE_VGPU_COUNT,
	NVMUX_A_INSTANCE_KEPT,

	__NVMUX_A_INSTANCE_MAX,
	NVMUX_A_INSTANCE_MAX = (__NVMUX_A_INSTANCE_MAX - 1)
};

enum {
	NVMUX_A_COMPANION_BDF = 1,
	NVMUX_A_COMPANION_CLASS,
	NVMUX_A_COMPANION_DRIVER,

	__NVMUX_A_COMPANION_MAX,
	NVMUX_A_COMPANION_MAX = (__NVMUX_A_COMPANION_MAX - 1)
};

enum {
	NVMUX_A_TYPE_GPU = 1,
	NVMUX_A_TYPE_NAME,
	NVMUX_A_TYPE_MDEV_TYPE,
	NVMUX_A_TYPE_LABEL,
	NVMUX_A_TYPE_SERIES,
	NVMUX_A_TYPE_FB_SIZE,
	NVMUX_A_TYPE_BAR1_SIZE,
	NVMUX_A_TYPE_MAX_INSTANCES,
	NVMUX_A_TYPE_AVAILABLE,
	NVMUX_A_TYPE_REASON,
	NVMUX_A_TYPE_HEADS,
	NVMUX_A_TYPE_MAX_X,
	NVMUX_A_TYPE_MAX_Y,
	NVMUX_A_TYPE_FRL,
	NVMUX_A_TYPE_MAX_PER_VM,
	NVMUX_A_TYPE_DEVICE_ID,
	NVMUX_A_TYPE_SUBSYSTEM_ID,
	NVMUX_A_TYPE_PAD,
	NVMUX_A_TYPE_GI_PROFILE,
	NVMUX_A_TYPE_MAX_MIXED,
	NVMUX_A_TYPE_MAX_PER_GI,
	NVMUX_A_TYPE_PLACEMENT,
	NVMUX_A_TYPE_FREE_PLACEMENT,

	__NVMUX_A_TYPE_MAX,
	NVMUX_A_TYPE_MAX = (__NVMUX_A_TYPE_MAX - 1)
};

enum {
	NVMUX_A_VGPU_GPU = 1,
	NVMUX_A_VGPU_UUID,
	NVMUX_A_VGPU_TYPE,
	NVMUX_A_VGPU_STATE,
	NVMUX_A_VGPU_PLACEMENT,
	NVMUX_A_VGPU_OFFSET,
	NVMUX_A_VGPU_SIZE,
	NVMUX_A_VGPU_BAR1_SIZE,
	NVMUX_A_VGPU_PID,
	NVMUX_A_VGPU_COMM,
	NVMUX_A_VGPU_PAD,
	NVMUX_A_VGPU_GI_PROFILE,
	NVMUX_A_VGPU_RESETS,

	__NVMUX_A_VGPU_MAX,
	NVMUX_A_VGPU_MAX = (__NVMUX_A_VGPU_MAX - 1)
};

enum {
	NVMUX_CMD_GPU_GET = 1,
	NVMUX_CMD_GPU_SET,
	NVMUX_CMD_GPU_NTF,
	NVMUX_CMD_GPU_DEL_NTF,
	NVMUX_CMD_TYPE_GET,
	NVMUX_CMD_VGPU_NEW,
	NVMUX_CMD_VGPU_DEL,
	NVMUX_CMD_VGPU_GET,
	NVMUX_CMD_VGPU_NTF,
	NVMUX_CMD_VGPU_DEL_NTF,
	NVMUX_CMD_GI_NEW,
	NVMUX_CMD_GI_DEL,

	__NVMUX_CMD_MAX,
	NVMUX_CMD_MAX = (__NVMUX_CMD_MAX - 1)
};

#define NVMUX_MCGRP_MONITOR	"monitor"

#endif /* _UAPI_LINUX_NVMUX_H */
