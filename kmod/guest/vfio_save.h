/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The source's side of a migration stream.
 */
#ifndef NVMUX_VFIO_SAVE_H
#define NVMUX_VFIO_SAVE_H

#include <linux/types.h>

struct nvmux_vfio_stream;

int nvmux_vfio_save_next(struct nvmux_vfio_stream *stream);
void nvmux_vfio_save_left(struct nvmux_vfio_stream *stream, u64 *ret_first, u64 *ret_again);

#endif
