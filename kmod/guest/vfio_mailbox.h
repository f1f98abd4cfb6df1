/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mailbox of a vGPU.
 */
#ifndef NVMUX_VFIO_MAILBOX_H
#define NVMUX_VFIO_MAILBOX_H

#include <linux/types.h>

#include "vfio_regs.h"

struct nvmux_vdev;

#define NVMUX_MAILBOX_REPLIES 4
#define NVMUX_MAILBOX_ARGUMENTS 8

/**
 * enum nvmux_vfio_error - what an error record can say
 * @NVMUX_ERROR_CALL: a call was not understood; the detail is the call
 * @NVMUX_ERROR_MEMORY: a piece of the slice cannot be used; the detail is its first byte in MiB
 */
enum nvmux_vfio_error {
	NVMUX_ERROR_CALL = 1,
	NVMUX_ERROR_MEMORY,
};

/**
 * struct nvmux_vfio_mailbox - state of the mailbox
 * @status: result of the last call, and how many there were
 * @reply: what the host has answered
 * @argument: what the guest has put down
 * @error: the first error since the guest last asked, 0 when there was none
 * @error_detail: what it was about
 * @errors: how many there were
 */
struct nvmux_vfio_mailbox {
	u32 status;
	u32 reply[NVMUX_MAILBOX_REPLIES];
	u32 argument[NVMUX_MAILBOX_ARGUMENTS];
	u32 error;
	u32 error_detail;
	u32 errors;
};

extern const struct nvmux_vfio_reg nvmux_vfio_mailbox_regs[];

void nvmux_vfio_mailbox_error(struct nvmux_vdev *vdev, enum nvmux_vfio_error error, u32 detail);
void nvmux_vfio_mailbox_reset(struct nvmux_vdev *vdev);

#endif
