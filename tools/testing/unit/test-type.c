// SPDX-License-Identifier: GPL-2.0-only
/* The catalogue: look-up, what follows from a row, and what all rows must have in common. */
#include <ctype.h>
#include <string.h>

#include "../../../kmod/core/type.h"
#include "../../../kmod/hw/catalogue/catalogue.h"
#include "tap.h"

#define NVIDIA 0x10de

static const struct nvmux_board *a30(void)
{
	return nvmux_board_find(0x20b7, NVIDIA, 0x1532);
}

static const struct nvmux_board *rtx_pro_6000(void)
{
	return nvmux_board_find(0x2bb5, NVIDIA, 0x204e);
}

static bool type_a30_is_found_by_its_ids(void)
{
	CHECK(a30());
	CHECK(!strcmp(a30()->name, "NVIDIA A30"));
	CHECK(!strcmp(a30()->family->name, "A30"));
	CHECK(nvmux_board_find(0x20b9, NVIDIA, 0x157f)->family == a30()->family);
	return true;
}

static bool type_foreign_ids_are_not_found(void)
{
	CHECK(!nvmux_board_find(0x20b7, NVIDIA, 0x0001));
	CHECK(!nvmux_board_find(0x20b7, 0x8086, 0x1532));
	CHECK(!nvmux_board_find(0x20b7, 0, 0));
	CHECK(!nvmux_board_find(0x0000, NVIDIA, 0x1532));
	return true;
}

static bool type_board_without_a_list_takes_any_subsystem(void)
{
	CHECK(nvmux_board_find(0x1db4, NVIDIA, 0x1306));
	CHECK(nvmux_board_find(0x1db4, 0x8086, 0x0001));
	CHECK(nvmux_board_find(0x1db4, 0, 0));
	return true;
}

static bool type_is_found_by_its_whole_name(void)
{
	CHECK(nvmux_type_find(a30(), "A30-12C"));
	CHECK(!nvmux_type_find(a30(), "A30-12"));
	CHECK(!nvmux_type_find(a30(), "a30-12c"));
	CHECK(!nvmux_type_find(a30(), "A40-12C"));
	CHECK(!nvmux_type_find(NULL, "A30-12C"));
	return true;
}

static bool type_board_without_vgpus_has_no_types(void)
{
	const struct nvmux_board *board = nvmux_board_find(0x24b0, NVIDIA, 0x14ad);

	CHECK(board && board->family);
	CHECK(!board->family->n_types && !board->family->n_profiles);
	CHECK(!nvmux_type_find(board, "RTXA4000-4Q"));
	CHECK(!nvmux_gi_profile_find(board->family, "1g.6gb"));
	return true;
}

static bool type_profile_is_found_by_its_whole_name(void)
{
	const struct nvmux_gi_profile *profile = nvmux_gi_profile_find(a30()->family, "2g.12gb");

	CHECK(profile);
	CHECK(profile->compute == 2 && profile->memory == 2 && profile->max == 2);
	CHECK(profile->starts == 0x5);
	CHECK(nvmux_gi_profile_find(a30()->family, "2g.12gb+me") != profile);
	CHECK(!nvmux_gi_profile_find(a30()->family, "2g"));
	CHECK(nvmux_type_find(a30(), "A30-2-12C")->gi == profile);
	CHECK(!nvmux_type_find(a30(), "A30-12C")->gi);
	return true;
}

static bool type_bar1_is_the_next_power_of_two(void)
{
	const struct nvmux_board *h100l = nvmux_board_find(0x2321, NVIDIA, 0x1839);
	const struct nvmux_board *m10 = nvmux_board_find(0x13bd, NVIDIA, 0x1160);

	CHECK(nvmux_type_bar1_size(nvmux_type_find(a30(), "A30-4C")) == 4ULL << 30);
	CHECK(nvmux_type_bar1_size(nvmux_type_find(a30(), "A30-12C")) == 16ULL << 30);
	CHECK(nvmux_type_bar1_size(nvmux_type_find(h100l, "H100L-94C")) == 128ULL << 30);
	CHECK(nvmux_type_bar1_size(nvmux_type_find(m10, "M10-0Q")) == 512ULL << 20);
	return true;
}

static bool type_texts_are_as_tools_parse_them(void)
{
	const struct nvmux_type *type = nvmux_type_find(a30(), "A30-12C");
	char text[128];

	nvmux_type_label(a30()->family, type, text, sizeof(text));
	CHECK(!strcmp(text, "NVIDIA A30-12C"));
	nvmux_type_describe(type, type->max_instances, text, sizeof(text));
	CHECK(!strcmp(text, "num_heads=1, frl_config=60, framebuffer=12288M, "
			    "max_resolution=4096x2400, max_instance=2\n"));
	nvmux_type_describe(type, 1, text, sizeof(text));
	CHECK(strstr(text, ", max_instance=1\n"));
	return true;
}

