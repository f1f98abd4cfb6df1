// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmuxd, in the order of its life: new, configuration, claims of the VMs
 * that run, listing (GPUs that are not as configured are queued for a
 * switch), doors open, loop; ready when the queue is empty.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-daemon.h>

#include "../basic/cleanup.h"
#include "../basic/log.h"
#include "around.h"
#include "auto.h"
#include "bus.h"
#include "crash.h"
#include "hook.h"
#include "manager.h"
#include "metrics.h"
#include "services.h"
#include "source.h"
#include "store.h"
#include "tenant.h"
#include "unclean.h"
#include "violation.h"

DEFINE_CLEANUP(struct manager *, manager_free)

static int setup_signals(struct manager *m)
{
	sigset_t mask;

	(void)signal(SIGPIPE, SIG_IGN);
	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	/* no handler: sd-event ends the loop */
	if (sd_event_add_signal(m->event, NULL, SIGTERM, NULL, NULL) < 0 ||
	    sd_event_add_signal(m->event, NULL, SIGINT, NULL, NULL) < 0)
		return -EIO;
	return 0;
}

static void load_claims(struct manager *m)
{
	int err = store_load_claims(&m->claims);

	if (err)
		log_warning("the claims cannot be read, ignoring: %s", strerror(-err));
}

static void load_definitions(struct manager *m)
{
	int err = definition_load(&m->definitions);

	if (err)
		log_warning("the defined vgpus cannot be read, ignoring: %s", strerror(-err));
}

static int vgpu_exists(const char *uuid, const void *userdata)
{
	const struct manager *m = userdata;

	return vgpu_find(&m->vgpus, uuid) != NULL;
}

/* Where there are no uevents (a container, a test) netlink alone must do. */
static void start_udev(struct manager *m)
{
	int err = source_udev_start(m);

	if (err)
		log_warning("uevents cannot be received, ignoring: %s", strerror(-err));
}

static int open_doors(struct manager *m)
{
	int err = hook_start(m);

	if (err)
		return log_errno(err, "the socket for the hook cannot be opened");
	err = metrics_start(m);
	if (err)
		log_warning("the metrics have no socket, ignoring: %s", strerror(-err));
	err = bus_start(m);
	if (err)
		return log_errno(err, "the bus cannot be joined as " BUS_NAME);
	return 0;
}

static int run(struct manager *m)
{
	int err = setup_signals(m);

	if (err)
		return log_errno(err, "signals cannot be set up");
	err = config_load(&m->config);
	if (err)
		return log_errno(err, "the configuration cannot be read");
	load_claims(m);
	load_definitions(m);
	start_udev(m);
	source_netlink_sync(m);
	owner_prune(vgpu_exists, m);
	tenant_prune(m);
	unclean_kick(m);
	auto_prune(m);
	err = open_doors(m);
	if (err)
		return err;
	err = violation_start(m);
	if (err)
		return log_errno(err, "VMs cannot be watched");
	services_load(m);
	around_load(m);
	(void)sd_event_set_watchdog(m->event, 1);
	manager_serve(m);
	err = sd_event_loop(m->event);
	(void)sd_notify(0, "STOPPING=1");
	return err;
}

static int print_version(void)
{
	puts("nvmuxd " NVMUX_VERSION);
	return EXIT_SUCCESS;
}

static int print_crash_points(void)
{
	crash_list(stdout);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	_cleanup_(manager_freep) struct manager *m = NULL;
	int err;

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return print_version();
	if (argc == 2 && strcmp(argv[1], "--crash-points") == 0)
		return print_crash_points();
	if (argc > 1) {
		fprintf(stderr, "usage: nvmuxd [--version | --crash-points]\n");
		return 2;
	}
	log_open("nvmuxd");
	err = manager_new(&m);
	if (err)
		(void)log_errno(err, "no daemon can be made");
	else
		err = run(m);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
