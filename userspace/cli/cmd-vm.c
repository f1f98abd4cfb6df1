// SPDX-License-Identifier: GPL-2.0-only
/* nvmux vm: list, check. */
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

static bool is_violation(const void *row, const void *userdata)
{
	const struct vm *vm = row;

	(void)userdata;
	return vm->violation && *vm->violation;
}

static int check_print(const struct output *o, const struct records *vms)
{
	int code = CODE_OK;

	if (vms->n || o->json)
		code = output_list(o, &vm_noun, vms);
	if (!code)
		code = output_end(o);
	return code ? code : vms->n ? CODE_POLICY : CODE_OK;
}

int cmd_vm_check(const struct args *a)
{
	_cleanup_bus_ sd_bus *bus = NULL;
	struct records vms = {};
	int code;

	code = bus_open(&bus);
	if (!code)
		code = world_get_vms(bus, &vms);
	if (!code) {
		records_keep(&vm_noun, &vms, is_violation, NULL);
		code = check_print(&a->output, &vms);
	}
	records_clear(&vm_noun, &vms);
	return code;
}
