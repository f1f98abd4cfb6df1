/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What shall happen, given what is wanted and what is. Pure: values in,
 * values out, nothing asked, nothing changed.
 */
#ifndef NVMUX_DAEMON_POLICY_H
#define NVMUX_DAEMON_POLICY_H

#include <stddef.h>

#include "gpu.h"

enum policy_step {
	POLICY_NOTHING = 1,	/* it is as it shall be, or nothing is configured */
	POLICY_WAIT,		/* a switch is going on */
	POLICY_SWITCH,		/* ask for the wanted mode */
	POLICY_REFUSE,		/* it must not be done; the text says why */
};

/* Shall a GPU that has just appeared be switched, or divided in another way? */
enum policy_step policy_restore(const struct gpu_wanted *wanted, const struct nvmux_gpu *observed,
				char *text, size_t size);
enum policy_step policy_restore_partition(const struct gpu_wanted *wanted,
					  const struct nvmux_gpu *observed, char *text,
					  size_t size);

/* Why what is configured differs from what is; empty when it does not. */
void policy_pending(const struct gpu *gpu, char *text, size_t size);

#endif
