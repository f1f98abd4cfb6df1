// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of the daemon. The kernel has rules of its own (who may leave
 * which mode, what fits); they are not repeated here.
 */
#include <errno.h>
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

struct choice {
	const struct nvmux_type *best;
	bool offered;
	bool in_mode;
};

static void consider(struct choice *choice, const struct gpu_list *gpus,
		     const struct nvmux_type *type)
{
	const struct gpu *gpu = gpu_find(gpus, type->gpu);

	choice->offered = true;
	if (!gpu || !gpu_is_in(gpu, NVMUX_MODE_VGPU))
		return;
	choice->in_mode = true;
	if (!type->available)
		return;
	/* equal ones: the lower address, so that the choice can be foretold */
	if (choice->best && (type->available < choice->best->available ||
			     (type->available == choice->best->available &&
			      strcmp(type->gpu, choice->best->gpu) > 0)))
		return;
	choice->best = type;
}

static int choice_error(const struct choice *choice, const char *type, char *text, size_t size)
{
	if (!choice->offered) {
		(void)snprintf(text, size, "no gpu offers type %s", type);
		return -ENOENT;
	}
	if (!choice->in_mode) {
		(void)snprintf(text, size, "no gpu that offers type %s is in vgpu mode", type);
		return -EOPNOTSUPP;
	}
	(void)snprintf(text, size, "no gpu has an instance of type %s left", type);
	return -EUSERS;
}

int policy_choose_gpu(const struct gpu_list *gpus, const struct nvmux_type *types, size_t n,
		      const char *type, const char **ret, char *text, size_t size)
{
	struct choice choice = { 0 };

	for (size_t i = 0; i < n; i++)
		if (strcmp(types[i].name, type) == 0)
			consider(&choice, gpus, &types[i]);
	if (!choice.best)
		return choice_error(&choice, type, text, size);
	*ret = choice.best->gpu;
	return 0;
}
