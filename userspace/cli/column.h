/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One description per noun. The reader of D-Bus dictionaries, the table, the
 * "show" lines and JSON all walk the same columns, so they cannot disagree.
 */
#ifndef NVMUX_CLI_COLUMN_H
#define NVMUX_CLI_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What lies at the offset of a column. Unknown: "-" for people, null in JSON. */
enum kind {
	KIND_TEXT = 1,		/* char *, unknown empty or NULL */
	KIND_COUNT,		/* uint32_t, never unknown */
	KIND_NUMBER,		/* uint32_t, unknown 0 */
	KIND_ID,		/* uint32_t, four hex digits, unknown 0 */
	KIND_CLASS,		/* uint32_t, six hex digits, unknown 0 */
	KIND_INDEX,		/* int32_t, unknown -1 */
	KIND_SIZE,		/* uint64_t in bytes, unknown 0 */
	KIND_OFFSET,		/* uint64_t in bytes, never unknown */
	KIND_FLAG,		/* int, never unknown */
	KIND_NUMBERS,		/* struct numbers, never unknown */
	KIND_LIST,		/* char **, NULL at the end, never unknown */
	KIND_RECORDS,		/* struct records */
	KIND_WORD,		/* nothing: column->word() tells */
};

struct column {
	const char *head;		/* in the header of a list, or NULL: not there */
	const char *label;		/* in "show", or NULL: not there */
	const char *key;		/* in JSON, or NULL: for people only */
	const char *prop;		/* in D-Bus, or NULL: not from there */
	enum kind kind;			/* 0 ends an array of columns */
	size_t offset;			/* of the value in the row */
	const struct noun *records;	/* KIND_RECORDS: what each is */
	const char *(*word)(const void *row);
	void (*human)(const void *row, FILE *f);	/* people see this instead */
};

struct noun {
	const char *key;		/* name of the array in JSON */
	const struct column *columns;
	size_t size;			/* of one row */
};

struct records {
	void *items;
	size_t n;
};

struct numbers {
	uint32_t *items;
	size_t n;
};

static inline void *column_at(const struct column *c, const void *row)
{
	return (char *)row + c->offset;
}

static inline void *records_get(const struct noun *noun, const struct records *r, size_t i)
{
	return (char *)r->items + i * noun->size;
}

/* Gives a text of a row a value; without memory it keeps the one it had, and this is false. */
bool column_set_text(char **at, const char *text);

/* A new row, all values unknown, or NULL without memory. Moves the older rows. */
void *records_add(const struct noun *noun, struct records *r);
void records_sort(const struct noun *noun, struct records *r,
		  int (*compare)(const void *a, const void *b));

/* Frees the rows that do not fit. */
void records_keep(const struct noun *noun, struct records *r,
		  bool (*fits)(const void *row, const void *userdata), const void *userdata);
void records_clear(const struct noun *noun, struct records *r);

#endif
