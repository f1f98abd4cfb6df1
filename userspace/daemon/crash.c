// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/log.h"
#include "../basic/table.h"
#include "crash.h"

static const char *const points[] = {
	[CRASH_SWITCH_BEGINS] = "switch-begins",
	[CRASH_SWITCH_ASKS] = "switch-asks",
	[CRASH_SWITCH_ASKED] = "switch-asked",
	[CRASH_SWITCH_ENDED] = "switch-ended",
	[CRASH_SWITCH_KEPT] = "switch-kept",
	[CRASH_HOOKS_RUN] = "hooks-run",
	[CRASH_HOOKS_RAN] = "hooks-ran",
	[CRASH_HOOKS_OWED] = "hooks-owed",
	[CRASH_SERVICE_STOPS] = "service-stops",
	[CRASH_SERVICES_STOPPED] = "services-stopped",
	[CRASH_SERVICES_START] = "services-start",
	[CRASH_RESTORE_BEGINS] = "restore-begins",
};

void crash_here(enum crash_point point)
{
	const char *name = getenv("NVMUX_CRASH_AT");

	if (!name || strcmp(name, table_to_string(points, ARRAY_SIZE(points), (int)point)) != 0)
		return;
	log_notice("dying at %s, as NVMUX_CRASH_AT says", name);
	(void)raise(SIGKILL);
}

void crash_list(FILE *f)
{
	for (size_t i = 1; i < ARRAY_SIZE(points); i++)
		fprintf(f, "%s\n", points[i]);
}
