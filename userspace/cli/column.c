// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of rows, driven by their columns. Knows neither where values
 * come from nor how they are shown.
 */
#include <stdlib.h>
#include <string.h>

#include "column.h"

static void row_init(const struct noun *noun, void *row)
{
	const struct column *c;

	memset(row, 0, noun->size);
	for (c = noun->columns; c->kind; c++)
		if (c->kind == KIND_INDEX)
			*(int32_t *)column_at(c, row) = -1;
}

bool column_set_text(char **at, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return false;
	free(*at);
	*at = copy;
	return true;
}

void *records_add(const struct noun *noun, struct records *r)
{
	void *longer = realloc(r->items, (r->n + 1) * noun->size);

	if (!longer)
		return NULL;
	r->items = longer;
	row_init(noun, records_get(noun, r, r->n));
	return records_get(noun, r, r->n++);
}

void records_sort(const struct noun *noun, struct records *r,
		  int (*compare)(const void *a, const void *b))
{
	if (r->n > 1)
		qsort(r->items, r->n, noun->size, compare);
}

static void list_clear(char ***list)
{
	char **item;

	for (item = *list; item && *item; item++)
		free(*item);
	free(*list);
	*list = NULL;
}

/* Two columns may show one value, so what is freed is forgotten at once. */
static void text_clear(char **text)
{
	free(*text);
	*text = NULL;
}

static void numbers_clear(struct numbers *numbers)
{
	free(numbers->items);
	*numbers = (struct numbers){};
}

static void row_clear(const struct noun *noun, void *row)
{
	const struct column *c;

	for (c = noun->columns; c->kind; c++) {
		if (c->kind == KIND_TEXT)
			text_clear(column_at(c, row));
		else if (c->kind == KIND_NUMBERS)
			numbers_clear(column_at(c, row));
		else if (c->kind == KIND_LIST)
			list_clear(column_at(c, row));
		else if (c->kind == KIND_RECORDS)
			records_clear(c->records, column_at(c, row));
	}
}

void records_keep(const struct noun *noun, struct records *r,
		  bool (*fits)(const void *row, const void *userdata), const void *userdata)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		void *row = records_get(noun, r, i);

		if (!fits(row, userdata))
			row_clear(noun, row);
		else if (i == n++)
			continue;
		else
			memcpy(records_get(noun, r, n - 1), row, noun->size);
	}
	r->n = n;
}

void records_clear(const struct noun *noun, struct records *r)
{
	for (size_t i = 0; i < r->n; i++)
		row_clear(noun, records_get(noun, r, i));
	free(r->items);
	r->items = NULL;
	r->n = 0;
}