static bool type_id_has_no_spaces(void)
{
	const char *name = "RTX Pro 6000 Blackwell DC-1-24Q";
	char text[NVMUX_TYPE_TEXT_LEN];

	CHECK(nvmux_type_id(nvmux_type_find(a30(), "A30-12C"), text, sizeof(text)) == 7);
	CHECK(!strcmp(text, "A30-12C"));
	CHECK(nvmux_type_id(nvmux_type_find(rtx_pro_6000(), name), text, sizeof(text)) == 31);
	CHECK(!strcmp(text, "RTX_Pro_6000_Blackwell_DC-1-24Q"));
	return true;
}

static bool type_id_stays_in_its_buffer(void)
{
	const char *name = "RTX Pro 6000 Blackwell DC-4Q";
	const struct nvmux_type *type = nvmux_type_find(rtx_pro_6000(), name);
	char text[8] = "1234567";

	CHECK(nvmux_type_id(type, text, 5) == 28);
	CHECK(!strcmp(text, "RTX_"));
	CHECK(!strcmp(text + 5, "67"));
	CHECK(nvmux_type_id(type, NULL, 0) == 28);
	return true;
}

/* mdev directory names may have letters, digits, '_' and '-' only. */
static bool id_is_clean(const char *id)
{
	for (; *id; id++)
		if (!isalnum((unsigned char)*id) && *id != '-' && *id != '_')
			return false;
	return true;
}

static bool type_names_are_sane(const struct nvmux_family *family, const struct nvmux_type *type)
{
	char text[NVMUX_TYPE_TEXT_LEN];

	CHECK(nvmux_type_id(type, text, sizeof(text)) < NVMUX_TYPE_TEXT_LEN);
	CHECK(id_is_clean(text));
	CHECK(nvmux_type_label(family, type, text, sizeof(text)) < NVMUX_TYPE_TEXT_LEN);
	CHECK(!strncmp(type->name, family->name, strlen(family->name)));
	CHECK(type->name[strlen(family->name)] == '-');
	CHECK(strchr("QBAC", type->series));
	CHECK(strchr(type->name + strlen(family->name), type->series));
	return true;
}

/* Counted in the GiB of placement ids: published sizes of slices are rounded up by a few MiB. */
static bool type_fits_its_board(const struct nvmux_family *family, const struct nvmux_type *type)
{
	CHECK(type->fb_mib % 2 == 0 && type->fb_mib <= family->fb_mib);
	CHECK(type->max_instances >= 1);
	CHECK(type->max_mixed <= type->max_instances);
	CHECK(!type->max_mixed || family->mixed != NVMUX_MIXED_NONE);
	CHECK(type->gi ||
	      (u64)type->fb_mib * type->max_instances / 1024 <= family->region_gb);
	return true;
}

static bool type_row_is_sane(const struct nvmux_board *board, const struct nvmux_type *type)
{
	CHECK(type_names_are_sane(board->family, type));
	CHECK(type_fits_its_board(board->family, type));
	CHECK(type->heads && type->max_x && type->max_y && type->frl);
	CHECK(board->family->device && type->subsystem);
	CHECK(nvmux_type_find(board, type->name) == type);
	return true;
}

static bool type_all_rows_are_sane(void)
{
	const struct nvmux_board *const *list;
	const struct nvmux_board *board;
	unsigned int i, n = 0;

	for (list = nvmux_catalogue; *list; list++)
		for (board = *list; board->name; board++)
			for (i = 0; i < board->family->n_types; i++, n++)
				CHECK(type_row_is_sane(board, &board->family->types[i]));
	printf("# %u rows\n", n);
	CHECK(n);
	return true;
}

int main(void)
{
	RUN(type_a30_is_found_by_its_ids);
	RUN(type_foreign_ids_are_not_found);
	RUN(type_board_without_a_list_takes_any_subsystem);
	RUN(type_is_found_by_its_whole_name);
	RUN(type_board_without_vgpus_has_no_types);
	RUN(type_profile_is_found_by_its_whole_name);
	RUN(type_bar1_is_the_next_power_of_two);
	RUN(type_texts_are_as_tools_parse_them);
	RUN(type_id_has_no_spaces);
	RUN(type_id_stays_in_its_buffer);
	RUN(type_all_rows_are_sane);
	return tap_end();
}
