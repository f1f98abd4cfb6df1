// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uevents -> a new listing. The module tells most by netlink; this source
 * sees the module itself come and go, and is the second pair of eyes when a
 * PCI function or an mdev does.
 *
 * It listens to the kernel, not to udevd: no property that udevd adds is
 * needed, and the daemon also works where none runs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include <libudev.h>

#include "../basic/cleanup.h"
#include "../basic/log.h"
#include "manager.h"
#include "source.h"

struct source_udev {
	struct udev *udev;
	struct udev_monitor *monitor;
	sd_event_source *source;
};

static bool is_interesting(struct udev_device *device)
{
	const char *subsystem = udev_device_get_subsystem(device);
	const char *action = udev_device_get_action(device);

	if (!subsystem || !action)
		return false;
	if (strcmp(subsystem, "module") == 0)
		return strcmp(udev_device_get_sysname(device), "nvmux") == 0;
	return strcmp(action, "add") == 0 || strcmp(action, "remove") == 0;
}

static bool is_module_gone(struct udev_device *device)
{
	return strcmp(udev_device_get_subsystem(device), "module") == 0 &&
	       strcmp(udev_device_get_action(device), "remove") == 0;
}

static int on_uevent(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct manager *m = userdata;
	struct udev_device *device = udev_monitor_receive_device(m->udev->monitor);

	(void)source;
	(void)fd;
	(void)events;
	if (!device)
		return 0;
	if (is_interesting(device)) {
		if (is_module_gone(device))
			source_netlink_forget(m);
		source_netlink_sync_soon(m);
	}
	udev_device_unref(device);
	return 0;
}

static int set_filter(struct udev_monitor *monitor)
{
	static const char *const subsystems[] = { "module", "pci", "mdev" };
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(subsystems) && !err; i++)
		err = udev_monitor_filter_add_match_subsystem_devtype(monitor, subsystems[i],
								      NULL);
	if (!err)
		err = udev_monitor_enable_receiving(monitor);
	return err;
}

static int start(struct manager *m, struct source_udev *u)
{
	int err;

	u->udev = udev_new();
	if (!u->udev)
		return -errno;
	u->monitor = udev_monitor_new_from_netlink(u->udev, "kernel");
	if (!u->monitor)
		return -errno;
	err = set_filter(u->monitor);
	if (err < 0)
		return err;
	return sd_event_add_io(m->event, &u->source, udev_monitor_get_fd(u->monitor), EPOLLIN,
			       on_uevent, m);
}

int source_udev_start(struct manager *m)
{
	int err;

	m->udev = calloc(1, sizeof(*m->udev));
	if (!m->udev)
		return -ENOMEM;
	err = start(m, m->udev);
	if (err < 0)
		source_udev_stop(m);
	return err < 0 ? err : 0;
}

void source_udev_stop(struct manager *m)
{
	struct source_udev *u = TAKE_PTR(m->udev);

	if (!u)
		return;
	sd_event_source_disable_unref(u->source);
	if (u->monitor)
		udev_monitor_unref(u->monitor);
	if (u->udev)
		udev_unref(u->udev);
	free(u);
}
