/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_CHANGE_H
#define NVMUX_CLI_CHANGE_H

#include "cli/bus.h"
#include "cli/diff.h"

/**
 * change_do() - make one change
 * @shown: a person at a terminal sees how far a switch is
 *
 * Waits for its end. Return: exit code, CODE_PENDING when it waits for a holder; the complaint is
 * not printed.
 */
int change_do(sd_bus *bus, const struct change *change, bool shown, struct complaint *c);

#endif
