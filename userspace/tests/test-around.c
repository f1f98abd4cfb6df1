// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens around a switch, on every way out of it: hooks in a made-up tree, services of a
 * systemd that is played.
 */
#include <errno.h>
#include <sys/stat.h>

#include "daemon/action.h"
#include "daemon/around.h"
#include "daemon/services.h"
#include "played-kernel.h"
#include "played-systemd.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define HOST NVMUX_MODE_HOST
#define VGPU NVMUX_MODE_VGPU

static struct manager *manager;
static struct played *board;
static struct outcome outcome;
static sd_bus *test_bus;

static void text_of(const char *name, char *ret, size_t size)
{
	char *path = path_below("%s", name), *text = NULL;

	ret[0] = '\0';
	if (file_read(path, size - 1, &text, NULL) == 0)
		strcpy(ret, text);
	free(text);
	free(path);
}

static void forget(const char *name)
{
	char *path = path_below("%s", name);

	(void)unlink(path);
	free(path);
}

#define CHECK_FILE(name, want)					\
	do {							\
		char text__[4096];				\
								\
		text_of(name, text__, sizeof(text__));		\
		CHECK_STR(text__, want);			\
	} while (0)

static struct gpu *gpu(void)
{
	return gpu_find(&manager->gpus, BDF);
}

/* A daemon, and a GPU with a driver of the host. */
static void start(bool held)
{
	manager = played_manager();
	if (sd_bus_open_system(&manager->bus) < 0 ||
	    sd_bus_attach_event(manager->bus, manager->event, 0) < 0)
		abort();
	board = played_add(BDF, HOST, 0);
	strcpy(board->gpu.driver, "nouveau");
	board->held = held;
	manager_gpu_observed(manager, &board->gpu);
	manager->config.hook_timeout = 5000000;
	manager->config.service_timeout = 5000000;
}

static void begin(bool held, const char *services)
{
	forget("units.log");
	forget("hooks.log");
	(void)config_store_gpu(BDF, &(struct gpu_wanted){ 0 });
	start(held);
	if (services && strset_add(&manager->config.stop_services, services))
		abort();
}

/* Turns until nothing is to be done for a moment. */
static void pass_time(void)
{
	while (sd_event_run(manager->event, 300000) > 0)
		;
}

/* Until nobody is owed anything; a machine that is busy has some seconds for it. */
static void come_to_rest(void)
{
	for (int i = 0; i < 100 && (manager->stopped.n || (gpu() && gpu()->around)); i++)
		(void)sd_event_run(manager->event, 50000);
	pass_time();
}

static void set_mode(void)
{
	const struct gpu_wanted wanted = { .mode = VGPU, .detach = true };

	outcome = (struct outcome){ 0 };
	if (action_set_mode(gpu(), &wanted, outcome_set, &outcome) < 0)
		abort();
	outcome_wait(manager, &outcome);
	come_to_rest();
}

static void end(void)
{
	manager_free(manager);
}

static void hook(const char *name, const char *text)
{
	char path[128], *full;

	(void)snprintf(path, sizeof(path), "etc/nvmux/hooks.d/%s", name);
	root_write(path, text);
	full = path_below("%s", path);
	if (chmod(full, 0755))
		abort();
	free(full);
}

static void no_hook(const char *name)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "etc/nvmux/hooks.d/%s", name);
	forget(path);
}

/* Services */

static void services_make_room_and_return(void)
{
	begin(false, "monitor.service");
	(void)strset_add(&manager->config.stop_services, "absent.service");
	(void)strset_add(&manager->config.stop_services, "idle.service");
	unit_set("monitor.service", true);
	set_mode();
	CHECK_INT(outcome.err, 0);
	CHECK_FILE("units.log", "stop monitor.service; start monitor.service; ");
	CHECK_FILE("run/nvmux/services", "");
	CHECK(unit_runs("monitor.service"));
	CHECK(!unit_runs("idle.service"));
	end();
}

static void services_return_after_a_refusal(void)
{
	begin(true, "monitor.service");
	set_mode();
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_FILE("units.log", "stop monitor.service; start monitor.service; ");
	CHECK(unit_runs("monitor.service"));
	end();
}

/* Who is in the way anyway is told before anybody is disturbed; a stopped service is not. */
static void services_stay_while_others_hold_it(void)
{
	root_write("sys/bus/pci/devices/" BDF "/drm/card0/dev", "226:0\n");
	root_write("proc/9/comm", "Xorg\n");
	root_link("proc/9/fd/3", "/dev/dri/card0");
	begin(false, "monitor.service");
	set_mode();
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_STR(outcome.text, "gpu " BDF " is held by /dev/dri/card0, pid 9 (Xorg)");
	CHECK_FILE("units.log", "");
	CHECK_STR(played_calls, "");
	end();
	/* it is asked for again after they have stopped, and this one has stayed */
	root_write("proc/9/cgroup", "0::/system.slice/monitor.service\n");
	begin(false, "monitor.service");
	set_mode();
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_FILE("units.log", "stop monitor.service; start monitor.service; ");
	CHECK_STR(played_calls, "");
	forget("proc/9/fd/3");
	end();
}

