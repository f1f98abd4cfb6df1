/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NVMUX_BASIC_DOMAIN_H
#define NVMUX_BASIC_DOMAIN_H

#include <stddef.h>

#include "cleanup.h"

/*
 * A vGPU that a domain's metadata asks for: made when the domain starts,
 * deleted when it has ended. Without @gpu it may be on any.
 */
struct domain_vgpu {
	char *uuid;		/* canonical */
	char *type;
	char *gpu;		/* PCI address, or NULL */
};

#define DOMAIN_NAMESPACE "urn:nvmux:domain:1"

/* What a libvirt domain says about host devices. Both lists of texts end in NULL. */
struct domain {
	char *name;
	char *uuid;		/* canonical, empty when the XML has none */
	char **mdevs;		/* canonical UUIDs of mediated devices */
	size_t n_mdevs;
	char **pcis;		/* PCI addresses of host functions, DDDD:BB:SS.F */
	size_t n_pcis;
	struct domain_vgpu *vgpus;
	size_t n_vgpus;
};

/**
 * domain_parse() - read the XML of a libvirt domain
 * @xml: text, need not be terminated
 * @len: its length in bytes
 * @ret: the domain, untouched on failure; domain_free() it
 *
 * Return: 0; -EFBIG longer than any domain is; -EINVAL not the XML of a
 * domain, a host device whose address makes no sense, or metadata of ours
 * that does not; -ENOMEM.
 */
int domain_parse(const char *xml, size_t len, struct domain **ret);
void domain_free(struct domain *d);

DEFINE_CLEANUP(struct domain *, domain_free)

#endif
