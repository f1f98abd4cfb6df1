/* SPDX-License-Identifier: GPL-2.0-only */
/* A tree of json-c, written as YAML that people like to read. */
#ifndef NVMUX_CLI_TREE_H
#define NVMUX_CLI_TREE_H

#include <stdio.h>

#include <json-c/json.h>

/* Objects, arrays, texts, numbers and flags; an empty object or array is written as such. */
void tree_print_yaml(struct json_object *tree, FILE *f);

#endif
