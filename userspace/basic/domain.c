// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The XML of a libvirt domain, reduced to the host devices that it names.
 * Knows nothing about GPUs: which of the devices matter is for the callers to
 * say.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/tree.h>

#include "domain.h"
#include "domain-xml.h"
#include "utf8.h"
#include "uuid.h"

/* Copies into memory of malloc(), so that nobody else needs libxml2 to free it. */
static int text_take(xmlChar *text, char **ret)
{
	char *copy;

	if (!text)
		return -EINVAL;
	copy = strdup((const char *)text);
	xmlFree(text);
	if (!copy)
		return -ENOMEM;
	utf8_clean(copy);
	*ret = copy;
	return 0;
}

static bool attr_is(xmlNode *node, const char *name, const char *value)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
	bool is = text && !strcmp((const char *)text, value);

	xmlFree(text);
	return is;
}

/* libvirt takes decimal and 0x numbers and lets any part be left out. */
static int attr_number(xmlNode *node, const char *name, unsigned long max, unsigned long *ret)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
	unsigned long v = 0;
	int err = 0;
	char *end;

	if (text) {
		errno = 0;
		v = strtoul((const char *)text, &end, 0);
		if (errno || *end || !isdigit(*text) || v > max)
			err = -EINVAL;
	}
	xmlFree(text);
	if (!err)
		*ret = v;
	return err;
}

static int uuid_take(xmlChar *text, char **ret)
{
	char canonical[UUID_TEXT_SIZE];
	int err = text ? uuid_canonical((const char *)text, canonical) : -EINVAL;

	xmlFree(text);
	if (err)
		return err;
	*ret = strdup(canonical);
	return *ret ? 0 : -ENOMEM;
}

/* Takes over @item also when it fails. */
static int list_add(char ***list, size_t *n, char *item)
{
	char **longer = realloc(*list, (*n + 2) * sizeof(**list));

	if (!longer) {
		free(item);
		return -ENOMEM;
	}
	longer[(*n)++] = item;
	longer[*n] = NULL;
	*list = longer;
	return 0;
}

static int domain_add_mdev(struct domain *d, xmlNode *address)
{
	char *uuid = NULL;
	int err;

	err = uuid_take(xmlGetNoNsProp(address, (const xmlChar *)"uuid"), &uuid);
	if (err)
		return err;
	return list_add(&d->mdevs, &d->n_mdevs, uuid);
}

static int domain_add_pci(struct domain *d, xmlNode *address)
{
	unsigned long domain, bus, slot, function;
	char *bdf;

	if (attr_number(address, "domain", 0xffffffff, &domain) ||
	    attr_number(address, "bus", 0xff, &bus) ||
	    attr_number(address, "slot", 0x1f, &slot) ||
	    attr_number(address, "function", 7, &function))
		return -EINVAL;
	if (asprintf(&bdf, "%04lx:%02lx:%02lx.%lx", domain, bus, slot, function) < 0)
		return -ENOMEM;
	return list_add(&d->pcis, &d->n_pcis, bdf);
}

/* The address inside <source> is the host's; one outside it is the guest's. */
static xmlNode *source_address(xmlNode *device)
{
	xmlNode *source = domain_xml_child(device, "source");

	return source ? domain_xml_child(source, "address") : NULL;
}

static int domain_add_device(struct domain *d, xmlNode *device)
{
	bool hostdev = domain_xml_is(device, "hostdev") && attr_is(device, "mode", "subsystem");
	bool mdev = hostdev && attr_is(device, "type", "mdev");
	bool pci = hostdev && attr_is(device, "type", "pci");
	xmlNode *address;

	if (domain_xml_is(device, "interface") && attr_is(device, "type", "hostdev"))
		pci = true;
	if (!mdev && !pci)
		return 0;
	address = source_address(device);
	if (!address)
		return -EINVAL;
	return mdev ? domain_add_mdev(d, address) : domain_add_pci(d, address);
}

static int domain_read_devices(struct domain *d, xmlNode *root)
{
	xmlNode *devices = domain_xml_child(root, "devices");
	xmlNode *node;
	int err;

	for (node = devices ? devices->children : NULL; node; node = node->next) {
		err = domain_add_device(d, node);
		if (err)
			return err;
	}
	return 0;
}

