// SPDX-License-Identifier: GPL-2.0-only
/* The XML of a libvirt domain, as vm assign and unassign change it. */
#include "cli/edit.h"
#include "fuzz.h"

#define UUID "c0ffee00-0000-4000-8000-000000000001"
#define BDF "0001:81:00.0"

/* What was put in is there; what was taken out is not, however often it was. */
static void change(struct edit *e)
{
	int err = edit_add_vgpu(e, UUID, "A40-8Q", BDF);

	assert(err == 0 || err == -EEXIST);
	assert(edit_has_vgpu(e));
	assert(edit_add_vgpu(e, UUID, "A40-8Q", NULL) == -EEXIST);
	assert(edit_remove_vgpu(e, UUID) == 0);
	assert(edit_remove_vgpu(e, UUID) == -ENOENT);
	err = edit_add_gpu(e, BDF);
	assert(err == 0 || err == -EEXIST);
	assert(edit_has_gpu(e, BDF));
	assert(edit_remove_gpu(e, BDF) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *xml = fuzz_text(data, size), *text = NULL;
	struct edit *e = NULL;
	int err = edit_new(xml, &e);

	assert(err == 0 || err == -EINVAL);
	if (err)
		return 0;
	change(e);
	text = edit_text(e);
	edit_free(e);
	assert(text && !edit_new(text, &e));
	edit_free(e);
	return 0;
}
