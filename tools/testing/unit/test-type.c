// SPDX-License-Identifier: GPL-2.0-only
/* The catalogue: look-up, what follows from a row, and what all rows must have in common. */
#include <ctype.h>
#include <string.h>

#include "../../../kmod/core/type.h"
#include "../../../kmod/hw/catalogue/catalogue.h"
#include "tap.h"

#define NVIDIA 0x10de

static bool type_a30_is_found_by_its_ids(void)
{
	const struct nvmux_board *board = nvmux_board_find(0x20b7, NVIDIA, 0x1532);

	CHECK(board);
	CHECK(!strcmp(board->name, "NVIDIA A30"));
	CHECK(nvmux_board_find(0x20b9, NVIDIA, 0x157f));
	return true;
}

static bool type_foreign_ids_are_not_found(void)
{
	CHECK(!nvmux_board_find(0x20b7, NVIDIA, 0x0001));
	CHECK(!nvmux_board_find(0x20b7, 0x8086, 0x1532));
	CHECK(!nvmux_board_find(0x0000, NVIDIA, 0x1532));
	return true;
}

static bool type_is_found_by_its_whole_name(void)
{
	const struct nvmux_board *board = nvmux_board_find(0x20b7, NVIDIA, 0x1532);

	CHECK(nvmux_type_find(board, "A30-12C"));
	CHECK(!nvmux_type_find(board, "A30-12"));
	CHECK(!nvmux_type_find(board, "a30-12c"));
	CHECK(!nvmux_type_find(NULL, "A30-12C"));
	return true;
}

static bool type_bar1_is_the_next_power_of_two(void)
{
	const struct nvmux_board *board = nvmux_board_find(0x20b7, NVIDIA, 0x1532);

	CHECK(nvmux_type_bar1_size(nvmux_type_find(board, "A30-4C")) == 4ULL << 30);
	CHECK(nvmux_type_bar1_size(nvmux_type_find(board, "A30-12C")) == 16ULL << 30);
	CHECK(nvmux_type_fb_size(nvmux_type_find(board, "A30-12C")) == 12ULL << 30);
	return true;
}

static bool type_texts_are_as_tools_parse_them(void)
{
	const struct nvmux_board *board = nvmux_board_find(0x20b7, NVIDIA, 0x1532);
	const struct nvmux_type *type = nvmux_type_find(board, "A30-12C");
	char text[128];

	nvmux_type_label(board, type, text, sizeof(text));
	CHECK(!strcmp(text, "NVIDIA A30-12C"));
	nvmux_type_describe(type, text, sizeof(text));
	CHECK(!strcmp(text, "num_heads=1, frl_config=60, framebuffer=12288M, "
			    "max_resolution=4096x2400, max_instance=2\n"));
	return true;
}

/* mdev directory names may have letters, digits, '_' and '-' only. */
static bool name_is_clean(const char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '-' && *name != '_')
			return false;
	return true;
}

static bool type_row_is_sane(const struct nvmux_board *board, const struct nvmux_type *type)
{
	CHECK(name_is_clean(type->name));
	CHECK(strchr("QBAC", type->series));
	CHECK(strchr(type->name, type->series));
	CHECK(type->fb_mib % 2 == 0);
	CHECK(type->max_instances >= 1);
	CHECK((u64)type->fb_mib * type->max_instances <= board->fb_mib);
	CHECK(type->max_per_vm && type->heads && type->max_x && type->max_y && type->frl);
	CHECK(type->device && type->subsystem);
	CHECK(nvmux_type_find(board, type->name) == type);
	return true;
}

static bool type_all_rows_are_sane(void)
{
	const struct nvmux_board *const *family;
	const struct nvmux_board *board;
	unsigned int i, n = 0;

	for (family = nvmux_catalogue; *family; family++)
		for (board = *family; board->name; board++)
			for (i = 0; i < board->n_types; i++, n++)
				CHECK(type_row_is_sane(board, &board->types[i]));
	printf("# %u rows\n", n);
	CHECK(n);
	return true;
}

int main(void)
{
	RUN(type_a30_is_found_by_its_ids);
	RUN(type_foreign_ids_are_not_found);
	RUN(type_is_found_by_its_whole_name);
	RUN(type_bar1_is_the_next_power_of_two);
	RUN(type_texts_are_as_tools_parse_them);
	RUN(type_all_rows_are_sane);
	return tap_end();
}
