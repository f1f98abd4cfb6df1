// SPDX-License-Identifier: GPL-2.0-only
/*
 * The boards of the catalogue, oldest architecture first.
 */
#include <linux/types.h>

#include "catalogue.h"

const struct nvmux_board *const nvmux_catalogue[] = {
	nvmux_catalogue_maxwell,
	nvmux_catalogue_pascal,
	nvmux_catalogue_volta,
	nvmux_catalogue_turing,
	nvmux_catalogue_ampere,
	nvmux_catalogue_ampere_mig,
	nvmux_catalogue_ada,
	nvmux_catalogue_hopper,
	nvmux_catalogue_hopper_h200,
	nvmux_catalogue_blackwell,
	NULL
};
