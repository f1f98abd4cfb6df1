// SPDX-License-Identifier: GPL-2.0-only
/*
 * The daemon's objects on a bus of their own, over a kernel that is played: what they tell, what
 * they do, and that org.nvmux1.xml says the same of them as they do themselves.
 */
#include <pwd.h>
#include <stdarg.h>

#include "daemon/action.h"
#include "daemon/bus.h"
#include "contract.h"
#include "played-kernel.h"
#include "stage.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define GPU_PATH "/org/nvmux1/gpu/0001_81_00_0"
#define GPU_INTERFACE "org.nvmux1.GPU"
#define MANAGER_INTERFACE "org.nvmux1.Manager"
#define SWITCHING "0001:82:00.0"
#define JOB_PATH "/org/nvmux1/job/1"
#define UUID "c2177883-f1bb-47f0-914d-32a22e3a8804"
#define VGPU_PATH "/org/nvmux1/vgpu/c2177883_f1bb_47f0_914d_32a22e3a8804"

static sd_bus *bus;

/* The daemon, in a child. */

/* A switch that does not end is a job for all of the test. */
static void play_switch(struct manager *m)
{
	const struct gpu_wanted wanted = { .mode = NVMUX_MODE_VGPU };
	struct played *p = played_add(SWITCHING, NVMUX_MODE_HOST, NVMUX_PARTITION_SAME_SIZE);

	p->hangs = true;
	manager_gpu_observed(m, &p->gpu);
	if (action_set_mode(gpu_find(&m->gpus, SWITCHING), &wanted, NULL, NULL) < 0)
		_exit(1);
}

static void play(void)
{
	struct nvmux_vgpu vgpu = { .uuid = UUID, .gpu = BDF, .type = TYPE, .gi_profile = "1g.6gb" };
	struct manager *m = played_manager();
	struct played *p = played_add(BDF, NVMUX_MODE_VGPU, NVMUX_PARTITION_SAME_SIZE);

	p->gpu.partitions = NVMUX_PARTITION_BIT(NVMUX_PARTITION_SAME_SIZE) |
			    NVMUX_PARTITION_BIT(NVMUX_PARTITION_MIG);
	p->gpu.n_gis = 1;
	strcpy(p->gpu.gis[0].profile, "2g.12gb");
	p->gpu.gis[0].memory_slices = 2;
	p->gpu.gis[0].vgpu_count = 1;
	manager_gpu_observed(m, &p->gpu);
	manager_vgpu_observed(m, &vgpu);
	play_switch(m);
	if (bus_start(m) < 0)
		_exit(1);
	sd_event_loop(m->event);
	_exit(1);
}

static pid_t start_daemon(void)
{
	pid_t pid = fork();
	int err = -1;

	if (!pid) {
		stage_die_with_parent();
		play();
	}
	if (sd_bus_open_system(&bus) < 0)
		abort();
	for (int i = 0; i < 200 && err < 0; i++) {
		err = sd_bus_get_name_creds(bus, BUS_NAME, 0, NULL);
		usleep(20000);
	}
	return pid;
}

/* What a method gives: 0, or the last word of the name of its error. */
static const char *call(const char *member, sd_bus_message **ret, char text[256],
			const char *types, ...)
{
	static char name[64];
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *message;
	va_list ap;
	int err;

	sd_bus_message_new_method_call(bus, &message, BUS_NAME, GPU_PATH, GPU_INTERFACE, member);
	va_start(ap, types);
	sd_bus_message_appendv(message, types, ap);
	va_end(ap);
	err = sd_bus_call(bus, message, 5000000, &error, ret);
	sd_bus_message_unref(message);
	snprintf(name, sizeof(name), "%s", err < 0 && error.name ? strrchr(error.name, '.') + 1 : "");
	snprintf(text, 256, "%s", err < 0 && error.message ? error.message : "");
	sd_bus_error_free(&error);
	return name;
}

static char *text_of(const char *path, const char *interface, const char *property)
{
	char *text = NULL;

	(void)sd_bus_get_property_string(bus, BUS_NAME, path, interface, property, NULL, &text);
	return text;
}

static void check_text(const char *property, const char *want)
{
	char *text = text_of(GPU_PATH, GPU_INTERFACE, property);

	CHECK_STR(text, want);
	free(text);
}

