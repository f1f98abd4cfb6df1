/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The XML of a libvirt domain as a tree of libxml2, for whoever reads or
 * changes it.
 */
#ifndef NVMUX_BASIC_DOMAIN_XML_H
#define NVMUX_BASIC_DOMAIN_XML_H

#include <stdbool.h>
#include <stddef.h>

#include <libxml/tree.h>

/**
 * domain_xml_parse() - parse the XML of a libvirt domain
 * @xml: text, need not be terminated
 * @len: its length in bytes
 * @ret: the tree, whose root is a domain; untouched on failure, xmlFreeDoc() it
 *
 * Return: 0; -EFBIG longer than any domain is; -EINVAL not the XML of a
 * domain, or with a document type; -ENOMEM.
 */
int domain_xml_parse(const char *xml, size_t len, xmlDoc **ret);

/* Is it an element of that name, in any namespace, or in ours? */
bool domain_xml_is(const xmlNode *node, const char *name);
bool domain_xml_is_ours(const xmlNode *node, const char *name);

/* The first child of that name, or NULL; so it is when there is no parent. */
xmlNode *domain_xml_child(const xmlNode *parent, const char *name);

#endif
