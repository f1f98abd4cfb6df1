/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The XML of a libvirt domain with a device of ours put in or taken out. All
 * else stays as it is. No call to libvirt.
 */
#ifndef NVMUX_CLI_EDIT_H
#define NVMUX_CLI_EDIT_H

#include <stdbool.h>

#include "cli/fail.h"

struct edit;

/* -EINVAL, -EFBIG: not the XML of a domain; -ENOMEM. The edit is freed by edit_free(). */
int edit_new(const char *xml, struct edit **ret);
void edit_free(struct edit *e);

/* Has it any mediated device, or any PCI device of the host at one of these addresses? */
bool edit_has_vgpu(const struct edit *e);
bool edit_has_gpu(const struct edit *e, const char *address);

/*
 * These give 0, -EEXIST when it is there, -ENOENT when it is not, -ENOMEM.
 * @gpu: PCI address, NULL: any. A vGPU is put into the metadata as well, so
 * that it is made when the domain starts.
 */
int edit_add_vgpu(struct edit *e, const char *uuid, const char *type, const char *gpu);
int edit_remove_vgpu(struct edit *e, const char *uuid);
int edit_add_gpu(struct edit *e, const char *address);
int edit_remove_gpu(struct edit *e, const char *address);

/* The XML as it is now, free() it; NULL without memory. */
char *edit_text(const struct edit *e);

#endif
