// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may call what: a caller who is not root, a daemon, and a polkit that is played, on a bus of
 * their own. This polkit grants manage-vgpu and view, refuses manage-mode, never answers about
 * manage-host unless a person may be asked, and writes down what it was asked.
 */
#include <stdarg.h>

#include "daemon/bus.h"
#include "played-kernel.h"
#include "stage.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define GPU_PATH "/org/nvmux1/gpu/0001_81_00_0"
#define UUID "c2177883-f1bb-47f0-914d-32a22e3a8804"
#define FOREIGN "c2177883-f1bb-47f0-914d-32a22e3a8805"
#define MDEVCTL "c2177883-f1bb-47f0-914d-32a22e3a8806"
#define NOBODY 65534

static char asked_path[64];

static void play_daemon(void)
{
	const struct nvmux_vgpu vgpu = { .uuid = FOREIGN, .gpu = BDF, .type = TYPE };
	struct manager *m = played_manager();
	struct played *p = played_add(BDF, NVMUX_MODE_HOST, NVMUX_PARTITION_SAME_SIZE);

	manager_gpu_observed(m, &p->gpu);
	manager_vgpu_observed(m, &vgpu);
	if (bus_start(m) < 0)
		_exit(1);
	sd_event_loop(m->event);
	_exit(1);
}

static void note(const char *action, uint32_t flags)
{
	FILE *f = fopen(asked_path, "a");

	fprintf(f, "%s %u\n", action, flags);
	fclose(f);
}

static int answer(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	const char *kind, *key, *name, *action;
	uint32_t flags = 0;

	(void)userdata;
	(void)error;
	if (!sd_bus_message_is_method_call(call, NULL, "CheckAuthorization"))
		return 0;
	sd_bus_message_read(call, "(sa{sv})", &kind, 1, &key, "s", &name);
	sd_bus_message_read(call, "s", &action);
	sd_bus_message_skip(call, "a{ss}");
	sd_bus_message_read(call, "u", &flags);
	note(action, flags);
	if (strcmp(kind, "system-bus-name") || strcmp(key, "name") || name[0] != ':')
		return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_FAILED, "who is that?");
	if (strstr(action, "manage-host") && !flags)
		return 1;
	return sd_bus_reply_method_return(call, "(bba{ss})", !strstr(action, "manage-mode"), 0, 0);
}

static void play_polkit(void)
{
	sd_bus *bus = NULL;

	if (sd_bus_open_system(&bus) < 0 ||
	    sd_bus_request_name(bus, "org.freedesktop.PolicyKit1", 0) < 0)
		_exit(1);
	sd_bus_add_filter(bus, NULL, answer, NULL);
	for (;;)
		if (sd_bus_process(bus, NULL) == 0)
			sd_bus_wait(bus, UINT64_MAX);
}

static bool name_is_there(const char *name)
{
	sd_bus *bus = NULL;
	int err = -1;

	if (sd_bus_open_system(&bus) < 0)
		return false;
	for (int i = 0; i < 200 && err < 0; i++) {
		err = sd_bus_get_name_creds(bus, name, 0, NULL);
		usleep(err < 0 ? 20000 : 0);
	}
	sd_bus_flush_close_unref(bus);
	return err >= 0;
}

static pid_t start(void (*play)(void), const char *name)
{
	pid_t pid = fork();

	if (!pid) {
		stage_die_with_parent();
		play();
	}
	if (!name_is_there(name))
		abort();
	return pid;
}

/* As nobody, in a child; the last word of the error's name and its text come through a pipe. */
static char said[512];

static int call_as_nobody(const char *path, const char *interface, const char *member,
			  bool person, const char *types, va_list ap)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *m = NULL;
	sd_bus *bus = NULL;
	int err;

	if (setuid(NOBODY) < 0 || sd_bus_open_system(&bus) < 0)
		return -1;
	sd_bus_message_new_method_call(bus, &m, BUS_NAME, path, interface, member);
	sd_bus_message_set_allow_interactive_authorization(m, person);
	sd_bus_message_appendv(m, types, ap);
	err = sd_bus_call(bus, m, 3000000, &error, NULL);
	if (err >= 0)
		return printf("ok"), 0;
	return printf("%s: %s", error.name ? strrchr(error.name, '.') + 1 : "?", error.message), 0;
}

