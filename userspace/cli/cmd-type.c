// SPDX-License-Identifier: GPL-2.0-only
/* nvmux type: list. */
#include "cli/fail.h"
#include "cli/verbs.h"
#include "cli/world.h"

static int type_list(sd_bus *bus, const struct output *o, const char *gpu)
{
	struct records types = {};
	int code;

	code = world_get_types(bus, gpu, &types);
	if (!code)
		code = output_list(o, &type_noun, &types);
	records_clear(&type_noun, &types);
	return code;
}

static int type_list_of(sd_bus *bus, const struct output *o, const char *word)
{
	_cleanup_world_ struct world w = {};
	const struct gpu *gpu;
	int code;

	code = world_get(bus, &w);
	if (!code)
		code = world_find_gpu(&w, word, &gpu);
	return code ? code : type_list(bus, o, gpu->address);
}

int cmd_type_list(const struct args *a)
{
	const char *word = a->words[0];
	_cleanup_bus_ sd_bus *bus = NULL;
	int code = CODE_OK;

	if (word)
		code = check_gpu(word);
	if (!code)
		code = bus_open(&bus);
	if (code)
		return code;
	return word ? type_list_of(bus, &a->output, word) : type_list(bus, &a->output, "");
}
