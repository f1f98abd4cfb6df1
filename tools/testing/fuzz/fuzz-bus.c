// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of the daemon's methods, over a socket to objects on a made-up host.
 * Each is answered by a message that a bus would let through, and what was
 * defined is what a daemon that starts again would read.
 */
#include "daemon/bus.c"
#include "tests/played-kernel.h"
#include "wire.h"

static void check_definitions(const struct manager *m)
{
	struct definition_list kept = LIST_HEAD_INITIALIZER(kept);
	const struct definition *d, *k;

	assert(!definition_load(&kept));
	LIST_FOREACH(d, &m->definitions, link) {
		k = definition_find(&kept, d->uuid);
		assert(k && !strcmp(k->vm, d->vm) && !strcmp(k->gpu, d->gpu) &&
		       !strcmp(k->type, d->type) && k->autostart == d->autostart);
	}
	definition_list_clear(&kept);
}

FUZZ_ROOT("x")

/* What one input has left on disk is not there for the next. */
static struct manager *begin(void)
{
	struct manager *m = played_manager();

	root_remove();
	assert(!mkdir(root_dir, 0700));
	root_write("sys/bus/pci/devices/" BDF "/mdev_supported_types/nvmux-" TYPE "/create", "");
	played_vgpu_on = BDF;
	manager_gpu_observed(m, &played_add(BDF, NVMUX_MODE_VGPU, NVMUX_PARTITION_SAME_SIZE)->gpu);
	manager_vgpu_observed(m, &(struct nvmux_vgpu){ .uuid = UUID, .gpu = BDF, .type = TYPE });
	return m;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire w = { .data = data, .size = size };
	struct manager *m = begin();
	sd_bus *client = wire_connect(m, add_objects);
	sd_bus_message *message;

	for (int i = 0; i < 4 && w.size; i++) {
		message = wire_call(&w, client);
		if (message)
			wire_exchange(m, client, message);
		sd_bus_message_unref(message);
	}
	check_definitions(m);
	sd_bus_close_unref(client);
	manager_free(m);
	return 0;
}
