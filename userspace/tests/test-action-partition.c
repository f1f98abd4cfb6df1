// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a GPU is divided: asked for, kept, restored, and told when it cannot be.
 */
#include <stdarg.h>

#include "daemon/action.h"
#include "played-kernel.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define FILE_OF_GPU "etc/nvmux/gpus.d/" BDF ".conf"

enum { SAME = NVMUX_PARTITION_SAME_SIZE, MIXED = NVMUX_PARTITION_MIXED_SIZE };

static struct manager *m;

static void begin(const char *configured)
{
	m = played_manager();
	root_write(FILE_OF_GPU, configured);
}

static struct gpu *appear(void)
{
	manager_gpu_observed(m, &played_find(BDF)->gpu);
	settle(m);
	return gpu_find(&m->gpus, BDF);
}

static struct outcome set(struct gpu *gpu, uint32_t partition)
{
	struct outcome o = { 0 };

	if (action_set_partition(gpu, partition, outcome_set, &o) < 0)
		abort();
	outcome_wait(m, &o);
	return o;
}

static void pending(const struct gpu *gpu, char text[static 256])
{
	policy_pending(gpu, text, 256);
}

static void partition_is_set_and_kept(void)
{
	struct gpu_wanted kept;
	struct outcome o;
	struct gpu *gpu;

	begin("[gpu]\nmode=host\n");
	played_add(BDF, NVMUX_MODE_HOST, SAME);
	gpu = appear();
	o = set(gpu, MIXED);
	CHECK_INT(o.err, 0);
	CHECK_INT(gpu->observed.partition, MIXED);
	CHECK_INT(gpu->wanted.partition, MIXED);
	CHECK_INT(config_load_gpu(BDF, &kept), 0);
	CHECK_INT(kept.partition, MIXED);
	CHECK_INT(kept.mode, NVMUX_MODE_HOST);
	CHECK_INT(kept.device_id, 0x2235);
	manager_free(m);
}

static void partition_refused_is_not_kept(void)
{
	struct gpu_wanted kept;
	struct outcome o;
	struct gpu *gpu;
	char text[256];

	begin("[gpu]\n");
	played_add(BDF, NVMUX_MODE_VGPU, SAME)->gpu.vgpu_count = 1;
	gpu = appear();
	o = set(gpu, MIXED);
	CHECK_INT(o.err, -EBUSY);
	CHECK_STR(o.text, "gpu " BDF " is held by a vgpu");
	CHECK_INT(config_load_gpu(BDF, &kept), 0);
	CHECK_INT(kept.partition, 0);
	pending(gpu, text);
	CHECK_STR(text, "");
	manager_free(m);
}

/* One that is divided so already is not asked: it may hold vGPUs. */
static void partition_that_is_so_is_only_kept(void)
{
	struct gpu_wanted kept;
	struct outcome o;

	begin("[gpu]\n");
	played_add(BDF, NVMUX_MODE_VGPU, MIXED)->gpu.vgpu_count = 1;
	o = set(appear(), MIXED);
	CHECK_INT(o.err, 0);
	CHECK_STR(played_calls, "");
	CHECK_INT(config_load_gpu(BDF, &kept), 0);
	CHECK_INT(kept.partition, MIXED);
	manager_free(m);
}

static void partition_is_restored_before_the_mode(void)
{
	struct gpu *gpu;

	begin("[gpu]\nmode=vgpu\npartition=mixed-size\n");
	played_add(BDF, NVMUX_MODE_HOST, SAME);
	gpu = appear();
	CHECK_STR(played_calls, BDF " mixed-size; " BDF " vgpu; ");
	CHECK_INT(gpu->observed.partition, MIXED);
	CHECK_INT(gpu->observed.mode, NVMUX_MODE_VGPU);
	manager_free(m);
}

static void partition_alone_leaves_the_default_mode(void)
{
	begin("[gpu]\npartition=mixed-size\n");
	m->config.default_mode = NVMUX_MODE_VGPU;
	played_add(BDF, NVMUX_MODE_HOST, SAME);
	appear();
	CHECK_STR(played_calls, BDF " mixed-size; " BDF " vgpu; ");
	manager_free(m);
}

