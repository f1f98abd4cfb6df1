// SPDX-License-Identifier: GPL-2.0-only
/* nvmux gpu: list, show, set-mode, xml. */
#include <string.h>

#include "cli/fail.h"
#include "cli/verbs.h"
#include "cli/world.h"

/* A switch may wait for a reset and a scrub; the daemon's own deadline ends sooner. */
#define SWITCH_SECONDS 300

int cmd_gpu_list(const struct args *a)
{
	_cleanup_world_ struct world w = {};
	_cleanup_bus_ sd_bus *bus = NULL;
	int code;

	code = bus_open(&bus);
	if (!code)
		code = world_get(bus, &w);
	if (code)
		return code;
	return output_list(&a->output, &gpu_noun, &w.gpus);
}

static int gpu_show(sd_bus *bus, const struct output *o, const char *word)
{
	_cleanup_world_ struct world w = {};
	const struct gpu *gpu;
	int code;

	code = world_get(bus, &w);
	if (!code)
		code = world_find_gpu(&w, word, &gpu);
	if (code)
		return code;
	return output_show(o, &gpu_noun, gpu);
}

int cmd_gpu_show(const struct args *a)
{
	_cleanup_bus_ sd_bus *bus = NULL;
	int code;

	code = check_gpu(a->words[0]);
	if (!code)
		code = bus_open(&bus);
	return code ? code : gpu_show(bus, &a->output, a->words[0]);
}

static int gpu_set_mode(sd_bus *bus, const char *address, const char *mode, int detach)
{
	_cleanup_free_ char *path = bus_path("gpu", address);
	struct method method = { path, "org.nvmux1.GPU", "SetMode", SWITCH_SECONDS };

	if (!path)
		return fail_memory();
	if (detach)
		return bus_call(bus, &method, NULL, "sa{sv}", mode, 1, "detach", "b", 1);
	return bus_call(bus, &method, NULL, "sa{sv}", mode, 0);
}

/* Silent when it has worked; with --json the GPU as it is now. */
int cmd_gpu_set_mode(const struct args *a)
{
	_cleanup_world_ struct world w = {};
	_cleanup_bus_ sd_bus *bus = NULL;
	const struct gpu *gpu;
	int code;

	code = check_gpu(a->words[0]);
	if (!code)
		code = check_mode(a->words[1]);
	if (!code)
		code = bus_open(&bus);
	if (!code)
		code = world_get(bus, &w);
	if (!code)
		code = world_find_gpu(&w, a->words[0], &gpu);
	if (!code)
		code = gpu_set_mode(bus, gpu->address, a->words[1], a->seen & OPTION_DETACH);
	if (code || !a->output.json)
		return code;
	return gpu_show(bus, &a->output, gpu->address);
}

static int gpu_print_xml(const struct output *o, const char *address)
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
	_cleanup_world_ struct world w = {};
	_cleanup_bus_ sd_bus *bus = NULL;
	const struct gpu *gpu;
	int code;

	code = check_gpu(a->words[0]);
	if (!code)
		code = bus_open(&bus);
	if (!code)
		code = world_get(bus, &w);
	if (!code)
		code = world_find_gpu(&w, a->words[0], &gpu);
	if (code)
		return code;
	return gpu_print_xml(&a->output, gpu->address);
}
