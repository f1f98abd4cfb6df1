/* SPDX-License-Identifier: GPL-2.0-only */
/* What the completions of all shells share. */
#ifndef NVMUX_CLI_COMPLETION_H
#define NVMUX_CLI_COMPLETION_H

#include <stdio.h>

/* Two functions: _nvmux_words prints what a word may be, _nvmux_verbs the table of verbs. */
void completion_print_table(FILE *f);

/* Options with a value, as a pattern of case. */
void completion_print_valued(FILE *f);

/* A local variable with the options that all verbs take. */
void completion_print_common(FILE *f);

void completion_print_zsh(FILE *f);

#endif
