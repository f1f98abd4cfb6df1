// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holders of org.nvmux1.GPU: who is in the way of a switch, as dictionaries.
 */
#include <errno.h>
#include <string.h>

#include "access.h"
#include "bus.h"
#include "holds.h"
#include "tenant.h"

static int append_hold(sd_bus_message *reply, const struct hold *hold)
{
	char service[128];

	holder_service(&hold->by, service, sizeof(service));
	return sd_bus_message_append(reply, "a{sv}", 6,
				     "kind", "s", hold->kind,
				     "what", "s", hold->what,
				     "pid", "u", (uint32_t)hold->by.pid,
				     "command", "s", hold->by.comm,
				     "vm", "s", hold->by.vm,
				     "service", "s", service);
}

static int append_holds(sd_bus_message *reply, const void *userdata)
{
	const struct holds *holds = userdata;
	int err = 0;

	for (size_t i = 0; i < holds->n && err >= 0; i++)
		err = append_hold(reply, &holds->items[i]);
	return err;
}

int bus_list_holders(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct gpu *gpu = userdata;
	struct holds holds = { 0 };
	int err = access_check(call, error);

	if (err < 0)
		return err;
	tenant_prune(gpu->manager);
	err = holds_of_gpu(gpu->manager, gpu, &holds);
	if (!err)
		err = bus_reply_dicts(call, append_holds, &holds);
	holds_clear(&holds);
	return err;
}
