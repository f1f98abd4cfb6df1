// SPDX-License-Identifier: GPL-2.0-only
/*
 * A configuration beside made-up hosts: what is to be done, in which order, and what is refused.
 */
#include "cli/diff.h"
#include "tap.h"

#define T(text) ((char *)(text))
#define A "0001:81:00.0"
#define B "0001:e2:00.0"

static char *both[] = { T("same-size"), T("mixed-size"), NULL };

static struct gpu gpus[2];
static struct vgpu vgpus[4];
static struct vgpu_type types[] = {
	{ .gpu = T(A), .name = T("A30-4C") },
	{ .gpu = T(A), .name = T("A30-8C") },
	{ .gpu = T(B), .name = T("A30-4C") },
};

static struct definition definitions[2];
static struct records definition_rows = { definitions, 0 };

static struct world world = { .gpus = { gpus, 2 } };

static void begin(size_t n_vgpus)
{
	for (size_t i = 0; i < 2; i++)
		gpus[i] = (struct gpu){
			.address = i ? T(B) : T(A), .device_id = i ? 0x2235 : 0x20b7,
			.active_mode = T("vgpu"), .configured_mode = T("vgpu"),
			.partition = T("same-size"), .configured_partition = T("same-size"),
			.partitions = both,
		};
	for (size_t i = 0; i < 4; i++)
		vgpus[i] = (struct vgpu){
			.gpu = T(A), .type = T("A30-4C"), .owner = T("nvmux"),
			.uuid = i == 0 ? T("u0") : i == 1 ? T("u1") : i == 2 ? T("u2") : T("u3"),
		};
	world.vgpus = (struct records){ vgpus, n_vgpus };
	for (size_t i = 0; i < 2; i++)
		definitions[i] = (struct definition){
			.gpu = T(A), .type = T("A30-4C"), .owner = T("nvmux"), .autostart = 1,
			.uuid = i ? T("d1") : T("d0"),
		};
	definition_rows.n = 0;
}

/* The changes as one text: "verdict gpu text; " each. */
static const char *diff(const char *entries, int *code)
{
	const struct records type_rows = { types, 3 };
	const struct diff_host host = { &world, &type_rows, &definition_rows, "performance" };
	const struct spec_config *config;
	static char text[4096];
	struct records changes = {};
	struct complaint c = {};
	struct spec spec = {};
	char file[1024];

	snprintf(file, sizeof(file), "version: v1\nvgpu-configs:\n  lab:\n%s", entries);
	text[0] = '\0';
	if (spec_parse("f", file, strlen(file), &spec, &c) || spec_find(&spec, NULL, &config, &c) ||
	    diff_build(&host, &spec, config, &changes))
		return c.text[0] ? strcpy(text, c.text) : "?";
	for (size_t i = 0; i < changes.n; i++) {
		const struct change *change = records_get(&change_noun, &changes, i);

		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s %s %s; ",
			 change->verdict, change->gpu, change->text);
	}
	*code = diff_code(&changes);
	records_clear(&change_noun, &changes);
	spec_clear(&spec);
	return text;
}

static void check_diff(const char *entries, int want_code, const char *want)
{
	int code = -1;

	CHECK_STR(diff(entries, &code), want);
	CHECK_INT(code, want_code);
}

static void diff_of_equal_hosts_is_empty(void)
{
	begin(2);
	check_diff("  - devices: all\n    mode: vgpu\n    partition: same-size\n"
		   "  - devices: []\n    mode: host\n", 0, "");
	check_diff("  - devices: [0]\n    vgpu-devices: { A30-4C: 2 }\n", 0, "");
}

static void diff_creates_what_is_missing(void)
{
	begin(1);
	check_diff("  - devices: [81:00.0]\n    vgpu-devices: { A30-4C: 2, A30-8C: 1 }\n", 0,
		   "todo " A " create a vgpu of type A30-4C; "
		   "todo " A " create a vgpu of type A30-8C; ");
}

static void diff_deletes_the_last_of_what_is_too_much(void)
{
	begin(3);
	check_diff("  - devices: [0]\n    vgpu-devices: { A30-4C: 1 }\n", 0,
		   "todo " A " delete vgpu u2 (A30-4C); todo " A " delete vgpu u1 (A30-4C); ");
	vgpus[2].vm = T("m1");
	check_diff("  - devices: [0]\n    vgpu-devices: { A30-4C: 1 }\n", 0,
		   "todo " A " delete vgpu u1 (A30-4C); todo " A " delete vgpu u0 (A30-4C); ");
}

static void diff_deletes_types_that_are_not_named(void)
{
	begin(2);
	vgpus[1].type = T("A30-8C");
	check_diff("  - devices: [0]\n    vgpu-devices: { A30-4C: 1 }\n", 0,
		   "todo " A " delete vgpu u1 (A30-8C); ");
	check_diff("  - devices: [0]\n    mode: vgpu\n    vgpu-devices: {}\n", 0,
		   "todo " A " delete vgpu u0 (A30-4C); todo " A " delete vgpu u1 (A30-8C); ");
	check_diff("  - devices: [0]\n    mode: vgpu\n", 0, "");
}

