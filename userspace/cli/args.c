// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line into a struct: options by a table, everything else is a
 * word. Which verb takes which words is the verb table's affair.
 *
 * Not getopt_long(): it takes abbreviations, and scripts that use them break
 * with the next option.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/uuid.h"
#include "cli/args.h"
#include "cli/fail.h"
#include "cli/nouns.h"

const struct option_desc option_descs[] = {
	{ OPTION_JSON, 'j', "json", NULL, "print JSON" },
	{ OPTION_PRETTY, 'p', "pretty", NULL, "print JSON with line breaks, implies --json" },
	{ OPTION_JSON_VERSION, 0, "json-version", "N", "the JSON that is understood, only 1" },
	{ OPTION_HELP, 'h', "help", NULL, "print this help" },
	{ OPTION_VERSION, 0, "version", NULL, "print the version" },
	{ OPTION_COMPLETION, 0, "completion", "SHELL", NULL },
	{ OPTION_JSON_SCHEMA, 0, "json-schema", NULL, "print the schema of the JSON" },
	{ OPTION_DETACH, 0, "detach", NULL, "take the GPU from the host driver that has it" },
	{ OPTION_FORCE, 0, "force", NULL, "take the GPU although the host shows its console on it" },
	{ OPTION_WHEN_IDLE, 0, "when-idle", NULL, "switch as soon as nobody holds the GPU" },
	{ OPTION_UUID, 0, "uuid", "UUID", "UUID of the new vGPU instead of a random one" },
	{ OPTION_PLACEMENT, 0, "placement", "N", "placement id of the new vGPU or GPU instance" },
	{ OPTION_COUNT, 0, "count", "N", "so many vGPUs, all of them or none" },
	{ OPTION_NUMA, 0, "numa", "NODE", "prefer GPUs on this NUMA node" },
	{ OPTION_TYPE, 0, "type", "TYPE", "type of the new vGPU, instead of the word" },
	{ OPTION_DEFINED, 0, "defined", NULL, "what is defined, whether it exists or not" },
	{ OPTION_AUTOSTART, 0, "autostart", NULL, "make it whenever its GPU comes into vgpu mode" },
	{ OPTION_VM, 0, "vm", "NAME", "VM that the vGPU is for" },
	{ OPTION_FILE, 'f', "file", "FILE", "YAML or JSON file, - for standard input" },
	{ OPTION_CONFIG, 0, "config", "LABEL", "which of its configurations, where it has several" },
	{ OPTION_FOR, 0, "for", "WHOM", "write for nova, kubevirt, proxmox or libvirt" },
	{ OPTION_GPU, 0, "gpu", "GPU", "the whole GPU, or where the vGPU shall be" },
	{ OPTION_MODE, 0, "mode", "MODE", "mode of the GPU in the VM, vgpu or passthrough" },
	{ OPTION_WATCH, 0, "watch", NULL, "print it again whenever something changes" },
	{ OPTION_ALL, 0, "all", NULL, "also the types of boards that are not here" },
	{ OPTION_BOARD, 0, "board", "BOARD", "the types of one board, here or not; \"help\" lists them" },
	{}
};

int fail_usage(const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n < 0) {
		text = NULL;
		return fail_memory();
	}
	return fail(CODE_USAGE, "%s; see nvmux --help", text);
}

const struct option_desc *option_desc_of(enum option option)
{
	const struct option_desc *d;

	for (d = option_descs; d->option; d++)
		if (d->option == option)
			return d;
	return NULL;
}

static bool is_digits(const char *text, int base, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (base == 16 ? !isxdigit((unsigned char)text[i]) :
				 !isdigit((unsigned char)text[i]))
			return false;
	return n > 0;
}

int check_number(const char *what, const char *word, unsigned int *ret)
{
	unsigned long v;

	errno = 0;
	v = strtoul(word, NULL, 10);
	if (!is_digits(word, 10, strlen(word)) || errno || v > INT32_MAX)
		return fail_usage("%s: %s is not a number", what, word);
	*ret = v;
	return CODE_OK;
}

static int parse_count(const char *value, unsigned int *ret)
{
	int code = check_number("--count", value, ret);

	if (!code && !*ret)
		code = fail_usage("--count: 0 vGPUs are none");
	return code;
}

static int parse_json_version(const char *value)
{
	unsigned int version = 0;
	int code;

	code = check_number("--json-version", value, &version);
	if (code)
		return code;
	if (version != JSON_VERSION)
		return fail_usage("JSON version %u is unknown, only %d is known", version,
				  JSON_VERSION);
	return CODE_OK;
}

