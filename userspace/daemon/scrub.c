// SPDX-License-Identifier: GPL-2.0-only
/*
 * When the whole framebuffer of a GPU is overwritten. That users of vGPUs find nothing of each other
 * is the kernel's affair, and no policy.
 */
#include "../basic/cleanup.h"
#include "../basic/table.h"
#include "../lib/libnvmux.h"
#include "scrub.h"

static const char *const policies[] = {
	[SCRUB_BETWEEN_TENANTS] = "between-tenants",
	[SCRUB_ALWAYS] = "always",
	[SCRUB_OFF] = "off",
};

int scrub_policy_from_str(const char *name)
{
	return table_from_string(policies, ARRAY_SIZE(policies), name);
}

uint32_t scrub_flags(uint32_t policy, uint32_t mode)
{
	if (mode != NVMUX_MODE_PASSTHROUGH)
		return 0;
	if (policy == SCRUB_ALWAYS)
		return NVMUX_SET_FLAGS_SCRUB;
	return policy == SCRUB_OFF ? NVMUX_SET_FLAGS_NO_SCRUB : 0;
}
