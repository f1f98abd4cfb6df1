/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading YAML by tables, with the line of each fault. JSON is YAML too. */
#ifndef NVMUX_CLI_NODE_H
#define NVMUX_CLI_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include <yaml.h>

#include "cli/fail.h"

struct node_parser {
	yaml_document_t *document;
	const char *name;
	struct complaint *complaint;
};

/* One key of a mapping: @read takes its value over into @target. */
struct node_key {
	const char *name;
	bool needed;
	int (*read)(struct node_parser *p, yaml_node_t *value, void *target);
};

/* These return an exit code, their complaint in the parser's. */
int node_load(const char *name, const char *text, size_t len, yaml_document_t *ret,
	      struct complaint *c);
int node_refuse(struct node_parser *p, const yaml_node_t *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int node_no_memory(struct node_parser *p);
int node_read_text(struct node_parser *p, yaml_node_t *value, const char **ret);

/* One of the @known words, which end with NULL; @what: for the complaint */
int node_read_word(struct node_parser *p, yaml_node_t *value, const char *const *known,
		   const char *what, const char **ret);
int node_read_flag(struct node_parser *p, yaml_node_t *value, bool *ret);
int node_check_mapping(struct node_parser *p, const yaml_node_t *node, const char *what);

/* The key of a pair, which must be a text that no earlier pair has. */
int node_read_key(struct node_parser *p, yaml_node_t *map, size_t at, const char **ret);

/* @keys: what may be in it, ends with name NULL; all else is refused */
int node_read_mapping(struct node_parser *p, yaml_node_t *map, const char *what,
		      const struct node_key *keys, void *target);

/* Only for nodes of their kind; the text is NULL for others. */
yaml_node_t *node_of(struct node_parser *p, int id);
const char *node_text(const yaml_node_t *node);
size_t node_count_items(const yaml_node_t *node);
yaml_node_t *node_item(struct node_parser *p, const yaml_node_t *node, size_t i);
size_t node_count_pairs(const yaml_node_t *node);
yaml_node_pair_t *node_pair(const yaml_node_t *node, size_t i);

#endif
