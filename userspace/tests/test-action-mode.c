// SPDX-License-Identifier: GPL-2.0-only
/*
 * Switches that are refused because of a holder.
 */
#include <errno.h>

#include "daemon/action.h"
#include "played-kernel.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define HOST NVMUX_MODE_HOST
#define VGPU NVMUX_MODE_VGPU

static struct manager *manager;
static struct played *board;
static struct outcome outcome;

static struct gpu *gpu(void)
{
	return gpu_find(&manager->gpus, BDF);
}

/* A daemon that starts; what is configured stays from the last one. */
static void start(uint32_t mode)
{
	manager = played_manager();
	board = played_add(BDF, mode, 0);
	manager_gpu_observed(manager, &board->gpu);
	settle(manager);
}

static void begin(uint32_t mode)
{
	(void)config_store_gpu(BDF, &(struct gpu_wanted){ 0 });
	start(mode);
}

static void set_mode(uint32_t mode, bool detach)
{
	const struct gpu_wanted wanted = { .mode = mode, .detach = detach };

	outcome = (struct outcome){ 0 };
	if (action_set_mode(gpu(), &wanted, outcome_set, &outcome) < 0)
		abort();
	outcome_wait(manager, &outcome);
}

static void mode_of_a_used_host_driver_is_kept(void)
{
	root_write("sys/bus/pci/devices/" BDF "/drm/card0/dev", "226:0\n");
	root_write("proc/9/comm", "Xorg\n");
	root_link("proc/9/fd/3", "/dev/dri/card0");
	begin(HOST);
	set_mode(VGPU, true);
	CHECK_INT(outcome.err, -EBUSY);
	CHECK_STR(outcome.text, "gpu " BDF " is held by /dev/dri/card0, pid 9 (Xorg)");
	CHECK_STR(played_calls, "");
	manager_free(manager);
}

int main(void)
{
	root_make();
	root_write("proc/1/comm", "init\n");
	RUN(mode_of_a_used_host_driver_is_kept);
	return tap_end();
}
