// SPDX-License-Identifier: GPL-2.0-only
/* nvmux vm: list. */
#include "cli/fail.h"
#include "cli/verbs.h"
#include "cli/world.h"

int cmd_vm_list(const struct args *a)
{
	_cleanup_bus_ sd_bus *bus = NULL;
	struct records vms = {};
	int code;

	code = bus_open(&bus);
	if (!code)
		code = world_get_vms(bus, &vms);
	if (!code)
		code = output_list(&a->output, &vm_noun, &vms);
	records_clear(&vm_noun, &vms);
	return code;
}
