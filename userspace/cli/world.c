// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the daemon knows, fetched in one call and sorted, and the search for
 * the object that a word of the command line means.
 */
#include <string.h>

#include "cli/dict.h"
#include "cli/fail.h"
#include "cli/world.h"

#define READ_SECONDS 25

static int compare_gpus(const void *a, const void *b)
{
	const struct gpu *x = a, *y = b;

	return strcmp(x->address ? x->address : "", y->address ? y->address : "");
}

static int compare_vgpus(const void *a, const void *b)
{
	const struct vgpu *x = a, *y = b;
	int order = strcmp(x->gpu ? x->gpu : "", y->gpu ? y->gpu : "");

	if (!order && x->offset != y->offset)
		order = x->offset < y->offset ? -1 : 1;
	return order ? order : strcmp(x->uuid ? x->uuid : "", y->uuid ? y->uuid : "");
}

static int compare_jobs(const void *a, const void *b)
{
	const struct daemon_job *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* One interface of one object: {sa{sv}} */
static int world_read_interface(struct world *w, sd_bus_message *m)
{
	const char *interface;
	int r;

	r = sd_bus_message_read_basic(m, 's', &interface);
	if (r < 0)
		return r;
	if (!strcmp(interface, "org.nvmux1.GPU"))
		return dict_read(m, &gpu_noun, &w->gpus);
	if (!strcmp(interface, "org.nvmux1.VGPU"))
		return dict_read(m, &vgpu_noun, &w->vgpus);
	if (!strcmp(interface, "org.nvmux1.Job"))
		return dict_read(m, &job_noun, &w->jobs);
	return sd_bus_message_skip(m, "a{sv}");
}

static int world_read_object(struct world *w, sd_bus_message *m)
{
	int r;

	r = sd_bus_message_skip(m, "o");
	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
	while (r >= 0) {
		r = sd_bus_message_enter_container(m, 'e', "sa{sv}");
		if (r <= 0)
			break;
		r = world_read_interface(w, m);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int world_read(struct world *w, sd_bus_message *m)
{
	int r;

	r = sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}");
	while (r >= 0) {
		r = sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}");
		if (r <= 0)
			break;
		r = world_read_object(w, m);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

int world_get(sd_bus *bus, struct world *ret)
{
	static const struct method method = {
		BUS_ROOT, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", READ_SECONDS
	};
	_cleanup_message_ sd_bus_message *reply = NULL;
	int code, r;

	code = bus_call(bus, &method, &reply, "");
	if (code)
		return code;
	r = world_read(ret, reply);
	if (r < 0)
		return bus_fail(r, NULL);
	records_sort(&gpu_noun, &ret->gpus, compare_gpus);
	records_sort(&vgpu_noun, &ret->vgpus, compare_vgpus);
	records_sort(&job_noun, &ret->jobs, compare_jobs);
	return CODE_OK;
}

/* A method of the manager that lists records. */
static int list_all(sd_bus *bus, const char *name, const struct noun *noun, struct records *ret)
{
	const struct method method = { BUS_ROOT, BUS_MANAGER, name, READ_SECONDS };
	_cleanup_message_ sd_bus_message *reply = NULL;
	int code, r;

	code = bus_call(bus, &method, &reply, "");
	if (code)
		return code;
	r = dicts_read(reply, noun, ret);
	return r < 0 ? bus_fail(r, NULL) : CODE_OK;
}

int world_get_gpus(sd_bus *bus, struct world *ret)
{
	int code = list_all(bus, "ListGpus", &gpu_noun, &ret->gpus);

	if (!code)
		records_sort(&gpu_noun, &ret->gpus, compare_gpus);
	return code;
}

void world_clear(struct world *w)
{
	records_clear(&gpu_noun, &w->gpus);
	records_clear(&vgpu_noun, &w->vgpus);
	records_clear(&job_noun, &w->jobs);
}

/* 2: the whole address, 1: all but the domain, 0: another one */
static int address_match(const char *address, const char *word)
{
	const char *colon;

	if (!address)
		return 0;
	if (!strcasecmp(address, word))
		return 2;
	colon = strchr(address, ':');
	return colon && !strcasecmp(colon + 1, word);
}

static int fail_ambiguous(const char *word, const struct gpu *a, const struct gpu *b)
{
	return fail(CODE_USAGE, "gpu %s may be %s or %s", word, a->address, b->address);
}

int world_find_gpu(const struct world *w, const char *word, const struct gpu **ret)
{
	const struct gpu *found = NULL, *second = NULL, *gpu;
	int match;

	for (size_t i = 0; i < w->gpus.n; i++) {
		gpu = records_get(&gpu_noun, &w->gpus, i);
		match = address_match(gpu->address, word);
		if (match == 2) {
			*ret = gpu;
			return CODE_OK;
		}
		if (match && found)
			second = gpu;
		else if (match)
			found = gpu;
	}
	if (!found)
		return fail(CODE_NOT_FOUND, "no gpu %s", word);
	if (second)
		return fail_ambiguous(word, found, second);
	*ret = found;
	return CODE_OK;
}

const struct vgpu *world_vgpu(const struct world *w, const char *uuid)
{
	const struct vgpu *vgpu;

	for (size_t i = 0; i < w->vgpus.n; i++) {
		vgpu = records_get(&vgpu_noun, &w->vgpus, i);
		if (vgpu->uuid && !strcasecmp(vgpu->uuid, uuid))
			return vgpu;
	}
	return NULL;
}

int world_find_vgpu(const struct world *w, const char *uuid, const struct vgpu **ret)
{
	*ret = world_vgpu(w, uuid);
	return *ret ? CODE_OK : fail(CODE_NOT_FOUND, "no vgpu %s", uuid);
}

int world_try_types(sd_bus *bus, const char *gpu, struct records *ret, struct complaint *c)
{
	static const struct method method = { BUS_ROOT, BUS_MANAGER, "ListTypes", READ_SECONDS };
	_cleanup_message_ sd_bus_message *reply = NULL;
	int code, r;

	code = bus_try_call(bus, &method, &reply, c, "s", gpu);
	if (code)
		return code;
	r = dicts_read(reply, &type_noun, ret);
	return r < 0 ? bus_explain(c, r, NULL) : CODE_OK;
}

int world_get_vms(sd_bus *bus, struct records *ret)
{
	return list_all(bus, "ListVms", &vm_noun, ret);
}
