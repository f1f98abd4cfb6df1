// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rows on stdout: a table, "label: value" lines, or JSON with a version.
 * What a column means is its description's affair; here is only layout.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "cli/cell.h"
#include "cli/fail.h"
#include "cli/output.h"

static char *cell_text(const struct column *c, const void *row)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	if (row)
		cell_print(c, row, f);
	else
		fputs(c->head, f);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

/* Columns of text, not bytes: names of VMs may be in any script. */
static size_t text_width(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static size_t count_heads(const struct noun *noun)
{
	const struct column *c;
	size_t n = 0;

	for (c = noun->columns; c->kind; c++)
		n += !!c->head;
	return n;
}

/* Row 0 of the grid is the header. */
struct grid {
	size_t rows, columns;
	char **cells;
};

static void grid_clear(struct grid *g)
{
	for (size_t i = 0; g->cells && i < g->rows * g->columns; i++)
		free(g->cells[i]);
	free(g->cells);
}

static int grid_fill_row(struct grid *g, const struct noun *noun, size_t at, const void *row)
{
	char **cell = g->cells + at * g->columns;
	const struct column *c;

	for (c = noun->columns; c->kind; c++) {
		if (!c->head)
			continue;
		*cell = cell_text(c, row);
		if (!*cell++)
			return -ENOMEM;
	}
	return 0;
}

static int grid_fill(struct grid *g, const struct noun *noun, const struct records *rows)
{
	int err;

	g->columns = count_heads(noun);
	g->rows = rows->n + 1;
	g->cells = calloc(g->rows * g->columns, sizeof(*g->cells));
	if (!g->cells)
		return -ENOMEM;
	err = grid_fill_row(g, noun, 0, NULL);
	for (size_t i = 0; !err && i < rows->n; i++)
		err = grid_fill_row(g, noun, i + 1, records_get(noun, rows, i));
	return err;
}

static size_t grid_width(const struct grid *g, size_t column)
{
	size_t width = 0, w;

	for (size_t i = 0; i < g->rows; i++) {
		w = text_width(g->cells[i * g->columns + column]);
		if (w > width)
			width = w;
	}
	return width;
}

/* The last column is not padded: no line ends in blanks. */
static void pad(FILE *f, size_t n)
{
	fprintf(f, "%*s", (int)n, "");
}

static void grid_print_row(const struct grid *g, size_t row, const size_t *widths, FILE *f)
{
	char *const *cell = g->cells + row * g->columns;

	for (size_t i = 0; i < g->columns; i++) {
		fputs(cell[i], f);
		if (i + 1 < g->columns)
			pad(f, widths[i] - text_width(cell[i]) + 2);
	}
	fputc('\n', f);
}

static int grid_print(const struct grid *g, FILE *f)
{
	_cleanup_free_ size_t *widths = calloc(g->columns, sizeof(*widths));

	if (!widths)
		return -ENOMEM;
	for (size_t i = 0; i < g->columns; i++)
		widths[i] = grid_width(g, i);
	for (size_t i = 0; i < g->rows; i++)
		grid_print_row(g, i, widths, f);
	return 0;
}

static int list_print(const struct output *o, const struct noun *noun, const struct records *rows)
{
	struct grid g = {};
	int err;

	err = grid_fill(&g, noun, rows);
	if (!err)
		err = grid_print(&g, o->file);
	grid_clear(&g);
	return err ? fail_memory() : CODE_OK;
}

static struct json_object *versioned_new(void)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "version", json_object_new_int(JSON_VERSION));
	return object;
}

/* Takes over the object. */
static int json_print(const struct output *o, struct json_object *object)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text;

	flags |= o->pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED :
			     JSON_C_TO_STRING_PLAIN;
	text = json_object_to_json_string_ext(object, flags);
	if (text)
		fprintf(o->file, "%s\n", text);
	json_object_put(object);
	return text ? CODE_OK : fail_memory();
}

static int list_print_json(const struct output *o, const struct noun *noun,
			   const struct records *rows)
{
	struct json_object *array = json_object_new_array();
	struct json_object *top = versioned_new();

	for (size_t i = 0; i < rows->n; i++)
		json_object_array_add(array, row_json(noun, records_get(noun, rows, i)));
	json_object_object_add(top, noun->key, array);
	return json_print(o, top);
}

int output_list(const struct output *o, const struct noun *noun, const struct records *rows)
{
	return o->json ? list_print_json(o, noun, rows) : list_print(o, noun, rows);
}

static void show_print(const struct output *o, const struct noun *noun, const void *row)
{
	const struct column *c;
	size_t width = 0;

	for (c = noun->columns; c->kind; c++)
		if (c->label && strlen(c->label) > width)
			width = strlen(c->label);
	for (c = noun->columns; c->kind; c++) {
		if (!c->label)
			continue;
		fprintf(o->file, "%s:", c->label);
		pad(o->file, width - strlen(c->label) + 1);
		cell_print(c, row, o->file);
		fputc('\n', o->file);
	}
}

int output_show_all(const struct output *o, const struct noun *noun, const struct records *rows)
{
	if (o->json)
		return list_print_json(o, noun, rows);
	for (size_t i = 0; i < rows->n; i++) {
		if (i)
			fputc('\n', o->file);
		show_print(o, noun, records_get(noun, rows, i));
	}
	return CODE_OK;
}

int output_show(const struct output *o, const struct noun *noun, const void *row)
{
	struct records one = { .items = (void *)row, .n = 1 };

	return output_show_all(o, noun, &one);
}

/* Empty cells leave no blanks behind. */
static int line_print(const struct output *o, const struct noun *noun, const void *row)
{
	const struct column *c;

	for (c = noun->columns; c->kind; c++) {
		_cleanup_free_ char *text = cell_text(c, row);

		if (!text)
			return fail_memory();
		fprintf(o->file, "%s%s", *text && c != noun->columns ? " " : "", text);
	}
	fputc('\n', o->file);
	return CODE_OK;
}

/* A line is a record here, so JSON is never pretty. */
static int line_print_json(const struct output *o, const struct noun *noun, const void *row)
{
	struct output plain = { .file = o->file };
	struct json_object *object = versioned_new();

	row_add_json(noun, row, object);
	return json_print(&plain, object);
}

int output_line(const struct output *o, const struct noun *noun, const void *row)
{
	int code;

	code = o->json ? line_print_json(o, noun, row) : line_print(o, noun, row);
	return code ? code : output_end(o);
}

int output_text(const struct output *o, const char *key, const char *text)
{
	struct json_object *top;

	if (!o->json) {
		fputs(text, o->file);
		return CODE_OK;
	}
	top = versioned_new();
	json_object_object_add(top, key, json_object_new_string(text));
	return json_print(o, top);
}

int output_end(const struct output *o)
{
	if (fflush(o->file) || ferror(o->file))
		return fail(CODE_FAILED, "cannot write the output: %m");
	return CODE_OK;
}
