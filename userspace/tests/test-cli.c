// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command over a bus of its own, against a daemon that is played by a
 * child of this test: what it asks for, what it prints, how it ends.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

static int n_cases, n_failed;
static char dir[] = "/tmp/nvmux-cli-XXXXXX";
static const char *program;

#define UUID "c0ffee00-0000-4000-8000-000000000001"

static void check(bool good, const char *name)
{
	n_cases++;
	if (!good)
		n_failed++;
	printf("%s %d - %s\n", good ? "ok" : "not ok", n_cases, name);
}

/* The daemon, played. The type "Fail-X" and the GPU 0001:82 fail with the error X. */

static int add_text(sd_bus_message *m, const char *name, const char *text)
{
	return sd_bus_message_append(m, "{sv}", name, "s", text);
}

static int add_gpu(sd_bus_message *m, const char *path, const char *address, const char *mode)
{
	sd_bus_message_open_container(m, 'e', "oa{sa{sv}}");
	sd_bus_message_append(m, "o", path);
	sd_bus_message_open_container(m, 'a', "{sa{sv}}");
	sd_bus_message_open_container(m, 'e', "sa{sv}");
	sd_bus_message_append(m, "s", "org.nvmux1.GPU");
	sd_bus_message_open_container(m, 'a', "{sv}");
	add_text(m, "Address", address);
	add_text(m, "Board", "NVIDIA A30");
	add_text(m, "ActiveMode", mode);
	add_text(m, "ConfiguredMode", "vgpu");
	sd_bus_message_append(m, "{sv}", "FbSize", "t", 24ULL << 30);
	sd_bus_message_append(m, "{sv}", "NumaNode", "i", -1);
	sd_bus_message_append(m, "{sv}", "VgpuCount", "u", 1);
	sd_bus_message_append(m, "{sv}", "Companions", "a(sus)", 1, "0001:81:00.1", 0x040300, "");
	sd_bus_message_append(m, "{sv}", "Vms", "as", 1, "m1");
	sd_bus_message_append(m, "{sv}", "OfTomorrow", "a(ii)", 1, 1, 2);
	sd_bus_message_close_container(m);
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
	sd_bus_message_append(m, "{sv}", "Size", "t", 4ULL << 30);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);
	return sd_bus_message_close_container(m);
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
	sd_bus_message_close_container(m);
	r = sd_bus_send(NULL, m, NULL);
	sd_bus_message_unref(m);
	return r;
}

static int reply_types(sd_bus_message *call)
{
	const char *gpu;

	sd_bus_message_read(call, "s", &gpu);
	return sd_bus_reply_method_return(call, "aa{sv}", 1, 3, "gpu", "s",
					  *gpu ? gpu : "all", "name", "s", "A30-4C",
					  "max_instances", "u", 6);
}

static int reply_created(sd_bus_message *call)
{
	const char *gpu, *type, *uuid;
	char name[64];

	sd_bus_message_read(call, "sss", &gpu, &type, &uuid);
	if (!strncmp(type, "Fail-", 5)) {
		snprintf(name, sizeof(name), "org.nvmux1.Error.%s", type + 5);
		return sd_bus_reply_method_errorf(call, name, "no %s for you", type);
	}
	if (!strcmp(type, "Die"))
		_exit(0);
	return sd_bus_reply_method_return(call, "s", UUID);
}

/* Tells what it was asked for as an event, so that a monitor can be tested too. */
static int reply_mode(sd_bus_message *call)
{
	const char *path = sd_bus_message_get_path(call), *mode;
	sd_bus *bus = sd_bus_message_get_bus(call);
	bool detach;
	char text[128];

	sd_bus_message_read(call, "s", &mode);
	sd_bus_message_enter_container(call, 'a', "{sv}");
	detach = !sd_bus_message_at_end(call, 0);
	snprintf(text, sizeof(text), "%s%s", mode, detach ? " with detach" : "");
	if (strstr(path, "0001_82"))
		return sd_bus_reply_method_errorf(call, "org.nvmux1.Error.Busy",
						  "gpu 0001:82:00.0 is held by m1");
	sd_bus_emit_signal(bus, "/org/nvmux1", "org.nvmux1.Manager", "Event", "sss",
			   "gpu-changed", path, text);
	return sd_bus_reply_method_return(call, NULL);
}

