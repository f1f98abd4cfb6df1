/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NVMUX_BASIC_UUID_H
#define NVMUX_BASIC_UUID_H

#include <stdbool.h>

#define UUID_TEXT_SIZE 37	/* 36 characters and the NUL */

/* Checks the form and lowers the case. -EINVAL: malformed. */
int uuid_normalise(const char *text, char ret[static UUID_TEXT_SIZE]);

/* The same of what libvirt keeps as it was typed: in any case, with hyphens anywhere or none. */
int uuid_canonical(const char *text, char ret[static UUID_TEXT_SIZE]);

/* Random, version 4. */
int uuid_random(char ret[static UUID_TEXT_SIZE]);

#endif
