// SPDX-License-Identifier: GPL-2.0-only
/*
 * org.nvmux1.Manager, the part about defined vGPUs.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/utf8.h"
#include "../basic/uuid.h"
#include "access.h"
#include "action.h"
#include "bus.h"

static int __attribute__((format(printf, 3, 4)))
refuse(sd_bus_error *error, int err, const char *format, ...)
{
	char text[NVMUX_TEXT_SIZE];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	utf8_clean(text);
	return bus_error(error, err, text);
}

static int take_text(char *to, size_t size, const char *text, const char *what,
		     sd_bus_error *error)
{
	if ((size_t)snprintf(to, size, "%s", text) < size && definition_keeps(text))
		return 0;
	return refuse(error, -EINVAL, "the name of the %s cannot be kept in a file", what);
}

static int read_option(sd_bus_message *call, const char *key, struct definition *d,
		       sd_bus_error *error)
{
	const char *text;
	int flag, err;

	if (strcmp(key, "placement") == 0) {
		d->has_placement = true;
		return sd_bus_message_read(call, "v", "u", &d->placement);
	}
	if (strcmp(key, "autostart") == 0) {
		err = sd_bus_message_read(call, "v", "b", &flag);
		d->autostart = err >= 0 && flag;
		return err;
	}
	if (strcmp(key, "vm") == 0) {
		err = sd_bus_message_read(call, "v", "s", &text);
		return err < 0 ? err : take_text(d->vm, sizeof(d->vm), text, "vm", error);
	}
	return refuse(error, -EINVAL, "option \"%s\" is not known", key);
}

static int read_options(sd_bus_message *call, struct definition *d, sd_bus_error *error)
{
	int err = sd_bus_message_enter_container(call, 'a', "{sv}");
	const char *key;

	while (err >= 0 && (err = sd_bus_message_enter_container(call, 'e', "sv")) > 0) {
		err = sd_bus_message_read(call, "s", &key);
		if (err >= 0)
			err = read_option(call, key, d, error);
		if (err < 0)
			return err;
		err = sd_bus_message_exit_container(call);
	}
	return err < 0 ? err : 0;
}

static int take_uuid(char *to, const char *text, sd_bus_error *error)
{
	if (uuid_normalise(text, to) == 0)
		return 0;
	return refuse(error, -EINVAL, "uuid \"%s\" is malformed", text);
}

static int read_definition(sd_bus_message *call, struct definition *d, sd_bus_error *error)
{
	const char *gpu, *type, *uuid;
	int err = sd_bus_message_read(call, "sss", &gpu, &type, &uuid);

	*d = (struct definition){ .owner = OWNER_NVMUX };
	if (err >= 0)
		err = take_text(d->gpu, sizeof(d->gpu), gpu, "gpu", error);
	if (err >= 0)
		err = take_text(d->type, sizeof(d->type), type, "type", error);
	if (err >= 0)
		err = uuid[0] ? take_uuid(d->uuid, uuid, error) : uuid_random(d->uuid);
	return err < 0 ? err : read_options(call, d, error);
}

/* Only what its GPU, or any when none is named, knows of. */
static int check_type(struct manager *m, const struct definition *d, sd_bus_error *error)
{
	_cleanup_free_ struct nvmux_type *types = NULL;
	char text[NVMUX_TEXT_SIZE];
	size_t n = 0;
	int err = nvmux_type_list(m->kernel, d->gpu[0] ? d->gpu : NULL, &types, &n);

	if (err)
		return bus_error(error, action_refusal(m, err, d->uuid, text, sizeof(text)), text);
	for (size_t i = 0; i < n; i++)
		if (strcmp(types[i].name, d->type) == 0)
			return 0;
	if (d->gpu[0])
		return refuse(error, -ENOENT, "gpu %s does not offer type %s", d->gpu, d->type);
	return refuse(error, -ENOENT, "no gpu offers type %s", d->type);
}

/* What others have made is theirs (I10). */
static int check_owner(struct manager *m, const struct definition *d, sd_bus_error *error)
{
	const struct vgpu *vgpu = vgpu_find(&m->vgpus, d->uuid);

	if (!vgpu || strcmp(vgpu->owner, OWNER_NVMUX) == 0)
		return 0;
	return refuse(error, -EACCES, "vgpu %s exists and its owner is %s", d->uuid, vgpu->owner);
}

