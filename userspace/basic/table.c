// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * enum <-> string lookups. Knows no enum; the rooms own their tables.
 */
#include <errno.h>
#include <string.h>

#include "table.h"

const char *table_to_string(const char *const *table, size_t n, int value)
{
	if (value < 0 || (size_t)value >= n || !table[value])
		return TABLE_UNKNOWN;
	return table[value];
}

int table_from_string(const char *const *table, size_t n, const char *name)
{
	if (!name)
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		if (table[i] && strcmp(table[i], name) == 0)
			return (int)i;
	return -EINVAL;
}
