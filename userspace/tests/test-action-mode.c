// SPDX-License-Identifier: GPL-2.0-only
/*
 * Switches that are refused because of a holder, at once or until it lets go.
 */
#include <errno.h>

#include "daemon/action.h"
#include "daemon/policy.h"
#include "played-kernel.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define HOST NVMUX_MODE_HOST
#define VGPU NVMUX_MODE_VGPU
#define PASS NVMUX_MODE_PASSTHROUGH
#define REFUSAL "gpu " BDF " is held by a vgpu"

static struct manager *manager;
static struct played *board;
static struct outcome outcome;

static struct gpu *gpu(void)
{
	return gpu_find(&manager->gpus, BDF);
}

/* A daemon that starts; what is configured stays from the last one. */
static void start(uint32_t mode, bool held)
{
	manager = played_manager();
	board = played_add(BDF, mode, 0);
	board->held = held;
	manager_gpu_observed(manager, &board->gpu);
	settle(manager);
}

static void begin(uint32_t mode, bool held)
{
	(void)config_store_gpu(BDF, &(struct gpu_wanted){ 0 });
	start(mode, held);
}

static void set_mode(uint32_t mode, bool detach, bool when_idle)
{
	const struct gpu_wanted wanted = {
		.mode = mode, .detach = detach, .when_idle = when_idle,
	};

	outcome = (struct outcome){ 0 };
	if (action_set_mode(gpu(), &wanted, outcome_set, &outcome) < 0)
		abort();
	outcome_wait(manager, &outcome);
}

static void let_go(void)
{
	const struct nvmux_vgpu vgpu = { .gpu = BDF, .uuid = "u" };

	board->held = false;
	manager_vgpu_observed(manager, &vgpu);
	manager_vgpu_gone(manager, "u");
	settle(manager);
}

static void check_pending(const char *want)
{
	char text[REQUEST_TEXT_SIZE];

	policy_pending(gpu(), text, sizeof(text));
	CHECK_STR(text, want);
}

static void mode_refused_is_not_kept(void)
{
	begin(VGPU, true);
	set_mode(PASS, false, false);
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_STR(outcome.text, REFUSAL);
	check_pending("");
	let_go();
	CHECK_INT(gpu()->observed.mode, VGPU);
	manager_free(manager);
}

/* The module knows the vGPU only: nobody uses it, somebody has its file. */
static void mode_refused_names_who_has_opened_the_vgpu(void)
{
	struct nvmux_vgpu vgpu = { .gpu = BDF, .uuid = "u7", .state = NVMUX_VGPU_STATE_PUBLISHED };

	begin(VGPU, true);
	manager_vgpu_observed(manager, &vgpu);
	root_write("sys/bus/mdev/devices/u7/vfio-dev/vfio3/dev", "511:3\n");
	root_write("proc/58/comm", "qemu\n");
	root_link("proc/58/fd/9", "/dev/vfio/devices/vfio3");
	set_mode(PASS, false, false);
	CHECK_STR(outcome.text, REFUSAL "; held by pid 58 (qemu)");
	manager_free(manager);
}

/* The domain is between libvirt's hook and its process: only the claim tells. */
static void mode_of_a_claimed_gpu_is_kept(void)
{
	struct claim *claim;

	begin(HOST, false);
	claim = claim_new(&manager->claims, "m2", "6f2b0a1c-0000-4000-8000-0000000000a2");
	CHECK(claim);
	CHECK_INT(strset_add(&claim->gpus, BDF), 0);
	root_write("run/libvirt/qemu/m2.pid", "1\n");
	set_mode(VGPU, false, false);
	root_remove_file("run/libvirt/qemu/m2.pid");
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_STR(outcome.text, "gpu " BDF " is claimed by vm m2");
	CHECK_INT(gpu()->observed.mode, HOST);
	claim_free(claim);
	manager_free(manager);
}

