// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader, in a process of its own, writes lines of words between tabs:
 *
 *   type FUNCTION ID AVAILABLE NAME DESCRIPTION
 *   vgpu FUNCTION ID UUID
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/aside.h"
#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/path.h"
#include "vendor.h"

#define READ_TIMEOUT 2000		/* milliseconds */
#define LINES_MAX (256 * 1024)
#define TABLE_MAX 8192

/* The reader. */

static bool read_file(const char *dir, const char *name, char *ret, size_t size)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, name) < 0)
		path = NULL;
	ret[0] = '\0';
	return path && file_read_line(path, ret, size) == 0;
}

static void write_mdevs(FILE *f, const char *function, const char *dir, const char *id)
{
	_cleanup_free_ char *path = NULL;
	struct strset uuids = { 0 };

	if (asprintf(&path, "%s/devices", dir) < 0)
		path = NULL;
	if (path && file_list(path, &uuids) == 0)
		for (size_t i = 0; i < uuids.n; i++)
			fprintf(f, "vgpu\t%s\t%s\t%s\n", function, id, uuids.items[i]);
	strset_clear(&uuids);
}

static void write_mdev_type(FILE *f, const char *function, const char *types, const char *id)
{
	char name[NVMUX_TEXT_SIZE], available[32], description[NVMUX_TEXT_SIZE];
	_cleanup_free_ char *dir = NULL;

	if (asprintf(&dir, "%s/%s", types, id) < 0) {
		dir = NULL;
		return;
	}
	(void)read_file(dir, "description", description, sizeof(description));
	if (read_file(dir, "name", name, sizeof(name)) &&
	    read_file(dir, "available_instances", available, sizeof(available)))
		fprintf(f, "type\t%s\t%s\t%s\t%s\t%s\n", function, id, available, name,
			description);
	write_mdevs(f, function, dir, id);
}

static void write_mdev(FILE *f, const char *function)
{
	_cleanup_free_ char *dir = path_sys("bus/pci/devices/%s/mdev_supported_types", function);
	struct strset ids = { 0 };

	if (dir && file_list(dir, &ids) == 0)
		for (size_t i = 0; i < ids.n; i++)
			write_mdev_type(f, function, dir, ids.items[i]);
	strset_clear(&ids);
}

