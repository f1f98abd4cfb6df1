// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host beside a configuration. Per GPU: vGPUs that are too many go first,
 * then it is divided, then switched, then vGPUs that are missing are made.
 * What others have made is counted, never removed (I10).
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"

#define FIELD(field) .offset = offsetof(struct change, field)

static const struct column change_columns[] = {
	{ "VERDICT", NULL, "verdict", NULL, KIND_TEXT, FIELD(verdict) },
	{ "GPU", NULL, "gpu", NULL, KIND_TEXT, FIELD(gpu) },
	{ "TEXT", NULL, "text", NULL, KIND_TEXT, FIELD(text) },
	{ NULL, NULL, "reason", NULL, KIND_TEXT, FIELD(reason) },
	{ .kind = KIND_TEXT, FIELD(value) },	/* neither shown nor in JSON */
	{}
};

const struct noun change_noun = { "changes", change_columns, sizeof(struct change) };

struct diff {
	const struct diff_host *host;
	const struct spec_entry *entry;
	struct records *changes;
	int err;
};

static const char *known(const char *text)
{
	return text ? text : "";
}

static bool is(const char *text, const char *word)
{
	return !strcmp(known(text), word);
}

static void __attribute__((format(printf, 6, 7)))
add(struct diff *d, enum change_kind kind, const char *verdict, const char *gpu,
    const char *value, const char *format, ...)
{
	struct change *c = d->err ? NULL : records_add(&change_noun, d->changes);
	va_list ap;
	int n;

	if (!c) {
		d->err = -ENOMEM;
		return;
	}
	va_start(ap, format);
	n = vasprintf(&c->text, format, ap);
	va_end(ap);
	if (n < 0)
		c->text = NULL;
	c->kind = kind;
	c->entry = d->entry;
	c->verdict = strdup(verdict);
	c->gpu = strdup(gpu);
	c->value = strdup(value);
	if (!c->text || !c->verdict || !c->gpu || !c->value)
		d->err = -ENOMEM;
}

/* vGPUs. */

static const struct vgpu *vgpu_at(const struct diff *d, size_t i)
{
	return records_get(&vgpu_noun, &d->host->world->vgpus, i);
}

static bool is_of(const struct vgpu *v, const struct gpu *gpu, const char *type)
{
	return is(v->gpu, known(gpu->address)) && (!type || is(v->type, type));
}

static uint32_t count_vgpus(const struct diff *d, const struct gpu *gpu, const char *type)
{
	uint32_t n = 0;

	for (size_t i = 0; i < d->host->world->vgpus.n; i++)
		n += is_of(vgpu_at(d, i), gpu, type);
	return n;
}

static uint32_t wanted_vgpus(const struct spec_entry *e, const char *type)
{
	for (size_t i = 0; i < e->n_vgpus; i++)
		if (!strcmp(e->vgpus[i].name, type))
			return e->vgpus[i].count;
	return 0;
}

static bool may_delete(const struct vgpu *v)
{
	return is(v->owner, "nvmux") && !v->pid && is(v->vm, "");
}

static void refuse_delete(struct diff *d, const struct gpu *gpu, const struct vgpu *v)
{
	if (v->pid || !is(v->vm, ""))
		add(d, CHANGE_NONE, "busy", gpu->address, "", "vgpu %s (%s) is too many and in use by %s",
		    v->uuid, known(v->type), is(v->vm, "") ? known(v->command) : v->vm);
	else
		add(d, CHANGE_NONE, "refused", gpu->address, "",
		    "vgpu %s (%s) is too many and not ours, its owner is %s", v->uuid,
		    known(v->type), known(v->owner));
}

/* Of those of a type, the last ones: vGPUs at low placements stay. */
static uint32_t delete_type(struct diff *d, const struct gpu *gpu, const char *type,
			    uint32_t surplus)
{
	const struct vgpu *kept = NULL;

	for (size_t i = d->host->world->vgpus.n; surplus && i-- > 0;) {
		const struct vgpu *v = vgpu_at(d, i);

		if (!is_of(v, gpu, type))
			continue;
		if (!may_delete(v)) {
			kept = v;
			continue;
		}
		add(d, CHANGE_DELETE, "todo", gpu->address, v->uuid, "delete vgpu %s (%s)", v->uuid,
		    known(v->type));
		surplus--;
	}
	if (surplus && kept)
		refuse_delete(d, gpu, kept);
	return surplus;
}

