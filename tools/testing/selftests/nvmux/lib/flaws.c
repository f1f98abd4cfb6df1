// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>

#include <libnvmux_test/flaws.h>

void flaws_add(struct flaws *flaws, const char *format, ...)
{
	va_list args;

	if (flaws->count++)
		return;
	va_start(args, format);
	vsnprintf(flaws->first, sizeof(flaws->first), format, args);
	va_end(args);
}
