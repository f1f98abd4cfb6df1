// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of kmod/hw/catalogue as rows of the command line. They are compiled in, not copied:
 * the command says what the module would say.
 */
#include <stdlib.h>
#include <string.h>

#include "core/type.h"
#include "hw/catalogue/catalogue.h"

#include "basic/cleanup.h"
#include "cli/catalogue.h"
#include "cli/fail.h"

#define for_each_board(list, board)					\
	for ((list) = nvmux_catalogue; *(list); (list)++)		\
		for ((board) = *(list); (board)->name; (board)++)

static const struct nvmux_type *family_type(const struct nvmux_family *family, const char *name)
{
	for (unsigned int i = 0; i < family->n_types; i++)
		if (!strcmp(family->types[i].name, name))
			return &family->types[i];
	return NULL;
}

/* 2: its name, 1: its name without the brand, or its family, 0: another one */
static int board_match(const struct nvmux_board *board, const char *word)
{
	const char *blank = strchr(board->name, ' ');

	if (!strcasecmp(board->name, word))
		return 2;
	return (blank && !strcasecmp(blank + 1, word)) || !strcasecmp(board->family->name, word);
}

static void list_similar(const char *word, FILE *f)
{
	const struct nvmux_board *const *list, *board;
	const char *before = "; it knows ", *last = "";

	for_each_board(list, board) {
		if (!strcasestr(board->name, word) || !strcmp(board->name, last))
			continue;
		fprintf(f, "%s%s", before, board->name);
		before = ", ";
		last = board->name;
	}
	if (!*last)
		fputs(", see nvmux type list --board help", f);
}

static int fail_unknown(const char *word)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return fail_memory();
	list_similar(word, f);
	if (fclose(f))
		return fail_memory();
	return fail(CODE_NOT_FOUND, "no board %s in the catalogue%s", word, text);
}

int catalogue_find(const char *word, const struct nvmux_family **ret)
{
	const struct nvmux_board *const *list, *board, *found = NULL, *second = NULL;

	if (!*word)
		return fail_unknown(word);
	for_each_board(list, board) {
		int match = board_match(board, word);

		if (match == 2) {
			*ret = board->family;
			return CODE_OK;
		}
		if (match && !found)
			found = board;
		else if (match && found->family != board->family)
			second = board;
	}
	if (!found)
		return fail_unknown(word);
	if (second)
		return fail(CODE_USAGE, "board %s may be %s or %s", word, found->name,
			    second->name);
	*ret = found->family;
	return CODE_OK;
}

const struct nvmux_family *catalogue_family_of(const struct gpu *gpu)
{
	const struct nvmux_board *board = nvmux_board_find(gpu->device_id,
							   gpu->subsystem_vendor_id,
							   gpu->subsystem_id);

	return board ? board->family : NULL;
}

static bool fits(const void *row, const void *userdata)
{
	const struct type_filter *filter = userdata;
	const struct vgpu_type *type = row;

	if (!type->name || (filter->name && strcmp(type->name, filter->name)))
		return false;
	return !filter->family || family_type(filter->family, type->name);
}

void catalogue_keep(struct records *types, const struct type_filter *filter)
{
	records_keep(&type_noun, types, fits, filter);
}

static bool has_type(const struct records *types, const char *name)
{
	const struct vgpu_type *type;

	for (size_t i = 0; i < types->n; i++) {
		type = records_get(&type_noun, types, i);
		if (type->name && !strcmp(type->name, name))
			return true;
	}
	return false;
}

static bool set_names(struct vgpu_type *row, const struct nvmux_family *family,
		      const struct nvmux_type *type, const char *reason)
{
	char label[NVMUX_TYPE_TEXT_LEN], id[NVMUX_TYPE_TEXT_LEN];
	const char series[] = { type->series, '\0' };

	nvmux_type_label(family, type, label, sizeof(label));
	nvmux_type_id(type, id, sizeof(id));
	/* the mdev core puts the name of the driver before it */
	if (asprintf(&row->mdev_type, "nvmux-%s", id) < 0) {
		row->mdev_type = NULL;
		return false;
	}
	return column_set_text(&row->name, type->name) && column_set_text(&row->label, label) &&
	       column_set_text(&row->family, family->name) &&
	       column_set_text(&row->architecture, family->architecture) &&
	       column_set_text(&row->series, series) && column_set_text(&row->reason, reason) &&
	       (!type->gi || column_set_text(&row->gi_profile, type->gi->name));
}

static void set_limits(struct vgpu_type *row, const struct nvmux_family *family,
		       const struct nvmux_type *type)
{
	row->fb_size = (uint64_t)type->fb_mib << 20;
	row->bar1_size = nvmux_type_bar1_size(type);
	row->max_instances = type->max_instances;
	row->max_mixed = type->max_mixed;
	row->max_per_gi = type->max_per_gi;
	row->heads = type->heads;
	row->max_x = type->max_x;
	row->max_y = type->max_y;
	row->frl = type->frl;
	row->max_per_vm = type->max_per_vm;
	row->device_id = family->device;
	row->subsystem_id = type->subsystem;
}

static int add_type(struct records *types, const struct nvmux_family *family,
		    const struct nvmux_type *type, const char *reason)
{
	struct vgpu_type *row = records_add(&type_noun, types);

	if (!row || !set_names(row, family, type, reason))
		return fail_memory();
	set_limits(row, family, type);
	return CODE_OK;
}

static int add_family(struct records *types, const struct nvmux_family *family,
		      const struct type_filter *filter, const char *reason)
{
	int code = CODE_OK;

	for (unsigned int i = 0; i < family->n_types && !code; i++) {
		const struct nvmux_type *type = &family->types[i];

		if (filter->name && strcmp(type->name, filter->name))
			continue;
		if (!has_type(types, type->name))
			code = add_type(types, family, type, reason);
	}
	return code;
}

/* Boards share families; what has been added with the first is there for the others. */
int catalogue_add_types(struct records *types, const struct type_filter *filter,
			const char *reason)
{
	const struct nvmux_board *const *list, *board;
	int code = CODE_OK;

	for_each_board(list, board)
		if (!code && (!filter->family || filter->family == board->family))
			code = add_family(types, board->family, filter, reason);
	return code;
}

static int add_board(struct records *boards, const struct nvmux_board *board)
{
	struct board *row = records_add(&board_noun, boards);

	if (!row || !column_set_text(&row->name, board->name) ||
	    !column_set_text(&row->architecture, board->family->architecture) ||
	    !column_set_text(&row->family, board->family->name))
		return fail_memory();
	row->device_id = board->device;
	row->fb_size = (uint64_t)board->family->fb_mib << 20;
	row->types = board->family->n_types;
	return CODE_OK;
}

int catalogue_add_boards(struct records *boards)
{
	const struct nvmux_board *const *list, *board;
	int code = CODE_OK;

	for_each_board(list, board)
		if (!code)
			code = add_board(boards, board);
	return code;
}

static const struct nvmux_family *family_with(const char *type)
{
	const struct nvmux_board *const *list, *board;

	for_each_board(list, board)
		if (family_type(board->family, type))
			return board->family;
	return NULL;
}

int catalogue_complete(struct records *types)
{
	for (size_t i = 0; i < types->n; i++) {
		struct vgpu_type *row = records_get(&type_noun, types, i);
		const struct nvmux_family *family = row->name ? family_with(row->name) : NULL;

		if (!family || row->family)
			continue;
		if (!column_set_text(&row->family, family->name) ||
		    !column_set_text(&row->architecture, family->architecture))
			return fail_memory();
	}
	return CODE_OK;
}
