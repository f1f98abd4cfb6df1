/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GPUs of which something in the kernel does not come back: a write to sysfs, or a switch whose
 * driver does not let go. They are quarantined by the daemon until it does; all others are served.
 */
#ifndef NVMUX_DAEMON_STUCK_H
#define NVMUX_DAEMON_STUCK_H

#include "child.h"
#include "manager.h"

/*
 * In the done(-ETIMEDOUT) of a child that has written to a file of this GPU. @uuid: the vGPU that it
 * may still make and that nobody waits for any more, so it is deleted then; NULL: none.
 */
void stuck_write(struct manager *m, const char *bdf, struct child *child, const char *file,
		 const char *uuid);

/* A switch of the kernel has exceeded its time. */
void stuck_switch(struct gpu *gpu);

/* The kernel has told of the GPU: what was stuck in a switch is not any more when that has ended. */
void stuck_observed(struct gpu *gpu);

/* -EIO with the sentence. */
int stuck_check(const struct gpu *gpu, char *text, size_t size);

#endif
