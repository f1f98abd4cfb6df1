/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_PROGRESS_H
#define NVMUX_CLI_PROGRESS_H

#include "cli/bus.h"
#include "cli/output.h"

/**
 * progress_call() - call a method that takes long
 * @gpu: that its job is about
 * @job: number of the job when it is there already, else 0
 *
 * A person at a terminal sees how far the job is, on standard error.
 *
 * Return: exit code, the complaint already printed.
 */
int progress_call(sd_bus *bus, const struct output *o, const struct method *method,
		  const char *gpu, unsigned int job, const char *types, ...);

/**
 * progress_try() - the same for one of several calls
 * @shown: there is a person at a terminal
 *
 * Return: exit code, the complaint not printed.
 */
int progress_try(sd_bus *bus, const struct method *method, const char *gpu, bool shown,
		 struct complaint *c, const char *types, ...);

#endif
