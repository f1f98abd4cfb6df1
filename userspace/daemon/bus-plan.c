// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plan of org.nvmux1.GPU: what SetMode would do, as dictionaries.
 */
#include <errno.h>
#include <string.h>

#include "access.h"
#include "bus.h"
#include "survey.h"

static int append_lines(sd_bus_message *reply, const void *userdata)
{
	const struct plan *plan = userdata;
	int err = 0;

	for (size_t i = 0; i < plan->n && err >= 0; i++)
		err = sd_bus_message_append(reply, "a{sv}", 3,
					    "verdict", "s", plan_verdict_str(plan->lines[i].verdict),
					    "function", "s", plan->lines[i].function,
					    "text", "s", plan->lines[i].text);
	return err;
}

static int reply_plan(sd_bus_message *call, const struct plan_host *host)
{
	struct plan plan = { 0 };
	int err;

	plan_make(host, &plan);
	err = plan.cut ? -ENOMEM : bus_reply_dicts(call, append_lines, &plan);
	plan_clear(&plan);
	return err;
}

int bus_plan(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct plan_host host = { 0 };
	struct gpu *gpu = userdata;
	struct gpu_wanted wanted;
	int err = access_check(call, error);

	if (err >= 0)
		err = bus_need_module(gpu->manager, error);
	if (err >= 0)
		err = bus_read_mode(call, &wanted, error);
	if (err < 0)
		return err;
	err = survey(gpu->manager, gpu, &wanted, &host);
	if (!err)
		err = reply_plan(call, &host);
	survey_clear(&host);
	return err;
}
