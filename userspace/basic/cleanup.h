/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scope-bound cleanup of memory and file descriptors.
 *
 * Every destructor accepts NULL (or -1), so a variable may be armed at the
 * top of its block and filled later.
 */
#ifndef NVMUX_BASIC_CLEANUP_H
#define NVMUX_BASIC_CLEANUP_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))

static inline void cleanup_freep(void *p)
{
	free(*(void **)p);
}

/* errno survives, so that a function can return -errno past it */
static inline void cleanup_closep(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

static inline void cleanup_fclosep(FILE **f)
{
	int saved = errno;

	if (*f)
		fclose(*f);
	errno = saved;
}

#define _cleanup_free_ _cleanup_(cleanup_freep)
#define _cleanup_close_ _cleanup_(cleanup_closep)
#define _cleanup_fclose_ _cleanup_(cleanup_fclosep)

/* Makes a cleanup function for pointers out of a destructor. */
#define DEFINE_CLEANUP(type, fn)				\
	static inline void fn##p(type *p)			\
	{							\
		if (*p)						\
			fn(*p);					\
	}

/* Hands the value on and disarms the variable. */
#define TAKE_PTR(p)						\
	({							\
		__typeof__(p) taken__ = (p);			\
		(p) = NULL;					\
		taken__;					\
	})

#define TAKE_FD(fd)						\
	({							\
		int taken__ = (fd);				\
		(fd) = -1;					\
		taken__;					\
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * As LIST_FOREACH(), and @var may be taken off and freed meanwhile. Analyzers cannot follow a loop
 * that asks the head of a list whether what it freed is still there.
 */
#define LIST_FOREACH_FREE(var, head, field, next)			\
	for ((var) = LIST_FIRST(head);					\
	     (var) && ((next) = LIST_NEXT(var, field), true); (var) = (next))

#endif
