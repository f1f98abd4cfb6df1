/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A daemon that is only played: it answers what test-cli asks, from nothing
 * but this file. A vGPU type "Fail-X" fails with the error X, of the type
 * "Pair" there is room for two, "Left" tells how many of these are there, the
 * GPU at 0001:82 is busy, those at :99: and the vGPU that ends in ff are not there,
 * and the type "Die" ends the play.
 */
#ifndef NVMUX_TESTS_PLAYED_DAEMON_H
#define NVMUX_TESTS_PLAYED_DAEMON_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#define UUID "c0ffee00-0000-4000-8000-000000000001"

static int add_text(sd_bus_message *m, const char *name, const char *text)
{
	return sd_bus_message_append(m, "{sv}", name, "s", text);
}

static int add_properties(sd_bus_message *m, const char *address, const char *mode)
{
	sd_bus_message_open_container(m, 'a', "{sv}");
	add_text(m, "Address", address);
	add_text(m, "Board", "NVIDIA A30");
	add_text(m, "ActiveMode", mode);
	add_text(m, "ConfiguredMode", "vgpu");
	sd_bus_message_append(m, "{sv}", "FbSize", "t", 24ULL << 30);
	sd_bus_message_append(m, "{sv}", "NumaNode", "i", -1);
	sd_bus_message_append(m, "{sv}", "VgpuCount", "u", 1);
	sd_bus_message_append(m, "{sv}", "Companions", "a(sus)", 1, "0001:81:00.1", 0x040300, "");
	sd_bus_message_append(m, "{sv}", "Instances", "a(suuuub)", 1, "1g.6gb", 2, 1, 1, 1, 1);
	sd_bus_message_append(m, "{sv}", "DeviceId", "u", 0x20b7);
	sd_bus_message_append(m, "{sv}", "SubsystemVendorId", "u", 0x10de);
	sd_bus_message_append(m, "{sv}", "SubsystemId", "u", 0x1532);
	sd_bus_message_append(m, "{sv}", "Vms", "as", 1, "m1");
	add_text(m, "VendorVgpus", !strcmp(mode, "host") ? "vfio" : "");
	sd_bus_message_append(m, "{sv}", "OfTomorrow", "a(ii)", 1, 1, 2);
	return sd_bus_message_close_container(m);
}

static int add_gpu(sd_bus_message *m, const char *path, const char *address, const char *mode)
{
	sd_bus_message_open_container(m, 'e', "oa{sa{sv}}");
	sd_bus_message_append(m, "o", path);
	sd_bus_message_open_container(m, 'a', "{sa{sv}}");
	sd_bus_message_open_container(m, 'e', "sa{sv}");
	sd_bus_message_append(m, "s", "org.nvmux1.GPU");
	add_properties(m, address, mode);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);
	return sd_bus_message_close_container(m);
}

static int add_vgpu(sd_bus_message *m)
{
	sd_bus_message_open_container(m, 'e', "oa{sa{sv}}");
	sd_bus_message_append(m, "o", "/org/nvmux1/vgpu/c0ffee00_0000_4000_8000_000000000001");
	sd_bus_message_open_container(m, 'a', "{sa{sv}}");
	sd_bus_message_open_container(m, 'e', "sa{sv}");
	sd_bus_message_append(m, "s", "org.nvmux1.VGPU");
	sd_bus_message_open_container(m, 'a', "{sv}");
	add_text(m, "Uuid", UUID);
	add_text(m, "Gpu", "0001:81:00.0");
	add_text(m, "Type", "A30-4C");
	add_text(m, "State", "published");
	add_text(m, "Owner", "nvmux");
	sd_bus_message_append(m, "{sv}", "Size", "t", 4ULL << 30);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);
	return sd_bus_message_close_container(m);
}

/* As the dictionary of its interface. */
static void add_job(sd_bus_message *m, const char *gpu, unsigned int step, unsigned int progress)
{
	sd_bus_message_open_container(m, 'a', "{sa{sv}}");
	sd_bus_message_open_container(m, 'e', "sa{sv}");
	sd_bus_message_append(m, "s", "org.nvmux1.Job");
	sd_bus_message_append(m, "a{sv}", 9, "Id", "u", 7, "Kind", "s", "set-mode", "Gpu", "s", gpu,
			      "Target", "s", "vgpu", "State", "s", "waiting", "Step", "u", step,
			      "Steps", "u", 6, "StepName", "s", "prepare", "Progress", "u",
			      progress);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);
}

