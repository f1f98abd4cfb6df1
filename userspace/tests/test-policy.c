// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

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

static struct nvmux_type type(const char *gpu, const char *name, uint32_t available)
{
	struct nvmux_type t = { .available = available };

	strcpy(t.gpu, gpu);
	strcpy(t.name, name);
	return t;
}

static void add_gpu(struct gpu_list *list, const char *bdf, uint32_t mode)
{
	struct nvmux_gpu o = { .mode = mode };

	strcpy(o.bdf, bdf);
	if (!gpu_new(list, &o))
		abort();
}

static void free_gpus(struct gpu_list *list)
{
	while (!LIST_EMPTY(list))
		gpu_free(LIST_FIRST(list));
}

static int choose(struct gpu_list *gpus, const struct nvmux_type *types, size_t n,
		  const char *name, char gpu[64], char text[256])
{
	const char *found = "";
	int err = policy_choose_gpu(gpus, types, n, name, &found, text, 256);

	strcpy(gpu, found);
	return err;
}

static void policy_chooses_the_emptiest_gpu(void)
{
	struct gpu_list gpus = LIST_HEAD_INITIALIZER(gpus);
	const struct nvmux_type types[] = {
		type("a", "A30-12C", 1), type("b", "A30-12C", 2), type("c", "A30-12C", 4),
		type("d", "A30-12C", 2), type("b", "A30-6C", 4), type("b", "A30-4C", 0),
		type("c", "A30-24C", 1),
	};
	size_t n = sizeof(types) / sizeof(types[0]);
	char gpu[64], text[256];
	int e1, e2, e3, e4;
	char first[64];

	add_gpu(&gpus, "a", VGPU);
	add_gpu(&gpus, "d", VGPU);
	add_gpu(&gpus, "b", VGPU);
	add_gpu(&gpus, "c", PASS);
	e1 = choose(&gpus, types, n, "A30-12C", first, text);
	e2 = choose(&gpus, types, n, "A30-4C", gpu, text);
	e3 = choose(&gpus, types, n, "A30-24C", gpu, text);
	e4 = choose(&gpus, types, n, "A40-1Q", gpu, text);
	free_gpus(&gpus);
	CHECK_INT(e1, 0);
	CHECK_STR(first, "b");
	CHECK_INT(e2, -EUSERS);
	CHECK_INT(e3, -EOPNOTSUPP);
	CHECK_INT(e4, -ENOENT);
	CHECK_STR(text, "no gpu offers type A40-1Q");
}

int main(void)
{
	RUN(policy_restore_follows_the_table);
	RUN(policy_restore_refuses_another_board);
	RUN(policy_restore_refuses_quarantined);
	RUN(policy_pending_says_why);
	RUN(policy_chooses_the_emptiest_gpu);
	return tap_end();
}
