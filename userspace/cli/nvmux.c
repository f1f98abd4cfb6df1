// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux: the command of the administrator. Finds the verb, checks how it was
 * spelled, calls it.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/schema.h"
#include "cli/verbs.h"
#include "cli/watch.h"

#ifndef NVMUX_VERSION
#define NVMUX_VERSION "0.1"
#endif

static int version_print(const struct output *o)
{
	fprintf(o->file, "nvmux %s\n", NVMUX_VERSION);
	return output_end(o);
}

static bool noun_exists(const char *noun)
{
	const struct verb *v;

	for (v = verbs; v->noun; v++)
		if (!strcmp(v->noun, noun))
			return true;
	return false;
}

/* A noun alone means its list. */
static const struct verb *verb_find(const char *noun, const char *word)
{
	const struct verb *v;

	for (v = verbs; v->noun; v++)
		if (!strcmp(v->noun, noun) && (!v->verb || !strcmp(v->verb, word ? word : "list")))
			return v;
	return NULL;
}

/* Words that a verb takes: the least and the most. */
static void count_words(const struct verb *v, int *min, int *max)
{
	const char *c = v->args;

	*min = 0;
	*max = 0;
	while (*c) {
		(*max)++;
		*min += *c != '[';
		c += strcspn(c, " ");
		c += strspn(c, " ");
	}
	if (strstr(v->args, "..."))
		*max = WORDS_MAX;
}

static int check_words(const struct verb *v, const struct args *a)
{
	const char *name = v->verb ? v->verb : "";
	const char *space = v->verb ? " " : "";
	int min, max;

	count_words(v, &min, &max);
	if (a->n_words > max)
		return fail_usage("%s%s%s does not take the word %s", v->noun, space, name,
				  a->words[max]);
	if (a->n_words < min)
		return fail_usage("%s%s%s needs %s", v->noun, space, name, v->args);
	return CODE_OK;
}

static int check_options(const struct verb *v, const struct args *a)
{
	unsigned int wrong = a->seen & ~(v->options | OPTIONS_EVERYWHERE);
	const struct option_desc *d;

	for (d = option_descs; d->option; d++)
		if (wrong & d->option)
			return fail_usage("%s%s%s does not take --%s", v->noun,
					  v->verb ? " " : "", v->verb ? v->verb : "", d->name);
	return CODE_OK;
}

/* Takes the noun and the verb off the words. */
static int verb_take(struct args *a, const struct verb **ret)
{
	const struct verb *v;
	int taken;

	if (!a->n_words)
		return fail_usage("no command given");
	if (!noun_exists(a->words[0]))
		return fail_usage("unknown command %s", a->words[0]);
	v = verb_find(a->words[0], a->words[1]);
	if (!v)
		return fail_usage("%s has no command %s", a->words[0], a->words[1]);
	taken = v->verb && a->words[1] ? 2 : 1;
	a->n_words -= taken;
	memmove(a->words, a->words + taken, (a->n_words + 1) * sizeof(a->words[0]));
	*ret = v;
	return CODE_OK;
}

static int verb_run(struct args *a)
{
	const struct verb *v = NULL;
	int code;

	code = verb_take(a, &v);
	if (code || !v)
		return code;
	code = check_words(v, a);
	if (!code)
		code = check_options(v, a);
	if (code)
		return code;
	if (a->seen & OPTION_WATCH)
		return watch_run(a, v->fn);
	code = v->fn(a);
	return code ? code : output_end(&a->output);
}

static int help_run(const struct args *a)
{
	if (a->n_words && !noun_exists(a->words[0]))
		return fail_usage("unknown command %s", a->words[0]);
	help_print(a->words[0], a->output.file);
	return output_end(&a->output);
}

int main(int argc, char **argv)
{
	struct args a = { .output.file = stdout };
	int code;

	setlocale(LC_CTYPE, "");
	code = args_parse(&a, argc, argv);
	if (code)
		return code;
	if (a.seen & OPTION_HELP)
		return help_run(&a);
	if (a.seen & OPTION_VERSION)
		return version_print(&a.output);
	if (a.seen & OPTION_COMPLETION)
		return completion_print(a.completion, a.output.file);
	if (a.seen & OPTION_JSON_SCHEMA)
		return schema_print(a.output.file);
	return verb_run(&a);
}
