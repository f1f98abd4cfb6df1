// SPDX-License-Identifier: GPL-2.0-only
/*
 * Version, and the array of a noun, or an event, or a text. Keys may be added
 * without a new version, so those that are not known are allowed; what is
 * there today is required.
 */
#include <json-c/json.h>

#include "cli/diff.h"
#include "cli/doctor.h"
#include "cli/fail.h"
#include "cli/nouns.h"
#include "cli/output.h"
#include "cli/schema.h"

static const struct noun *const nouns[] = {
	&gpu_noun, &type_noun, &board_noun, &vgpu_noun, &definition_noun, &vm_noun, &job_noun,
	&holder_noun,
	&plan_noun, &change_noun, &finding_noun,
	&driver_noun,
};

static const char *const texts[] = { "xml" };

static struct json_object *text(const char *value)
{
	return json_object_new_string(value);
}

static void add(struct json_object *o, const char *key, struct json_object *value)
{
	json_object_object_add(o, key, value);
}

static struct json_object *typed(const char *type)
{
	struct json_object *o = json_object_new_object();

	add(o, "type", text(type));
	return o;
}

/* Unknown values are null. */
static struct json_object *typed_or_null(const char *type)
{
	struct json_object *o = json_object_new_object(), *both = json_object_new_array();

	json_object_array_add(both, text(type));
	json_object_array_add(both, text("null"));
	add(o, "type", both);
	return o;
}

static struct json_object *array_of(struct json_object *items)
{
	struct json_object *o = typed("array");

	add(o, "items", items);
	return o;
}

static struct json_object *hex(const char *pattern)
{
	struct json_object *o = typed_or_null("string");

	add(o, "pattern", text(pattern));
	return o;
}

static struct json_object *row_schema(const struct noun *noun);

static struct json_object *cell_schema(const struct column *c)
{
	switch (c->kind) {
	case KIND_COUNT:
	case KIND_OFFSET:
		return typed("integer");
	case KIND_NUMBER:
	case KIND_INDEX:
	case KIND_SIZE:
		return typed_or_null("integer");
	case KIND_FLAG:
		return typed("boolean");
	case KIND_ID:
		return hex("^0x[0-9a-f]{4}$");
	case KIND_CLASS:
		return hex("^0x[0-9a-f]{6}$");
	case KIND_NUMBERS:
		return array_of(typed("integer"));
	case KIND_LIST:
		return array_of(typed("string"));
	case KIND_RECORDS:
		return array_of(row_schema(c->records));
	default:
		return typed_or_null("string");
	}
}

static struct json_object *row_schema(const struct noun *noun)
{
	struct json_object *o = typed("object");
	struct json_object *properties = json_object_new_object();
	struct json_object *required = json_object_new_array();
	const struct column *c;

	for (c = noun->columns; c->kind; c++) {
		if (!c->key)
			continue;
		add(properties, c->key, cell_schema(c));
		json_object_array_add(required, text(c->key));
	}
	add(o, "required", required);
	add(o, "properties", properties);
	return o;
}

/* The version and one more key. */
static struct json_object *top_schema(const char *key, struct json_object *value)
{
	struct json_object *o = typed("object"), *version = json_object_new_object();
	struct json_object *properties = json_object_new_object();
	struct json_object *required = json_object_new_array();

	add(version, "const", json_object_new_int(JSON_VERSION));
	add(properties, "version", version);
	add(properties, key, value);
	json_object_array_add(required, text("version"));
	json_object_array_add(required, text(key));
	add(o, "required", required);
	add(o, "properties", properties);
	return o;
}

/* A line of monitor is the version and a row. */
static struct json_object *event_schema(void)
{
	struct json_object *o = row_schema(&event_noun), *version = json_object_new_object();
	struct json_object *properties;

	add(version, "const", json_object_new_int(JSON_VERSION));
	json_object_object_get_ex(o, "properties", &properties);
	add(properties, "version", version);
	return o;
}

static struct json_object *schema_new(void)
{
	struct json_object *o = json_object_new_object(), *any = json_object_new_array();

	for (size_t i = 0; i < ARRAY_SIZE(nouns); i++)
		json_object_array_add(any, top_schema(nouns[i]->key,
						      array_of(row_schema(nouns[i]))));
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		json_object_array_add(any, top_schema(texts[i], typed("string")));
	json_object_array_add(any, event_schema());
	add(o, "$schema", text("https://json-schema.org/draft/2020-12/schema"));
	add(o, "title", text("nvmux --json"));
	add(o, "anyOf", any);
	return o;
}

int schema_print(FILE *f)
{
	struct json_object *schema = schema_new();

	fprintf(f, "%s\n", json_object_to_json_string_ext(schema, JSON_C_TO_STRING_PRETTY |
							  JSON_C_TO_STRING_SPACED |
							  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(schema);
	return fflush(f) ? fail(CODE_FAILED, "cannot write the output: %m") : CODE_OK;
}