static void bus_gpu_tells_how_it_is_divided(void)
{
	sd_bus_message *m = NULL;
	char **names = NULL;

	check_text("Partition", "same-size");
	check_text("ConfiguredPartition", "");
	CHECK(sd_bus_get_property_strv(bus, BUS_NAME, GPU_PATH, GPU_INTERFACE, "Partitions", NULL,
				       &names) >= 0);
	CHECK_STR(names[0], "same-size");
	CHECK_STR(names[1], "mig");
	CHECK(!names[2]);
	for (size_t i = 0; names[i]; i++)
		free(names[i]);
	free(names);
	CHECK(sd_bus_get_property(bus, BUS_NAME, GPU_PATH, GPU_INTERFACE, "Instances", NULL, &m,
				  "a(suuuub)") >= 0);
	sd_bus_message_unref(m);
}

static void bus_vgpu_tells_its_instance(void)
{
	char *text = text_of(VGPU_PATH, "org.nvmux1.VGPU", "GiProfile");

	CHECK_STR(text, "1g.6gb");
	free(text);
}

/*
 * A text of others that is no UTF-8 would cost the daemon its bus: dbus-daemon
 * closes the connection of who sends it.
 */
static void bus_outlives_texts_of_others(void)
{
	sd_bus_message *m = NULL;

	root_write("etc/mdevctl.d/" BDF "/c2177883-f1bb-47f0-914d-32a22e3a88ff",
		   "{\"mdev_type\":\"nvmux-A40\xff\"}");
	CHECK(sd_bus_call_method(bus, BUS_NAME, BUS_PATH, MANAGER_INTERFACE, "ListDefinitions",
				 NULL, &m, "") >= 0);
	sd_bus_message_unref(m);
	check_text("Partition", "same-size");
}

/* An object has one path: no part of it, nothing longer, nothing of another kind. */
static void bus_knows_no_path_but_the_whole(void)
{
	static const char *const paths[][2] = {
		{ GPU_PATH "0", GPU_INTERFACE },
		{ "/org/nvmux1/gpu/0001", GPU_INTERFACE },
		{ "/org/nvmux1/vgpu/c2177883", "org.nvmux1.VGPU" },
		{ VGPU_PATH "_", "org.nvmux1.VGPU" },
		{ VGPU_PATH "/x", "org.nvmux1.VGPU" },
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char *text = text_of(paths[i][0], paths[i][1], "Uuid");
		char *mode = text_of(paths[i][0], paths[i][1], "ActiveMode");

		CHECK(!text && !mode);
		free(text);
		free(mode);
	}
}

static int on_change(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	(void)m;
	(void)error;
	(*(int *)userdata)++;
	return 0;
}

static void bus_sets_the_partition_and_signals(void)
{
	static int changes;	/* the match outlives this case */
	char text[256];

	CHECK(sd_bus_match_signal(bus, NULL, BUS_NAME, GPU_PATH, "org.freedesktop.DBus.Properties",
				  "PropertiesChanged", on_change, &changes) >= 0);
	CHECK_STR(call("SetPartition", NULL, text, "s", "mig"), "");
	for (int i = 0; i < 100 && !changes; i++)
		if (!sd_bus_process(bus, NULL))
			(void)sd_bus_wait(bus, 50000);
	CHECK(changes > 0);
	check_text("Partition", "mig");
	check_text("ConfiguredPartition", "mig");
}

static void bus_scrubs_a_gpu(void)
{
	char text[256];

	check_text("Memory", "");
	CHECK_STR(call("Scrub", NULL, text, ""), "");
	check_text("Memory", "clean");
}

static void bus_knows_the_options_of_a_switch(void)
{
	char text[256];

	CHECK_STR(call("SetMode", NULL, text, "sa{sv}", "vgpu", 2, "when-idle", "b", 1, "detach",
		       "b", 0), "");
	CHECK_STR(call("SetMode", NULL, text, "sa{sv}", "vgpu", 1, "by-force", "b", 1), "Invalid");
	CHECK_STR(text, "option \"by-force\" is not known");
}

