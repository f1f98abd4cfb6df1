// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of the daemon. The kernel has rules of its own (who may leave
 * which mode, what fits); they are not repeated here.
 */
#include <stdio.h>
#include <string.h>

#include "policy.h"

static bool is_switching(const struct nvmux_gpu *observed)
{
	return observed->has & NVMUX_HAS(NVMUX_A_GPU_TARGET);
}

static bool is_quarantined(const struct nvmux_gpu *observed)
{
	return observed->has & NVMUX_HAS(NVMUX_A_GPU_QUARANTINE);
}

static bool is_other_board(const struct gpu_wanted *wanted, const struct nvmux_gpu *observed)
{
	return wanted->device_id && observed->device_id &&
	       wanted->device_id != observed->device_id;
}

enum policy_step policy_restore(const struct gpu_wanted *wanted, const struct nvmux_gpu *observed,
				char *text, size_t size)
{
	if (!wanted->mode)
		return POLICY_NOTHING;
	if (is_switching(observed))
		return POLICY_WAIT;
	if (observed->mode == wanted->mode)
		return POLICY_NOTHING;
	if (is_other_board(wanted, observed)) {
		(void)snprintf(text, size, "gpu %s is a 10de:%04x, its configuration is for a 10de:%04x",
			       observed->bdf, observed->device_id, wanted->device_id);
		return POLICY_REFUSE;
	}
	if (is_quarantined(observed)) {
		(void)snprintf(text, size, "gpu %s is quarantined: %s", observed->bdf,
			       observed->quarantine);
		return POLICY_REFUSE;
	}
	return POLICY_SWITCH;
}

void policy_pending(const struct gpu_wanted *wanted, const struct nvmux_gpu *observed,
		    const char *failure, char *text, size_t size)
{
	text[0] = '\0';
	if (!wanted->mode || observed->mode == wanted->mode)
		return;
	if (is_switching(observed))
		(void)snprintf(text, size, "gpu %s is switching to %s mode", observed->bdf,
			       nvmux_mode_str(observed->target));
	else if (failure[0])
		(void)snprintf(text, size, "%s", failure);
	else if (is_quarantined(observed))
		(void)snprintf(text, size, "gpu %s is quarantined: %s", observed->bdf,
			       observed->quarantine);
	else
		(void)snprintf(text, size, "gpu %s is in %s mode, %s mode is configured",
			       observed->bdf, nvmux_mode_str(observed->mode),
			       nvmux_mode_str(wanted->mode));
}
