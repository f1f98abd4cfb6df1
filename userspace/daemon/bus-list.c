// SPDX-License-Identifier: GPL-2.0-only
/*
 * ListGpus of org.nvmux1.Manager: the properties of all GPUs in one answer, without the vGPUs, of
 * which a host may have hundreds. They are read from the table of the objects themselves.
 */
#include "access.h"
#include "bus.h"

static int append_value(sd_bus_message *reply, const sd_bus_vtable *v, void *member)
{
	if (v->x.property.get)
		return v->x.property.get(NULL, NULL, NULL, v->x.property.member, reply, member,
					 NULL);
	return sd_bus_message_append_basic(reply, v->x.property.signature[0], member);
}

static int append_property(sd_bus_message *reply, const sd_bus_vtable *v, struct gpu *gpu)
{
	int err = sd_bus_message_open_container(reply, 'e', "sv");

	if (err >= 0)
		err = sd_bus_message_append(reply, "s", v->x.property.member);
	if (err >= 0)
		err = sd_bus_message_open_container(reply, 'v', v->x.property.signature);
	if (err >= 0)
		err = append_value(reply, v, (char *)gpu + v->x.property.offset);
	if (err >= 0)
		err = sd_bus_message_close_container(reply);
	return err < 0 ? err : sd_bus_message_close_container(reply);
}

static int append_gpu(sd_bus_message *reply, struct gpu *gpu)
{
	int err = sd_bus_message_open_container(reply, 'a', "{sv}");

	for (const sd_bus_vtable *v = bus_gpu_vtable; err >= 0 && v->type != _SD_BUS_VTABLE_END; v++)
		if (v->type == _SD_BUS_VTABLE_PROPERTY)
			err = append_property(reply, v, gpu);
	return err < 0 ? err : sd_bus_message_close_container(reply);
}

static int append_gpus(sd_bus_message *reply, const void *userdata)
{
	const struct manager *m = userdata;
	struct gpu *gpu;
	int err = 0;

	LIST_FOREACH(gpu, &m->gpus, link)
		if (err >= 0)
			err = append_gpu(reply, gpu);
	return err;
}

int bus_list_gpus(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	int err = access_check(call, error);

	return err < 0 ? err : bus_reply_dicts(call, append_gpus, userdata);
}