static void partition_that_cannot_be_restored_is_pending(void)
{
	struct gpu *gpu;
	char text[256];

	begin("[gpu]\npartition=mixed-size\n");
	played_add(BDF, NVMUX_MODE_VGPU, SAME)->gpu.vgpu_count = 1;
	gpu = appear();
	pending(gpu, text);
	CHECK_STR(text, "gpu " BDF " is held by a vgpu");
	CHECK_INT(gpu->wanted.partition, MIXED);
	played[0].gpu.vgpu_count = 0;
	CHECK_INT(set(gpu, MIXED).err, 0);
	pending(gpu, text);
	CHECK_STR(text, "");
	manager_free(m);
}

static void partition_restored_waits_for_a_switch(void)
{
	struct played *p;
	struct gpu *gpu;

	begin("[gpu]\npartition=mixed-size\n");
	p = played_add(BDF, NVMUX_MODE_HOST, SAME);
	p->gpu.has |= NVMUX_HAS(NVMUX_A_GPU_TARGET);
	p->gpu.target = NVMUX_MODE_VGPU;
	gpu = appear();
	CHECK_STR(played_calls, "");
	p->gpu.has &= ~NVMUX_HAS(NVMUX_A_GPU_TARGET);
	gpu = appear();
	CHECK_STR(played_calls, BDF " mixed-size; ");
	CHECK_INT(gpu->observed.partition, MIXED);
	manager_free(m);
}

static void partition_of_another_board_is_not_restored(void)
{
	char text[256];

	begin("[gpu]\npartition=mixed-size\ndevice-id=20b7\n");
	played_add(BDF, NVMUX_MODE_HOST, SAME);
	pending(appear(), text);
	CHECK_STR(played_calls, "");
	CHECK_STR(text, "gpu " BDF " is a 10de:2235, its configuration is for a 10de:20b7");
	manager_free(m);
}

static void instance_comes_and_goes(void)
{
	uint32_t placement = 9, wish = 2;
	char text[256] = "";
	struct gpu *gpu;

	begin("[gpu]\n");
	played_add(BDF, NVMUX_MODE_VGPU, NVMUX_PARTITION_MIG);
	gpu = appear();
	CHECK_INT(action_create_instance(gpu, "1g.6gb", &wish, &placement, text, 256), 0);
	CHECK_INT(placement, 2);
	CHECK_INT(gpu->observed.n_gis, 1);
	CHECK_INT(action_create_instance(gpu, "1g.6gb", NULL, &placement, text, 256), 0);
	CHECK_INT(placement, 3);
	CHECK_INT(action_delete_instance(gpu, 3, text, 256), 0);
	CHECK_INT(gpu->observed.n_gis, 1);
	CHECK_INT(action_delete_instance(gpu, 7, text, 256), -ENOENT);
	CHECK_STR(text, "gpu " BDF " has no instance at 7");
	CHECK_INT(action_create_instance(gpu, "9g", NULL, &placement, text, 256), -EINVAL);
	CHECK_STR(text, "gpu " BDF " has no profile 9g");
	m->kernel = NULL;
	CHECK_INT(action_delete_instance(gpu, 2, text, 256), -ENOTCONN);
	CHECK_STR(text, "module nvmux is not loaded");
	manager_free(m);
}

int main(void)
{
	root_make();
	RUN(partition_is_set_and_kept);
	RUN(partition_refused_is_not_kept);
	RUN(partition_that_is_so_is_only_kept);
	RUN(partition_is_restored_before_the_mode);
	RUN(partition_alone_leaves_the_default_mode);
	RUN(partition_that_cannot_be_restored_is_pending);
	RUN(partition_restored_waits_for_a_switch);
	RUN(partition_of_another_board_is_not_restored);
	RUN(instance_comes_and_goes);
	return tap_end();
}
