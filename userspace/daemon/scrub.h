/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When the whole framebuffer of a GPU is overwritten. Pure.
 */
#ifndef NVMUX_DAEMON_SCRUB_H
#define NVMUX_DAEMON_SCRUB_H

#include <stdint.h>

/**
 * enum scrub_policy - nvmux.conf, [gpu] scrub
 * @SCRUB_BETWEEN_TENANTS: after each VM that had the GPU whole, and by the kernel before the next
 *	when that has not happened
 * @SCRUB_ALWAYS: the same, and before each switch to passthrough mode, whatever is known
 * @SCRUB_OFF: never
 */
enum scrub_policy {
	SCRUB_BETWEEN_TENANTS = 1,
	SCRUB_ALWAYS,
	SCRUB_OFF,
};

/* -EINVAL when there is no such policy. */
int scrub_policy_from_str(const char *name);

/* What a switch to @mode asks of the kernel, enum nvmux_set_flags. */
uint32_t scrub_flags(uint32_t policy, uint32_t mode);

#endif
