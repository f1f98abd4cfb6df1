// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why something was refused. One place, so that no sentence outgrows what a door can carry.
 */
#include <linux/kernel.h>

#include "refusal.h"

int nvmux_refuse(struct nvmux_refusal *why, int err, const char *fmt, ...)
{
	va_list args;

	if (!why)
		return err;

	va_start(args, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	return err;
}
