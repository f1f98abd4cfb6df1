// SPDX-License-Identifier: GPL-2.0-only
/* Defined vGPUs: our files and mdevctl's. What is read can be told on the bus, and kept. */
#include "daemon/definition.h"
#include "fuzz.h"

#define UUID "c0ffee00-0000-4000-8000-000000000001"

static void check_texts(const struct definition *d)
{
	assert(fuzz_is_utf8(d->gpu) && fuzz_is_utf8(d->type) && fuzz_is_utf8(d->vm));
}

static bool equals(const struct definition *a, const struct definition *b)
{
	return !strcmp(a->uuid, b->uuid) && !strcmp(a->gpu, b->gpu) && !strcmp(a->type, b->type) &&
	       !strcmp(a->vm, b->vm) && a->has_placement == b->has_placement &&
	       a->placement == b->placement && a->autostart == b->autostart;
}

static void check_kept(const struct definition *d)
{
	struct definition_list again = LIST_HEAD_INITIALIZER(again);
	struct definition copy = *d;

	assert(!definition_keep(&again, &copy));
	definition_list_clear(&again);
	assert(!definition_load(&again) && equals(LIST_FIRST(&again), &copy));
	definition_list_clear(&again);
}

FUZZ_ROOT("etc/nvmux/vgpus.d/x", "etc/mdevctl.d/0001:81:00.0/x")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct definition_list list = LIST_HEAD_INITIALIZER(list);
	struct definition *d;

	fuzz_file("etc/nvmux/vgpus.d/" UUID ".conf", data, size);
	fuzz_file("etc/mdevctl.d/0001:81:00.0/" UUID, data, size);
	assert(!definition_load(&list));
	if (!LIST_EMPTY(&list))
		check_kept(LIST_FIRST(&list));
	assert(!definition_load_mdevctl(&list));
	LIST_FOREACH(d, &list, link)
		check_texts(d);
	definition_list_clear(&list);
	return 0;
}
