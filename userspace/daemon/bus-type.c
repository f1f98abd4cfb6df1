// SPDX-License-Identifier: GPL-2.0-only
/*
 * ListTypes of org.nvmux1.Manager: what the kernel tells about types, as dictionaries.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "access.h"
#include "bus.h"
#include "vendor.h"

#define ENTRY(_key, _type, member) { _key, _type, offsetof(struct nvmux_type, member) }

/* In the order of org.nvmux1.xml. */
static const struct {
	const char *key;
	char type;
	size_t offset;
} entries[] = {
	ENTRY("gpu", 's', gpu),
	ENTRY("name", 's', name),
	ENTRY("mdev_type", 's', mdev_type),
	ENTRY("label", 's', label),
	ENTRY("series", 's', series),
	ENTRY("fb_size", 't', fb_size),
	ENTRY("bar1_size", 't', bar1_size),
	ENTRY("max_instances", 'u', max_instances),
	ENTRY("available", 'u', available),
	ENTRY("reason", 's', reason),
	ENTRY("heads", 'u', heads),
	ENTRY("max_x", 'u', max_x),
	ENTRY("max_y", 'u', max_y),
	ENTRY("frl", 'u', frl),
	ENTRY("max_per_vm", 'u', max_per_vm),
	ENTRY("device_id", 'u', device_id),
	ENTRY("subsystem_id", 'u', subsystem_id),
	ENTRY("gi_profile", 's', gi_profile),
	ENTRY("max_mixed", 'u', max_mixed),
	ENTRY("max_per_gi", 'u', max_per_gi),
};

static int open_entry(sd_bus_message *reply, const char *key, const char *type)
{
	int err = sd_bus_message_open_container(reply, 'e', "sv");

	if (err >= 0)
		err = sd_bus_message_append(reply, "s", key);
	return err < 0 ? err : sd_bus_message_open_container(reply, 'v', type);
}

static int close_entry(sd_bus_message *reply)
{
	int err = sd_bus_message_close_container(reply);

	return err < 0 ? err : sd_bus_message_close_container(reply);
}

static int append_entry(sd_bus_message *reply, const char *key, char type, const void *value)
{
	const char signature[] = { type, '\0' };
	int err = open_entry(reply, key, signature);

	if (err >= 0)
		err = sd_bus_message_append_basic(reply, type, value);
	return err < 0 ? err : close_entry(reply);
}

/* @n may exceed the room that there was for @numbers */
static int append_numbers(sd_bus_message *reply, const char *key, const uint32_t *numbers,
			  size_t n)
{
	int err = open_entry(reply, key, "au");

	if (n > NVMUX_PLACEMENTS_MAX)
		n = NVMUX_PLACEMENTS_MAX;
	if (err >= 0)
		err = sd_bus_message_append_array(reply, 'u', numbers, n * sizeof(*numbers));
	return err < 0 ? err : close_entry(reply);
}

static int append_type(sd_bus_message *reply, const struct nvmux_type *t)
{
	int err = sd_bus_message_open_container(reply, 'a', "{sv}");

	for (size_t i = 0; i < ARRAY_SIZE(entries) && err >= 0; i++)
		err = append_entry(reply, entries[i].key, entries[i].type,
				   (const char *)t + entries[i].offset);
	if (err >= 0)
		err = append_numbers(reply, "placements", t->placements, t->n_placements);
	if (err >= 0)
		err = append_numbers(reply, "free_placements", t->free_placements,
				     t->n_free_placements);
	return err < 0 ? err : sd_bus_message_close_container(reply);
}

struct types {
	struct nvmux_type *items;
	size_t n;
};

static int append_types(sd_bus_message *reply, const void *userdata)
{
	const struct types *types = userdata;
	int err = 0;

	for (size_t i = 0; i < types->n && err >= 0; i++)
		err = append_type(reply, &types->items[i]);
	return err;
}

static int check_gpu(const struct manager *m, const char *gpu, sd_bus_error *error)
{
	if (!gpu[0] || gpu_find(&m->gpus, gpu))
		return 0;
	return sd_bus_error_setf(error, bus_error_name(-ENODEV), "gpu %s does not exist", gpu);
}

static int reply_types(sd_bus_message *call, struct manager *m, const char *gpu,
		       sd_bus_error *error)
{
	struct types types = { 0 };
	int err = nvmux_type_list(m->kernel, gpu[0] ? gpu : NULL, &types.items, &types.n);

	if (err) {
		const char *text = nvmux_error_text(m->kernel);

		return bus_error(error, err, text[0] ? text : strerror(-err));
	}
	err = vendor_offer(m, gpu[0] ? gpu : NULL, &types.items, &types.n);
	if (!err)
		err = bus_reply_dicts(call, append_types, &types);
	free(types.items);
	return err;
}

int bus_list_types(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	const char *gpu;
	int err = access_check(call, error);

	if (err >= 0)
		err = bus_need_module(userdata, error);
	if (err >= 0)
		err = sd_bus_message_read(call, "s", &gpu);
	if (err >= 0)
		err = check_gpu(userdata, gpu, error);
	return err < 0 ? err : reply_types(call, userdata, gpu, error);
}
