// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mailbox of a vGPU: the guest puts arguments down, rings the doorbell with the number of a call,
 * and reads status and replies. Registers are the board's (GD ga100/dev_vm.ref.txt:145, 150), what
 * they mean is nvmux's: Documentation/driver-api/guest-contract.rst.
 */
#include <linux/string.h>

#include "../core/type.h"
#include "../core/vgpu.h"
#include "vfio.h"
#include "vfio_intr.h"
#include "vfio_mailbox.h"
#include "vfio_regs.h"

#define VF_MAILBOX_SLICE	0x02100
#define VF_MAILBOX_CONTRACT	0x02104
#define  CONTRACT_L1		0x4e580100	/* "NX", level 1, revision 0 */
#define VF_MAILBOX_STATUS	0x02108
#define  STATUS_OK		1
#define  STATUS_UNKNOWN		2
#define  STATUS_CALLS		GENMASK(31, 16)
#define  STATUS_ONE_CALL	BIT(16)
#define VF_MAILBOX_REPLY	0x02110
#define VF_MAILBOX_ARGUMENT	0x02120
#define VF_DOORBELL		0x02200

#define CAN_MAP_SLICE		BIT(0)
#define CAN_COUNT_DOWN		BIT(1)
#define CAN_RECORD_ERRORS	BIT(2)

static void call_nothing(struct nvmux_vdev *vdev, u32 *reply)
{
}

static void call_capabilities(struct nvmux_vdev *vdev, u32 *reply)
{
	reply[0] = CONTRACT_L1;
	reply[1] = CAN_MAP_SLICE | CAN_COUNT_DOWN | CAN_RECORD_ERRORS;
	reply[2] = NVMUX_MSIX_VECTORS;
	reply[3] = ARRAY_SIZE(vdev->mailbox.argument);
}

static void call_slice(struct nvmux_vdev *vdev, u32 *reply)
{
	u64 size = nvmux_vgpu_size(vdev->vgpu);
	u64 bar1 = nvmux_type_bar1_size(vdev->vgpu->resident.type);

	reply[0] = lower_32_bits(size);
	reply[1] = upper_32_bits(size);
	reply[2] = lower_32_bits(bar1);
	reply[3] = upper_32_bits(bar1);
}

/* Tells and forgets. */
static void call_error(struct nvmux_vdev *vdev, u32 *reply)
{
	struct nvmux_vfio_mailbox *mailbox = &vdev->mailbox;

	reply[0] = mailbox->error;
	reply[1] = mailbox->error_detail;
	reply[2] = mailbox->errors;
	mailbox->error = 0;
	mailbox->error_detail = 0;
	mailbox->errors = 0;
}

static void (*const calls[])(struct nvmux_vdev *vdev, u32 *reply) = {
	call_nothing,
	call_capabilities,
	call_slice,
	call_error,
};

static void error_note(struct nvmux_vfio_mailbox *mailbox, enum nvmux_vfio_error error, u32 detail)
{
	if (!mailbox->errors) {
		mailbox->error = error;
		mailbox->error_detail = detail;
	}
	if (mailbox->errors < U32_MAX)
		mailbox->errors++;
}

/**
 * nvmux_vfio_mailbox_error() - something went wrong that the guest should know
 * @vdev: the device, its lock is held
 * @error: what
 * @detail: what it was about
 *
 * Context: any.
 */
void nvmux_vfio_mailbox_error(struct nvmux_vdev *vdev, enum nvmux_vfio_error error, u32 detail)
{
	lockdep_assert_held(&vdev->lock);
	error_note(&vdev->mailbox, error, detail);
	nvmux_vfio_intr_raise(vdev, NVMUX_VECTOR_FAULT);
}

/**
 * nvmux_vfio_mailbox_reset() - no call was made, no error happened
 * @vdev: the device, its lock is held
 *
 * Context: any.
 */
void nvmux_vfio_mailbox_reset(struct nvmux_vdev *vdev)
{
	memset(&vdev->mailbox, 0, sizeof(vdev->mailbox));
}

static u32 slice_read(struct nvmux_vdev *vdev, u32 index)
{
	return vdev->vgpu->resident.place.len;
}

static u32 contract_read(struct nvmux_vdev *vdev, u32 index)
{
	return CONTRACT_L1;
}

static u32 status_read(struct nvmux_vdev *vdev, u32 index)
{
	return vdev->mailbox.status;
}

static u32 reply_read(struct nvmux_vdev *vdev, u32 index)
{
	return vdev->mailbox.reply[index];
}

static u32 argument_read(struct nvmux_vdev *vdev, u32 index)
{
	return vdev->mailbox.argument[index];
}

static void argument_write(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	u32 *argument = &vdev->mailbox.argument[index];

	*argument = (*argument & ~mask) | value;
}

/* Part of a number is none. */
static void doorbell_write(struct nvmux_vdev *vdev, u32 index, u32 value, u32 mask)
{
	struct nvmux_vfio_mailbox *mailbox = &vdev->mailbox;
	u32 result = value < ARRAY_SIZE(calls) ? STATUS_OK : STATUS_UNKNOWN;

	if (mask != U32_MAX)
		return;
	memset(mailbox->reply, 0, sizeof(mailbox->reply));
	if (result == STATUS_OK)
		calls[value](vdev, mailbox->reply);
	else
		error_note(mailbox, NVMUX_ERROR_CALL, value);
	mailbox->status = ((mailbox->status + STATUS_ONE_CALL) & STATUS_CALLS) | result;
	nvmux_vfio_intr_raise(vdev, NVMUX_VECTOR_DOORBELL);
}

const struct nvmux_vfio_reg nvmux_vfio_mailbox_regs[] = {
	{ VF_MAILBOX_SLICE, 1, slice_read, NULL },
	{ VF_MAILBOX_CONTRACT, 1, contract_read, NULL },
	{ VF_MAILBOX_STATUS, 1, status_read, NULL },
	{ VF_MAILBOX_REPLY, NVMUX_MAILBOX_REPLIES, reply_read, NULL },
	{ VF_MAILBOX_ARGUMENT, NVMUX_MAILBOX_ARGUMENTS, argument_read, argument_write },
	{ VF_DOORBELL, 1, NULL, doorbell_write },
	{ }
};
