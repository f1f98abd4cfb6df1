// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux-guest: looks at the first NVIDIA function from inside a VM and proves
 * that its framebuffer holds what is written, or asks whether a vGPU keeps its
 * contract, or measures it. For a static binary in an initramfs: no library, no
 * driver, only sysfs and mmap().
 *
 * Facts are printed as key=value; the last line is RESULT ok or RESULT fail.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"
#include "function.h"
#include "survey.h"
#include "watch.h"

#define MIB (1024ULL * 1024)
#define BAR0_MAP 0x4000	/* all registers below lie in it */

#define PMC_BOOT_0 0x0
#define PMC_BOOT_1 0x4
#define PMC_BOOT_42 0xa00
#define MAILBOX_SCRATCH_0 0x2100

/* BAR0 of at most this size is the register page of a vGPU, not of a board. */
#define VGPU_BAR0_SIZE (256 * 1024ULL)

struct options {
	const char *bdf;
	uint64_t slice;		/* 0: ask the mailbox */
	uint32_t seed;
	unsigned int hold;
	bool read_only;
	bool expect;
	bool contract;
	bool bench;
	unsigned int watch;
};

static int fail(const char *format, ...)
{
	va_list ap;

	printf("RESULT fail ");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n");
	return 1;
}

static int registers_read(struct function *fn)
{
	void *map;

	if (fn->bar_size[0] < BAR0_MAP)
		return fail("bar0 has only %llu bytes", (unsigned long long)fn->bar_size[0]);
	map = function_map(fn, 0, 0, BAR0_MAP, true);
	if (map == MAP_FAILED)
		return fail("cannot map bar0: %s", strerror(errno));
	fn->regs = map;
	printf("boot_0=%08x boot_1=%08x boot_42=%08x\n", fn->regs[PMC_BOOT_0 / 4],
	       fn->regs[PMC_BOOT_1 / 4], fn->regs[PMC_BOOT_42 / 4]);
	if (fn->regs[PMC_BOOT_0 / 4] == 0xffffffff)
		return fail("the device does not answer, boot_0 is all ones");
	return 0;
}

/* What the option says, else the mailbox of a vGPU, else the whole BAR. */
static int slice_find(struct function *fn, const struct options *o)
{
	uint64_t bar = fn->bar_size[fn->fb_bar];
	uint32_t mailbox = 0;

	fn->slice = o->slice;
	if (!fn->slice && fn->bar_size[0] <= VGPU_BAR0_SIZE) {
		mailbox = fn->regs[MAILBOX_SCRATCH_0 / 4];
		fn->slice = mailbox * MIB;
	} else if (!fn->slice) {
		fn->slice = bar;
	}
	printf("mailbox_mib=%u slice=%llu\n", mailbox, (unsigned long long)fn->slice);
	if (fn->slice < MIB || fn->slice % MIB)
		return fail("the slice has %llu bytes", (unsigned long long)fn->slice);
	if (fn->slice > bar)
		return fail("the slice has %llu bytes, bar1 only %llu",
			    (unsigned long long)fn->slice, (unsigned long long)bar);
	return 0;
}

/* Differs per place and per seed: neither a stuck page nor an alias passes. */
static uint32_t pattern(uint64_t at, uint32_t seed)
{
	uint32_t v = (uint32_t)(at >> 2) * 2654435761u;

	return (v ^ (uint32_t)(at >> 32) ^ seed) | 1;
}

static void window_write(volatile uint32_t *w, uint64_t base, uint32_t seed)
{
	for (uint64_t i = 0; i < MIB / 4; i++)
		w[i] = pattern(base + 4 * i, seed);
}

static int window_check(volatile uint32_t *w, uint64_t base, uint32_t seed)
{
	uint32_t got, want;

	for (uint64_t i = 0; i < MIB / 4; i++) {
		got = w[i];
		want = pattern(base + 4 * i, seed);
		if (got != want)
			return fail("at %#llx is %08x instead of %08x",
				    (unsigned long long)(base + 4 * i), got, want);
	}
	return 0;
}

/* Memory of a new owner must be clean: the sum tells a test without reading all. */
static void window_print(const char *name, volatile uint32_t *w)
{
	uint64_t dirty = 0;

	for (uint64_t i = 0; i < MIB / 4; i++)
		dirty += w[i] != 0;
	printf("%s=%08x,%08x,%08x,%08x %s_nonzero=%llu\n", name, w[0], w[1], w[2], w[3], name,
	       (unsigned long long)dirty);
}

static int windows_test(const struct options *o, volatile uint32_t *first,
			volatile uint32_t *last, uint64_t last_at)
{
	window_print("first", first);
	window_print("last", last);
	if (o->read_only)
		return 0;
	if (!o->expect) {
		window_write(first, 0, o->seed);
		window_write(last, last_at, o->seed);
		__sync_synchronize();
	}
	if (window_check(first, 0, o->seed))
		return 1;
	return window_check(last, last_at, o->seed);
}

