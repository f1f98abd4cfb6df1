// SPDX-License-Identifier: GPL-2.0-only
/*
 * The boards and families of the catalogue against the published figures in data/, both ways.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../kmod/core/type.h"
#include "../../../kmod/hw/catalogue/catalogue.h"
#include "figures.h"
#include "tap.h"

#define NVIDIA 0x10de
#define DELL 0x1028
#define HP 0x103c
#define LENOVO 0x17aa

static struct figures figures;

/* A marketing name without its remarks in brackets. */
static void name_of(size_t row, char *name)
{
	const char *text = csv_text(&figures.boards, row, "marketing_name");
	unsigned int depth = 0;
	char *end = name;

	for (; *text; text++) {
		depth += *text == '(';
		if (!depth)
			*end++ = *text;
		depth -= *text == ')';
	}
	while (end > name && end[-1] == ' ')
		end--;
	*end = '\0';
}

static bool board_is_row(const struct nvmux_board *board, size_t row)
{
	char name[256];

	name_of(row, name);
	CHECK(!strcmp(board->name, name));
	CHECK(board->device == csv_number(&figures.boards, row, "pci_device_id"));
	CHECK(csv_is(&figures.boards, row, "short_name", board->family->name));
	return true;
}

static bool row_takes_any(size_t row)
{
	const char *text = csv_text(&figures.boards, row, "pci_subsystem_ids");

	return !*text || strstr(text, "any");
}

static bool id_finds_row(u16 device, unsigned int subvendor, unsigned int subsystem, size_t row)
{
	const struct nvmux_board *board = nvmux_board_find(device, subvendor, subsystem);

	CHECK(board);
	return board_is_row(board, row);
}

/* Calls for each of the subsystem ids of a row; "any" is tried with ids that nobody has. */
static bool ids_find_row(size_t row)
{
	u16 device = csv_number(&figures.boards, row, "pci_device_id");
	const char *text = csv_text(&figures.boards, row, "pci_subsystem_ids");
	unsigned int vendor, subsystem;

	if (row_takes_any(row))
		CHECK(id_finds_row(device, 0x8086, 0x0001, row));
	else
		CHECK(!nvmux_board_find(device, 0x8086, 0x0001));
	for (; text; text = strchr(text, ';')) {
		text += *text == ';';
		if (sscanf(text, "%x:%x", &vendor, &subsystem) == 2)
			CHECK(id_finds_row(device, vendor, subsystem, row));
	}
	return true;
}

static bool catalogue_boards_are_found_by_every_id(void)
{
	bool ok = true;
	size_t row;

	for (row = 0; row < figures.boards.n_rows; row++) {
		if (ids_find_row(row))
			continue;
		printf("# %s\n", csv_text(&figures.boards, row, "marketing_name"));
		ok = false;
	}
	printf("# %zu boards\n", row);
	CHECK(row > 0);
	return ok;
}

static bool row_lists(size_t row, const struct nvmux_subsystem *id)
{
	char text[16];

	snprintf(text, sizeof(text), "%04X:%04X", id->vendor, id->device);
	return strstr(csv_text(&figures.boards, row, "pci_subsystem_ids"), text);
}

/* Has the row exactly the ids of the board? */
static bool row_is_board(size_t row, const struct nvmux_board *board)
{
	const struct nvmux_subsystem *id = board->subsystems;
	size_t length = 0;

	if (csv_number(&figures.boards, row, "pci_device_id") != board->device)
		return false;
	if (!id)
		return row_takes_any(row);
	for (; id->vendor; id++, length += strlen("10DE:1234;"))
		if (!row_lists(row, id))
			return false;
	return strlen(csv_text(&figures.boards, row, "pci_subsystem_ids")) + 1 == length;
}

static bool board_is_published(const struct nvmux_board *board)
{
	size_t row, found = 0, n = 0;

	for (row = 0; row < figures.boards.n_rows; row++)
		if (row_is_board(row, board)) {
			found = row;
			n++;
		}
	CHECK(n == 1);
	return board_is_row(board, found);
}

static bool catalogue_has_only_published_boards(void)
{
	const struct nvmux_board *const *list;
	const struct nvmux_board *board;
	size_t n = 0;
	bool ok = true;

	for (list = nvmux_catalogue; *list; list++)
		for (board = *list; board->name; board++, n++)
			if (!board_is_published(board)) {
				printf("# %s\n", board->name);
				ok = false;
			}
	CHECK(n == figures.boards.n_rows);
	return ok;
}

