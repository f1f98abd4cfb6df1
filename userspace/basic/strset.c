// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Sets of a handful of addresses, UUIDs or names: linear search is right.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "strset.h"

const char *strset_find(const struct strset *set, const char *text)
{
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->items[i], text) == 0)
			return set->items[i];
	return NULL;
}

bool strset_has(const struct strset *set, const char *text)
{
	return strset_find(set, text);
}

int strset_append(struct strset *set, const char *text)
{
	char **items, *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	items = reallocarray(set->items, set->n + 2, sizeof(*items));
	if (!items) {
		free(copy);
		return -ENOMEM;
	}
	items[set->n++] = copy;
	items[set->n] = NULL;
	set->items = items;
	return 0;
}

int strset_add(struct strset *set, const char *text)
{
	return strset_has(set, text) ? 0 : strset_append(set, text);
}

int strset_add_all(struct strset *set, const struct strset *from)
{
	int err = 0;

	for (size_t i = 0; i < from->n && !err; i++)
		err = strset_add(set, from->items[i]);
	return err;
}

void strset_clear(struct strset *set)
{
	for (size_t i = 0; i < set->n; i++)
		free(set->items[i]);
	free(set->items);
	*set = (struct strset){ 0 };
}
