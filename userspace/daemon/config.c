// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files -> wanted state, and back. inih parses: it is small, in every
 * distribution, and an ini file is what the other daemons of the host have.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "config.h"

#define SECOND 1000000ULL
#define TIMEOUT_MAX 86400UL

static bool key_is(const char *section, const char *name, const char *s, const char *n)
{
	return strcmp(section, s) == 0 && strcmp(name, n) == 0;
}

static bool parse_seconds(const char *value, uint64_t *ret)
{
	unsigned long seconds;
	char *end;

	seconds = strtoul(value, &end, 10);
	if (end == value || (*end && strcmp(end, "s") != 0))
		return false;
	if (seconds == 0 || seconds > TIMEOUT_MAX)
		return false;
	*ret = seconds * SECOND;
	return true;
}

/* @from_str: gives the value of a name, negative when there is none */
static bool parse_name(const char *name, int (*from_str)(const char *name), uint32_t *ret)
{
	int value = from_str(name);

	if (value < 0)
		return false;
	*ret = (uint32_t)value;
	return true;
}

static bool parse_bool(const char *value, bool *ret)
{
	*ret = strcmp(value, "yes") == 0;
	return *ret || strcmp(value, "no") == 0;
}

static bool parse_text(const char *value, char *ret, size_t size)
{
	return (size_t)snprintf(ret, size, "%s", value) < size;
}

static bool parse_id(const char *value, uint32_t *ret)
{
	char *end;

	*ret = (uint32_t)strtoul(value, &end, 16);
	return end != value && !*end;
}

/* Which lists the file has begun that is read. */
struct reading {
	struct config *config;
	bool stop_services;
	bool exclude;
};

/*
 * Words with a blank between. Those of files before do not count any more, those of lines before do:
 * a line that is continued comes here as two.
 * @take: may put a word right
 */
static bool parse_words(const char *value, bool (*take)(char *word), bool *begun,
			struct strset *ret)
{
	_cleanup_free_ char *copy = strdup(value);
	char *rest, *word;
	bool good = copy;

	if (!*begun)
		strset_clear(ret);
	*begun = true;
	for (word = copy ? strtok_r(copy, " \t,", &rest) : NULL; good && word;
	     word = strtok_r(NULL, " \t,", &rest))
		good = take(word) && strset_add(ret, word) == 0;
	return good;
}

static bool take_service(char *word)
{
	size_t len = strlen(word);

	return len > 8 && strcmp(word + len - 8, ".service") == 0 && !strchr(word, '/');
}

/* DDDD:BB:SS.F, in whichever letters; the kernel's are small. */
static bool take_address(char *word)
{
	unsigned int domain, bus, slot, function;
	int end = 0;

	for (char *c = word; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return sscanf(word, "%4x:%2x:%2x.%1x%n", &domain, &bus, &slot, &function, &end) == 4 &&
	       end == 12 && !word[end];
}

static bool daemon_key(struct reading *reading, const char *section, const char *name,
		       const char *value)
{
	struct config *config = reading->config;

	if (key_is(section, name, "daemon", "switch-timeout"))
		return parse_seconds(value, &config->switch_timeout);
	if (key_is(section, name, "daemon", "write-timeout"))
		return parse_seconds(value, &config->write_timeout);
	if (key_is(section, name, "daemon", "idle-retry"))
		return parse_seconds(value, &config->idle_retry);
	if (key_is(section, name, "daemon", "hook-timeout"))
		return parse_seconds(value, &config->hook_timeout);
	if (key_is(section, name, "daemon", "service-timeout"))
		return parse_seconds(value, &config->service_timeout);
	if (key_is(section, name, "gpu", "stop-services"))
		return parse_words(value, take_service, &reading->stop_services,
				   &config->stop_services);
	if (key_is(section, name, "gpu", "exclude"))
		return parse_words(value, take_address, &reading->exclude, &config->exclude);
	if (key_is(section, name, "gpu", "default-mode"))
		return parse_name(value, nvmux_mode_from_str, &config->default_mode);
	if (key_is(section, name, "gpu", "scrub"))
		return parse_name(value, scrub_policy_from_str, &config->scrub);
	if (key_is(section, name, "vgpu", "policy"))
		return parse_name(value, assign_policy_from_str, &config->policy);
	if (key_is(section, name, "metrics", "group"))
		return parse_text(value, config->metrics_group, sizeof(config->metrics_group));
	return false;
}

static int on_daemon_key(void *userdata, const char *section, const char *name, const char *value)
{
	if (!daemon_key(userdata, section, name, value))
		log_warning("nvmux.conf: [%s] %s=%s is not understood, ignoring", section, name,
			    value);
	return 1;
}

static bool gpu_key(struct gpu_wanted *wanted, const char *section, const char *name,
		    const char *value)
{
	if (key_is(section, name, "gpu", "mode"))
		return parse_name(value, nvmux_mode_from_str, &wanted->mode);
	if (key_is(section, name, "gpu", "partition"))
		return parse_name(value, nvmux_partition_from_str, &wanted->partition);
	if (key_is(section, name, "gpu", "detach"))
		return parse_bool(value, &wanted->detach);
	if (key_is(section, name, "gpu", "force"))
		return parse_bool(value, &wanted->force);
	if (key_is(section, name, "gpu", "when-idle"))
		return parse_bool(value, &wanted->when_idle);
	if (key_is(section, name, "gpu", "device-id"))
		return parse_id(value, &wanted->device_id);
	return false;
}

static int on_gpu_key(void *userdata, const char *section, const char *name, const char *value)
{
	if (!gpu_key(userdata, section, name, value))
		log_warning("gpus.d: [%s] %s=%s is not understood, ignoring", section, name,
			    value);
	return 1;
}

static int parse_file(const char *path, ini_handler handler, void *userdata)
{
	int line = ini_parse(path, handler, userdata);

	if (line == -1)
		return -ENOENT;
	if (line > 0)
		log_warning("%s:%d: syntax error, ignoring the line", path, line);
	return line == -2 ? -ENOMEM : 0;
}

void config_init(struct config *config)
{
	*config = (struct config){
		.switch_timeout = 60 * SECOND,
		.write_timeout = 10 * SECOND,
		.idle_retry = 10 * SECOND,
		.hook_timeout = 30 * SECOND,
		.service_timeout = 30 * SECOND,
		.scrub = SCRUB_BETWEEN_TENANTS,
		.policy = ASSIGN_PERFORMANCE,
	};
}

void config_clear(struct config *config)
{
	strset_clear(&config->stop_services);
	strset_clear(&config->exclude);
}

static int is_conf(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && entry->d_name[0] != '.' &&
	       strcmp(entry->d_name + len - 5, ".conf") == 0;
}

static int load_file(struct config *config, const char *path)
{
	struct reading reading = { .config = config };

	return parse_file(path, on_daemon_key, &reading);
}

/* Later names win, as everywhere. One that cannot be read is not worth a host without daemon. */
static int load_dropins(struct config *config, const char *dir)
{
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, is_conf, alphasort), err = 0;

	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s", dir, entries[i]->d_name) < 0)
			path = NULL;
		if (path && !err)
			err = load_file(config, path);
		if (err == -ENOENT) {
			log_warning("%s cannot be read, ignoring", path);
			err = 0;
		}
		free(entries[i]);
	}
	free(entries);
	return err;
}

