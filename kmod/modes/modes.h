/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each mode means; main.c hands them to the mode machine.
 */
#ifndef NVMUX_MODES_H
#define NVMUX_MODES_H

struct nvmux_mode_ops;

extern const struct nvmux_mode_ops nvmux_host_mode;
extern const struct nvmux_mode_ops nvmux_vgpu_mode;
extern const struct nvmux_mode_ops nvmux_passthrough_mode;

#endif
