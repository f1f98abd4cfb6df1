/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which code of the modules a thread runs through, as far as the kernel has it instrumented.
 */
#ifndef LIBNVMUX_TEST_KCOV_H
#define LIBNVMUX_TEST_KCOV_H

/* 0; -ENOENT this kernel cannot; another negative errno. */
int kcov_open(void);

/* From here on it is recorded. */
void kcov_begin(void);
/* Until here. Returns how many places were not seen before; 0 without kcov. */
unsigned int kcov_end(void);

/* All that were seen. */
unsigned int kcov_total(void);

#endif
