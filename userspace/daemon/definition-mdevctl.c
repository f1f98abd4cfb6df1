// SPDX-License-Identifier: GPL-2.0-only
/*
 * What mdevctl, and libvirt by way of mdevctl, have defined: shown beside
 * ours, because it takes the same capacity when it is started.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/path.h"
#include "../basic/utf8.h"
#include "../basic/uuid.h"
#include "definition.h"
#include "owner.h"

#define FILE_MAX (64 * 1024)
#define OUR_TYPES "nvmux-"

static void json_putp(json_object **object)
{
	json_object_put(*object);
}

static const char *text_of(json_object *o, const char *key)
{
	json_object *value;

	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return "";
	return json_object_get_string(value);
}

/* Files of others may hold anything: what is not of ours is passed over. */
static int load_file(struct definition_list *list, const char *parent, const char *name)
{
	_cleanup_free_ char *path = path_below("etc/mdevctl.d/%s/%s", parent, name);
	_cleanup_(json_putp) json_object *o = NULL;
	_cleanup_free_ struct definition *d = calloc(1, sizeof(*d));
	_cleanup_free_ char *text = NULL;
	const char *type;

	if (!path || !d)
		return -ENOMEM;
	if (uuid_normalise(name, d->uuid) || file_read(path, FILE_MAX, &text, NULL))
		return 0;
	o = json_tokener_parse(text);
	type = text_of(o, "mdev_type");
	if (strncmp(type, OUR_TYPES, strlen(OUR_TYPES)) != 0 || !utf8_is_valid(type) ||
	    !utf8_is_valid(parent))
		return 0;
	(void)snprintf(d->type, sizeof(d->type), "%s", type + strlen(OUR_TYPES));
	(void)snprintf(d->gpu, sizeof(d->gpu), "%s", parent);
	d->autostart = strcmp(text_of(o, "start"), "auto") == 0;
	d->owner = OWNER_MDEVCTL;
	LIST_INSERT_HEAD(list, d, link);
	d = NULL;
	return 0;
}

static int load_parent(struct definition_list *list, const char *parent)
{
	_cleanup_free_ char *dir = path_below("etc/mdevctl.d/%s", parent);
	struct strset names = { 0 };
	int err = dir ? file_list(dir, &names) : -ENOMEM;

	for (size_t i = 0; i < names.n && !err; i++)
		err = load_file(list, parent, names.items[i]);
	strset_clear(&names);
	return err == -ENOMEM ? err : 0;
}

int definition_load_mdevctl(struct definition_list *list)
{
	_cleanup_free_ char *dir = path_below("etc/mdevctl.d");
	struct strset parents = { 0 };
	int err = dir ? file_list(dir, &parents) : -ENOMEM;

	for (size_t i = 0; i < parents.n && !err; i++)
		err = load_parent(list, parents.items[i]);
	strset_clear(&parents);
	return err == -ENOMEM ? err : 0;
}
