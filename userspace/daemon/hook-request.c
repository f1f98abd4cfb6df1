// SPDX-License-Identifier: GPL-2.0-only
/*
 * What libvirt's hook asks, and what we answer:
 *
 *   {"version":1,"operation":"prepare","sub":"begin","extra":"-","domain":"m1","xml":"..."}
 *   {"version":1,"ok":true}  or  {"version":1,"ok":false,"error":"..."}
 *
 * The answer to an incoming migration has a map as well, where devices have other UUIDs here:
 *
 *   {"version":1,"ok":true,"map":{"UUID there":"UUID here"}}
 *
 * Only prepare can be refused. libvirt kills the guest of a reconnect that
 * is, so whatever goes wrong there is told in the log only.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "../basic/cleanup.h"
#include "../basic/log.h"
#include "auto.h"
#include "hook.h"
#include "migrate.h"
#include "tally.h"
#include "tenant.h"

#define PROTOCOL_VERSION 1

DEFINE_CLEANUP(json_tokener *, json_tokener_free)

static void json_putp(json_object **object)
{
	json_object_put(*object);
}

struct hook_request {
	int version;
	const char *operation;
	const char *sub;
	const char *name;
	const char *xml;
	/* for an answer that comes later */
	hook_told_t told;
	void *userdata;
	struct auto_job **later;
	json_object *map;	/* for the answer: what UUIDs become */
};

static const char *text_of(json_object *o, const char *key)
{
	json_object *value;

	if (!json_object_object_get_ex(o, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return "";
	return json_object_get_string(value);
}

static int version_of(json_object *o)
{
	json_object *value;

	return json_object_object_get_ex(o, "version", &value) ? json_object_get_int(value) : 0;
}

static json_object *parse(const char *line, size_t len)
{
	_cleanup_(json_tokener_freep) json_tokener *tokener = json_tokener_new();
	json_object *o;

	if (!tokener)
		return NULL;
	o = json_tokener_parse_ex(tokener, line, (int)len);
	if (o && json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	return NULL;
}

static int parse_domain(const struct hook_request *r, struct domain **ret, char *text, size_t size)
{
	int err = domain_parse(r->xml, strlen(r->xml), ret);

	if (!err && (*ret)->uuid && (*ret)->uuid[0])
		return 0;
	if (!err)
		domain_free(*ret);
	*ret = NULL;
	(void)snprintf(text, size, "the description of vm %s cannot be read: %s", r->name,
		       err ? strerror(-err) : "it has no uuid");
	return err ? err : -EINVAL;
}

static int do_prepare(struct manager *m, const struct hook_request *r, char *text, size_t size)
{
	_cleanup_(domain_freep) struct domain *domain = NULL;
	int err = parse_domain(r, &domain, text, size);

	if (err)
		return err;
	if (!auto_is_needed(m, domain))
		return tenant_prepare(m, domain, text, size);
	/* what a VM that has died still claims may be what this one lacks */
	tenant_prune(m);
	return auto_prepare(m, TAKE_PTR(domain), r->told, r->userdata, r->later, text, size);
}

static int do_reconnect(struct manager *m, const struct hook_request *r, char *text, size_t size)
{
	_cleanup_(domain_freep) struct domain *domain = NULL;
	int err = parse_domain(r, &domain, text, size);

	if (!err)
		err = tenant_reconnect(m, domain);
	if (err)
		log_warning("the claim of vm %s cannot be recorded: %s", r->name, strerror(-err));
	return 0;
}

/* A description that cannot be read still has a name. */
static int do_release(struct manager *m, const struct hook_request *r, char *text, size_t size)
{
	_cleanup_(domain_freep) struct domain *domain = NULL;
	const char *uuid;

	(void)parse_domain(r, &domain, text, size);
	uuid = domain ? domain->uuid : NULL;
	auto_cancel_vm(m, r->name, uuid);
	return auto_release(m, r->name, uuid, r->told, r->userdata, r->later);
}

/* Whoever finds none here is refused by prepare, which comes next. */
static int do_migrate(struct manager *m, const struct hook_request *r, char *text, size_t size)
{
	_cleanup_(domain_freep) struct domain *domain = NULL;
	char uuid[NVMUX_UUID_SIZE];
	struct strset taken = { 0 };
	int err = parse_domain(r, &domain, text, size);

	for (size_t i = 0; !err && i < domain->n_mdevs; i++) {
		int ret = migrate_target(m, domain, domain->mdevs[i], &taken, uuid);

		if (ret > 0)
			json_object_object_add(r->map, domain->mdevs[i],
					       json_object_new_string(uuid));
		err = ret < 0 ? ret : 0;
	}
	strset_clear(&taken);
	if (err)
		log_warning("the vgpus of vm %s, which comes from elsewhere, stay as they are: %s",
			    r->name, strerror(-err));
	return 0;
}

static const struct {
	const char *operation;
	const char *sub;
	int (*act)(struct manager *m, const struct hook_request *r, char *text, size_t size);
} acts[] = {
	{ "prepare", "begin", do_prepare },
	{ "release", "end", do_release },
	{ "reconnect", "begin", do_reconnect },
	{ "migrate", "begin", do_migrate },
};

static int act(struct manager *m, const struct hook_request *r, char *text, size_t size)
{
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		if (strcmp(acts[i].operation, r->operation) || strcmp(acts[i].sub, r->sub))
			continue;
		if (r->version == PROTOCOL_VERSION) {
			err = acts[i].act(m, r, text, size);
			if (!*r->later)
				tally_hook(m, acts[i].operation, err);
			return err;
		}
		(void)snprintf(text, size, "hook speaks version %d, nvmuxd version %d", r->version,
			       PROTOCOL_VERSION);
		return acts[i].act == do_prepare ? -EPROTONOSUPPORT : 0;
	}
	return 0;
}

static char *format_answer(int err, const char *text, json_object *map)
{
	_cleanup_(json_putp) json_object *o = json_object_new_object();
	char *line;

	if (!o)
		return NULL;
	json_object_object_add(o, "version", json_object_new_int(PROTOCOL_VERSION));
	json_object_object_add(o, "ok", json_object_new_boolean(!err));
	if (err)
		json_object_object_add(o, "error", json_object_new_string(text));
	if (map && json_object_object_length(map))
		json_object_object_add(o, "map", json_object_get(map));
	if (asprintf(&line, "%s\n",
		     json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
						    JSON_C_TO_STRING_NOSLASHESCAPE)) < 0)
		return NULL;
	return line;
}

char *hook_format_answer(int err, const char *text)
{
	return format_answer(err, text, NULL);
}

char *hook_answer(struct manager *m, const char *line, size_t len, hook_told_t told,
		  void *userdata, struct auto_job **later)
{
	_cleanup_(json_putp) json_object *map = json_object_new_object();
	_cleanup_(json_putp) json_object *o = parse(line, len);
	char text[1024] = "";
	struct hook_request r;
	int err;

	if (!o || !map)
		return hook_format_answer(-EINVAL, "the request of the hook is malformed");
	r = (struct hook_request){
		.version = version_of(o),
		.operation = text_of(o, "operation"),
		.sub = text_of(o, "sub"),
		.name = text_of(o, "domain"),
		.xml = text_of(o, "xml"),
		.told = told,
		.userdata = userdata,
		.later = later,
		.map = map,
	};
	err = act(m, &r, text, sizeof(text));
	if (err)
		log_notice("vm %s is refused: %s", r.name, text);
	return *later ? NULL : format_answer(err, text, map);
}
