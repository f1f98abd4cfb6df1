/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The nth allocation within nvmux fails: fail-nth of /proc, told by the kernel's fault injection
 * to count nothing but what happens below a function of the module.
 */
#ifndef LIBNVMUX_TEST_NTH_H
#define LIBNVMUX_TEST_NTH_H

#include <stdbool.h>

enum nth_who { NTH_MYSELF, NTH_WORKERS };

/* 0; -ENOENT this kernel cannot; another negative errno. */
int nth_begin(const char *module);
void nth_end(void);

/* From now on allocations count, of the calling thread or of the kernel's workers. */
void nth_arm(enum nth_who who, unsigned int n);

/* What came of it: nothing was counted, fewer than n were, the nth has failed. */
enum nth_result { NTH_IDLE, NTH_PASSED, NTH_FAILED };

enum nth_result nth_disarm(void);

#endif
