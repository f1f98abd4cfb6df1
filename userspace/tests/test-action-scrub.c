// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of whole GPUs: overwritten when asked, after a VM, and as the policy says.
 */
#include <stdarg.h>

#include "daemon/action.h"
#include "daemon/tenant.h"
#include "daemon/unclean.h"
#include "played-kernel.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define VM "c2177883-f1bb-47f0-914d-32a22e3a8804"

static struct manager *m;

static struct gpu *begin(uint32_t mode)
{
	m = played_manager();
	root_write("etc/nvmux/gpus.d/" BDF ".conf", "[gpu]\n");
	played_add(BDF, mode, NVMUX_PARTITION_SAME_SIZE)->slow = true;
	manager_gpu_observed(m, &played_find(BDF)->gpu);
	settle(m);
	return gpu_find(&m->gpus, BDF);
}

/* The kernel tells how far it is; total 0 is the end, with @error or well. */
static void tell(uint64_t done, uint64_t total, const char *error)
{
	struct nvmux_gpu *gpu = &played_find(BDF)->gpu;

	gpu->scrub_done = done;
	gpu->scrub_total = total;
	if (!total)
		gpu->has &= ~NVMUX_HAS(NVMUX_A_GPU_TARGET);
	snprintf(gpu->error, sizeof(gpu->error), "%s", error);
	manager_gpu_observed(m, gpu);
	settle(m);
}

static void ask(struct gpu *gpu, struct outcome *o)
{
	*o = (struct outcome){ 0 };
	if (action_scrub(gpu, outcome_set, o) < 0)
		abort();
	settle(m);
}

static void scrub_ends_when_the_kernel_is_done(void)
{
	struct gpu *gpu = begin(NVMUX_MODE_PASSTHROUGH);
	struct outcome o;

	ask(gpu, &o);
	CHECK_STR(played_calls, BDF " scrub; ");
	CHECK(!o.ended);
	tell(50, 100, "");
	CHECK(!o.ended);
	tell(0, 0, "");
	CHECK(o.ended);
	CHECK_INT(o.err, 0);
	manager_free(m);
}

static void scrub_tells_why_it_failed(void)
{
	struct gpu *gpu = begin(NVMUX_MODE_PASSTHROUGH);
	struct outcome o;

	ask(gpu, &o);
	tell(0, 0, "clean: memory at 64 MiB does not take zeroes");
	CHECK_INT(o.err, -EIO);
	CHECK_STR(o.text, "clean: memory at 64 MiB does not take zeroes");
	played_find(BDF)->held = true;
	ask(gpu, &o);
	CHECK_INT(o.err, -EBUSY);
	CHECK_STR(o.text, "gpu " BDF " is open through vfio (iommu group 7)");
	manager_free(m);
}

/* What goes on is not late, what does not is. */
static void scrub_has_a_deadline_that_moves(void)
{
	struct gpu *gpu = begin(NVMUX_MODE_PASSTHROUGH);
	struct outcome o;

	m->config.switch_timeout = 300000;
	ask(gpu, &o);
	for (int i = 1; i < 10 && !o.ended; i++) {
		usleep(60000);
		tell(i, 100, "");
	}
	CHECK(!o.ended);
	outcome_wait(m, &o);
	CHECK_INT(o.err, -ETIMEDOUT);
	manager_free(m);
}

/* A VM that has the GPU whole; it ends when its claim is dropped. */
static void vm_ends(void)
{
	struct claim *claim = claim_new(&m->claims, "m1", VM);

	if (!claim || strset_add(&claim->gpus, BDF) < 0)
		abort();
	tenant_release(m, "m1", VM);
	settle(m);
}

static void gpu_is_cleaned_after_its_vm(void)
{
	begin(NVMUX_MODE_PASSTHROUGH);
	vm_ends();
	CHECK_STR(played_calls, BDF " scrub; ");
	manager_free(m);
}

/* Until a cleaning has succeeded, and one at a time. */
static void gpu_is_owed_a_cleaning(void)
{
	struct gpu *gpu = begin(NVMUX_MODE_PASSTHROUGH);

	vm_ends();
	CHECK(unclean_is(gpu));
	unclean_kick(m);
	settle(m);
	CHECK_STR(played_calls, BDF " scrub; ");
	tell(0, 0, "clean: somebody has come");
	CHECK(unclean_is(gpu));
	unclean_kick(m);
	settle(m);
	CHECK_STR(played_calls, BDF " scrub; " BDF " scrub; ");
	tell(50, 100, "");
	tell(0, 0, "");
	CHECK(!unclean_is(gpu));
	manager_free(m);
}

