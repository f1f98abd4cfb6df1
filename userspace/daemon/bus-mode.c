// SPDX-License-Identifier: GPL-2.0-only
/*
 * SetMode and Recover of org.nvmux1.GPU, and the options that they share with Plan.
 */
#include <errno.h>
#include <string.h>

#include "access.h"
#include "action.h"
#include "bus.h"

static bool *find_option(struct gpu_wanted *wanted, const char *key)
{
	if (strcmp(key, "detach") == 0)
		return &wanted->detach;
	if (strcmp(key, "force") == 0)
		return &wanted->force;
	return strcmp(key, "when-idle") == 0 ? &wanted->when_idle : NULL;
}

static int read_option(sd_bus_message *call, struct gpu_wanted *ret, sd_bus_error *error)
{
	const char *key;
	int err = sd_bus_message_read(call, "s", &key), value = 0;
	bool *option;

	if (err < 0)
		return err;
	option = find_option(ret, key);
	if (!option)
		return sd_bus_error_setf(error, bus_error_name(-EINVAL),
					 "option \"%s\" is not known", key);
	err = sd_bus_message_read(call, "v", "b", &value);
	*option = value;
	return err;
}

static int read_options(sd_bus_message *call, struct gpu_wanted *ret, sd_bus_error *error)
{
	int err = sd_bus_message_enter_container(call, 'a', "{sv}");

	while (err >= 0 && (err = sd_bus_message_enter_container(call, 'e', "sv")) > 0) {
		err = read_option(call, ret, error);
		if (err < 0)
			return err;
		err = sd_bus_message_exit_container(call);
	}
	return err < 0 ? err : 0;
}

int bus_read_mode(sd_bus_message *call, struct gpu_wanted *ret, sd_bus_error *error)
{
	const char *name;
	int err = sd_bus_message_read(call, "s", &name), mode;

	if (err < 0)
		return err;
	mode = nvmux_mode_from_str(name);
	if (mode < 0)
		return sd_bus_error_setf(error, bus_error_name(-EINVAL),
					 "mode \"%s\" is not one of host, vgpu, passthrough", name);
	*ret = (struct gpu_wanted){ .mode = (uint32_t)mode };
	return read_options(call, ret, error);
}

int bus_set_mode(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct gpu *gpu = userdata;
	struct gpu_wanted wanted;
	int err = access_check(call, error);

	if (err >= 0)
		err = bus_read_mode(call, &wanted, error);
	if (err < 0)
		return err;
	return bus_submitted(call, action_set_mode(gpu, &wanted, bus_answer_empty,
						   sd_bus_message_ref(call)));
}

int bus_recover(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct gpu_wanted options = { 0 };
	int err = access_check(call, error);

	if (err >= 0)
		err = read_options(call, &options, error);
	if (err >= 0 && options.when_idle)
		err = bus_error(error, -EINVAL, "a recovery does not wait, it takes no when-idle");
	if (err < 0)
		return err;
	return bus_submitted(call, action_recover(userdata, &options, bus_answer_empty,
						  sd_bus_message_ref(call)));
}