static bool seen_before(const struct diff *d, const struct gpu *gpu, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_of(vgpu_at(d, i), gpu, known(vgpu_at(d, at)->type)))
			return true;
	return false;
}

/* Does the entry leave the GPU another mode, or say which vGPUs there shall be? */
static bool says_vgpus(const struct spec_entry *e)
{
	return e->has_vgpus || (e->mode && strcmp(e->mode, "vgpu"));
}

/* Return: how many stay. */
static uint32_t delete_surplus(struct diff *d, const struct gpu *gpu)
{
	uint32_t stay = count_vgpus(d, gpu, NULL);

	for (size_t i = 0; i < d->host->world->vgpus.n && says_vgpus(d->entry); i++) {
		const struct vgpu *v = vgpu_at(d, i);
		uint32_t want, have;

		if (!is_of(v, gpu, NULL) || seen_before(d, gpu, i))
			continue;
		want = wanted_vgpus(d->entry, known(v->type));
		have = count_vgpus(d, gpu, known(v->type));
		if (have > want)
			stay -= have - want - delete_type(d, gpu, known(v->type), have - want);
	}
	return stay;
}

static bool offers(const struct diff *d, const struct gpu *gpu, const char *type)
{
	for (size_t i = 0; i < d->host->types->n; i++) {
		const struct vgpu_type *t = records_get(&type_noun, d->host->types, i);

		if (is(t->gpu, known(gpu->address)) && is(t->name, type))
			return true;
	}
	return false;
}

/* Those that come by themselves are part of what the host is; others are for a person to start. */
static bool is_defined_for(const struct definition *def, const struct gpu *gpu)
{
	return is(def->owner, "nvmux") && def->autostart && !def->active &&
	       is(def->gpu, known(gpu->address)) && def->uuid;
}

static const struct definition *definition_at(const struct diff *d, size_t i)
{
	return records_get(&definition_noun, d->host->definitions, i);
}

/* How many of its type are there, or defined, before this one. */
static uint32_t rank_of(const struct diff *d, const struct gpu *gpu, size_t at)
{
	const struct definition *def = definition_at(d, at);
	uint32_t n = count_vgpus(d, gpu, known(def->type));

	for (size_t i = 0; i < at; i++)
		n += is_defined_for(definition_at(d, i), gpu) &&
		     is(definition_at(d, i)->type, known(def->type));
	return n;
}

static void undefine_surplus(struct diff *d, const struct gpu *gpu)
{
	for (size_t i = 0; i < d->host->definitions->n && says_vgpus(d->entry); i++) {
		const struct definition *def = definition_at(d, i);

		if (is_defined_for(def, gpu) &&
		    rank_of(d, gpu, i) >= wanted_vgpus(d->entry, known(def->type)))
			add(d, CHANGE_UNDEFINE, "todo", gpu->address, def->uuid,
			    "forget vgpu %s (%s), which is defined", def->uuid, known(def->type));
	}
}

/* Return: how many of this type are defined and wanted. */
static uint32_t start_defined(struct diff *d, const struct gpu *gpu, const struct spec_count *want)
{
	uint32_t n = 0;

	for (size_t i = 0; i < d->host->definitions->n; i++) {
		const struct definition *def = definition_at(d, i);

		if (!is_defined_for(def, gpu) || !is(def->type, want->name) ||
		    rank_of(d, gpu, i) >= want->count)
			continue;
		add(d, CHANGE_START, "todo", gpu->address, def->uuid,
		    "start vgpu %s (%s), which is defined", def->uuid, want->name);
		n++;
	}
	return n;
}

static void create_missing(struct diff *d, const struct gpu *gpu)
{
	const struct spec_entry *e = d->entry;

	for (size_t i = 0; i < e->n_vgpus; i++) {
		uint32_t have = count_vgpus(d, gpu, e->vgpus[i].name);
		const char *type = e->vgpus[i].name;

		if (have < e->vgpus[i].count && !offers(d, gpu, type)) {
			add(d, CHANGE_NONE, "refused", gpu->address, "",
			    "gpu %s does not offer type %s", gpu->address, type);
			continue;
		}
		have += start_defined(d, gpu, &e->vgpus[i]);
		for (; have < e->vgpus[i].count; have++)
			add(d, CHANGE_CREATE, "todo", gpu->address, type, "create a vgpu of type %s",
			    type);
	}
}

/* GPU instances that stay without vGPUs; the others end with their last one. */

static const struct instance *instance_at(const struct gpu *gpu, size_t i)
{
	return records_get(&instance_noun, &gpu->instances, i);
}

