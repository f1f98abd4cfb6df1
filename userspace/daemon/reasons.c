// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reasons.h"

/* "; and 4294967295 more" */
#define ROOM_FOR_END 24

void reasons_begin(struct reasons *reasons, char *text, size_t size, const char *format, ...)
{
	va_list ap;

	*reasons = (struct reasons){ .text = text, .size = size };
	va_start(ap, format);
	(void)vsnprintf(text, size, format, ap);
	va_end(ap);
}

void reasons_add(struct reasons *reasons, const char *reason)
{
	size_t len = strlen(reasons->text);

	if (len + strlen(reason) + ROOM_FOR_END < reasons->size)
		(void)snprintf(reasons->text + len, reasons->size - len, "%s%s",
			       reasons->n ? "; " : ": ", reason);
	else
		reasons->left_out++;
	reasons->n++;
}

void reasons_end(struct reasons *reasons)
{
	size_t len = strlen(reasons->text);

	if (reasons->left_out)
		(void)snprintf(reasons->text + len, reasons->size - len, "; and %zu more",
			       reasons->left_out);
}
