/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which GPU gets a new vGPU when nobody names one. Pure: values in, values out.
 */
#ifndef NVMUX_DAEMON_ASSIGN_H
#define NVMUX_DAEMON_ASSIGN_H

#include <stddef.h>
#include <stdint.h>

#include "../lib/libnvmux.h"

/**
 * enum assign_policy - which GPU a new vGPU gets when none is named
 * @ASSIGN_PERFORMANCE: the one with the fewest vGPUs; of those the one of which the largest part
 *	is free for the type
 * @ASSIGN_CONSOLIDATION: the one of which the smallest part is free for the type, but some; of
 *	those the one with the most vGPUs
 *
 * Of equal ones the one with the lowest address, so that the choice can be foretold.
 */
enum assign_policy {
	ASSIGN_PERFORMANCE = 1,
	ASSIGN_CONSOLIDATION,
};

int assign_policy_from_str(const char *name);
const char *assign_policy_str(enum assign_policy policy);

/**
 * struct assign_host - what the kernel tells about all GPUs
 * @types: all types of all GPUs
 */
struct assign_host {
	const struct nvmux_gpu *gpus;
	size_t n_gpus;
	const struct nvmux_type *types;
	size_t n_types;
};

#define ASSIGN_ANY_NODE (-1)

/**
 * struct assign_wish - what is asked for
 * @type: name of the type
 * @numa_node: GPUs on this node come first, or ASSIGN_ANY_NODE
 */
struct assign_wish {
	const char *type;
	enum assign_policy policy;
	int32_t numa_node;
};

/**
 * assign_rank() - the GPUs that have room for a new vGPU
 * @ret: room for as many as there are types; the type on each such GPU, the best first
 *
 * Errors, with a sentence in @text: -ENOENT no GPU offers the type, -EOPNOTSUPP none that does
 * is in vgpu mode, -EUSERS none has room, -ENOMEM.
 */
int assign_rank(const struct assign_host *host, const struct assign_wish *wish,
		const struct nvmux_type **ret, size_t *ret_n, char *text, size_t size);

#endif
