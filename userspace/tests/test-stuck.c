// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes that do not come back (I8): the children are played, so that they can be as stuck as no
 * signal could end.
 */
#include <errno.h>

#include "daemon/action.h"
#include "daemon/child.h"
#include "daemon/stuck.h"
#include "played-kernel.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define OTHER "0001:e2:00.0"

struct child {
	child_done_t done;
	void *userdata;
	void (*ended)(void *userdata);
	void *ended_userdata;
};

static struct child played_child;

int child_write(sd_event *event, const char *path, const char *text, uint64_t timeout,
		child_done_t done, void *userdata, struct child **ret)
{
	(void)event;
	(void)path;
	(void)text;
	(void)timeout;
	played_child = (struct child){ .done = done, .userdata = userdata };
	*ret = &played_child;
	return 0;
}

int child_exec(sd_event *event, const char *path, char *const *env, uint64_t timeout,
	       child_done_t done, void *userdata, struct child **ret)
{
	(void)event;
	(void)path;
	(void)env;
	(void)timeout;
	(void)done;
	(void)userdata;
	(void)ret;
	return -ENOSYS;
}

const char *child_last_line(const struct child *child)
{
	(void)child;
	return "";
}

void child_forget(struct child *child)
{
	if (child)
		child->done = NULL;
}

void child_cancel(struct child *child)
{
	child_forget(child);
}

void child_when_ended(struct child *child, void (*ended)(void *userdata), void *userdata)
{
	child->ended = ended;
	child->ended_userdata = userdata;
}

static struct manager *manager;
static struct outcome outcome;

static struct gpu *gpu(void)
{
	return gpu_find(&manager->gpus, BDF);
}

static void begin(void)
{
	manager = played_manager();
	manager_gpu_observed(manager, &played_add(BDF, NVMUX_MODE_VGPU, 1)->gpu);
	manager_gpu_observed(manager, &played_add(OTHER, NVMUX_MODE_VGPU, 1)->gpu);
	settle(manager);
}

/* @err: what becomes of the write, if there is one */
static void create(const char *where, int err)
{
	struct vgpu_order order = { .type = TYPE, .uuid = "c2177883-f1bb-47f0-914d-32a22e3a8804",
				    .numa_node = ASSIGN_ANY_NODE };

	strcpy(order.gpu, where);
	outcome = (struct outcome){ 0 };
	played_child = (struct child){ 0 };
	if (action_create_vgpu(manager, &order, outcome_set, &outcome) < 0)
		abort();
	settle(manager);
	if (played_child.done)
		played_child.done(played_child.userdata, err);
	settle(manager);
	manager_vgpu_gone(manager, order.uuid);
}

static void stuck_write_quarantines_its_gpu(void)
{
	begin();
	create(BDF, -ETIMEDOUT);
	CHECK_INT(outcome.err, -ETIMEDOUT);
	CHECK_STR(gpu_quarantine(gpu()), "a write to create of an mdev type does not come back");
	CHECK(played_child.ended);
	played_calls[0] = '\0';
	create(BDF, 0);
	CHECK_INT(outcome.err, -EIO);
	CHECK_STR(outcome.text, "gpu " BDF " is quarantined: "
				"a write to create of an mdev type does not come back");
	CHECK_STR(played_calls, "");
	manager_free(manager);
}

static void stuck_write_leaves_the_others_alone(void)
{
	begin();
	create(BDF, -ETIMEDOUT);
	create(OTHER, 0);
	CHECK_INT(outcome.err, 0);
	CHECK_STR(gpu_quarantine(gpu_find(&manager->gpus, OTHER)), "");
	create("", 0);
	CHECK_INT(outcome.err, 0);
	manager_free(manager);
}

static void stuck_write_that_comes_back_ends_it(void)
{
	struct child first;

	begin();
	create(BDF, -ETIMEDOUT);
	first = played_child;
	CHECK(first.ended);
	first.ended(first.ended_userdata);
	settle(manager);
	CHECK_STR(gpu_quarantine(gpu()), "");
	create(BDF, 0);
	CHECK_INT(outcome.err, 0);
	manager_free(manager);
}

static void stuck_write_that_comes_back_lets_defined_vgpus_start(void)
{
	struct definition d = { .uuid = "0badcafe-f1bb-47f0-914d-32a22e3a8804", .gpu = BDF,
				.type = TYPE, .autostart = true };
	struct child first;

	begin();
	create(BDF, -ETIMEDOUT);
	first = played_child;
	played_child = (struct child){ 0 };
	if (definition_keep(&manager->definitions, &d) < 0)
		abort();
	action_restore_vgpus(gpu());
	settle(manager);
	CHECK(!played_child.done);
	first.ended(first.ended_userdata);
	settle(manager);
	CHECK(played_child.done);
	manager_free(manager);
}

/* It has made the vGPU after all, which the kernel told when nobody waited any more. */
static void stuck_write_makes_no_vgpu_in_the_end(void)
{
	struct child first;

	begin();
	create(BDF, -ETIMEDOUT);
	first = played_child;
	played_vgpu_on = BDF;
	first.ended(first.ended_userdata);
	CHECK(!LIST_EMPTY(&manager->vgpus));
	settle(manager);
	CHECK(LIST_EMPTY(&manager->vgpus));
	create(BDF, -ETIMEDOUT);
	first = played_child;
	played_vgpu_on = OTHER;
	first.ended(first.ended_userdata);
	CHECK(TAILQ_EMPTY(&manager->queue));
	played_vgpu_on = "";
	manager_free(manager);
}

/* The board was pulled out meanwhile, and one sits there again. */
static void stuck_write_of_a_board_that_has_gone(void)
{
	struct child first;

	begin();
	create(BDF, -ETIMEDOUT);
	first = played_child;
	manager_gpu_gone(manager, BDF);
	manager_gpu_observed(manager, &played_find(BDF)->gpu);
	CHECK_STR(gpu_quarantine(gpu()), "");
	first.ended(first.ended_userdata);
	CHECK_STR(gpu_quarantine(gpu()), "");
	/* the new one's own are counted from the start */
	create(BDF, -ETIMEDOUT);
	CHECK(played_child.ended);
	played_child.ended(played_child.ended_userdata);
	CHECK_STR(gpu_quarantine(gpu()), "");
	manager_free(manager);
}

int main(void)
{
	root_make();
	RUN(stuck_write_quarantines_its_gpu);
	RUN(stuck_write_leaves_the_others_alone);
	RUN(stuck_write_that_comes_back_ends_it);
	RUN(stuck_write_that_comes_back_lets_defined_vgpus_start);
	RUN(stuck_write_makes_no_vgpu_in_the_end);
	RUN(stuck_write_of_a_board_that_has_gone);
	return tap_end();
}
