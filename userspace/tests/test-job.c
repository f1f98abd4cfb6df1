// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs: how far they are, that a switch which waits is one job over all its tries, who is told of
 * the end, and what can be cancelled.
 */
#include <sys/stat.h>

#include "daemon/job.h"
#include "played-kernel.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define VGPU NVMUX_MODE_VGPU
#define PASS NVMUX_MODE_PASSTHROUGH
#define REFUSAL "gpu " BDF " is held by a vgpu"
#define UUID "c2177883-f1bb-47f0-914d-32a22e3a8804"
#define UUID_2 "22222222-f1bb-47f0-914d-32a22e3a8804"

static struct manager *m;
static struct played *board;
static struct outcome outcome;

static struct gpu *gpu(void)
{
	return gpu_find(&m->gpus, BDF);
}

static void begin(void)
{
	(void)config_store_gpu(BDF, &(struct gpu_wanted){ 0 });
	m = played_manager();
	board = played_add(BDF, VGPU, NVMUX_PARTITION_SAME_SIZE);
	manager_gpu_observed(m, &board->gpu);
	settle(m);
}

static struct job *set_mode(uint32_t mode, bool when_idle)
{
	const struct gpu_wanted wanted = { .mode = mode, .when_idle = when_idle };

	outcome = (struct outcome){ 0 };
	if (action_set_mode(gpu(), &wanted, outcome_set, &outcome) < 0)
		abort();
	settle(m);
	return job_find(m, m->last_job);
}

static void tell_step(uint32_t step, uint64_t done, uint64_t total)
{
	board->gpu.step = step;
	board->gpu.scrub_done = done;
	board->gpu.scrub_total = total;
	manager_gpu_observed(m, &board->gpu);
	settle(m);
}

static void tell_end(uint32_t mode)
{
	board->gpu.has &= ~NVMUX_HAS(NVMUX_A_GPU_TARGET);
	board->gpu.mode = mode;
	tell_step(0, 0, 0);
}

#define CHECK_STEP(job, name, n, percent)		\
	do {						\
		CHECK_STR((job)->step_name, name);	\
		CHECK_INT((job)->step, n);		\
		CHECK_INT((job)->progress, percent);	\
	} while (0)

static void job_follows_the_steps_of_a_switch(void)
{
	struct job *job;

	begin();
	board->hangs = true;
	job = set_mode(PASS, false);
	CHECK_STR(job->kind, "set-mode");
	CHECK_STR(job->target, "passthrough");
	CHECK_STR(job_state_str(job->state), "running");
	CHECK_INT(job->steps, 6);
	CHECK_STEP(job, "detach", 4, 50);
	tell_step(NVMUX_STEP_RESET, 0, 0);
	CHECK_STEP(job, "reset", 5, 66);
	tell_step(NVMUX_STEP_ATTACH, 0, 0);
	CHECK_STEP(job, "attach", 6, 83);
	tell_end(PASS);
	CHECK(outcome.ended);
	CHECK_STEP(job, "attach", 6, 100);
	CHECK_STR(job_result(job), "done");
	manager_free(m);
}

/* Half of the third step; when it fails the way back is told, and no step forward. */
static void job_tells_how_much_is_cleaned(void)
{
	struct job *job;

	begin();
	board->hangs = true;
	job = set_mode(PASS, false);
	board->gpu.step = NVMUX_STEP_CHECK;
	job->step = 1;
	job->progress = 0;
	tell_step(NVMUX_STEP_CLEAN, 1, 2);
	CHECK_STEP(job, "clean", 3, 41);
	tell_step(NVMUX_STEP_CHECK, 0, 0);
	CHECK_STEP(job, "check", 3, 41);
	tell_step(NVMUX_STEP_RESTORE, 0, 0);
	CHECK_STEP(job, "restore", 3, 41);
	snprintf(board->gpu.error, sizeof(board->gpu.error), "attach: no");
	tell_end(VGPU);
	CHECK_STR(job_result(job), "failed");
	CHECK_STR(job->error, "attach: no");
	manager_free(m);
}

