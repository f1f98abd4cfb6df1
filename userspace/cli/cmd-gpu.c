// SPDX-License-Identifier: GPL-2.0-only
/* nvmux gpu: list, show, set-partition, create-instance, delete-instance, xml. */
#include <stdint.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/session.h"
#include "cli/verbs.h"

#define OBJECT(address) { "gpu", "org.nvmux1.GPU", address, BUS_CHANGE_SECONDS }

int cmd_gpu_list(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	int code;

	code = session_open_gpus(&s);
	return code ? code : output_list(&a->output, &gpu_noun, &s.world.gpus);
}

int cmd_gpu_show(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	const struct gpu *gpu;
	int code;

	code = session_open_gpu(&s, a->words[0], &gpu);
	return code ? code : output_show(&a->output, &gpu_noun, gpu);
}

static int gpu_set_partition(const struct session *s, const char *partition)
{
	const struct object object = OBJECT(s->address);

	return bus_call_object(s->bus, &object, "SetPartition", NULL, "s", partition);
}

int cmd_gpu_set_partition(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	int code;

	code = check_partition(a->words[1]);
	if (!code)
		code = session_open_address(&s, a->words[0]);
	if (!code)
		code = gpu_set_partition(&s, a->words[1]);
	return session_gpu_changed(&s, a, code);
}

/* @placement: -1 lets the kernel choose */
static int gpu_create_instance(const struct session *s, const char *profile, int32_t placement,
			       uint32_t *ret)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const struct object object = OBJECT(s->address);
	int code, r;

	code = bus_call_object(s->bus, &object, "CreateInstance", &reply, "si", profile, placement);
	if (code)
		return code;
	r = sd_bus_message_read(reply, "u", ret);
	return r < 0 ? bus_fail(r, NULL) : CODE_OK;
}

int cmd_gpu_create_instance(const struct args *a)
{
	int32_t wish = a->seen & OPTION_PLACEMENT ? (int32_t)a->placement : -1;
	_cleanup_session_ struct session s = {};
	uint32_t placement;
	int code;

	code = session_open_address(&s, a->words[0]);
	if (!code)
		code = gpu_create_instance(&s, a->words[1], wish, &placement);
	if (!code && !a->output.json)
		fprintf(a->output.file, "%u\n", placement);
	return session_gpu_changed(&s, a, code);
}

static int gpu_delete_instance(const struct session *s, uint32_t placement)
{
	const struct object object = OBJECT(s->address);

	return bus_call_object(s->bus, &object, "DeleteInstance", NULL, "u", placement);
}

int cmd_gpu_delete_instance(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	uint32_t placement;
	int code;

	code = check_number("placement", a->words[1], &placement);
	if (!code)
		code = session_open_address(&s, a->words[0]);
	if (!code)
		code = gpu_delete_instance(&s, placement);
	return session_gpu_changed(&s, a, code);
}

int print_pci_xml(const struct output *o, const char *address)
{
	_cleanup_free_ char *xml = NULL;
	unsigned int domain, bus, slot, function;

	if (sscanf(address, "%x:%x:%x.%x", &domain, &bus, &slot, &function) != 4)
		return fail(CODE_FAILED, "%s is not a PCI address", address);
	if (asprintf(&xml,
		     "<hostdev mode='subsystem' type='pci' managed='no'>\n"
		     "  <source>\n"
		     "    <address domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'/>\n"
		     "  </source>\n"
		     "</hostdev>\n", domain, bus, slot, function) < 0) {
		xml = NULL;
		return fail_memory();
	}
	return output_text(o, "xml", xml);
}

int cmd_gpu_xml(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	const struct gpu *gpu;
	int code;

	code = session_open_gpu(&s, a->words[0], &gpu);
	return code ? code : print_pci_xml(&a->output, gpu->address);
}
