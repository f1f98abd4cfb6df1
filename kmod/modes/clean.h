/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cleaning a board in the course of a switch.
 */
#ifndef NVMUX_CLEAN_H
#define NVMUX_CLEAN_H

struct nvmux_gpu;
struct nvmux_refusal;

int nvmux_clean_tenants(struct nvmux_gpu *gpu, struct nvmux_refusal *why);
int nvmux_clean_board(struct nvmux_gpu *gpu, struct nvmux_refusal *why);

#endif
