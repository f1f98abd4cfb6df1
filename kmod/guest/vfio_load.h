/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The destination's side of a migration stream.
 */
#ifndef NVMUX_VFIO_LOAD_H
#define NVMUX_VFIO_LOAD_H

#include <linux/types.h>

struct nvmux_vfio_stream;

size_t nvmux_vfio_load_want(struct nvmux_vfio_stream *stream);
int nvmux_vfio_load_step(struct nvmux_vfio_stream *stream);
int nvmux_vfio_load_end(struct nvmux_vfio_stream *stream);

#endif
