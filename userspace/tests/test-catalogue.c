// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rows out of a catalogue that is made up here: it takes the place of the real one.
 */
#include <unistd.h>

#include "core/type.h"
#include "hw/catalogue/catalogue.h"

#include "cli/catalogue.h"
#include "cli/fail.h"
#include "tap.h"

static const struct nvmux_gi_profile small = { .name = "1g.4gb" };

static const struct nvmux_type x1_types[] = {
	{ .name = "X1-8Q", .series = 'Q', .fb_mib = 8192, .max_instances = 2, .max_mixed = 1,
	  .heads = 4, .max_x = 7680, .max_y = 4320, .frl = 60, .max_per_vm = 16,
	  .subsystem = 0x1234 },
	{ .name = "X1-1-3C", .series = 'C', .fb_mib = 3072, .max_per_gi = 3, .gi = &small },
};

static const struct nvmux_type x2_types[] = { { .name = "X2-4B", .series = 'B', .fb_mib = 4096 } };

static const struct nvmux_family x1 = {
	.name = "X1", .prefix = "NVIDIA", .architecture = "Arch", .device = 0x2000, .fb_mib = 16384,
	.types = x1_types, .n_types = 2,
};

static const struct nvmux_family x2 = {
	.name = "X2", .prefix = "GRID", .architecture = "Old", .types = x2_types, .n_types = 1,
};

static const struct nvmux_family none = { .name = "", .prefix = "NVIDIA", .architecture = "Old" };

static const struct nvmux_subsystem own[] = { { 0x10de, 0x0001 }, {} };

static const struct nvmux_board first[] = {
	{ 0x1000, own, "NVIDIA X1", &x1 },
	{ 0x1001, NULL, "NVIDIA X1 wide", &x1 },
	{}
};

static const struct nvmux_board second[] = {
	{ 0x1002, NULL, "Tesla X2", &x2 },
	{ 0x1003, NULL, "NVIDIA X2", &x1 },
	{ 0x1004, NULL, "NVIDIA X3", &none },
	{}
};

const struct nvmux_board *const nvmux_catalogue[] = { first, second, NULL };

/* The complaint that goes to stderr. */
static char said[256];

static int find(const char *word, const struct nvmux_family **ret)
{
	FILE *f = tmpfile();
	int before = dup(STDERR_FILENO), code;

	if (!f || before < 0 || dup2(fileno(f), STDERR_FILENO) < 0)
		abort();
	*ret = NULL;
	code = catalogue_find(word, ret);
	(void)dup2(before, STDERR_FILENO);
	close(before);
	rewind(f);
	said[fread(said, 1, sizeof(said) - 1, f)] = '\0';
	fclose(f);
	return code;
}

static void catalogue_board_is_found_by_its_names(void)
{
	static const char *const names[] = {
		"NVIDIA X1", "nvidia x1", "X1", "x1", "x1 wide", "NVIDIA X1 wide", "NVIDIA X2",
	};
	const struct nvmux_family *family;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		CHECK_INT(find(names[i], &family), CODE_OK);
		CHECK(family == &x1);
	}
	CHECK_INT(find("tesla x2", &family), CODE_OK);
	CHECK(family == &x2);
	CHECK_STR(said, "");
}

static void catalogue_board_may_be_ambiguous_or_absent(void)
{
	const struct nvmux_family *family;

	CHECK_INT(find("X2", &family), CODE_USAGE);
	CHECK_STR(said, "nvmux: board X2 may be Tesla X2 or NVIDIA X2\n");
	CHECK_INT(find("wide", &family), CODE_NOT_FOUND);
	CHECK_STR(said, "nvmux: no board wide in the catalogue; it knows NVIDIA X1 wide\n");
	CHECK_INT(find("Y", &family), CODE_NOT_FOUND);
	CHECK_STR(said, "nvmux: no board Y in the catalogue, see nvmux type list --board help\n");
	CHECK_INT(find("", &family), CODE_NOT_FOUND);
	CHECK(!family);
}

static void catalogue_gpu_has_the_family_of_its_ids(void)
{
	const struct gpu x = { .device_id = 0x1000, .subsystem_vendor_id = 0x10de, .subsystem_id = 1 };
	const struct gpu other = { .device_id = 0x1000, .subsystem_vendor_id = 0x1028 };

	CHECK(catalogue_family_of(&x) == &x1);
	CHECK(!catalogue_family_of(&other));
}

static const struct vgpu_type *row(const struct records *types, size_t i)
{
	return records_get(&type_noun, types, i);
}

