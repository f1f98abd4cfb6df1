// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel module tells -> models. Opens the connection when the
 * module is there and closes it when it has gone.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "bus.h"
#include "manager.h"
#include "source.h"
#include "tally.h"

/* Microseconds until all is listed again: after news, and after a listing that failed. */
#define SYNC_DELAY 50000U
#define RETRY_DELAY 2000000U

static void on_gpu(const struct nvmux_gpu *gpu, void *userdata)
{
	manager_gpu_observed(userdata, gpu);
}

static void on_gpu_gone(const char *bdf, void *userdata)
{
	manager_gpu_gone(userdata, bdf);
}

static void on_vgpu(const struct nvmux_vgpu *vgpu, void *userdata)
{
	manager_vgpu_observed(userdata, vgpu);
}

static void on_vgpu_gone(const char *uuid, void *userdata)
{
	manager_vgpu_gone(userdata, uuid);
}

static void on_lost(void *userdata)
{
	log_notice("notifications of the kernel were lost, listing all");
	tally_lost(userdata);
	source_netlink_sync_soon(userdata);
}

static const struct nvmux_monitor_ops monitor_ops = {
	.gpu = on_gpu,
	.gpu_gone = on_gpu_gone,
	.vgpu = on_vgpu,
	.vgpu_gone = on_vgpu_gone,
	.lost = on_lost,
};

bool source_module_loaded(void)
{
	_cleanup_free_ char *path = path_sys("module/nvmux/initstate");
	char state[32];

	return path && file_read_line(path, state, sizeof(state)) == 0 &&
	       strcmp(state, "live") == 0;
}

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct manager *m = userdata;
	int err = nvmux_monitor_dispatch(m->monitor);

	(void)source;
	(void)fd;
	(void)events;
	if (!err)
		return 0;
	(void)log_errno(err, "the kernel's notifications cannot be read, reconnecting");
	source_netlink_stop(m);
	source_netlink_sync_soon(m);
	return 0;
}

static int list_gpus(struct manager *m)
{
	_cleanup_free_ struct nvmux_gpu *gpus = NULL;
	size_t n = 0;
	int err = nvmux_gpu_list(m->kernel, &gpus, &n);

	for (size_t i = 0; i < n && !err; i++)
		manager_gpu_observed(m, &gpus[i]);
	return err;
}

static int list_vgpus(struct manager *m)
{
	_cleanup_free_ struct nvmux_vgpu *vgpus = NULL;
	size_t n = 0;
	int err = nvmux_vgpu_list(m->kernel, NULL, &vgpus, &n);

	for (size_t i = 0; i < n && !err; i++)
		manager_vgpu_observed(m, &vgpus[i]);
	return err;
}

/* What a listing that failed did not show may still be there: no sweep then. */
static int list_all(struct manager *m)
{
	int err;

	manager_sweep_begin(m);
	err = list_gpus(m);
	if (!err)
		err = list_vgpus(m);
	if (!err)
		manager_sweep_end(m);
	return err;
}

static int open_connection(struct manager *m)
{
	int err = nvmux_open(&m->kernel);

	if (err)
		return err;
	err = nvmux_monitor_open(&monitor_ops, m, &m->monitor);
	if (err)
		return err;
	return sd_event_add_io(m->event, &m->monitor_source, nvmux_monitor_fd(m->monitor),
			       EPOLLIN, on_readable, m);
}

static int connect_kernel(struct manager *m)
{
	int err = open_connection(m);

	if (err < 0) {
		source_netlink_stop(m);
		return err;
	}
	log_info("connected to module nvmux");
	bus_module_changed(m);
	return 0;
}

void source_netlink_forget(struct manager *m)
{
	if (!m->kernel && LIST_EMPTY(&m->gpus))
		return;
	source_netlink_stop(m);
	manager_forget_all(m);
	manager_kick(m);
	bus_module_changed(m);
	log_info("module nvmux is not loaded any more");
}

static int ask_module(struct manager *m)
{
	int err = m->kernel ? 0 : connect_kernel(m);

	return err ? err : list_all(m);
}

void source_netlink_stop(struct manager *m)
{
	m->monitor_source = sd_event_source_disable_unref(m->monitor_source);
	nvmux_monitor_close(TAKE_PTR(m->monitor));
	nvmux_close(TAKE_PTR(m->kernel));
}

static int on_sync(sd_event_source *source, uint64_t now, void *userdata)
{
	(void)source;
	(void)now;
	source_netlink_sync(userdata);
	return 0;
}

static bool fires_before(sd_event_source *timer, uint64_t when)
{
	uint64_t armed;

	return sd_event_source_get_enabled(timer, NULL) > 0 &&
	       sd_event_source_get_time(timer, &armed) >= 0 && armed <= when;
}

static void sync_in(struct manager *m, uint64_t delay)
{
	uint64_t when = manager_now() + delay;
	int err;

	if (!m->resync_timer) {
		err = sd_event_add_time(m->event, &m->resync_timer, CLOCK_MONOTONIC, when, 0,
					on_sync, m);
		if (err < 0)
			(void)log_errno(err, "no timer for a new listing");
		return;
	}
	if (fires_before(m->resync_timer, when))
		return;
	(void)sd_event_source_set_time(m->resync_timer, when);
	(void)sd_event_source_set_enabled(m->resync_timer, SD_EVENT_ONESHOT);
}

void source_netlink_sync_soon(struct manager *m)
{
	sync_in(m, SYNC_DELAY);
}

void source_netlink_sync(struct manager *m)
{
	int err;

	if (!source_module_loaded()) {
		source_netlink_forget(m);
		return;
	}
	err = ask_module(m);
	if (!err)
		return;
	(void)log_errno(err, "module nvmux cannot be asked, trying again");
	source_netlink_stop(m);
	sync_in(m, RETRY_DELAY);
}
