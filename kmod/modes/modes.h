/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each mode means, and what all switches do; main.c hands them to the mode machine.
 */
#ifndef NVMUX_MODES_H
#define NVMUX_MODES_H

struct nvmux_mode_ops;
struct nvmux_switch_ops;

extern const struct nvmux_mode_ops nvmux_host_mode;
extern const struct nvmux_mode_ops nvmux_vgpu_mode;
extern const struct nvmux_mode_ops nvmux_passthrough_mode;
extern const struct nvmux_switch_ops nvmux_switch;

#endif