/* Room for one more, which is empty; it counts at once, so that it is freed. */
static struct domain_vgpu *vgpu_add(struct domain *d)
{
	struct domain_vgpu *longer = realloc(d->vgpus, (d->n_vgpus + 1) * sizeof(*longer));

	if (!longer)
		return NULL;
	d->vgpus = longer;
	longer[d->n_vgpus] = (struct domain_vgpu){};
	return &longer[d->n_vgpus++];
}

static int domain_add_vgpu(struct domain *d, xmlNode *node)
{
	xmlChar *gpu = xmlGetNoNsProp(node, (const xmlChar *)"gpu");
	struct domain_vgpu *vgpu = vgpu_add(d);
	int err = vgpu ? 0 : -ENOMEM;

	if (err)
		xmlFree(gpu);
	else if (gpu)
		err = text_take(gpu, &vgpu->gpu);
	if (!err)
		err = text_take(xmlGetNoNsProp(node, (const xmlChar *)"type"), &vgpu->type);
	return err ? err : uuid_take(xmlGetNoNsProp(node, (const xmlChar *)"uuid"), &vgpu->uuid);
}

static int domain_read_vgpus(struct domain *d, xmlNode *vgpus)
{
	xmlNode *node;
	int err = 0;

	for (node = vgpus->children; node && !err; node = node->next)
		if (domain_xml_is_ours(node, "vgpu"))
			err = domain_add_vgpu(d, node);
	return err;
}

/* Others keep their things there too. */
static int domain_read_metadata(struct domain *d, xmlNode *root)
{
	xmlNode *metadata = domain_xml_child(root, "metadata");
	xmlNode *node;
	int err = 0;

	for (node = metadata ? metadata->children : NULL; node && !err; node = node->next)
		if (domain_xml_is_ours(node, "vgpus"))
			err = domain_read_vgpus(d, node);
	return err;
}

static int domain_read_identity(struct domain *d, xmlNode *root)
{
	xmlNode *name = domain_xml_child(root, "name");
	xmlNode *uuid = domain_xml_child(root, "uuid");
	int err;

	if (!name)
		return -EINVAL;
	err = text_take(xmlNodeGetContent(name), &d->name);
	if (err)
		return err;
	if (uuid)
		return uuid_take(xmlNodeGetContent(uuid), &d->uuid);
	d->uuid = strdup("");
	return d->uuid ? 0 : -ENOMEM;
}

static int domain_alloc(struct domain **ret)
{
	struct domain *d = calloc(1, sizeof(*d));

	if (!d)
		return -ENOMEM;
	d->mdevs = calloc(1, sizeof(*d->mdevs));
	d->pcis = calloc(1, sizeof(*d->pcis));
	if (!d->mdevs || !d->pcis) {
		domain_free(d);
		return -ENOMEM;
	}
	*ret = d;
	return 0;
}

static int domain_read(xmlDoc *doc, struct domain **ret)
{
	xmlNode *root = xmlDocGetRootElement(doc);
	struct domain *d;
	int err;

	err = domain_alloc(&d);
	if (err)
		return err;
	err = domain_read_identity(d, root);
	if (!err)
		err = domain_read_devices(d, root);
	if (!err)
		err = domain_read_metadata(d, root);
	if (err) {
		domain_free(d);
		return err;
	}
	*ret = d;
	return 0;
}

int domain_parse(const char *xml, size_t len, struct domain **ret)
{
	xmlDoc *doc;
	int err = domain_xml_parse(xml, len, &doc);

	if (err)
		return err;
	err = domain_read(doc, ret);
	xmlFreeDoc(doc);
	return err;
}

static void list_free(char **list)
{
	char **item;

	for (item = list; item && *item; item++)
		free(*item);
	free(list);
}

void domain_free(struct domain *d)
{
	if (!d)
		return;
	free(d->name);
	free(d->uuid);
	list_free(d->mdevs);
	list_free(d->pcis);
	for (size_t i = 0; i < d->n_vgpus; i++) {
		free(d->vgpus[i].uuid);
		free(d->vgpus[i].type);
		free(d->vgpus[i].gpu);
	}
	free(d->vgpus);
	free(d);
}
