// SPDX-License-Identifier: GPL-2.0-only
/*
 * One file per claim, replaced atomically, versioned. json-c because the
 * hook speaks JSON as well, and people read these files when all else fails.
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>

#include <json-c/json.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "../basic/utf8.h"
#include "../basic/uuid.h"
#include "store.h"

#define CLAIM_SIZE_MAX (64 * 1024)

static void json_putp(json_object **object)
{
	json_object_put(*object);
}

static json_object *strset_to_json(const struct strset *set)
{
	json_object *array = json_object_new_array();

	for (size_t i = 0; array && i < set->n; i++)
		json_object_array_add(array, json_object_new_string(set->items[i]));
	return array;
}

static json_object *claim_to_json(const struct claim *claim)
{
	json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "version", json_object_new_int(STORE_VERSION));
	json_object_object_add(o, "name", json_object_new_string(claim->name));
	json_object_object_add(o, "uuid", json_object_new_string(claim->uuid));
	json_object_object_add(o, "since", json_object_new_int64((int64_t)claim->since));
	json_object_object_add(o, "gpus", strset_to_json(&claim->gpus));
	json_object_object_add(o, "vgpus", strset_to_json(&claim->vgpus));
	return o;
}

int store_save_claim(const struct claim *claim)
{
	_cleanup_free_ char *path = path_run("claims/%s.json", claim->uuid);
	_cleanup_(json_putp) json_object *o = claim_to_json(claim);

	if (!path || !o)
		return -ENOMEM;
	return file_keep(path, json_object_to_json_string_ext(o, JSON_C_TO_STRING_SPACED));
}

int store_remove_claim(const char *uuid)
{
	_cleanup_free_ char *path = path_run("claims/%s.json", uuid);

	return path ? file_remove(path) : -ENOMEM;
}

static const char *json_text(json_object *o, const char *key)
{
	json_object *value;

	if (!json_object_object_get_ex(o, key, &value))
		return NULL;
	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static int64_t json_number(json_object *o, const char *key)
{
	json_object *value;

	return json_object_object_get_ex(o, key, &value) ? json_object_get_int64(value) : 0;
}

static int json_to_strset(json_object *o, const char *key, struct strset *set)
{
	json_object *array;
	int err = 0;

	if (!json_object_object_get_ex(o, key, &array) ||
	    !json_object_is_type(array, json_type_array))
		return 0;
	for (size_t i = 0; i < json_object_array_length(array) && !err; i++) {
		const char *text = json_object_get_string(json_object_array_get_idx(array, i));

		if (text)
			err = utf8_is_valid(text) ? strset_add(set, text) : -EBADMSG;
	}
	return err;
}

static int claim_from_json(struct claim_list *list, json_object *o)
{
	const char *name = json_text(o, "name"), *uuid = json_text(o, "uuid");
	char checked[UUID_TEXT_SIZE];
	struct claim *claim;
	int err;

	if (json_number(o, "version") != STORE_VERSION)
		return -EPROTONOSUPPORT;
	if (!name || !utf8_is_valid(name) || uuid_normalise(uuid, checked) ||
	    claim_find(list, checked))
		return -EBADMSG;
	claim = claim_new(list, name, checked);
	if (!claim)
		return -ENOMEM;
	claim->since = (uint64_t)json_number(o, "since");
	err = json_to_strset(o, "gpus", &claim->gpus);
	if (!err)
		err = json_to_strset(o, "vgpus", &claim->vgpus);
	if (err)
		claim_free(claim);
	return err;
}

static int load_claim(struct claim_list *list, const char *file)
{
	_cleanup_free_ char *path = path_run("claims/%s", file);
	_cleanup_(json_putp) json_object *o = NULL;
	_cleanup_free_ char *text = NULL;
	int err;

	if (!path)
		return -ENOMEM;
	err = file_read(path, CLAIM_SIZE_MAX, &text, NULL);
	if (err)
		return err;
	o = json_tokener_parse(text);
	if (!json_object_is_type(o, json_type_object))
		return -EBADMSG;
	return claim_from_json(list, o);
}

static bool is_claim_file(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && strcmp(name + len - 5, ".json") == 0;
}

int store_load_claims(struct claim_list *list)
{
	_cleanup_free_ char *path = path_run("claims");
	struct dirent *entry;
	DIR *dir;

	if (!path)
		return -ENOMEM;
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(dir))) {
		int err = is_claim_file(entry->d_name) ? load_claim(list, entry->d_name) : 0;

		if (err)
			log_warning("claim %s cannot be read, ignoring: %s", entry->d_name,
				    strerror(-err));
	}
	closedir(dir);
	return 0;
}
