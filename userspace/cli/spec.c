// SPDX-License-Identifier: GPL-2.0-only
/*
 * YAML into a spec. JSON is YAML too, so libyaml reads both and knows the
 * line of every fault. What a key may hold is in the tables below; anchors
 * are followed, but the depth is that of the tables.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "basic/file.h"
#include "cli/args.h"
#include "cli/nouns.h"
#include "cli/spec.h"

#define FILE_MAX (1024 * 1024)

struct parser {
	yaml_document_t *document;
	const char *name;
	struct complaint *complaint;
};

/* One key of a mapping: @read takes its value over into @target. */
struct key {
	const char *name;
	bool needed;
	int (*read)(struct parser *p, yaml_node_t *value, void *target);
};

static int __attribute__((format(printf, 3, 4)))
refuse(struct parser *p, const yaml_node_t *at, const char *format, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return complain(p->complaint, CODE_USAGE, "%s:%zu: %s", p->name,
			at->start_mark.line + 1, text);
}

static int no_memory(struct parser *p)
{
	return complain(p->complaint, CODE_FAILED, "out of memory");
}

static yaml_node_t *node_of(struct parser *p, int id)
{
	return yaml_document_get_node(p->document, id);
}

static const char *text_of(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

static int read_text(struct parser *p, yaml_node_t *value, const char **ret)
{
	*ret = text_of(value);
	if (*ret && strlen(*ret) == value->data.scalar.length)
		return CODE_OK;
	return refuse(p, value, "a single value is needed here");
}

static size_t count_items(const yaml_node_t *node)
{
	return node->data.sequence.items.top - node->data.sequence.items.start;
}

static yaml_node_t *item(struct parser *p, const yaml_node_t *node, size_t i)
{
	return node_of(p, node->data.sequence.items.start[i]);
}

static size_t count_pairs(const yaml_node_t *node)
{
	return node->data.mapping.pairs.top - node->data.mapping.pairs.start;
}

static yaml_node_pair_t *pair(const yaml_node_t *node, size_t i)
{
	return node->data.mapping.pairs.start + i;
}

/* The key of a pair, which must be a text that no earlier pair has. */
static int read_key(struct parser *p, yaml_node_t *map, size_t at, const char **ret)
{
	yaml_node_t *key = node_of(p, pair(map, at)->key);
	int code = read_text(p, key, ret);

	for (size_t i = 0; !code && i < at; i++)
		if (!strcmp(text_of(node_of(p, pair(map, i)->key)), *ret))
			return refuse(p, key, "%s is said twice", *ret);
	return code;
}

static int check_mapping(struct parser *p, const yaml_node_t *node, const char *what)
{
	return node->type == YAML_MAPPING_NODE ? CODE_OK :
						 refuse(p, node, "%s must be a mapping", what);
}

static const struct key *find_key(const struct key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (!strcmp(keys->name, name))
			return keys;
	return NULL;
}

static int check_needed(struct parser *p, yaml_node_t *map, const struct key *keys)
{
	for (; keys->name; keys++) {
		bool found = !keys->needed;

		for (size_t i = 0; !found && i < count_pairs(map); i++)
			found = !strcmp(text_of(node_of(p, pair(map, i)->key)), keys->name);
		if (!found)
			return refuse(p, map, "%s is missing", keys->name);
	}
	return CODE_OK;
}

static int read_mapping(struct parser *p, yaml_node_t *map, const char *what,
			const struct key *keys, void *target)
{
	const struct key *key;
	const char *name;
	int code = check_mapping(p, map, what);

	for (size_t i = 0; !code && i < count_pairs(map); i++) {
		code = read_key(p, map, i, &name);
		if (code)
			break;
		key = find_key(keys, name);
		if (!key)
			return refuse(p, node_of(p, pair(map, i)->key), "unknown key %s in %s",
				      name, what);
		code = key->read(p, node_of(p, pair(map, i)->value), target);
	}
	return code ? code : check_needed(p, map, keys);
}

/* The values of an entry. */

static int read_word(struct parser *p, yaml_node_t *value, const char *const *known,
		     const char *what, const char **ret)
{
	int code = read_text(p, value, ret);

	for (; !code && *known; known++)
		if (!strcmp(*known, *ret))
			return CODE_OK;
	return code ? code : refuse(p, value, "%s is not a %s", *ret, what);
}

static int read_mode(struct parser *p, yaml_node_t *value, void *target)
{
	static const char *const known[] = { "host", "vgpu", "passthrough", NULL };
	struct spec_entry *e = target;

	return read_word(p, value, known, "mode", &e->mode);
}

static int read_partition(struct parser *p, yaml_node_t *value, void *target)
{
	static const char *const known[] = { "same-size", "mixed-size", "mig", NULL };
	struct spec_entry *e = target;

	return read_word(p, value, known, "partitioning", &e->partition);
}

static int read_flag(struct parser *p, yaml_node_t *value, bool *ret)
{
	static const char *const known[] = { "true", "false", NULL };
	const char *word;
	int code = read_word(p, value, known, "flag, which is true or false", &word);

	*ret = !code && !strcmp(word, "true");
	return code;
}

static int read_detach(struct parser *p, yaml_node_t *value, void *target)
{
	return read_flag(p, value, &((struct spec_entry *)target)->detach);
}

static int read_when_idle(struct parser *p, yaml_node_t *value, void *target)
{
	return read_flag(p, value, &((struct spec_entry *)target)->when_idle);
}

static bool is_number(const char *text, unsigned long max, uint32_t *ret)
{
	unsigned long v;
	char *end;

	errno = 0;
	v = strtoul(text, &end, 10);
	*ret = (uint32_t)v;
	return *text >= '0' && *text <= '9' && !*end && !errno && v <= max;
}

static int check_device(struct parser *p, const yaml_node_t *value, const char *text)
{
	uint32_t number;

	if (is_number(text, 1024, &number) || is_gpu(text))
		return CODE_OK;
	return refuse(p, value, "%s is neither a number nor a PCI address", text);
}

static int read_devices(struct parser *p, yaml_node_t *value, void *target)
{
	struct spec_entry *e = target;
	int code = CODE_OK;

	if (value->type == YAML_SCALAR_NODE && !strcmp(text_of(value), "all")) {
		e->all = true;
		return CODE_OK;
	}
	if (value->type != YAML_SEQUENCE_NODE)
		return refuse(p, value, "devices is all or a list");
	e->devices = calloc(count_items(value) + 1, sizeof(*e->devices));
	if (!e->devices)
		return no_memory(p);
	for (size_t i = 0; !code && i < count_items(value); i++) {
		yaml_node_t *node = item(p, value, i);

		code = read_text(p, node, &e->devices[e->n_devices]);
		if (!code)
			code = check_device(p, node, e->devices[e->n_devices++]);
	}
	return code;
}

/* 0x20B710DE: device, then vendor, as lspci and vgpu-device-manager have it */
static int read_filter(struct parser *p, yaml_node_t *value, struct spec_entry *e)
{
	const char *text;
	unsigned long id;
	char *end;
	int code = read_text(p, value, &text);

	if (code)
		return code;
	errno = 0;
	id = strtoul(text, &end, 16);
	if (strncasecmp(text, "0x", 2) || end != text + strlen(text) || strlen(text) != 10 || errno)
		return refuse(p, value, "%s is not a device id such as 0x20B710DE", text);
	e->filters[e->n_filters++] = (uint32_t)id;
	return CODE_OK;
}

static int read_filters(struct parser *p, yaml_node_t *value, void *target)
{
	struct spec_entry *e = target;
	bool list = value->type == YAML_SEQUENCE_NODE;
	int code = CODE_OK;

	e->filters = calloc((list ? count_items(value) : 1) + 1, sizeof(*e->filters));
	if (!e->filters)
		return no_memory(p);
	if (!list)
		return read_filter(p, value, e);
	for (size_t i = 0; !code && i < count_items(value); i++)
		code = read_filter(p, item(p, value, i), e);
	return code;
}

static int read_count(struct parser *p, yaml_node_t *value, struct spec_count *ret)
{
	const char *text;
	int code = read_text(p, value, &text);

	if (!code && !is_number(text, 4096, &ret->count))
		code = refuse(p, value, "%s is not a number of vGPUs", text);
	return code;
}

static int read_vgpus(struct parser *p, yaml_node_t *value, void *target)
{
	struct spec_entry *e = target;
	int code = check_mapping(p, value, "vgpu-devices");

	if (code)
		return code;
	e->has_vgpus = true;
	e->vgpus = calloc(count_pairs(value) + 1, sizeof(*e->vgpus));
	if (!e->vgpus)
		return no_memory(p);
	for (size_t i = 0; !code && i < count_pairs(value); i++) {
		struct spec_count *count = &e->vgpus[e->n_vgpus++];

		code = read_key(p, value, i, &count->type);
		if (!code)
			code = read_count(p, node_of(p, pair(value, i)->value), count);
	}
	return code;
}

/* vGPUs need the mode of that name, so it may be left out beside them. */
static int check_entry(struct parser *p, const yaml_node_t *node, struct spec_entry *e)
{
	if (!e->n_vgpus)
		return CODE_OK;
	if (!e->mode)
		e->mode = "vgpu";
	if (!strcmp(e->mode, "vgpu"))
		return CODE_OK;
	return refuse(p, node, "vgpu-devices need mode vgpu, not %s", e->mode);
}

static int read_entry(struct parser *p, yaml_node_t *node, struct spec_entry *e)
{
	static const struct key keys[] = {
		{ "devices", true, read_devices },
		{ "device-filter", false, read_filters },
		{ "mode", false, read_mode },
		{ "partition", false, read_partition },
		{ "detach", false, read_detach },
		{ "when-idle", false, read_when_idle },
		{ "vgpu-devices", false, read_vgpus },
		{}
	};
	int code;

	e->line = (int)node->start_mark.line + 1;
	code = read_mapping(p, node, "an entry", keys, e);
	return code ? code : check_entry(p, node, e);
}

/* The file. */

static int read_config(struct parser *p, yaml_node_t *node, struct spec_config *config)
{
	int code = CODE_OK;

	if (node->type != YAML_SEQUENCE_NODE)
		return refuse(p, node, "configuration %s must be a list", config->label);
	config->entries = calloc(count_items(node) + 1, sizeof(*config->entries));
	if (!config->entries)
		return no_memory(p);
	for (size_t i = 0; !code && i < count_items(node); i++)
		code = read_entry(p, item(p, node, i), &config->entries[config->n_entries++]);
	return code;
}

static int read_configs(struct parser *p, yaml_node_t *value, void *target)
{
	struct spec *spec = target;
	int code = check_mapping(p, value, "vgpu-configs");

	if (code)
		return code;
	spec->configs = calloc(count_pairs(value) + 1, sizeof(*spec->configs));
	if (!spec->configs)
		return no_memory(p);
	for (size_t i = 0; !code && i < count_pairs(value); i++) {
		struct spec_config *config = &spec->configs[spec->n_configs++];

		code = read_key(p, value, i, &config->label);
		if (!code)
			code = read_config(p, node_of(p, pair(value, i)->value), config);
	}
	return code;
}

static int read_version(struct parser *p, yaml_node_t *value, void *target)
{
	static const char *const known[] = { "v1", NULL };
	const char *version;

	(void)target;
	return read_word(p, value, known, "known version, only v1 is", &version);
}

static int read_policy(struct parser *p, yaml_node_t *value, void *target)
{
	static const char *const known[] = { "performance", "consolidation", NULL };

	return read_word(p, value, known, "policy", &((struct spec *)target)->policy);
}

static int read_document(struct parser *p, struct spec *spec)
{
	static const struct key keys[] = {
		{ "version", true, read_version },
		{ "policy", false, read_policy },
		{ "vgpu-configs", true, read_configs },
		{}
	};
	yaml_node_t *root = yaml_document_get_root_node(p->document);

	if (!root)
		return complain(p->complaint, CODE_USAGE, "%s: the file is empty", p->name);
	return read_mapping(p, root, "the file", keys, spec);
}

static int load(const char *name, const char *text, size_t len, yaml_document_t *ret,
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

int spec_parse(const char *name, const char *text, size_t len, struct spec *ret,
	       struct complaint *c)
{
	struct parser p = { .name = name, .complaint = c };
	int code;

	p.document = calloc(1, sizeof(*p.document));
	if (!p.document)
		return no_memory(&p);
	ret->document = p.document;
	code = load(name, text, len, p.document, c);
	return code ? code : read_document(&p, ret);
}

int spec_read(const char *file, struct spec *ret, struct complaint *c)
{
	const char *path = strcmp(file, "-") ? file : "/dev/stdin";
	_cleanup_free_ char *text = NULL;
	size_t len;
	int err = file_read(path, FILE_MAX, &text, &len);

	if (err == -ENOENT)
		return complain(c, CODE_NOT_FOUND, "no file %s", file);
	if (err)
		return complain(c, CODE_FAILED, "%s cannot be read: %s", file, strerror(-err));
	return spec_parse(file, text, len, ret, c);
}

static void config_clear(struct spec_config *config)
{
	for (size_t i = 0; i < config->n_entries; i++) {
		free(config->entries[i].devices);
		free(config->entries[i].filters);
		free(config->entries[i].vgpus);
	}
	free(config->entries);
}

void spec_clear(struct spec *spec)
{
	for (size_t i = 0; i < spec->n_configs; i++)
		config_clear(&spec->configs[i]);
	free(spec->configs);
	if (spec->document)
		yaml_document_delete(spec->document);
	free(spec->document);
	*spec = (struct spec){};
}

int spec_find(const struct spec *spec, const char *label, const struct spec_config **ret,
	      struct complaint *c)
{
	if (!label && spec->n_configs != 1)
		return complain(c, CODE_USAGE, "the file has %zu configurations, name one by --config",
				spec->n_configs);
	for (size_t i = 0; i < spec->n_configs; i++) {
		*ret = &spec->configs[i];
		if (!label || !strcmp((*ret)->label, label))
			return CODE_OK;
	}
	return complain(c, CODE_NOT_FOUND, "no configuration %s in the file", label);
}
