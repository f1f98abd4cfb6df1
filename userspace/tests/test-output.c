// SPDX-License-Identifier: GPL-2.0-only
/*
 * Golden output of the command line: every noun as a table, as lines and as
 * JSON, from rows that are written down here. Who changes a column sees here
 * what scripts and people will see.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/fail.h"
#include "cli/nouns.h"
#include "cli/output.h"
#include "cli/verbs.h"

#define GIB (1ULL << 30)

static int n_cases, n_failed;

static void check(bool good, const char *name)
{
	n_cases++;
	if (!good)
		n_failed++;
	printf("%s %d - %s\n", good ? "ok" : "not ok", n_cases, name);
}

static void check_text(const char *got, const char *want, const char *name)
{
	bool good = got && !strcmp(got, want);

	check(good, name);
	if (!good)
		printf("# got:\n%s\n# want:\n%s\n", got ? got : "(nothing)", want);
}

typedef int (*output_fn)(const struct output *o, const struct noun *noun, const void *rows);

static int list(const struct output *o, const struct noun *noun, const void *rows)
{
	return output_list(o, noun, rows);
}

static void golden(const char *name, struct output o, output_fn fn, const struct noun *noun,
		   const void *rows, const char *want)
{
	char *text = NULL;
	size_t size;
	int code;

	o.file = open_memstream(&text, &size);
	code = fn(&o, noun, rows);
	fclose(o.file);
	check_text(code ? NULL : text, want, name);
	free(text);
}

static const struct output human, json = { .json = true };
static const struct output pretty = { .json = true, .pretty = true };

#define T(text) ((char *)(text))

static struct companion companions[] = {
	{ T("0000:41:00.1"), 0x040300, T("snd_hda_intel") },
	{ T("0000:41:00.2"), 0x0c0330, NULL },
};

static struct instance instances[] = {
	{ T("2g.12gb"), 0, 2, 2, 1, 1 },
	{ T("1g.6gb"), 2, 1, 1, 0, 0 },
};

static char *partitions[] = { T("same-size"), T("mig"), NULL };
static char *vms[] = { T("m1"), T("m2"), NULL };

static struct gpu gpus[] = {
	{
		.address = T("0000:41:00.0"), .board = T("NVIDIA A40"), .device_id = 0x2235,
		.subsystem_vendor_id = 0x10de, .subsystem_id = 0x145a, .class = 0x030200,
		.chip = 0x172, .driver = T("nvmux"), .active_mode = T("vgpu"),
		.configured_mode = T("vgpu"), .fb_size = 48 * GIB, .scrub_done = 3 * GIB,
		.scrub_total = 8 * GIB, .bar1_size = 64 * GIB, .reset = T("slot"),
		.numa_node = 1, .iommu_group = 17, .partition = T("mig"),
		.configured_partition = T("mig"), .partitions = partitions,
		.instances = { instances, 2 }, .vgpu_count = 2,
		.companions = { companions, 2 }, .vms = vms,
	},
	{
		.address = T("0001:e2:00.0"), .device_id = 0x20b7, .class = 0x030200,
		.active_mode = T("host"), .configured_mode = T("passthrough"),
		.target_mode = T("passthrough"), .pending = T("held by nvidia"),
		.quarantine = T("does not answer"), .fb_size = 24 * GIB - (GIB >> 2),
		.step = T("reset"), .vf_count = 16, .memory = T("tenant"),
		.numa_node = -1, .iommu_group = -1,
	},
};

static void test_gpu_list(void)
{
	const struct records rows = { gpus, 2 }, none = {};

	golden("gpu_list", human, list, &gpu_noun, &rows,
	       "GPU           BOARD       MODE               CONFIGURED    DRIVER  VGPUS  VMS\n"
	       "0000:41:00.0  NVIDIA A40  vgpu               vgpu          nvmux   2      m1,m2\n"
	       "0001:e2:00.0  -           host>passthrough!  passthrough*  -       0      -\n");
	golden("gpu_list_empty_is_a_header", human, list, &gpu_noun, &none,
	       "GPU  BOARD  MODE  CONFIGURED  DRIVER  VGPUS  VMS\n");
	golden("gpu_list_empty_json_is_an_array", json, list, &gpu_noun, &none,
	       "{\"version\":1,\"gpus\":[]}\n");
}

/* NVIDIA's own manager shares it, while the module leaves it to the host. */
static void test_gpu_vendor(void)
{
	static struct gpu gpu = {
		.address = T("0000:a1:00.0"), .active_mode = T("host"), .driver = T("nvidia"),
		.vgpu_count = 3, .vendor_vgpus = T("vfio"), .numa_node = -1, .iommu_group = -1,
	};
	const struct records rows = { &gpu, 1 };

	golden("gpu_list_vendor", human, list, &gpu_noun, &rows,
	       "GPU           BOARD  MODE           CONFIGURED  DRIVER  VGPUS  VMS\n"
	       "0000:a1:00.0  -      vgpu (vendor)  -           nvidia  3      -\n");
}

