/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Test cases that print "ok N - name" or "not ok N - name". A failing check
 * says where and ends its case; the other cases run on.
 */
#ifndef NVMUX_TESTS_TAP_H
#define NVMUX_TESTS_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_n, tap_failed;
static bool tap_ok;
static const char *tap_skip;

#define CHECK(cond)								\
	do {									\
		if (!(cond)) {							\
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #cond);	\
			tap_ok = false;						\
			return;							\
		}								\
	} while (0)

#define CHECK_INT(a, b)								\
	do {									\
		long long a__ = (a), b__ = (b);					\
										\
		if (a__ != b__) {						\
			printf("# %s:%d: %s is %lld, not %lld\n", __FILE__,	\
			       __LINE__, #a, a__, b__);				\
			tap_ok = false;						\
			return;							\
		}								\
	} while (0)

#define CHECK_STR(a, b)								\
	do {									\
		const char *a__ = (a), *b__ = (b);				\
										\
		if (!a__ || strcmp(a__, b__) != 0) {				\
			printf("# %s:%d: %s is \"%s\", not \"%s\"\n", __FILE__,	\
			       __LINE__, #a, a__ ? a__ : "(null)", b__);	\
			tap_ok = false;						\
			return;							\
		}								\
	} while (0)

static inline void tap_run(const char *name, void (*fn)(void))
{
	tap_ok = true;
	tap_skip = NULL;
	fn();
	tap_failed += !tap_ok;
	printf("%s %d - %s%s%s\n", tap_ok ? "ok" : "not ok", ++tap_n, name,
	       tap_skip ? " # SKIP " : "", tap_skip ? tap_skip : "");
	(void)fflush(stdout);
}

/* Ends a case that cannot be run here. */
#define SKIP(why)								\
	do {									\
		tap_skip = (why);						\
		return;								\
	} while (0)

#define RUN(fn) tap_run(#fn, fn)

static inline int tap_end(void)
{
	printf("1..%d\n", tap_n);
	return tap_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