static void mode_when_idle_is_pending(void)
{
	struct gpu_wanted wanted = { 0 };

	begin(VGPU, true);
	set_mode(PASS, false, true);
	CHECK_INT(outcome.err, -EINPROGRESS);
	CHECK_STR(outcome.text, REFUSAL "; switching to passthrough mode when it is idle");
	CHECK_INT(config_load_gpu(BDF, &wanted), 0);
	CHECK_INT(wanted.mode, PASS);
	CHECK(wanted.when_idle);
	check_pending(REFUSAL);
	CHECK_INT(gpu()->observed.mode, VGPU);
	manager_free(manager);
}

static void mode_when_idle_follows_the_holder(void)
{
	begin(VGPU, true);
	set_mode(PASS, false, true);
	let_go();
	CHECK_INT(gpu()->observed.mode, PASS);
	CHECK(!gpu()->waits);
	check_pending("");
	CHECK_STR(played_calls, BDF " passthrough; " BDF " passthrough; ");
	manager_free(manager);
}

static void mode_when_idle_is_tried_now_and_then(void)
{
	begin(VGPU, true);
	manager->config.idle_retry = 1000;
	set_mode(PASS, false, true);
	for (int i = 0; i < 20 && gpu()->observed.mode != PASS; i++) {
		board->held = i < 10;
		(void)sd_event_run(manager->event, 10000);
	}
	CHECK_INT(gpu()->observed.mode, PASS);
	manager_free(manager);
}

static void mode_when_idle_is_replaced(void)
{
	begin(VGPU, true);
	set_mode(PASS, false, true);
	set_mode(VGPU, false, false);
	CHECK_INT(outcome.err, 0);
	CHECK(!gpu()->waits);
	let_go();
	CHECK_INT(gpu()->observed.mode, VGPU);
	CHECK_STR(played_calls, BDF " passthrough; ");
	manager_free(manager);
}

static void mode_when_idle_the_last_counts(void)
{
	begin(VGPU, true);
	set_mode(PASS, false, true);
	set_mode(HOST, false, true);
	CHECK_INT(outcome.err, -EINPROGRESS);
	let_go();
	CHECK_INT(gpu()->observed.mode, HOST);
	manager_free(manager);
}

static void mode_when_idle_outlives_the_daemon(void)
{
	begin(VGPU, true);
	set_mode(PASS, false, true);
	manager_free(manager);
	start(VGPU, true);
	CHECK(gpu()->waits);
	check_pending(REFUSAL);
	let_go();
	CHECK_INT(gpu()->observed.mode, PASS);
	manager_free(manager);
}

/* The daemon starts while the kernel switches, and somebody wants something else meanwhile. */
static void mode_set_during_a_switch_is_obeyed(void)
{
	const struct gpu_wanted wanted = { .mode = PASS };

	(void)config_store_gpu(BDF, &wanted);
	manager = played_manager();
	board = played_add(BDF, VGPU, 0);
	board->held = true;
	board->gpu.has |= NVMUX_HAS(NVMUX_A_GPU_TARGET);
	board->gpu.target = PASS;
	manager_gpu_observed(manager, &board->gpu);
	set_mode(HOST, false, true);
	CHECK_INT(outcome.err, -EINPROGRESS);
	board->held = false;
	board->gpu.has = 0;
	manager_gpu_observed(manager, &board->gpu);
	settle(manager);
	CHECK_INT(gpu()->observed.mode, HOST);
	CHECK(!strstr(played_calls, "passthrough"));
	manager_free(manager);
}

static void mode_when_idle_does_not_wait_for_a_driver(void)
{
	begin(HOST, true);
	strcpy(board->gpu.driver, "nouveau");
	manager_gpu_observed(manager, &board->gpu);
	set_mode(VGPU, false, true);
	CHECK_INT(outcome.err, -EBUSY);
	CHECK(!gpu()->waits);
	manager_free(manager);
}