/* I10 */
static void diff_never_deletes_what_others_own(void)
{
	begin(2);
	vgpus[1].owner = T("mdevctl");
	check_diff("  - devices: [0]\n    mode: vgpu\n    vgpu-devices: {}\n", CODE_POLICY,
		   "todo " A " delete vgpu u0 (A30-4C); "
		   "refused " A " vgpu u1 (A30-4C) is too many and not ours, its owner is mdevctl; ");
	vgpus[0].owner = T("auto");
	vgpus[0].pid = 7;
	vgpus[0].vm = T("m1");
	vgpus[1].owner = T("nvmux");
	check_diff("  - devices: [0]\n    mode: host\n", CODE_BUSY,
		   "todo " A " delete vgpu u1 (A30-4C); "
		   "busy " A " vgpu u0 (A30-4C) is too many and in use by m1; "
		   "todo " A " switch to host mode, it is in vgpu mode; ");
}

static void diff_switches_after_deleting(void)
{
	begin(1);
	check_diff("  - devices: all\n    mode: passthrough\n", 0,
		   "todo " A " delete vgpu u0 (A30-4C); "
		   "todo " A " switch to passthrough mode, it is in vgpu mode; "
		   "todo " B " switch to passthrough mode, it is in vgpu mode; ");
	gpus[1].active_mode = T("passthrough");
	check_diff("  - devices: [1]\n    mode: passthrough\n", 0,
		   "todo " B " configure passthrough mode, in which it is; ");
}

static void diff_divides_before_switching(void)
{
	begin(0);
	gpus[0].active_mode = T("host");
	check_diff("  - devices: [0]\n    partition: mixed-size\n    vgpu-devices: { A30-4C: 1 }\n", 0,
		   "todo " A " divide mixed-size, it is same-size; "
		   "todo " A " switch to vgpu mode, it is in host mode; "
		   "todo " A " create a vgpu of type A30-4C; ");
	check_diff("  - devices: [0]\n    partition: mig\n", CODE_POLICY,
		   "refused " A " gpu " A " cannot be divided mig; ");
}

static void diff_does_not_divide_what_holds_vgpus(void)
{
	begin(1);
	check_diff("  - devices: [0]\n    partition: mixed-size\n", CODE_BUSY,
		   "busy " A " gpu " A " holds vgpus or gpu instances and is divided same-size, "
		   "not mixed-size; ");
	check_diff("  - devices: [0]\n    partition: mixed-size\n    mode: vgpu\n    vgpu-devices: {}\n",
		   0, "todo " A " delete vgpu u0 (A30-4C); "
		   "todo " A " divide mixed-size, it is same-size; ");
}

static void diff_knows_what_a_gpu_is_not_fit_for(void)
{
	begin(0);
	gpus[0].quarantine = T("does not answer");
	gpus[1].target_mode = T("host");
	check_diff("  - devices: all\n    mode: passthrough\n", CODE_POLICY,
		   "refused " A " gpu " A " is quarantined: does not answer; "
		   "busy " B " gpu " B " is switching to host mode; ");
	begin(0);
	check_diff("  - devices: [1]\n    vgpu-devices: { A30-8C: 1 }\n", CODE_POLICY,
		   "refused " B " gpu " B " does not offer type A30-8C; ");
}

/* They come when their GPU comes into vgpu mode: nothing is made beside them. */
static void diff_starts_what_is_defined(void)
{
	begin(0);
	definition_rows.n = 2;
	gpus[0].active_mode = T("host");
	check_diff("  - devices: [0]\n    vgpu-devices: { A30-4C: 3 }\n", 0,
		   "todo " A " switch to vgpu mode, it is in host mode; "
		   "todo " A " start vgpu d0 (A30-4C), which is defined; "
		   "todo " A " start vgpu d1 (A30-4C), which is defined; "
		   "todo " A " create a vgpu of type A30-4C; ");
}

static void diff_forgets_what_is_defined_and_too_much(void)
{
	begin(1);
	definition_rows.n = 2;
	check_diff("  - devices: [0]\n    vgpu-devices: { A30-4C: 2 }\n", 0,
		   "todo " A " forget vgpu d1 (A30-4C), which is defined; "
		   "todo " A " start vgpu d0 (A30-4C), which is defined; ");
	check_diff("  - devices: [0]\n    mode: host\n", 0,
		   "todo " A " delete vgpu u0 (A30-4C); "
		   "todo " A " forget vgpu d0 (A30-4C), which is defined; "
		   "todo " A " forget vgpu d1 (A30-4C), which is defined; "
		   "todo " A " switch to host mode, it is in vgpu mode; ");
	definitions[0].active = 1;
	definitions[1].owner = T("mdevctl");
	check_diff("  - devices: [0]\n    vgpu-devices: { A30-4C: 1 }\n", 0, "");
	definitions[1].owner = T("nvmux");
	definitions[1].autostart = 0;
	check_diff("  - devices: [0]\n    vgpu-devices: { A30-4C: 1 }\n", 0, "");
}

