// SPDX-License-Identifier: GPL-2.0-only
/*
 * Block style, two blanks per level. Texts are written as JSON writes them:
 * that is YAML, and nobody has to know which words YAML takes for numbers.
 */
#include <stdbool.h>
#include <string.h>

#include "cli/tree.h"

static void put_value(struct json_object *value, FILE *f)
{
	fputs(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
					     JSON_C_TO_STRING_NOSLASHESCAPE), f);
}

static bool is_block(struct json_object *value)
{
	if (json_object_is_type(value, json_type_object))
		return json_object_object_length(value) > 0;
	return json_object_is_type(value, json_type_array) && json_object_array_length(value) > 0;
}

static void put_object(struct json_object *object, int depth, bool in_item, FILE *f);

/* "- " takes the place of the blanks before the first key. */
static void put_array(struct json_object *array, int depth, FILE *f)
{
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct json_object *value = json_object_array_get_idx(array, i);

		fprintf(f, "%*s- ", depth * 2, "");
		if (json_object_is_type(value, json_type_object) && is_block(value)) {
			put_object(value, depth + 1, true, f);
		} else {
			put_value(value, f);
			fputc('\n', f);
		}
	}
}

static bool is_plain(struct json_object *value)
{
	for (size_t i = 0; i < json_object_array_length(value); i++)
		if (is_block(json_object_array_get_idx(value, i)))
			return false;
	return true;
}

static void put_key(const char *key, FILE *f)
{
	bool plain = key[strspn(key, "abcdefghijklmnopqrstuvwxyz-")] == '\0';

	fprintf(f, plain ? "%s:" : "\"%s\":", key);
}

/* A list of single values stands in one line. */
static void put_member(const char *key, struct json_object *value, int depth, FILE *f)
{
	bool array = json_object_is_type(value, json_type_array);

	put_key(key, f);
	if (!is_block(value) || (array && is_plain(value))) {
		fputc(' ', f);
		put_value(value, f);
		fputc('\n', f);
		return;
	}
	fputc('\n', f);
	if (array)
		put_array(value, depth + 1, f);
	else
		put_object(value, depth + 1, false, f);
}

static void put_object(struct json_object *object, int depth, bool in_item, FILE *f)
{
	json_object_object_foreach(object, key, value) {
		if (!in_item)
			fprintf(f, "%*s", depth * 2, "");
		in_item = false;
		put_member(key, value, depth, f);
	}
}

void tree_print_yaml(struct json_object *tree, FILE *f)
{
	put_object(tree, 0, false, f);
}