static void mode_of_a_used_host_driver_is_kept(void)
{
	root_write("sys/bus/pci/devices/" BDF "/drm/card0/dev", "226:0\n");
	root_write("proc/9/comm", "Xorg\n");
	root_link("proc/9/fd/3", "/dev/dri/card0");
	begin(HOST, false);
	set_mode(VGPU, true, false);
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_STR(outcome.text, "gpu " BDF " is held by /dev/dri/card0, pid 9 (Xorg)");
	CHECK_STR(played_calls, "");
	manager_free(manager);
}

static void mode_of_an_excluded_gpu_stays(void)
{
	begin(HOST, false);
	(void)strset_add(&manager->config.exclude, BDF);
	set_mode(VGPU, true, false);
	CHECK_INT(outcome.err, -EACCES);
	CHECK_STR(outcome.text, "gpu " BDF " is excluded in nvmux.conf");
	CHECK_STR(played_calls, "");
	manager_free(manager);
}

static void mode_of_the_console_takes_force(void)
{
	struct gpu_wanted wanted = { .mode = VGPU };

	root_write("sys/bus/pci/devices/" BDF "/graphics/fb0/dev", "29:0\n");
	root_write("sys/class/graphics/fb0/dev", "29:0\n");
	begin(HOST, false);
	set_mode(VGPU, false, false);
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_STR(outcome.text, "gpu " BDF " has the only framebuffer of the host");
	CHECK_STR(played_calls, "");
	wanted.force = true;
	outcome = (struct outcome){ 0 };
	(void)action_set_mode(gpu(), &wanted, outcome_set, &outcome);
	outcome_wait(manager, &outcome);
	CHECK_INT(outcome.err, 0);
	CHECK_INT(config_load_gpu(BDF, &wanted), 0);
	CHECK(wanted.force);
	manager_free(manager);
}

static void quarantine(const char *why)
{
	board->gpu.has |= NVMUX_HAS(NVMUX_A_GPU_QUARANTINE);
	strcpy(board->gpu.quarantine, why);
	manager_gpu_observed(manager, &board->gpu);
	settle(manager);
}

static void recover(void)
{
	const struct gpu_wanted options = { 0 };

	outcome = (struct outcome){ 0 };
	if (action_recover(gpu(), &options, outcome_set, &outcome) < 0)
		abort();
	outcome_wait(manager, &outcome);
	settle(manager);
}

static void recover_leads_back_to_the_configured_mode(void)
{
	begin(HOST, false);
	set_mode(VGPU, false, false);
	quarantine("does not answer");
	set_mode(PASS, false, false);
	recover();
	CHECK_INT(outcome.err, 0);
	CHECK_INT(gpu()->observed.mode, VGPU);
	check_pending("");
	CHECK(strstr(played_calls, BDF " recover; " BDF " vgpu; "));
	manager_free(manager);
}

static void recover_of_a_dead_board_says_why(void)
{
	begin(HOST, true);
	quarantine("does not answer");
	recover();
	CHECK_INT(outcome.err, -EIO);
	CHECK_STR(outcome.text, "does not answer");
	CHECK_STR(played_calls, BDF " recover; ");
	manager_free(manager);
}

static void recover_of_a_sound_board_is_refused(void)
{
	begin(HOST, false);
	recover();
	CHECK_INT(outcome.err, -EINVAL);
	CHECK_STR(outcome.text, "gpu " BDF " is not quarantined");
	manager_free(manager);
}

/* Nobody asks for its modes until it has been recovered. */
static void recover_is_not_done_by_itself(void)
{
	const struct gpu_wanted wanted = { .mode = VGPU };

	(void)config_store_gpu(BDF, &wanted);
	manager = played_manager();
	board = played_add(BDF, HOST, 0);
	quarantine("does not answer");
	CHECK_STR(played_calls, "");
	check_pending("gpu " BDF " is quarantined: does not answer");
	recover();
	CHECK_INT(gpu()->observed.mode, VGPU);
	check_pending("");
	manager_free(manager);
}