/* "558 : NVIDIA A40-8Q" below a line of headings; nothing more can be made beside a vGPU. */
static void write_table(FILE *f, const char *function, char *table, bool free)
{
	char *rest, *line, *colon;

	for (line = strtok_r(table, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		colon = strchr(line, ':');
		if (colon && isdigit((unsigned char)line[0]))
			fprintf(f, "type\t%s\t%lu\t%d\t%s\t\n", function, strtoul(line, NULL, 10),
				free, colon + 1);
	}
}

static void write_vfio(FILE *f, const char *function)
{
	_cleanup_free_ char *dir = path_sys("bus/pci/devices/%s/nvidia", function);
	_cleanup_free_ char *list = path_sys("bus/pci/devices/%s/nvidia/creatable_vgpu_types",
					     function);
	_cleanup_free_ char *table = NULL;
	char current[32], uuid[NVMUX_UUID_SIZE];
	unsigned long id;

	if (!dir || !list || !read_file(dir, "current_vgpu_type", current, sizeof(current)))
		return;
	id = strtoul(current, NULL, 10);
	vendor_uuid(function, uuid);
	if (id)
		fprintf(f, "vgpu\t%s\t%lu\t%s\n", function, id, uuid);
	if (file_read(list, TABLE_MAX, &table, NULL) == 0)
		write_table(f, function, table, !id);
}

static void write_function(FILE *f, const char *function)
{
	write_mdev(f, function);
	write_vfio(f, function);
}

/* @path: of the GPU; its virtual functions are links there. */
static void write_gpu(const char *path, int out)
{
	struct strset names = { 0 };
	char function[NVMUX_BDF_SIZE];
	FILE *f = fdopen(out, "w");

	if (!f)
		return;
	write_function(f, strrchr(path, '/') + 1);
	if (file_list(path, &names) == 0)
		for (size_t i = 0; i < names.n; i++) {
			_cleanup_free_ char *link = NULL;

			if (asprintf(&link, "%s/%s", path, names.items[i]) < 0)
				link = NULL;
			if (link && strncmp(names.items[i], "virtfn", 6) == 0 &&
			    file_link_name(link, function, sizeof(function)) == 0)
				write_function(f, function);
		}
	strset_clear(&names);
	(void)fclose(f);
}

/* What it has written. */

static void take_word(char *ret, size_t size, char **rest)
{
	char *word = strsep(rest, "\t");

	(void)snprintf(ret, size, "%s", word ? word : "");
}

/* "NVIDIA A40-8Q" and "GRID A40-8Q" are A40-8Q; blanks around it do not count. */
static void take_name(char *ret, size_t size, char **rest)
{
	char full[NVMUX_TEXT_SIZE], *last;

	take_word(full, sizeof(full), rest);
	for (size_t n = strlen(full); n && isspace((unsigned char)full[n - 1]); n--)
		full[n - 1] = '\0';
	last = strrchr(full, ' ');
	(void)snprintf(ret, size, "%.*s", (int)size - 1, last ? last + 1 : full);
}

/* "..., framebuffer=8192M, ...", 0 when it is not there */
static unsigned long described(const char *description, const char *key)
{
	const char *at = strstr(description, key);

	return at ? strtoul(at + strlen(key), NULL, 10) : 0;
}

static int add_type(struct vendor *v, char *line)
{
	struct vendor_type *types = reallocarray(v->types, v->n_types + 1, sizeof(*types));
	char available[32];
	struct vendor_type *t;

	if (!types)
		return -ENOMEM;
	v->types = types;
	t = &types[v->n_types++];
	*t = (struct vendor_type){ 0 };
	take_word(t->function, sizeof(t->function), &line);
	take_word(t->id, sizeof(t->id), &line);
	take_word(available, sizeof(available), &line);
	t->available = (uint32_t)strtoul(available, NULL, 10);
	take_name(t->name, sizeof(t->name), &line);
	if (line) {
		t->fb_size = (uint64_t)described(line, "framebuffer=") << 20;
		t->max_instances = (uint32_t)described(line, "max_instance=");
	}
	return 0;
}

static int add_vgpu(struct vendor *v, char *line)
{
	struct vendor_vgpu *vgpus = reallocarray(v->vgpus, v->n_vgpus + 1, sizeof(*vgpus));
	struct vendor_vgpu *vgpu;

	if (!vgpus)
		return -ENOMEM;
	v->vgpus = vgpus;
	vgpu = &vgpus[v->n_vgpus++];
	take_word(vgpu->function, sizeof(vgpu->function), &line);
	take_word(vgpu->id, sizeof(vgpu->id), &line);
	take_word(vgpu->uuid, sizeof(vgpu->uuid), &line);
	return 0;
}

static int parse(struct vendor *v, char *text)
{
	char *rest, *line, *word;
	int err = 0;

	for (line = strtok_r(text, "\n", &rest); line && !err; line = strtok_r(NULL, "\n", &rest)) {
		word = strsep(&line, "\t");
		if (line && strcmp(word, "type") == 0)
			err = add_type(v, line);
		else if (line && strcmp(word, "vgpu") == 0)
			err = add_vgpu(v, line);
	}
	return err;
}

/* Types of the one are called "nvidia-558", of the other "558". */
static const char *way_of(const struct vendor *v)
{
	const char *id = v->n_types ? v->types[0].id : v->n_vgpus ? v->vgpus[0].id : "";

	if (!id[0])
		return "";
	return isdigit((unsigned char)id[0]) ? "vfio" : "mdev";
}

int vendor_read(const char *bdf, struct vendor *ret)
{
	_cleanup_free_ char *path = path_sys("bus/pci/devices/%s", bdf);
	_cleanup_free_ char *text = malloc(LINES_MAX);
	struct vendor vendor = { 0 };
	int err;

	if (!path || !text)
		return -ENOMEM;
	err = aside_run(write_gpu, path, READ_TIMEOUT, text, LINES_MAX, NULL);
	if (!err)
		err = parse(&vendor, text);
	if (err && err != -ENODATA) {
		vendor_clear(&vendor);
		return err;
	}
	vendor.way = way_of(&vendor);
	*ret = vendor;
	return 0;
}

void vendor_clear(struct vendor *vendor)
{
	free(vendor->types);
	free(vendor->vgpus);
	*vendor = (struct vendor){ .way = "" };
}

const char *vendor_type_name(const struct vendor *vendor, const char *id)
{
	for (size_t i = 0; i < vendor->n_types; i++)
		if (strcmp(vendor->types[i].id, id) == 0)
			return vendor->types[i].name;
	return id;
}

void vendor_uuid(const char *function, char ret[static NVMUX_UUID_SIZE])
{
	unsigned int domain = 0, bus = 0, slot = 0, number = 0;

	(void)sscanf(function, "%x:%x:%x.%x", &domain, &bus, &slot, &number);
	(void)snprintf(ret, NVMUX_UUID_SIZE, "10de0000-%02x%02x-8%03x-8000-%012x", bus & 0xff,
		       slot & 0xff, number & 0xfff, domain);
}
