// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion out of the verb table: the shell gets a fixed function and, per
 * verb, what its words and options are. Addresses and UUIDs are asked for
 * when the user presses the key.
 */
#include <string.h>

#include "cli/completion.h"
#include "cli/fail.h"
#include "cli/verbs.h"

static const char bash_head[] =
	"# bash completion of nvmux, printed by nvmux --completion bash\n";

static const char table_head[] =
	"_nvmux_words()\n"
	"{\n"
	"\tcase \"$1\" in\n"
	"\tGPU) nvmux gpu list 2>/dev/null | awk 'NR > 1 { print $1 }' ;;\n"
	"\tUUID) nvmux vgpu list 2>/dev/null | awk 'NR > 1 { print $2 }' ;;\n"
	"\tTYPE) nvmux type list 2>/dev/null | awk 'NR > 1 { print $2 }' | sort -u ;;\n"
	"\tJOB) nvmux job list 2>/dev/null | awk 'NR > 1 { print $1 }' ;;\n"
	"\tMODE) printf '%s\\n' host vgpu passthrough ;;\n"
	"\tPARTITION) printf '%s\\n' same-size mixed-size mig ;;\n"
	"\tesac\n"
	"}\n"
	"\n"
	"# prints per command: noun, verb, words, options\n"
	"_nvmux_verbs()\n"
	"{\n"
	"\tcat <<-'EOF'\n";

static const char table_tail[] =
	"\tEOF\n"
	"}\n";

static const char bash_middle[] =
	"\n"
	"_nvmux()\n"
	"{\n"
	"\tlocal cur prev words cword i word said=() rows noun verb args opts\n"
	"\t_init_completion -n : || return\n"
	"\tfor ((i = 1; i < cword; i++)); do\n"
	"\t\tcase \"${words[i]}\" in\n"
	"\t\t";

static const char bash_more[] =
	") ((i++)) ;;\n"
	"\t\t-*) ;;\n"
	"\t\t*) said+=(\"${words[i]}\") ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\trows=$(_nvmux_verbs)\n";

static const char bash_tail[] =
	"\twhile IFS='|' read -r noun verb args opts; do\n"
	"\t\tcase ${#said[@]} in\n"
	"\t\t0) word+=\" $noun\" ;;\n"
	"\t\t1) [[ ${said[0]} == \"$noun\" ]] && word+=\" ${verb:-$opts}\" ;;\n"
	"\t\t*) [[ ${said[0]} == \"$noun\" && ${said[1]} == \"$verb\" ]] || continue\n"
	"\t\t   word=$opts\n"
	"\t\t   read -ra args <<<\"$args\"\n"
	"\t\t   for i in \"${!args[@]}\"; do\n"
	"\t\t\t[[ $i -eq $((${#said[@]} - 2)) || ${args[0]} == \\[* || ${args[i]} == *... ]] || continue\n"
	"\t\t\ti=${args[i]#[} i=${i%...}\n"
	"\t\t\tword+=\" $(_nvmux_words \"${i%]}\")\"\n"
	"\t\t   done ;;\n"
	"\t\tesac\n"
	"\tdone <<<\"$rows\"\n"
	"\t[[ $cur == -* ]] && word+=\" $common\"\n"
	"\tmapfile -t COMPREPLY < <(compgen -W \"$word\" -- \"$cur\" | sort -u)\n"
	"\t__ltrim_colon_completions \"$cur\"\n"
	"}\n"
	"complete -F _nvmux nvmux\n";

void completion_print_valued(FILE *f)
{
	const struct option_desc *d;
	const char *bar = "";

	for (d = option_descs; d->option; d++) {
		if (!d->value)
			continue;
		fprintf(f, "%s--%s", bar, d->name);
		if (d->letter)
			fprintf(f, " | -%c", d->letter);
		bar = " | ";
	}
}

static void options_print(unsigned int options, FILE *f)
{
	const struct option_desc *d;
	const char *space = "";

	for (d = option_descs; d->option; d++) {
		if (!(options & d->option) || !d->help)
			continue;
		fprintf(f, "%s--%s", space, d->name);
		space = " ";
	}
}

static void verb_print(const struct verb *v, FILE *f)
{
	fprintf(f, "\t%s|%s|%s|", v->noun, v->verb ? v->verb : "", v->args);
	options_print(v->options, f);
	fputc('\n', f);
}

void completion_print_table(FILE *f)
{
	const struct verb *v;

	fputs(table_head, f);
	for (v = verbs; v->noun; v++)
		verb_print(v, f);
	fputs(table_tail, f);
}

void completion_print_common(FILE *f)
{
	fputs("\tlocal common='", f);
	options_print(OPTIONS_EVERYWHERE, f);
	fputs("'\n", f);
}

static void print_bash(FILE *f)
{
	fputs(bash_head, f);
	completion_print_table(f);
	fputs(bash_middle, f);
	completion_print_valued(f);
	fputs(bash_more, f);
	completion_print_common(f);
	fputs(bash_tail, f);
}

int completion_print(const char *shell, FILE *f)
{
	if (!strcmp(shell, "bash"))
		print_bash(f);
	else if (!strcmp(shell, "zsh"))
		completion_print_zsh(f);
	else
		return fail_usage("no completion for %s, only for bash and zsh", shell);
	return fflush(f) ? fail(CODE_FAILED, "cannot write the output: %m") : CODE_OK;
}
