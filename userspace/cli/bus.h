/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_BUS_H
#define NVMUX_CLI_BUS_H

#include <systemd/sd-bus.h>

#include "basic/cleanup.h"

#define BUS_NAME "org.nvmux1"
#define BUS_ROOT "/org/nvmux1"
#define BUS_MANAGER "org.nvmux1.Manager"

#define _cleanup_bus_ _cleanup_(sd_bus_flush_close_unrefp)
#define _cleanup_message_ _cleanup_(sd_bus_message_unrefp)

/* A method of nvmuxd and how long it may take. */
struct method {
	const char *path;
	const char *interface;
	const char *name;
	unsigned int seconds;
};

/* All of these return an exit code, their complaint already printed. */
int bus_open(sd_bus **ret);
int bus_call(sd_bus *bus, const struct method *method, sd_bus_message **ret,
	     const char *types, ...);

/* Complains about an error of sd-bus or of the daemon. */
int bus_fail(int err, const sd_bus_error *error);

/* Object path of a GPU or vGPU; @kind: "gpu" or "vgpu". NULL without memory. */
char *bus_path(const char *kind, const char *id);

#endif