static void add_job_object(sd_bus_message *m)
{
	sd_bus_message_open_container(m, 'e', "oa{sa{sv}}");
	sd_bus_message_append(m, "o", "/org/nvmux1/job/7");
	add_job(m, "0001:81:00.0", 1, 0);
	sd_bus_message_close_container(m);
}

/* One that is a virtual function. */
static void add_function(sd_bus_message *m)
{
	sd_bus_message_open_container(m, 'e', "oa{sa{sv}}");
	sd_bus_message_append(m, "o", "/org/nvmux1/vgpu/10de0000_a100_8004_8000_000000000000");
	sd_bus_message_append(m, "a{sa{sv}}", 1, "org.nvmux1.VGPU", 3,
			      "Uuid", "s", "10de0000-a100-8004-8000-000000000000",
			      "Gpu", "s", "0009:a1:00.0", "Function", "s", "0000:a1:00.4");
	sd_bus_message_close_container(m);
}

static int reply_objects(sd_bus_message *call)
{
	sd_bus_message *m = NULL;
	int r;

	sd_bus_message_new_method_return(call, &m);
	sd_bus_message_open_container(m, 'a', "{oa{sa{sv}}}");
	add_gpu(m, "/org/nvmux1/gpu/0001_e2_00_0", "0001:e2:00.0", "passthrough");
	add_gpu(m, "/org/nvmux1/gpu/0001_81_00_0", "0001:81:00.0", "vgpu");
	add_gpu(m, "/org/nvmux1/gpu/0001_82_00_0", "0001:82:00.0", "vgpu");
	add_gpu(m, "/org/nvmux1/gpu/0000_82_00_0", "0000:82:00.0", "vgpu");
	add_vgpu(m);
	add_function(m);
	add_job_object(m);
	sd_bus_message_close_container(m);
	r = sd_bus_send(NULL, m, NULL);
	sd_bus_message_unref(m);
	return r;
}

static int reply_gpus(sd_bus_message *call)
{
	sd_bus_message *m = NULL;
	int r;

	sd_bus_message_new_method_return(call, &m);
	sd_bus_message_open_container(m, 'a', "a{sv}");
	add_properties(m, "0001:e2:00.0", "passthrough");
	add_properties(m, "0001:81:00.0", "vgpu");
	add_properties(m, "0001:82:00.0", "vgpu");
	add_properties(m, "0000:82:00.0", "vgpu");
	sd_bus_message_close_container(m);
	r = sd_bus_send(NULL, m, NULL);
	sd_bus_message_unref(m);
	return r;
}

static int reply_types(sd_bus_message *call)
{
	const char *gpu;

	sd_bus_message_read(call, "s", &gpu);
	return sd_bus_reply_method_return(call, "aa{sv}", 1, 5, "gpu", "s",
					  *gpu ? gpu : "all", "name", "s", "A30-4C",
					  "max_instances", "u", 6, "available", "u", 2,
					  "free_placements", "au", 2, 4, 8);
}

/* Complains with the options that it got: "u placement 4, i numa_node 1 on GPU". */
static int reply_options(sd_bus_message *call, const char *gpu)
{
	char text[128] = "";
	const char *key, *type;
	uint32_t value;

	sd_bus_message_enter_container(call, 'a', "{sv}");
	while (sd_bus_message_enter_container(call, 'e', "sv") > 0) {
		sd_bus_message_read(call, "s", &key);
		sd_bus_message_peek_type(call, NULL, &type);
		sd_bus_message_read(call, "v", type, &value);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s %s %u, ", type, key,
			 value);
		sd_bus_message_exit_container(call);
	}
	return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Failed", "%son %s", text,
					  *gpu ? gpu : "any");
}

static int n_pairs;

static int reply_pair(sd_bus_message *call)
{
	char uuid[sizeof(UUID)];

	if (n_pairs == 2)
		return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.NoCapacity", "no room");
	n_pairs++;
	snprintf(uuid, sizeof(uuid), "c0ffee00-0000-4000-8000-%012d", n_pairs);
	return sd_bus_reply_method_return(call, "s", uuid);
}

static int reply_deleted(sd_bus_message *call)
{
	n_pairs -= n_pairs > 0;
	return sd_bus_reply_method_return(call, NULL);
}

