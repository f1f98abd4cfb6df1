/* SPDX-License-Identifier: GPL-2.0-only */
/* Defined vGPUs, for the verbs of vgpu and for apply. */
#ifndef NVMUX_CLI_DEFINE_H
#define NVMUX_CLI_DEFINE_H

#include "basic/uuid.h"
#include "cli/bus.h"
#include "cli/nouns.h"

/* @gpu, @uuid: empty, the daemon chooses; @vm: may be NULL */
struct define_order {
	const char *gpu;
	const char *type;
	const char *uuid;
	const char *vm;
	bool has_placement;
	bool autostart;
	uint32_t placement;
};

/* These return an exit code and do not print their complaint. */
int define_try(sd_bus *bus, const struct define_order *o, char uuid[static UUID_TEXT_SIZE],
	       struct complaint *c);

/* @name: UndefineVgpu, StartVgpu or StopVgpu */
int define_try_verb(sd_bus *bus, const char *name, const char *uuid, struct complaint *c);

/* This one prints it. */
int definitions_get(sd_bus *bus, struct records *ret);

#endif