static void bus_recovers_what_is_quarantined(void)
{
	char text[256];

	CHECK_STR(call("Recover", NULL, text, "a{sv}", 1, "force", "b", 1), "Invalid");
	CHECK_STR(text, "gpu " BDF " is not quarantined");
	CHECK_STR(call("Recover", NULL, text, "a{sv}", 1, "when-idle", "b", 1), "Invalid");
	CHECK_STR(text, "a recovery does not wait, it takes no when-idle");
}

static void check_job(const char *property, const char *want)
{
	char *text = text_of(JOB_PATH, "org.nvmux1.Job", property);

	CHECK_STR(text, want);
	free(text);
}

/* The name of the error that a call without answer gives, or empty. */
static const char *error_of(const char *path, const char *interface, const char *member,
			    const char *types, uint32_t id)
{
	static char name[64];
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int err = sd_bus_call_method(bus, BUS_NAME, path, interface, member, &error, NULL, types,
				     id);

	snprintf(name, sizeof(name), "%s", err < 0 && error.name ? error.name : "");
	sd_bus_error_free(&error);
	return name;
}

static void bus_shows_a_job(void)
{
	check_job("Kind", "set-mode");
	check_job("Gpu", SWITCHING);
	check_job("Target", "vgpu");
	check_job("State", "running");
	check_job("StepName", "detach");
	CHECK_STR(error_of(JOB_PATH, "org.nvmux1.Job", "Cancel", "", 0), "org.nvmux1.Error.Busy");
	CHECK_STR(error_of(BUS_PATH, MANAGER_INTERFACE, "WaitJob", "u", 99),
		  "org.nvmux1.Error.NotFound");
}

static int on_job_removed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *path, *result, *text;
	uint32_t id;

	(void)error;
	if (sd_bus_message_read(m, "uoss", &id, &path, &result, &text) >= 0)
		snprintf(userdata, 256, "%u %s %s", id, result, text);
	return 0;
}

/* Whoever comes late is told as well. */
static void bus_tells_how_a_job_has_ended(void)
{
	static char told[256];	/* the match outlives this case */
	char text[256];

	CHECK(sd_bus_match_signal(bus, NULL, BUS_NAME, BUS_PATH, MANAGER_INTERFACE, "JobRemoved",
				  on_job_removed, told) >= 0);
	CHECK_STR(call("Recover", NULL, text, "a{sv}", 0), "Invalid");
	for (int i = 0; i < 100 && !told[0]; i++)
		if (!sd_bus_process(bus, NULL))
			(void)sd_bus_wait(bus, 50000);
	CHECK_STR(strchr(told, ' '), " refused gpu " BDF " is not quarantined");
	CHECK_STR(error_of(BUS_PATH, MANAGER_INTERFACE, "WaitJob", "u",
			   (uint32_t)atoi(told)), "org.nvmux1.Error.Invalid");
	snprintf(text, sizeof(text), BUS_PATH_JOB "/%d", atoi(told));
	CHECK(!text_of(text, "org.nvmux1.Job", "Kind"));
}

static void bus_refuses_an_unknown_partition(void)
{
	char text[256];

	CHECK_STR(call("SetPartition", NULL, text, "s", "half"), "Invalid");
	CHECK_STR(text, "partitioning \"half\" is not one of same-size, mixed-size, mig");
}

static void bus_makes_instances_and_passes_refusals_on(void)
{
	sd_bus_message *m = NULL;
	uint32_t placement = 0;
	char text[256];

	CHECK_STR(call("CreateInstance", &m, text, "si", "1g.6gb", -1), "");
	CHECK(sd_bus_message_read(m, "u", &placement) >= 0);
	sd_bus_message_unref(m);
	CHECK_INT(placement, 3);
	CHECK_STR(call("CreateInstance", NULL, text, "si", "9g", 0), "Invalid");
	CHECK_STR(text, "gpu " BDF " has no profile 9g");
	CHECK_STR(call("DeleteInstance", NULL, text, "u", 3), "");
	CHECK_STR(call("DeleteInstance", NULL, text, "u", 3), "NotFound");
	CHECK_STR(text, "gpu " BDF " has no instance at 3");
}

