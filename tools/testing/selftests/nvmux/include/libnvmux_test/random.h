/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of chance that can be had again: NVMUX_SEED is their seed, and each run prints its own.
 */
#ifndef LIBNVMUX_TEST_RANDOM_H
#define LIBNVMUX_TEST_RANDOM_H

#include <stdint.h>

/* What the environment says, such as NVMUX_COUNT. */
uint64_t setting(const char *name, uint64_t otherwise);

/* Returns the seed: NVMUX_SEED, or the time. */
uint64_t random_begin(void);

uint32_t random_any(void);
/* 0 to @n - 1 */
uint32_t random_below(uint32_t n);
/* A value that means something more often than chance would have it. */
uint32_t random_value(void);

#endif
