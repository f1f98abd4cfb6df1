// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the command says no: one line on stderr and an exit code that a script
 * can act on. Text of the kernel and of the daemon passes through unchanged.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "basic/cleanup.h"
#include "cli/fail.h"

/* C0, DEL, and C1 in its UTF-8 form: a VM's process names itself. */
static size_t control_length(const unsigned char *c)
{
	if (*c < 0x20 || *c == 0x7f)
		return 1;
	return c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0 ? 2 : 0;
}

void put_clean(const char *text, FILE *f)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t n;

	while (*c) {
		n = control_length(c);
		fputc(n ? '?' : *c, f);
		c += n ? n : 1;
	}
}

int fail(enum code code, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	fputs("nvmux: ", stderr);
	put_clean(text ? text : "out of memory", stderr);
	fputc('\n', stderr);
	return code;
}

int complain(struct complaint *c, enum code code, const char *format, ...)
{
	va_list ap;

	c->code = code;
	va_start(ap, format);
	vsnprintf(c->text, sizeof(c->text), format, ap);
	va_end(ap);
	return code;
}

int fail_complaint(const struct complaint *c)
{
	return fail(c->code, "%s", c->text);
}

int fail_memory(void)
{
	return fail(CODE_FAILED, "out of memory");
}
