// SPDX-License-Identifier: GPL-2.0-only
/*
 * The types of the catalogue against the published figures in data/, row by row and both ways.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../kmod/core/type.h"
#include "../../../kmod/hw/catalogue/catalogue.h"
#include "figures.h"
#include "tap.h"

static struct figures figures;

/* A difference is told and remembered; the other fields and rows are looked at all the same. */
static bool same(const char *row, const char *what, u64 have, u64 want)
{
	if (have != want)
		printf("# %s: %s is %llu, published is %llu\n", row, what,
		       (unsigned long long)have, (unsigned long long)want);
	return have == want;
}

struct display {
	u32 heads;
	u32 x;
	u32 y;
	u32 frl;
};

/* What the types of a series show when nothing is published of one of them. */
static struct display series_display(char series, u32 fb_mib)
{
	switch (series) {
	case 'Q':
		if (fb_mib < 1024)
			return (struct display){ 2, 2560, 1600, 60 };
		if (fb_mib == 1024)
			return (struct display){ 4, 5120, 2880, 60 };
		return (struct display){ 4, 7680, 4320, 60 };
	case 'B':
		if (fb_mib < 1024)
			return (struct display){ 2, 2560, 1600, 45 };
		return (struct display){ 4, 5120, 2880, 45 };
	case 'A':
		return (struct display){ 1, 1280, 1024, 60 };
	default:
		return (struct display){ 1, 4096, 2400, 60 };
	}
}

static u32 number_or(size_t row, const char *column, u32 otherwise)
{
	if (csv_is(&figures.types, row, column, ""))
		return otherwise;
	return csv_number(&figures.types, row, column);
}

static bool display_is_as_published(const struct nvmux_type *type, size_t row)
{
	struct display rule = series_display(type->series, type->fb_mib);
	const char *name = type->name;
	bool ok;

	ok = same(name, "heads", type->heads, number_or(row, "num_heads", rule.heads));
	ok &= same(name, "max_x", type->max_x, number_or(row, "max_x", rule.x));
	ok &= same(name, "max_y", type->max_y, number_or(row, "max_y", rule.y));
	ok &= same(name, "frl", type->frl, number_or(row, "frl", rule.frl));
	return ok;
}

static bool limits_are_as_published(const struct nvmux_type *type, size_t row)
{
	const struct csv *csv = &figures.types;
	const char *name = type->name;
	bool ok;

	ok = same(name, "fb_mib", type->fb_mib, csv_number(csv, row, "fb_mib"));
	ok &= same(name, "max_instances", type->max_instances,
		   csv_number(csv, row, "max_instances_per_gpu"));
	ok &= same(name, "max_mixed", type->max_mixed,
		   csv_number(csv, row, "max_instances_mixed_size"));
	ok &= same(name, "max_per_gi", type->max_per_gi,
		   csv_number(csv, row, "max_instances_per_gi"));
	ok &= same(name, "max_per_vm", type->max_per_vm, csv_number(csv, row, "max_per_vm"));
	return ok;
}

static bool instance_is_as_published(const struct nvmux_type *type, size_t row)
{
	const struct csv *csv = &figures.types;
	bool ok;

	if (!csv_number(csv, row, "mig_backed"))
		return same(type->name, "in a GPU instance", !!type->gi, false);
	if (!type->gi)
		return same(type->name, "in a GPU instance", false, true);
	ok = same(type->name, csv_text(csv, row, "gi_profile"),
		  csv_is(csv, row, "gi_profile", type->gi->name), true);
	ok &= same(type->name, "compute slices", type->gi->compute,
		   csv_number(csv, row, "gi_compute_slices"));
	ok &= same(type->name, "memory slices", type->gi->memory,
		   csv_number(csv, row, "gi_memory_slices"));
	return ok;
}

static bool names_are_as_published(const struct nvmux_family *family,
				   const struct nvmux_type *type, size_t row)
{
	const struct csv *csv = &figures.types;
	const char series[] = { type->series, '\0' };
	char label[NVMUX_TYPE_TEXT_LEN];
	bool ok;

	nvmux_type_label(family, type, label, sizeof(label));
	ok = same(type->name, label, csv_is(csv, row, "full_name", label), true);
	ok &= same(type->name, "series", csv_is(csv, row, "series", series), true);
	ok &= same(type->name, family->name, csv_is(csv, row, "gpu", family->name), true);
	ok &= same(type->name, "subsystem", type->subsystem,
		   csv_number(csv, row, "vdev_subsystem_id"));
	return ok;
}

static bool type_is_as_published(const struct nvmux_family *family,
				 const struct nvmux_type *type, size_t row)
{
	bool ok;

	ok = names_are_as_published(family, type, row);
	ok &= limits_are_as_published(type, row);
	ok &= display_is_as_published(type, row);
	ok &= instance_is_as_published(type, row);
	return ok;
}

/* The catalogue's board for a row of gpus.csv. */
static const struct nvmux_board *board_of(size_t row)
{
	const char *text = csv_text(&figures.boards, row, "pci_subsystem_ids");
	u16 device = csv_number(&figures.boards, row, "pci_device_id");
	unsigned int subvendor, subsystem;

	if (sscanf(text, "%x:%x", &subvendor, &subsystem) != 2)
		return nvmux_board_find(device, 0, 0);
	return nvmux_board_find(device, subvendor, subsystem);
}

static bool row_is_in_the_catalogue(size_t row)
{
	const char *name = csv_text(&figures.types, row, "type_name");
	const struct nvmux_board *board;
	const struct nvmux_type *type;

	board = board_of(figures_board(&figures, csv_text(&figures.types, row, "gpu")));
	if (!board || !same(name, "device", board->family->device,
			    csv_number(&figures.types, row, "vdev_id")))
		return false;
	type = nvmux_type_find(board, name);
	if (!same(name, "offered", !!type, !figures_type_lacks(&figures, row)))
		return false;
	return !type || type_is_as_published(board->family, type, row);
}

static bool catalogue_has_every_published_type(void)
{
	size_t row, offered = 0;
	bool ok = true;

	for (row = 0; row < figures.types.n_rows; row++) {
		ok &= row_is_in_the_catalogue(row);
		offered += !figures_type_lacks(&figures, row);
	}
	printf("# %zu rows, %zu offered\n", row, offered);
	CHECK(offered > 0);
	return ok;
}

static bool type_is_published(const struct nvmux_type *type)
{
	size_t row, n = 0;

	for (row = 0; row < figures.types.n_rows; row++)
		n += csv_is(&figures.types, row, "type_name", type->name) &&
		     !figures_type_lacks(&figures, row);
	return same(type->name, "in a row", n, 1);
}

static bool catalogue_has_only_published_types(void)
{
	const struct nvmux_board *const *list;
	const struct nvmux_board *board;
	unsigned int i;
	bool ok = true;

	for (list = nvmux_catalogue; *list; list++)
		for (board = *list; board->name; board++)
			for (i = 0; i < board->family->n_types; i++)
				ok &= type_is_published(&board->family->types[i]);
	return ok;
}

int main(void)
{
	figures_load(&figures, "data");
	RUN(catalogue_has_every_published_type);
	RUN(catalogue_has_only_published_types);
	figures_done(&figures);
	return tap_end();
}