static void services_that_do_not_stop_refuse(void)
{
	begin(false, "monitor.service");
	(void)strset_add(&manager->config.stop_services, "stuck.service");
	manager->config.service_timeout = 2000000;
	unit_set("stuck.service", true);
	set_mode();
	CHECK_INT(outcome.err, -ETIMEDOUT);
	CHECK_STR(outcome.text, "gpu " BDF ": service stuck.service does not stop in time");
	CHECK_STR(played_calls, "");
	CHECK_FILE("units.log", "stop monitor.service; stop stuck.service; "
				"start monitor.service; start stuck.service; ");
	end();
	begin(false, "masked.service");
	unit_set("masked.service", true);
	set_mode();
	CHECK_INT(outcome.err, -EIO);
	CHECK_STR(outcome.text,
		  "gpu " BDF ": service masked.service cannot be stopped: it is masked");
	CHECK_FILE("run/nvmux/services", "");
	end();
}

static void services_are_not_stopped_for_nothing(void)
{
	begin(false, "monitor.service");
	board->gpu.driver[0] = '\0';
	manager_gpu_observed(manager, &board->gpu);
	set_mode();
	CHECK_INT(outcome.err, 0);
	CHECK_FILE("units.log", "");
	end();
}

static void services_of_a_daemon_that_died_return(void)
{
	begin(false, NULL);
	unit_set("monitor.service", false);
	root_write("run/nvmux/services", "monitor.service\n");
	services_load(manager);
	manager_kick(manager);
	come_to_rest();
	CHECK(unit_runs("monitor.service"));
	CHECK_FILE("run/nvmux/services", "");
	end();
}

/* The kernel goes on although nobody waits any more: the driver would be opened in its face. */
static void services_wait_for_the_end_of_a_switch(void)
{
	begin(false, NULL);
	unit_set("monitor.service", false);
	root_write("run/nvmux/services", "monitor.service\n");
	board->gpu.has |= NVMUX_HAS(NVMUX_A_GPU_TARGET);
	board->gpu.target = VGPU;
	manager_gpu_observed(manager, &board->gpu);
	services_load(manager);
	pass_time();
	CHECK(!unit_runs("monitor.service"));
	board->gpu.has = 0;
	manager_gpu_observed(manager, &board->gpu);
	come_to_rest();
	CHECK(unit_runs("monitor.service"));
	end();
}

static void services_return_when_the_daemon_ends(void)
{
	const struct gpu_wanted wanted = { .mode = VGPU, .detach = true };

	begin(false, "monitor.service");
	(void)strset_add(&manager->config.stop_services, "stuck.service");
	unit_set("stuck.service", true);
	(void)action_set_mode(gpu(), &wanted, outcome_set, &outcome);
	for (int i = 0; i < 500 && unit_runs("monitor.service"); i++)
		(void)sd_event_run(manager->event, 10000);
	CHECK(!unit_runs("monitor.service"));
	CHECK_FILE("run/nvmux/services", "monitor.service\n");
	end();
	for (int i = 0; i < 100 && !unit_runs("monitor.service"); i++)
		usleep(20000);
	CHECK(unit_runs("monitor.service"));
	CHECK_FILE("run/nvmux/services", "");
}

/* Hooks */

#define TELL "echo \"$NVMUX_PHASE $NVMUX_GPU $NVMUX_OLD_MODE>$NVMUX_NEW_MODE" \
	     " [$NVMUX_RESULT] $NVMUX_TEXT\" >>$NVMUX_ROOT/hooks.log\n"
#define TOLD(phase, result) phase " " BDF " host>vgpu [" result "] "

static void hooks_run_before_and_after(void)
{
	hook("20-tell", "#!/bin/sh\n" TELL);
	hook("10-first", "#!/bin/sh\n[ $NVMUX_PHASE = post ] || echo first >>$NVMUX_ROOT/hooks.log\n");
	hook("99-old~", "#!/bin/sh\necho backup >>$NVMUX_ROOT/hooks.log\n");
	root_write("etc/nvmux/hooks.d/README", "not a program\n");
	begin(false, NULL);
	set_mode();
	CHECK_INT(outcome.err, 0);
	CHECK_FILE("hooks.log", "first\n" TOLD("pre", "") "\n" TOLD("post", "done") "\n");
	CHECK_FILE("run/nvmux/switches/" BDF, "");
	CHECK(!gpu()->around);
	end();
	no_hook("10-first");
	no_hook("99-old~");
}

static void hooks_of_others_are_not_run(void)
{
	char *path = path_below("etc/nvmux/hooks.d/30-open");

	hook("30-open", "#!/bin/sh\necho open >>$NVMUX_ROOT/hooks.log\n");
	CHECK_INT(chmod(path, 0777), 0);
	begin(false, NULL);
	set_mode();
	CHECK_INT(outcome.err, 0);
	CHECK_FILE("hooks.log", TOLD("pre", "") "\n" TOLD("post", "done") "\n");
	end();
	no_hook("30-open");
	free(path);
}

