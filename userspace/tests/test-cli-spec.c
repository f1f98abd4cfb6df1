// SPDX-License-Identifier: GPL-2.0-only
/* The command: what is defined, files of apply, domains. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli-stage.h"

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
	       "0001:99:00.0  c0ffee00-0000-4000-8000-000000000002  A30-4C  4          defined  "
	       "auto    nvmux    -   -\n");
	expect_part("list_defined_json", "vgpu list --defined -j",
		    "{\"version\":1,\"definitions\":[{\"gpu\":\"0001:81:00.0\",\"uuid\":\"" UUID
		    "\",\"type\":null,\"placement\":null,\"active\":true,\"autostart\":false,");
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
		    "\"text\":\"switch to host mode, it is in vgpu mode\",\"reason\":null}]}\n");
	expect_file("apply_of_what_is", "apply", "  - devices: [0]\n    mode: vgpu\n", 0, "");
	expect_file("apply", "apply", "  - devices: [0]\n    mode: host\n    detach: true\n", 0,
		    "VERDICT  GPU           TEXT\n"
		    "done     0000:82:00.0  switch to host mode, it is in vgpu mode\n");
	expect_file("apply_deletes", "apply", "  - devices: [1]\n    vgpu-devices: {}\n", 0,
		    "VERDICT  GPU           TEXT\n"
		    "done     0001:81:00.0  delete vgpu " UUID " (A30-4C)\n");
	expect_file("apply_deletes_instances", "apply",
		    "  - devices: [1]\n    vgpu-devices: {}\n    mig-devices: {}\n", 0,
		    "VERDICT  GPU           TEXT\n"
		    "done     0001:81:00.0  delete vgpu " UUID " (A30-4C)\n"
		    "done     0001:81:00.0  delete gpu instance 1g.6gb at 2\n");
	expect_file("apply_stops_at_a_refusal", "apply",
		    "  - devices: [0, 2]\n    mode: host\n  - devices: [3]\n    mode: host\n", 4,
		    "VERDICT  GPU           TEXT\n"
		    "done     0000:82:00.0  switch to host mode, it is in vgpu mode\n"
		    "failed   0001:82:00.0  switch to host mode, it is in vgpu mode\n"
		    "left     0001:e2:00.0  switch to host mode, it is in passthrough mode\n"
		    "nvmux: gpu 0001:82:00.0 is held by m1\n"
		    "nvmux: 1 of 3 changes are made, 1 left; apply again to go on\n");
	expect_file("apply_tells_the_reason", "apply -j", "  - devices: [2]\n    mode: host\n", 4,
		    "{\"version\":1,\"changes\":[{\"verdict\":\"failed\",\"gpu\":\"0001:82:00.0\","
		    "\"text\":\"switch to host mode, it is in vgpu mode\","
		    "\"reason\":\"gpu 0001:82:00.0 is held by m1\"}]}\n"
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

/* The command with both ends of a terminal; what it writes there has carriage returns. */
static void at_a_terminal(char *out, size_t size, const char *command)
{
	char line[512];
	FILE *f;

	snprintf(line, sizeof(line), "script -qec '%s' /dev/null", command);
	f = popen(line, "r");
	out[fread(out, 1, size - 1, f)] = '\0';
	pclose(f);
}

static void test_apply_at_a_terminal(void)
{
	static const char *const entries =
		"  - devices: [1]\n    mode: passthrough\n    vgpu-devices: {}\n"
		"  - devices: [3]\n    mode: host\n";
	char command[256], out[2048];

	if (system("script --version >/dev/null 2>&1"))
		return;
	snprintf(command, sizeof(command), "%s apply %s >/dev/null", program, file_of(entries));
	at_a_terminal(out, sizeof(out), command);
	check(!strcmp(out, "step 1 of 3: 0001:81:00.0: delete vgpu " UUID " (A30-4C)\r\n"
		     "step 2 of 3: 0001:81:00.0: switch to passthrough mode, it is in vgpu mode\r\n"
		     "\r[                    ]   1% prepare, step 1 of 6  "
		     "\r[########            ]  41% clean, step 3 of 6  \r\n"
		     "step 3 of 3: 0001:e2:00.0: switch to host mode, it is in passthrough mode\r\n"),
	      "apply_shows_each_step");
}

/* What has been begun is waited for and accounted for. */
static void test_apply_interrupted(void)
{
	expect_file("apply_interrupted_accounts_for_all", "apply",
		    "  - devices: [0]\n    mode: passthrough\n  - devices: [3]\n    mode: host\n", 1,
		    "VERDICT  GPU           TEXT\n"
		    "done     0000:82:00.0  switch to passthrough mode, it is in vgpu mode\n"
		    "left     0001:e2:00.0  switch to host mode, it is in passthrough mode\n"
		    "nvmux: interrupted\n"
		    "nvmux: 1 of 2 changes are made, 1 left; apply again to go on\n");
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

static void cases(void)
{
	test_define();
	test_apply();
	test_apply_at_a_terminal();
	test_apply_interrupted();
	test_export();
	test_assign();
}

int main(void)
{
	return play("cli-spec", cases);
}