static void job_of_a_scrub_has_one_step(void)
{
	struct outcome o = { 0 };
	struct job *job;

	begin();
	board->slow = true;
	action_scrub(gpu(), outcome_set, &o);
	settle(m);
	job = job_find(m, m->last_job);
	CHECK_STR(job->kind, "scrub");
	tell_step(0, 30, 100);
	CHECK_STEP(job, "clean", 1, 30);
	tell_end(VGPU);
	CHECK(o.ended);
	CHECK_STR(job_result(job), "done");
	manager_free(m);
}

static void create_vgpu(const char *uuid, struct outcome *o)
{
	struct vgpu_order order = { .type = TYPE, .numa_node = ASSIGN_ANY_NODE };

	*o = (struct outcome){ 0 };
	root_write("sys/bus/pci/devices/" BDF "/mdev_supported_types/nvmux-" TYPE "/create", "");
	snprintf(order.uuid, sizeof(order.uuid), "%s", uuid);
	if (action_create_vgpu(m, &order, outcome_set, o) < 0)
		abort();
	manager_kick(m);
}

/* The job that comes with the next turns. */
static struct job *next_job(void)
{
	uint32_t id = m->last_job + 1;

	for (int i = 0; i < 100 && !job_find(m, id); i++)
		sd_event_run(m->event, 1000);
	return job_find(m, id);
}

static void check_vgpu_job(struct job *job, const char *kind, const char *step,
			   const char *uuid)
{
	char text[REQUEST_TEXT_SIZE];

	CHECK_STR(job->kind, kind);
	CHECK_STR(job->target, uuid);
	CHECK_STR(job->gpu, BDF);
	CHECK(job_is_of_vgpu(job));
	CHECK_STEP(job, step, 1, 0);
	CHECK_INT(job_cancel(job, text, sizeof(text)), -EBUSY);
}

/* How far its GPU is cleaned meanwhile is none of its business. */
static void job_of_a_vgpu_is_there_until_it_is_published(void)
{
	struct outcome o;
	struct job *job;

	begin();
	create_vgpu(UUID, &o);
	job = next_job();
	check_vgpu_job(job, "create-vgpu", "publish", UUID);
	board->gpu.scrub_done = 30;
	board->gpu.scrub_total = 100;
	manager_gpu_observed(m, &board->gpu);
	CHECK_STEP(job, "publish", 1, 0);
	outcome_wait(m, &o);
	CHECK_INT(o.err, 0);
	CHECK_STR(job_result(job), "done");
	manager_free(m);
}

static void job_of_a_vgpu_is_there_until_it_is_removed(void)
{
	struct outcome o;
	struct job *job;

	begin();
	create_vgpu(UUID_2, &o);
	outcome_wait(m, &o);
	root_write("sys/bus/mdev/devices/" UUID_2 "/remove", "");
	o = (struct outcome){ 0 };
	action_delete_vgpu(vgpu_find(&m->vgpus, UUID_2), outcome_set, &o);
	job = next_job();
	check_vgpu_job(job, "delete-vgpu", "remove", UUID_2);
	outcome_wait(m, &o);
	CHECK_STR(job_result(job), "done");
	root_remove_file("sys/bus/mdev/devices/" UUID_2 "/remove");
	manager_free(m);
}

/* It would end before anybody could look at it. */
static void vgpu_that_is_refused_is_no_job(void)
{
	struct outcome o;

	begin();
	board->err = -ENOSPC;
	create_vgpu(UUID, &o);
	outcome_wait(m, &o);
	CHECK_INT(o.err, -ENOSPC);
	CHECK_INT(m->last_job, 0);
	manager_free(m);
}

static void job_that_is_refused_has_ended(void)
{
	struct job *job;

	begin();
	board->held = true;
	job = set_mode(PASS, false);
	CHECK_STR(job_result(job), "refused");
	CHECK_STR(job->error, REFUSAL);
	CHECK(!job->action);
	manager_free(m);
}

