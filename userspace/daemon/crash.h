/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Places where the daemon can be made to die as by kill -9, to see that a restart mends what it has
 * left (I9). Always built in, so that what is tested is what runs: it costs a comparison, and whoever
 * sets the environment of the daemon can kill it anyway.
 */
#ifndef NVMUX_DAEMON_CRASH_H
#define NVMUX_DAEMON_CRASH_H

#include <stdio.h>

enum crash_point {
	CRASH_SWITCH_BEGINS = 1,	/* a switch is about to be checked */
	CRASH_SWITCH_ASKS,		/* the kernel is about to be asked for it */
	CRASH_SWITCH_ASKED,		/* the kernel has begun */
	CRASH_SWITCH_ENDED,		/* the mode is there, but not kept yet */
	CRASH_SWITCH_KEPT,		/* the mode is kept, nobody has been told */
	CRASH_HOOKS_RUN,		/* the hooks before a switch are about to be run */
	CRASH_HOOKS_RAN,		/* they have ended */
	CRASH_HOOKS_OWED,		/* those after it are about to be run */
	CRASH_SERVICE_STOPS,		/* a service is noted, and about to be stopped */
	CRASH_SERVICES_STOPPED,		/* all of them have stopped */
	CRASH_SERVICES_START,		/* they are about to be started again */
	CRASH_RESTORE_BEGINS,		/* a GPU is about to be brought into its configured mode */
};

/* Dies here when NVMUX_CRASH_AT names this point. */
void crash_here(enum crash_point point);

/* The names of all points, one per line. */
void crash_list(FILE *f);

#endif
