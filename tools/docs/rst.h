/* SPDX-License-Identifier: GPL-2.0-only */
/* reStructuredText on standard output: titles and tables. */
#ifndef NVMUX_DOCS_RST_H
#define NVMUX_DOCS_RST_H

#include <stddef.h>

#define RST_COLUMNS 8
#define RST_ROWS 160
#define RST_CELL 80

/* A table while it is filled: its cells row by row, the first row is the head. */
struct rst_table {
	size_t n_columns;
	size_t n_cells;
	char cells[RST_ROWS * RST_COLUMNS][RST_CELL];
};

void rst_title(const char *text, char underline);

/* Begins a table anew with the titles of its columns, which a NULL ends. */
void rst_head(struct rst_table *table, const char *const *titles);

/* Adds a cell; an empty one is shown as "-". */
void rst_cell(struct rst_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void rst_print(const struct rst_table *table);

#endif
