/* SPDX-License-Identifier: GPL-2.0-only */
/* One line per test case, in TAP. */
#ifndef NVMUX_UNIT_TAP_H
#define NVMUX_UNIT_TAP_H

#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failed;

#define CHECK(cond)								\
	do {									\
		if (!(cond)) {							\
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #cond);	\
			return false;						\
		}								\
	} while (0)

#define RUN(test) tap_result(test(), #test)

static inline void tap_result(bool passed, const char *name)
{
	tap_count++;
	tap_failed += !passed;
	printf("%sok %d - %s\n", passed ? "" : "not ", tap_count, name);
}

static inline int tap_end(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed ? 1 : 0;
}

#endif
