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

/* A command of the shell that begins with words of the program. */
static void expect_after(const char *name, const char *words, const char *want)
{
	char out[8192], command[2048];
	FILE *f;

	snprintf(command, sizeof(command), "exec 2>&1; %s %s", program, words);
	f = popen(command, "r");
	out[fread(out, 1, sizeof(out) - 1, f)] = '\0';
	pclose(f);
	check(!strcmp(out, want), name);
	if (strcmp(out, want))
		printf("# printed: %s# wanted: %s", out, want);
}

static bool prints(const char *words, const char *part)
{
	static char out[1 << 20];
	int code = run(out, sizeof(out), "%s", words);
	bool found = !code && strstr(out, part);

	if (code)
		printf("# %s: exit %d\n", words, code);
	return found;
}

static void expect_part(const char *name, const char *words, const char *part)
{
	check(prints(words, part), name);
}

static void expect_without(const char *name, const char *words, const char *part)
{
	check(!prints(words, part) && prints(words, ""), name);
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
	expect("vgpu_xml", "vgpu xml " UUID, 0,
	       "<hostdev mode='subsystem' type='mdev' model='vfio-pci'>\n  <source>\n"
	       "    <address uuid='" UUID "'/>\n  </source>\n</hostdev>\n");
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
	check(!strcmp(out, "\r3 of 8 MiB \r\n"), "scrub_shows_how_far_it_is");
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

#define ABSENT "c0ffee00-0000-4000-8000-0000000000ff"

static void test_define(void)
{
	expect("define", "vgpu define 81:00.0 A30-4C --autostart --vm m1", 0, UUID "\n");
	expect("define_with_uuid", "vgpu define A30-4C --uuid " ABSENT, 0, ABSENT "\n");
	expect("define_by_option", "vgpu define 81:00.0 --type Echo", 1,
	       "nvmux: any on 0001:81:00.0\n");
	expect("define_without_type", "vgpu define", 2,
	       "nvmux: vgpu define needs TYPE; see nvmux --help\n");
	expect("define_is_not_create", "vgpu define A30-4C --numa 1", 2,
	       "nvmux: vgpu define does not take --numa; see nvmux --help\n");
	expect("undefine", "vgpu undefine " UUID, 0, "");
	expect("start", "vgpu start " UUID, 0, "");
	expect("stop_absent", "vgpu stop " ABSENT, 3,
	       "nvmux: StopVgpu: vgpu " ABSENT " is not defined\n");
	expect("list_defined", "vgpu list --defined", 0,
	       "GPU           UUID                                  TYPE    PLACEMENT  STATE    "
	       "START   OWNER    VM  REASON\n"
	       "0001:81:00.0  " UUID "  -       -          active   manual  mdevctl  -   -\n"
	       "0001:81:00.0  c0ffee00-0000-4000-8000-000000000002  A30-4C  4          defined  "
	       "auto    nvmux    -   -\n");
	expect_part("list_defined_json", "vgpu list --defined -j",
		    "{\"version\":1,\"definitions\":[{\"gpu\":\"0001:81:00.0\",\"uuid\":\"" UUID
		    "\",\"type\":null,\"placement\":null,\"active\":true,\"autostart\":false,");
}

/* Writes a file of configuration "lab" and gives its options. */
static const char *file_of(const char *entries)
{
	static char options[80];
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/lab.yaml", stage_dir);
	f = fopen(path, "w");
	fprintf(f, "version: v1\nvgpu-configs:\n  lab:\n%s", entries);
	fclose(f);
	snprintf(options, sizeof(options), "-f%s --config lab", path);
	return options;
}

static void expect_file(const char *name, const char *verb, const char *entries, int code,
			const char *want)
{
	char words[128];

	snprintf(words, sizeof(words), "%s %s", verb, file_of(entries));
	expect(name, words, code, want);
}

static void test_apply(void)
{
	expect("plan_without_a_file", "plan", 2, "nvmux: a file is needed, -f FILE; see nvmux --help\n");
	expect("plan_letter_without_value", "plan -f", 2,
	       "nvmux: -f needs a value; see nvmux --help\n");
	expect("plan_of_absent_file", "plan -f /nonexistent", 3, "nvmux: no file /nonexistent\n");
	expect_file("plan_of_a_fault", "plan", "  - device: 0\n", 2, NULL);
	expect_file("plan_of_what_is", "plan", "  - devices: [0]\n    mode: vgpu\n", 0, "");
	expect_file("assert_of_what_is", "assert", "  - devices: [0]\n    mode: vgpu\n", 0, "");
	expect_file("assert_of_what_is_not", "assert", "  - devices: [0]\n    mode: host\n", 1,
		    "VERDICT  GPU           TEXT\n"
		    "todo     0000:82:00.0  switch to host mode, it is in vgpu mode\n");
	expect_file("plan_json", "plan -j", "  - devices: [0]\n    mode: host\n", 0,
		    "{\"version\":1,\"changes\":[{\"verdict\":\"todo\",\"gpu\":\"0000:82:00.0\","
		    "\"text\":\"switch to host mode, it is in vgpu mode\"}]}\n");
	expect_file("apply_of_what_is", "apply", "  - devices: [0]\n    mode: vgpu\n", 0, "");
	expect_file("apply", "apply", "  - devices: [0]\n    mode: host\n    detach: true\n", 0,
		    "VERDICT  GPU           TEXT\n"
		    "done     0000:82:00.0  switch to host mode, it is in vgpu mode\n");
	expect_file("apply_deletes", "apply", "  - devices: [1]\n    vgpu-devices: {}\n", 0,
		    "VERDICT  GPU           TEXT\n"
		    "done     0001:81:00.0  delete vgpu " UUID " (A30-4C)\n");
	expect_file("apply_stops_at_a_refusal", "apply",
		    "  - devices: [0, 2]\n    mode: host\n  - devices: [3]\n    mode: host\n", 4,
		    "VERDICT  GPU           TEXT\n"
		    "done     0000:82:00.0  switch to host mode, it is in vgpu mode\n"
		    "failed   0001:82:00.0  switch to host mode, it is in vgpu mode\n"
		    "left     0001:e2:00.0  switch to host mode, it is in passthrough mode\n"
		    "nvmux: gpu 0001:82:00.0 is held by m1\n");
	expect_file("apply_goes_on_beside_what_waits", "apply",
		    "  - devices: [2, 3]\n    mode: host\n    when-idle: true\n", 6, NULL);
	expect_file("apply_does_nothing_when_it_would_be_refused", "apply",
		    "  - devices: [0]\n    mode: host\n  - devices: [9]\n    mode: host\n", 5,
		    "VERDICT  GPU           TEXT\n"
		    "todo     0000:82:00.0  switch to host mode, it is in vgpu mode\n"
		    "refused  -             line 6: no gpu 9\n"
		    "nvmux: nothing was done, see what is busy or refused\n");
}

static void test_export(void)
{
	char words[128];

	expect_part("export", "export", "  current:\n"
		    "    - devices: [\"0000:82:00.0\"]\n"
		    "      device-filter: \"0x20B710DE\"\n"
		    "      mode: \"vgpu\"\n"
		    "      vgpu-devices: {}\n"
		    "    - devices: [\"0001:81:00.0\"]\n"
		    "      device-filter: \"0x20B710DE\"\n"
		    "      mode: \"vgpu\"\n"
		    "      vgpu-devices:\n"
		    "        \"A30-4C\": 1\n");
	snprintf(words, sizeof(words), "export | %s assert -f -", program);
	expect("export_is_what_is_configured", words, 1,
	       "VERDICT  GPU           TEXT\n"
	       "todo     0001:e2:00.0  switch to vgpu mode, it is in passthrough mode\n");
	snprintf(words, sizeof(words), "export -p | %s assert -f -", program);
	expect("export_json_says_the_same", words, 1,
	       "VERDICT  GPU           TEXT\n"
	       "todo     0001:e2:00.0  switch to vgpu mode, it is in passthrough mode\n");
	expect("export_for_nobody", "export --for vmware", 2,
	       "nvmux: unknown vmware, known are nova, kubevirt, proxmox, libvirt; "
	       "see nvmux --help\n");
	expect_part("export_for_libvirt", "export --for libvirt", "<address uuid='" UUID "'/>");
	expect_part("export_for_nova", "export --for nova",
		    "device_spec = { \"address\": \"0001:e2:00.0\", \"managed\": \"no\" }\n");
	expect_part("export_for_kubevirt", "export --for kubevirt",
		    "      - pciVendorSelector: \"10DE:20B7\"\n");
	expect_part("export_for_proxmox", "export --for proxmox", "path=0001:e2:00.0");
}

/* What is printed is what the schema says, and the schema in the tree is the one that is printed. */
static void complete(const char *shell, const char *name, const char *words, const char *want)
{
	char command[1024];

	if (!strcmp(shell, "bash"))
		snprintf(command, sizeof(command),
			 "--completion bash >%s/c; exec bash -c '_init_completion() { words=(%s); "
			 "cword=$((${#words[@]} - 1)); cur=${words[cword]}; }; "
			 "__ltrim_colon_completions() { :; }; . %s/c; _nvmux; echo ${COMPREPLY[@]}'",
			 stage_dir, words, stage_dir);
	else
		snprintf(command, sizeof(command),
			 "--completion zsh >%s/c; exec zsh -f -c 'compdef() { :; }; "
			 "compadd() { shift; for w; do [[ $w == ${words[CURRENT]}* ]] && print -r -- $w; done "
			 "| sort | paste -sd \" \" -; }; . %s/c; words=(%s); CURRENT=${#words}; _nvmux'",
			 stage_dir, stage_dir, words);
	/* the program stands before all that, so it must not be the last */
	expect_after(name, command, want);
}

static void test_completion_of(const char *shell)
{
	char name[64];

	if (snprintf(name, sizeof(name), "command -v %s >/dev/null", shell) < 0 || system(name)) {
		printf("ok %d - completion_%s # SKIP not installed\n", ++n_cases, shell);
		return;
	}
	snprintf(name, sizeof(name), "completion_%s", shell);
	complete(shell, name, "nvmux v", "vgpu vm\n");
	complete(shell, name, "nvmux vgpu st", "start stop\n");
	complete(shell, name, "nvmux gpu set-mode x pass", "passthrough\n");
	complete(shell, name, "nvmux -f x plan --fi", "--file\n");
	complete(shell, name, "nvmux --uuid 1 vgpu create --nu", "--numa\n");
}

static void test_completion(void)
{
	test_completion_of("bash");
	test_completion_of("zsh");
}

static void test_driver(void)
{
	expect_part("driver_grid", "driver check NVIDIA-Linux-x86_64-550.54.15-grid.run --mode vgpu",
		    "Belongs: a VM with a vGPU or with a whole GPU\nVerdict: ok\n");
	expect_part("driver_grid_deb",
		    "driver check nvidia-linux-grid-550_550.54.15_amd64.deb --mode passthrough",
		    "Package: grid\n");
	expect_part("driver_data_centre",
		    "driver check NVIDIA-Linux-x86_64-550.54.15.run --mode passthrough",
		    "Package: data-centre\n");
	expect("driver_data_centre_for_a_vgpu",
	       "driver check /tmp/NVIDIA-Linux-x86_64-550.54.15.run --mode vgpu -j", 5,
	       "{\"version\":1,\"drivers\":[{\"driver\":\"NVIDIA-Linux-x86_64-550.54.15.run\","
	       "\"package\":\"data-centre\",\"belongs\":\"the host, or a VM with a whole GPU\","
	       "\"verdict\":\"refused\",\"text\":\"the data-centre driver does not know vGPUs: take "
	       "the grid driver of the same version\"}]}\n");
	expect("driver_of_a_host", "driver check NVIDIA-Linux-x86_64-550.54.16-vgpu-kvm.run "
	       "--mode passthrough", 5, NULL);
	expect("driver_of_a_host_deb", "driver check nvidia-vgpu-ubuntu-550_550.54.16_amd64.deb "
	       "--mode vgpu", 5, NULL);
	expect("driver_unknown", "driver check linux.deb --mode vgpu", 3,
	       "nvmux: linux.deb is not the name of an NVIDIA driver package\n");
	expect("driver_without_mode", "driver check x.run", 2,
	       "nvmux: driver check needs --mode vgpu or --mode passthrough; see nvmux --help\n");
}

static void test_metrics(void)
{
	expect_part("metrics_info", "metrics",
		    "# TYPE nvmux_gpu info\n# HELP nvmux_gpu What a GPU is.\n"
		    "nvmux_gpu_info{gpu=\"0000:82:00.0\",board=\"NVIDIA A30\",mode=\"vgpu\","
		    "configured=\"vgpu\",partition=\"\",driver=\"\"} 1\n");
	expect_part("metrics_drift", "metrics", "nvmux_gpu_drifts{gpu=\"0001:e2:00.0\"} 1\n");
	expect_part("metrics_bytes", "metrics",
		    "# UNIT nvmux_vgpu_framebuffer_bytes bytes\n"
		    "# HELP nvmux_vgpu_framebuffer_bytes Memory of a vGPU.\n"
		    "nvmux_vgpu_framebuffer_bytes{vgpu=\"" UUID "\"} 4294967296\n");
	expect_part("metrics_types", "metrics",
		    "nvmux_type_available{gpu=\"all\",type=\"A30-4C\"} 2\n");
	expect_part("metrics_escape", "metrics", "nvmux_vm_violation{vm=\"m\\\"1\"} 0\n");
	expect_part("metrics_end", "metrics | tail -n 1", "# EOF\n");
}

/* Domains of libvirt's own test driver: it keeps nothing, so each command sees them as written. */
static void write_domains(void)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/node.xml", stage_dir);
	f = fopen(path, "w");
	for (int i = 0; i < 3; i++)
		fprintf(f, "%s<domain type='test' xmlns:t='http://libvirt.org/schemas/domain/test/1.0'>"
			"<name>%s</name><memory>1024</memory><os><type>hvm</type></os><devices>%s"
			"</devices><t:runstate>%d</t:runstate></domain>%s", i ? "" : "<node>",
			i == 0 ? "runs" : i == 1 ? "off" : "whole",
			i == 2 ? "<hostdev mode='subsystem' type='pci' managed='no'><source>"
				 "<address domain='0x0001' bus='0xe2' slot='0' function='0'/></source>"
				 "</hostdev>" : "", i ? 5 : 1, i == 2 ? "</node>" : "");
	fclose(f);
	snprintf(path, sizeof(path), "test://%s/node.xml", stage_dir);
	setenv("NVMUX_LIBVIRT", path, 1);
}

