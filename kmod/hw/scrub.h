/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which memory is clean, and making it so.
 */
#ifndef NVMUX_SCRUB_H
#define NVMUX_SCRUB_H

#include <linux/bits.h>
#include <linux/types.h>

struct nvmux_hw;
struct nvmux_refusal;

/* Memory is cleaned and mapped in pieces of this size. */
#define NVMUX_CHUNK_SHIFT 21
#define NVMUX_CHUNK_SIZE BIT(NVMUX_CHUNK_SHIFT)

/**
 * struct nvmux_scrub_news - how far the cleaning is
 * @done: bytes that were wanted clean and are
 * @total: those, and what is still wanted clean; 0 when nothing is, or no longer
 * @why: the reason when the board did not answer or its memory does not take zeroes, else NULL
 * @bad: its memory does not take zeroes
 */
struct nvmux_scrub_news {
	u64 done;
	u64 total;
	const struct nvmux_refusal *why;
	bool bad;
};

int nvmux_scrub_init(struct nvmux_hw *hw, struct nvmux_refusal *why);
void nvmux_scrub_fini(struct nvmux_hw *hw);
void nvmux_scrub_trust(struct nvmux_hw *hw);
void nvmux_scrub_forget(struct nvmux_hw *hw);
void nvmux_scrub_pause(struct nvmux_hw *hw);
void nvmux_scrub_resume(struct nvmux_hw *hw);
int nvmux_scrub_touch(struct nvmux_hw *hw, u64 base, unsigned long chunk, unsigned long *touched);
void nvmux_scrub_release(struct nvmux_hw *hw, u64 base, unsigned long n_chunks,
			 unsigned long *touched);
u64 nvmux_scrub_estimate(const struct nvmux_hw *hw);
void nvmux_scrub_want_all(struct nvmux_hw *hw, bool all);
int nvmux_scrub_step(struct nvmux_hw *hw, struct nvmux_scrub_news *ret, struct nvmux_refusal *why);
bool nvmux_scrub_is_clean(struct nvmux_hw *hw, bool *ret_tenant);

#endif
