// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files in vgpus.d -> definitions, and back. The same keys and the same
 * parser as gpus.d; that a vGPU was stopped is remembered in /run.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "../basic/utf8.h"
#include "../basic/uuid.h"
#include "definition.h"
#include "owner.h"

struct definition *definition_find(const struct definition_list *list, const char *uuid)
{
	struct definition *d;

	LIST_FOREACH(d, list, link)
		if (strcmp(d->uuid, uuid) == 0)
			return d;
	return NULL;
}

static void definition_free(struct definition *d)
{
	LIST_REMOVE(d, link);
	free(d);
}

void definition_list_clear(struct definition_list *list)
{
	while (!LIST_EMPTY(list))
		definition_free(LIST_FIRST(list));
}

/* What does not fit, or cannot be told on the bus, leaves no trace. */
static bool copy_text(char *to, size_t size, const char *value)
{
	size_t len = strlen(value);

	if (len >= size || !utf8_is_valid(value))
		return false;
	memcpy(to, value, len + 1);
	return true;
}

static bool parse_placement(struct definition *d, const char *value)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(value, &end, 10);
	if (errno || end == value || *end || value[0] == '-' || v > UINT32_MAX)
		return false;
	d->has_placement = true;
	d->placement = (uint32_t)v;
	return true;
}

static bool parse_key(struct definition *d, const char *name, const char *value)
{
	if (strcmp(name, "gpu") == 0)
		return copy_text(d->gpu, sizeof(d->gpu), value);
	if (strcmp(name, "type") == 0)
		return copy_text(d->type, sizeof(d->type), value);
	if (strcmp(name, "vm") == 0)
		return copy_text(d->vm, sizeof(d->vm), value);
	if (strcmp(name, "placement") == 0)
		return parse_placement(d, value);
	if (strcmp(name, "autostart") == 0) {
		d->autostart = strcmp(value, "yes") == 0;
		return d->autostart || strcmp(value, "no") == 0;
	}
	return false;
}

static int on_key(void *userdata, const char *section, const char *name, const char *value)
{
	struct definition *d = userdata;

	if (strcmp(section, "vgpu") != 0 || !parse_key(d, name, value))
		log_warning("vgpus.d/%s.conf: [%s] %s=%s is not understood, ignoring", d->uuid,
			    section, name, value);
	return 1;
}

static int parse_file(const char *path, struct definition *d)
{
	int line = ini_parse(path, on_key, d);

	if (line < 0)
		return line == -2 ? -ENOMEM : -EIO;
	if (line > 0)
		log_warning("%s:%d: syntax error, ignoring the line", path, line);
	return d->type[0] ? 0 : -EBADMSG;
}

/* The name of the file is the UUID. */
static int read_uuid(const char *file, char uuid[static UUID_TEXT_SIZE])
{
	char text[UUID_TEXT_SIZE];
	size_t len = strlen(file);

	if (len != UUID_TEXT_SIZE - 1 + strlen(".conf") || strcmp(file + len - 5, ".conf") != 0)
		return -EINVAL;
	memcpy(text, file, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	return uuid_normalise(text, uuid);
}

static int load_one(struct definition_list *list, const char *file)
{
	_cleanup_free_ char *path = path_etc("vgpus.d/%s", file);
	_cleanup_free_ struct definition *d = calloc(1, sizeof(*d));
	int err;

	if (!path || !d)
		return -ENOMEM;
	err = read_uuid(file, d->uuid);
	if (!err)
		err = parse_file(path, d);
	if (err)
		return err;
	d->owner = OWNER_NVMUX;
	LIST_INSERT_HEAD(list, d, link);
	d = NULL;
	return 0;
}

int definition_load(struct definition_list *list)
{
	_cleanup_free_ char *dir = path_etc("vgpus.d");
	struct strset names = { 0 };
	int err = dir ? file_list(dir, &names) : -ENOMEM;

	for (size_t i = 0; i < names.n && !err; i++) {
		int bad = load_one(list, names.items[i]);

		if (bad == -ENOMEM)
			err = bad;
		else if (bad)
			log_warning("vgpus.d/%s does not define a vgpu, ignoring: %s",
				    names.items[i], strerror(-bad));
	}
	strset_clear(&names);
	return err == -ENOENT ? 0 : err;
}

static int on_probe(void *userdata, const char *section, const char *name, const char *value)
{
	const char **text = userdata;

	(void)section;
	(void)name;
	/* each further line is a part of a text that was taken to pieces */
	*text = *text && strcmp(*text, value) == 0 ? "" : NULL;
	return 1;
}

/* The longest of our keys, so that what is kept there is kept in all. */
bool definition_keeps(const char *text)
{
	_cleanup_free_ char *probe = NULL;
	const char *left = text;

	if (!text[0])
		return true;
	return asprintf(&probe, "[vgpu]\nautostart=%s\n", text) > 0 &&
	       ini_parse_string(probe, on_probe, &left) == 0 && left && !left[0];
}

static char *format(const struct definition *d)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	fputs("[vgpu]\n", f);
	if (d->gpu[0])
		fprintf(f, "gpu=%s\n", d->gpu);
	fprintf(f, "type=%s\n", d->type);
	if (d->has_placement)
		fprintf(f, "placement=%u\n", d->placement);
	if (d->vm[0])
		fprintf(f, "vm=%s\n", d->vm);
	fprintf(f, "autostart=%s\n", d->autostart ? "yes" : "no");
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

static int store(const struct definition *d)
{
	_cleanup_free_ char *path = path_etc("vgpus.d/%s.conf", d->uuid);
	_cleanup_free_ char *text = format(d);

	return path && text ? file_keep(path, text) : -ENOMEM;
}

int definition_keep(struct definition_list *list, const struct definition *d)
{
	struct definition *own = calloc(1, sizeof(*own)), *old;
	int err = own ? store(d) : -ENOMEM;

	if (err) {
		free(own);
		return err;
	}
	old = definition_find(list, d->uuid);
	if (old)
		definition_free(old);
	*own = *d;
	LIST_INSERT_HEAD(list, own, link);
	return 0;
}

int definition_drop(struct definition *d)
{
	_cleanup_free_ char *path = path_etc("vgpus.d/%s.conf", d->uuid);
	int err = path ? file_remove(path) : -ENOMEM;

	if (err)
		return err;
	(void)definition_set_stopped(d->uuid, false);
	definition_free(d);
	return 0;
}

bool definition_is_stopped(const char *uuid)
{
	_cleanup_free_ char *path = path_run("stopped/%s", uuid);

	return path && file_exists(path);
}

int definition_set_stopped(const char *uuid, bool stopped)
{
	_cleanup_free_ char *path = path_run("stopped/%s", uuid);

	if (!path)
		return -ENOMEM;
	return stopped ? file_keep(path, "") : file_remove(path);
}
