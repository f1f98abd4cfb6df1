/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Uses a vGPU all the time and checks all the time that it has what was written to it: what a guest
 * does while its VM migrates.
 */
#ifndef NVMUX_WATCH_H
#define NVMUX_WATCH_H

struct function;

/* Prints watch=N ok for each second; 0, the number of errors, or a negative errno. */
int watch_run(const struct function *fn, unsigned int seconds);

#endif
