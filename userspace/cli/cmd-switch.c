// SPDX-License-Identifier: GPL-2.0-only
/* nvmux gpu: holders. What an administrator asks before a switch; nothing is changed. */
#include "cli/dict.h"
#include "cli/fail.h"
#include "cli/session.h"
#include "cli/verbs.h"

#define ASK_SECONDS 25
#define OBJECT(address) { "gpu", "org.nvmux1.GPU", address, ASK_SECONDS }

static int rows_read(sd_bus_message *reply, const struct noun *noun, struct records *ret)
{
	int r = dicts_read(reply, noun, ret);

	return r < 0 ? bus_fail(r, NULL) : CODE_OK;
}

static int holders_get(sd_bus *bus, const char *address, struct records *ret)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	const struct object object = OBJECT(address);
	int code;

	code = bus_call_object(bus, &object, "Holders", &reply, "");
	return code ? code : rows_read(reply, &holder_noun, ret);
}

int cmd_gpu_holders(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	struct records holders = {};
	const struct gpu *gpu;
	int code;

	code = session_open_gpu(&s, a->words[0], &gpu);
	if (!code)
		code = holders_get(s.bus, gpu->address, &holders);
	if (!code)
		code = output_list(&a->output, &holder_noun, &holders);
	records_clear(&holder_noun, &holders);
	return code;
}
