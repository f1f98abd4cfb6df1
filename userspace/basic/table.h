/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * enum <-> string by one table per enum.
 *
 * A hole of the table (NULL) is a value without a name. Unknown values print
 * as "<unknown>", unknown names give -EINVAL.
 */
#ifndef NVMUX_BASIC_TABLE_H
#define NVMUX_BASIC_TABLE_H

#include <stddef.h>

#define TABLE_UNKNOWN "<unknown>"

const char *table_to_string(const char *const *table, size_t n, int value);
int table_from_string(const char *const *table, size_t n, const char *name);

#endif
