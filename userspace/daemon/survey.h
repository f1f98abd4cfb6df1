/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looks at the host for a plan.
 */
#ifndef NVMUX_DAEMON_SURVEY_H
#define NVMUX_DAEMON_SURVEY_H

#include "manager.h"
#include "plan.h"

/* -ENOMEM; survey_clear() what was found in any case. */
int survey(struct manager *m, const struct gpu *gpu, const struct gpu_wanted *wanted,
	   struct plan_host *ret);
/* Is the framebuffer of this function the only one that the host has? */
bool survey_only_framebuffer(const char *bdf);

void survey_clear(struct plan_host *host);

#endif
