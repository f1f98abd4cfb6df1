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
 *	held, may sleep. On error the GPU is as before.
 * @enter: bring the GPU, on which no driver is bound, into this mode. No lock is held, may sleep.
 *	On error no driver is bound again.
 *
 * All return 0 or a negative errno with the reason noted.
 */
struct nvmux_mode_ops {
	int (*may_leave)(struct nvmux_gpu *gpu, u32 flags, struct nvmux_refusal *why);
	int (*may_enter)(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
	int (*leave)(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
	int (*enter)(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
};

int nvmux_mode_init(const struct nvmux_mode_ops *host, const struct nvmux_mode_ops *vgpu,
		    const struct nvmux_mode_ops *passthrough);
void nvmux_mode_exit(void);
int nvmux_mode_set(struct nvmux_gpu *gpu, enum nvmux_mode mode, u32 flags,
		   struct nvmux_refusal *why);
void nvmux_mode_give_back(struct nvmux_gpu *gpu);
void nvmux_mode_work(struct work_struct *work);
const char *nvmux_mode_str(enum nvmux_mode mode);
enum nvmux_mode nvmux_mode_of_driver(const char *driver);

#endif