static void test_gpu_show(void)
{
	golden("gpu_show", human, output_show, &gpu_noun, &gpus[0],
	       "GPU:                  0000:41:00.0\n"
	       "Board:                NVIDIA A40\n"
	       "Device ID:            0x2235\n"
	       "Subsystem vendor ID:  0x10de\n"
	       "Subsystem ID:         0x145a\n"
	       "Class:                0x030200\n"
	       "Chip:                 0x0172\n"
	       "Active mode:          vgpu\n"
	       "Active Type:          Shared Direct\n"
	       "Configured mode:      vgpu\n"
	       "Configured Type:      Shared Direct\n"
	       "Switching to:         -\n"
	       "Step:                 -\n"
	       "Pending:              -\n"
	       "Last error:           -\n"
	       "Quarantine:           -\n"
	       "Driver:               nvmux\n"
	       "Framebuffer:          48 GiB\n"
	       "Memory:               -\n"
	       "Cleaned:              3072 of 8192 MiB\n"
	       "BAR1:                 64 GiB\n"
	       "Reset:                slot\n"
	       "Virtual functions:    -\n"
	       "NUMA node:            1\n"
	       "IOMMU group:          17\n"
	       "Partition:            mig\n"
	       "Configured partition: mig\n"
	       "Partitions:           same-size,mig\n"
	       "GPU instances:        2g.12gb at 0: 1 vGPU, kept; 1g.6gb at 2: 0 vGPUs\n"
	       "vGPUs:                2\n"
	       "Vendor vGPUs:         -\n"
	       "Companions:           0000:41:00.1 0x040300 snd_hda_intel, "
	       "0000:41:00.2 0x0c0330 -\n"
	       "VMs:                  m1,m2\n");
}