static void test_assign(void)
{
	char out[8192];

	expect("assign_needs_a_device", "vm assign off", 2,
	       "nvmux: vm assign needs --type for a vGPU, or --gpu for a whole GPU; "
	       "see nvmux --help\n");
	expect("unassign_needs_one_device", "vm unassign off --uuid " UUID " --gpu 81:00.0", 2, NULL);
	expect("assign_absent_gpu", "vm assign off --gpu 99:00.0", 3, "nvmux: no gpu 99:00.0\n");
	write_domains();
	if (run(out, sizeof(out), "vm assign off --gpu e2:00.0") == 7) {
		check(!strcmp(out, "nvmux: this nvmux was built without libvirt\n"),
		      "assign_without_libvirt");
		return;
	}
	expect("assign_gpu", "vm assign off --gpu e2:00.0", 0, "");
	check(run(out, sizeof(out), "vm assign off --type A30-4C") == 0 && strlen(out) == 37,
	      "assign_vgpu");
	expect("assign_to_a_vm_that_runs", "vm assign runs --type A30-4C", 4,
	       "nvmux: vm runs is running, it can be changed when it is shut off\n");
	expect("assign_to_no_vm", "vm assign nobody --type A30-4C", 3, "nvmux: no vm nobody\n");
	expect("assign_both_kinds", "vm assign whole --type A30-4C", 5,
	       "nvmux: vm whole has gpu 0001:e2:00.0, it cannot have a vgpu as well: one kind per vm\n");
	expect("assign_twice", "vm assign whole --gpu e2:00.0", 1,
	       "nvmux: vm whole has 0001:e2:00.0 already\n");
	expect("unassign", "vm unassign whole --gpu 0001:e2:00.0", 0, "");
	expect("unassign_what_it_has_not", "vm unassign off --uuid " UUID, 3,
	       "nvmux: vm off has no " UUID "\n");
	setenv("NVMUX_LIBVIRT", "nosuch:///", 1);
	check(run(out, sizeof(out), "vm assign off --type A30-4C") == 7, "assign_without_connection");
}