static const char *call(const char *path, const char *interface, const char *member, bool person,
			const char *types, ...)
{
	int ends[2], status;
	ssize_t n, len = 0;
	va_list ap;
	pid_t pid;

	if (pipe(ends) < 0)
		abort();
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDOUT_FILENO);
		va_start(ap, types);
		status = call_as_nobody(path, interface, member, person, types, ap);
		va_end(ap);
		fflush(stdout);
		_exit(status ? 1 : 0);
	}
	close(ends[1]);
	while ((n = read(ends[0], said + len, sizeof(said) - 1 - (size_t)len)) > 0)
		len += n;
	said[len] = '\0';
	close(ends[0]);
	waitpid(pid, &status, 0);
	return said;
}

#define MANAGER(member, ...) call(BUS_PATH, "org.nvmux1.Manager", member, __VA_ARGS__)
#define GPU(member, ...) call(GPU_PATH, "org.nvmux1.GPU", member, __VA_ARGS__)

/* What polkit was asked since the last time. */
static const char *asked(void)
{
	static char text[512];
	FILE *f = fopen(asked_path, "r");

	text[0] = '\0';
	if (f) {
		text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
		fclose(f);
		unlink(asked_path);
	}
	return text;
}

static void without_polkit_others_may_look_and_no_more(void)
{
	CHECK_STR(MANAGER("ListVms", false, ""), "ok");
	CHECK_STR(call(BUS_PATH, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", false,
		       ""), "ok");
	CHECK_STR(GPU("SetPartition", false, "s", "mig"),
		  "Denied: SetPartition is for root only where polkit does not run");
}

static void polkit_is_asked_and_obeyed(void)
{
	CHECK_STR(MANAGER("DefineVgpu", false, "sssa{sv}", BDF, TYPE, UUID, 0), "ok");
	CHECK_STR(asked(), "org.nvmux1.manage-vgpu 0\n");
	CHECK_STR(GPU("SetMode", false, "sa{sv}", "vgpu", 0),
		  "Denied: SetMode needs org.nvmux1.manage-mode, which polkit does not grant");
	CHECK_STR(asked(), "org.nvmux1.manage-mode 0\n");
	CHECK_STR(GPU("Recover", false, "a{sv}", 0),
		  "Denied: Recover needs org.nvmux1.manage-mode, which polkit does not grant");
	CHECK_STR(asked(), "org.nvmux1.manage-mode 0\n");
	CHECK_STR(GPU("Scrub", false, ""),
		  "Denied: Scrub needs org.nvmux1.manage-mode, which polkit does not grant");
	CHECK_STR(asked(), "org.nvmux1.manage-mode 0\n");
	CHECK_STR(MANAGER("ListDefinitions", false, ""), "ok");
	CHECK_STR(asked(), "org.nvmux1.view 0\n");
	CHECK_STR(call(BUS_PATH, "org.freedesktop.DBus.Properties", "GetAll", false, "s",
		       "org.nvmux1.Manager"), "ok");
	CHECK_STR(asked(), "org.nvmux1.view 0\n");
}

/* Another call is served while polkit does not answer about the first. */
static void polkit_that_is_slow_holds_nobody_up(void)
{
	pid_t slow = fork();

	if (!slow) {
		const char *text = MANAGER("SetPolicy", false, "s", "consolidation");

		_exit(strncmp(text, "ok", 2) ? 0 : 1);
	}
	usleep(200000);
	CHECK_STR(MANAGER("ListVms", false, ""), "ok");
	waitpid(slow, NULL, 0);
	(void)asked();
}

