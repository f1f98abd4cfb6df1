// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GPU instance profiles of the catalogue against the published figures in data/, both ways.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../../../kmod/core/type.h"
#include "../../../kmod/hw/catalogue/catalogue.h"
#include "figures.h"
#include "tap.h"

static struct figures figures;

/* "0 2 4" as bits; a slice that is no number counts as the last bit. */
static u32 starts_of(size_t row)
{
	const char *text = csv_text(&figures.profiles, row, "legal_start_placements");
	u32 starts = 0;

	for (; *text; text += strcspn(text, " ")) {
		text += *text == ' ';
		starts |= 1u << (isdigit((unsigned char)*text) ? atoi(text) : 31);
	}
	return starts;
}

static bool profile_is_row(const struct nvmux_gi_profile *profile, size_t row)
{
	const struct csv *csv = &figures.profiles;

	CHECK(csv_is(csv, row, "gi_profile", profile->name));
	CHECK(profile->compute == csv_number(csv, row, "compute_slices"));
	CHECK(profile->memory == csv_number(csv, row, "memory_slices"));
	CHECK(profile->memory == csv_number(csv, row, "placement_size"));
	CHECK(profile->max == csv_number(csv, row, "max_instances"));
	CHECK(profile->starts == starts_of(row));
	return true;
}

/* The rows of a family, in their order, are its profiles, and there are no others. */
static bool family_has_its_rows(const struct nvmux_family *family)
{
	const struct csv *csv = &figures.profiles;
	unsigned int n = 0;
	size_t row;

	for (row = 0; row < csv->n_rows; row++) {
		if (!figures_label_is_of(csv_text(csv, row, "gpu"), family->name))
			continue;
		if (!figures_profile_is_known(&figures, row))
			continue;
		CHECK(n < family->n_profiles);
		CHECK(profile_is_row(&family->profiles[n++], row));
	}
	CHECK(n == family->n_profiles);
	CHECK(!n == !family->profiles);
	return true;
}

static bool profiles_fit_the_slices(const struct nvmux_family *family)
{
	const struct nvmux_gi_profile *profile;
	unsigned int i;

	for (i = 0; i < family->n_profiles; i++) {
		profile = &family->profiles[i];
		CHECK(profile->starts);
		CHECK(profile->memory && profile->memory <= family->memory_slices);
		CHECK(!(profile->starts >> (family->memory_slices - profile->memory + 1)));
		CHECK(profile->compute * profile->max <= family->compute_slices);
		CHECK(nvmux_gi_profile_find(family, profile->name) == profile);
	}
	CHECK(!nvmux_gi_profile_find(family, "1g"));
	return true;
}

/* Time-sliced types first; the others in an instance of their family, as often as it has room. */
static bool types_have_their_instances(const struct nvmux_family *family)
{
	const struct nvmux_type *type;
	unsigned int i;

	for (i = 0; i < family->n_types; i++) {
		type = &family->types[i];
		CHECK(!type->gi == !type->max_per_gi);
		CHECK(!i || type->gi || !type[-1].gi);
		if (!type->gi)
			continue;
		CHECK(nvmux_gi_profile_find(family, type->gi->name) == type->gi);
		CHECK(type->max_instances == type->gi->max * type->max_per_gi);
		CHECK(!type->max_mixed);
	}
	return true;
}

static bool each_family(bool (*right)(const struct nvmux_family *family))
{
	const struct nvmux_board *const *list;
	const struct nvmux_board *board;
	bool ok = true;

	for (list = nvmux_catalogue; *list; list++)
		for (board = *list; board->name; board++)
			if (!right(board->family)) {
				printf("# %s\n", board->family->name);
				ok = false;
			}
	return ok;
}

static bool catalogue_profiles_are_as_published(void)
{
	return each_family(family_has_its_rows);
}

static bool catalogue_profiles_fit_the_slices(void)
{
	return each_family(profiles_fit_the_slices);
}

static bool catalogue_types_have_their_instances(void)
{
	return each_family(types_have_their_instances);
}

int main(void)
{
	figures_load(&figures, "data");
	RUN(catalogue_profiles_are_as_published);
	RUN(catalogue_profiles_fit_the_slices);
	RUN(catalogue_types_have_their_instances);
	figures_done(&figures);
	return tap_end();
}
