/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A small set of strings, in the order in which they came.
 */
#ifndef NVMUX_BASIC_STRSET_H
#define NVMUX_BASIC_STRSET_H

#include <stdbool.h>
#include <stddef.h>

struct strset {
	char **items;		/* ends in NULL, or is NULL when empty */
	size_t n;
};

/* The set's own copy of a text, NULL: it has none. */
const char *strset_find(const struct strset *set, const char *text);
bool strset_has(const struct strset *set, const char *text);

/* Adding what is there already is no error. -ENOMEM. */
int strset_add(struct strset *set, const char *text);
int strset_add_all(struct strset *set, const struct strset *from);
/* The caller knows that it is not there; for sets of many. -ENOMEM. */
int strset_append(struct strset *set, const char *text);

/* Frees the contents, not the set. */
void strset_clear(struct strset *set);

#endif