static void test_gpu_json(void)
{
	golden("gpu_show_json", json, output_show, &gpu_noun, &gpus[0],
	       "{\"version\":1,\"gpus\":[{\"address\":\"0000:41:00.0\",\"board\":\"NVIDIA A40\","
	       "\"device_id\":\"0x2235\",\"subsystem_vendor_id\":\"0x10de\","
	       "\"subsystem_id\":\"0x145a\",\"class\":\"0x030200\",\"chip\":\"0x0172\","
	       "\"active_mode\":\"vgpu\",\"active_type\":\"Shared Direct\","
	       "\"configured_mode\":\"vgpu\",\"configured_type\":\"Shared Direct\","
	       "\"target_mode\":null,\"step\":null,\"pending\":null,\"error\":null,\"quarantine\":null,"
	       "\"driver\":\"nvmux\",\"fb_size\":51539607552,\"memory\":null,"
	       "\"scrub_done\":3221225472,\"scrub_total\":8589934592,\"bar1_size\":68719476736,"
	       "\"reset\":\"slot\",\"vf_count\":null,"
	       "\"numa_node\":1,\"iommu_group\":17,\"partition\":\"mig\","
	       "\"configured_partition\":\"mig\",\"partitions\":[\"same-size\",\"mig\"],"
	       "\"instances\":[{\"profile\":\"2g.12gb\",\"placement\":0,\"memory_slices\":2,"
	       "\"compute_slices\":2,\"vgpu_count\":1,\"kept\":true},{\"profile\":\"1g.6gb\","
	       "\"placement\":2,\"memory_slices\":1,\"compute_slices\":1,\"vgpu_count\":0,"
	       "\"kept\":false}],\"vgpu_count\":2,\"vendor_vgpus\":null,"
	       "\"companions\":[{\"address\":\"0000:41:00.1\",\"class\":\"0x040300\","
	       "\"driver\":\"snd_hda_intel\"},{\"address\":\"0000:41:00.2\","
	       "\"class\":\"0x0c0330\",\"driver\":null}],\"vms\":[\"m1\",\"m2\"]}]}\n");
	golden("gpu_show_json_unknown_is_null", json, output_show, &gpu_noun, &gpus[1],
	       "{\"version\":1,\"gpus\":[{\"address\":\"0001:e2:00.0\",\"board\":null,"
	       "\"device_id\":\"0x20b7\",\"subsystem_vendor_id\":null,\"subsystem_id\":null,"
	       "\"class\":\"0x030200\",\"chip\":null,\"active_mode\":\"host\","
	       "\"active_type\":\"Shared\",\"configured_mode\":\"passthrough\","
	       "\"configured_type\":\"Direct\",\"target_mode\":\"passthrough\",\"step\":\"reset\","
	       "\"pending\":\"held by nvidia\",\"error\":null,\"quarantine\":\"does not answer\","
	       "\"driver\":null,\"fb_size\":25501368320,\"memory\":\"tenant\",\"scrub_done\":0,"
	       "\"scrub_total\":0,\"bar1_size\":null,"
	       "\"reset\":null,\"vf_count\":16,\"numa_node\":null,"
	       "\"iommu_group\":null,\"partition\":null,\"configured_partition\":null,"
	       "\"partitions\":[],\"instances\":[],\"vgpu_count\":0,\"vendor_vgpus\":null,\"companions\":[],"
	       "\"vms\":[]}]}\n");
}

static struct vgpu vgpus[] = {
	{ .gpu = T("0000:41:00.0"), .uuid = T("c0ffee00-0000-4000-8000-000000000001"),
	  .type = T("A40-24C"), .state = T("open"), .owner = T("nvmux"),
	  .gi_profile = T("3g.24gb"), .size = 24 * GIB,
	  .bar1_size = 32 * GIB, .resets = 3, .pid = 4711, .command = T("qemu-system-x86"), .vm = T("m1") },
	{ .gpu = T("0000:41:00.0"), .uuid = T("c0ffee00-0000-4000-8000-000000000002"),
	  .type = T("A40-24C"), .state = T("open"), .placement = 24, .offset = 24 * GIB,
	  .size = 24 * GIB, .bar1_size = 32 * GIB, .pid = 42, .command = T("evil\033[2J\302\233x") },
	{ .gpu = T("0001:e2:00.0"), .uuid = T("c0ffee00-0000-4000-8000-000000000003"),
	  .type = T("A30-512B"), .state = T("published"), .size = 512 << 20 },
};

