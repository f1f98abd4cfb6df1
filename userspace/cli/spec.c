// SPDX-License-Identifier: GPL-2.0-only
/*
 * YAML into a spec. What a key may hold is in the tables below.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/file.h"
#include "cli/args.h"
#include "cli/node.h"
#include "cli/spec.h"

#define FILE_MAX (1024 * 1024)

/* The values of an entry. */

static int read_mode(struct node_parser *p, yaml_node_t *value, void *target)
{
	static const char *const known[] = { "host", "vgpu", "passthrough", NULL };
	struct spec_entry *e = target;

	return node_read_word(p, value, known, "mode", &e->mode);
}

static int read_partition(struct node_parser *p, yaml_node_t *value, void *target)
{
	static const char *const known[] = { "same-size", "mixed-size", "mig", NULL };
	struct spec_entry *e = target;

	return node_read_word(p, value, known, "partitioning", &e->partition);
}

static int read_detach(struct node_parser *p, yaml_node_t *value, void *target)
{
	return node_read_flag(p, value, &((struct spec_entry *)target)->detach);
}

static int read_force(struct node_parser *p, yaml_node_t *value, void *target)
{
	return node_read_flag(p, value, &((struct spec_entry *)target)->force);
}

static int read_when_idle(struct node_parser *p, yaml_node_t *value, void *target)
{
	return node_read_flag(p, value, &((struct spec_entry *)target)->when_idle);
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

static int check_device(struct node_parser *p, const yaml_node_t *value, const char *text)
{
	uint32_t number;

	if (is_number(text, 1024, &number) || is_gpu(text))
		return CODE_OK;
	return node_refuse(p, value, "%s is neither a number nor a PCI address", text);
}

static int read_devices(struct node_parser *p, yaml_node_t *value, void *target)
{
	struct spec_entry *e = target;
	int code = CODE_OK;

	if (value->type == YAML_SCALAR_NODE && !strcmp(node_text(value), "all")) {
		e->all = true;
		return CODE_OK;
	}
	if (value->type != YAML_SEQUENCE_NODE)
		return node_refuse(p, value, "devices is all or a list");
	e->devices = calloc(node_count_items(value) + 1, sizeof(*e->devices));
	if (!e->devices)
		return node_no_memory(p);
	for (size_t i = 0; !code && i < node_count_items(value); i++) {
		yaml_node_t *node = node_item(p, value, i);

		code = node_read_text(p, node, &e->devices[e->n_devices]);
		if (!code)
			code = check_device(p, node, e->devices[e->n_devices++]);
	}
	return code;
}

/* 0x20B710DE: device, then vendor, as lspci and vgpu-device-manager have it */
static int read_filter(struct node_parser *p, yaml_node_t *value, struct spec_entry *e)
{
	const char *text;
	unsigned long id;
	char *end;
	int code = node_read_text(p, value, &text);

	if (code)
		return code;
	errno = 0;
	id = strtoul(text, &end, 16);
	if (strncasecmp(text, "0x", 2) || end != text + strlen(text) || strlen(text) != 10 || errno)
		return node_refuse(p, value, "%s is not a device id such as 0x20B710DE", text);
	e->filters[e->n_filters++] = (uint32_t)id;
	return CODE_OK;
}

static int read_filters(struct node_parser *p, yaml_node_t *value, void *target)
{
	struct spec_entry *e = target;
	bool list = value->type == YAML_SEQUENCE_NODE;
	int code = CODE_OK;

	e->filters = calloc((list ? node_count_items(value) : 1) + 1, sizeof(*e->filters));
	if (!e->filters)
		return node_no_memory(p);
	if (!list)
		return read_filter(p, value, e);
	for (size_t i = 0; !code && i < node_count_items(value); i++)
		code = read_filter(p, node_item(p, value, i), e);
	return code;
}

static int read_count(struct node_parser *p, yaml_node_t *value, const char *what,
		      struct spec_count *ret)
{
	const char *text;
	int code = node_read_text(p, value, &text);

	if (!code && !is_number(text, 4096, &ret->count))
		code = node_refuse(p, value, "%s is not a number of %s", text, what);
	return code;
}

/* @what: is counted below @key */
static int read_counts(struct node_parser *p, yaml_node_t *value, const char *key,
		       const char *what, struct spec_count **ret, size_t *ret_n)
{
	int code = node_check_mapping(p, value, key);

	if (code)
		return code;
	*ret = calloc(node_count_pairs(value) + 1, sizeof(**ret));
	if (!*ret)
		return node_no_memory(p);
	for (size_t i = 0; !code && i < node_count_pairs(value); i++) {
		struct spec_count *count = &(*ret)[(*ret_n)++];

		code = node_read_key(p, value, i, &count->name);
		if (!code)
			code = read_count(p, node_of(p, node_pair(value, i)->value), what, count);
	}
	return code;
}

static int read_vgpus(struct node_parser *p, yaml_node_t *value, void *target)
{
	struct spec_entry *e = target;

	e->has_vgpus = true;
	return read_counts(p, value, "vgpu-devices", "vGPUs", &e->vgpus, &e->n_vgpus);
}

static int read_instances(struct node_parser *p, yaml_node_t *value, void *target)
{
	struct spec_entry *e = target;

	e->has_instances = true;
	return read_counts(p, value, "mig-devices", "GPU instances", &e->instances,
			   &e->n_instances);
}

/* So does the partitioning beside GPU instances. */
static int check_instances(struct node_parser *p, const yaml_node_t *node, struct spec_entry *e)
{
	if (!e->n_instances)
		return CODE_OK;
	if (!e->partition)
		e->partition = "mig";
	if (!strcmp(e->partition, "mig"))
		return CODE_OK;
	return node_refuse(p, node, "mig-devices need partition mig, not %s", e->partition);
}

/* vGPUs need the mode of that name, so it may be left out beside them. */
static int check_entry(struct node_parser *p, const yaml_node_t *node, struct spec_entry *e)
{
	int code = check_instances(p, node, e);

	if (code)
		return code;
	if (!e->n_vgpus)
		return CODE_OK;
	if (!e->mode)
		e->mode = "vgpu";
	if (!strcmp(e->mode, "vgpu"))
		return CODE_OK;
	return node_refuse(p, node, "vgpu-devices need mode vgpu, not %s", e->mode);
}

static int read_entry(struct node_parser *p, yaml_node_t *node, struct spec_entry *e)
{
	static const struct node_key keys[] = {
		{ "devices", true, read_devices },
		{ "device-filter", false, read_filters },
		{ "mode", false, read_mode },
		{ "partition", false, read_partition },
		{ "detach", false, read_detach },
		{ "force", false, read_force },
		{ "when-idle", false, read_when_idle },
		{ "vgpu-devices", false, read_vgpus },
		{ "mig-devices", false, read_instances },
		{}
	};
	int code;

	e->line = (int)node->start_mark.line + 1;
	code = node_read_mapping(p, node, "an entry", keys, e);
	return code ? code : check_entry(p, node, e);
}

/* The file. */

static int read_config(struct node_parser *p, yaml_node_t *node, struct spec_config *config)
{
	int code = CODE_OK;

	if (node->type != YAML_SEQUENCE_NODE)
		return node_refuse(p, node, "configuration %s must be a list", config->label);
	config->entries = calloc(node_count_items(node) + 1, sizeof(*config->entries));
	if (!config->entries)
		return node_no_memory(p);
	for (size_t i = 0; !code && i < node_count_items(node); i++)
		code = read_entry(p, node_item(p, node, i), &config->entries[config->n_entries++]);
	return code;
}

static int read_configs(struct node_parser *p, yaml_node_t *value, void *target)
{
	struct spec *spec = target;
	int code = node_check_mapping(p, value, "vgpu-configs");

	if (code)
		return code;
	spec->configs = calloc(node_count_pairs(value) + 1, sizeof(*spec->configs));
	if (!spec->configs)
		return node_no_memory(p);
	for (size_t i = 0; !code && i < node_count_pairs(value); i++) {
		struct spec_config *config = &spec->configs[spec->n_configs++];

		code = node_read_key(p, value, i, &config->label);
		if (!code)
			code = read_config(p, node_of(p, node_pair(value, i)->value), config);
	}
	return code;
}

static int read_version(struct node_parser *p, yaml_node_t *value, void *target)
{
	static const char *const known[] = { "v1", NULL };
	const char *version;

	(void)target;
	return node_read_word(p, value, known, "known version, only v1 is", &version);
}

static int read_policy(struct node_parser *p, yaml_node_t *value, void *target)
{
	static const char *const known[] = { "performance", "consolidation", NULL };

	return node_read_word(p, value, known, "policy", &((struct spec *)target)->policy);
}

static int read_document(struct node_parser *p, struct spec *spec)
{
	static const struct node_key keys[] = {
		{ "version", true, read_version },
		{ "policy", false, read_policy },
		{ "vgpu-configs", true, read_configs },
		{}
	};
	yaml_node_t *root = yaml_document_get_root_node(p->document);

	if (!root)
		return complain(p->complaint, CODE_USAGE, "%s: the file is empty", p->name);
	return node_read_mapping(p, root, "the file", keys, spec);
}

int spec_parse(const char *name, const char *text, size_t len, struct spec *ret,
	       struct complaint *c)
{
	struct node_parser p = { .name = name, .complaint = c };
	int code;

	p.document = calloc(1, sizeof(*p.document));
	if (!p.document)
		return node_no_memory(&p);
	ret->document = p.document;
	code = node_load(name, text, len, p.document, c);
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
		free(config->entries[i].instances);
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
