// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "function.h"
#include "watch.h"

#define PAGES 32
#define WORDS 1024	/* of a page */
#define PAGE (WORDS * 4)
/* Pages that lie far apart: each in a chunk of its own. */
#define STRIDE (4 * 1024 * 1024ULL)

#define LEAF_EN_SET(i) (0x1200 + 4 * (i))
#define LEAF_EN_CLEAR(i) (0x1400 + 4 * (i))
#define ARGUMENT(i) (0x2120 + 4 * (i))

struct watch {
	const struct function *fn;
	volatile uint32_t *pages[PAGES];
	uint32_t seeds[PAGES];	/* what each page holds, kept in the guest's own memory */
	uint32_t turn;
};

static uint32_t word(uint32_t seed, uint32_t i)
{
	return (seed + i) * 2654435761u | 1;
}

static void page_write(struct watch *watch, uint32_t page, uint32_t seed)
{
	for (uint32_t i = 0; i < WORDS; i++)
		watch->pages[page][i] = word(seed, i);
	watch->seeds[page] = seed;
}

static unsigned int page_errors(const struct watch *watch, uint32_t page)
{
	unsigned int errors = 0;

	for (uint32_t i = 0; i < WORDS; i++)
		errors += watch->pages[page][i] != word(watch->seeds[page], i);
	return errors;
}

static void reg_write(const struct watch *watch, uint32_t at, uint32_t value)
{
	watch->fn->regs[at / 4] = value;
}

/* Nobody else uses the enables of leaf 7, and arguments are the guest's. */
static void registers_write(const struct watch *watch)
{
	reg_write(watch, LEAF_EN_CLEAR(7), 0xffffffff);
	reg_write(watch, LEAF_EN_SET(7), word(watch->turn, 7));
	for (uint32_t i = 0; i < 8; i++)
		reg_write(watch, ARGUMENT(i), word(watch->turn, i));
}

static unsigned int registers_errors(const struct watch *watch)
{
	unsigned int errors = watch->fn->regs[LEAF_EN_SET(7) / 4] != word(watch->turn, 7);

	for (uint32_t i = 0; i < 8; i++)
		errors += watch->fn->regs[ARGUMENT(i) / 4] != word(watch->turn, i);
	return errors;
}

static int pages_map(struct watch *watch)
{
	for (uint32_t i = 0; i < PAGES; i++) {
		void *page = function_map(watch->fn, watch->fn->fb_bar, i * STRIDE, PAGE, true);

		if (page == MAP_FAILED)
			return -errno;
		watch->pages[i] = page;
		page_write(watch, i, i << 16);
	}
	return 0;
}

/* Check what the last second left, then leave something else behind. */
static unsigned int turn(struct watch *watch)
{
	unsigned int errors = registers_errors(watch);

	for (uint32_t i = 0; i < PAGES; i++)
		errors += page_errors(watch, i);
	watch->turn++;
	registers_write(watch);
	page_write(watch, watch->turn % PAGES, watch->turn);
	__sync_synchronize();
	return errors;
}

int watch_run(const struct function *fn, unsigned int seconds)
{
	struct watch watch = { .fn = fn };
	unsigned int errors = 0;
	int err = pages_map(&watch);

	if (err)
		return err;
	registers_write(&watch);
	while (watch.turn < seconds) {
		unsigned int now = turn(&watch);

		printf("watch=%u %s\n", watch.turn, now ? "broken" : "ok");
		errors += now;
		sleep(1);
	}
	return (int)errors;
}
