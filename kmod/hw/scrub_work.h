/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cleaning in the background.
 */
#ifndef NVMUX_SCRUB_WORK_H
#define NVMUX_SCRUB_WORK_H

struct nvmux_hw;
struct nvmux_scrub_news;

int nvmux_scrub_work_init(void);
void nvmux_scrub_work_exit(void);
void nvmux_scrub_work_setup(struct nvmux_hw *hw);
void nvmux_scrub_work_start(struct nvmux_hw *hw,
			    void (*tell)(void *ctx, const struct nvmux_scrub_news *news),
			    void *ctx);
void nvmux_scrub_work_stop(struct nvmux_hw *hw);
void nvmux_scrub_work_kick(struct nvmux_hw *hw);

#endif