int config_load(struct config *config)
{
	_cleanup_free_ char *path = path_etc("nvmux.conf");
	_cleanup_free_ char *dir = path_etc("nvmux.conf.d");
	int err;

	if (!path || !dir)
		return -ENOMEM;
	err = load_file(config, path);
	if (err && err != -ENOENT)
		return err;
	return load_dropins(config, dir);
}

int config_load_gpu(const char *bdf, struct gpu_wanted *ret)
{
	_cleanup_free_ char *path = path_etc("gpus.d/%s.conf", bdf);
	struct gpu_wanted wanted = { 0 };
	int err;

	if (!path)
		return -ENOMEM;
	err = parse_file(path, on_gpu_key, &wanted);
	if (err)
		return err;
	*ret = wanted;
	return 0;
}

static char *format_gpu(const struct gpu_wanted *wanted)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	fputs("[gpu]\n", f);
	if (wanted->mode)
		fprintf(f, "mode=%s\n", nvmux_mode_str(wanted->mode));
	if (wanted->partition)
		fprintf(f, "partition=%s\n", nvmux_partition_str(wanted->partition));
	if (wanted->detach)
		fputs("detach=yes\n", f);
	if (wanted->force)
		fputs("force=yes\n", f);
	if (wanted->when_idle)
		fputs("when-idle=yes\n", f);
	if (wanted->device_id)
		fprintf(f, "device-id=%04x\n", wanted->device_id);
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

int config_store_gpu(const char *bdf, const struct gpu_wanted *wanted)
{
	_cleanup_free_ char *path = path_etc("gpus.d/%s.conf", bdf);
	_cleanup_free_ char *text = format_gpu(wanted);

	return path && text ? file_keep(path, text) : -ENOMEM;
}

static int load_for_board(const char *bdf, uint32_t device_id, struct gpu_wanted *ret)
{
	int err = config_load_gpu(bdf, ret);

	if (err && err != -ENOENT)
		return err;
	if (err || (ret->device_id && device_id && ret->device_id != device_id))
		*ret = (struct gpu_wanted){ 0 };
	if (device_id)
		ret->device_id = device_id;
	return 0;
}

int config_keep_mode(const char *bdf, const struct gpu_wanted *mode)
{
	struct gpu_wanted wanted;
	int err = load_for_board(bdf, mode->device_id, &wanted);

	if (err)
		return err;
	wanted.mode = mode->mode;
	wanted.detach = mode->detach;
	wanted.force = mode->force;
	wanted.when_idle = mode->when_idle;
	return config_store_gpu(bdf, &wanted);
}

int config_keep_partition(const char *bdf, uint32_t partition, uint32_t device_id)
{
	struct gpu_wanted wanted;
	int err = load_for_board(bdf, device_id, &wanted);

	if (err)
		return err;
	wanted.partition = partition;
	return config_store_gpu(bdf, &wanted);
}

int config_keep_policy(uint32_t policy)
{
	_cleanup_free_ char *path = path_etc("nvmux.conf.d/90-policy.conf");
	_cleanup_free_ char *text = NULL;

	if (asprintf(&text, "[vgpu]\npolicy=%s\n", assign_policy_str(policy)) < 0)
		text = NULL;
	return path && text ? file_keep(path, text) : -ENOMEM;
}
