// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The names of the family's enums.
 */
#include "../basic/cleanup.h"
#include "../basic/table.h"
#include "libnvmux.h"

static const char *const modes[] = {
	[NVMUX_MODE_HOST] = "host",
	[NVMUX_MODE_VGPU] = "vgpu",
	[NVMUX_MODE_PASSTHROUGH] = "passthrough",
};

static const char *const partitions[] = {
	[NVMUX_PARTITION_SAME_SIZE] = "same-size",
	[NVMUX_PARTITION_MIXED_SIZE] = "mixed-size",
	[NVMUX_PARTITION_MIG] = "mig",
};

static const char *const steps[] = {
	[NVMUX_STEP_CHECK] = "check",
	[NVMUX_STEP_CLEAN] = "clean",
	[NVMUX_STEP_DETACH] = "detach",
	[NVMUX_STEP_RESET] = "reset",
	[NVMUX_STEP_ATTACH] = "attach",
	[NVMUX_STEP_RESTORE] = "restore",
};

static const char *const resets[] = {
	[NVMUX_RESET_NONE] = "none",
	[NVMUX_RESET_FUNCTION] = "function",
	[NVMUX_RESET_SLOT] = "slot",
};

static const char *const vgpu_states[] = {
	[NVMUX_VGPU_STATE_RESERVED] = "reserved",
	[NVMUX_VGPU_STATE_PUBLISHED] = "published",
	[NVMUX_VGPU_STATE_OPEN] = "open",
};

static const char *const memories[] = {
	[NVMUX_MEMORY_UNKNOWN] = "unknown",
	[NVMUX_MEMORY_TENANT] = "tenant",
	[NVMUX_MEMORY_CLEAN] = "clean",
};

const char *nvmux_mode_str(uint32_t mode)
{
	return table_to_string(modes, ARRAY_SIZE(modes), (int)mode);
}

int nvmux_mode_from_str(const char *name)
{
	return table_from_string(modes, ARRAY_SIZE(modes), name);
}

const char *nvmux_partition_str(uint32_t partition)
{
	return table_to_string(partitions, ARRAY_SIZE(partitions), (int)partition);
}

int nvmux_partition_from_str(const char *name)
{
	return table_from_string(partitions, ARRAY_SIZE(partitions), name);
}

const char *nvmux_step_str(uint32_t step)
{
	return table_to_string(steps, ARRAY_SIZE(steps), (int)step);
}

const char *nvmux_reset_str(uint32_t reset)
{
	return table_to_string(resets, ARRAY_SIZE(resets), (int)reset);
}

const char *nvmux_vgpu_state_str(uint32_t state)
{
	return table_to_string(vgpu_states, ARRAY_SIZE(vgpu_states), (int)state);
}

int nvmux_vgpu_state_from_str(const char *name)
{
	return table_from_string(vgpu_states, ARRAY_SIZE(vgpu_states), name);
}

const char *nvmux_memory_str(uint32_t memory)
{
	return table_to_string(memories, ARRAY_SIZE(memories), (int)memory);
}

int nvmux_memory_from_str(const char *name)
{
	return table_from_string(memories, ARRAY_SIZE(memories), name);
}
