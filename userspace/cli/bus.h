/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_BUS_H
#define NVMUX_CLI_BUS_H

#include <stdarg.h>

#include <systemd/sd-bus.h>

#include "basic/cleanup.h"
#include "cli/fail.h"

#define BUS_NAME "org.nvmux1"
#define BUS_ROOT "/org/nvmux1"
#define BUS_MANAGER "org.nvmux1.Manager"

#define _cleanup_bus_ _cleanup_(sd_bus_flush_close_unrefp)
#define _cleanup_message_ _cleanup_(sd_bus_message_unrefp)

/* Longer than a person may take to give polkit a password. */
#define BUS_CHANGE_SECONDS 180
/* The daemon ends what does not go on; this is for a daemon that does not either. */
#define BUS_SWITCH_SECONDS 86400

/* A method of nvmuxd and how long it may take. */
struct method {
	const char *path;
	const char *interface;
	const char *name;
	unsigned int seconds;
};

/* An object of nvmuxd; @kind: "gpu" or "vgpu", @seconds: how long its methods may take. */
struct object {
	const char *kind;
	const char *interface;
	const char *id;
	unsigned int seconds;
};

/* These return an exit code and do not print their complaint. */
int bus_try_open(sd_bus **ret, struct complaint *c);
int bus_try_call(sd_bus *bus, const struct method *method, sd_bus_message **ret,
		 struct complaint *c, const char *types, ...);

int bus_try_callv(sd_bus *bus, const struct method *method, sd_bus_message **ret,
		  struct complaint *c, const char *types, va_list ap);

/* What an error of sd-bus or of the daemon means to the caller of the command. */
int bus_explain(struct complaint *c, int err, const sd_bus_error *error);

/* The same of a call to an object. */
int bus_explain_object(struct complaint *c, const char *kind, const char *id, int err,
		       const sd_bus_error *error);

/* All of these return an exit code, their complaint already printed. */
int bus_open(sd_bus **ret);
int bus_call(sd_bus *bus, const struct method *method, sd_bus_message **ret,
	     const char *types, ...);

/* Where it is on the bus; NULL without memory. */
char *bus_object_path(const char *kind, const char *id);

int bus_call_object(sd_bus *bus, const struct object *object, const char *name,
		    sd_bus_message **ret, const char *types, ...);

/* Complains about an error of sd-bus or of the daemon. */
int bus_fail(int err, const sd_bus_error *error);

#endif
