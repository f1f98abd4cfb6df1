/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_WORLD_H
#define NVMUX_CLI_WORLD_H

#include "cli/bus.h"
#include "cli/nouns.h"

/* All that the daemon tells about its objects. */
struct world {
	struct records gpus;
	struct records vgpus;
	struct records jobs;
};

/* All of these return an exit code, their complaint already printed. */
int world_get(sd_bus *bus, struct world *ret);
/* The same without the vGPUs. */
int world_get_gpus(sd_bus *bus, struct world *ret);
void world_clear(struct world *w);
#define _cleanup_world_ _cleanup_(world_clear)

/* @word: PCI address, the domain may be left out where that is unique */
int world_find_gpu(const struct world *w, const char *word, const struct gpu **ret);
/* NULL: there is none; the next one tells of that. */
const struct vgpu *world_vgpu(const struct world *w, const char *uuid);
int world_find_vgpu(const struct world *w, const char *uuid, const struct vgpu **ret);

int world_get_vms(sd_bus *bus, struct records *ret);

/* The types of one GPU, or of all when @gpu is empty. Does not print its complaint. */
int world_try_types(sd_bus *bus, const char *gpu, struct records *ret, struct complaint *c);

#endif
