// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux-guest: looks at the first NVIDIA function from inside a VM and proves
 * that its framebuffer holds what is written. For a static binary in an
 * initramfs: no library, no driver, only sysfs and mmap().
 *
 * Facts are printed as key=value; the last line is RESULT ok or RESULT fail.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PCI_DEVICES "/sys/bus/pci/devices"
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
};

struct function {
	char bdf[32];
	unsigned int vendor, device, subsystem_vendor, subsystem, class;
	uint64_t bar_size[6];
	int fb_bar;		/* which resource file is the framebuffer */
	volatile uint32_t *regs;
	uint64_t slice;
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

static FILE *attribute_open(const char *bdf, const char *name, const char *how)
{
	char path[128];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", bdf, name);
	return fopen(path, how);
}

static unsigned int attribute_number(const char *bdf, const char *name)
{
	FILE *f = attribute_open(bdf, name, "r");
	unsigned int v = 0;

	if (f) {
		if (fscanf(f, "%x", &v) != 1)
			v = 0;
		fclose(f);
	}
	return v;
}

static bool is_nvidia_gpu(const char *bdf)
{
	return attribute_number(bdf, "vendor") == 0x10de &&
	       attribute_number(bdf, "class") >> 16 == 0x03;
}

/* The lowest address, so that "first" means the same each time. */
static bool function_find(struct function *fn)
{
	DIR *dir = opendir(PCI_DEVICES);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || !is_nvidia_gpu(entry->d_name))
			continue;
		if (!fn->bdf[0] || strcmp(entry->d_name, fn->bdf) < 0)
			snprintf(fn->bdf, sizeof(fn->bdf), "%.31s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return fn->bdf[0];
}

/* Lines of first address, last address, flags. */
static void function_read_bars(struct function *fn)
{
	FILE *f = attribute_open(fn->bdf, "resource", "r");
	unsigned long long start, end, flags;

	for (int i = 0; f && i < 6; i++) {
		if (fscanf(f, "%llx %llx %llx", &start, &end, &flags) != 3)
			break;
		fn->bar_size[i] = end ? end - start + 1 : 0;
	}
	if (f)
		fclose(f);
	/* Hopper's BAR0 is 64 bits wide and moves the framebuffer to BAR2. */
	fn->fb_bar = fn->bar_size[1] ? 1 : 2;
}

static void function_read(struct function *fn)
{
	fn->vendor = attribute_number(fn->bdf, "vendor");
	fn->device = attribute_number(fn->bdf, "device");
	fn->subsystem_vendor = attribute_number(fn->bdf, "subsystem_vendor");
	fn->subsystem = attribute_number(fn->bdf, "subsystem_device");
	fn->class = attribute_number(fn->bdf, "class");
	function_read_bars(fn);
	printf("bdf=%s device=%04x:%04x subsystem=%04x:%04x class=%06x "
	       "bar0=%llu bar1=%llu bar1_resource=%d\n", fn->bdf, fn->vendor, fn->device,
	       fn->subsystem_vendor, fn->subsystem, fn->class,
	       (unsigned long long)fn->bar_size[0],
	       (unsigned long long)fn->bar_size[fn->fb_bar], fn->fb_bar);
}

static int function_enable(const struct function *fn)
{
	FILE *f = attribute_open(fn->bdf, "enable", "w");
	int err = 0;

	if (!f)
		return -errno;
	if (fputs("1", f) < 0)
		err = -EIO;
	if (fclose(f))
		err = -errno;
	return err;
}

static void *bar_map(const struct function *fn, int bar, uint64_t offset, size_t size,
		     bool writable)
{
	int protection = PROT_READ | (writable ? PROT_WRITE : 0);
	char path[128];
	void *map;
	int fd;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/resource%d", fn->bdf, bar);
	fd = open(path, writable ? O_RDWR : O_RDONLY);
	if (fd < 0)
		return MAP_FAILED;
	map = mmap(NULL, size, protection, MAP_SHARED, fd, (off_t)offset);
	close(fd);
	return map;
}

static int registers_read(struct function *fn)
{
	void *map;

	if (fn->bar_size[0] < BAR0_MAP)
		return fail("bar0 has only %llu bytes", (unsigned long long)fn->bar_size[0]);
	map = bar_map(fn, 0, 0, BAR0_MAP, false);
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

	first = bar_map(fn, fn->fb_bar, 0, MIB, writable);
	last = bar_map(fn, fn->fb_bar, last_at, MIB, writable);
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
		"  --hold SECONDS   stay mapped after the test\n");
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
