// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a vGPU on a made-up host: which GPU gets it, and what happens when others are faster.
 */
#include <stdarg.h>

#include "daemon/action.h"
#include "played-kernel.h"
#include "tap.h"

#define UUID "c2177883-f1bb-47f0-914d-32a22e3a8804"

static struct manager *m;

/* Three GPUs in vgpu mode: a has two vGPUs, b one, c one; c is on node 1. */
static void begin(void)
{
	static const char *const names[] = { "a", "b", "c" };
	char path[128];

	m = played_manager();
	for (size_t i = 0; i < 3; i++) {
		played_add(names[i], NVMUX_MODE_VGPU, NVMUX_PARTITION_SAME_SIZE);
		played[i].gpu.vgpu_count = i ? 1 : 2;
		snprintf(path, sizeof(path),
			 "sys/bus/pci/devices/%s/mdev_supported_types/nvmux-" TYPE "/create",
			 names[i]);
		root_write(path, "");
	}
	played[2].gpu.numa_node = 1;
	played[2].gpu.has |= NVMUX_HAS(NVMUX_A_GPU_NUMA_NODE);
	for (size_t i = 0; i < n_played; i++)
		manager_gpu_observed(m, &played[i].gpu);
}

static struct outcome create(const char *gpu, int32_t node)
{
	struct vgpu_order order = { .type = TYPE, .uuid = UUID, .numa_node = node };
	struct outcome o = { 0 };

	snprintf(order.gpu, sizeof(order.gpu), "%s", gpu);
	if (action_create_vgpu(m, &order, outcome_set, &o) < 0)
		abort();
	outcome_wait(m, &o);
	return o;
}

/* Does the file that redeems the reservation hold the UUID? */
static bool is_written_to(const char *gpu)
{
	char *path = path_sys("bus/pci/devices/%s/mdev_supported_types/nvmux-" TYPE "/create", gpu);
	char line[64] = "";

	(void)file_read_line(path, line, sizeof(line));
	free(path);
	return strcmp(line, UUID) == 0;
}

static void check_created(const struct outcome *o, const char *calls, const char *gpu)
{
	CHECK_STR(o->text, UUID);
	CHECK_INT(o->err, 0);
	CHECK_STR(played_calls, calls);
	CHECK(is_written_to(gpu));
	manager_free(m);
}

static void vgpu_goes_where_it_is_named(void)
{
	struct outcome o;

	begin();
	o = create("a", ASSIGN_ANY_NODE);
	check_created(&o, "a vgpu; ", "a");
}

static void vgpu_goes_where_the_policy_says(void)
{
	struct outcome o;

	begin();
	o = create("", ASSIGN_ANY_NODE);
	check_created(&o, "b vgpu; ", "b");
	begin();
	m->config.policy = ASSIGN_CONSOLIDATION;
	o = create("", ASSIGN_ANY_NODE);
	check_created(&o, "a vgpu; ", "a");
}

static void vgpu_goes_to_its_node(void)
{
	struct outcome o;

	begin();
	o = create("", 1);
	check_created(&o, "c vgpu; ", "c");
}

/* What the model has not heard of yet counts: the kernel is asked. */
static void vgpu_goes_by_what_is_now(void)
{
	struct outcome o;

	begin();
	played[1].gpu.vgpu_count = 4;
	o = create("", ASSIGN_ANY_NODE);
	check_created(&o, "c vgpu; ", "c");
}

static void vgpu_goes_elsewhere_when_others_were_faster(void)
{
	struct outcome o;

	begin();
	played[1].err = -EUSERS;
	played[2].err = -EBUSY;
	o = create("", ASSIGN_ANY_NODE);
	check_created(&o, "b vgpu; c vgpu; a vgpu; ", "a");
}

static void check_refused(const struct outcome *o, int err, const char *text, const char *calls)
{
	CHECK_INT(o->err, err);
	CHECK_STR(o->text, text);
	CHECK_STR(played_calls, calls);
	manager_free(m);
}

static void vgpu_refused_by_all_tells_each_reason(void)
{
	struct outcome o;

	begin();
	for (size_t i = 0; i < n_played; i++)
		played[i].err = -ENOSPC;
	o = create("", ASSIGN_ANY_NODE);
	check_refused(&o, -ENOSPC, "no gpu took a vgpu of type " TYPE
		      ": gpu b says no; gpu c says no; gpu a says no",
		      "b vgpu; c vgpu; a vgpu; ");
}

static void vgpu_refused_where_named_goes_nowhere(void)
{
	struct outcome o;

	begin();
	played[1].err = -ENOSPC;
	o = create("b", ASSIGN_ANY_NODE);
	check_refused(&o, -ENOSPC, "gpu b says no", "b vgpu; ");
}

static void vgpu_whose_uuid_is_taken_is_not_tried_again(void)
{
	struct outcome o;

	begin();
	played[1].err = -EADDRINUSE;
	o = create("", ASSIGN_ANY_NODE);
	check_refused(&o, -EADDRINUSE, "gpu b says no", "b vgpu; ");
}

/* Whose it is would not be known after the daemon's end. */
static void vgpu_whose_owner_cannot_be_recorded_is_refused(void)
{
	struct outcome o;

	root_write("run/nvmux/vgpus", "in the way of a folder");
	begin();
	o = create("a", ASSIGN_ANY_NODE);
	root_remove_file("run/nvmux/vgpus");
	check_refused(&o, -ENOTDIR,
		      "the owner of vgpu " UUID " cannot be recorded: Not a directory", "");
}

/* The kernel module does not know of it. */
static void vgpu_whose_uuid_another_mdev_has_is_refused(void)
{
	struct outcome o;

	begin();
	root_write("sys/bus/mdev/devices/" UUID, "");
	o = create("", ASSIGN_ANY_NODE);
	root_remove_file("sys/bus/mdev/devices/" UUID);
	check_refused(&o, -EEXIST, "uuid " UUID " is taken by another mdev", "");
}

int main(void)
{
	root_make();
	RUN(vgpu_whose_owner_cannot_be_recorded_is_refused);
	RUN(vgpu_goes_where_it_is_named);
	RUN(vgpu_goes_where_the_policy_says);
	RUN(vgpu_goes_to_its_node);
	RUN(vgpu_goes_by_what_is_now);
	RUN(vgpu_goes_elsewhere_when_others_were_faster);
	RUN(vgpu_refused_by_all_tells_each_reason);
	RUN(vgpu_refused_where_named_goes_nowhere);
	RUN(vgpu_whose_uuid_is_taken_is_not_tried_again);
	RUN(vgpu_whose_uuid_another_mdev_has_is_refused);
	return tap_end();
}
