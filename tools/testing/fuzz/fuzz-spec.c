// SPDX-License-Identifier: GPL-2.0-only
/* YAML and JSON of plan, apply and assert. What is refused is told. */
#include "cli/spec.h"
#include "fuzz.h"

static void check_entry(const struct spec_entry *entry)
{
	assert(entry->line > 0);
	assert(!entry->all || !entry->n_devices);
	for (size_t i = 0; i < entry->n_devices; i++)
		assert(entry->devices[i]);
	for (size_t i = 0; i < entry->n_vgpus; i++)
		assert(entry->vgpus[i].name);
	for (size_t i = 0; i < entry->n_instances; i++)
		assert(entry->instances[i].name);
	assert(entry->has_vgpus || !entry->n_vgpus);
	assert(entry->has_instances || !entry->n_instances);
}

static void check_spec(const struct spec *spec)
{
	for (size_t i = 0; i < spec->n_configs; i++) {
		assert(spec->configs[i].label);
		for (size_t k = 0; k < spec->configs[i].n_entries; k++)
			check_entry(&spec->configs[i].entries[k]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = fuzz_text(data, size);
	const struct spec_config *config = NULL;
	struct complaint c = {};
	struct spec spec = {};
	int code = spec_parse("f", text, size, &spec, &c);

	assert((code == CODE_OK) == !c.text[0] && code == (int)c.code);
	if (!code) {
		check_spec(&spec);
		assert((spec_find(&spec, NULL, &config, &c) == CODE_OK) == !!config);
	}
	spec_clear(&spec);
	return 0;
}
