/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_ARGS_H
#define NVMUX_CLI_ARGS_H

#include <stdbool.h>

#include "cli/output.h"

/* Options; verbs name those of their own. */
enum option {
	OPTION_JSON = 1 << 0,
	OPTION_PRETTY = 1 << 1,
	OPTION_JSON_VERSION = 1 << 2,
	OPTION_HELP = 1 << 3,
	OPTION_VERSION = 1 << 4,
	OPTION_COMPLETION = 1 << 5,
	OPTION_DETACH = 1 << 6,
	OPTION_UUID = 1 << 7,
	OPTION_PLACEMENT = 1 << 8,
	OPTION_NUMA = 1 << 9,
	OPTION_TYPE = 1 << 10,
	OPTION_ALL = 1 << 11,
	OPTION_BOARD = 1 << 12,
	OPTION_WHEN_IDLE = 1 << 13,
	OPTION_FORCE = 1 << 14,
	OPTION_DEFINED = 1 << 15,
	OPTION_AUTOSTART = 1 << 16,
	OPTION_VM = 1 << 17,
	OPTION_FILE = 1 << 18,
	OPTION_CONFIG = 1 << 19,
	OPTION_FOR = 1 << 20,
	OPTION_JSON_SCHEMA = 1 << 21,
	OPTION_WATCH = 1 << 22,
	OPTION_MODE = 1 << 23,
	OPTION_GPU = 1 << 24,
	OPTION_COUNT = 1 << 25,
};

#define OPTIONS_EVERYWHERE (OPTION_JSON | OPTION_PRETTY | OPTION_JSON_VERSION | \
			    OPTION_HELP | OPTION_VERSION | OPTION_COMPLETION | \
			    OPTION_JSON_SCHEMA)

struct option_desc {
	enum option option;
	char letter;
	const char *name;
	const char *value;	/* what follows it, or NULL */
	const char *help;	/* NULL: hidden */
};

extern const struct option_desc option_descs[];	/* ends with option 0 */

/* As many vGPUs as a host may have can be named in one line. */
#define WORDS_MAX 2048

struct args {
	struct output output;
	unsigned int seen;	/* enum option bits */
	const char *completion;
	const char *uuid;
	const char *type;
	const char *board;
	const char *vm;
	const char *file;
	const char *config;
	const char *export_for;
	const char *mode;
	const char *gpu;
	unsigned int count;	/* 0: not given */
	unsigned int placement;
	unsigned int numa;
	const char *words[WORDS_MAX + 1];
	int n_words;
};

/* Options may stand anywhere, "--" ends them. Return: exit code. */
int args_parse(struct args *a, int argc, char **argv);

/* "see nvmux --help" belongs to every complaint about a command line. */
int fail_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Names of the options among @options, such as "--detach". */
const struct option_desc *option_desc_of(enum option option);

/* A vGPU that is asked for, as words and options say it. */
struct order {
	const char *gpu;	/* NULL: the daemon chooses */
	const char *type;
};

int order_parse(const struct args *a, const char *verb, struct order *ret);

/* Checks of words, so that typing errors are found before anybody is asked. */
int check_gpu(const char *word);
bool is_gpu(const char *word);
int check_mode(const char *word);
int check_partition(const char *word);
int check_uuid(const char *word);

/* Reads a number that D-Bus may take as signed; @what: for the complaint */
int check_number(const char *what, const char *word, unsigned int *ret);

#endif
