/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_FAIL_H
#define NVMUX_CLI_FAIL_H

#include <stdio.h>

/* Exit codes; documented in nvmux(1). */
enum code {
	CODE_OK = 0,
	CODE_FAILED = 1,
	CODE_USAGE = 2,
	CODE_NOT_FOUND = 3,
	CODE_BUSY = 4,
	CODE_POLICY = 5,
	CODE_PENDING = 6,
	CODE_UNREACHABLE = 7,
	CODE_TIMEOUT = 8,
};

/* Why something failed, when it is not said yet whether that is to be complained about. */
struct complaint {
	enum code code;
	char text[512];
};

/* Fills it in and gives the code back. */
int complain(struct complaint *c, enum code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int fail_complaint(const struct complaint *c);

/* Prints "nvmux: <text>" to stderr and gives the code back, for one-line returns. */
int fail(enum code code, const char *format, ...) __attribute__((format(printf, 2, 3)));
int fail_memory(void);

/* Writes text that others chose: what would steer the terminal becomes '?'. */
void put_clean(const char *text, FILE *f);

#endif
