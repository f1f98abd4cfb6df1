/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_CELL_H
#define NVMUX_CLI_CELL_H

#include <json-c/json.h>

#include "cli/column.h"

/* One value for people. */
void cell_print(const struct column *c, const void *row, FILE *f);

/* The same value for programs, or NULL: JSON null. */
struct json_object *cell_json(const struct column *c, const void *row);

/* All columns with a key, in their order. */
void row_add_json(const struct noun *noun, const void *row, struct json_object *object);
struct json_object *row_json(const struct noun *noun, const void *row);

#endif
