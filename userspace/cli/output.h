/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_OUTPUT_H
#define NVMUX_CLI_OUTPUT_H

#include <stdbool.h>

#include "cli/column.h"

#define JSON_VERSION 1

struct output {
	FILE *file;
	bool json;
	bool pretty;
};

/* Each returns an exit code, its complaint already printed. */

/* A header and one line per row; JSON: {"version":1,"<key of the noun>":[...]} */
int output_list(const struct output *o, const struct noun *noun, const struct records *rows);

/* "Label: value" lines of one row; JSON as a list of one */
int output_show(const struct output *o, const struct noun *noun, const void *row);

/* The same of several rows, with empty lines between them */
int output_show_all(const struct output *o, const struct noun *noun, const struct records *rows);

/* One line for one row, flushed; JSON: one object per line with its own "version" */
int output_line(const struct output *o, const struct noun *noun, const void *row);

/* Text as it is; JSON: {"version":1,"<key>":"<text>"} */
int output_text(const struct output *o, const char *key, const char *text);

/* What has been written must have arrived. */
int output_end(const struct output *o);

#endif
