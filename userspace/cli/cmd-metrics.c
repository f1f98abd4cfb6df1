// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux metrics: OpenMetrics text on stdout, for the textfile collector of node_exporter. nvmuxd
 * writes it, because it has the counters.
 */
#include "cli/bus.h"
#include "cli/verbs.h"

#define ASK_SECONDS 25

int cmd_metrics(const struct args *a)
{
	static const struct method method = { BUS_ROOT, BUS_MANAGER, "Metrics", ASK_SECONDS };
	_cleanup_message_ sd_bus_message *reply = NULL;
	_cleanup_bus_ sd_bus *bus = NULL;
	const char *text;
	int code, r;

	code = bus_open(&bus);
	if (!code)
		code = bus_call(bus, &method, &reply, "");
	if (code)
		return code;
	r = sd_bus_message_read(reply, "s", &text);
	if (r < 0)
		return bus_fail(r, NULL);
	fputs(text, a->output.file);
	return CODE_OK;
}
