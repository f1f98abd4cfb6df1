// SPDX-License-Identifier: GPL-2.0-only
/*
 * libvirt takes as the domain of an incoming migration what its hook prints. Only attributes are
 * changed; all else goes out as it came in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <libxml/tree.h>

#include "basic/cleanup.h"
#include "basic/domain-xml.h"
#include "basic/uuid.h"
#include "hook/rewrite.h"

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
	const xmlNode *devices = domain_xml_child(root, "devices");
	xmlNode *node, *address;

	for (node = devices ? devices->children : NULL; node; node = node->next) {
		if (!domain_xml_is(node, "hostdev"))
			continue;
		address = domain_xml_child(domain_xml_child(node, "source"), "address");
		if (address)
			rename_uuid(address, map);
	}
}

static void rename_wishes(const xmlNode *root, struct json_object *map)
{
	const xmlNode *metadata = domain_xml_child(root, "metadata");
	xmlNode *ours, *node;

	for (ours = metadata ? metadata->children : NULL; ours; ours = ours->next) {
		if (!domain_xml_is_ours(ours, "vgpus"))
			continue;
		for (node = ours->children; node; node = node->next)
			if (domain_xml_is_ours(node, "vgpu"))
				rename_uuid(node, map);
	}
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
	const xmlNode *root;
	xmlDoc *doc;
	int err = domain_xml_parse(xml, len, &doc);

	if (err)
		return err;
	root = xmlDocGetRootElement(doc);
	rename_devices(root, map);
	rename_wishes(root, map);
	err = dump(doc, root, ret);
	xmlFreeDoc(doc);
	return err;
}