static void test_vgpu(void)
{
	const struct records rows = { vgpus, 3 };

	golden("vgpu_list_without_control_characters", human, list, &vgpu_noun, &rows,
	       "GPU           UUID                                  TYPE      STATE      OWNER  "
	       "PLACEMENT  INSTANCE  SIZE     HOLDER\n"
	       "0000:41:00.0  c0ffee00-0000-4000-8000-000000000001  A40-24C   open       nvmux  "
	       "0          3g.24gb   24 GiB   m1\n"
	       "0000:41:00.0  c0ffee00-0000-4000-8000-000000000002  A40-24C   open       -      "
	       "24         -         24 GiB   evil?[2J?x[42]\n"
	       "0001:e2:00.0  c0ffee00-0000-4000-8000-000000000003  A30-512B  published  -      "
	       "0          -         512 MiB  -\n");
	golden("vgpu_show", human, output_show, &vgpu_noun, &vgpus[0],
	       "GPU:          0000:41:00.0\n"
	       "UUID:         c0ffee00-0000-4000-8000-000000000001\n"
	       "Type:         A40-24C\n"
	       "State:        open\n"
	       "Owner:        nvmux\n"
	       "Placement:    0\n"
	       "GPU instance: 3g.24gb\n"
	       "Offset:       0 B\n"
	       "Size:         24 GiB\n"
	       "BAR1:         32 GiB\n"
	       "Resets:       3\n"
	       "PID:          4711\n"
	       "Command:      qemu-system-x86\n"
	       "Function:     -\n"
	       "VM:           m1\n");
	golden("vgpu_show_json", json, output_show, &vgpu_noun, &vgpus[2],
	       "{\"version\":1,\"vgpus\":[{\"gpu\":\"0001:e2:00.0\","
	       "\"uuid\":\"c0ffee00-0000-4000-8000-000000000003\",\"type\":\"A30-512B\","
	       "\"state\":\"published\",\"owner\":null,\"placement\":0,\"gi_profile\":null,"
	       "\"offset\":0,\"size\":536870912,"
	       "\"bar1_size\":null,\"resets\":0,\"pid\":null,\"command\":null,\"function\":null,\"vm\":null}]}\n");
}

static uint32_t placements[] = { 0, 4, 8 };

static struct vgpu_type types[] = {
	{ .gpu = T("0001:81:00.0"), .name = T("A30-4C"), .mdev_type = T("nvmux-A30-4C"),
	  .label = T("NVIDIA A30-4C"), .family = T("A30"), .architecture = T("Ampere"),
	  .series = T("C"), .fb_size = 4 * GIB, .bar1_size = 4 * GIB, .max_instances = 6,
	  .available = 5, .max_mixed = 4, .placements = { placements, 3 },
	  .free_placements = { placements + 1, 2 }, .max_x = 4096, .max_y = 2400, .frl = 60,
	  .heads = 1, .max_per_vm = 16, .device_id = 0x20b7, .subsystem_id = 0x158c },
	{ .gpu = T("0001:81:00.0"), .name = T("A30-24C"), .fb_size = 24 * GIB,
	  .max_instances = 1, .reason = T("gpu 0001:81:00.0 holds vgpus of 4 GiB") },
	{ .name = T("A30-1-6C"), .fb_size = 6 * GIB, .max_instances = 4, .max_per_gi = 1,
	  .gi_profile = T("1g.6gb"), .reason = T("no gpu of this host offers it") },
};

static void test_type_list(void)
{
	const struct records rows = { types, 3 };

	golden("type_list_tells_why", human, list, &type_noun, &rows,
	       "GPU           TYPE      FB      AVAILABLE  MAX  SOURCE     REASON\n"
	       "0001:81:00.0  A30-4C    4 GiB   5          6    gpu        -\n"
	       "0001:81:00.0  A30-24C   24 GiB  0          1    gpu        "
	       "gpu 0001:81:00.0 holds vgpus of 4 GiB\n"
	       "-             A30-1-6C  6 GiB   0          4    catalogue  "
	       "no gpu of this host offers it\n");
}

static int show_all(const struct output *o, const struct noun *noun, const void *rows)
{
	return output_show_all(o, noun, rows);
}

