// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of apply: what is read out of them, and how each fault is told with its line.
 */
#include "cli/spec.h"
#include "tap.h"

static struct complaint complaint;

static int parse(const char *text, struct spec *spec)
{
	complaint = (struct complaint){};
	return spec_parse("f", text, strlen(text), spec, &complaint);
}

#define HEAD "version: v1\nvgpu-configs:\n  lab:\n"

static void spec_reads_a_file_of_vgpu_device_manager(void)
{
	const struct spec_config *config;
	struct spec spec = {};

	CHECK_INT(parse("version: v1\n"
			"vgpu-configs:\n"
			"  default:\n"
			"    - devices: all\n"
			"      device-filter: [\"0x20B710DE\", \"0x223510de\"]\n"
			"      vgpu-devices:\n"
			"        \"A30-4C\": 6\n"
			"        A30-8C: 0\n", &spec), 0);
	CHECK_INT(spec.n_configs, 1);
	CHECK_INT(spec_find(&spec, NULL, &config, &complaint), 0);
	CHECK_STR(config->label, "default");
	CHECK_INT(config->n_entries, 1);
	CHECK(config->entries[0].all && config->entries[0].has_vgpus);
	CHECK_STR(config->entries[0].mode, "vgpu");
	CHECK_INT(config->entries[0].n_filters, 2);
	CHECK_INT(config->entries[0].filters[1], 0x223510de);
	CHECK_INT(config->entries[0].n_vgpus, 2);
	CHECK_STR(config->entries[0].vgpus[0].name, "A30-4C");
	CHECK_INT(config->entries[0].vgpus[0].count, 6);
	CHECK_INT(config->entries[0].line, 4);
	spec_clear(&spec);
}

static void spec_reads_our_words(void)
{
	const struct spec_config *config;
	struct spec spec = {};

	CHECK_INT(parse("version: v1\npolicy: consolidation\nvgpu-configs:\n  a: []\n  b:\n"
			"  - devices: [0, \"0001:e2:00.0\"]\n"
			"    mode: passthrough\n    partition: mixed-size\n"
			"    detach: true\n    when-idle: false\n    force: true\n"
			"  - devices: [1]\n    mig-devices: { 1g.6gb: 2, \"2g.12gb\": 1 }\n",
			&spec), 0);
	CHECK_STR(spec.policy, "consolidation");
	CHECK_INT(spec_find(&spec, "b", &config, &complaint), 0);
	CHECK_STR(config->entries[0].mode, "passthrough");
	CHECK_STR(config->entries[0].partition, "mixed-size");
	CHECK(config->entries[0].detach && !config->entries[0].when_idle);
	CHECK(config->entries[0].force && !config->entries[1].force);
	CHECK(!config->entries[0].has_instances && config->entries[1].has_instances);
	CHECK_STR(config->entries[1].partition, "mig");
	CHECK_STR(config->entries[1].instances[1].name, "2g.12gb");
	CHECK_INT(config->entries[1].instances[0].count, 2);
	CHECK(!config->entries[0].all && !config->entries[0].has_vgpus);
	CHECK_STR(config->entries[0].devices[1], "0001:e2:00.0");
	CHECK_INT(spec_find(&spec, NULL, &config, &complaint), CODE_USAGE);
	CHECK_STR(complaint.text, "the file has 2 configurations, name one by --config");
	CHECK_INT(spec_find(&spec, "c", &config, &complaint), CODE_NOT_FOUND);
	spec_clear(&spec);
}

static void spec_reads_json(void)
{
	struct spec spec = {};

	CHECK_INT(parse("{\n\t\"version\": \"v1\",\n\t\"vgpu-configs\": {\n\t\t\"x\\/y\": [\n\t\t\t"
			"{ \"devices\": [\"81:00.0\"], \"detach\": true,\n"
			"\t\t\t\"vgpu-devices\": { \"A30-4C\": 2 } } ] } }\n", &spec), 0);
	CHECK_STR(spec.configs[0].label, "x/y");
	CHECK_INT(spec.configs[0].entries[0].vgpus[0].count, 2);
	CHECK(spec.configs[0].entries[0].detach);
	spec_clear(&spec);
}

