// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defined vGPUs: their files, who has made what, and that they are made by themselves when they
 * shall be and only then.
 */
#include <stdarg.h>

#include "daemon/action.h"
#include "played-kernel.h"
#include "tap.h"

#define UUID "c2177883-f1bb-47f0-914d-32a22e3a8804"
#define OTHER "c2177883-f1bb-47f0-914d-32a22e3a8805"

static struct manager *m;

static void begin(uint32_t mode)
{
	m = played_manager();
	played_add("a", mode, NVMUX_PARTITION_SAME_SIZE);
	root_write("sys/bus/pci/devices/a/mdev_supported_types/nvmux-" TYPE "/create", "");
}

static void define(bool autostart)
{
	struct definition d = {
		.uuid = UUID, .gpu = "a", .type = TYPE, .owner = OWNER_NVMUX, .vm = "m1",
		.has_placement = true, .placement = 8, .autostart = autostart,
	};

	if (definition_keep(&m->definitions, &d))
		abort();
}

static void end(void)
{
	struct definition *d = definition_find(&m->definitions, UUID);

	if (d && definition_drop(d))
		abort();
	(void)owner_forget(UUID);
	manager_free(m);
}

/* Until the queue is empty. */
static void run(void)
{
	for (int i = 0; i < 500 && (settle(m), !TAILQ_EMPTY(&m->queue)); i++)
		if (sd_event_run(m->event, 10000) < 0)
			abort();
}

static void definition_is_read_back(void)
{
	struct definition_list list;
	struct definition *d;

	begin(NVMUX_MODE_HOST);
	define(true);
	LIST_INIT(&list);
	root_write("etc/nvmux/vgpus.d/readme.conf", "[vgpu]\ntype=" TYPE "\n");
	root_write("etc/nvmux/vgpus.d/" OTHER ".conf", "[vgpu]\ngpu=a\n");
	CHECK_INT(definition_load(&list), 0);
	d = definition_find(&list, UUID);
	CHECK(d && !LIST_NEXT(d, link));
	CHECK_STR(d->gpu, "a");
	CHECK_STR(d->type, TYPE);
	CHECK_STR(d->vm, "m1");
	CHECK_STR(d->owner, "nvmux");
	CHECK(d->autostart && d->has_placement);
	CHECK_INT(d->placement, 8);
	definition_list_clear(&list);
	end();
	CHECK_INT(definition_load(&list), 0);
	CHECK(!definition_find(&list, UUID));
}

static void definition_defined_again_is_replaced(void)
{
	begin(NVMUX_MODE_HOST);
	define(true);
	define(false);
	CHECK(!definition_find(&m->definitions, UUID)->autostart);
	CHECK(!LIST_NEXT(LIST_FIRST(&m->definitions), link));
	end();
}

static void definition_of_mdevctl_is_known_and_is_his(void)
{
	struct definition_list list;
	char owner[OWNER_SIZE];
	struct definition *d;

	root_write("etc/mdevctl.d/0001:81:00.0/" UUID,
		   "{ \"mdev_type\": \"nvmux-" TYPE "\", \"start\": \"auto\", \"attrs\": [] }");
	root_write("etc/mdevctl.d/0001:81:00.0/" OTHER, "{ \"mdev_type\": \"i915-GVTg_V5_4\" }");
	root_write("etc/mdevctl.d/0001:82:00.0/" OTHER, "[ 1, {");
	LIST_INIT(&list);
	CHECK_INT(definition_load_mdevctl(&list), 0);
	d = LIST_FIRST(&list);
	CHECK(d && !LIST_NEXT(d, link));
	CHECK_STR(d->uuid, UUID);
	CHECK_STR(d->type, TYPE);
	CHECK_STR(d->gpu, "0001:81:00.0");
	CHECK_STR(d->owner, "mdevctl");
	CHECK(d->autostart);
	definition_list_clear(&list);
	owner_of(UUID, owner);
	CHECK_STR(owner, "mdevctl");
	root_remove_file("etc/mdevctl.d/0001:81:00.0/" UUID);
	owner_of(UUID, owner);
	CHECK_STR(owner, "foreign");
}

