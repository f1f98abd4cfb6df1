// SPDX-License-Identifier: GPL-2.0-only
/*
 * Edits a tree of libxml2. What is compared is what libvirt compares: UUIDs
 * without their case, addresses by their numbers.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/tree.h>

#include "basic/domain.h"
#include "basic/domain-xml.h"
#include "cli/edit.h"

struct edit {
	xmlDoc *doc;
	xmlNode *root;
};

struct address {
	unsigned int domain, bus, slot, function;
};

static bool attr_is(xmlNode *node, const char *name, const char *value)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
	bool is = text && !strcasecmp((const char *)text, value);

	xmlFree(text);
	return is;
}

static unsigned int attr_number(xmlNode *node, const char *name)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
	unsigned int v = text ? (unsigned int)strtoul((const char *)text, NULL, 0) : 0;

	xmlFree(text);
	return v;
}

int edit_new(const char *xml, struct edit **ret)
{
	struct edit *e = calloc(1, sizeof(*e));
	int err;

	if (!e)
		return -ENOMEM;
	err = domain_xml_parse(xml, strlen(xml), &e->doc);
	if (err) {
		free(e);
		return err;
	}
	e->root = xmlDocGetRootElement(e->doc);
	*ret = e;
	return 0;
}

void edit_free(struct edit *e)
{
	if (!e)
		return;
	xmlFreeDoc(e->doc);
	free(e);
}

/* The address of the host in a device of this type, or NULL. */
static xmlNode *source(xmlNode *device, const char *type)
{
	if (!domain_xml_is(device, "hostdev") || !attr_is(device, "type", type))
		return NULL;
	return domain_xml_child(domain_xml_child(device, "source"), "address");
}

static xmlNode *find_vgpu(const struct edit *e, const char *uuid)
{
	xmlNode *devices = domain_xml_child(e->root, "devices"), *node, *address;

	for (node = devices ? devices->children : NULL; node; node = node->next) {
		address = source(node, "mdev");
		if (address && (!uuid || attr_is(address, "uuid", uuid)))
			return node;
	}
	return NULL;
}

static bool parse(const char *text, struct address *ret)
{
	return sscanf(text, "%x:%x:%x.%x", &ret->domain, &ret->bus, &ret->slot,
		      &ret->function) == 4;
}

static xmlNode *find_gpu(const struct edit *e, const char *text)
{
	xmlNode *devices = domain_xml_child(e->root, "devices"), *node, *at;
	struct address want;

	if (!parse(text, &want))
		return NULL;
	for (node = devices ? devices->children : NULL; node; node = node->next) {
		at = source(node, "pci");
		if (at && attr_number(at, "domain") == want.domain &&
		    attr_number(at, "bus") == want.bus && attr_number(at, "slot") == want.slot &&
		    attr_number(at, "function") == want.function)
			return node;
	}
	return NULL;
}

bool edit_has_vgpu(const struct edit *e)
{
	return find_vgpu(e, NULL);
}

bool edit_has_gpu(const struct edit *e, const char *address)
{
	return find_gpu(e, address);
}

static xmlNode *add(xmlNode *parent, const char *name)
{
	return parent ? xmlNewChild(parent, NULL, (const xmlChar *)name, NULL) : NULL;
}

static void set(xmlNode *node, const char *name, const char *value)
{
	if (node)
		xmlNewProp(node, (const xmlChar *)name, (const xmlChar *)value);
}

static xmlNode *child_or_new(xmlNode *parent, const char *name)
{
	xmlNode *node = domain_xml_child(parent, name);

	return node ? node : add(parent, name);
}

static xmlNode *find_wishes(const struct edit *e)
{
	xmlNode *metadata = domain_xml_child(e->root, "metadata"), *node;

	for (node = metadata ? metadata->children : NULL; node; node = node->next)
		if (domain_xml_is_ours(node, "vgpus"))
			return node;
	return NULL;
}

static xmlNode *new_wishes(struct edit *e)
{
	xmlNode *node = add(child_or_new(e->root, "metadata"), "vgpus");
	xmlNs *ns = node ? xmlNewNs(node, (const xmlChar *)DOMAIN_NAMESPACE,
				    (const xmlChar *)"nvmux") : NULL;

	if (ns)
		xmlSetNs(node, ns);
	return ns ? node : NULL;
}

static int add_wish(struct edit *e, const char *uuid, const char *type, const char *gpu)
{
	xmlNode *wishes = find_wishes(e), *node;

	if (!wishes)
		wishes = new_wishes(e);
	node = wishes ? xmlNewChild(wishes, wishes->ns, (const xmlChar *)"vgpu", NULL) : NULL;
	set(node, "uuid", uuid);
	set(node, "type", type);
	if (gpu)
		set(node, "gpu", gpu);
	return node ? 0 : -ENOMEM;
}

/* <hostdev> with an empty <source><address/></source>; gives the address. */
static xmlNode *add_device(struct edit *e, const char *type)
{
	xmlNode *node = add(child_or_new(e->root, "devices"), "hostdev");

	set(node, "mode", "subsystem");
	set(node, "type", type);
	if (!strcmp(type, "mdev"))
		set(node, "model", "vfio-pci");
	else
		set(node, "managed", "no");
	return add(add(node, "source"), "address");
}

int edit_add_vgpu(struct edit *e, const char *uuid, const char *type, const char *gpu)
{
	xmlNode *address;

	if (find_vgpu(e, uuid))
		return -EEXIST;
	address = add_device(e, "mdev");
	set(address, "uuid", uuid);
	return address ? add_wish(e, uuid, type, gpu) : -ENOMEM;
}

static void set_hex(xmlNode *node, const char *name, int digits, unsigned int value)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%0*x", digits, value);
	set(node, name, text);
}

int edit_add_gpu(struct edit *e, const char *text)
{
	struct address a;
	xmlNode *address;

	if (find_gpu(e, text))
		return -EEXIST;
	if (!parse(text, &a))
		return -EINVAL;
	address = add_device(e, "pci");
	set_hex(address, "domain", 4, a.domain);
	set_hex(address, "bus", 2, a.bus);
	set_hex(address, "slot", 2, a.slot);
	set_hex(address, "function", 1, a.function);
	return address ? 0 : -ENOMEM;
}

static void remove_node(xmlNode *node)
{
	xmlUnlinkNode(node);
	xmlFreeNode(node);
}

/* With its last wish the element goes as well. */
static void remove_wish(struct edit *e, const char *uuid)
{
	xmlNode *wishes = find_wishes(e), *node, *next;

	for (node = wishes ? wishes->children : NULL; node; node = next) {
		next = node->next;
		if (domain_xml_is_ours(node, "vgpu") && attr_is(node, "uuid", uuid))
			remove_node(node);
	}
	if (wishes && !domain_xml_child(wishes, "vgpu"))
		remove_node(wishes);
}

int edit_remove_vgpu(struct edit *e, const char *uuid)
{
	xmlNode *node = find_vgpu(e, uuid);

	if (!node)
		return -ENOENT;
	remove_node(node);
	remove_wish(e, uuid);
	return 0;
}

int edit_remove_gpu(struct edit *e, const char *address)
{
	xmlNode *node = find_gpu(e, address);

	if (!node)
		return -ENOENT;
	remove_node(node);
	return 0;
}

char *edit_text(const struct edit *e)
{
	xmlChar *text = NULL;
	char *copy;
	int size;

	xmlDocDumpMemory(e->doc, &text, &size);
	copy = text ? strdup((const char *)text) : NULL;
	xmlFree(text);
	return copy;
}