static void spec_follows_anchors(void)
{
	struct spec spec = {};

	CHECK_INT(parse(HEAD "  - &a\n    devices: [0]\n    mode: host\n  - *a\n", &spec), 0);
	CHECK_INT(spec.configs[0].n_entries, 2);
	CHECK_STR(spec.configs[0].entries[1].mode, "host");
	spec_clear(&spec);
}

static const struct {
	const char *text;
	const char *want;
} faults[] = {
	{ "", "f: the file is empty" },
	{ "version: v2\nvgpu-configs: {}\n", "f:1: v2 is not a known version, only v1 is" },
	{ "vgpu-configs: {}\n", "f:1: version is missing" },
	{ "version: v1\n", "f:1: vgpu-configs is missing" },
	{ "version: v1\nmig-configs: {}\n", "f:2: unknown key mig-configs in the file" },
	{ "version: v1\npolicy: fast\nvgpu-configs: {}\n", "f:2: fast is not a policy" },
	{ "- version: v1\n", "f:1: the file must be a mapping" },
	{ HEAD "    devices: all\n", "f:4: configuration lab must be a list" },
	{ HEAD "  - mode: host\n", "f:4: devices is missing" },
	{ HEAD "  - devices: all\n    modes: host\n", "f:5: unknown key modes in an entry" },
	{ HEAD "  - devices: all\n    mode: host\n    mode: host\n", "f:6: mode is said twice" },
	{ HEAD "  - devices: all\n    mode: shared\n", "f:5: shared is not a mode" },
	{ HEAD "  - devices: all\n    partition: half\n", "f:5: half is not a partitioning" },
	{ HEAD "  - devices: some\n", "f:4: devices is all or a list" },
	{ HEAD "  - devices: [-1]\n", "f:4: -1 is neither a number nor a PCI address" },
	{ HEAD "  - devices: [[0]]\n", "f:4: a single value is needed here" },
	{ HEAD "  - devices: all\n    detach: yes\n",
	  "f:5: yes is not a flag, which is true or false" },
	{ HEAD "  - devices: all\n    device-filter: 20B710DE\n",
	  "f:5: 20B710DE is not a device id such as 0x20B710DE" },
	{ HEAD "  - devices: all\n    vgpu-devices: { A30-4C: many }\n",
	  "f:5: many is not a number of vGPUs" },
	{ HEAD "  - devices: all\n    mig-devices: { 1g.6gb: many }\n",
	  "f:5: many is not a number of GPU instances" },
	{ HEAD "  - devices: all\n    partition: same-size\n    mig-devices: { 1g.6gb: 1 }\n",
	  "f:4: mig-devices need partition mig, not same-size" },
	{ HEAD "  - devices: all\n    vgpu-devices: { A30-4C: 99999999999 }\n",
	  "f:5: 99999999999 is not a number of vGPUs" },
	{ HEAD "  - devices: all\n    mode: host\n    vgpu-devices: { A30-4C: 1 }\n",
	  "f:4: vgpu-devices need mode vgpu, not host" },
	{ HEAD "  - devices: all\n   mode: host\n", "f:5: did not find expected key" },
	{ HEAD "  - *nobody\n", "f:4: found undefined alias" },
	{ HEAD "  - devices: \"a\\0b\"\n", "f:4: devices is all or a list" },
};

static void spec_tells_faults_with_their_line(void)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct spec spec = {};
		int code = parse(faults[i].text, &spec);

		spec_clear(&spec);
		CHECK_STR(complaint.text, faults[i].want);
		CHECK_INT(code, CODE_USAGE);
	}
}

static void spec_of_no_file_is_not_found(void)
{
	struct spec spec = {};

	CHECK_INT(spec_read("/nonexistent/file", &spec, &complaint), CODE_NOT_FOUND);
	CHECK_STR(complaint.text, "no file /nonexistent/file");
	spec_clear(&spec);
}

int main(void)
{
	RUN(spec_reads_a_file_of_vgpu_device_manager);
	RUN(spec_reads_our_words);
	RUN(spec_reads_json);
	RUN(spec_follows_anchors);
	RUN(spec_tells_faults_with_their_line);
	RUN(spec_of_no_file_is_not_found);
	return tap_end();
}
