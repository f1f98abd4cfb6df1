/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes to sysfs in a child process with a deadline. The kernel may hold
 * the writer for as long as it likes; the daemon goes on.
 */
#ifndef NVMUX_DAEMON_CHILD_H
#define NVMUX_DAEMON_CHILD_H

#include <stdint.h>

#include <systemd/sd-event.h>

struct child;

/* err: 0, the -errno of the write, -ETIMEDOUT, or -EIO when the child died. */
typedef void (*child_done_t)(void *userdata, int err);

/**
 * child_write() - write a text to a file, in a child
 * @timeout: microseconds until the child is killed and done() told -ETIMEDOUT
 * @ret: the child; it frees itself after done(), so forget it there
 *
 * A killed child that stays in D state is left to itself and reaped when it
 * ends one day.
 */
int child_write(sd_event *event, const char *path, const char *text, uint64_t timeout,
		child_done_t done, void *userdata, struct child **ret);

/* done() is not called any more; the write goes on. NULL is fine. */
void child_forget(struct child *child);

#endif
