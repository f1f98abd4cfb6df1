/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One sentence with several reasons: "no gpu has room: this; that; and 3 more".
 */
#ifndef NVMUX_DAEMON_REASONS_H
#define NVMUX_DAEMON_REASONS_H

#include <stddef.h>

struct reasons {
	char *text;
	size_t size;
	size_t n;		/* reasons that were added */
	size_t left_out;	/* those of them for which there was no room */
};

void reasons_begin(struct reasons *reasons, char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void reasons_add(struct reasons *reasons, const char *reason);
void reasons_end(struct reasons *reasons);

#endif