static int reply_created(sd_bus_message *call)
{
	const char *gpu, *type, *uuid;
	char name[64];

	sd_bus_message_read(call, "sss", &gpu, &type, &uuid);
	if (!strcmp(type, "Echo"))
		return reply_options(call, gpu);
	if (!strncmp(type, "Fail-", 5)) {
		snprintf(name, sizeof(name), "org.nvmux1.Error.%s", type + 5);
		return sd_bus_reply_method_errorf(call, name, "no %s for you", type);
	}
	if (!strcmp(type, "Die"))
		_exit(0);
	if (!strcmp(type, "Pair"))
		return reply_pair(call);
	if (!strcmp(type, "Left"))
		return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Failed", "%d left",
						  n_pairs);
	return sd_bus_reply_method_return(call, "s", UUID);
}

/* How far a job is: for others as well, for nobody, and for the GPU at 81:00.0. */
static void tell_progress(sd_bus *bus)
{
	static const char *const gpus[] = { "0001:82:00.0", "0001:81:00.0" };
	sd_bus_message *m = NULL;
	char path[] = "/org/nvmux1/job/0";

	for (int i = 0; i < 2; i++, m = NULL) {
		path[sizeof(path) - 2] = (char)('1' + i);
		sd_bus_message_new_signal(bus, &m, "/org/nvmux1",
					  "org.freedesktop.DBus.ObjectManager", "InterfacesAdded");
		sd_bus_message_append(m, "o", path);
		add_job(m, gpus[i], 1, (unsigned int)i);
		sd_bus_send(bus, m, NULL);
		sd_bus_message_unref(m);
		sd_bus_message_new_signal(bus, &m, path, "org.freedesktop.DBus.Properties",
					  "PropertiesChanged");
		sd_bus_message_append(m, "sa{sv}as", "org.nvmux1.Job", 3, "StepName", "s", "clean",
				      "Step", "u", 3, "Progress", "u", 40 + i, 0);
		sd_bus_send(bus, m, NULL);
		sd_bus_message_unref(m);
	}
}

/* As if the person had pressed Ctrl-C while it switches. */
static void interrupt_caller(sd_bus_message *call)
{
	sd_bus_creds *creds = NULL;
	pid_t pid;

	if (sd_bus_query_sender_creds(call, SD_BUS_CREDS_PID, &creds) >= 0 &&
	    sd_bus_creds_get_pid(creds, &pid) >= 0)
		kill(pid, SIGINT);
	sd_bus_creds_unref(creds);
}

/* Some switches are not over at once. */
static void play_switch(sd_bus_message *call, const char *mode)
{
	const char *path = sd_bus_message_get_path(call);

	if (strcmp(mode, "passthrough"))
		return;
	if (strstr(path, "0001_81"))
		tell_progress(sd_bus_message_get_bus(call));
	if (strstr(path, "0000_82"))
		interrupt_caller(call);
}

/* Tells what it was asked for as an event, so that a monitor can be tested too. */
static int reply_mode(sd_bus_message *call)
{
	const char *path = sd_bus_message_get_path(call), *mode, *key;
	sd_bus *bus = sd_bus_message_get_bus(call);
	bool idle = false;
	char text[128];
	int value;

	sd_bus_message_read(call, "s", &mode);
	sd_bus_message_enter_container(call, 'a', "{sv}");
	snprintf(text, sizeof(text), "%s", mode);
	while (sd_bus_message_enter_container(call, 'e', "sv") > 0) {
		sd_bus_message_read(call, "sv", &key, "b", &value);
		if (value)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), " with %s", key);
		idle |= value && !strcmp(key, "when-idle");
		sd_bus_message_exit_container(call);
	}
	if (strstr(path, "0001_82") && idle)
		return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Pending", "%s", text);
	if (strstr(path, "0001_82"))
		return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Busy",
						  "gpu 0001:82:00.0 is held by m1");
	play_switch(call, mode);
	sd_bus_emit_signal(bus, "/org/nvmux1", "org.nvmux1.Manager", "Event", "sss",
			   "gpu-changed", path, text);
	return sd_bus_reply_method_return(call, NULL);
}

