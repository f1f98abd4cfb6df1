/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables of the catalogue, a file or two per architecture.
 */
#ifndef NVMUX_CATALOGUE_H
#define NVMUX_CATALOGUE_H

#include "../../core/type.h"

/* A list of boards ends with one without a name, the catalogue with a NULL. */
extern const struct nvmux_board nvmux_catalogue_maxwell[];
extern const struct nvmux_board nvmux_catalogue_pascal[];
extern const struct nvmux_board nvmux_catalogue_volta[];
extern const struct nvmux_board nvmux_catalogue_turing[];
extern const struct nvmux_board nvmux_catalogue_ampere[];
extern const struct nvmux_board nvmux_catalogue_ampere_mig[];
extern const struct nvmux_board nvmux_catalogue_ada[];
extern const struct nvmux_board nvmux_catalogue_hopper[];
extern const struct nvmux_board nvmux_catalogue_hopper_h200[];
extern const struct nvmux_board nvmux_catalogue_blackwell[];

extern const struct nvmux_board *const nvmux_catalogue[];

#endif
