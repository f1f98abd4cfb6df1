// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may call which method: root may call all that is listed, others what
 * polkit lets them. The policy file of the bus lets everybody talk to us.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../basic/cleanup.h"
#include "access.h"
#include "polkit.h"
#include "tally.h"

/* ACCESS_ROOT: no action of polkit stands for it. */
enum access_level { ACCESS_ALL = 1, ACCESS_VGPU, ACCESS_MODE, ACCESS_HOST, ACCESS_ROOT };

static const char *const actions[] = {
	[ACCESS_ALL] = "org.nvmux1.view",
	[ACCESS_VGPU] = "org.nvmux1.manage-vgpu",
	[ACCESS_MODE] = "org.nvmux1.manage-mode",
	[ACCESS_HOST] = "org.nvmux1.manage-host",
	[ACCESS_ROOT] = NULL,
};

static const struct access_rule {
	const char *interface;
	const char *member;
	enum access_level level;
} rules[] = {
	{ "org.nvmux1.Manager", "ListGpus", ACCESS_ALL },
	{ "org.nvmux1.Manager", "ListTypes", ACCESS_ALL },
	{ "org.nvmux1.Manager", "ListVms", ACCESS_ALL },
	{ "org.nvmux1.Manager", "ListDefinitions", ACCESS_ALL },
	{ "org.nvmux1.Manager", "Metrics", ACCESS_ALL },
	{ "org.nvmux1.Manager", "WaitJob", ACCESS_ALL },
	{ "org.nvmux1.Manager", "SetPolicy", ACCESS_HOST },
	{ "org.nvmux1.Manager", "CreateVgpu", ACCESS_VGPU },
	{ "org.nvmux1.Manager", "DefineVgpu", ACCESS_VGPU },
	{ "org.nvmux1.Manager", "UndefineVgpu", ACCESS_VGPU },
	{ "org.nvmux1.Manager", "StartVgpu", ACCESS_VGPU },
	{ "org.nvmux1.Manager", "StopVgpu", ACCESS_VGPU },
	{ "org.nvmux1.GPU", "Holders", ACCESS_ALL },
	{ "org.nvmux1.GPU", "Plan", ACCESS_ALL },
	{ "org.nvmux1.GPU", "SetMode", ACCESS_MODE },
	{ "org.nvmux1.GPU", "Recover", ACCESS_MODE },
	{ "org.nvmux1.GPU", "Scrub", ACCESS_MODE },
	{ "org.nvmux1.GPU", "SetPartition", ACCESS_MODE },
	{ "org.nvmux1.GPU", "CreateInstance", ACCESS_MODE },
	{ "org.nvmux1.GPU", "DeleteInstance", ACCESS_MODE },
	{ "org.nvmux1.VGPU", "Delete", ACCESS_VGPU },
	{ "org.nvmux1.Job", "Cancel", ACCESS_MODE },
	{ "org.freedesktop.DBus.Properties", "Get", ACCESS_ALL },
	{ "org.freedesktop.DBus.Properties", "GetAll", ACCESS_ALL },
	{ "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", ACCESS_ALL },
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

/* Without an interface a member of any is called, so that is denied as well. */
static bool is_ours(sd_bus_message *message)
{
	const char *interface = sd_bus_message_get_interface(message);

	return !interface || strncmp(interface, "org.nvmux1.", 11) == 0;
}

static enum polkit_answer decide(sd_bus_message *call, const struct access_rule *rule)
{
	enum polkit_answer answer;

	if (is_root(call))
		return POLKIT_YES;
	if (!actions[rule->level])
		return POLKIT_NO;
	answer = polkit_check(call, actions[rule->level]);
	/* a host without polkit can be looked at by all, as it always was */
	return answer == POLKIT_ABSENT && rule->level == ACCESS_ALL ? POLKIT_YES : answer;
}

static int deny(sd_bus_message *call, const struct access_rule *rule, enum polkit_answer answer,
		struct manager *m)
{
	const char *member = sd_bus_message_get_member(call), *name = "org.nvmux1.Error.Denied";
	const char *action = rule ? actions[rule->level] : NULL;

	polkit_forget(call);
	tally_denied(m, rule ? rule->member : NULL);
	if (!rule)
		return sd_bus_reply_method_errorf(call, name, "%s is not listed, so it is denied",
						  member);
	if (!action)
		return sd_bus_reply_method_errorf(call, name, "%s is for root only", member);
	if (answer == POLKIT_ABSENT)
		return sd_bus_reply_method_errorf(call, name,
						  "%s is for root only where polkit does not run",
						  member);
	if (answer == POLKIT_CROWDED)
		return sd_bus_reply_method_errorf(call, name,
						  "%s: too many calls wait for polkit", member);
	return sd_bus_reply_method_errorf(call, name, "%s needs %s, which polkit does not grant",
					  member, action);
}

static int on_message(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const struct access_rule *rule;
	enum polkit_answer answer;

	(void)error;
	if (!sd_bus_message_is_method_call(message, NULL, NULL))
		return 0;
	polkit_sweep(message);
	rule = find_rule(message);
	if (!rule)
		return is_ours(message) ? deny(message, NULL, POLKIT_NO, userdata) : 0;
	answer = decide(message, rule);
	if (answer == POLKIT_LATER)
		return 1;
	if (answer != POLKIT_YES)
		return deny(message, rule, answer, userdata);
	/* methods that have a check of their own end the agreement there */
	if (!is_ours(message))
		polkit_forget(message);
	return 0;
}

int access_start(struct manager *m)
{
	return sd_bus_add_filter(m->bus, NULL, on_message, m);
}

void access_stop(void)
{
	polkit_forget_all();
}

int access_check(sd_bus_message *message, sd_bus_error *error)
{
	const struct access_rule *rule = find_rule(message);
	bool agreed = polkit_agreed(message);

	polkit_forget(message);
	if (rule && (rule->level == ACCESS_ALL || agreed || is_root(message)))
		return 0;
	(void)sd_bus_error_setf(error, "org.nvmux1.Error.Denied", "%s is for root only",
				sd_bus_message_get_member(message));
	return -EPERM;
}
