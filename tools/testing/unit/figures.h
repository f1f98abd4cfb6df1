/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The published figures in data/, which the catalogue is compared with, and the rule which of them
 * it has: a type is offered when everything that a vGPU needs is known of it.
 */
#ifndef NVMUX_UNIT_FIGURES_H
#define NVMUX_UNIT_FIGURES_H

#include "csv.h"

#define FIGURES_NONE ((size_t)-1)

/**
 * enum figures_lack - why a type is left out, a bit each
 * @LACKS_SIZE: its framebuffer is not known
 * @LACKS_COUNT: how many fit is not known
 * @LACKS_IDS: what the guest sees is not known
 * @LACKS_PROFILE: where its GPU instance may lie is not known
 * @LACKS_BOARD_SIZE: the framebuffer of its board is not known
 */
enum figures_lack {
	LACKS_SIZE = 1,
	LACKS_COUNT = 2,
	LACKS_IDS = 4,
	LACKS_PROFILE = 8,
	LACKS_BOARD_SIZE = 16,
};

/**
 * struct figures - the tables
 * @boards: gpus.csv
 * @types: vgpu_types.csv
 * @profiles: mig_placements.csv
 */
struct figures {
	struct csv boards;
	struct csv types;
	struct csv profiles;
};

void figures_load(struct figures *figures, const char *folder);
void figures_done(struct figures *figures);

/* First row of a board of the family, FIGURES_NONE without. */
size_t figures_board(const struct figures *figures, const char *family);

/* Are the rows of mig_placements.csv with this label those of the family? */
bool figures_label_is_of(const char *label, const char *family);

/* Row of a profile of the family whose places are known, FIGURES_NONE without. */
size_t figures_profile(const struct figures *figures, const char *family, const char *name);

bool figures_profile_is_known(const struct figures *figures, size_t row);

/* What a type lacks, 0 when it can be offered. */
unsigned int figures_type_lacks(const struct figures *figures, size_t row);

#endif
