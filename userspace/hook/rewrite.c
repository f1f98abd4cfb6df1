// SPDX-License-Identifier: GPL-2.0-only
/*
 * libvirt takes as the domain of an incoming migration what its hook prints. Only attributes are
 * changed; all else goes out as it came in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "basic/cleanup.h"
#include "basic/domain.h"
#include "basic/uuid.h"
#include "hook/rewrite.h"

static bool node_is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name);
}

static xmlNode *child(const xmlNode *parent, const char *name)
{
	xmlNode *node;

	for (node = parent ? parent->children : NULL; node; node = node->next)
		if (node_is(node, name))
			return node;
	return NULL;
}

/* What a UUID becomes, or NULL; libvirt keeps it as it was typed. */
static const char *target_of(struct json_object *map, const char *uuid)
{
	char canonical[UUID_TEXT_SIZE];
	struct json_object *v;

	if (uuid_canonical(uuid, canonical) || !json_object_object_get_ex(map, canonical, &v))
		return NULL;
	return json_object_get_string(v);
}

static void rename_uuid(xmlNode *node, struct json_object *map)
{
	xmlChar *uuid = xmlGetNoNsProp(node, (const xmlChar *)"uuid");
	const char *target = uuid ? target_of(map, (const char *)uuid) : NULL;

	if (target)
		xmlSetProp(node, (const xmlChar *)"uuid", (const xmlChar *)target);
	xmlFree(uuid);
}

static void rename_devices(const xmlNode *root, struct json_object *map)
{
	const xmlNode *devices = child(root, "devices");
	xmlNode *node, *address;

	for (node = devices ? devices->children : NULL; node; node = node->next) {
		address = node_is(node, "hostdev") ? child(child(node, "source"), "address") : NULL;
		if (address)
			rename_uuid(address, map);
	}
}

static bool is_ours(const xmlNode *node)
{
	return node->type == XML_ELEMENT_NODE && node->ns &&
	       !strcmp((const char *)node->ns->href, DOMAIN_NAMESPACE);
}

static void rename_wishes(const xmlNode *root, struct json_object *map)
{
	const xmlNode *metadata = child(root, "metadata");
	xmlNode *ours, *node;

	for (ours = metadata ? metadata->children : NULL; ours; ours = ours->next)
		for (node = is_ours(ours) ? ours->children : NULL; node; node = node->next)
			if (is_ours(node))
				rename_uuid(node, map);
}

static int dump(xmlDoc *doc, const xmlNode *root, char **ret)
{
	xmlBuffer *buffer = xmlBufferCreate();
	int err = -ENOMEM;

	if (buffer && xmlNodeDump(buffer, doc, (xmlNode *)root, 0, 0) > 0) {
		*ret = strdup((const char *)xmlBufferContent(buffer));
		err = *ret ? 0 : -ENOMEM;
	}
	xmlBufferFree(buffer);
	return err;
}

int domain_rewrite(const char *xml, size_t len, struct json_object *map, char **ret)
{
	xmlDoc *doc = xmlReadMemory(xml, (int)len, NULL, NULL, XML_PARSE_NONET |
				    XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	int err = -EINVAL;

	if (root && node_is(root, "domain")) {
		rename_devices(root, map);
		rename_wishes(root, map);
		err = dump(doc, root, ret);
	}
	xmlFreeDoc(doc);
	return err;
}
