/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How fast a function is.
 */
#ifndef NVMUX_BENCH_H
#define NVMUX_BENCH_H

struct function;

/* Prints key=value; 0 or a negative errno. */
int bench_run(const struct function *fn);

#endif
