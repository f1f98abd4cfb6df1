/* SPDX-License-Identifier: GPL-2.0-only */
/* The few calls to libvirt. Where this is built without libvirt, they say so. */
#ifndef NVMUX_CLI_LIBVIRT_H
#define NVMUX_CLI_LIBVIRT_H

#include "cli/fail.h"

/*
 * Changes the XML of a domain that is shut off. @change gets it and gives the
 * new one, or an exit code with its complaint. These return an exit code and
 * do not print their complaint: CODE_BUSY the domain runs, CODE_NOT_FOUND,
 * CODE_UNREACHABLE no libvirt.
 */
typedef int (*libvirt_change_t)(void *userdata, const char *xml, char **ret, struct complaint *c);

/* @uri: NULL is the host's own */
int libvirt_edit(const char *uri, const char *domain, libvirt_change_t change, void *userdata,
		 struct complaint *c);

#endif