/* One that cannot be told on the bus would hide all the others. */
static void definition_that_is_no_text_is_passed_over(void)
{
	struct definition_list list;

	root_write("etc/mdevctl.d/0001:81:00.0/" OTHER, "{ \"mdev_type\": \"nvmux-\xff\" }");
	root_write("etc/nvmux/vgpus.d/" OTHER ".conf", "[vgpu]\ntype=" TYPE "\nvm=\xff\n");
	LIST_INIT(&list);
	CHECK_INT(definition_load_mdevctl(&list), 0);
	CHECK(LIST_EMPTY(&list));
	CHECK_INT(definition_load(&list), 0);
	CHECK_STR(LIST_FIRST(&list)->vm, "");
	definition_list_clear(&list);
	root_remove_file("etc/nvmux/vgpus.d/" OTHER ".conf");
}

/* It would be another one after the next start of the daemon. */
static void definition_keeps_what_its_file_can_hold(void)
{
	char longest[300];

	CHECK(definition_keeps("") && definition_keeps("m1") && definition_keeps("m 1;x #2 \"y\""));
	CHECK(!definition_keeps(" m1") && !definition_keeps("m1 ") && !definition_keeps("\t"));
	CHECK(!definition_keeps("m1 ; x"));
	CHECK(!definition_keeps("m1\nautostart=yes") && !definition_keeps("m1\n"));
	memset(longest, 'x', sizeof(longest));
	longest[100] = '\0';
	CHECK(definition_keeps(longest));
	longest[100] = 'x';
	longest[250] = '\0';
	CHECK(!definition_keeps(longest));
}

static void autostart_makes_it_when_its_gpu_is_there(void)
{
	struct vgpu *vgpu;

	begin(NVMUX_MODE_VGPU);
	define(true);
	manager_gpu_observed(m, &played[0].gpu);
	run();
	CHECK_STR(played_calls, "a vgpu; ");
	vgpu = vgpu_find(&m->vgpus, UUID);
	CHECK(vgpu);
	CHECK_STR(vgpu->owner, "nvmux");
	CHECK_STR(definition_find(&m->definitions, UUID)->failure, "");
	manager_vgpu_gone(m, UUID);
	end();
}

static void autostart_makes_it_when_the_mode_comes(void)
{
	struct nvmux_gpu now;

	begin(NVMUX_MODE_HOST);
	define(true);
	manager_gpu_observed(m, &played[0].gpu);
	run();
	CHECK_STR(played_calls, "");
	now = played[0].gpu;
	now.mode = NVMUX_MODE_VGPU;
	now.target = NVMUX_MODE_VGPU;
	now.has |= NVMUX_HAS(NVMUX_A_GPU_TARGET);
	manager_gpu_observed(m, &now);
	run();
	CHECK_STR(played_calls, "");
	now.has &= ~NVMUX_HAS(NVMUX_A_GPU_TARGET);
	manager_gpu_observed(m, &now);
	run();
	CHECK_STR(played_calls, "a vgpu; ");
	end();
}

static void autostart_leaves_what_a_person_has_stopped(void)
{
	begin(NVMUX_MODE_VGPU);
	define(true);
	if (definition_set_stopped(UUID, true))
		abort();
	manager_gpu_observed(m, &played[0].gpu);
	run();
	CHECK_STR(played_calls, "");
	end();
	CHECK(!definition_is_stopped(UUID));
}

static void autostart_is_asked_for(void)
{
	begin(NVMUX_MODE_VGPU);
	define(false);
	manager_gpu_observed(m, &played[0].gpu);
	run();
	CHECK_STR(played_calls, "");
	end();
}

/* A daemon that starts anew lists the GPU before its vGPUs. */
static void autostart_is_content_with_what_is_there(void)
{
	struct nvmux_vgpu vgpu = { .uuid = UUID, .gpu = "a", .type = TYPE };

	begin(NVMUX_MODE_VGPU);
	define(true);
	CHECK_INT(owner_record(UUID, OWNER_NVMUX), 0);
	manager_gpu_observed(m, &played[0].gpu);
	manager_vgpu_observed(m, &vgpu);
	run();
	CHECK_STR(played_calls, "");
	CHECK_STR(definition_find(&m->definitions, UUID)->failure, "");
	CHECK_STR(vgpu_find(&m->vgpus, UUID)->owner, "nvmux");
	end();
}

