/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables of text with a line of column names. Fields may be quoted and then have commas. Test
 * programs and generators only: what cannot be read ends the program.
 */
#ifndef NVMUX_UNIT_CSV_H
#define NVMUX_UNIT_CSV_H

#include <linux/types.h>

#define CSV_COLUMNS 32

struct csv_row {
	const char *field[CSV_COLUMNS];
};

struct csv {
	const char *path;
	char *text;
	size_t n_columns;
	struct csv_row header;
	struct csv_row *rows;
	size_t n_rows;
};

void csv_load(struct csv *csv, const char *path);
void csv_done(struct csv *csv);

/* The field of a row, "" when empty. */
const char *csv_text(const struct csv *csv, size_t row, const char *column);

/* The number in a field, 0 when it is empty. */
u32 csv_number(const struct csv *csv, size_t row, const char *column);

bool csv_is(const struct csv *csv, size_t row, const char *column, const char *text);

#endif
