// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux export: the file that apply reads, written from what is. Applied to
 * an equal host it gives the same host, and assert finds no difference.
 */
#include <string.h>

#include "cli/define.h"
#include "cli/export.h"
#include "cli/fail.h"
#include "cli/session.h"
#include "cli/tree.h"
#include "cli/verbs.h"

static bool is_set(const char *text)
{
	return text && *text;
}

static void add_text(struct json_object *o, const char *key, const char *text)
{
	if (is_set(text))
		json_object_object_add(o, key, json_object_new_string(text));
}

/* What is exported. */
struct host {
	const struct world *world;
	const struct records *definitions;
	const char *policy;
};

static void count(struct json_object *counts, const char *type)
{
	struct json_object *n;

	if (json_object_object_get_ex(counts, type, &n))
		json_object_int_inc(n, 1);
	else
		json_object_object_add(counts, type, json_object_new_int(1));
}

static bool is_on(const char *gpu, const char *type, const struct gpu *on)
{
	return is_set(gpu) && is_set(type) && !strcmp(gpu, on->address);
}

/* How many vGPUs of each type, in the order in which they lie; then those that come by themselves. */
static struct json_object *count_vgpus(const struct host *h, const struct gpu *gpu)
{
	struct json_object *counts = json_object_new_object();

	for (size_t i = 0; i < h->world->vgpus.n; i++) {
		const struct vgpu *v = records_get(&vgpu_noun, &h->world->vgpus, i);

		if (is_on(v->gpu, v->type, gpu))
			count(counts, v->type);
	}
	for (size_t i = 0; i < h->definitions->n; i++) {
		const struct definition *d = records_get(&definition_noun, h->definitions, i);

		if (is_on(d->gpu, d->type, gpu) && d->autostart && !d->active &&
		    is_set(d->owner) && !strcmp(d->owner, "nvmux"))
			count(counts, d->type);
	}
	return counts;
}

/* Those that stay without vGPUs. */
static struct json_object *count_instances(const struct gpu *gpu)
{
	struct json_object *counts = json_object_new_object();

	for (size_t i = 0; i < gpu->instances.n; i++) {
		const struct instance *gi = records_get(&instance_noun, &gpu->instances, i);

		if (gi->kept && is_set(gi->profile))
			count(counts, gi->profile);
	}
	return counts;
}

static struct json_object *gpu_filter(const struct gpu *gpu)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%04X10DE", gpu->device_id);
	return json_object_new_string(text);
}

/* What is configured; where nothing is, what is, unless every host is so by itself. */
static const char *choose(const char *configured, const char *is, const char *by_itself)
{
	if (is_set(configured))
		return configured;
	return is_set(is) && strcmp(is, by_itself) ? is : NULL;
}

static struct json_object *gpu_entry(const struct host *h, const struct gpu *gpu)
{
	const char *partition = choose(gpu->configured_partition, gpu->partition, "same-size");
	const char *mode = choose(gpu->configured_mode, gpu->active_mode, "host");
	struct json_object *o = json_object_new_object();
	struct json_object *devices = json_object_new_array();

	json_object_array_add(devices, json_object_new_string(gpu->address));
	json_object_object_add(o, "devices", devices);
	if (gpu->device_id)
		json_object_object_add(o, "device-filter", gpu_filter(gpu));
	add_text(o, "mode", mode);
	add_text(o, "partition", partition);
	if (partition && !strcmp(partition, "mig"))
		json_object_object_add(o, "mig-devices", count_instances(gpu));
	if (mode && !strcmp(mode, "vgpu"))
		json_object_object_add(o, "vgpu-devices", count_vgpus(h, gpu));
	return o;
}

static struct json_object *spec_of(const struct host *h)
{
	struct json_object *top = json_object_new_object();
	struct json_object *configs = json_object_new_object();
	struct json_object *entries = json_object_new_array();

	for (size_t i = 0; i < h->world->gpus.n; i++) {
		const struct gpu *gpu = records_get(&gpu_noun, &h->world->gpus, i);

		if (gpu->address)
			json_object_array_add(entries, gpu_entry(h, gpu));
	}
	json_object_object_add(top, "version", json_object_new_string("v1"));
	add_text(top, "policy", h->policy);
	json_object_object_add(configs, "current", entries);
	json_object_object_add(top, "vgpu-configs", configs);
	return top;
}

static int get_policy(sd_bus *bus, char **ret)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_get_property_string(bus, BUS_NAME, BUS_ROOT, BUS_MANAGER, "Policy", &error, ret);
	return r < 0 ? bus_fail(r, &error) : CODE_OK;
}

static void print_spec(const struct output *o, const struct host *h)
{
	struct json_object *spec = spec_of(h);

	if (o->json)
		fprintf(o->file, "%s\n", json_object_to_json_string_ext(spec,
			o->pretty ? JSON_C_TO_STRING_PRETTY : JSON_C_TO_STRING_PLAIN));
	else
		tree_print_yaml(spec, o->file);
	json_object_put(spec);
}

static int export_spec(const struct output *o, struct session *s)
{
	_cleanup_free_ char *policy = NULL;
	struct records definitions = {};
	int code;

	code = get_policy(s->bus, &policy);
	if (!code)
		code = definitions_get(s->bus, &definitions);
	if (!code)
		print_spec(o, &(struct host){ &s->world, &definitions, policy });
	records_clear(&definition_noun, &definitions);
	return code;
}

static int print_for(const struct args *a, struct session *s)
{
	struct records types = {};
	struct complaint c;
	int code;

	code = world_try_types(s->bus, "", &types, &c);
	if (code)
		return fail_complaint(&c);
	export_for(a->export_for, &s->world, &types, a->output.file);
	records_clear(&type_noun, &types);
	return CODE_OK;
}

int cmd_export(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	int code;

	if (a->export_for && !export_knows(a->export_for))
		return fail_usage("unknown %s, known are nova, kubevirt, proxmox, libvirt",
				  a->export_for);
	if (a->export_for && a->output.json)
		return fail_usage("--for writes a format of its own, not JSON");
	code = session_open(&s);
	if (code)
		return code;
	return a->export_for ? print_for(a, &s) : export_spec(&a->output, &s);
}
