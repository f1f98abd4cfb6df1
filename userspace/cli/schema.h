/* SPDX-License-Identifier: GPL-2.0-only */
/* The JSON schema of all that --json prints, out of the columns that print it. */
#ifndef NVMUX_CLI_SCHEMA_H
#define NVMUX_CLI_SCHEMA_H

#include <stdio.h>

/* Return: an exit code. */
int schema_print(FILE *f);

#endif
