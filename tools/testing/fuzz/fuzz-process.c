// SPDX-License-Identifier: GPL-2.0-only
/* The command line of a process, which anybody may have chosen: which VM is it? */
#include "daemon/holder.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *exact = malloc(size ? size : 1);
	struct holder h = { .pid = 1, .comm = "qemu" };
	char text[300];

	memcpy(exact, data, size);
	if (holder_vm_name(exact, size, h.vm, sizeof(h.vm)))
		assert(h.vm[0] && strlen(h.vm) < sizeof(h.vm) && fuzz_is_utf8(h.vm));
	holder_describe(&h, text, sizeof(text));
	return 0;
}
