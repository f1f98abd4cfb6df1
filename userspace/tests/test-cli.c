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

#include "cli-stage.h"

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
	expect("daemon_absent_types", "type list", 7, NOT_RUNNING);
	expect_part("daemon_absent_catalogue", "type list --board A40", "\n-    A40-8Q ");
	expect_part("daemon_absent_reason", "type show A40-8Q",
		    "Reason:               nvmuxd is not running");
	expect_part("daemon_absent_boards", "type list --board help", "\nNVIDIA A40 ");
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
	expect("vgpu_xml_of_a_function", "vgpu xml 10de0000-a100-8004-8000-000000000000", 0,
	       "<hostdev mode='subsystem' type='pci' managed='no'>\n"
	       "  <source>\n"
	       "    <address domain='0x0000' bus='0xa1' slot='0x00' function='0x4'/>\n"
	       "  </source>\n"
	       "</hostdev>\n");
	expect("vgpu_xml", "vgpu xml " UUID, 0,
	       "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>\n  <source>\n"
	       "    <address uuid='" UUID "'/>\n  </source>\n</hostdev>\n");
	expect("vgpu_xml_of_one_that_is_defined", "vgpu xml C0FFEE00-0000-4000-8000-000000000002", 0,
	       "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>\n  <source>\n"
	       "    <address uuid='c0ffee00-0000-4000-8000-000000000002'/>\n  </source>\n"
	       "</hostdev>\n");
	expect("vgpu_xml_of_none", "vgpu xml c0ffee00-0000-4000-8000-0000000000ff", 3,
	       "nvmux: no vgpu c0ffee00-0000-4000-8000-0000000000ff\n");
	expect("vgpu_absent", "vgpu show c0ffee00-0000-4000-8000-0000000000ff", 3,
	       "nvmux: no vgpu c0ffee00-0000-4000-8000-0000000000ff\n");
	expect("type_list", "type", 0,
	       "GPU  TYPE    FB  AVAILABLE  MAX  SOURCE  REASON\n"
	       "all  A30-4C  -   2          6    gpu     -\n");
	expect("type_list_of_gpu", "type list 81:00.0", 0,
	       "GPU           TYPE    FB  AVAILABLE  MAX  SOURCE  REASON\n"
	       "0001:81:00.0  A30-4C  -   2          6    gpu     -\n");
	expect("method_unknown_to_daemon", "vm", 1, "nvmux: ListVms?\n");
}

static void test_vms(void)
{
	expect("vm_check_finds_a_violation", "vm check", 5,
	       "VM  PID  GPUS  VGPUS  VIOLATION\n"
	       "m2  -    -     -      both kinds\n");
	expect("vm_check_is_content", "vm check", 0, "");
	expect_part("vm_list_has_all", "vm", "\nm\"1 ");
}

/* What is told goes before what the catalogue says of the same type. */
static void test_catalogue(void)
{
	expect_part("type_list_all_has_what_is_told", "type list --all",
		    "\nall  A30-4C ");
	expect_part("type_list_all_has_other_boards", "type list --all --json",
		    "\"name\":\"A40-8Q\"");
	expect_part("type_list_all_says_why_not", "type list --board a40",
		    "  catalogue  no gpu of this host offers it\n");
	expect_part("type_list_of_gpu_knows_its_board", "type list 81:00.0 --all",
		    "\n-             A30-12C ");
	expect_without("type_list_of_gpu_has_no_other_board", "type list 81:00.0 --all", "A40-8Q");
	expect_without("type_list_board_has_no_other_board", "type list --board A40", "A30-4C");
	expect_part("type_show_tells_of_both", "type show A30-4C",
		    "Free placements:      4,8\n");
	expect_part("type_show_knows_the_family", "type show A30-4C", "Family:               A30\n");
	expect_part("type_show_of_gpu", "type show 81:00.0 A30-4C", "GPU:                  0001:81");
	expect("type_show_of_gpu_asks_no_catalogue", "type show 81:00.0 A30-12C", 3,
	       "nvmux: gpu 0001:81:00.0 has no type A30-12C\n");
	expect("type_absent", "type show A30-4X", 3,
	       "nvmux: no type A30-4X, see nvmux type list --all\n");
	expect("board_absent", "type list --board XYZ", 3,
	       "nvmux: no board XYZ in the catalogue, see nvmux type list --board help\n");
	expect("gpu_or_board", "type list 81:00.0 --board A40", 2,
	       "nvmux: type list takes a GPU or --board, not both; see nvmux --help\n");
}

