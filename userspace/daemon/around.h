/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens around a switch of a GPU: the administrator's programs before and after it, and the
 * services of the host that stand aside meanwhile.
 *
 *   before: programs (pre) -> services stop      after: services start, programs (post)
 *
 * Whatever was done before has its counterpart after, on every way out and by the next daemon.
 */
#ifndef NVMUX_DAEMON_AROUND_H
#define NVMUX_DAEMON_AROUND_H

#include "manager.h"

struct around;

/**
 * around_begin() - begin what comes before a switch
 * @ret: NULL when there is nothing to do
 *
 * The GPU is taken until around_end(); -EBUSY when somebody else has it.
 */
int around_begin(struct gpu *gpu, const struct gpu_wanted *wanted, struct around **ret);

/* 1: done, 0: not yet, -errno: refused, with the sentence. NULL is done. */
int around_is_done(struct around *around, char *text, size_t size);

/* The switch has ended, or is not made. Frees it when all has been done. NULL is fine. */
void around_end(struct around *around, int err, const char *text);

/* The counterparts that an earlier daemon owes. */
void around_load(struct manager *m);

/* Is there anything to be done around a switch? */
bool around_wanted(const struct gpu *gpu, const struct gpu_wanted *wanted);

/* How long that may take before it, in microseconds. */
uint64_t around_time(const struct gpu *gpu, const struct gpu_wanted *wanted);

/* The services that would be stopped for it, as far as they run. */
const struct strset *around_services(const struct gpu *gpu, const struct gpu_wanted *wanted);

#endif
