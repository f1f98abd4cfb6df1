/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What takes long, as something that can be looked at, waited for and, as long as the kernel has
 * not been asked, cancelled:
 *
 *   running -> ended
 *      |  ^
 *      v  |            a switch whose holder does not let go (idle.c) waits, and each new try
 *   waiting -> ended   of the daemon is the same job
 *
 * The work itself is an action's. Knows no bus: who waits is called back.
 */
#ifndef NVMUX_DAEMON_JOB_H
#define NVMUX_DAEMON_JOB_H

#include "action.h"

#define JOB_TARGET_SIZE NVMUX_UUID_SIZE
#define JOB_STEP_SIZE 16

enum job_state { JOB_RUNNING = 1, JOB_WAITING, JOB_ENDED };

/**
 * struct job - one of them
 * @id: counts from 1 while the daemon runs
 * @kind: "set-mode", "recover", "scrub", "set-partition", "create-vgpu" or "delete-vgpu"
 * @target: mode, partitioning or UUID that it is about, may be empty
 * @action: who does it, NULL while it waits for the next try and when it has ended
 * @step: of @steps, from 1
 * @progress: percent of all of it
 * @err: how it ended, 0 or -errno
 * @error: the sentence of that, or why it waits
 */
struct job {
	TAILQ_ENTRY(job) link;
	struct manager *manager;
	uint32_t id;
	const char *kind;
	char gpu[NVMUX_BDF_SIZE];
	char target[JOB_TARGET_SIZE];
	enum job_state state;
	struct action *action;
	uint32_t step;
	uint32_t steps;
	char step_name[JOB_STEP_SIZE];
	uint32_t progress;
	int err;
	char error[REQUEST_TEXT_SIZE];
	struct job_waiter *waiters;
	unsigned int n_waiters;
};

const char *job_state_str(enum job_state state);

/* Its target is the UUID of a vGPU, not something of its GPU. */
bool job_is_of_vgpu(const struct job *job);

/* "done", "refused", "failed", "cancelled"; empty before its end */
const char *job_result(const struct job *job);

/* Of those that have ended only the last some of each kind are remembered. */
struct job *job_find(const struct manager *m, uint32_t id);

/**
 * job_begin() - an action that has been made and is about to be submitted takes long
 * @kind: a constant, one of those of struct job
 * @target: mode, partitioning or UUID
 * @restores: the daemon tries again what is configured: goes on with the job that waits for that
 *
 * Without memory there is no job, and the action works as well.
 */
void job_begin(struct action *action, const char *kind, const char *target, bool restores);

/* The action has ended, and the next one goes on with its job. @why: the sentence */
void job_pause(struct action *action, const char *why);

/* The action has ended, and its job with it, unless it has been paused. */
void job_end(struct action *action, int err, const char *text);

/* The kernel has told something new about a GPU. */
void job_observed(const struct gpu *gpu);

/* Ends jobs that wait for what nobody wants any more. Called after each turn of the queue. */
void job_settle(struct manager *m);

/**
 * job_wait() - be told of the end
 *
 * A job that has ended is told at once. Errors: -EUSERS too many wait for it, -ENOMEM.
 */
int job_wait(struct job *job, action_done_t done, void *userdata);

/**
 * job_cancel() - end a job before its time
 *
 * The GPU stays in the mode that it is in; of a switch that waits, that is the configured mode
 * then. Errors: -EBUSY the kernel is at it, -EINVAL it has ended, those of config_keep_mode(); with
 * the sentence.
 */
int job_cancel(struct job *job, char *text, size_t size);

/* The daemon ends. */
void job_list_clear(struct manager *m);

#endif