static struct instance instances[] = {
	{ .profile = T("1g.6gb"), .placement = 0, .kept = 1 },
	{ .profile = T("1g.6gb"), .placement = 1, .kept = 1 },
	{ .profile = T("1g.6gb"), .placement = 2 },
	{ .profile = T("1g.6gb"), .placement = 3, .kept = 1 },
};

/* Those that end by themselves do not count. */
static void diff_lays_out_gpu_instances(void)
{
	begin(0);
	both[0] = T("mig");
	gpus[0].partition = gpus[0].configured_partition = T("mig");
	gpus[0].instances = (struct records){ instances, 4 };
	check_diff("  - devices: [0]\n    mig-devices: { 1g.6gb: 3 }\n", 0, "");
	check_diff("  - devices: [0]\n    partition: mig\n", 0, "");
	check_diff("  - devices: [0]\n    mig-devices: { 2g.12gb: 1, 1g.6gb: 1 }\n", 0,
		   "todo " A " delete gpu instance 1g.6gb at 3; "
		   "todo " A " delete gpu instance 1g.6gb at 1; "
		   "todo " A " create gpu instance 2g.12gb; ");
	check_diff("  - devices: [0]\n    mig-devices: { 1g.6gb: 4 }\n    vgpu-devices: "
		   "{ A30-4C: 1 }\n", 0, "todo " A " create gpu instance 1g.6gb; "
		   "todo " A " create a vgpu of type A30-4C; ");
	both[0] = T("same-size");
}

/* What holds a vGPU goes only with it; what stays keeps the GPU from being divided. */
static void diff_keeps_gpu_instances_in_use(void)
{
	begin(1);
	gpus[0].partition = T("mig");
	gpus[0].instances = (struct records){ instances, 4 };
	instances[3].vgpu_count = 1;
	check_diff("  - devices: [0]\n    mig-devices: {}\n", CODE_BUSY,
		   "busy " A " gpu instance 1g.6gb at 3 is too many and holds vgpus; "
		   "todo " A " delete gpu instance 1g.6gb at 1; "
		   "todo " A " delete gpu instance 1g.6gb at 0; ");
	check_diff("  - devices: [0]\n    partition: same-size\n    mode: vgpu\n"
		   "    vgpu-devices: {}\n    mig-devices: {}\n", 0,
		   "todo " A " delete vgpu u0 (A30-4C); "
		   "todo " A " delete gpu instance 1g.6gb at 3; "
		   "todo " A " delete gpu instance 1g.6gb at 1; "
		   "todo " A " delete gpu instance 1g.6gb at 0; "
		   "todo " A " divide same-size, it is mig; ");
	check_diff("  - devices: [0]\n    partition: same-size\n    mode: vgpu\n"
		   "    vgpu-devices: {}\n", CODE_BUSY,
		   "todo " A " delete vgpu u0 (A30-4C); busy " A " gpu " A " holds vgpus or gpu "
		   "instances and is divided mig, not same-size; ");
	instances[3].vgpu_count = 0;
}

static void diff_leaves_the_vendors_vgpus_alone(void)
{
	begin(2);
	gpus[0].active_mode = gpus[0].configured_mode = T("host");
	gpus[0].vendor_vgpus = T("mdev");
	vgpus[0].owner = vgpus[1].owner = T("foreign");
	check_diff("  - devices: [0]\n    mode: host\n", 0, "");
	check_diff("  - devices: [0]\n    vgpu-devices: { A30-4C: 2 }\n", CODE_POLICY,
		   "refused " A " gpu " A " is shared by NVIDIA's own vgpu manager; ");
}

static void diff_finds_its_devices(void)
{
	begin(0);
	check_diff("  - devices: all\n    device-filter: \"0x223510DE\"\n    mode: host\n", 0,
		   "todo " B " switch to host mode, it is in vgpu mode; ");
	check_diff("  - devices: [2, 0000:81:00.0]\n", CODE_POLICY,
		   "refused  line 4: no gpu 2; refused  line 4: no gpu 0000:81:00.0; ");
	check_diff("  - devices: [1]\n    mode: vgpu\n  - devices: all\n    mode: vgpu\n", CODE_POLICY,
		   "refused " B " the entries of lines 4 and 6 are both about gpu " B "; ");
}

int main(void)
{
	RUN(diff_of_equal_hosts_is_empty);
	RUN(diff_creates_what_is_missing);
	RUN(diff_deletes_the_last_of_what_is_too_much);
	RUN(diff_deletes_types_that_are_not_named);
	RUN(diff_never_deletes_what_others_own);
	RUN(diff_switches_after_deleting);
	RUN(diff_divides_before_switching);
	RUN(diff_does_not_divide_what_holds_vgpus);
	RUN(diff_knows_what_a_gpu_is_not_fit_for);
	RUN(diff_starts_what_is_defined);
	RUN(diff_forgets_what_is_defined_and_too_much);
	RUN(diff_lays_out_gpu_instances);
	RUN(diff_keeps_gpu_instances_in_use);
	RUN(diff_leaves_the_vendors_vgpus_alone);
	RUN(diff_finds_its_devices);
	return tap_end();
}
