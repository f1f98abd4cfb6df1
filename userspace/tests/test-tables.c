// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each enum of the family has a name for each value, and the names lead back.
 */
#include <errno.h>

#include "basic/table.h"
#include "daemon/bus.h"
#include "lib/libnvmux.h"
#include "tap.h"

static void table_names_lead_back(void)
{
	for (uint32_t i = NVMUX_MODE_HOST; i <= NVMUX_MODE_PASSTHROUGH; i++)
		CHECK_INT(nvmux_mode_from_str(nvmux_mode_str(i)), i);
	for (uint32_t i = NVMUX_PARTITION_SAME_SIZE; i <= NVMUX_PARTITION_MIG; i++)
		CHECK_INT(nvmux_partition_from_str(nvmux_partition_str(i)), i);
	for (uint32_t i = NVMUX_VGPU_STATE_RESERVED; i <= NVMUX_VGPU_STATE_OPEN; i++)
		CHECK_INT(nvmux_vgpu_state_from_str(nvmux_vgpu_state_str(i)), i);
	for (uint32_t i = NVMUX_MEMORY_UNKNOWN; i <= NVMUX_MEMORY_CLEAN; i++)
		CHECK_INT(nvmux_memory_from_str(nvmux_memory_str(i)), i);
}

static void table_unknown_is_told(void)
{
	CHECK_STR(nvmux_mode_str(0), TABLE_UNKNOWN);
	CHECK_STR(nvmux_mode_str(4), TABLE_UNKNOWN);
	CHECK_STR(nvmux_mode_str(UINT32_MAX), TABLE_UNKNOWN);
	CHECK_INT(nvmux_mode_from_str("shared"), -EINVAL);
	CHECK_INT(nvmux_mode_from_str(""), -EINVAL);
	CHECK_INT(nvmux_mode_from_str(NULL), -EINVAL);
}

static void table_errors_have_names(void)
{
	static const struct { int err; const char *name; } rows[] = {
		{ -EBUSY, "Busy" }, { -EOPNOTSUPP, "Unsupported" }, { -EUSERS, "NoCapacity" },
		{ -ENOSPC, "NoCapacity" }, { -EADDRINUSE, "Exists" }, { -ENODEV, "NotFound" },
		{ -ENOENT, "NotFound" }, { -EINVAL, "Invalid" }, { -EPERM, "Denied" },
		{ -ENOTCONN, "Unreachable" }, { -ETIMEDOUT, "Timeout" },
		{ -EINPROGRESS, "Pending" }, { -EIO, "Failed" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_STR(strrchr(bus_error_name(rows[i].err), '.') + 1, rows[i].name);
}

static void table_paths_of_objects(void)
{
	char path[BUS_PATH_SIZE];

	bus_path(path, BUS_PATH_GPU, "0001:81:00.0");
	CHECK_STR(path, "/org/nvmux1/gpu/0001_81_00_0");
	bus_path(path, BUS_PATH_VGPU, "c2177883-f1bb-47f0-914d-32a22e3a8804");
	CHECK_STR(path, "/org/nvmux1/vgpu/c2177883_f1bb_47f0_914d_32a22e3a8804");
}

int main(void)
{
	RUN(table_names_lead_back);
	RUN(table_unknown_is_told);
	RUN(table_errors_have_names);
	RUN(table_paths_of_objects);
	return tap_end();
}