static void test_type_show(void)
{
	const struct records one = { types, 1 }, two = { types + 1, 2 };

	golden("type_show", human, show_all, &type_noun, &one,
	       "GPU:                  0001:81:00.0\n"
	       "Type:                 A30-4C\n"
	       "Label:                NVIDIA A30-4C\n"
	       "Family:               A30\n"
	       "Architecture:         Ampere\n"
	       "mdev type:            nvmux-A30-4C\n"
	       "Series:               C\n"
	       "Framebuffer:          4 GiB\n"
	       "BAR1:                 4 GiB\n"
	       "Available:            5\n"
	       "Most on a GPU:        6\n"
	       "Most when mixed-size: 4\n"
	       "GPU instance:         -\n"
	       "Most in an instance:  -\n"
	       "Placements:           0,4,8\n"
	       "Free placements:      4,8\n"
	       "Displays:             1\n"
	       "Most pixels across:   4096\n"
	       "Most pixels down:     2400\n"
	       "Frame rate limit:     60\n"
	       "Most in a VM:         16\n"
	       "Device ID:            0x20b7\n"
	       "Subsystem ID:         0x158c\n"
	       "Source:               gpu\n"
	       "Reason:               -\n");
	golden("type_show_json", json, show_all, &type_noun, &one,
	       "{\"version\":1,\"types\":[{\"gpu\":\"0001:81:00.0\",\"name\":\"A30-4C\","
	       "\"label\":\"NVIDIA A30-4C\",\"family\":\"A30\",\"architecture\":\"Ampere\","
	       "\"mdev_type\":\"nvmux-A30-4C\",\"series\":\"C\",\"fb_size\":4294967296,"
	       "\"bar1_size\":4294967296,\"available\":5,\"max_instances\":6,\"max_mixed\":4,"
	       "\"gi_profile\":null,\"max_per_gi\":null,\"placements\":[0,4,8],"
	       "\"free_placements\":[4,8],\"heads\":1,\"max_x\":4096,\"max_y\":2400,\"frl\":60,"
	       "\"max_per_vm\":16,\"device_id\":\"0x20b7\",\"subsystem_id\":\"0x158c\","
	       "\"source\":\"gpu\",\"reason\":null}]}\n");
	golden("type_show_json_is_one_list", json, show_all, &type_noun, &two,
	       "{\"version\":1,\"types\":[{\"gpu\":\"0001:81:00.0\",\"name\":\"A30-24C\","
	       "\"label\":null,\"family\":null,\"architecture\":null,\"mdev_type\":null,"
	       "\"series\":null,\"fb_size\":25769803776,\"bar1_size\":null,\"available\":0,"
	       "\"max_instances\":1,\"max_mixed\":null,\"gi_profile\":null,\"max_per_gi\":null,"
	       "\"placements\":[],\"free_placements\":[],\"heads\":null,\"max_x\":null,"
	       "\"max_y\":null,\"frl\":null,\"max_per_vm\":null,\"device_id\":null,"
	       "\"subsystem_id\":null,\"source\":\"gpu\","
	       "\"reason\":\"gpu 0001:81:00.0 holds vgpus of 4 GiB\"},{\"gpu\":null,"
	       "\"name\":\"A30-1-6C\",\"label\":null,\"family\":null,\"architecture\":null,"
	       "\"mdev_type\":null,\"series\":null,\"fb_size\":6442450944,\"bar1_size\":null,"
	       "\"available\":0,\"max_instances\":4,\"max_mixed\":null,\"gi_profile\":\"1g.6gb\","
	       "\"max_per_gi\":1,\"placements\":[],\"free_placements\":[],\"heads\":null,"
	       "\"max_x\":null,\"max_y\":null,\"frl\":null,\"max_per_vm\":null,"
	       "\"device_id\":null,\"subsystem_id\":null,\"source\":\"catalogue\","
	       "\"reason\":\"no gpu of this host offers it\"}]}\n");
}

static void test_board(void)
{
	struct board boards[] = {
		{ T("NVIDIA A40"), 0x2235, T("Ampere"), T("A40"), 48 * GIB, 30 },
		{ T("NVIDIA B200"), 0x2901, T("Blackwell"), NULL, 0, 0 },
	};
	const struct records rows = { boards, 2 };

	golden("board_list", human, list, &board_noun, &rows,
	       "BOARD        DEVICE  ARCHITECTURE  FB      FAMILY  TYPES\n"
	       "NVIDIA A40   0x2235  Ampere        48 GiB  A40     30\n"
	       "NVIDIA B200  0x2901  Blackwell     -       -       0\n");
	golden("board_list_json", json, list, &board_noun, &(struct records){ boards, 1 },
	       "{\"version\":1,\"boards\":[{\"board\":\"NVIDIA A40\",\"device_id\":\"0x2235\","
	       "\"architecture\":\"Ampere\",\"fb_size\":51539607552,\"family\":\"A40\","
	       "\"type_count\":30}]}\n");
}

