// SPDX-License-Identifier: GPL-2.0-only
/* What the hook program reads: the daemon's answer, and the domain when there is no daemon. */
#define main hook_main
#include "hook/hook.c"
#undef main
#include "fuzz.h"
#include "hook/devices.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	(void)fuzz_begin();
	root_write("sys/bus/pci/devices/0001:81:00.0/vendor", "0x10de\n");
	root_write("sys/bus/pci/devices/0001:81:00.0/class", "0x030200\n");
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line = fuzz_text(data, size);
	struct reply reply = { 0 };
	int r = reply_parse(line, &reply);

	assert(r == 0 || r == 1 || r == -EBADMSG);
	assert(r == 0 || !reply.error);
	assert(r == 1 || !reply.map);
	reply_clear(&reply);
	(void)domain_needs_nvmux(line, size);
	return 0;
}
