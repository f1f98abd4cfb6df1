// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may call which method. Reading is for all, changing is for root. The
 * policy file of the bus says the same; this room does not rely on it.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "../basic/cleanup.h"
#include "access.h"

enum access_level { ACCESS_ALL = 1, ACCESS_ROOT };

static const struct access_rule {
	const char *interface;
	const char *member;
	enum access_level level;
} rules[] = {
	{ "org.nvmux1.Manager", "ListTypes", ACCESS_ALL },
	{ "org.nvmux1.Manager", "ListVms", ACCESS_ALL },
	{ "org.nvmux1.Manager", "ListDefinitions", ACCESS_ALL },
	{ "org.nvmux1.Manager", "SetPolicy", ACCESS_ROOT },
	{ "org.nvmux1.Manager", "CreateVgpu", ACCESS_ROOT },
	{ "org.nvmux1.Manager", "DefineVgpu", ACCESS_ROOT },
	{ "org.nvmux1.Manager", "UndefineVgpu", ACCESS_ROOT },
	{ "org.nvmux1.Manager", "StartVgpu", ACCESS_ROOT },
	{ "org.nvmux1.Manager", "StopVgpu", ACCESS_ROOT },
	{ "org.nvmux1.GPU", "Holders", ACCESS_ALL },
	{ "org.nvmux1.GPU", "Plan", ACCESS_ALL },
	{ "org.nvmux1.GPU", "SetMode", ACCESS_ROOT },
	{ "org.nvmux1.GPU", "Recover", ACCESS_ROOT },
	{ "org.nvmux1.GPU", "Scrub", ACCESS_ROOT },
	{ "org.nvmux1.GPU", "SetPartition", ACCESS_ROOT },
	{ "org.nvmux1.GPU", "CreateInstance", ACCESS_ROOT },
	{ "org.nvmux1.GPU", "DeleteInstance", ACCESS_ROOT },
	{ "org.nvmux1.VGPU", "Delete", ACCESS_ROOT },
};

static const struct access_rule *find_rule(sd_bus_message *message)
{
	const char *interface = sd_bus_message_get_interface(message);
	const char *member = sd_bus_message_get_member(message);

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (interface && member && strcmp(rules[i].interface, interface) == 0 &&
		    strcmp(rules[i].member, member) == 0)
			return &rules[i];
	return NULL;
}

/* The daemon's own user is root on a host, and the tester in a test. */
static bool is_root(sd_bus_message *message)
{
	sd_bus_creds *creds = NULL;
	uid_t uid = (uid_t)-1;
	int err = sd_bus_query_sender_creds(message, SD_BUS_CREDS_EUID, &creds);

	if (err >= 0)
		err = sd_bus_creds_get_euid(creds, &uid);
	sd_bus_creds_unref(creds);
	return err >= 0 && (uid == 0 || uid == geteuid());
}

int access_check(sd_bus_message *message, sd_bus_error *error)
{
	const struct access_rule *rule = find_rule(message);

	if (rule && (rule->level == ACCESS_ALL || is_root(message)))
		return 0;
	(void)sd_bus_error_setf(error, "org.nvmux1.Error.Denied", "%s is for root only",
				sd_bus_message_get_member(message));
	return -EPERM;
}