static void test_vm(void)
{
	char *one_gpu[] = { T("0001:e2:00.0"), NULL };
	char *one_vgpu[] = { T("c0ffee00-0000-4000-8000-000000000001"), NULL };
	struct vm rows_of_vm[] = {
		{ .name = T("b\303\274ro"), .pid = 99, .gpus = one_gpu, .vgpus = one_vgpu,
		  .violation = T("a vgpu and a gpu at once") },
		{ .name = T("m1") },
	};
	const struct records rows = { rows_of_vm, 2 };

	golden("vm_list_aligns_utf8", human, list, &vm_noun, &rows,
	       "VM    PID  GPUS          VGPUS                                 VIOLATION\n"
	       "b\303\274ro  99   0001:e2:00.0  c0ffee00-0000-4000-8000-000000000001  "
	       "a vgpu and a gpu at once\n"
	       "m1    -    -             -                                     -\n");
	golden("vm_list_pretty_json", pretty, list, &vm_noun, &(struct records){ rows_of_vm, 1 },
	       "{\n"
	       "  \"version\": 1,\n"
	       "  \"vms\": [\n"
	       "    {\n"
	       "      \"name\": \"b\303\274ro\",\n"
	       "      \"uuid\": null,\n"
	       "      \"pid\": 99,\n"
	       "      \"gpus\": [\n"
	       "        \"0001:e2:00.0\"\n"
	       "      ],\n"
	       "      \"vgpus\": [\n"
	       "        \"c0ffee00-0000-4000-8000-000000000001\"\n"
	       "      ],\n"
	       "      \"violation\": \"a vgpu and a gpu at once\"\n"
	       "    }\n"
	       "  ]\n"
	       "}\n");
}

static void test_event(void)
{
	struct event e = { T("gpu-changed"), T("0000:41:00.0"), T("now vgpu") };
	struct event bare = { T("daemon-stopped"), T("nvmuxd"), NULL };

	golden("event_line", human, output_line, &event_noun, &e,
	       "gpu-changed 0000:41:00.0 now vgpu\n");
	golden("event_line_without_text", human, output_line, &event_noun, &bare,
	       "daemon-stopped nvmuxd\n");
	golden("event_line_json_is_never_pretty", pretty, output_line, &event_noun, &bare,
	       "{\"version\":1,\"event\":\"daemon-stopped\",\"id\":\"nvmuxd\",\"text\":null}\n");
}

/* Lists, lines and JSON name every value of a row, or say so here. */
static void test_columns(void)
{
	const struct noun *const nouns[] = {
		&gpu_noun, &instance_noun, &vgpu_noun, &type_noun, &board_noun, &vm_noun,
	};
	const struct column *c;

	for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++)
		for (c = nouns[i]->columns; c->kind; c++)
			if (!c->key && !c->human) {
				check(false, "columns_are_complete");
				return;
			}
	check(true, "columns_are_complete");
}

static void test_help(void)
{
	char *text = NULL, *line, *rest;
	bool short_lines = true;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	help_print(NULL, f);
	fclose(f);
	check(strstr(text, "gpu set-mode GPU MODE [--detach]"), "help_has_the_verbs");
	check(strstr(text, "[--count N]\n      [--numa NODE] "), "help_wraps_options");
	check(strstr(text, "--json-version N"), "help_has_the_options");
	check(!strstr(text, "--completion"), "help_hides_what_is_for_shells");
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (strlen(line) > 80)
			short_lines = false;
	check(short_lines, "help_fits_80_columns");
	free(text);
}

int main(void)
{
	test_gpu_list();
	test_gpu_vendor();
	test_gpu_show();
	test_gpu_json();
	test_vgpu();
	test_type_list();
	test_type_show();
	test_board();
	test_vm();
	test_event();
	test_columns();
	test_help();
	printf("1..%d\n", n_cases);
	return n_failed ? 1 : 0;
}
