// SPDX-License-Identifier: GPL-2.0-only
/* reStructuredText on standard output: titles and tables. */
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rst.h"

static void line(char c, size_t length)
{
	while (length--)
		putchar(c);
}

void rst_title(const char *text, char underline)
{
	printf("%s\n", text);
	line(underline, strlen(text));
	printf("\n\n");
}

void rst_head(struct rst_table *table, const char *const *titles)
{
	*table = (struct rst_table){ .n_columns = 0 };
	for (; *titles; titles++, table->n_columns++)
		rst_cell(table, "%s", *titles);
}

void rst_cell(struct rst_table *table, const char *format, ...)
{
	char *cell = table->cells[table->n_cells++];
	va_list args;
	int length;

	if (table->n_cells > RST_ROWS * RST_COLUMNS)
		errx(1, "table too long");
	va_start(args, format);
	length = vsnprintf(cell, RST_CELL, format, args);
	va_end(args);
	if (length >= RST_CELL)
		errx(1, "cell too long: %s", cell);
	if (!length)
		snprintf(cell, RST_CELL, "-");
}

/* The first is wider than seven, because git takes seven "=" for an unfinished merge. */
static size_t column_width(const struct rst_table *table, size_t column)
{
	size_t i, width = column ? 0 : 8;

	for (i = column; i < table->n_cells; i += table->n_columns)
		if (strlen(table->cells[i]) > width)
			width = strlen(table->cells[i]);
	return width;
}

static void print_rule(const struct rst_table *table)
{
	size_t i;

	for (i = 0; i < table->n_columns; i++) {
		line('=', column_width(table, i));
		putchar(i + 1 < table->n_columns ? ' ' : '\n');
	}
}

static void print_row(const struct rst_table *table, size_t first)
{
	size_t i, last = table->n_columns - 1;

	for (i = 0; i < last; i++)
		printf("%-*s ", (int)column_width(table, i), table->cells[first + i]);
	printf("%s\n", table->cells[first + last]);
}

void rst_print(const struct rst_table *table)
{
	size_t i;

	print_rule(table);
	print_row(table, 0);
	print_rule(table);
	for (i = table->n_columns; i < table->n_cells; i += table->n_columns)
		print_row(table, i);
	print_rule(table);
	putchar('\n');
}
