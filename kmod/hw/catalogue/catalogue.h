/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables of the catalogue, one file per architecture.
 */
#ifndef NVMUX_CATALOGUE_H
#define NVMUX_CATALOGUE_H

#include "../../core/type.h"

/* A family ends with a board without a name, the catalogue with a NULL. */
extern const struct nvmux_board nvmux_catalogue_ampere[];

extern const struct nvmux_board *const nvmux_catalogue[];

#endif