static bool spreads_evenly(const char *architecture, const char *family)
{
	return strstr(architecture, "Blackwell") || !strcmp(family, "H200") ||
	       !strcmp(family, "H200X") || !strcmp(family, "H20X");
}

static enum nvmux_mixed_rule mixed_of(size_t row)
{
	const struct csv *csv = &figures.boards;

	if (strncmp(csv_text(csv, row, "heterogeneous_mixed_size_supported"), "yes", 3))
		return NVMUX_MIXED_NONE;
	if (spreads_evenly(csv_text(csv, row, "architecture"), csv_text(csv, row, "short_name")))
		return NVMUX_MIXED_EVEN;
	return NVMUX_MIXED_HALVES;
}

static bool family_is_row(const struct nvmux_family *family, size_t row)
{
	const struct csv *csv = &figures.boards;

	CHECK(csv_is(csv, row, "architecture", family->architecture));
	CHECK(family->fb_mib == csv_number(csv, row, "fb_mib"));
	CHECK(family->region_gb == (csv_number(csv, row, "fb_mib") + 512) / 1024);
	CHECK(family->compute_slices == csv_number(csv, row, "mig_compute_slices"));
	CHECK(family->memory_slices == csv_number(csv, row, "mig_memory_slices"));
	CHECK(family->mixed == mixed_of(row));
	return true;
}

static bool row_has_its_family(const struct nvmux_board *board)
{
	size_t row;

	for (row = 0; row < figures.boards.n_rows; row++)
		if (row_is_board(row, board))
			return family_is_row(board->family, row);
	return false;
}

static bool catalogue_families_are_as_published(void)
{
	const struct nvmux_board *const *list;
	const struct nvmux_board *board;
	bool ok = true;

	for (list = nvmux_catalogue; *list; list++)
		for (board = *list; board->name; board++)
			if (!row_has_its_family(board)) {
				printf("# %s\n", board->name);
				ok = false;
			}
	return ok;
}

static bool family_is(u16 device, u16 subvendor, u16 subsystem, const char *family)
{
	const struct nvmux_board *board = nvmux_board_find(device, subvendor, subsystem);

	CHECK(board);
	CHECK(!strcmp(board->family->name, family));
	return true;
}

static bool catalogue_alias_boards_have_the_types_of_others(void)
{
	CHECK(family_is(0x20b9, NVIDIA, 0x157f, "A30"));
	CHECK(family_is(0x20b8, NVIDIA, 0x1581, "A100D"));
	CHECK(family_is(0x20fd, NVIDIA, 0x17f8, "A800D"));
	CHECK(family_is(0x2336, NVIDIA, 0x16c2, "H100XM"));
	CHECK(family_is(0x2335, NVIDIA, 0x18bf, "H200X"));
	CHECK(family_is(0x2901, NVIDIA, 0x20da, "B200X"));
	CHECK(family_is(0x2bb5, NVIDIA, 0x220b, "RTX Pro 6000 Blackwell DC"));
	return true;
}

static bool catalogue_other_subsystem_vendors_are_found(void)
{
	CHECK(family_is(0x1e30, DELL, 0x129e, "RTX8000"));
	CHECK(family_is(0x1e30, HP, 0x129e, "RTX8000"));
	CHECK(family_is(0x2230, LENOVO, 0x1459, "RTXA6000"));
	CHECK(family_is(0x20f6, DELL, 0x180a, "A800"));
	CHECK(family_is(0x26b3, LENOVO, 0x1934, "RTX5880-Ada"));
	CHECK(!nvmux_board_find(0x20f6, DELL, 0x17a3));
	CHECK(!nvmux_board_find(0x1e30, LENOVO, 0x129e));
	return true;
}

static bool catalogue_one_device_id_may_be_two_boards(void)
{
	CHECK(family_is(0x25b6, NVIDIA, 0x157e, "A2"));
	CHECK(family_is(0x25b6, NVIDIA, 0x14a9, "A16"));
	CHECK(family_is(0x1e78, NVIDIA, 0x13d9, "RTX6000P"));
	CHECK(family_is(0x1e78, NVIDIA, 0x13d8, "RTX8000P"));
	return true;
}

int main(void)
{
	figures_load(&figures, "data");
	RUN(catalogue_boards_are_found_by_every_id);
	RUN(catalogue_has_only_published_boards);
	RUN(catalogue_families_are_as_published);
	RUN(catalogue_alias_boards_have_the_types_of_others);
	RUN(catalogue_other_subsystem_vendors_are_found);
	RUN(catalogue_one_device_id_may_be_two_boards);
	figures_done(&figures);
	return tap_end();
}
