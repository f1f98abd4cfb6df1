// SPDX-License-Identifier: GPL-2.0-only
/* Tables of text, read whole and cut into fields in place. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"

static char *file_read(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		err(1, "%s", path);
	if (getdelim(&text, &size, '\0', file) < 0)
		err(1, "%s", path);
	fclose(file);
	return text;
}

/* Cuts a quoted field off at its closing quote; two quotes are one. */
static char *cut_quoted(char **cursor)
{
	char *field = *cursor + 1, *from = field, *to = field;

	while (*from && (*from != '"' || from[1] == '"')) {
		from += *from == '"';
		*to++ = *from++;
	}
	*cursor = from + (*from == '"');
	*to = '\0';
	return field;
}

/* Cuts off one field and leaves the cursor behind its separator, which is returned. */
static char cut_field(char **cursor, const char **field)
{
	char end;

	if (**cursor == '"') {
		*field = cut_quoted(cursor);
	} else {
		*field = *cursor;
		*cursor += strcspn(*cursor, ",\n");
	}
	end = **cursor;
	if (end)
		*(*cursor)++ = '\0';
	return end;
}

static size_t cut_row(const char *path, char **cursor, struct csv_row *row)
{
	size_t n = 0;

	do {
		if (n == CSV_COLUMNS)
			errx(1, "%s: more than %d columns", path, CSV_COLUMNS);
	} while (cut_field(cursor, &row->field[n++]) == ',');
	return n;
}

static void cut_rows(struct csv *csv, char *cursor)
{
	while (*cursor) {
		csv->rows = reallocarray(csv->rows, csv->n_rows + 1, sizeof(*csv->rows));
		if (!csv->rows)
			err(1, "%s", csv->path);
		if (cut_row(csv->path, &cursor, &csv->rows[csv->n_rows]) != csv->n_columns)
			errx(1, "%s: row %zu has other columns", csv->path, csv->n_rows + 1);
		csv->n_rows++;
	}
}

void csv_load(struct csv *csv, const char *path)
{
	char *cursor;

	*csv = (struct csv){ .path = path, .text = file_read(path) };
	cursor = csv->text;
	csv->n_columns = cut_row(path, &cursor, &csv->header);
	cut_rows(csv, cursor);
}

void csv_done(struct csv *csv)
{
	free(csv->rows);
	free(csv->text);
}

const char *csv_text(const struct csv *csv, size_t row, const char *column)
{
	size_t i;

	for (i = 0; i < csv->n_columns; i++)
		if (!strcmp(csv->header.field[i], column))
			return csv->rows[row].field[i];
	errx(1, "%s: no column %s", csv->path, column);
}

u32 csv_number(const struct csv *csv, size_t row, const char *column)
{
	const char *text = csv_text(csv, row, column);
	char *end;
	u32 number = strtoul(text, &end, 0);

	if (*end)
		errx(1, "%s: row %zu: %s is not a number: %s", csv->path, row + 1, column, text);
	return number;
}

bool csv_is(const struct csv *csv, size_t row, const char *column, const char *text)
{
	return !strcmp(csv_text(csv, row, column), text);
}