static void hooks_may_refuse(void)
{
	hook("30-veto", "#!/bin/sh\n[ $NVMUX_PHASE = pre ] || exit 0\necho thinking\n"
			"echo 'the backup runs' >&2\nexit 1\n");
	hook("40-later", "#!/bin/sh\necho later >>$NVMUX_ROOT/hooks.log\n");
	begin(false, "monitor.service");
	set_mode();
	CHECK_INT(outcome.err, -EACCES);
	CHECK_STR(outcome.text, "gpu " BDF ": hook 30-veto has failed: the backup runs");
	CHECK_STR(played_calls, "");
	CHECK_FILE("units.log", "");
	CHECK_FILE("hooks.log", TOLD("pre", "") "\n" TOLD("post", "refused")
		   "gpu " BDF ": hook 30-veto has failed: the backup runs\nlater\n");
	CHECK_INT(gpu()->observed.mode, HOST);
	end();
	no_hook("30-veto");
	no_hook("40-later");
}

static void hooks_that_hang_refuse(void)
{
	hook("30-hang", "#!/bin/sh\n[ $NVMUX_PHASE = post ] || sleep 60\n");
	begin(false, NULL);
	manager->config.hook_timeout = 2000000;
	set_mode();
	CHECK_INT(outcome.err, -EACCES);
	CHECK_STR(outcome.text, "gpu " BDF ": hook 30-hang does not come to its end");
	CHECK_STR(played_calls, "");
	end();
	no_hook("30-hang");
}

static void hooks_after_a_switch_change_nothing(void)
{
	hook("30-late", "#!/bin/sh\n[ $NVMUX_PHASE = pre ]\n");
	begin(false, NULL);
	set_mode();
	CHECK_INT(outcome.err, 0);
	CHECK_INT(gpu()->observed.mode, VGPU);
	CHECK(!gpu()->around);
	end();
	no_hook("30-late");
}

/* The time of a switch is the kernel's alone. */
static void hooks_have_their_own_time(void)
{
	hook("30-slow", "#!/bin/sh\n[ $NVMUX_PHASE = post ] || sleep 0.5\n");
	begin(false, NULL);
	manager->config.switch_timeout = 200000;
	set_mode();
	CHECK_INT(outcome.err, 0);
	end();
	no_hook("30-slow");
}

/* One GPU is switched by one at a time, from the first hook to the last. */
static void hooks_keep_others_away(void)
{
	const struct gpu_wanted wanted = { .mode = VGPU, .detach = true };
	struct outcome first = { 0 };

	hook("30-slow", "#!/bin/sh\nsleep 0.5\n");
	begin(false, NULL);
	(void)action_set_mode(gpu(), &wanted, outcome_set, &first);
	(void)sd_event_run(manager->event, 10000);
	set_mode();
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_STR(outcome.text, "gpu " BDF " is about to be switched");
	outcome_wait(manager, &first);
	CHECK_INT(first.err, 0);
	come_to_rest();
	for (int i = 0; i < 100 && gpu()->around; i++)
		(void)sd_event_run(manager->event, 50000);
	CHECK(!gpu()->around);
	end();
	no_hook("30-slow");
}

static void hooks_that_a_dead_daemon_owes(void)
{
	begin(false, NULL);
	root_write("run/nvmux/switches/" BDF, "host vgpu\n");
	around_load(manager);
	CHECK(gpu()->around);
	come_to_rest();
	CHECK(!gpu()->around);
	CHECK_FILE("hooks.log", TOLD("post", "interrupted") "the daemon has died meanwhile\n");
	CHECK_FILE("run/nvmux/switches/" BDF, "");
	end();
}

int main(void)
{
	pid_t bus;

	alarm(100);
	root_make();
	root_write("proc/1/comm", "init\n");
	bus = stage_start();
	if (bus < 0)
		return stage_skip("around", "no dbus-daemon");
	if (sd_bus_open_system(&test_bus) < 0)
		abort();
	systemd_start(test_bus);
	RUN(services_make_room_and_return);
	RUN(services_return_after_a_refusal);
	RUN(services_stay_while_others_hold_it);
	RUN(services_that_do_not_stop_refuse);
	RUN(services_are_not_stopped_for_nothing);
	RUN(services_of_a_daemon_that_died_return);
	RUN(services_wait_for_the_end_of_a_switch);
	RUN(services_return_when_the_daemon_ends);
	RUN(hooks_run_before_and_after);
	RUN(hooks_of_others_are_not_run);
	RUN(hooks_may_refuse);
	RUN(hooks_that_hang_refuse);
	RUN(hooks_after_a_switch_change_nothing);
	RUN(hooks_have_their_own_time);
	RUN(hooks_keep_others_away);
	RUN(hooks_that_a_dead_daemon_owes);
	sd_bus_unref(test_bus);
	stage_stop(bus);
	return tap_end();
}