/* The second try is refused for another reason, the third succeeds. */
static void job_waits_and_goes_on(void)
{
	struct outcome end = { 0 };
	struct job *job;

	begin();
	board->held = true;
	m->config.idle_retry = 1000;
	job = set_mode(PASS, true);
	CHECK_INT(outcome.err, -EINPROGRESS);
	CHECK_STR(job_state_str(job->state), "waiting");
	CHECK_STR(job->error, REFUSAL);
	CHECK_INT(job_wait(job, outcome_set, &end), 0);
	for (int i = 0; i < 30; i++)
		sd_event_run(m->event, 1000);
	CHECK_INT(m->last_job, job->id);
	CHECK_STR(job_state_str(job->state), "waiting");
	board->held = false;
	outcome_wait(m, &end);
	CHECK(end.ended);
	CHECK_INT(end.err, 0);
	CHECK_INT(m->last_job, job->id);
	CHECK_STR(job_result(job), "done");
	manager_free(m);
}

static void job_that_waits_is_cancelled(void)
{
	struct gpu_wanted wanted = { 0 };
	char text[REQUEST_TEXT_SIZE];
	struct outcome end = { 0 };
	struct job *job;

	begin();
	board->held = true;
	job = set_mode(PASS, true);
	job_wait(job, outcome_set, &end);
	CHECK_INT(job_cancel(job, text, sizeof(text)), 0);
	CHECK_INT(end.err, -ECANCELED);
	CHECK_STR(end.text, "the switch of gpu " BDF " was cancelled");
	CHECK_STR(job_result(job), "cancelled");
	CHECK(!gpu()->waits);
	CHECK_INT(config_load_gpu(BDF, &wanted), 0);
	CHECK_INT(wanted.mode, VGPU);
	CHECK(!wanted.when_idle);
	board->held = false;
	manager_kick(m);
	settle(m);
	CHECK_INT(gpu()->observed.mode, VGPU);
	CHECK_INT(job_cancel(job, text, sizeof(text)), -EINVAL);
	manager_free(m);
}

/* The kernel has been asked: too late. */
static void job_at_the_kernel_is_not_cancelled(void)
{
	char text[REQUEST_TEXT_SIZE];
	struct job *job;

	begin();
	board->hangs = true;
	job = set_mode(PASS, false);
	CHECK_INT(job_cancel(job, text, sizeof(text)), -EBUSY);
	CHECK_STR(text, "job 1 cannot be cancelled, gpu " BDF " is at step detach");
	CHECK(!outcome.ended);
	tell_end(PASS);
	CHECK_INT(outcome.err, 0);
	manager_free(m);
}

static bool is_file(const char *path)
{
	char full[256];
	struct stat st;

	snprintf(full, sizeof(full), "%s/%s", root_dir, path);
	return stat(full, &st) == 0;
}

/* A hook that does not end is at it; what comes after the switch is done all the same. */
static void job_before_the_kernel_is_cancelled(void)
{
	char text[REQUEST_TEXT_SIZE], path[256];
	struct job *job;

	begin();
	root_write("etc/nvmux/hooks.d/10-slow", "#!/bin/sh\n"
		   "[ $NVMUX_PHASE = post ] && touch $NVMUX_ROOT/post && exit\n"
		   "touch $NVMUX_ROOT/pre; sleep 3\n");
	snprintf(path, sizeof(path), "%s/etc/nvmux/hooks.d/10-slow", root_dir);
	if (chmod(path, 0755) < 0)
		abort();
	job = set_mode(PASS, false);
	for (int i = 0; i < 1000 && !is_file("pre"); i++)
		sd_event_run(m->event, 10000);
	CHECK_STEP(job, "prepare", 1, 0);
	CHECK_INT(job_cancel(job, text, sizeof(text)), 0);
	CHECK_INT(outcome.err, -ECANCELED);
	for (int i = 0; i < 1000 && gpu()->around; i++)
		sd_event_run(m->event, 10000);
	CHECK(is_file("post"));
	CHECK_INT(gpu()->observed.mode, VGPU);
	CHECK_STR(played_calls, "");
	root_remove_file("etc/nvmux/hooks.d/10-slow");
	manager_free(m);
}