/* Finds "name" in the dictionary that comes next, and enters its value. */
static int enter_value(sd_bus_message *m, const char *name, const char *type)
{
	const char *key;

	while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
		if (sd_bus_message_read(m, "s", &key) < 0)
			return -EBADMSG;
		if (strcmp(key, name) == 0)
			return sd_bus_message_enter_container(m, 'v', type);
		if (sd_bus_message_skip(m, "v") < 0 || sd_bus_message_exit_container(m) < 0)
			return -EBADMSG;
	}
	return -ENOENT;
}

static void bus_types_have_placements(void)
{
	sd_bus_message *m = NULL;
	const uint32_t *ids;
	size_t size = 0;

	CHECK(sd_bus_call_method(bus, BUS_NAME, BUS_PATH, MANAGER_INTERFACE, "ListTypes", NULL, &m,
				 "s", BDF) >= 0);
	CHECK(sd_bus_message_enter_container(m, 'a', "a{sv}") > 0);
	CHECK(sd_bus_message_enter_container(m, 'a', "{sv}") > 0);
	CHECK(enter_value(m, "placements", "au") > 0);
	CHECK(sd_bus_message_read_array(m, 'u', (const void **)&ids, &size) >= 0);
	CHECK_INT(size, 2 * sizeof(*ids));
	CHECK_INT(ids[0], 0);
	CHECK_INT(ids[1], 8);
	sd_bus_message_unref(m);
}

/* A text of the first of several dictionaries. */
static void check_first(sd_bus_message *m, const char *name, const char *want)
{
	const char *is = "";

	CHECK(sd_bus_message_enter_container(m, 'a', "a{sv}") > 0);
	CHECK(sd_bus_message_enter_container(m, 'a', "{sv}") > 0);
	CHECK(enter_value(m, name, "s") > 0);
	CHECK(sd_bus_message_read(m, "s", &is) > 0);
	CHECK_STR(is, want);
}

/* The address that the dictionary has; leaves all of it behind unless it is the one. */
static bool is_of_gpu(sd_bus_message *m, const char *address)
{
	const char *is = "";

	if (enter_value(m, "Address", "s") <= 0 || sd_bus_message_read(m, "s", &is) <= 0 ||
	    sd_bus_message_exit_container(m) < 0 || sd_bus_message_exit_container(m) < 0)
		return false;
	if (strcmp(is, address) == 0)
		return true;
	while (sd_bus_message_skip(m, "{sv}") > 0)
		;
	(void)sd_bus_message_exit_container(m);
	return false;
}

/* Enters the dictionary of a GPU in a list of them, from wherever it was. */
static bool enter_gpu(sd_bus_message *m, const char *address)
{
	if (sd_bus_message_rewind(m, 1) < 0 || sd_bus_message_enter_container(m, 'a', "a{sv}") <= 0)
		return false;
	while (sd_bus_message_enter_container(m, 'a', "{sv}") > 0)
		if (is_of_gpu(m, address))
			return sd_bus_message_rewind(m, 0) >= 0;
	return false;
}

/* All kinds of properties come through: of a getter of their own, at an offset, a plain number. */
static void bus_lists_gpus_as_their_objects_are(void)
{
	sd_bus_message *m = NULL;
	const char *mode = "";
	uint32_t number = 0;

	CHECK(sd_bus_call_method(bus, BUS_NAME, BUS_PATH, MANAGER_INTERFACE, "ListGpus", NULL, &m,
				 "") >= 0);
	CHECK(enter_gpu(m, BDF));
	CHECK(enter_value(m, "ActiveMode", "s") > 0);
	CHECK(sd_bus_message_read(m, "s", &mode) > 0);
	CHECK_STR(mode, "vgpu");
	CHECK(enter_gpu(m, BDF));
	CHECK(enter_value(m, "DeviceId", "u") > 0);
	CHECK(sd_bus_message_read(m, "u", &number) > 0);
	CHECK_INT(number, 0x2235);
	sd_bus_message_unref(m);
}

static void bus_tells_who_holds_a_gpu(void)
{
	sd_bus_message *m = NULL;
	char text[256];

	CHECK_STR(call("Holders", &m, text, ""), "");
	check_first(m, "kind", "vgpu");
	sd_bus_message_unref(m);
}