static void test_schema(void)
{
	static const char *const commands[] = {
		"gpu list", "gpu show 81:00.0", "gpu holders 81:00.0", "gpu plan 81:00.0 host",
		"gpu xml 81:00.0", "type list --all", "type list --board help", "vgpu list",
		"vgpu list --defined", "vgpu show " UUID, "vm list", "doctor",
		"driver check x-grid.run --mode vgpu",
	};
	char words[256], out[8192];

	expect("schema_in_the_tree", "--json-schema | cmp - data/nvmux.schema.json", 0, "");
	if (system("python3 -c 'import jsonschema' 2>/dev/null")) {
		printf("ok %d - schema # SKIP no python3-jsonschema\n", ++n_cases);
		return;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		snprintf(words, sizeof(words),
			 "%s -j | python3 tests/validate.py data/nvmux.schema.json", commands[i]);
		expect(commands[i], words, 0, "");
	}
	run(out, sizeof(out), "plan -j %s | python3 tests/validate.py data/nvmux.schema.json",
	    file_of("  - devices: all\n    mode: host\n"));
	check(!*out, "schema_of_plan");
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

/* Once at the start, once after the event; a signal ends it well. */
static void test_watch(void)
{
	char command[512], want[256];

	snprintf(command, sizeof(command),
		 "vm list --watch -j >%s/watch & sleep 0.5; %s gpu set-mode 81:00.0 host >/dev/null; "
		 "sleep 1; kill -TERM $!; wait $! && grep -c version %s/watch", stage_dir, program,
		 stage_dir);
	snprintf(want, sizeof(want), "2\n");
	expect_after("watch_prints_again_after_an_event", command, want);
	expect("watch_of_what_fails_ends", "gpu show 99:00.0 --watch", 3, "nvmux: no gpu 99:00.0\n");
	expect("watch_is_for_lists", "doctor --watch", 2,
	       "nvmux: doctor does not take --watch; see nvmux --help\n");
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
	test_vms();
	test_catalogue();
	test_scrub();
	test_division();
	test_holders();
	test_plan();
	test_create();
	test_define();
	test_apply();
	test_export();
	test_driver();
	test_metrics();
	test_assign();
	test_schema();
	test_completion();
	test_write();
	test_errors();
	test_monitor();
	test_watch();
	expect("daemon_that_dies", "vgpu create Die", 8, "nvmux: nvmuxd gave no answer\n");
	stage_stop(daemon);
	stage_stop(bus);
	expect("bus_gone", "gpu", 7, NOT_RUNNING);
	printf("1..%d\n", n_cases);
	return n_failed ? 1 : 0;
}
