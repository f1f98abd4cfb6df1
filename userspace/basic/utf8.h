/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Texts that others chose, such as the command of a process. D-Bus carries
 * UTF-8 only: one bad byte in one property, and no object is listed any more.
 */
#ifndef NVMUX_BASIC_UTF8_H
#define NVMUX_BASIC_UTF8_H

#include <stdbool.h>

/* As D-Bus sees it: shortest forms, no surrogates, nothing that is not a character. */
bool utf8_is_valid(const char *text);

/* Each byte that is of no character becomes '?', also of one that was cut off at the end. */
void utf8_clean(char *text);

#endif
