// SPDX-License-Identifier: GPL-2.0-only
/*
 * What every reader of a YAML document needs. Anchors are followed by
 * libyaml; how deep a document goes is for the tables of its reader to say.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/node.h"

int __attribute__((format(printf, 3, 4)))
node_refuse(struct node_parser *p, const yaml_node_t *at, const char *format, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return complain(p->complaint, CODE_USAGE, "%s:%zu: %s", p->name,
			at->start_mark.line + 1, text);
}

int node_no_memory(struct node_parser *p)
{
	return complain(p->complaint, CODE_FAILED, "out of memory");
}

yaml_node_t *node_of(struct node_parser *p, int id)
{
	return yaml_document_get_node(p->document, id);
}

const char *node_text(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

int node_read_text(struct node_parser *p, yaml_node_t *value, const char **ret)
{
	*ret = node_text(value);
	if (*ret && strlen(*ret) == value->data.scalar.length)
		return CODE_OK;
	(void)node_refuse(p, value, "a single value is needed here");
	return CODE_USAGE;
}

size_t node_count_items(const yaml_node_t *node)
{
	return node->data.sequence.items.top - node->data.sequence.items.start;
}

yaml_node_t *node_item(struct node_parser *p, const yaml_node_t *node, size_t i)
{
	return node_of(p, node->data.sequence.items.start[i]);
}

size_t node_count_pairs(const yaml_node_t *node)
{
	return node->data.mapping.pairs.top - node->data.mapping.pairs.start;
}

yaml_node_pair_t *node_pair(const yaml_node_t *node, size_t i)
{
	return node->data.mapping.pairs.start + i;
}

/* Whether the key of a pair is a text, and this one. */
static bool pair_is(struct node_parser *p, const yaml_node_t *map, size_t at, const char *name)
{
	const yaml_node_t *key = node_of(p, node_pair(map, at)->key);
	const char *text = key ? node_text(key) : NULL;

	return text && !strcmp(text, name);
}

/* The key of a pair, which must be a text that no earlier pair has. */
int node_read_key(struct node_parser *p, yaml_node_t *map, size_t at, const char **ret)
{
	yaml_node_t *key = node_of(p, node_pair(map, at)->key);
	int code = node_read_text(p, key, ret);

	for (size_t i = 0; !code && i < at; i++)
		if (pair_is(p, map, i, *ret))
			return node_refuse(p, key, "%s is said twice", *ret);
	return code;
}

int node_check_mapping(struct node_parser *p, const yaml_node_t *node, const char *what)
{
	return node->type == YAML_MAPPING_NODE ? CODE_OK :
						 node_refuse(p, node, "%s must be a mapping", what);
}

static const struct node_key *find_key(const struct node_key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (!strcmp(keys->name, name))
			return keys;
	return NULL;
}

static int check_needed(struct node_parser *p, yaml_node_t *map, const struct node_key *keys)
{
	for (; keys->name; keys++) {
		bool found = !keys->needed;

		for (size_t i = 0; !found && i < node_count_pairs(map); i++)
			found = pair_is(p, map, i, keys->name);
		if (!found)
			return node_refuse(p, map, "%s is missing", keys->name);
	}
	return CODE_OK;
}

int node_read_mapping(struct node_parser *p, yaml_node_t *map, const char *what,
			const struct node_key *keys, void *target)
{
	const struct node_key *key;
	const char *name;
	int code = node_check_mapping(p, map, what);

	for (size_t i = 0; !code && i < node_count_pairs(map); i++) {
		code = node_read_key(p, map, i, &name);
		if (code)
			break;
		key = find_key(keys, name);
		if (!key)
			return node_refuse(p, node_of(p, node_pair(map, i)->key), "unknown key %s in %s",
				      name, what);
		code = key->read(p, node_of(p, node_pair(map, i)->value), target);
	}
	return code ? code : check_needed(p, map, keys);
}

int node_read_word(struct node_parser *p, yaml_node_t *value, const char *const *known,
		     const char *what, const char **ret)
{
	int code = node_read_text(p, value, ret);

	for (; !code && *known; known++)
		if (!strcmp(*known, *ret))
			return CODE_OK;
	return code ? code : node_refuse(p, value, "%s is not a %s", *ret, what);
}

int node_read_flag(struct node_parser *p, yaml_node_t *value, bool *ret)
{
	static const char *const known[] = { "true", "false", NULL };
	const char *word;
	int code = node_read_word(p, value, known, "flag, which is true or false", &word);

	*ret = !code && !strcmp(word, "true");
	return code;
}

int node_load(const char *name, const char *text, size_t len, yaml_document_t *ret,
		struct complaint *c)
{
	yaml_parser_t parser;
	int code = CODE_OK;

	if (!yaml_parser_initialize(&parser))
		return complain(c, CODE_FAILED, "out of memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, ret)) {
		memset(ret, 0, sizeof(*ret));
		code = complain(c, CODE_USAGE, "%s:%zu: %s", name, parser.problem_mark.line + 1,
				parser.problem ? parser.problem : "the file cannot be read");
	}
	yaml_parser_delete(&parser);
	return code;
}
