// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cleaning in the background: chunk by chunk, so that whoever wants one waits for one at most. Some
 * of them make up a work item, for which the end of the vGPU mode and the sleep of the host wait.
 * What is to be cleaned, and what of it is left, scrub.c knows; here is only the going on.
 *
 * The queue has no processor of its own and can be made as nice as wanted:
 * /sys/devices/virtual/workqueue/nvmux_scrub/nice.
 */
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "../core/refusal.h"
#include "hw.h"
#include "scrub.h"
#include "scrub_work.h"

/* When a board does not answer, it may again after a while: the bus may be recovering. */
#define RETRY_MS 2000

/* Chunks of a work item. An item may wake another processor, and a chunk is not worth that. */
#define STEPS 8

static struct workqueue_struct *scrub_wq;

/**
 * nvmux_scrub_work_init() - once, before the first board
 *
 * Context: may sleep.
 *
 * Return: 0; -ENOMEM.
 */
int nvmux_scrub_work_init(void)
{
	scrub_wq = alloc_workqueue("nvmux_scrub", WQ_UNBOUND | WQ_FREEZABLE | WQ_SYSFS, 0);
	return scrub_wq ? 0 : -ENOMEM;
}

/**
 * nvmux_scrub_work_exit() - the opposite of nvmux_scrub_work_init()
 *
 * Context: may sleep; no board is open.
 */
void nvmux_scrub_work_exit(void)
{
	destroy_workqueue(scrub_wq);
}

static void scrub_work(struct work_struct *work)
{
	struct nvmux_hw *hw = container_of(to_delayed_work(work), struct nvmux_hw, scrub_work);
	struct nvmux_refusal why = {};
	struct nvmux_scrub_news news;
	unsigned int steps = 0;
	int more;

	do {
		more = nvmux_scrub_step(hw, &news, &why);
	} while (more > 0 && ++steps < STEPS);

	if (hw->scrub_tell)
		hw->scrub_tell(hw->scrub_ctx, &news);
	if (more > 0)
		queue_delayed_work(scrub_wq, &hw->scrub_work, 0);
	else if (more && !news.bad)
		queue_delayed_work(scrub_wq, &hw->scrub_work, msecs_to_jiffies(RETRY_MS));
}

/**
 * nvmux_scrub_work_setup() - make the work of a board, which does not run yet
 * @hw: the GPU, being opened
 *
 * Context: any.
 */
void nvmux_scrub_work_setup(struct nvmux_hw *hw)
{
	INIT_DELAYED_WORK(&hw->scrub_work, scrub_work);
	disable_delayed_work(&hw->scrub_work);
}

/**
 * nvmux_scrub_work_start() - clean in the background from now on, when there is something
 * @hw: the GPU; this has not been called for it, or nvmux_scrub_work_stop() since
 * @tell: who is told how it goes on; no lock is held then
 * @ctx: context of @tell
 *
 * Context: may sleep.
 */
void nvmux_scrub_work_start(struct nvmux_hw *hw,
			    void (*tell)(void *ctx, const struct nvmux_scrub_news *news),
			    void *ctx)
{
	hw->scrub_tell = tell;
	hw->scrub_ctx = ctx;
	enable_delayed_work(&hw->scrub_work);
}

/**
 * nvmux_scrub_work_stop() - the opposite of nvmux_scrub_work_start()
 * @hw: the GPU
 *
 * Context: may sleep, for some chunks at most; takes no lock that is held around it by who is told.
 */
void nvmux_scrub_work_stop(struct nvmux_hw *hw)
{
	disable_delayed_work_sync(&hw->scrub_work);
	hw->scrub_tell = NULL;
}

/**
 * nvmux_scrub_work_kick() - there is something to be cleaned, or to be told
 * @hw: the GPU; nothing happens when it is not started
 *
 * Context: any.
 */
void nvmux_scrub_work_kick(struct nvmux_hw *hw)
{
	mod_delayed_work(scrub_wq, &hw->scrub_work, 0);
}