static void autostart_that_fails_says_why(void)
{
	begin(NVMUX_MODE_VGPU);
	define(true);
	played[0].err = -ENOSPC;
	manager_gpu_observed(m, &played[0].gpu);
	run();
	CHECK_STR(definition_find(&m->definitions, UUID)->failure, "gpu a says no");
	CHECK(!definition_find(&m->definitions, UUID)->starting);
	end();
}

static void start_by_a_person_ends_the_stop(void)
{
	struct outcome o = { 0 };

	begin(NVMUX_MODE_VGPU);
	define(true);
	if (definition_set_stopped(UUID, true))
		abort();
	manager_gpu_observed(m, &played[0].gpu);
	CHECK_INT(action_start_vgpu(m, definition_find(&m->definitions, UUID), outcome_set, &o), 0);
	outcome_wait(m, &o);
	CHECK_INT(o.err, 0);
	CHECK(!definition_is_stopped(UUID));
	end();
}

static void deletion_of_a_defined_one_is_a_stop(void)
{
	struct nvmux_vgpu vgpu = { .uuid = UUID, .gpu = "a", .type = TYPE };
	struct outcome o = { 0 };

	begin(NVMUX_MODE_VGPU);
	define(true);
	manager_vgpu_observed(m, &vgpu);
	CHECK_INT(action_delete_vgpu(vgpu_find(&m->vgpus, UUID), outcome_set, &o), 0);
	outcome_wait(m, &o);
	CHECK_INT(o.err, 0);
	CHECK(definition_is_stopped(UUID));
	manager_gpu_observed(m, &played[0].gpu);
	run();
	CHECK_STR(played_calls, "");
	end();
}

/* One that came when nobody waited any more goes again, and may be made once more. */
static void deletion_that_nobody_asked_for_is_no_stop(void)
{
	struct nvmux_vgpu vgpu = { .uuid = UUID, .gpu = "a", .type = TYPE };

	begin(NVMUX_MODE_VGPU);
	define(true);
	manager_vgpu_observed(m, &vgpu);
	CHECK_INT(action_delete_vgpu(vgpu_find(&m->vgpus, UUID), NULL, NULL), 0);
	run();
	CHECK(!vgpu_find(&m->vgpus, UUID));
	CHECK(!definition_is_stopped(UUID));
	end();
}

static int exists_not(const char *uuid, const void *userdata)
{
	(void)uuid;
	(void)userdata;
	return 0;
}

/* The module was loaded anew while no daemon ran: the same UUID may be somebody else's now. */
static void owner_of_what_has_gone_is_forgotten(void)
{
	char owner[OWNER_SIZE];

	CHECK_INT(owner_record(UUID, OWNER_AUTO), 0);
	owner_of(UUID, owner);
	CHECK_STR(owner, "auto");
	owner_prune(exists_not, NULL);
	owner_of(UUID, owner);
	CHECK_STR(owner, "foreign");
}

int main(void)
{
	root_make();
	RUN(definition_is_read_back);
	RUN(definition_defined_again_is_replaced);
	RUN(definition_of_mdevctl_is_known_and_is_his);
	RUN(definition_that_is_no_text_is_passed_over);
	RUN(definition_keeps_what_its_file_can_hold);
	RUN(autostart_makes_it_when_its_gpu_is_there);
	RUN(autostart_makes_it_when_the_mode_comes);
	RUN(autostart_leaves_what_a_person_has_stopped);
	RUN(autostart_is_asked_for);
	RUN(autostart_is_content_with_what_is_there);
	RUN(autostart_that_fails_says_why);
	RUN(start_by_a_person_ends_the_stop);
	RUN(deletion_of_a_defined_one_is_a_stop);
	RUN(deletion_that_nobody_asked_for_is_no_stop);
	RUN(owner_of_what_has_gone_is_forgotten);
	return tap_end();
}
