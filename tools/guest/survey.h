/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The contract, asked from inside a guest.
 */
#ifndef NVMUX_SURVEY_H
#define NVMUX_SURVEY_H

struct function;

/* A line "check NAME ok|broken" for each; how many are broken, or a negative errno. */
int survey_run(const struct function *fn);

#endif