static int answer(sd_bus_message *call, void *data, sd_bus_error *error)
{
	const char *member = sd_bus_message_get_member(call);

	(void)data;
	(void)error;
	if (!member)
		return 0;
	if (!strcmp(member, "GetManagedObjects"))
		return reply_objects(call);
	if (!strcmp(member, "ListTypes"))
		return reply_types(call);
	if (!strcmp(member, "CreateVgpu"))
		return reply_created(call);
	if (!strcmp(member, "SetMode"))
		return reply_mode(call);
	if (!strcmp(member, "ListVms"))
		return sd_bus_reply_method_errorf(call, SD_BUS_ERROR_UNKNOWN_METHOD, "ListVms?");
	if (!strcmp(member, "Delete"))
		return sd_bus_reply_method_return(call, NULL);
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

/* The stage. */

static int run(char *out, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* stdout and stderr together, as a person sees them. Return: exit code. */
static int run(char *out, size_t size, const char *format, ...)
{
	char command[512];
	int n = snprintf(command, sizeof(command), "exec 2>&1; exec %s ", program);
	va_list ap;
	FILE *f;
	int status;

	va_start(ap, format);
	vsnprintf(command + n, sizeof(command) - n, format, ap);
	va_end(ap);
	f = popen(command, "r");
	out[fread(out, 1, size - 1, f)] = '\0';
	status = pclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void expect(const char *name, const char *words, int code, const char *want)
{
	char out[8192];
	int got = run(out, sizeof(out), "%s", words);
	bool good = got == code && (!want || !strcmp(out, want));

	check(good, name);
	if (!good)
		printf("# %s: exit %d, printed:\n%s\n", words, got, out);
}

static void write_bus_config(void)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/bus.conf", dir);
	f = fopen(path, "w");
	fprintf(f, "<busconfig><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth>"
		"<policy context='default'><allow send_destination='*'/><allow receive_sender='*'/>"
		"<allow own='*'/><allow user='*'/></policy></busconfig>\n", dir);
	fclose(f);
}

/* Nothing of the stage outlives a test that is killed. */
static void die_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static pid_t bus_start(void)
{
	char config[80], address[80], path[64];
	pid_t pid;

	write_bus_config();
	snprintf(config, sizeof(config), "--config-file=%s/bus.conf", dir);
	snprintf(address, sizeof(address), "unix:path=%s/bus", dir);
	snprintf(path, sizeof(path), "%s/bus", dir);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	pid = fork();
	if (!pid) {
		die_with_parent();
		if (!freopen("/dev/null", "w", stderr))
			_exit(126);
		execlp("dbus-daemon", "dbus-daemon", "--nofork", config, NULL);
		_exit(127);
	}
	for (int i = 0; i < 100 && access(path, F_OK); i++)
		usleep(20000);
	return access(path, F_OK) ? -1 : pid;
}

static pid_t daemon_start(void)
{
	char out[8192];
	pid_t pid = fork();

	if (!pid) {
		die_with_parent();
		play_daemon();
	}
	for (int i = 0; i < 20 && run(out, sizeof(out), "gpu") == 7; i++)
		usleep(20000);
	return pid;
}

static void stop(pid_t pid)
{
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}

/* The cases. */

static void test_usage(void)
{
	expect("no_command", "", 2, "nvmux: no command given; see nvmux --help\n");
	expect("unknown_noun", "gnu", 2, "nvmux: unknown command gnu; see nvmux --help\n");
	expect("unknown_verb", "gpu burn", 2,
	       "nvmux: gpu has no command burn; see nvmux --help\n");
	expect("missing_word", "gpu set-mode 81:00.0", 2,
	       "nvmux: gpu set-mode needs GPU MODE; see nvmux --help\n");
	expect("unknown_mode", "gpu set-mode 81:00.0 shared", 2,
	       "nvmux: unknown mode shared, known are host, vgpu, passthrough; "
	       "see nvmux --help\n");
	expect("malformed_uuid", "vgpu delete 1234", 2,
	       "nvmux: 1234 is not a UUID; see nvmux --help\n");
	expect("malformed_address", "gpu show 81", 2,
	       "nvmux: 81 is not a PCI address such as 0000:41:00.0; see nvmux --help\n");
	expect("foreign_option", "gpu list --detach", 2,
	       "nvmux: gpu list does not take --detach; see nvmux --help\n");
	expect("no_abbreviations", "gpu --js", 2, "nvmux: unknown option --js; see nvmux --help\n");
	expect("value_missing", "vgpu create A30-4C --uuid", 2,
	       "nvmux: --uuid needs a value; see nvmux --help\n");
	expect("json_of_tomorrow", "gpu --json-version=2", 2,
	       "nvmux: JSON version 2 is unknown, only 1 is known; see nvmux --help\n");
	expect("help", "gpu --help", 0, NULL);
	expect("version", "--version", 0, NULL);
	expect("completion", "--completion bash | bash -n", 0, "");
}

#define NOT_RUNNING "nvmux: nvmuxd is not running (start it with: systemctl start nvmuxd)\n"

static void test_daemon_absent(void)
{
	expect("daemon_absent", "gpu", 7, NOT_RUNNING);
	expect("daemon_absent_monitor", "monitor", 7, NOT_RUNNING);
}

static void test_read(void)
{
	expect("list_is_sorted", "gpu list", 0,
	       "GPU           BOARD       MODE         CONFIGURED  DRIVER  VGPUS  VMS\n"
	       "0000:82:00.0  NVIDIA A30  vgpu         vgpu        -       1      m1\n"
	       "0001:81:00.0  NVIDIA A30  vgpu         vgpu        -       1      m1\n"
	       "0001:82:00.0  NVIDIA A30  vgpu         vgpu        -       1      m1\n"
	       "0001:e2:00.0  NVIDIA A30  passthrough  vgpu*       -       1      m1\n");
	expect("gpu_without_domain", "gpu xml E2:00.0", 0,
	       "<hostdev mode='subsystem' type='pci' managed='no'>\n  <source>\n"
	       "    <address domain='0x0001' bus='0xe2' slot='0x00' function='0x0'/>\n"
	       "  </source>\n</hostdev>\n");
	expect("gpu_ambiguous", "gpu show 82:00.0", 2,
	       "nvmux: gpu 82:00.0 may be 0000:82:00.0 or 0001:82:00.0\n");
	expect("gpu_absent", "gpu show 99:00.0", 3, "nvmux: no gpu 99:00.0\n");
	expect("vgpu_xml", "vgpu xml " UUID, 0,
	       "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>\n  <source>\n"
	       "    <address uuid='" UUID "'/>\n  </source>\n</hostdev>\n");
	expect("vgpu_absent", "vgpu show c0ffee00-0000-4000-8000-0000000000ff", 3,
	       "nvmux: no vgpu c0ffee00-0000-4000-8000-0000000000ff\n");
	expect("type_list", "type", 0,
	       "GPU  TYPE    SIZE  BAR1  MAX  AVAILABLE  REASON\n"
	       "all  A30-4C  -     -     6    0          -\n");
	expect("type_list_of_gpu", "type list 81:00.0", 0,
	       "GPU           TYPE    SIZE  BAR1  MAX  AVAILABLE  REASON\n"
	       "0001:81:00.0  A30-4C  -     -     6    0          -\n");
	expect("method_unknown_to_daemon", "vm", 1, "nvmux: ListVms?\n");
}

static void test_write(void)
{
	expect("create", "vgpu create A30-4C", 0, UUID "\n");
	expect("create_on_gpu", "vgpu create 81:00.0 A30-4C --placement 4 --uuid " UUID, 0,
	       UUID "\n");
	expect("delete", "vgpu delete C0FFEE00-0000-4000-8000-000000000001", 0, "");
	expect("set_mode", "gpu set-mode 81:00.0 vgpu", 0, "");
	expect("set_mode_busy", "gpu set-mode 0001:82:00.0 host", 4,
	       "nvmux: gpu 0001:82:00.0 is held by m1\n");
	expect("output_lost", "gpu > /dev/full", 1, NULL);
}

static void test_errors(void)
{
	static const struct {
		const char *name;
		int code;
	} errors[] = {
		{ "Failed", 1 }, { "Invalid", 1 }, { "Unsupported", 1 }, { "NoCapacity", 1 },
		{ "Exists", 1 }, { "Denied", 1 }, { "NotFound", 3 }, { "Busy", 4 },
		{ "Policy", 5 }, { "Pending", 6 }, { "Unreachable", 7 }, { "Timeout", 8 },
		{ "OfTomorrow", 1 },
	};
	char words[64], want[64];

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		snprintf(words, sizeof(words), "vgpu create Fail-%s", errors[i].name);
		snprintf(want, sizeof(want), "nvmux: no Fail-%s for you\n", errors[i].name);
		expect(words, words, errors[i].code, want);
	}
}

static void test_monitor(void)
{
	char out[1024] = "";
	char command[512];
	FILE *f;
	int status;

	snprintf(command, sizeof(command),
		 "%s monitor & %s monitor -j >%s/json & sleep 0.5; "
		 "%s gpu set-mode 81:00.0 host --detach; sleep 0.5; "
		 "kill -TERM %%1; kill -INT %%2; wait %%1 && wait %%2; cat %s/json",
		 program, program, dir, program, dir);
	setenv("NVMUX_COMMAND", command, 1);
	f = popen("exec bash -mc \"$NVMUX_COMMAND\" 2>/dev/null", "r");
	out[fread(out, 1, sizeof(out) - 1, f)] = '\0';
	status = pclose(f);
	check(WIFEXITED(status) && !WEXITSTATUS(status), "monitor_ends_with_0");
	check(!strcmp(out, "gpu-changed /org/nvmux1/gpu/0001_81_00_0 host with detach\n"
		      "{\"version\":1,\"event\":\"gpu-changed\","
		      "\"id\":\"/org/nvmux1/gpu/0001_81_00_0\",\"text\":\"host with detach\"}\n"),
	      "monitor_prints_events");
}

static const char *find_program(void)
{
	static const char *const places[] = { "build/nvmux", "./nvmux" };
	const char *path = getenv("NVMUX_CLI");

	if (path)
		return path;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!access(places[i], X_OK))
			return places[i];
	return NULL;
}

static int skip(const char *why)
{
	printf("ok 1 - cli # SKIP %s\n1..1\n", why);
	return 0;
}

int main(void)
{
	pid_t bus, daemon;
	char words[64];

	setvbuf(stdout, NULL, _IONBF, 0);
	program = find_program();
	if (!program)
		return skip("no program, set NVMUX_CLI");
	if (!mkdtemp(dir))
		return 1;
	alarm(120);
	bus = bus_start();
	if (bus < 0)
		return skip("no dbus-daemon");
	test_usage();
	test_daemon_absent();
	daemon = daemon_start();
	test_read();
	test_write();
	test_errors();
	test_monitor();
	expect("daemon_that_dies", "vgpu create Die", 8, "nvmux: nvmuxd did not answer in time\n");
	stop(daemon);
	stop(bus);
	expect("bus_gone", "gpu", 7, NOT_RUNNING);
	snprintf(words, sizeof(words), "rm -rf %s", dir);
	if (system(words))
		printf("# cannot remove %s\n", dir);
	printf("1..%d\n", n_cases);
	return n_failed ? 1 : 0;
}
