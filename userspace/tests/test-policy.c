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

static void policy_pending_says_why(void)
{
	struct gpu_wanted wanted = { .mode = VGPU };
	struct nvmux_gpu gpu = observed(VGPU, 0);
	char text[256];

	policy_pending(&wanted, &gpu, "old", text, sizeof(text));
	CHECK_STR(text, "");
	gpu = observed(HOST, VGPU);
	policy_pending(&wanted, &gpu, "", text, sizeof(text));
	CHECK_STR(text, "gpu " BDF " is switching to vgpu mode");
	gpu = observed(HOST, 0);
	policy_pending(&wanted, &gpu, "held by x", text, sizeof(text));
	CHECK_STR(text, "held by x");
	policy_pending(&wanted, &gpu, "", text, sizeof(text));
	CHECK_STR(text, "gpu " BDF " is in host mode, vgpu mode is configured");
	wanted.mode = 0;
	policy_pending(&wanted, &gpu, "", text, sizeof(text));
	CHECK_STR(text, "");
}

int main(void)
{
	RUN(policy_restore_follows_the_table);
	RUN(policy_restore_refuses_another_board);
	RUN(policy_restore_refuses_quarantined);
	RUN(policy_pending_says_why);
	return tap_end();
}