int bus_define_vgpu(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct manager *m = userdata;
	struct definition d;
	int err = access_check(call, error);

	if (err >= 0)
		err = bus_need_module(m, error);
	if (err >= 0)
		err = read_definition(call, &d, error);
	if (err >= 0)
		err = check_type(m, &d, error);
	if (err >= 0)
		err = check_owner(m, &d, error);
	if (err < 0)
		return err;
	err = definition_keep(&m->definitions, &d);
	if (err)
		return refuse(error, err, "the definition of vgpu %s cannot be kept: %s", d.uuid,
			      strerror(-err));
	return sd_bus_reply_method_return(call, "s", d.uuid);
}

static bool mdevctl_defines(const char *uuid)
{
	struct definition_list list;
	bool found;

	LIST_INIT(&list);
	(void)definition_load_mdevctl(&list);
	found = definition_find(&list, uuid) != NULL;
	definition_list_clear(&list);
	return found;
}

/* Reads the UUID that is the argument of the call and finds what is defined so. */
static int find(sd_bus_message *call, struct manager *m, struct definition **ret,
		sd_bus_error *error)
{
	char uuid[UUID_TEXT_SIZE];
	const char *text;
	int err = sd_bus_message_read(call, "s", &text);

	if (err >= 0)
		err = take_uuid(uuid, text, error);
	if (err < 0)
		return err;
	*ret = definition_find(&m->definitions, uuid);
	if (*ret)
		return 0;
	if (mdevctl_defines(uuid))
		return refuse(error, -EACCES, "vgpu %s is defined by mdevctl, not by nvmux", uuid);
	return refuse(error, -ENOENT, "vgpu %s is not defined", uuid);
}

int bus_undefine_vgpu(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct definition *d;
	int err = access_check(call, error);

	if (err >= 0)
		err = find(call, userdata, &d, error);
	if (err < 0)
		return err;
	err = definition_drop(d);
	if (err)
		return refuse(error, err, "the definition of vgpu %s cannot be removed: %s", d->uuid,
			      strerror(-err));
	return sd_bus_reply_method_return(call, NULL);
}

int bus_start_vgpu(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct definition *d;
	int err = access_check(call, error);

	if (err >= 0)
		err = bus_need_module(userdata, error);
	if (err >= 0)
		err = find(call, userdata, &d, error);
	if (err < 0)
		return err;
	return bus_submitted(call, action_start_vgpu(userdata, d, bus_answer_empty,
						     sd_bus_message_ref(call)));
}

int bus_stop_vgpu(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct manager *m = userdata;
	struct definition *d;
	struct vgpu *vgpu;
	int err = access_check(call, error);

	if (err >= 0)
		err = find(call, m, &d, error);
	if (err < 0)
		return err;
	vgpu = vgpu_find(&m->vgpus, d->uuid);
	if (!vgpu)
		return refuse(error, -ENOENT, "vgpu %s is defined, but not started", d->uuid);
	return bus_submitted(call, action_delete_vgpu(vgpu, bus_answer_empty,
						      sd_bus_message_ref(call)));
}

static int append_definition(sd_bus_message *reply, const struct manager *m,
			     const struct definition *d)
{
	int active = vgpu_find(&m->vgpus, d->uuid) != NULL;
	int32_t placement = d->has_placement ? (int32_t)d->placement : -1;
	int err = sd_bus_message_open_container(reply, 'a', "{sv}");

	if (err >= 0)
		err = sd_bus_message_append(reply, "{sv}{sv}{sv}{sv}{sv}{sv}{sv}{sv}{sv}",
					    "uuid", "s", d->uuid,
					    "gpu", "s", d->gpu,
					    "type", "s", d->type,
					    "vm", "s", d->vm,
					    "owner", "s", d->owner,
					    "placement", "i", placement,
					    "autostart", "b", (int)d->autostart,
					    "active", "b", active,
					    "reason", "s", active ? "" : d->failure);
	return err < 0 ? err : sd_bus_message_close_container(reply);
}

struct listing {
	const struct manager *manager;
	struct definition_list mdevctl;
};

static int append_list(sd_bus_message *reply, const struct listing *l,
		       const struct definition_list *list)
{
	const struct definition *d;
	int err = 0;

	LIST_FOREACH(d, list, link)
		if (err >= 0)
			err = append_definition(reply, l->manager, d);
	return err;
}

static int append_definitions(sd_bus_message *reply, const void *userdata)
{
	const struct listing *l = userdata;
	int err = append_list(reply, l, &l->manager->definitions);

	return err < 0 ? err : append_list(reply, l, &l->mdevctl);
}

int bus_list_definitions(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct listing l = { .manager = userdata };
	int err = access_check(call, error);

	if (err < 0)
		return err;
	LIST_INIT(&l.mdevctl);
	err = definition_load_mdevctl(&l.mdevctl);
	if (!err)
		err = bus_reply_dicts(call, append_definitions, &l);
	definition_list_clear(&l.mdevctl);
	return err;
}
