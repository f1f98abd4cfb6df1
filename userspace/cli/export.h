/* SPDX-License-Identifier: GPL-2.0-only */
/* Configuration of those who place VMs, for what this host offers. */
#ifndef NVMUX_CLI_EXPORT_H
#define NVMUX_CLI_EXPORT_H

#include <stdbool.h>

#include "cli/world.h"

/* @whom: nova, kubevirt, proxmox or libvirt */
bool export_knows(const char *whom);
void export_for(const char *whom, const struct world *w, const struct records *types, FILE *f);

#endif
