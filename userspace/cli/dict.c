// SPDX-License-Identifier: GPL-2.0-only
/*
 * D-Bus dictionaries into rows, driven by the columns. The D-Bus type of a
 * value follows from the kind of its column.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/dict.h"

static char basic_signature(const struct column *c)
{
	switch (c->kind) {
	case KIND_TEXT:
		return 's';
	case KIND_INDEX:
		return 'i';
	case KIND_FLAG:
		return 'b';
	case KIND_SIZE:
	case KIND_OFFSET:
		return 't';
	default:
		return 'u';
	}
}

/* The members of one record, such as "sus"; records hold basic values only. */
static void record_signature(const struct noun *noun, char *ret, size_t size)
{
	const struct column *c;
	size_t n = 0;

	for (c = noun->columns; c->kind && n + 1 < size; c++)
		ret[n++] = basic_signature(c);
	ret[n] = '\0';
}

static void signature(const struct column *c, char *ret, size_t size)
{
	char members[16];

	if (c->kind == KIND_LIST) {
		snprintf(ret, size, "as");
	} else if (c->kind == KIND_NUMBERS) {
		snprintf(ret, size, "au");
	} else if (c->kind == KIND_RECORDS) {
		record_signature(c->records, members, sizeof(members));
		snprintf(ret, size, "a(%s)", members);
	} else {
		snprintf(ret, size, "%c", basic_signature(c));
	}
}

static int text_read(sd_bus_message *m, char **at)
{
	const char *text;
	int r;

	r = sd_bus_message_read_basic(m, 's', &text);
	if (r < 0)
		return r;
	return column_set_text(at, text) ? 0 : -ENOMEM;
}

static int basic_read(sd_bus_message *m, const struct column *c, void *row)
{
	if (c->kind == KIND_TEXT)
		return text_read(m, column_at(c, row));
	return sd_bus_message_read_basic(m, basic_signature(c), column_at(c, row));
}

static int list_read(sd_bus_message *m, char ***at)
{
	if (*at)
		return -EBADMSG;	/* the same name twice */
	return sd_bus_message_read_strv(m, at);
}

static int numbers_read(sd_bus_message *m, struct numbers *at)
{
	const void *items;
	size_t size;
	int r;

	if (at->items)
		return -EBADMSG;	/* the same name twice */
	r = sd_bus_message_read_array(m, 'u', &items, &size);
	if (r < 0 || !size)
		return r;
	at->items = malloc(size);
	if (!at->items)
		return -ENOMEM;
	memcpy(at->items, items, size);
	at->n = size / sizeof(*at->items);
	return r;
}

static int record_read(sd_bus_message *m, const struct noun *noun, struct records *r)
{
	void *row = records_add(noun, r);
	const struct column *c;
	int err = 0;

	if (!row)
		return -ENOMEM;
	for (c = noun->columns; err >= 0 && c->kind; c++)
		err = basic_read(m, c, row);
	return err;
}

static int records_read(sd_bus_message *m, const struct noun *noun, struct records *records)
{
	char members[16], structure[18];
	int r;

	record_signature(noun, members, sizeof(members));
	snprintf(structure, sizeof(structure), "(%s)", members);
	r = sd_bus_message_enter_container(m, 'a', structure);
	while (r >= 0) {
		r = sd_bus_message_enter_container(m, 'r', members);
		if (r <= 0)
			break;
		r = record_read(m, noun, records);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int variant_read(sd_bus_message *m, const struct column *c, void *row)
{
	char contents[24];
	int r;

	signature(c, contents, sizeof(contents));
	r = sd_bus_message_enter_container(m, 'v', contents);
	if (r < 0)
		return r;
	if (c->kind == KIND_LIST)
		r = list_read(m, column_at(c, row));
	else if (c->kind == KIND_NUMBERS)
		r = numbers_read(m, column_at(c, row));
	else if (c->kind == KIND_RECORDS)
		r = records_read(m, c->records, column_at(c, row));
	else
		r = basic_read(m, c, row);
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static const struct column *column_of_prop(const struct noun *noun, const char *prop)
{
	const struct column *c;

	for (c = noun->columns; c->kind; c++)
		if (c->prop && !strcmp(c->prop, prop))
			return c;
	return NULL;
}

static int entry_read(sd_bus_message *m, const struct noun *noun, void *row)
{
	const struct column *c;
	const char *prop;
	int r;

	r = sd_bus_message_read_basic(m, 's', &prop);
	if (r < 0)
		return r;
	c = column_of_prop(noun, prop);
	return c ? variant_read(m, c, row) : sd_bus_message_skip(m, "v");
}

int dict_read(sd_bus_message *m, const struct noun *noun, struct records *rows)
{
	void *row = records_add(noun, rows);
	int r;

	if (!row)
		return -ENOMEM;
	r = sd_bus_message_enter_container(m, 'a', "{sv}");
	while (r >= 0) {
		r = sd_bus_message_enter_container(m, 'e', "sv");
		if (r <= 0)
			break;
		r = entry_read(m, noun, row);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

int dicts_read(sd_bus_message *m, const struct noun *noun, struct records *rows)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "a{sv}");
	while (r >= 0) {
		r = sd_bus_message_at_end(m, 0);
		if (r)
			break;
		r = dict_read(m, noun, rows);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}