static void job_that_waits_ends_with_another_switch(void)
{
	struct job *first, *second;

	begin();
	board->held = true;
	first = set_mode(PASS, true);
	second = set_mode(NVMUX_MODE_HOST, true);
	CHECK(first != second);
	CHECK_STR(job_result(first), "cancelled");
	CHECK_STR(job_state_str(second->state), "waiting");
	board->held = false;
	set_mode(PASS, false);
	CHECK_STR(job_result(second), "cancelled");
	CHECK_STR(second->error, "another mode is configured now");
	manager_free(m);
}

static void job_that_waits_ends_with_its_gpu(void)
{
	struct job *job;

	begin();
	board->held = true;
	job = set_mode(PASS, true);
	manager_gpu_gone(m, BDF);
	settle(m);
	CHECK_STR(job_result(job), "refused");
	CHECK_STR(job->error, "gpu " BDF " is gone");
	manager_free(m);
}

/* Who comes late is told at once, for some time. */
static void jobs_that_have_ended_are_remembered(void)
{
	struct outcome end = { 0 };

	begin();
	set_mode(PASS, false);
	CHECK_INT(job_wait(job_find(m, 1), outcome_set, &end), 0);
	CHECK(end.ended);
	for (int i = 0; i < 31; i++)
		set_mode(i % 2 ? PASS : VGPU, false);
	CHECK(job_find(m, 1));
	set_mode(PASS, false);
	CHECK(!job_find(m, 1));
	CHECK(job_find(m, 2));
	manager_free(m);
}

static void many_vgpus_do_not_push_out_a_switch(void)
{
	char uuid[NVMUX_UUID_SIZE];
	struct outcome o;

	begin();
	board->max = 40;
	set_mode(VGPU, false);
	for (int i = 0; i < 33; i++) {
		snprintf(uuid, sizeof(uuid), "c2177883-f1bb-47f0-914d-32a22e3a88%02x", i);
		create_vgpu(uuid, &o);
		outcome_wait(m, &o);
	}
	CHECK_INT(m->last_job, 34);
	CHECK(job_find(m, 1));
	CHECK(!job_find(m, 2));
	CHECK(job_find(m, 3));
	manager_free(m);
}

static void waiters_have_a_limit_and_are_told_of_the_end(void)
{
	static struct outcome ends[65];
	struct job *job;

	begin();
	board->hangs = true;
	job = set_mode(PASS, false);
	for (int i = 0; i < 64; i++)
		CHECK_INT(job_wait(job, outcome_set, &ends[i]), 0);
	CHECK_INT(job_wait(job, outcome_set, &ends[64]), -EUSERS);
	manager_free(m);
	CHECK(ends[0].ended && ends[63].ended && !ends[64].ended);
	CHECK_INT(ends[63].err, -ESHUTDOWN);
}

int main(void)
{
	root_make();
	RUN(job_follows_the_steps_of_a_switch);
	RUN(job_tells_how_much_is_cleaned);
	RUN(job_of_a_scrub_has_one_step);
	RUN(job_of_a_vgpu_is_there_until_it_is_published);
	RUN(job_of_a_vgpu_is_there_until_it_is_removed);
	RUN(vgpu_that_is_refused_is_no_job);
	RUN(job_that_is_refused_has_ended);
	RUN(job_waits_and_goes_on);
	RUN(job_that_waits_is_cancelled);
	RUN(job_at_the_kernel_is_not_cancelled);
	RUN(job_before_the_kernel_is_cancelled);
	RUN(job_that_waits_ends_with_another_switch);
	RUN(job_that_waits_ends_with_its_gpu);
	RUN(jobs_that_have_ended_are_remembered);
	RUN(many_vgpus_do_not_push_out_a_switch);
	RUN(waiters_have_a_limit_and_are_told_of_the_end);
	return tap_end();
}
