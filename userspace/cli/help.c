// SPDX-License-Identifier: GPL-2.0-only
/*
 * Help out of the verb table. No line is longer than 80 columns.
 */
#include <string.h>

#include "cli/fail.h"
#include "cli/verbs.h"

#define WIDTH 80
#define VERB_COLUMN 40
#define OPTION_COLUMN 26

static const char head[] =
	"Usage: nvmux [OPTION]... COMMAND [WORD]...\n"
	"\n"
	"Give NVIDIA GPUs whole to virtual machines or share them as vGPUs.\n"
	"\n";

static const char tail[] =
	"\n"
	"A GPU is a PCI address; its domain may be left out where that is unique.\n"
	"MODE is host (Shared), vgpu (Shared Direct) or passthrough (Direct).\n"
	"PARTITION is same-size, mixed-size or mig.\n"
	"\n"
	"Exit status: 0 done, 1 failed, 2 bad command line, 3 not found, 4 busy,\n"
	"5 refused by policy, 6 accepted but pending, 7 daemon or module unreachable,\n"
	"8 timeout. See nvmux(1).\n";

/* @n: columns that the line has already. Return: those of the last line. */
static int options_print(unsigned int options, int n, FILE *f)
{
	const struct option_desc *d;
	char text[40];

	for (d = option_descs; d->option; d++) {
		if (!(options & d->option))
			continue;
		snprintf(text, sizeof(text), " [--%s%s%s]", d->name, d->value ? " " : "",
			 d->value ? d->value : "");
		if (n + (int)strlen(text) > WIDTH)
			n = fprintf(f, "\n     ") - 1;
		n += fprintf(f, "%s", text);
	}
	return n;
}

/* What does not fit beside the syntax goes below it. */
static void help_at_column(int column, int n, const char *help, FILE *f)
{
	if (n >= column) {
		fputc('\n', f);
		n = 0;
	}
	fprintf(f, "%*s%s\n", column - n, "", help);
}

static void verb_print(const struct verb *v, FILE *f)
{
	int n = fprintf(f, "  %s", v->noun);

	if (v->verb && !strcmp(v->verb, "list"))
		n += fprintf(f, " [list%s%s]", *v->args ? " " : "", v->args);
	else if (v->verb)
		n += fprintf(f, " %s%s%s", v->verb, *v->args ? " " : "", v->args);
	n = options_print(v->options, n, f);
	help_at_column(VERB_COLUMN, n, v->help, f);
}

static void option_print(const struct option_desc *d, FILE *f)
{
	int n;

	if (d->letter)
		n = fprintf(f, "  -%c, --%s", d->letter, d->name);
	else
		n = fprintf(f, "      --%s", d->name);
	if (d->value)
		n += fprintf(f, " %s", d->value);
	help_at_column(OPTION_COLUMN, n, d->help, f);
}

int help_print(const char *noun, FILE *f)
{
	const struct option_desc *d;
	const struct verb *v;

	fputs(head, f);
	for (v = verbs; v->noun; v++)
		if (!noun || !strcmp(noun, v->noun))
			verb_print(v, f);
	fputs("\nOptions:\n", f);
	for (d = option_descs; d->option; d++)
		if (d->help)
			option_print(d, f);
	fputs(tail, f);
	return CODE_OK;
}
