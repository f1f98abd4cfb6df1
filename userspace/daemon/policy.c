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

/* What must not be done to a GPU by itself; @text then says why. */
static bool is_forbidden(const struct gpu_wanted *wanted, const struct nvmux_gpu *observed,
			 char *text, size_t size)
{
	if (is_other_board(wanted, observed)) {
		(void)snprintf(text, size, "gpu %s is a 10de:%04x, its configuration is for a 10de:%04x",
			       observed->bdf, observed->device_id, wanted->device_id);
		return true;
	}
	if (is_quarantined(observed)) {
		(void)snprintf(text, size, "gpu %s is quarantined: %s", observed->bdf,
			       observed->quarantine);
		return true;
	}
	return false;
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
	return is_forbidden(wanted, observed, text, size) ? POLICY_REFUSE : POLICY_SWITCH;
}

enum policy_step policy_restore_partition(const struct gpu_wanted *wanted,
					  const struct nvmux_gpu *observed, char *text,
					  size_t size)
{
	if (!wanted->partition || observed->partition == wanted->partition)
		return POLICY_NOTHING;
	if (is_forbidden(wanted, observed, text, size))
		return POLICY_REFUSE;
	return is_switching(observed) ? POLICY_WAIT : POLICY_SWITCH;
}

static void pending_mode(const struct gpu *gpu, char *text, size_t size)
{
	const struct nvmux_gpu *observed = &gpu->observed;

	if (!gpu->wanted.mode || observed->mode == gpu->wanted.mode)
		return;
	if (is_switching(observed))
		(void)snprintf(text, size, "gpu %s is switching to %s mode", observed->bdf,
			       nvmux_mode_str(observed->target));
	else if (gpu->failure[0])
		(void)snprintf(text, size, "%s", gpu->failure);
	else if (is_quarantined(observed))
		(void)snprintf(text, size, "gpu %s is quarantined: %s", observed->bdf,
			       observed->quarantine);
	else
		(void)snprintf(text, size, "gpu %s is in %s mode, %s mode is configured",
			       observed->bdf, nvmux_mode_str(observed->mode),
			       nvmux_mode_str(gpu->wanted.mode));
}

static void pending_partition(const struct gpu *gpu, char *text, size_t size)
{
	uint32_t wanted = gpu->wanted.partition, is = gpu->observed.partition;

	if (!wanted || wanted == is)
		return;
	if (gpu->undivided[0])
		(void)snprintf(text, size, "%s", gpu->undivided);
	else if (is)
		(void)snprintf(text, size, "gpu %s is divided %s, %s is configured",
			       gpu->observed.bdf, nvmux_partition_str(is),
			       nvmux_partition_str(wanted));
	else
		(void)snprintf(text, size, "gpu %s cannot be divided, %s is configured",
			       gpu->observed.bdf, nvmux_partition_str(wanted));
}

void policy_pending(const struct gpu *gpu, char *text, size_t size)
{
	char other[NVMUX_TEXT_SIZE] = "";
	size_t len;

	text[0] = '\0';
	pending_mode(gpu, text, size);
	pending_partition(gpu, other, sizeof(other));
	len = strlen(text);
	if (other[0] && strcmp(text, other) != 0)
		(void)snprintf(text + len, size - len, "%s%s", len ? "; " : "", other);
}