/* @value is empty for an option that takes none. */
static int option_apply(struct args *a, const struct option_desc *d, const char *value)
{
	a->seen |= d->option;
	switch (d->option) {
	case OPTION_PRETTY:
		a->output.pretty = true;
		a->output.json = true;
		return CODE_OK;
	case OPTION_JSON:
		a->output.json = true;
		return CODE_OK;
	case OPTION_JSON_VERSION:
		return parse_json_version(value);
	case OPTION_COMPLETION:
		a->completion = value;
		return CODE_OK;
	case OPTION_UUID:
		a->uuid = value;
		return check_uuid(value);
	case OPTION_PLACEMENT:
		return check_number("--placement", value, &a->placement);
	case OPTION_COUNT:
		return parse_count(value, &a->count);
	case OPTION_NUMA:
		return check_number("--numa", value, &a->numa);
	case OPTION_TYPE:
		a->type = value;
		return CODE_OK;
	case OPTION_BOARD:
		a->board = value;
		return CODE_OK;
	case OPTION_VM:
		a->vm = value;
		return CODE_OK;
	case OPTION_FILE:
		a->file = value;
		return CODE_OK;
	case OPTION_CONFIG:
		a->config = value;
		return CODE_OK;
	case OPTION_GPU:
		a->gpu = value;
		return CODE_OK;
	case OPTION_MODE:
		a->mode = value;
		return CODE_OK;
	case OPTION_FOR:
		a->export_for = value;
		return CODE_OK;
	default:
		return CODE_OK;
	}
}

static const struct option_desc *find_long(const char *name, size_t n)
{
	const struct option_desc *d;

	for (d = option_descs; d->option; d++)
		if (strlen(d->name) == n && !strncmp(d->name, name, n))
			return d;
	return NULL;
}

static const struct option_desc *find_letter(char letter)
{
	const struct option_desc *d;

	for (d = option_descs; d->option; d++)
		if (d->letter == letter)
			return d;
	return NULL;
}

/* @i: place of the option in argv; moves on when the next word is its value */
static int parse_long(struct args *a, char **argv, int *i)
{
	const char *name = argv[*i] + 2;
	size_t n = strcspn(name, "=");
	const struct option_desc *d = find_long(name, n);
	const char *value = name[n] ? name + n + 1 : NULL;

	if (!d)
		return fail_usage("unknown option --%.*s", (int)n, name);
	if (!d->value && value)
		return fail_usage("--%s takes no value", d->name);
	if (d->value && !value) {
		value = argv[*i + 1];
		if (!value)
			return fail_usage("--%s needs a value", d->name);
		(*i)++;
	}
	return option_apply(a, d, value ? value : "");
}

/* The value of a letter is the rest of its word, or the next word. */
static int parse_letter_value(struct args *a, const struct option_desc *d, const char *rest,
			      char **argv, int *i)
{
	const char *value = *rest ? rest : argv[*i + 1];

	if (!value)
		return fail_usage("-%c needs a value", d->letter);
	if (!*rest)
		(*i)++;
	return option_apply(a, d, value);
}

static int parse_letters(struct args *a, char **argv, int *i)
{
	const char *letters = argv[*i] + 1;
	const struct option_desc *d;
	int code = CODE_OK;

	for (; !code && *letters; letters++) {
		d = find_letter(*letters);
		if (!d)
			return fail_usage("unknown option -%c", *letters);
		if (d->value)
			return parse_letter_value(a, d, letters + 1, argv, i);
		code = option_apply(a, d, "");
	}
	return code;
}

static int parse_word(struct args *a, const char *word)
{
	if (a->n_words == WORDS_MAX)
		return fail_usage("too many words at %s", word);
	a->words[a->n_words++] = word;
	return CODE_OK;
}

int args_parse(struct args *a, int argc, char **argv)
{
	bool options = true;
	int code = CODE_OK;

	for (int i = 1; !code && i < argc; i++) {
		if (!options || argv[i][0] != '-' || !argv[i][1])
			code = parse_word(a, argv[i]);
		else if (!strcmp(argv[i], "--"))
			options = false;
		else if (argv[i][1] == '-')
			code = parse_long(a, argv, &i);
		else
			code = parse_letters(a, argv, &i);
	}
	return code;
}

/* BB:SS.F */
static bool is_slot(const char *word)
{
	return strlen(word) == 7 && is_digits(word, 16, 2) && word[2] == ':' &&
	       is_digits(word + 3, 16, 2) && word[5] == '.' && word[6] >= '0' && word[6] <= '7';
}

bool is_gpu(const char *word)
{
	const char *colon = strchr(word, ':');

	if (is_slot(word))
		return true;
	return colon && colon - word >= 4 && colon - word <= 8 &&
	       is_digits(word, 16, colon - word) && is_slot(colon + 1);
}

int check_gpu(const char *word)
{
	if (is_gpu(word))
		return CODE_OK;
	return fail_usage("%s is not a PCI address such as 0000:41:00.0", word);
}

int check_mode(const char *word)
{
	if (mode_graphics_type(word))
		return CODE_OK;
	return fail_usage("unknown mode %s, known are host, vgpu, passthrough", word);
}

int check_partition(const char *word)
{
	static const char *const known[] = { "same-size", "mixed-size", "mig" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(word, known[i]))
			return CODE_OK;
	return fail_usage("unknown partitioning %s, known are same-size, mixed-size, mig", word);
}

int check_uuid(const char *word)
{
	char uuid[UUID_TEXT_SIZE];

	if (!uuid_normalise(word, uuid))
		return CODE_OK;
	return fail_usage("uuid \"%s\" is malformed", word);
}
