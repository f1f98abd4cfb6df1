// SPDX-License-Identifier: GPL-2.0-only
#include "daemon/policy.h"
#include "tap.h"

#define HOST NVMUX_MODE_HOST
#define VGPU NVMUX_MODE_VGPU
#define PASS NVMUX_MODE_PASSTHROUGH
#define BDF "0001:81:00.0"

static struct nvmux_gpu observed(uint32_t mode, uint32_t target)
{
	struct nvmux_gpu gpu = { .bdf = BDF, .mode = mode, .device_id = 0x20b7 };

	if (target) {
		gpu.target = target;
		gpu.has |= NVMUX_HAS(NVMUX_A_GPU_TARGET);
	}
	return gpu;
}

static void policy_restore_follows_the_table(void)
{
	static const struct { uint32_t wanted, mode, target; enum policy_step step; } rows[] = {
		{ 0, HOST, 0, POLICY_NOTHING },
		{ 0, VGPU, PASS, POLICY_NOTHING },
		{ HOST, HOST, 0, POLICY_NOTHING },
		{ VGPU, VGPU, 0, POLICY_NOTHING },
		{ VGPU, HOST, 0, POLICY_SWITCH },
		{ VGPU, PASS, 0, POLICY_SWITCH },
		{ HOST, PASS, 0, POLICY_SWITCH },
		{ PASS, VGPU, PASS, POLICY_WAIT },
		{ VGPU, VGPU, PASS, POLICY_WAIT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gpu_wanted wanted = { .mode = rows[i].wanted };
		struct nvmux_gpu gpu = observed(rows[i].mode, rows[i].target);
		char text[256] = "";

		CHECK_INT(policy_restore(&wanted, &gpu, text, sizeof(text)), rows[i].step);
		CHECK_STR(text, "");
	}
}

static void policy_restore_refuses_another_board(void)
{
	struct gpu_wanted wanted = { .mode = VGPU, .device_id = 0x2235 };
	struct nvmux_gpu gpu = observed(HOST, 0);
	char text[256] = "";

	CHECK_INT(policy_restore(&wanted, &gpu, text, sizeof(text)), POLICY_REFUSE);
	CHECK_STR(text, "gpu " BDF " is a 10de:20b7, its configuration is for a 10de:2235");
	wanted.device_id = 0x1eb8;
	CHECK_INT(policy_restore(&wanted, &gpu, text, sizeof(text)), POLICY_REFUSE);
	wanted.device_id = 0x20b7;
	CHECK_INT(policy_restore(&wanted, &gpu, text, sizeof(text)), POLICY_SWITCH);
}

static void policy_restore_refuses_quarantined(void)
{
	struct gpu_wanted wanted = { .mode = VGPU };
	struct nvmux_gpu gpu = observed(HOST, 0);
	char text[256] = "";

	gpu.has |= NVMUX_HAS(NVMUX_A_GPU_QUARANTINE);
	strcpy(gpu.quarantine, "reset failed");
	CHECK_INT(policy_restore(&wanted, &gpu, text, sizeof(text)), POLICY_REFUSE);
	CHECK_STR(text, "gpu " BDF " is quarantined: reset failed");
}

static void policy_partition_follows_the_table(void)
{
	enum { SAME = NVMUX_PARTITION_SAME_SIZE, MIXED = NVMUX_PARTITION_MIXED_SIZE };
	static const struct {
		uint32_t wanted, is, target, device_id;
		enum policy_step step;
	} rows[] = {
		{ 0, SAME, 0, 0, POLICY_NOTHING },
		{ MIXED, MIXED, VGPU, 0, POLICY_NOTHING },
		{ MIXED, SAME, 0, 0, POLICY_SWITCH },
		{ SAME, 0, 0, 0x20b7, POLICY_SWITCH },
		{ MIXED, SAME, VGPU, 0, POLICY_WAIT },
		{ MIXED, SAME, 0, 0x2235, POLICY_REFUSE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gpu_wanted wanted = {
			.partition = rows[i].wanted, .device_id = rows[i].device_id,
		};
		struct nvmux_gpu gpu = observed(HOST, rows[i].target);
		char text[256] = "";

		gpu.partition = rows[i].is;
		CHECK_INT(policy_restore_partition(&wanted, &gpu, text, sizeof(text)),
			  rows[i].step);
		CHECK_INT(!text[0], rows[i].step != POLICY_REFUSE);
	}
}

static void check_pending(const struct gpu *gpu, const char *want)
{
	char text[256];

	policy_pending(gpu, text, sizeof(text));
	CHECK_STR(text, want);
}

static void policy_pending_says_why(void)
{
	struct gpu gpu = { .wanted.mode = VGPU, .observed = observed(VGPU, 0) };

	strcpy(gpu.failure, "old");
	check_pending(&gpu, "");
	gpu.observed = observed(HOST, VGPU);
	check_pending(&gpu, "gpu " BDF " is switching to vgpu mode");
	gpu.observed = observed(HOST, 0);
	strcpy(gpu.failure, "held by x");
	check_pending(&gpu, "held by x");
	gpu.failure[0] = '\0';
	check_pending(&gpu, "gpu " BDF " is in host mode, vgpu mode is configured");
	gpu.wanted.mode = 0;
	check_pending(&gpu, "");
}

static void policy_pending_tells_of_the_partition(void)
{
	struct gpu gpu = { .wanted.partition = NVMUX_PARTITION_MIG, .observed = observed(VGPU, 0) };

	check_pending(&gpu, "gpu " BDF " cannot be divided, mig is configured");
	gpu.observed.partition = NVMUX_PARTITION_SAME_SIZE;
	check_pending(&gpu, "gpu " BDF " is divided same-size, mig is configured");
	strcpy(gpu.undivided, "held by vgpu x");
	check_pending(&gpu, "held by vgpu x");
	gpu.wanted.mode = HOST;
	check_pending(&gpu, "gpu " BDF " is in vgpu mode, host mode is configured; held by vgpu x");
	strcpy(gpu.failure, "held by vgpu x");
	check_pending(&gpu, "held by vgpu x");
	gpu.observed.partition = NVMUX_PARTITION_MIG;
	gpu.wanted.mode = VGPU;
	check_pending(&gpu, "");
}

int main(void)
{
	RUN(policy_restore_follows_the_table);
	RUN(policy_restore_refuses_another_board);
	RUN(policy_restore_refuses_quarantined);
	RUN(policy_partition_follows_the_table);
	RUN(policy_pending_says_why);
	RUN(policy_pending_tells_of_the_partition);
	return tap_end();
}
