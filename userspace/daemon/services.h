/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Services of the host that use its GPUs, such as nvidia-persistenced: stopped before a GPU is
 * taken from its host driver, started again when no switch needs that any more, whatever became of
 * it. Which ones have been stopped is on disk, so a daemon that comes after starts them.
 */
#ifndef NVMUX_DAEMON_SERVICES_H
#define NVMUX_DAEMON_SERVICES_H

#include "manager.h"

struct services_stop;

/* err: 0, or -EBUSY, -ETIMEDOUT, -EIO with the sentence: all that was stopped is started again. */
typedef void (*services_done_t)(void *userdata, int err, const char *text);

/**
 * services_stop() - stop those of the configured services that run
 * @ret: it frees itself after done(), so forget it there
 *
 * They stay stopped until services_release(), which must follow also when this fails.
 */
int services_stop(struct manager *m, services_done_t done, void *userdata,
		  struct services_stop **ret);

/* done() is not called any more; services_release() must follow all the same. NULL is fine. */
void services_cancel(struct services_stop *stop);

void services_release(struct manager *m);

/* What an earlier daemon has stopped. */
void services_load(struct manager *m);

/* The daemon ends in order: starts all of them, whatever goes on. */
void services_shutdown(struct manager *m);

/* Starts those again that nobody needs stopped; called after each turn of the queue. */
void services_settle(struct manager *m);

#endif
