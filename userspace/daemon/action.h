/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the daemon does to the world, each as a request of the queue with an
 * asynchronous end. Knows no bus: the end is told to a callback.
 */
#ifndef NVMUX_DAEMON_ACTION_H
#define NVMUX_DAEMON_ACTION_H

#include "holder.h"
#include "manager.h"
#include "policy.h"

/* err 0: done, else -errno and the sentence. Called once. */
typedef void (*action_done_t)(void *userdata, int err, const char *text);

struct job;

struct action {
	struct request request;		/* first: an action is a request */
	struct manager *manager;
	char gpu[NVMUX_BDF_SIZE];	/* that it is about; empty while none is chosen */
	struct job *job;		/* as which it is shown, or NULL, see job.h */
	action_done_t done;
	void *userdata;
};

/* action.c, for the kinds of actions */
void action_init(struct action *action, const struct request_kind *kind, struct manager *m,
		 const char *gpu, uint64_t timeout);
void action_set_gpu(struct action *action, const char *gpu);
void action_tell(struct action *action, int err);

/* A refusal of the kernel: its own sentence when it gave one. Gives the error back. */
int action_refusal(struct manager *m, int err, const char *what, char *text, size_t size);
int action_refused(struct action *action, int err, const char *what);

/* Asks the kernel about a GPU now, its notification may come later. */
void action_observe_gpu(struct manager *m, const char *bdf);

/* Adds to the sentence who holds the thing, unless the kernel has said that. */
void action_append_holder(struct action *action, const struct holder *holder);

/* -ENOTCONN when the module is not loaded. */
int action_check_kernel(const struct manager *m, char *text, size_t size);
int action_need_kernel(struct action *action);

/* Finds the GPU as well. -ENODEV when it has gone. */
int action_need_gpu(struct action *action, const char *bdf, struct gpu **ret);

/* Keeps the sentence about a failure that nobody waits for. */
void action_note_failure(const struct action *action, char note[static NVMUX_TEXT_SIZE]);

/* Is there something to be done? @refusal: why it must not be, for the log. */
bool action_is_due(enum policy_step step, const char *refusal);

/* action-check.c: who is in the way that the kernel does not see; -EBUSY with the sentence */

/* A VM between its prepare and the start of QEMU. */
int action_check_claim(struct action *action, const struct gpu *gpu);

/* It is excluded in nvmux.conf: -EACCES. */
int action_check_excluded(struct action *action, const struct gpu *gpu);

/* The host has no other framebuffer; the kernel only knows the boot display. */
int action_check_console(struct action *action, const struct gpu *gpu,
			 const struct gpu_wanted *wanted);

/* Processes that use the GPU through its host driver: the kernel takes it from whoever has it. */
int action_check_users(struct action *action, const struct gpu *gpu);

/* All of it that can be seen beforehand: nobody is disturbed for a switch that is refused then. */
int action_check_plan(struct action *action, struct gpu *gpu, const struct gpu_wanted *wanted);

/* action-mode.c */

/**
 * action_set_mode() - switch a GPU and keep the mode as configured
 *
 * Nothing is configured unless the switch ends well, or it waits for a holder
 * as @wanted allows. Errors told to @done: those of nvmux_gpu_set_mode(),
 * -EINPROGRESS it waits, -EIO the switch failed, -ETIMEDOUT,
 * -ENOTCONN, -ENODEV.
 */
int action_set_mode(struct gpu *gpu, const struct gpu_wanted *wanted, action_done_t done,
		    void *userdata);

/**
 * action_recover() - end the quarantine of a GPU
 * @options: detach and force count
 *
 * It is in host mode when it has worked; the switch to its configured mode is
 * another request then. Errors told to @done: those of nvmux_gpu_recover(),
 * -EIO it stays quarantined, -ETIMEDOUT, -ENOTCONN, -ENODEV.
 */
int action_recover(struct gpu *gpu, const struct gpu_wanted *options, action_done_t done,
		   void *userdata);

/* Switches a GPU that has just appeared, or that waits, to its configured mode, if it must. */
void action_restore(struct gpu *gpu);

/* action-partition.c */

/**
 * action_set_partition() - divide a GPU in another way and keep that as configured
 *
 * Nothing is configured unless it is divided so. Errors told to @done: those of
 * nvmux_gpu_set_partition(), -ENOTCONN, -ENODEV.
 */
int action_set_partition(struct gpu *gpu, uint32_t partition, action_done_t done,
			 void *userdata);

/* Divides a GPU that has just appeared as it is configured, if it must. */
void action_restore_partition(struct gpu *gpu);

/* action-scrub.c */

/**
 * action_scrub() - overwrite the framebuffer of a GPU, of which nobody has anything
 *
 * Told to @done when that has ended. Errors: those of nvmux_gpu_scrub(), -EIO it failed,
 * -ETIMEDOUT it does not go on, -ENOTCONN, -ENODEV.
 */
int action_scrub(struct gpu *gpu, action_done_t done, void *userdata);

/* A VM that had the GPU whole has ended: cleans it where that is the policy. */
void action_scrub_after(struct gpu *gpu);

/* action-instance.c: these end before they return, with the sentence in @text. */

int action_create_instance(struct gpu *gpu, const char *profile, const uint32_t *placement,
			   uint32_t *ret, char *text, size_t size);
int action_delete_instance(struct gpu *gpu, uint32_t placement, char *text, size_t size);

/* action-vgpu.c */

/**
 * struct vgpu_order - a vGPU that somebody wants
 * @gpu: PCI address, empty: the policy chooses
 * @numa_node: of the VM, for the policy, or ASSIGN_ANY_NODE
 * @uuid: checked and in lower case
 * @any_uuid: nobody has asked for that one
 * @owner: recorded as its owner, see owner.h; NULL: OWNER_NVMUX
 */
struct vgpu_order {
	char gpu[NVMUX_BDF_SIZE];
	char type[NVMUX_NAME_SIZE];
	char uuid[NVMUX_UUID_SIZE];
	bool any_uuid;
	int32_t numa_node;
	bool has_placement;
	uint32_t placement;
	const char *owner;
};

int action_create_vgpu(struct manager *m, const struct vgpu_order *order, action_done_t done,
		       void *userdata);

/* action-define.c */

/**
 * action_start_vgpu() - make a vGPU as it is defined
 *
 * Errors told to @done: those of action_create_vgpu().
 */
int action_start_vgpu(struct manager *m, struct definition *d, action_done_t done,
		      void *userdata);

/* Makes what is defined for a GPU that is in vgpu mode now, unless a person has stopped it. */
void action_restore_vgpus(struct gpu *gpu);

/* action-delete.c: one that is defined counts as stopped then */
int action_delete_vgpu(struct vgpu *vgpu, action_done_t done, void *userdata);

#endif