static int framebuffer_test(const struct function *fn, const struct options *o)
{
	uint64_t last_at = fn->slice - MIB;
	bool writable = !o->read_only && !o->expect;
	void *first, *last;
	int ret;

	first = function_map(fn, fn->fb_bar, 0, MIB, writable);
	last = function_map(fn, fn->fb_bar, last_at, MIB, writable);
	if (first == MAP_FAILED || last == MAP_FAILED)
		return fail("cannot map bar1: %s", strerror(errno));
	ret = windows_test(o, first, last, last_at);
	if (!ret)
		printf("RESULT ok\n");
	fflush(stdout);
	if (o->hold)
		sleep(o->hold);
	return ret;
}

static int contract_test(const struct function *fn)
{
	int broken = survey_run(fn);

	if (broken < 0)
		return fail("cannot reach the function: %s", strerror(-broken));
	if (broken)
		return fail("%d checks of the contract", broken);
	return 0;
}

static int bench_test(const struct function *fn)
{
	int err = bench_run(fn);

	return err ? fail("cannot map the function: %s", strerror(-err)) : 0;
}

static int watch_test(const struct function *fn, unsigned int seconds)
{
	int errors = watch_run(fn, seconds);

	if (errors < 0)
		return fail("cannot map bar1: %s", strerror(-errors));
	return errors ? fail("%d words are not what was written", errors) : 0;
}

/* The contract first: its last check is a reset. */
static int vgpu_test(const struct function *fn, const struct options *o)
{
	if (o->contract && contract_test(fn))
		return 1;
	if (o->bench && bench_test(fn))
		return 1;
	if (o->watch && watch_test(fn, o->watch))
		return 1;
	printf("RESULT ok\n");
	return 0;
}

static int guest_test(const struct options *o)
{
	struct function fn = {};
	int err;

	if (o->bdf)
		snprintf(fn.bdf, sizeof(fn.bdf), "%s", o->bdf);
	else if (!function_find(&fn))
		return fail("no NVIDIA display function");
	function_read(&fn);
	err = function_enable(&fn);
	if (err)
		return fail("cannot enable %s: %s", fn.bdf, strerror(-err));
	if (registers_read(&fn) || slice_find(&fn, o))
		return 1;
	if (o->contract || o->bench || o->watch)
		return vgpu_test(&fn, o);
	return framebuffer_test(&fn, o);
}

static int usage(void)
{
	fprintf(stderr,
		"Usage: nvmux-guest [OPTION]...\n"
		"  --bdf ADDRESS    this function, not the first one\n"
		"  --slice BYTES    framebuffer to test; default: the mailbox of a vGPU, else BAR1\n"
		"  --seed N         another pattern\n"
		"  --expect         do not write, check that the pattern is there\n"
		"  --read-only      do not write, only print the first words\n"
		"  --hold SECONDS   stay mapped after the test\n"
		"  --contract       ask whether a vGPU keeps its contract, check by check\n"
		"  --bench          measure registers and framebuffer\n"
		"  --watch SECONDS  use memory and registers, check each second what they hold\n");
	return 2;
}

static int options_parse(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {
		{ "bdf", required_argument, NULL, 'b' },
		{ "slice", required_argument, NULL, 's' },
		{ "seed", required_argument, NULL, 'S' },
		{ "expect", no_argument, NULL, 'e' },
		{ "read-only", no_argument, NULL, 'r' },
		{ "hold", required_argument, NULL, 'h' },
		{ "contract", no_argument, NULL, 'c' },
		{ "bench", no_argument, NULL, 'B' },
		{ "watch", required_argument, NULL, 'w' },
		{}
	};
	int c;

	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (c == 'b')
			o->bdf = optarg;
		else if (c == 's')
			o->slice = strtoull(optarg, NULL, 0);
		else if (c == 'S')
			o->seed = (uint32_t)strtoul(optarg, NULL, 0);
		else if (c == 'e')
			o->expect = true;
		else if (c == 'r')
			o->read_only = true;
		else if (c == 'h')
			o->hold = (unsigned int)strtoul(optarg, NULL, 0);
		else if (c == 'c')
			o->contract = true;
		else if (c == 'B')
			o->bench = true;
		else if (c == 'w')
			o->watch = (unsigned int)strtoul(optarg, NULL, 0);
		else
			return usage();
	}
	return optind < argc ? usage() : 0;
}

int main(int argc, char **argv)
{
	struct options o = {};
	int code;

	setvbuf(stdout, NULL, _IOLBF, 0);
	code = options_parse(&o, argc, argv);
	return code ? code : guest_test(&o);
}