static uint32_t count_kept(const struct gpu *gpu, const char *profile)
{
	uint32_t n = 0;

	for (size_t i = 0; i < gpu->instances.n; i++)
		n += instance_at(gpu, i)->kept && is(instance_at(gpu, i)->profile, profile);
	return n;
}

static uint32_t wanted_instances(const struct spec_entry *e, const char *profile)
{
	for (size_t i = 0; i < e->n_instances; i++)
		if (!strcmp(e->instances[i].name, profile))
			return e->instances[i].count;
	return 0;
}

/* The number of its kind among the kept ones, from the first place on. */
static uint32_t rank_of_instance(const struct gpu *gpu, size_t at)
{
	uint32_t n = 0;

	for (size_t i = 0; i < at; i++)
		n += instance_at(gpu, i)->kept &&
		     is(instance_at(gpu, i)->profile, known(instance_at(gpu, at)->profile));
	return n;
}

static bool is_surplus(const struct diff *d, const struct gpu *gpu, size_t at)
{
	const char *profile = known(instance_at(gpu, at)->profile);

	return d->entry->has_instances &&
	       rank_of_instance(gpu, at) >= wanted_instances(d->entry, profile);
}

/*
 * Those that lie last go first.
 * @vgpus: that stay on the GPU; which of them are in which instance is not told
 * Return: how many stay.
 */
static size_t delete_instances(struct diff *d, const struct gpu *gpu, size_t vgpus)
{
	size_t stay = 0;
	char place[16];

	for (size_t i = gpu->instances.n; i-- > 0;) {
		const struct instance *gi = instance_at(gpu, i);
		bool busy = vgpus && gi->vgpu_count;

		if (!gi->kept)
			continue;
		stay += busy || !is_surplus(d, gpu, i);
		snprintf(place, sizeof(place), "%u", gi->placement);
		if (is_surplus(d, gpu, i) && busy)
			add(d, CHANGE_NONE, "busy", gpu->address, "",
			    "gpu instance %s at %s is too many and holds vgpus", known(gi->profile),
			    place);
		else if (is_surplus(d, gpu, i))
			add(d, CHANGE_DELETE_INSTANCE, "todo", gpu->address, place,
			    "delete gpu instance %s at %s", known(gi->profile), place);
	}
	return stay;
}

static void create_instances(struct diff *d, const struct gpu *gpu)
{
	for (size_t i = 0; i < d->entry->n_instances; i++) {
		const struct spec_count *want = &d->entry->instances[i];

		for (uint32_t have = count_kept(gpu, want->name); have < want->count; have++)
			add(d, CHANGE_CREATE_INSTANCE, "todo", gpu->address, want->name,
			    "create gpu instance %s", want->name);
	}
}

/* Partitioning and mode. */

static bool list_has(char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (!strcmp(*list, word))
			return true;
	return false;
}

/* @stay: vGPUs and GPU instances that stay in it */
static void divide(struct diff *d, const struct gpu *gpu, size_t stay)
{
	const char *want = d->entry->partition, *now = known(gpu->partition);

	if (!want || (is(now, want) && is(gpu->configured_partition, want)))
		return;
	if (!list_has(gpu->partitions, want))
		add(d, CHANGE_NONE, "refused", gpu->address, "", "gpu %s cannot be divided %s",
		    gpu->address, want);
	else if (!is(now, want) && stay)
		add(d, CHANGE_NONE, "busy", gpu->address, "",
		    "gpu %s holds vgpus or gpu instances and is divided %s, not %s", gpu->address,
		    now, want);
	else
		add(d, CHANGE_PARTITION, "todo", gpu->address, want, "divide %s, it is %s%s", want,
		    *now ? now : "not divided", is(now, want) ? " and not configured" : "");
}

static void change_mode(struct diff *d, const struct gpu *gpu)
{
	const char *want = d->entry->mode, *now = known(gpu->active_mode);

	if (!want || (is(now, want) && is(gpu->configured_mode, want)))
		return;
	if (!is(gpu->quarantine, ""))
		add(d, CHANGE_NONE, "refused", gpu->address, "", "gpu %s is quarantined: %s",
		    gpu->address, gpu->quarantine);
	else if (!is(gpu->target_mode, ""))
		add(d, CHANGE_NONE, "busy", gpu->address, "", "gpu %s is switching to %s mode",
		    gpu->address, gpu->target_mode);
	else if (is(now, want))
		add(d, CHANGE_MODE, "todo", gpu->address, want, "configure %s mode, in which it is",
		    want);
	else
		add(d, CHANGE_MODE, "todo", gpu->address, want, "switch to %s mode, it is in %s mode",
		    want, now);
}