/* Tells the options that it got. */
static int reply_recover(sd_bus_message *call)
{
	char text[64] = "with";
	const char *key;
	int value;

	sd_bus_message_enter_container(call, 'a', "{sv}");
	while (sd_bus_message_enter_container(call, 'e', "sv") > 0) {
		sd_bus_message_read(call, "sv", &key, "b", &value);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s", key);
		sd_bus_message_exit_container(call);
	}
	return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Busy", "%s", text);
}

static int reply_holders(sd_bus_message *call)
{
	return sd_bus_reply_method_return(call, "aa{sv}", 2,
					  4, "kind", "s", "vgpu", "what", "s", UUID,
					  "vm", "s", "m1", "pid", "u", 0,
					  5, "kind", "s", "driver", "what", "s", "/dev/nvidia0",
					  "pid", "u", 77, "command", "s", "nvidia-persiste",
					  "service", "s", "nvidia-persistenced.service");
}

/* Nothing refuses "host", somebody holds it for "vgpu", passthrough is not possible. */
static int reply_plan(sd_bus_message *call)
{
	const char *mode, *verdict = "todo", *key;
	int detach = 0, value;

	sd_bus_message_read(call, "s", &mode);
	sd_bus_message_enter_container(call, 'a', "{sv}");
	while (sd_bus_message_enter_container(call, 'e', "sv") > 0) {
		sd_bus_message_read(call, "sv", &key, "b", &value);
		detach |= value && !strcmp(key, "detach");
		sd_bus_message_exit_container(call);
	}
	if (!strcmp(mode, "vgpu"))
		verdict = "busy";
	if (!strcmp(mode, "passthrough"))
		verdict = "refused";
	return sd_bus_reply_method_return(call, "aa{sv}", 3,
					  2, "verdict", "s", "ok", "text", "s",
					  detach ? "with detach" : "as it is",
					  2, "verdict", "s", verdict, "text", "s", "x",
					  2, "verdict", "s", strcmp(mode, "vgpu") ? "" : "refused",
					  "text", "s", "y");
}

/* Only these are known. */
static int reply_partition(sd_bus_message *call)
{
	const char *name;

	sd_bus_message_read(call, "s", &name);
	if (!strcmp(name, "mixed-size"))
		return sd_bus_reply_method_return(call, NULL);
	return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Busy",
					  "gpu is held by vgpu " UUID ", not for %s", name);
}

static int reply_instance(sd_bus_message *call)
{
	const char *profile;
	int32_t placement;

	sd_bus_message_read(call, "si", &profile, &placement);
	if (strcmp(profile, "1g.6gb"))
		return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Invalid",
						  "no profile %s", profile);
	return sd_bus_reply_method_return(call, "u", placement < 0 ? 3 : placement);
}

static int reply_instance_deleted(sd_bus_message *call)
{
	uint32_t placement;

	sd_bus_message_read(call, "u", &placement);
	if (placement == 2)
		return sd_bus_reply_method_return(call, NULL);
	return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.NotFound", "no instance at %u",
					  placement);
}

/* Tells how far it is before it ends. */
static int reply_scrub(sd_bus_message *call)
{
	if (strstr(sd_bus_message_get_path(call), "0001_82"))
		return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Busy",
						  "gpu 0001:82:00.0 is claimed by vm m1");
	tell_progress(sd_bus_message_get_bus(call));
	return sd_bus_reply_method_return(call, NULL);
}

/* The first of two that are known has ended well; 7 has not ended, and is cancelled. */
static int reply_wait_job(sd_bus_message *call)
{
	uint32_t id;

	sd_bus_message_read(call, "u", &id);
	if (id == 1)
		return sd_bus_reply_method_return(call, NULL);
	if (id == 7)
		return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Cancelled", "cancelled");
	return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.NotFound", "no job %u", id);
}

/* A method that is not known, then one VM that breaks a rule and one that does not. */
static int reply_vms(sd_bus_message *call)
{
	static int n;

	if (!n++)
		return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_METHOD, "ListVms?");
	return sd_bus_reply_method_return(call, "aa{sv}", 2, 1, "name", "s", "m\"1", 2, "name", "s",
					  "m2", "violation", "s", n == 2 ? "both kinds" : "");
}

static int reply_definitions(sd_bus_message *call)
{
	return sd_bus_reply_method_return(call, "aa{sv}", 2,
					  6, "uuid", "s", "c0ffee00-0000-4000-8000-000000000002",
					  "gpu", "s", "0001:99:00.0", "type", "s", "A30-4C",
					  "owner", "s", "nvmux", "autostart", "b", 1,
					  "placement", "i", 4,
					  4, "uuid", "s", UUID, "gpu", "s", "0001:81:00.0",
					  "owner", "s", "mdevctl", "active", "b", 1);
}

