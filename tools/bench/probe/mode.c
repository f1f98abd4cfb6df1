// SPDX-License-Identifier: GPL-2.0-only
/*
 * To passthrough and back: from vgpu mode by two netlink requests; and from a driver of the host,
 * on an identical board, by the files that an administrator would write to, with as many resets.
 * nvmux itself is not to be unbound by hand. The daemon does not run.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>

#include "probe.h"

struct mode {
	struct nl_sock sock;
	struct nl_sock news;
	const char *bdf;
	const char *twin;
	char host_driver[64];
	double boot_us;
};

/* Asks and waits for the notification of the end; nothing polls. Old news are of no interest. */
static int netlink_switch(struct mode *mode, enum nvmux_mode to)
{
	struct nl_object gpu;
	int err;

	while (!nl_event(&mode->news, &gpu, 0))
		;
	err = gpu_set(&mode->sock, mode->bdf, to, NVMUX_SET_FLAGS_NO_SCRUB);
	while (!err) {
		err = nl_event(&mode->news, &gpu, SWITCH_MS);
		if (!err && gpu.cmd == NVMUX_CMD_GPU_NTF && !nl_has(&gpu, NVMUX_A_GPU_TARGET) &&
		    !strcmp(nl_str(&gpu, NVMUX_A_GPU_BDF), mode->bdf))
			return nl_u32(&gpu, NVMUX_A_GPU_MODE) == to ? 0 : -EIO;
	}
	return err;
}

/* What udev does about one side shall not be counted on the other. */
static double begin_us(void)
{
	if (system("udevadm settle"))
		perror("udevadm settle");
	return probe_now_us();
}

static double ours(void *data)
{
	struct mode *mode = data;
	double begin = begin_us();
	int err = netlink_switch(mode, NVMUX_MODE_PASSTHROUGH);

	if (!err)
		err = netlink_switch(mode, NVMUX_MODE_VGPU);
	return err ? err : probe_now_us() - begin;
}

/* The board is given away when its firmware is up again. */
static int bare_reset(const struct mode *mode)
{
	double end = probe_now_us() + mode->boot_us;
	int err = file_write("1", PCI_DEVICES "/%s/reset", mode->twin);
	double left = end - probe_now_us();

	if (!err && left > 0)
		usleep(left);
	return err;
}

/* An empty override lets the driver that the kernel chooses have it. */
static int bare_switch(const struct mode *mode, const char *override, const char *driver)
{
	const char *bdf = mode->twin;
	int err = file_write(bdf, PCI_DEVICES "/%s/driver/unbind", bdf);

	if (!err)
		err = file_write(override, PCI_DEVICES "/%s/driver_override", bdf);
	if (!err)
		err = bare_reset(mode);
	if (!err)
		err = file_write(bdf, "/sys/bus/pci/drivers_probe");
	if (!err && strcmp(file_link(PCI_DEVICES "/%s/driver", bdf), driver))
		err = -ENODEV;
	return err;
}

static double bare(void *data)
{
	struct mode *mode = data;
	double begin = begin_us();
	int err = bare_switch(mode, "vfio-pci", "vfio-pci");

	if (!err)
		err = bare_switch(mode, "\n", mode->host_driver);
	return err ? err : probe_now_us() - begin;
}

int mode_round_trip(char **arg)
{
	struct mode mode = { .bdf = arg[0], .twin = arg[1], .boot_us = atof(arg[2]) * 1e3 };
	int status, err = nl_open(&mode.sock);

	if (!err)
		err = nl_open(&mode.news);
	if (!err)
		err = nl_monitor(&mode.news);
	if (err)
		return probe_fail("netlink", err);
	snprintf(mode.host_driver, sizeof(mode.host_driver), "%s",
		 file_link(PCI_DEVICES "/%s/driver", mode.twin));
	status = probe_alternate(ours, bare, &mode);
	nl_close(&mode.news);
	nl_close(&mode.sock);
	return status;
}
