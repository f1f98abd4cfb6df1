// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The text comes through a hook and may hold what anybody put into a domain's
 * metadata, so the parser gets no network, no document type (hence no
 * entities) and a size limit.
 */
#include <errno.h>
#include <string.h>

#include <libxml/parser.h>

#include "domain.h"
#include "domain-xml.h"

/* A domain with hundreds of disks is some 200 KiB. */
#define DOMAIN_XML_MAX (4U * 1024 * 1024)

bool domain_xml_is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name);
}

bool domain_xml_is_ours(const xmlNode *node, const char *name)
{
	return domain_xml_is(node, name) && node->ns &&
	       !strcmp((const char *)node->ns->href, DOMAIN_NAMESPACE);
}

xmlNode *domain_xml_child(const xmlNode *parent, const char *name)
{
	xmlNode *node;

	for (node = parent ? parent->children : NULL; node; node = node->next)
		if (domain_xml_is(node, name))
			return node;
	return NULL;
}

/* No domain has a document type; without one there are no entities to expand. */
static void refuse_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
			   const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	xmlStopParser(ctx);
}

static bool is_domain(xmlDoc *doc)
{
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;

	return root && domain_xml_is(root, "domain");
}

int domain_xml_parse(const char *xml, size_t len, xmlDoc **ret)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
	xmlParserCtxt *ctx;
	xmlDoc *doc;

	if (len > DOMAIN_XML_MAX)
		return -EFBIG;
	ctx = xmlNewParserCtxt();
	if (!ctx)
		return -ENOMEM;
	ctx->sax->internalSubset = refuse_doctype;
	doc = xmlCtxtReadMemory(ctx, xml, (int)len, NULL, NULL, options);
	xmlFreeParserCtxt(ctx);
	if (!is_domain(doc)) {
		xmlFreeDoc(doc);
		return -EINVAL;
	}
	*ret = doc;
	return 0;
}