/* The GPU is in vgpu mode and holds a vGPU. */
static void bus_plans_a_switch(void)
{
	sd_bus_message *m = NULL;
	char text[256];

	CHECK_STR(call("Plan", NULL, text, "sa{sv}", "whole", 0), "Invalid");
	CHECK_STR(call("Plan", &m, text, "sa{sv}", "host", 1, "detach", "b", 1), "");
	check_first(m, "verdict", "busy");
	sd_bus_message_unref(m);
}

/* As the daemon's own user everybody may do everything, so somebody else asks. */
static void bus_denies_changes_to_others(void)
{
	static const char *const calls[][3] = {
		{ "SetPartition", "s", "mig" },
		{ "CreateInstance", "si", "1g.6gb" },
		{ "DeleteInstance", "u", NULL },
		{ "Scrub", "", NULL },
	};
	int status;
	pid_t pid;

	if (geteuid() != 0)
		SKIP("needs root, to be somebody else");
	if (chmod(stage_dir, 0755) < 0)
		abort();
	pid = fork();
	if (!pid) {
		char text[256];
		int n = 0;

		if (setuid(65534) < 0 || sd_bus_open_system(&bus) < 0)
			_exit(9);
		n += !strcmp(error_of(JOB_PATH, "org.nvmux1.Job", "Cancel", "", 0),
			     "org.nvmux1.Error.Denied");
		for (size_t i = 0; i < 4; i++)
			n += !strcmp(call(calls[i][0], NULL, text, calls[i][1], calls[i][2], 0),
				     "Denied");
		_exit(n);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 5);
}

static void add_object(struct contract *c, const char *path)
{
	sd_bus_message *m = NULL;
	const char *xml;

	if (sd_bus_call_method(bus, BUS_NAME, path, "org.freedesktop.DBus.Introspectable",
			       "Introspect", NULL, &m, "") < 0 ||
	    sd_bus_message_read(m, "s", &xml) < 0)
		abort();
	add_document(c, xmlReadMemory(xml, (int)strlen(xml), NULL, NULL, XML_PARSE_NONET));
	sd_bus_message_unref(m);
}

static void bus_keeps_its_contract(void)
{
	struct contract said = { .n = 0 }, is = { .n = 0 };
	xmlDoc *doc = xmlReadFile("data/org.nvmux1.xml", NULL, XML_PARSE_NONET);

	CHECK(doc);
	add_document(&said, doc);
	add_object(&is, BUS_PATH);
	add_object(&is, GPU_PATH);
	add_object(&is, VGPU_PATH);
	add_object(&is, JOB_PATH);
	contract_sort(&said);
	contract_sort(&is);
	for (size_t i = 0; i < said.n && i < is.n; i++)
		CHECK_STR(is.lines[i], said.lines[i]);
	CHECK_INT(is.n, said.n);
	CHECK(is.n > 40);
	contract_clear(&said);
	contract_clear(&is);
}

int main(void)
{
	pid_t stage, daemon;

	setvbuf(stdout, NULL, _IONBF, 0);
	alarm(60);
	root_make();
	stage = stage_start();
	if (stage < 0)
		return stage_skip("bus", "no dbus-daemon");
	daemon = start_daemon();
	RUN(bus_gpu_tells_how_it_is_divided);
	RUN(bus_vgpu_tells_its_instance);
	RUN(bus_outlives_texts_of_others);
	RUN(bus_knows_no_path_but_the_whole);
	RUN(bus_sets_the_partition_and_signals);
	RUN(bus_scrubs_a_gpu);
	RUN(bus_knows_the_options_of_a_switch);
	RUN(bus_recovers_what_is_quarantined);
	RUN(bus_shows_a_job);
	RUN(bus_tells_how_a_job_has_ended);
	RUN(bus_refuses_an_unknown_partition);
	RUN(bus_makes_instances_and_passes_refusals_on);
	RUN(bus_types_have_placements);
	RUN(bus_lists_gpus_as_their_objects_are);
	RUN(bus_tells_who_holds_a_gpu);
	RUN(bus_plans_a_switch);
	RUN(bus_denies_changes_to_others);
	RUN(bus_keeps_its_contract);
	stage_stop(daemon);
	stage_stop(stage);
	return tap_end();
}