static void hang(void)
{
	begin(HOST, false);
	board->hangs = true;
	strcpy(board->gpu.driver, "nouveau");
	manager_gpu_observed(manager, &board->gpu);
	manager->config.switch_timeout = 100000;
	set_mode(VGPU, false, false);
}

static void come_to_end(uint32_t mode)
{
	board->hangs = false;
	board->gpu.has = 0;
	board->gpu.target = 0;
	board->gpu.mode = mode;
	manager_gpu_observed(manager, &board->gpu);
	settle(manager);
}

#define LETS_NOT_GO "driver nouveau does not let go"

static void stuck_driver_is_named_and_quarantined(void)
{
	hang();
	CHECK_INT(outcome.err, -ETIMEDOUT);
	CHECK_STR(outcome.text, "gpu " BDF " has not reached vgpu mode in time, the switch goes on: "
				LETS_NOT_GO);
	CHECK_STR(gpu_quarantine(gpu()), LETS_NOT_GO);
	set_mode(PASS, false, false);
	CHECK_INT(outcome.err, -EIO);
	CHECK_STR(outcome.text, "gpu " BDF " is quarantined: " LETS_NOT_GO);
	manager_free(manager);
}

static void stuck_gpu_lets_others_work(void)
{
	const struct gpu_wanted wanted = { .mode = VGPU };
	struct played *other;

	hang();
	other = played_add("0001:e2:00.0", HOST, 0);
	manager_gpu_observed(manager, &other->gpu);
	outcome = (struct outcome){ 0 };
	(void)action_set_mode(gpu_find(&manager->gpus, "0001:e2:00.0"), &wanted, outcome_set,
			      &outcome);
	outcome_wait(manager, &outcome);
	CHECK_INT(outcome.err, 0);
	manager_free(manager);
}

/* What nobody has confirmed is not kept: the mode that is configured counts. */
static void stuck_gpu_that_comes_back_converges(void)
{
	const struct gpu_wanted host = { .mode = HOST };

	(void)config_store_gpu(BDF, &host);
	start(HOST, false);
	board->hangs = true;
	manager->config.switch_timeout = 100000;
	set_mode(VGPU, false, false);
	CHECK_INT(outcome.err, -ETIMEDOUT);
	come_to_end(VGPU);
	CHECK_STR(gpu_quarantine(gpu()), "");
	CHECK_INT(gpu()->observed.mode, HOST);
	check_pending("");
	manager_free(manager);
}

int main(void)
{
	root_make();
	root_write("proc/1/comm", "init\n");
	RUN(mode_refused_is_not_kept);
	RUN(mode_refused_names_who_has_opened_the_vgpu);
	RUN(mode_of_a_claimed_gpu_is_kept);
	RUN(mode_when_idle_is_pending);
	RUN(mode_when_idle_follows_the_holder);
	RUN(mode_when_idle_is_tried_now_and_then);
	RUN(mode_when_idle_is_replaced);
	RUN(mode_when_idle_the_last_counts);
	RUN(mode_when_idle_outlives_the_daemon);
	RUN(mode_set_during_a_switch_is_obeyed);
	RUN(mode_when_idle_does_not_wait_for_a_driver);
	RUN(mode_of_a_used_host_driver_is_kept);
	RUN(mode_of_an_excluded_gpu_stays);
	RUN(recover_leads_back_to_the_configured_mode);
	RUN(recover_of_a_dead_board_says_why);
	RUN(recover_of_a_sound_board_is_refused);
	RUN(recover_is_not_done_by_itself);
	RUN(stuck_driver_is_named_and_quarantined);
	RUN(stuck_gpu_lets_others_work);
	RUN(stuck_gpu_that_comes_back_converges);
	RUN(mode_of_the_console_takes_force);
	return tap_end();
}
