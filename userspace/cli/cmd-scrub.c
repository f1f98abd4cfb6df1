// SPDX-License-Identifier: GPL-2.0-only
/* nvmux gpu scrub. */
#include "cli/fail.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/verbs.h"

static int gpu_scrub(const struct session *s, const struct output *o)
{
	_cleanup_free_ char *path = bus_object_path("gpu", s->address);
	const struct method method = { path, "org.nvmux1.GPU", "Scrub", BUS_SWITCH_SECONDS };

	return path ? progress_call(s->bus, o, &method, s->address, 0, "") : fail_memory();
}

int cmd_gpu_scrub(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	int code;

	code = session_open_address(&s, a->words[0]);
	if (!code)
		code = gpu_scrub(&s, &a->output);
	return session_gpu_changed(&s, a, code);
}