static void polkit_may_ask_the_person_who_waits(void)
{
	CHECK_STR(MANAGER("SetPolicy", true, "s", "consolidation"), "ok");
	CHECK_STR(asked(), "org.nvmux1.manage-host 1\n");
}

/* The agreement is for one call: it is not there for the next one, nor left when there is no object. */
static void polkit_is_asked_each_time(void)
{
	CHECK_STR(call("/org/nvmux1/vgpu/none", "org.nvmux1.VGPU", "Delete", false, "a{sv}", 0),
		  "UnknownObject: Unknown object '/org/nvmux1/vgpu/none'.");
	CHECK_STR(asked(), "org.nvmux1.manage-vgpu 0\n");
	CHECK_STR(MANAGER("UndefineVgpu", false, "s", UUID), "ok");
	CHECK_STR(MANAGER("UndefineVgpu", false, "s", UUID),
		  "NotFound: vgpu " UUID " is not defined");
	CHECK_STR(asked(), "org.nvmux1.manage-vgpu 0\norg.nvmux1.manage-vgpu 0\n");
}

static void what_is_not_listed_is_denied(void)
{
	CHECK_STR(MANAGER("Reboot", false, ""), "Denied: Reboot is not listed, so it is denied");
	CHECK_STR(call(BUS_PATH, NULL, "ListVms", false, ""),
		  "Denied: ListVms is not listed, so it is denied");
	CHECK_STR(asked(), "");
	CHECK_STR(call(BUS_PATH, "org.freedesktop.DBus.Introspectable", "Introspect", false, ""),
		  "ok");
}

/* I10, as the bus tells it. */
static void what_others_have_is_not_for_us_to_define(void)
{
	CHECK_STR(MANAGER("DefineVgpu", false, "sssa{sv}", BDF, TYPE, FOREIGN, 0),
		  "Policy: vgpu " FOREIGN " exists and its owner is foreign");
	root_write("etc/mdevctl.d/" BDF "/" MDEVCTL, "{ \"mdev_type\": \"nvmux-" TYPE "\" }");
	CHECK_STR(MANAGER("UndefineVgpu", false, "s", MDEVCTL),
		  "Policy: vgpu " MDEVCTL " is defined by mdevctl, not by nvmux");
	CHECK_STR(MANAGER("DefineVgpu", false, "sssa{sv}", BDF, "A40-1Q", UUID, 0),
		  "NotFound: gpu " BDF " does not offer type A40-1Q");
	CHECK_STR(MANAGER("DefineVgpu", false, "sssa{sv}", BDF, TYPE, UUID, 1, "by-force", "b", 1),
		  "Invalid: option \"by-force\" is not known");
	CHECK_STR(MANAGER("DefineVgpu", false, "sssa{sv}", BDF, TYPE, UUID, 1, "vm", "s", "a\nb=c"),
		  "Invalid: the name of the vm cannot be kept in a file");
}

int main(void)
{
	pid_t stage, daemon, polkit;

	setvbuf(stdout, NULL, _IONBF, 0);
	alarm(60);
	if (geteuid() != 0)
		return stage_skip("polkit", "needs root, to be somebody else");
	root_make();
	stage = stage_start();
	if (stage < 0)
		return stage_skip("polkit", "no dbus-daemon");
	if (chmod(stage_dir, 0755) < 0)
		abort();
	snprintf(asked_path, sizeof(asked_path), "%s/asked", stage_dir);
	daemon = start(play_daemon, BUS_NAME);
	RUN(without_polkit_others_may_look_and_no_more);
	polkit = start(play_polkit, "org.freedesktop.PolicyKit1");
	RUN(polkit_is_asked_and_obeyed);
	RUN(polkit_that_is_slow_holds_nobody_up);
	RUN(polkit_may_ask_the_person_who_waits);
	RUN(polkit_is_asked_each_time);
	RUN(what_is_not_listed_is_denied);
	RUN(what_others_have_is_not_for_us_to_define);
	stage_stop(polkit);
	stage_stop(daemon);
	stage_stop(stage);
	return tap_end();
}
