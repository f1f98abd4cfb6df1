// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

#include "bench.h"
#include "function.h"

#define WINDOW (4ULL << 20)
#define READS 2000
#define PMC_BOOT_0 0x0
#define TIME_0 0x30080
#define TIME_1 0x30084

/* The clock of the vGPU: that of a guest without a timer chip only counts ticks. */
static uint64_t now(volatile uint32_t *regs)
{
	uint32_t high, low;

	do {
		high = regs[TIME_1 / 4];
		low = regs[TIME_0 / 4];
	} while (regs[TIME_1 / 4] != high);
	return (uint64_t)high << 32 | low;
}

static uint64_t mib_per_second(uint64_t ns)
{
	return (WINDOW >> 20) * 1000000000 / (ns ? ns : 1);
}

static uint64_t write_ns(volatile uint32_t *regs, volatile uint64_t *window, uint64_t value)
{
	uint64_t begin = now(regs), i;

	for (i = 0; i < WINDOW / 8; i++)
		window[i] = value;
	__sync_synchronize();
	return now(regs) - begin;
}

static uint64_t read_ns(volatile uint32_t *regs, volatile uint64_t *window)
{
	uint64_t begin = now(regs), i;

	for (i = 0; i < WINDOW / 8; i++)
		(void)window[i];
	return now(regs) - begin;
}

static uint64_t register_ns(volatile uint32_t *regs)
{
	uint64_t begin = now(regs);
	unsigned int i;

	for (i = 0; i < READS; i++)
		(void)regs[PMC_BOOT_0 / 4];
	return (now(regs) - begin) / READS;
}

/* The first write brings the pages; it is told, and not counted. */
static void windows_measure(volatile uint32_t *regs, volatile uint64_t *window)
{
	unsigned long long touch = write_ns(regs, window, 1), write = write_ns(regs, window, 2);
	unsigned long long read = read_ns(regs, window);

	printf("bar1_first_touch_us=%llu\n", touch / 1000);
	printf("bar1_write_mib_s=%llu\n", (unsigned long long)mib_per_second(write));
	printf("bar1_read_mib_s=%llu\n", (unsigned long long)mib_per_second(read));
	printf("register_read_ns=%llu\n", (unsigned long long)register_ns(regs));
}

int bench_run(const struct function *fn)
{
	void *regs = function_map(fn, 0, 0, fn->bar_size[0], false);
	void *window = function_map(fn, fn->fb_bar, 0, WINDOW, true);

	if (regs == MAP_FAILED || window == MAP_FAILED)
		return -errno;
	windows_measure(regs, window);
	munmap(window, WINDOW);
	munmap(regs, fn->bar_size[0]);
	return 0;
}
