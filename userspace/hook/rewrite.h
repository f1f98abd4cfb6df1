/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_HOOK_REWRITE_H
#define NVMUX_HOOK_REWRITE_H

#include <stddef.h>

struct json_object;

/**
 * domain_rewrite() - give mediated devices of a domain other UUIDs
 * @map: object of JSON, canonical UUIDs and what they become
 * @ret: the XML with them, also in our metadata; free() it
 *
 * Return: 0; -EFBIG or -EINVAL it is not the XML of a domain; -ENOMEM.
 */
int domain_rewrite(const char *xml, size_t len, struct json_object *map, char **ret);

#endif
