/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a switch would do, step by step, without doing it. Pure: the host is an argument.
 */
#ifndef NVMUX_DAEMON_PLAN_H
#define NVMUX_DAEMON_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "gpu.h"
#include "holds.h"

enum plan_verdict {
	PLAN_OK = 1,		/* a precondition that is met */
	PLAN_NOTE,		/* in nobody's way, but good to know */
	PLAN_BUSY,		/* refused until somebody lets go */
	PLAN_REFUSED,		/* refused */
	PLAN_TODO,		/* a step; there are none when anything refuses */
};

/**
 * struct plan_host - what a plan depends on
 * @wanted: the mode to go to, and whether the host's driver may be taken off
 * @scrub: enum scrub_policy
 * @claim: the VM that has claimed the GPU or one of its vGPUs, NULL: none
 * @holds: who is in the way
 * @services: units that are stopped for the switch, as far as they run
 * @programs: are there hooks?
 * @in_group: is the GPU in an IOMMU group?
 * @strangers: what else is in it, bridges and companions excepted
 * @boot_vga: the firmware's display
 * @framebuffer: the console may be on it
 * @only_framebuffer: the host has no other
 * @excluded: in nvmux.conf
 * @largest_type: framebuffer of the largest vGPU that the board offers, 0: unknown
 * @has_driver: is the driver of the wanted mode there, or its module?
 * @reset: ways to reset the GPU as in sysfs, empty: none
 */
struct plan_host {
	const struct nvmux_gpu *gpu;
	struct gpu_wanted wanted;
	uint32_t scrub;
	const char *claim;
	struct holds holds;
	const struct strset *services;
	bool programs;
	bool in_group;
	struct strset strangers;
	bool boot_vga;
	bool framebuffer;
	bool only_framebuffer;
	bool excluded;
	uint64_t largest_type;
	bool has_driver;
	char reset[64];
};

struct plan_line {
	enum plan_verdict verdict;
	char function[NVMUX_BDF_SIZE];
	char text[NVMUX_TEXT_SIZE];
};

struct plan {
	struct plan_line *lines;
	size_t n;
	bool cut;		/* there was no memory for all lines */
};

/* @ret: empty; plan_clear() it */
void plan_make(const struct plan_host *host, struct plan *ret);
void plan_clear(struct plan *plan);

/* The first line that says who has to let go, NULL: none. */
const struct plan_line *plan_busy(const struct plan *plan);

const char *plan_verdict_str(enum plan_verdict verdict);

/* The driver that a mode means, NULL: whichever the host wants. */
const char *plan_driver(uint32_t mode);

#endif