static void catalogue_type_is_told_whole(void)
{
	const struct type_filter filter = { .family = &x1 };
	struct records types = {};
	const struct vgpu_type *t;

	CHECK_INT(catalogue_add_types(&types, &filter, "away"), CODE_OK);
	CHECK_INT(types.n, 2);
	t = row(&types, 0);
	CHECK(!t->gpu);
	CHECK_STR(t->name, "X1-8Q");
	CHECK_STR(t->label, "NVIDIA X1-8Q");
	CHECK_STR(t->mdev_type, "nvmux-X1-8Q");
	CHECK_STR(t->family, "X1");
	CHECK_STR(t->architecture, "Arch");
	CHECK_STR(t->series, "Q");
	CHECK_STR(t->reason, "away");
	CHECK_INT(t->fb_size, 8LL << 30);
	CHECK_INT(t->bar1_size, 8LL << 30);
	CHECK_INT(t->available, 0);
	CHECK_INT(t->max_instances, 2);
	CHECK_INT(t->max_mixed, 1);
	CHECK_INT(t->device_id, 0x2000);
	CHECK_INT(t->subsystem_id, 0x1234);
	CHECK(t->heads == 4 && t->max_x == 7680 && t->max_y == 4320 && t->frl == 60);
	CHECK_INT(t->max_per_vm, 16);
	CHECK(!t->gi_profile);
	CHECK_STR(row(&types, 1)->gi_profile, "1g.4gb");
	CHECK_INT(row(&types, 1)->max_per_gi, 3);
	CHECK_INT(row(&types, 1)->bar1_size, 4LL << 30);
	records_clear(&type_noun, &types);
}

static void add_told(struct records *types, const char *gpu, const char *name)
{
	struct vgpu_type *t = records_add(&type_noun, types);

	t->gpu = strdup(gpu);
	t->name = strdup(name);
}

static void catalogue_adds_what_nobody_told(void)
{
	const struct type_filter all = {};
	struct records types = {};

	add_told(&types, "a", "X1-8Q");
	add_told(&types, "b", "X1-8Q");
	CHECK_INT(catalogue_complete(&types), CODE_OK);
	CHECK_INT(catalogue_add_types(&types, &all, "away"), CODE_OK);
	CHECK_INT(types.n, 4);
	CHECK_STR(row(&types, 0)->family, "X1");
	CHECK_STR(row(&types, 1)->architecture, "Arch");
	CHECK_STR(row(&types, 2)->name, "X1-1-3C");
	CHECK_STR(row(&types, 3)->name, "X2-4B");
	records_clear(&type_noun, &types);
}

static void catalogue_keeps_what_is_meant(void)
{
	const struct type_filter by_name = { .name = "X1-8Q" }, by_family = { .family = &x2 };
	struct records types = {};

	add_told(&types, "a", "X2-4B");
	add_told(&types, "a", "X1-8Q");
	add_told(&types, "b", "X2-4B");
	add_told(&types, "b", "X1-8Q");
	add_told(&types, "b", "Of-Tomorrow");
	catalogue_keep(&types, &by_name);
	CHECK_INT(types.n, 2);
	CHECK_STR(row(&types, 0)->gpu, "a");
	CHECK_STR(row(&types, 1)->gpu, "b");
	CHECK_STR(row(&types, 1)->name, "X1-8Q");
	catalogue_keep(&types, &by_family);
	CHECK_INT(types.n, 0);
	CHECK_INT(catalogue_add_types(&types, &by_name, ""), CODE_OK);
	CHECK_INT(types.n, 1);
	records_clear(&type_noun, &types);
}

static void catalogue_lists_boards(void)
{
	struct records boards = {};
	const struct board *b;

	CHECK_INT(catalogue_add_boards(&boards), CODE_OK);
	CHECK_INT(boards.n, 5);
	b = records_get(&board_noun, &boards, 1);
	CHECK_STR(b->name, "NVIDIA X1 wide");
	CHECK_INT(b->device_id, 0x1001);
	CHECK_INT(b->fb_size, 16LL << 30);
	CHECK_INT(b->types, 2);
	records_clear(&board_noun, &boards);
}

int main(void)
{
	RUN(catalogue_board_is_found_by_its_names);
	RUN(catalogue_board_may_be_ambiguous_or_absent);
	RUN(catalogue_gpu_has_the_family_of_its_ids);
	RUN(catalogue_type_is_told_whole);
	RUN(catalogue_adds_what_nobody_told);
	RUN(catalogue_keeps_what_is_meant);
	RUN(catalogue_lists_boards);
	return tap_end();
}
