/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_NOUNS_H
#define NVMUX_CLI_NOUNS_H

#include "cli/column.h"

struct companion {
	char *address;
	uint32_t class;
	char *driver;
};

struct instance {
	char *profile;
	uint32_t placement;
	uint32_t memory_slices;
	uint32_t compute_slices;
	uint32_t vgpu_count;
	int kept;
};

struct gpu {
	char *address;
	char *board;
	uint32_t device_id;
	uint32_t subsystem_vendor_id;
	uint32_t subsystem_id;
	uint32_t class;
	uint32_t chip;
	char *driver;
	char *active_mode;
	char *configured_mode;
	char *target_mode;
	char *step;
	char *pending;
	char *error;
	char *quarantine;
	uint64_t fb_size;
	char *memory;
	uint64_t scrub_done;
	uint64_t scrub_total;
	uint64_t bar1_size;
	char *reset;
	uint32_t vf_count;
	int32_t numa_node;
	int32_t iommu_group;
	char *partition;
	char *configured_partition;
	char **partitions;
	struct records instances;
	uint32_t vgpu_count;
	char *vendor_vgpus;
	struct records companions;
	char **vms;
};

struct vgpu {
	char *gpu;
	char *uuid;
	char *type;
	char *owner;
	char *state;
	uint32_t placement;
	char *gi_profile;
	uint64_t offset;
	uint64_t size;
	uint64_t bar1_size;
	uint64_t resets;
	uint32_t pid;
	char *command;
	char *function;
	char *vm;
};

struct definition {
	char *gpu;
	char *uuid;
	char *type;
	char *vm;
	char *owner;
	int autostart;
	int active;
	int32_t placement;
	char *reason;
};

struct vgpu_type {
	char *gpu;
	char *name;
	char *family;		/* this and the next: as the catalogue says */
	char *architecture;
	char *mdev_type;
	char *label;
	char *series;
	uint64_t fb_size;
	uint64_t bar1_size;
	uint32_t available;
	uint32_t max_instances;
	uint32_t max_mixed;
	char *gi_profile;
	uint32_t max_per_gi;
	struct numbers placements;
	struct numbers free_placements;
	char *reason;
	uint32_t heads;
	uint32_t max_x;
	uint32_t max_y;
	uint32_t frl;
	uint32_t max_per_vm;
	uint32_t device_id;
	uint32_t subsystem_id;
};

struct board {
	char *name;
	uint32_t device_id;
	char *architecture;
	char *family;
	uint64_t fb_size;
	uint32_t types;
};

struct vm {
	char *name;
	char *uuid;
	uint32_t pid;
	char **gpus;
	char **vgpus;
	char *violation;
};

struct daemon_job {
	uint32_t id;
	char *kind;
	char *gpu;
	char *target;
	char *state;
	uint32_t step;
	uint32_t steps;
	char *step_name;
	uint32_t progress;
	char *error;
};

struct gpu_holder {
	char *kind;
	char *what;
	uint32_t pid;
	char *command;
	char *vm;
	char *service;
};

struct plan_line {
	char *verdict;
	char *function;
	char *text;
};

struct event {
	char *event;
	char *id;
	char *text;
};

extern const struct noun companion_noun, instance_noun, gpu_noun, vgpu_noun, type_noun, board_noun,
	vm_noun, job_noun, holder_noun, definition_noun, plan_noun, event_noun;

extern const struct noun driver_noun;	/* cmd-driver.c */

/* vSphere's word for a mode, or NULL. */
const char *mode_graphics_type(const char *mode);

#endif
