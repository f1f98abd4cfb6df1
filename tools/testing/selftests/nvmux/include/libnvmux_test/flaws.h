/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is wrong, when a test goes on all the same: how much, and the first of it in words.
 */
#ifndef LIBNVMUX_TEST_FLAWS_H
#define LIBNVMUX_TEST_FLAWS_H

#define FLAWS_TEXT 3000

struct flaws {
	unsigned int count;
	char first[FLAWS_TEXT];
};

void flaws_add(struct flaws *flaws, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