/* It is in host mode, and what NVIDIA's vGPU manager has on it is not for these files. */
static void compare_vendor(struct diff *d, const struct gpu *gpu)
{
	if (d->entry->n_vgpus || d->entry->n_instances)
		add(d, CHANGE_NONE, "refused", gpu->address, "",
		    "gpu %s is shared by NVIDIA's own vgpu manager", gpu->address);
	else
		change_mode(d, gpu);
}

static void compare(struct diff *d, const struct gpu *gpu)
{
	size_t stay;

	if (!is(gpu->vendor_vgpus, "")) {
		compare_vendor(d, gpu);
		return;
	}
	stay = delete_surplus(d, gpu);
	stay += delete_instances(d, gpu, stay);
	undefine_surplus(d, gpu);
	divide(d, gpu, stay);
	change_mode(d, gpu);
	create_instances(d, gpu);
	create_missing(d, gpu);
}

/* Which GPUs an entry is about. */

static const struct gpu *gpu_at(const struct diff *d, size_t i)
{
	return records_get(&gpu_noun, &d->host->world->gpus, i);
}

static bool passes(const struct spec_entry *e, const struct gpu *gpu)
{
	for (size_t i = 0; i < e->n_filters; i++)
		if (e->filters[i] == (gpu->device_id << 16 | 0x10de))
			return true;
	return !e->n_filters;
}

/* A number counts the GPUs in the order of their addresses. */
static bool names(const char *device, const struct gpu *gpu, size_t number)
{
	const char *colon = strchr(known(gpu->address), ':');

	if (!strchr(device, ':'))
		return strtoul(device, NULL, 10) == number;
	return !strcasecmp(device, known(gpu->address)) || (colon && !strcasecmp(device, colon + 1));
}

static bool is_about(const struct spec_entry *e, const struct gpu *gpu, size_t number)
{
	bool named = e->all;

	for (size_t i = 0; !named && i < e->n_devices; i++)
		named = names(e->devices[i], gpu, number);
	return named && passes(e, gpu);
}

static void check_devices(struct diff *d)
{
	for (size_t i = 0; i < d->entry->n_devices; i++) {
		size_t found = 0;

		for (size_t j = 0; j < d->host->world->gpus.n; j++)
			found += names(d->entry->devices[i], gpu_at(d, j), j);
		if (found != 1)
			add(d, CHANGE_NONE, "refused", "", "", "line %d: %s gpu %s", d->entry->line,
			    found ? "more than one" : "no", d->entry->devices[i]);
	}
}

/* Two entries about one GPU would be done and undone by each apply. */
static bool is_first(struct diff *d, const struct spec_config *config, const struct gpu *gpu,
		     size_t number)
{
	for (const struct spec_entry *e = config->entries; e < d->entry; e++) {
		if (!is_about(e, gpu, number))
			continue;
		add(d, CHANGE_NONE, "refused", gpu->address, "",
		    "the entries of lines %d and %d are both about gpu %s", e->line, d->entry->line,
		    gpu->address);
		return false;
	}
	return true;
}

static void compare_entry(struct diff *d, const struct spec_config *config)
{
	check_devices(d);
	for (size_t i = 0; i < d->host->world->gpus.n; i++) {
		const struct gpu *gpu = gpu_at(d, i);

		if (gpu->address && is_about(d->entry, gpu, i) && is_first(d, config, gpu, i))
			compare(d, gpu);
	}
}

int diff_build(const struct diff_host *host, const struct spec *spec,
	       const struct spec_config *config, struct records *ret)
{
	struct diff d = { .host = host, .changes = ret };

	if (spec->policy && !is(host->policy, spec->policy))
		add(&d, CHANGE_POLICY, "todo", "", spec->policy, "set the policy to %s",
		    spec->policy);
	for (size_t i = 0; i < config->n_entries; i++) {
		d.entry = &config->entries[i];
		compare_entry(&d, config);
	}
	return d.err;
}

int diff_code(const struct records *changes)
{
	for (size_t i = 0; i < changes->n; i++) {
		const struct change *c = records_get(&change_noun, changes, i);

		if (is(c->verdict, "busy"))
			return CODE_BUSY;
		if (is(c->verdict, "refused"))
			return CODE_POLICY;
	}
	return CODE_OK;
}