/* Keeps nothing; a type "Fail-X" fails as with CreateVgpu. */
static int reply_defined(sd_bus_message *call)
{
	const char *gpu, *type, *uuid;

	sd_bus_message_read(call, "sss", &gpu, &type, &uuid);
	if (!strcmp(type, "Echo"))
		return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Failed", "%s on %s",
						  *uuid ? uuid : "any", *gpu ? gpu : "any");
	return sd_bus_reply_method_return(call, "s", *uuid ? uuid : UUID);
}

static int reply_verb(sd_bus_message *call)
{
	const char *uuid;

	sd_bus_message_read(call, "s", &uuid);
	if (!strcmp(uuid, UUID))
		return sd_bus_reply_method_return(call, NULL);
	return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.NotFound",
					  "%s: vgpu %s is not defined",
					  sd_bus_message_get_member(call), uuid);
}

/* Paths are written in small letters. */
static bool is_absent(const char *path)
{
	return strstr(path, "_99_") || strstr(path, "0000000000ff") ||
	       strstr(path, "/job/1") || strpbrk(path, "ABCDEF");
}

/* The first time it is not known, as in an older daemon. */
static int reply_metrics(sd_bus_message *call)
{
	static int n;

	if (!n++)
		return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_METHOD, "Metrics?");
	return sd_bus_reply_method_return(call, "s", "nvmux_x{a=\"%s\"} 1\n# EOF\n");
}

static int answer(sd_bus_message *call, void *data, sd_bus_error *error)
{
	const char *member = sd_bus_message_get_member(call);

	(void)data;
	(void)error;
	if (!member || is_absent(sd_bus_message_get_path(call)))
		return 0;
	if (!strcmp(member, "GetManagedObjects"))
		return reply_objects(call);
	if (!strcmp(member, "ListGpus"))
		return reply_gpus(call);
	if (!strcmp(member, "ListTypes"))
		return reply_types(call);
	if (!strcmp(member, "CreateVgpu"))
		return reply_created(call);
	if (!strcmp(member, "ListDefinitions"))
		return reply_definitions(call);
	if (!strcmp(member, "DefineVgpu"))
		return reply_defined(call);
	if (!strcmp(member, "UndefineVgpu") || !strcmp(member, "StartVgpu") ||
	    !strcmp(member, "StopVgpu"))
		return reply_verb(call);
	if (!strcmp(member, "Get"))
		return sd_bus_reply_method_return(call, "v", "s", "performance");
	if (!strcmp(member, "SetPolicy"))
		return sd_bus_reply_method_return(call, NULL);
	if (!strcmp(member, "SetMode"))
		return reply_mode(call);
	if (!strcmp(member, "Recover"))
		return reply_recover(call);
	if (!strcmp(member, "Scrub"))
		return reply_scrub(call);
	if (!strcmp(member, "Holders"))
		return reply_holders(call);
	if (!strcmp(member, "Plan"))
		return reply_plan(call);
	if (!strcmp(member, "SetPartition"))
		return reply_partition(call);
	if (!strcmp(member, "CreateInstance"))
		return reply_instance(call);
	if (!strcmp(member, "DeleteInstance"))
		return reply_instance_deleted(call);
	if (!strcmp(member, "ListVms"))
		return reply_vms(call);
	if (!strcmp(member, "WaitJob"))
		return reply_wait_job(call);
	if (!strcmp(member, "Cancel"))
		return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Busy", "too late for %s",
						  sd_bus_message_get_path(call));
	if (!strcmp(member, "Metrics"))
		return reply_metrics(call);
	if (!strcmp(member, "Delete"))
		return reply_deleted(call);
	return 0;
}

static void play_daemon(void)
{
	sd_bus *bus = NULL;

	if (sd_bus_open_system(&bus) < 0 || sd_bus_request_name(bus, "org.nvmux1", 0) < 0)
		_exit(1);
	sd_bus_add_filter(bus, NULL, answer, NULL);
	for (;;)
		if (sd_bus_process(bus, NULL) == 0)
			sd_bus_wait(bus, UINT64_MAX);
}

#endif
