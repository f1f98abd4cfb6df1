/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What introspection says of our interfaces, as lines that can be compared.
 */
#ifndef NVMUX_TESTS_CONTRACT_H
#define NVMUX_TESTS_CONTRACT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

/* One line per member of our interfaces: "interface kind name signatures". */
struct contract {
	char *lines[128];
	size_t n;
};

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *attr(xmlNode *node, const char *name)
{
	return (char *)xmlGetProp(node, (const xmlChar *)name);
}

static void append_attr(FILE *f, xmlNode *node, const char *name)
{
	char *value = attr(node, name);

	fprintf(f, " %s", value ? value : "-");
	xmlFree(value);
}

static void add_member(struct contract *c, const char *interface, xmlNode *member)
{
	size_t size;
	FILE *f = open_memstream(&c->lines[c->n++], &size);

	fprintf(f, "%s %s", interface, (const char *)member->name);
	append_attr(f, member, "name");
	append_attr(f, member, "type");
	for (xmlNode *arg = member->children; arg; arg = arg->next) {
		char *direction = arg->type == XML_ELEMENT_NODE ? attr(arg, "direction") : NULL;

		if (arg->type != XML_ELEMENT_NODE || xmlStrcmp(arg->name, (xmlChar *)"arg"))
			continue;
		append_attr(f, arg, "name");
		append_attr(f, arg, "type");
		fprintf(f, " %s", direction ? direction : "");
		xmlFree(direction);
	}
	fclose(f);
}

static void add_interface(struct contract *c, xmlNode *node)
{
	char *interface = attr(node, "name");

	for (xmlNode *member = node->children; member; member = member->next)
		if (member->type == XML_ELEMENT_NODE && strncmp(interface, "org.nvmux1.", 11) == 0)
			add_member(c, interface, member);
	xmlFree(interface);
}

static void add_document(struct contract *c, xmlDoc *doc)
{
	for (xmlNode *node = xmlDocGetRootElement(doc)->children; node; node = node->next)
		if (!xmlStrcmp(node->name, (xmlChar *)"interface"))
			add_interface(c, node);
	xmlFreeDoc(doc);
}

static void contract_clear(struct contract *c)
{
	while (c->n)
		free(c->lines[--c->n]);
}

static void contract_sort(struct contract *c)
{
	qsort(c->lines, c->n, sizeof(c->lines[0]), compare_lines);
}

#endif
