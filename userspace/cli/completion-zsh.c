// SPDX-License-Identifier: GPL-2.0-only
/*
 * Completion for zsh. The words and the table of verbs are those of bash's;
 * only the function that looks them up is another one.
 */
#include "cli/completion.h"

static const char head[] =
	"#compdef nvmux\n"
	"# zsh completion of nvmux, printed by nvmux --completion zsh\n";

static const char middle[] =
	"\n"
	"_nvmux()\n"
	"{\n"
	"\tlocal -a said found args\n"
	"\tlocal noun verb line opts i w\n"
	"\tfor ((i = 2; i < CURRENT; i++)); do\n"
	"\t\tcase ${words[i]} in\n"
	"\t\t(";

static const char more[] =
	") ((i++)) ;;\n"
	"\t\t(-*) ;;\n"
	"\t\t(*) said+=(\"${words[i]}\") ;;\n"
	"\t\tesac\n"
	"\tdone\n";

static const char tail[] =
	"\twhile IFS='|' read -r noun verb line opts; do\n"
	"\t\tif ((${#said} == 0)); then\n"
	"\t\t\tfound+=(\"$noun\")\n"
	"\t\telif [[ ${said[1]} != \"$noun\" ]]; then\n"
	"\t\t\tcontinue\n"
	"\t\telif [[ -z $verb ]]; then\n"
	"\t\t\tfound+=(${=opts})\n"
	"\t\telif ((${#said} == 1)); then\n"
	"\t\t\tfound+=(\"$verb\")\n"
	"\t\telif [[ ${said[2]} == \"$verb\" ]]; then\n"
	"\t\t\tfound+=(${=opts})\n"
	"\t\t\targs=(${=line})\n"
	"\t\t\tfor ((i = 1; i <= ${#args}; i++)); do\n"
	"\t\t\t\t[[ $i -eq $((${#said} - 1)) || ${args[1]} == \\[* || ${args[i]} == *... ]] || continue\n"
	"\t\t\t\tw=${args[i]#\\[} w=${w%...}\n"
	"\t\t\t\tfound+=(${(f)\"$(_nvmux_words \"${w%\\]}\")\"})\n"
	"\t\t\tdone\n"
	"\t\tfi\n"
	"\tdone < <(_nvmux_verbs)\n"
	"\t[[ ${words[CURRENT]} == -* ]] && found+=(${=common})\n"
	"\tcompadd -- ${(u)found}\n"
	"}\n"
	"\n"
	"if (( $+functions[compdef] )); then\n"
	"\tcompdef _nvmux nvmux\n"
	"fi\n";

void completion_print_zsh(FILE *f)
{
	fputs(head, f);
	completion_print_table(f);
	fputs(middle, f);
	completion_print_valued(f);
	fputs(more, f);
	completion_print_common(f);
	fputs(tail, f);
}
