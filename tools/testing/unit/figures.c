// SPDX-License-Identifier: GPL-2.0-only
/* The published figures and what can be offered of them. */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "figures.h"

/* mig_placements.csv says in words which boards a row is for. */
static const struct {
	const char *label;
	const char *families[8];
} labels[] = {
	{ "A30", { "A30" } },
	{ "A100-40GB (PCIe/SXM4), A800-40GB", { "A100", "A100X", "A800" } },
	{ "A100-80GB (PCIe/SXM4), A800-80GB", { "A100D", "A100DX", "A800D", "A800DX" } },
	{ "H100-80GB SXM5, H800 SXM5", { "H100XM", "H800XM" } },
	{ "H100-80GB PCIe, H800 PCIe (114 SM)", { "H100", "H800" } },
	{ "H100-94GB (NVL, SXM5), H800 NVL", { "H100L", "H100XL", "H800L" } },
	{ "H100-64GB SXM5", { "H100XS" } },
	{ "H20-96GB", { "H20" } },
	{ "H200-141GB (SXM5, NVL), H20-3e-141GB", { "H200", "H200X", "H20X" } },
	{ "GH200-96GB", { "GH200" } },
	{ "GH200-144GB", { "GH200L" } },
	{ "B200-180GB", { "B200X" } },
	{ "GB200-189GB", { "GB200" } },
	{ "B300-269GB", { "B300X" } },
	{ "RTX PRO 6000 Blackwell (SE/WS/Max-Q) 96GB", { "RTX Pro 6000 Blackwell DC" } },
	{ "RTX PRO 5000 Blackwell 48GB", { } },
};

static void load(struct csv *csv, const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	csv_load(csv, path);
	csv->path = name;
}

void figures_load(struct figures *figures, const char *folder)
{
	load(&figures->boards, folder, "gpus.csv");
	load(&figures->types, folder, "vgpu_types.csv");
	load(&figures->profiles, folder, "mig_placements.csv");
}

void figures_done(struct figures *figures)
{
	csv_done(&figures->boards);
	csv_done(&figures->types);
	csv_done(&figures->profiles);
}

size_t figures_board(const struct figures *figures, const char *family)
{
	size_t row;

	for (row = 0; row < figures->boards.n_rows; row++)
		if (csv_is(&figures->boards, row, "short_name", family))
			return row;
	return FIGURES_NONE;
}

bool figures_label_is_of(const char *label, const char *family)
{
	const char *const *name;
	size_t i = 0;

	while (i < ARRAY_SIZE(labels) && strcmp(labels[i].label, label))
		i++;
	if (i == ARRAY_SIZE(labels))
		errx(1, "boards not known: %s", label);
	for (name = labels[i].families; *name; name++)
		if (!strcmp(*name, family))
			return true;
	return false;
}

bool figures_profile_is_known(const struct figures *figures, size_t row)
{
	return !csv_is(&figures->profiles, row, "legal_start_placements", "");
}

size_t figures_profile(const struct figures *figures, const char *family, const char *name)
{
	const struct csv *csv = &figures->profiles;
	size_t row;

	for (row = 0; row < csv->n_rows; row++)
		if (figures_profile_is_known(figures, row) &&
		    csv_is(csv, row, "gi_profile", name) &&
		    figures_label_is_of(csv_text(csv, row, "gpu"), family))
			return row;
	return FIGURES_NONE;
}

static bool lacks_profile(const struct figures *figures, size_t row)
{
	const struct csv *csv = &figures->types;

	if (!csv_number(csv, row, "mig_backed"))
		return false;
	if (csv_is(csv, row, "gi_compute_slices", "") || csv_is(csv, row, "gi_memory_slices", ""))
		return true;
	return figures_profile(figures, csv_text(csv, row, "gpu"),
			       csv_text(csv, row, "gi_profile")) == FIGURES_NONE;
}

static bool lacks_ids(const struct csv *csv, size_t row)
{
	return csv_is(csv, row, "vdev_id", "") || csv_is(csv, row, "vdev_subsystem_id", "");
}

static bool lacks_board_size(const struct figures *figures, size_t row)
{
	size_t board = figures_board(figures, csv_text(&figures->types, row, "gpu"));

	return board == FIGURES_NONE || csv_is(&figures->boards, board, "fb_mib", "");
}

unsigned int figures_type_lacks(const struct figures *figures, size_t row)
{
	const struct csv *csv = &figures->types;

	return (csv_is(csv, row, "fb_mib", "") ? LACKS_SIZE : 0) |
	       (csv_is(csv, row, "max_instances_per_gpu", "") ? LACKS_COUNT : 0) |
	       (lacks_ids(csv, row) ? LACKS_IDS : 0) |
	       (lacks_profile(figures, row) ? LACKS_PROFILE : 0) |
	       (lacks_board_size(figures, row) ? LACKS_BOARD_SIZE : 0);
}
