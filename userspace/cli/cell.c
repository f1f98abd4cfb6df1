// SPDX-License-Identifier: GPL-2.0-only
/*
 * One value of one row, for people and for programs. The two functions per
 * kind stand side by side so that they are changed together.
 */
#include <inttypes.h>
#include <stdbool.h>

#include "cli/cell.h"
#include "cli/fail.h"

static const char *get_text(const struct column *c, const void *row)
{
	const char *text;

	text = c->kind == KIND_WORD ? c->word(row) : *(const char **)column_at(c, row);
	return text && *text ? text : NULL;
}

static uint32_t get_u32(const struct column *c, const void *row)
{
	return *(const uint32_t *)column_at(c, row);
}

static uint64_t get_u64(const struct column *c, const void *row)
{
	return *(const uint64_t *)column_at(c, row);
}

static int hex_digits(const struct column *c)
{
	return c->kind == KIND_CLASS ? 6 : 4;
}

/* Exact values stay short ("24 GiB"), a decimal says that the value is rounded. */
static void size_print(uint64_t bytes, FILE *f)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	unsigned int unit = 0;
	uint64_t scale = 1;

	while (unit < 4 && bytes / scale >= 1024) {
		scale *= 1024;
		unit++;
	}
	if (bytes % scale)
		fprintf(f, "%.1f %s", (double)bytes / (double)scale, units[unit]);
	else
		fprintf(f, "%" PRIu64 " %s", bytes / scale, units[unit]);
}

static void list_print(char *const *list, FILE *f)
{
	const char *comma = "";

	for (; list && *list; list++) {
		fputs(comma, f);
		put_clean(*list, f);
		comma = ",";
	}
}

static struct json_object *list_json(char *const *list)
{
	struct json_object *array = json_object_new_array();

	for (; list && *list; list++)
		json_object_array_add(array, json_object_new_string(*list));
	return array;
}

static const struct numbers *get_numbers(const struct column *c, const void *row)
{
	return column_at(c, row);
}

static void numbers_print(const struct numbers *numbers, FILE *f)
{
	for (size_t i = 0; i < numbers->n; i++)
		fprintf(f, "%s%" PRIu32, i ? "," : "", numbers->items[i]);
}

static struct json_object *numbers_json(const struct numbers *numbers)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < numbers->n; i++)
		json_object_array_add(array, json_object_new_int64(numbers->items[i]));
	return array;
}

static void record_print(const struct noun *noun, const void *row, FILE *f)
{
	const struct column *c;

	for (c = noun->columns; c->kind; c++) {
		if (c != noun->columns)
			fputc(' ', f);
		cell_print(c, row, f);
	}
}

static void records_print(const struct noun *noun, const struct records *r, FILE *f)
{
	for (size_t i = 0; i < r->n; i++) {
		if (i)
			fputs(", ", f);
		record_print(noun, records_get(noun, r, i), f);
	}
}

static struct json_object *records_json(const struct noun *noun, const struct records *r)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < r->n; i++)
		json_object_array_add(array, row_json(noun, records_get(noun, r, i)));
	return array;
}

static bool cell_is_empty(const struct column *c, const void *row)
{
	char *const *list;

	switch (c->kind) {
	case KIND_TEXT:
	case KIND_WORD:
		return !get_text(c, row);
	case KIND_COUNT:
	case KIND_OFFSET:
	case KIND_FLAG:
		return false;
	case KIND_NUMBERS:
		return !get_numbers(c, row)->n;
	case KIND_NUMBER:
	case KIND_ID:
	case KIND_CLASS:
		return !get_u32(c, row);
	case KIND_INDEX:
		return *(const int32_t *)column_at(c, row) < 0;
	case KIND_SIZE:
		return !get_u64(c, row);
	case KIND_LIST:
		list = *(char *const **)column_at(c, row);
		return !list || !*list;
	case KIND_RECORDS:
		return !((const struct records *)column_at(c, row))->n;
	}
	return true;
}

static void value_print(const struct column *c, const void *row, FILE *f)
{
	switch (c->kind) {
	case KIND_TEXT:
	case KIND_WORD:
		put_clean(get_text(c, row), f);
		break;
	case KIND_COUNT:
	case KIND_NUMBER:
	case KIND_INDEX:
		fprintf(f, "%" PRIu32, get_u32(c, row));
		break;
	case KIND_ID:
	case KIND_CLASS:
		fprintf(f, "0x%0*x", hex_digits(c), get_u32(c, row));
		break;
	case KIND_SIZE:
	case KIND_OFFSET:
		size_print(get_u64(c, row), f);
		break;
	case KIND_FLAG:
		fputs(get_u32(c, row) ? "yes" : "no", f);
		break;
	case KIND_NUMBERS:
		numbers_print(get_numbers(c, row), f);
		break;
	case KIND_LIST:
		list_print(*(char *const **)column_at(c, row), f);
		break;
	case KIND_RECORDS:
		records_print(c->records, column_at(c, row), f);
		break;
	}
}

static struct json_object *hex_json(const struct column *c, const void *row)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%0*x", hex_digits(c), get_u32(c, row));
	return json_object_new_string(text);
}

struct json_object *cell_json(const struct column *c, const void *row)
{
	if (c->kind == KIND_LIST)
		return list_json(*(char *const **)column_at(c, row));
	if (c->kind == KIND_NUMBERS)
		return numbers_json(get_numbers(c, row));
	if (c->kind == KIND_RECORDS)
		return records_json(c->records, column_at(c, row));
	if (cell_is_empty(c, row))
		return NULL;
	switch (c->kind) {
	case KIND_COUNT:
	case KIND_NUMBER:
	case KIND_INDEX:
		return json_object_new_int64(get_u32(c, row));
	case KIND_FLAG:
		return json_object_new_boolean((json_bool)get_u32(c, row));
	case KIND_ID:
	case KIND_CLASS:
		return hex_json(c, row);
	case KIND_SIZE:
	case KIND_OFFSET:
		return json_object_new_uint64(get_u64(c, row));
	default:
		return json_object_new_string(get_text(c, row));
	}
}

void cell_print(const struct column *c, const void *row, FILE *f)
{
	if (c->human)
		c->human(row, f);
	else if (cell_is_empty(c, row))
		fputc('-', f);
	else
		value_print(c, row, f);
}

void row_add_json(const struct noun *noun, const void *row, struct json_object *object)
{
	const struct column *c;

	for (c = noun->columns; c->kind; c++)
		if (c->key)
			json_object_object_add(object, c->key, cell_json(c, row));
}

struct json_object *row_json(const struct noun *noun, const void *row)
{
	struct json_object *object = json_object_new_object();

	row_add_json(noun, row, object);
	return object;
}
