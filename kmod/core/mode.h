/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mode machine: which of host, vgpu and passthrough a GPU is in, and the way between them.
 */
#ifndef NVMUX_MODE_H
#define NVMUX_MODE_H

#include <linux/types.h>
#include <uapi/linux/nvmux.h>

struct nvmux_gpu;
struct nvmux_refusal;
struct work_struct;

/**
 * struct nvmux_mode_ops - what one mode means for a GPU
 * @may_leave: may the GPU leave this mode now? Its lock is held. Refuses with the holder's name.
 * @may_enter: can the GPU be brought into this mode at all? Its lock is held.
 * @leave: take the GPU out of this mode; afterwards no driver is bound to what moves. No lock is
 *	held, may sleep.
 * @enter: bring the GPU, on which no driver is bound, into this mode. No lock is held, may sleep.
 * @scrub: begin to clean all that nobody uses, in this mode, without leaving it. Its lock is held.
 *	NULL: a switch to the same mode does it.
 *
 * All return 0 or a negative errno with the reason noted; -EIO means that the board does not
 * answer or does not follow. @leave and @enter say with nvmux_mode_step() what they are doing, and
 * leave to &struct nvmux_switch_ops to put back what they have moved before they failed.
 */
struct nvmux_mode_ops {
	int (*may_leave)(struct nvmux_gpu *gpu, u32 flags, struct nvmux_refusal *why);
	int (*may_enter)(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
	int (*leave)(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
	int (*enter)(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
	int (*scrub)(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
};

/**
 * struct nvmux_switch_ops - what every switch does with a board, whatever its modes
 * @begin: note who has each function, so that @restore can bring it back, and, unless the GPU is
 *	recovering, see that the board is there. Nothing moves.
 * @reset: reset the board where it can be, and see that it answers; no driver is bound to the GPU
 *	but nvmux
 * @clean: overwrite the whole framebuffer; no driver is bound to the GPU, which was reset
 * @restore: give each function back to whom it had when the switch began
 *
 * No lock is held, all may sleep. All return 0 or a negative errno with the reason noted.
 */
struct nvmux_switch_ops {
	int (*begin)(struct nvmux_gpu *gpu, enum nvmux_mode to, struct nvmux_refusal *why);
	int (*reset)(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
	int (*clean)(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
	int (*restore)(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
};

int nvmux_mode_init(const struct nvmux_mode_ops *host, const struct nvmux_mode_ops *vgpu,
		    const struct nvmux_mode_ops *passthrough,
		    const struct nvmux_switch_ops *ops);
void nvmux_mode_exit(void);
bool nvmux_mode_later(struct work_struct *work);
const char *nvmux_mode_str(enum nvmux_mode mode);
const char *nvmux_step_str(enum nvmux_step step);
enum nvmux_mode nvmux_mode_of_driver(const char *driver);
int nvmux_mode_set(struct nvmux_gpu *gpu, enum nvmux_mode mode, u32 flags,
		   struct nvmux_refusal *why);
void nvmux_mode_step(struct nvmux_gpu *gpu, enum nvmux_step step);
void nvmux_mode_work(struct work_struct *work);
void nvmux_mode_give_back(struct nvmux_gpu *gpu);

#endif
