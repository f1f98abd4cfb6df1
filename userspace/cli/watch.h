/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_WATCH_H
#define NVMUX_CLI_WATCH_H

#include "cli/args.h"

/*
 * Runs a verb, and again after each event of the daemon, until a signal ends
 * it or the verb fails. On a terminal the screen is cleared before.
 */
int watch_run(const struct args *a, int (*fn)(const struct args *a));

#endif
