// SPDX-License-Identifier: GPL-2.0-only
/* nvmux.conf, and what is configured for a GPU. Values stay within what they mean. */
#include "daemon/config.h"
#include "fuzz.h"

#define BDF "0001:81:00.0"

static void check_config(const struct config *c)
{
	assert(c->switch_timeout && c->write_timeout && c->idle_retry && c->hook_timeout);
	assert(!c->default_mode || strcmp(nvmux_mode_str(c->default_mode), "<unknown>"));
	assert(strcmp(assign_policy_str(c->policy), "<unknown>"));
	for (size_t i = 0; i < c->exclude.n; i++)
		assert(strlen(c->exclude.items[i]) == strlen(BDF));
	for (size_t i = 0; i < c->stop_services.n; i++)
		assert(!strchr(c->stop_services.items[i], '/'));
}

/* What was read is what is read again after it was written. */
static void check_gpu(void)
{
	struct gpu_wanted once = { 0 }, twice = { 0 };

	if (config_load_gpu(BDF, &once))
		return;
	assert(!config_store_gpu(BDF, &once));
	assert(!config_load_gpu(BDF, &twice));
	assert(once.mode == twice.mode && once.partition == twice.partition);
	assert(once.detach == twice.detach && once.device_id == twice.device_id);
}

FUZZ_ROOT("etc/nvmux/gpus.d/x")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config;

	fuzz_file("etc/nvmux/nvmux.conf", data, size);
	config_init(&config);
	(void)config_load(&config);
	check_config(&config);
	config_clear(&config);
	fuzz_file("etc/nvmux/gpus.d/" BDF ".conf", data, size);
	check_gpu();
	return 0;
}
