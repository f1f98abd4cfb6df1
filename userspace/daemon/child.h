/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may block, in a child process with a deadline: writes to sysfs, and programs. The kernel
 * may hold the child for as long as it likes; the daemon goes on.
 */
#ifndef NVMUX_DAEMON_CHILD_H
#define NVMUX_DAEMON_CHILD_H

#include <stdint.h>

#include <systemd/sd-event.h>

struct child;

/*
 * err: 0, the -errno of the write, -ETIMEDOUT, or -EIO when the child died. For a program: 0,
 * -ETIMEDOUT, or -EIO when it died or ended with another status than 0.
 */
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

/**
 * child_exec() - run a program, in a process group of its own
 * @path: without arguments
 * @env: "NAME=value" that it gets besides our environment, ends with NULL
 * @timeout: microseconds until the group is killed and done() told -ETIMEDOUT
 * @ret: as in child_write()
 *
 * It gets none of our files but what it prints, which goes to the log line by line. What it has
 * left running in its group is killed when it ends.
 */
int child_exec(sd_event *event, const char *path, char *const *env, uint64_t timeout,
	       child_done_t done, void *userdata, struct child **ret);

/* The last line that a program has printed so far, empty: none. For done(). */
const char *child_last_line(const struct child *child);

/* done() is not called any more; the child goes on. NULL is fine. */
void child_forget(struct child *child);

/* The same, and it is killed. */
void child_cancel(struct child *child);

/*
 * Only in done(-ETIMEDOUT): ended() is told when the child has come to its end after all.
 */
void child_when_ended(struct child *child, void (*ended)(void *userdata), void *userdata);

#endif
