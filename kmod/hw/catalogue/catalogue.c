// SPDX-License-Identifier: GPL-2.0-only
/*
 * The families of the catalogue.
 */
#include <linux/types.h>

#include "catalogue.h"

const struct nvmux_board *const nvmux_catalogue[] = {
	nvmux_catalogue_ampere,
	NULL
};
