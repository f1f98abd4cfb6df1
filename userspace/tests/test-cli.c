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
#include <sys/wait.h>
#include <unistd.h>

#include "played-daemon.h"
#include "stage.h"

static int n_cases, n_failed;
static const char *program;

static void check(bool good, const char *name)
{
	n_cases++;
	if (!good)
		n_failed++;
	printf("%s %d - %s\n", good ? "ok" : "not ok", n_cases, name);
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

static pid_t daemon_start(void)
{
	char out[8192];
	pid_t pid = fork();

	if (!pid) {
		stage_die_with_parent();
		play_daemon();
	}
	for (int i = 0; i < 20 && run(out, sizeof(out), "gpu") == 7; i++)
		usleep(20000);
	return pid;
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
	       "nvmux: uuid \"1234\" is malformed; see nvmux --help\n");
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
		 program, program, stage_dir, program, stage_dir);
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

int main(void)
{
	pid_t bus, daemon;

	setvbuf(stdout, NULL, _IONBF, 0);
	program = find_program();
	if (!program)
		return stage_skip("cli", "no program, set NVMUX_CLI");
	alarm(120);
	bus = stage_start();
	if (bus < 0)
		return stage_skip("cli", "no dbus-daemon");
	test_usage();
	test_daemon_absent();
	daemon = daemon_start();
	test_read();
	test_write();
	test_errors();
	test_monitor();
	expect("daemon_that_dies", "vgpu create Die", 8, "nvmux: nvmuxd gave no answer\n");
	stage_stop(daemon);
	stage_stop(bus);
	expect("bus_gone", "gpu", 7, NOT_RUNNING);
	printf("1..%d\n", n_cases);
	return n_failed ? 1 : 0;
}