static void run_line(char *out, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void run_line(char *out, size_t size, const char *format, ...)
{
	char command[512];
	va_list ap;
	FILE *f;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	f = popen(command, "r");
	out[fread(out, 1, size - 1, f)] = '\0';
	pclose(f);
}

/* A terminal has two ends; what a command writes there comes with carriage returns. */
static void test_scrub(void)
{
	char out[256];

	expect("scrub", "gpu scrub 81:00.0", 0, "");
	expect("scrub_busy", "gpu scrub 0001:82:00.0", 4,
	       "nvmux: gpu 0001:82:00.0 is claimed by vm m1\n");
	expect_part("scrub_json", "gpu scrub 81:00.0 -j", "\"scrub_total\":0");
	if (system("script --version >/dev/null 2>&1"))
		return;
	run_line(out, sizeof(out), "script -qec '%s gpu scrub 81:00.0' /dev/null", program);
	check(!strcmp(out, "\r[                    ]   1% prepare, step 1 of 6  "
		     "\r[########            ]  41% clean, step 3 of 6  \r\n"), "scrub_shows_how_far_it_is");
}

static void test_jobs(void)
{
	char out[256];

	expect("job_list", "job", 0,
	       "JOB  KIND      GPU           TARGET  STATE    STEP             DONE  REASON\n"
	       "7    set-mode  0001:81:00.0  vgpu    waiting  prepare, 1 of 6  0%    -\n");
	expect("job_list_json", "job list -j", 0,
	       "{\"version\":1,\"jobs\":[{\"id\":7,\"kind\":\"set-mode\",\"gpu\":\"0001:81:00.0\","
	       "\"target\":\"vgpu\",\"state\":\"waiting\",\"step\":1,\"steps\":6,"
	       "\"step_name\":\"prepare\",\"progress\":0,\"reason\":null}]}\n");
	expect("job_wait", "job wait 1", 0, "");
	expect("job_wait_cancelled", "job wait 7", 1, "nvmux: cancelled\n");
	expect("job_wait_unknown", "job wait 9", 3, "nvmux: no job 9\n");
	expect("job_wait_word", "job wait x", 2, NULL);
	expect("job_cancel_late", "job cancel 7", 4, "nvmux: too late for /org/nvmux1/job/7\n");
	expect("job_cancel_unknown", "job cancel 1", 3, "nvmux: no job 1\n");
	if (system("script --version >/dev/null 2>&1"))
		return;
	run_line(out, sizeof(out), "script -qec '%s gpu set-mode 81:00.0 host' /dev/null", program);
	check(!strcmp(out, ""), "switch_without_a_job_is_silent");
}

static void test_division(void)
{
	expect("set_partition", "gpu set-partition 81:00.0 mixed-size", 0, "");
	expect("set_partition_busy", "gpu set-partition 81:00.0 mig", 4,
	       "nvmux: gpu is held by vgpu " UUID ", not for mig\n");
	expect("unknown_partition", "gpu set-partition 81:00.0 half", 2,
	       "nvmux: unknown partitioning half, known are same-size, mixed-size, mig; "
	       "see nvmux --help\n");
	expect("create_instance", "gpu create-instance 81:00.0 1g.6gb", 0, "3\n");
	expect("create_instance_placed", "gpu create-instance 81:00.0 1g.6gb --placement 2", 0,
	       "2\n");
	expect("create_instance_refused", "gpu create-instance 81:00.0 9g", 1,
	       "nvmux: no profile 9g\n");
	expect_part("create_instance_json", "gpu create-instance 81:00.0 1g.6gb -j",
		    "\"instances\":[{\"profile\":\"1g.6gb\",\"placement\":2,\"memory_slices\":1,"
		    "\"compute_slices\":1,\"vgpu_count\":1,\"kept\":true}]");
	expect("delete_instance", "gpu delete-instance 81:00.0 2", 0, "");
	expect("delete_instance_absent", "gpu delete-instance 81:00.0 1", 3,
	       "nvmux: no instance at 1\n");
	expect("delete_instance_needs_a_number", "gpu delete-instance 81:00.0 1g", 2,
	       "nvmux: placement: 1g is not a number; see nvmux --help\n");
	expect("placement_out_of_range", "gpu create-instance 81:00.0 1g --placement 2147483648", 2,
	       "nvmux: --placement: 2147483648 is not a number; see nvmux --help\n");
}

static void test_holders(void)
{
	expect("holders", "gpu holders 81:00.0", 0,
	       "KIND    WHAT                                  PID  COMMAND          VM  SERVICE\n"
	       "vgpu    " UUID "  -    -                m1  -\n"
	       "driver  /dev/nvidia0                          77   nvidia-persiste  -   "
	       "nvidia-persistenced.service\n");
	expect_part("holders_json", "gpu holders 81:00.0 --json",
		    "{\"version\":1,\"holders\":[{\"kind\":\"vgpu\",\"what\":\"" UUID "\",\"pid\":null,"
		    "\"command\":null,\"vm\":\"m1\",\"service\":null},");
	expect("holders_of_absent_gpu", "gpu holders 99:00.0", 3, "nvmux: no gpu 99:00.0\n");
}

static void test_plan(void)
{
	expect("plan", "gpu plan 81:00.0 host", 0,
	       "VERDICT  FUNCTION  TEXT\n"
	       "ok       -         as it is\n"
	       "todo     -         x\n"
	       "-        -         y\n");
	expect("plan_busy", "gpu plan 81:00.0 vgpu --detach", 4,
	       "VERDICT  FUNCTION  TEXT\n"
	       "ok       -         with detach\n"
	       "busy     -         x\n"
	       "refused  -         y\n");
	expect("plan_refused", "gpu plan 81:00.0 passthrough -j", 1,
	       "{\"version\":1,\"plan\":["
	       "{\"verdict\":\"ok\",\"function\":null,\"text\":\"as it is\"},"
	       "{\"verdict\":\"refused\",\"function\":null,\"text\":\"x\"},"
	       "{\"verdict\":null,\"function\":null,\"text\":\"y\"}]}\n");
	expect("recover", "gpu recover 81:00.0 --force --detach", 4, "nvmux: with detach force\n");
	expect("recover_alone", "gpu recover 81:00.0", 4, "nvmux: with\n");
	expect("plan_of_unknown_mode", "gpu plan 81:00.0 whole", 2, NULL);
}

static void test_create(void)
{
	expect("create_by_option", "vgpu create --type A30-4C", 0, UUID "\n");
	expect("create_passes_options_on", "vgpu create Echo --placement 4 --numa 1", 1,
	       "nvmux: u placement 4, i numa_node 1, on any\n");
	expect("create_passes_one_option_on", "vgpu create Echo --numa 0", 1,
	       "nvmux: i numa_node 0, on any\n");
	expect("create_by_option_on_gpu", "vgpu create 81:00.0 --type Echo", 1,
	       "nvmux: on 0001:81:00.0\n");
	expect("create_without_type", "vgpu create", 2,
	       "nvmux: vgpu create needs TYPE; see nvmux --help\n");
	expect("create_with_two_types", "vgpu create 81:00.0 A --type B", 2,
	       "nvmux: vgpu create does not take the word A besides --type; see nvmux --help\n");
	expect("create_on_gpu_and_node", "vgpu create 81:00.0 A --numa 1", 2,
	       "nvmux: --numa is for vgpu create without a GPU; see nvmux --help\n");
}

#define SECOND "c0ffee00-0000-4000-8000-000000000002"
#define ABSENT "c0ffee00-0000-4000-8000-0000000000ff"

static void test_create_many(void)
{
	expect("create_many", "vgpu create Pair --count 2", 0, UUID "\n" SECOND "\n");
	expect("delete_many_but_one", "vgpu delete " UUID " " ABSENT " " SECOND, 3,
	       "nvmux: no vgpu " ABSENT "\n");
	expect("delete_goes_on", "vgpu create Left", 1, "nvmux: 0 left\n");
	expect("create_too_many", "vgpu create Pair --count 3", 1, "nvmux: no room\n");
	expect("create_all_or_none", "vgpu create Left", 1, "nvmux: 0 left\n");
	expect_part("create_many_json", "vgpu create Pair --count 2 -j",
		    "{\"version\":1,\"vgpus\":[{\"gpu\":\"0001:81:00.0\",\"uuid\":\"" UUID "\"");
	expect("delete_checks_first", "vgpu delete " UUID " " SECOND " x", 2,
	       "nvmux: uuid \"x\" is malformed; see nvmux --help\n");
	expect("delete_has_not_begun", "vgpu create Left", 1, "nvmux: 2 left\n");
	expect("create_none", "vgpu create Pair --count 0", 2,
	       "nvmux: --count: 0 vGPUs are none; see nvmux --help\n");
	expect("create_many_of_one_name", "vgpu create Pair --count 2 --uuid " UUID, 2,
	       "nvmux: --uuid and --placement are for one vGPU, not for --count; "
	       "see nvmux --help\n");
}

static void test_write(void)
{
	expect("create", "vgpu create A30-4C", 0, UUID "\n");
	expect("create_on_gpu", "vgpu create 81:00.0 A30-4C --placement 4 --uuid " UUID, 0,
	       UUID "\n");
	expect("delete", "vgpu delete C0FFEE00-0000-4000-8000-000000000001", 0, "");
	expect("delete_absent", "vgpu delete c0ffee00-0000-4000-8000-0000000000ff", 3,
	       "nvmux: no vgpu c0ffee00-0000-4000-8000-0000000000ff\n");
	expect("set_mode", "gpu set-mode 81:00.0 vgpu", 0, "");
	expect("set_mode_absent", "gpu set-mode 0001:99:00.0 vgpu", 3,
	       "nvmux: no gpu 0001:99:00.0\n");
	expect("set_mode_of_whole_address", "gpu set-mode 0001:E2:00.0 vgpu", 0, "");
	expect("set_mode_busy", "gpu set-mode 0001:82:00.0 host", 4,
	       "nvmux: gpu 0001:82:00.0 is held by m1\n");
	expect("set_mode_when_idle", "gpu set-mode 0001:82:00.0 host --when-idle", 6,
	       "nvmux: host with when-idle\n");
	expect("set_mode_with_both_options",
	       "gpu set-mode 0001:82:00.0 host --when-idle --detach", 6,
	       "nvmux: host with detach with when-idle\n");
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
	test_vms();
	test_catalogue();
	test_scrub();
	test_jobs();
	test_division();
	test_holders();
	test_plan();
	test_create();
	test_create_many();
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
