/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Message -> plain struct. -EBADMSG: not a message of the family, or without
 * the attribute that names the thing.
 */
#ifndef NVMUX_LIB_INFO_H
#define NVMUX_LIB_INFO_H

#include <linux/netlink.h>

#include "libnvmux.h"

int info_gpu(struct nlmsghdr *nlh, struct nvmux_gpu *ret);
int info_type(struct nlmsghdr *nlh, struct nvmux_type *ret);
int info_vgpu(struct nlmsghdr *nlh, struct nvmux_vgpu *ret);

/* Where the GPU instance begins that has just been laid out. */
int info_new_gi(struct nlmsghdr *nlh, uint32_t *ret_placement);

#endif
