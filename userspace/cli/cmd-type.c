// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux type: list, show. What GPUs of this host tell comes first; what they do not tell, the
 * catalogue does where that was asked for, with the reason why none can be created.
 */
#include <string.h>

#include "cli/catalogue.h"
#include "cli/fail.h"
#include "cli/session.h"
#include "cli/verbs.h"

static void types_clear(struct records *types)
{
	records_clear(&type_noun, types);
}

#define _cleanup_types_ _cleanup_(types_clear)

/* @gpu: PCI address, or empty: all. The complaint is not printed. */
static int types_ask(const char *gpu, struct records *types, struct complaint *c)
{
	_cleanup_bus_ sd_bus *bus = NULL;
	int code;

	code = bus_try_open(&bus, c);
	return code ? code : world_try_types(bus, gpu, types, c);
}

static int types_get_told(const char *gpu, const struct type_filter *filter, struct records *types)
{
	struct complaint c;
	int code;

	code = types_ask(gpu, types, &c);
	if (code)
		return fail_complaint(&c);
	catalogue_keep(types, filter);
	return catalogue_complete(types);
}

static int type_list_told(const struct output *o, const char *gpu)
{
	_cleanup_types_ struct records types = {};
	const struct type_filter all = {};
	int code;

	code = types_get_told(gpu, &all, &types);
	return code ? code : output_list(o, &type_noun, &types);
}

/* Nobody to ask is no failure here: then all comes out of the catalogue, and says so. */
static int types_get_all(const char *gpu, const struct type_filter *filter, struct records *types)
{
	struct complaint c = { .text = "no gpu of this host offers it" };
	int code;

	(void)types_ask(gpu, types, &c);
	catalogue_keep(types, filter);
	code = catalogue_complete(types);
	return code ? code : catalogue_add_types(types, filter, c.text);
}

static int type_list_all(const struct output *o, const char *gpu, const struct type_filter *filter)
{
	_cleanup_types_ struct records types = {};
	int code;

	code = types_get_all(gpu, filter, &types);
	return code ? code : output_list(o, &type_noun, &types);
}

/* The GPU's own types, and with @all the others of its board. */
static int type_list_of(const struct output *o, const char *word, bool all)
{
	_cleanup_session_ struct session s = {};
	struct type_filter filter = {};
	const struct gpu *gpu;
	int code;

	code = session_open_gpu(&s, word, &gpu);
	if (code)
		return code;
	filter.family = catalogue_family_of(gpu);
	if (!all || !filter.family)
		return type_list_told(o, gpu->address);
	return type_list_all(o, gpu->address, &filter);
}

static int board_list(const struct output *o)
{
	struct records boards = {};
	int code;

	code = catalogue_add_boards(&boards);
	if (!code)
		code = output_list(o, &board_noun, &boards);
	records_clear(&board_noun, &boards);
	return code;
}

static int type_list_board(const struct output *o, const char *board)
{
	struct type_filter filter = {};
	int code;

	if (!strcmp(board, "help"))
		return board_list(o);
	code = catalogue_find(board, &filter.family);
	return code ? code : type_list_all(o, "", &filter);
}

int cmd_type_list(const struct args *a)
{
	const struct type_filter none = {};
	bool all = a->seen & OPTION_ALL;

	if (a->board && a->words[0])
		return fail_usage("type list takes a GPU or --board, not both");
	if (a->board)
		return type_list_board(&a->output, a->board);
	if (a->words[0])
		return type_list_of(&a->output, a->words[0], all);
	return all ? type_list_all(&a->output, "", &none) : type_list_told(&a->output, "");
}

static int type_show_of(const struct output *o, const char *word, const struct type_filter *filter)
{
	_cleanup_session_ struct session s = {};
	_cleanup_types_ struct records types = {};
	const struct gpu *gpu;
	int code;

	code = session_open_gpu(&s, word, &gpu);
	if (!code)
		code = types_get_told(gpu->address, filter, &types);
	if (code)
		return code;
	if (!types.n)
		return fail(CODE_NOT_FOUND, "gpu %s has no type %s", gpu->address, filter->name);
	return output_show_all(o, &type_noun, &types);
}

static int type_show(const struct output *o, const struct type_filter *filter)
{
	_cleanup_types_ struct records types = {};
	int code;

	code = types_get_all("", filter, &types);
	if (code)
		return code;
	if (!types.n)
		return fail(CODE_NOT_FOUND, "no type %s, see nvmux type list --all", filter->name);
	return output_show_all(o, &type_noun, &types);
}

int cmd_type_show(const struct args *a)
{
	const struct type_filter filter = { .name = a->words[a->n_words - 1] };

	if (a->n_words == 2)
		return type_show_of(&a->output, a->words[0], &filter);
	return type_show(&a->output, &filter);
}
