/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The nth allocation of a deed fails: fail-nth of /proc, told by the kernel's fault injection what
 * counts.
 */
#ifndef LIBNVMUX_TEST_NTH_H
#define LIBNVMUX_TEST_NTH_H

#include <stdbool.h>

/*
 * Which allocations count, and copies from and to user space: those below any function of @module,
 * or else below the function @below of the kernel, or else all allocations of the task. Those below
 * the functions from @never[0] to @never[1], as they lie in memory, do not: what others warn of
 * when it happens to them is not ours to try.
 */
struct nth_scope {
	const char *module;
	const char *below;
	const char *never[2];
};

/* 0; -ENOENT this kernel cannot; -ESRCH it has no such functions; another negative errno. */
int nth_begin(const struct nth_scope *scope);
void nth_end(void);

enum nth_who { NTH_MYSELF, NTH_WORKERS };

/* From now on allocations count, of the calling thread or of the kernel's workers. */
void nth_arm(enum nth_who who, unsigned int n);

/* What came of it: nothing was counted, fewer than n were, the nth has failed. */
enum nth_result { NTH_IDLE, NTH_PASSED, NTH_FAILED };

enum nth_result nth_disarm(void);
/* How many were counted until then, of one worker at the most. */
unsigned int nth_counted(void);

#endif
