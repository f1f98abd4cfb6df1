/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GPUs that wait for their holder to let go are tried again: when somebody has let go, and every
 * now and then, as not all who let go are heard of.
 */
#ifndef NVMUX_DAEMON_IDLE_H
#define NVMUX_DAEMON_IDLE_H

#include "manager.h"

int idle_start(struct manager *m);
void idle_stop(struct manager *m);

/* A GPU waits from now on. */
void idle_wait(struct gpu *gpu);

/* Somebody has let go of something. */
void idle_kick(struct manager *m);

#endif
