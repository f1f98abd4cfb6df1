/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NVMUX_BASIC_DOMAIN_H
#define NVMUX_BASIC_DOMAIN_H

#include <stddef.h>

#include "cleanup.h"

/* What a libvirt domain says about host devices. Both lists end in NULL. */
struct domain {
	char *name;
	char *uuid;		/* canonical, empty when the XML has none */
	char **mdevs;		/* canonical UUIDs of mediated devices */
	size_t n_mdevs;
	char **pcis;		/* PCI addresses of host functions, DDDD:BB:SS.F */
	size_t n_pcis;
};

/**
 * domain_parse() - read the XML of a libvirt domain
 * @xml: text, need not be terminated
 * @len: its length in bytes
 * @ret: the domain, untouched on failure; domain_free() it
 *
 * Return: 0; -EFBIG longer than any domain is; -EINVAL not the XML of a
 * domain, or a host device whose address makes no sense; -ENOMEM.
 */
int domain_parse(const char *xml, size_t len, struct domain **ret);
void domain_free(struct domain *d);

DEFINE_CLEANUP(struct domain *, domain_free)

#endif