/* The kernel cleans it before anybody else gets it whole. */
static void gpu_that_is_switched_owes_nothing(void)
{
	struct gpu *gpu = begin(NVMUX_MODE_PASSTHROUGH);

	played_find(BDF)->held = true;
	vm_ends();
	CHECK(unclean_is(gpu));
	played_find(BDF)->gpu.mode = NVMUX_MODE_HOST;
	manager_gpu_observed(m, &played_find(BDF)->gpu);
	played_find(BDF)->gpu.mode = NVMUX_MODE_PASSTHROUGH;
	manager_gpu_observed(m, &played_find(BDF)->gpu);
	CHECK(!unclean_is(gpu));
	manager_free(m);
}

static void gpu_is_not_cleaned_against_the_policy(void)
{
	begin(NVMUX_MODE_PASSTHROUGH);
	m->config.scrub = SCRUB_OFF;
	vm_ends();
	CHECK_STR(played_calls, "");
	manager_free(m);
}

static void gpu_in_another_mode_is_not_cleaned(void)
{
	begin(NVMUX_MODE_HOST);
	vm_ends();
	CHECK_STR(played_calls, "");
	manager_free(m);
}

static void gpu_that_a_vm_is_about_to_have_is_not_cleaned(void)
{
	struct gpu *gpu = begin(NVMUX_MODE_PASSTHROUGH);
	struct claim *claim = claim_new(&m->claims, "m2", VM);
	struct outcome o;

	if (!claim || strset_add(&claim->gpus, BDF) < 0)
		abort();
	root_write("run/libvirt/qemu/m2.pid", "1\n");
	root_write("proc/1/comm", "systemd\n");
	ask(gpu, &o);
	CHECK_INT(o.err, -EBUSY);
	CHECK_STR(o.text, "gpu " BDF " is claimed by vm m2");
	CHECK_STR(played_calls, "");
	manager_free(m);
}

static void switch_asks_as_the_policy_says(void)
{
	static const struct { uint32_t policy, mode; const char *calls; } rows[] = {
		{ SCRUB_BETWEEN_TENANTS, NVMUX_MODE_PASSTHROUGH, BDF " passthrough; " },
		{ SCRUB_ALWAYS, NVMUX_MODE_PASSTHROUGH, BDF " passthrough scrub; " },
		{ SCRUB_OFF, NVMUX_MODE_PASSTHROUGH, BDF " passthrough no-scrub; " },
		{ SCRUB_ALWAYS, NVMUX_MODE_VGPU, BDF " vgpu; " },
		{ SCRUB_OFF, NVMUX_MODE_VGPU, BDF " vgpu; " },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gpu *gpu = begin(NVMUX_MODE_HOST);
		struct gpu_wanted wanted = { .mode = rows[i].mode };
		struct outcome o = { 0 };

		m->config.scrub = rows[i].policy;
		if (action_set_mode(gpu, &wanted, outcome_set, &o) < 0)
			abort();
		outcome_wait(m, &o);
		CHECK_STR(played_calls, rows[i].calls);
		manager_free(m);
	}
}

/* Who wants another mode waits for the end of the cleaning. */
static void switch_waits_for_a_cleaning(void)
{
	struct gpu *gpu = begin(NVMUX_MODE_PASSTHROUGH);
	struct gpu_wanted wanted = { .mode = NVMUX_MODE_VGPU };
	struct outcome scrub, o = { 0 };

	ask(gpu, &scrub);
	if (action_set_mode(gpu, &wanted, outcome_set, &o) < 0)
		abort();
	settle(m);
	tell(50, 100, "");
	CHECK(!o.ended);
	CHECK_STR(played_calls, BDF " scrub; ");
	tell(0, 0, "");
	CHECK_INT(scrub.err, 0);
	CHECK_INT(o.err, 0);
	CHECK_STR(played_calls, BDF " scrub; " BDF " vgpu; ");
	manager_free(m);
}

int main(void)
{
	root_make();
	RUN(scrub_ends_when_the_kernel_is_done);
	RUN(scrub_tells_why_it_failed);
	RUN(scrub_has_a_deadline_that_moves);
	RUN(gpu_is_cleaned_after_its_vm);
	RUN(gpu_is_owed_a_cleaning);
	RUN(gpu_that_is_switched_owes_nothing);
	RUN(gpu_is_not_cleaned_against_the_policy);
	RUN(gpu_in_another_mode_is_not_cleaned);
	RUN(gpu_that_a_vm_is_about_to_have_is_not_cleaned);
	RUN(switch_waits_for_a_cleaning);
	RUN(switch_asks_as_the_policy_says);
	return tap_end();
}
