// SPDX-License-Identifier: GPL-2.0-only
/*
 * BAR1 of a vGPU, as its user has it mapped: bandwidth beside the bare BAR1 of an identical board
 * that no driver has, and the speed at which memory is cleaned for its next user.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/sim.h>

#include "probe.h"

#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define WINDOW (32UL << 20)
#define SLICE (512UL << 20)	/* what users have is larger than a cache */
#define CHUNK (2UL << 20)	/* the module cleans that much at a time */
#define CLEAN_MS 60000

struct memory {
	struct probe_region region;
	const char *gpu;
	const char *type;
	size_t size;		/* of what is mapped */
	volatile uint64_t *ours;
	volatile uint64_t *bare;
	uint64_t value;
	struct nl_sock news;	/* of the cleaning, where that is measured */
};

static double mib_per_second(size_t size, double us)
{
	return (double)(size >> 20) * 1e6 / us;
}

static double written(struct memory *memory, volatile uint64_t *window)
{
	double begin = probe_now_us();
	size_t i;

	memory->value++;
	for (i = 0; i < WINDOW / sizeof(*window); i++)
		window[i] = memory->value;
	__sync_synchronize();
	return mib_per_second(WINDOW, probe_now_us() - begin);
}

static double read_back(volatile uint64_t *window)
{
	double begin = probe_now_us();
	size_t i;

	for (i = 0; i < WINDOW / sizeof(*window); i++)
		(void)window[i];
	return mib_per_second(WINDOW, probe_now_us() - begin);
}

static double write_ours(void *data)
{
	struct memory *memory = data;

	return written(memory, memory->ours);
}

static double write_bare(void *data)
{
	struct memory *memory = data;

	return written(memory, memory->bare);
}

static double read_ours(void *data)
{
	struct memory *memory = data;

	return read_back(memory->ours);
}

static double read_bare(void *data)
{
	struct memory *memory = data;

	return read_back(memory->bare);
}

/* Write-combining, as the vGPU's is; nvmux writes nothing there. */
static void *bare_map(const char *bdf)
{
	char path[PATH_SIZE];
	void *window;
	int fd;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/resource1_wc", bdf);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return MAP_FAILED;
	window = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return window;
}

static int ours_map(struct memory *memory)
{
	int err = probe_open(&memory->region, memory->gpu, sim_text("nvmux-%s", memory->type),
			     UUID_1, BAR1);

	if (!err)
		err = vfio_enable(&memory->region.dev);
	if (err)
		return err;
	memory->ours = vfio_map(&memory->region.dev, BAR1, 0, memory->size);
	return memory->ours == MAP_FAILED ? -errno : 0;
}

static void ours_unmap(struct memory *memory)
{
	if (memory->ours && memory->ours != MAP_FAILED)
		munmap((void *)memory->ours, memory->size);
	probe_close(&memory->region, UUID_1);
}

static int bandwidth(char **arg, probe_side ours, probe_side bare)
{
	struct memory memory = {
		.gpu = arg[0], .type = arg[1], .size = WINDOW, .bare = bare_map(arg[2]),
	};
	int status = 1, err = memory.bare == MAP_FAILED ? -errno : ours_map(&memory);

	if (err) {
		(void)probe_fail("memory", err);
	} else {
		written(&memory, memory.ours);	/* the first touch is another row's */
		written(&memory, memory.bare);
		status = probe_alternate_most(ours, bare, &memory);
	}
	ours_unmap(&memory);
	return status;
}

int memory_write(char **arg)
{
	return bandwidth(arg, write_ours, write_bare);
}

int memory_read(char **arg)
{
	return bandwidth(arg, read_ours, read_bare);
}

/* The next notification of the cleaning: that it goes on, or that it has ended. */
static int news_await(struct memory *memory, bool goes_on)
{
	struct nl_object gpu;
	int err;

	do
		err = nl_event(&memory->news, &gpu, CLEAN_MS);
	while (!err && (gpu.cmd != NVMUX_CMD_GPU_NTF ||
			strcmp(nl_str(&gpu, NVMUX_A_GPU_BDF), memory->gpu) ||
			nl_has(&gpu, NVMUX_A_GPU_SCRUB_TOTAL) != goes_on));
	return err;
}

static int cleaning_await(struct memory *memory)
{
	int err = news_await(memory, true);

	return err ?: news_await(memory, false);
}

/* From the moment when its user lets go until the kernel tells that all is clean. */
static double cleaned(struct memory *memory)
{
	double begin = probe_now_us();
	int err;

	vfio_close(&memory->region.dev);
	err = cleaning_await(memory);
	return err ? err : mib_per_second(memory->size, probe_now_us() - begin);
}

/* One byte of each chunk: the time is also that of the faults, which bring all pages. */
static double touched(volatile uint8_t *window, size_t size)
{
	double begin = probe_now_us();
	size_t at;

	for (at = 0; at < size; at += CHUNK)
		if (window[at])
			return -EUCLEAN;
	return mib_per_second(size, probe_now_us() - begin);
}

/* The slice was written by an earlier user, and is handed to the next one. */
static int next_user(struct memory *memory)
{
	int err = ours_map(memory);

	if (err)
		return err;
	memset((void *)memory->ours, 0xa5, memory->size);
	ours_unmap(memory);
	return ours_map(memory);
}

static double scrub(void *data)
{
	struct memory *memory = data;
	int err = ours_map(memory);
	double speed = err;

	if (!err) {
		memset((void *)memory->ours, 0xa5, memory->size);
		munmap((void *)memory->ours, memory->size);
		memory->ours = NULL;
		speed = cleaned(memory);
	}
	ours_unmap(memory);
	return speed;
}

static double first_touch(void *data)
{
	struct memory *memory = data;
	int err = next_user(memory);
	double speed = err ? err : touched((volatile uint8_t *)memory->ours, memory->size);

	ours_unmap(memory);
	return speed;
}

/* All pages are there already. */
static double fill(void *data)
{
	struct memory *memory = data;
	double begin = 0, end = 0;
	int err = ours_map(memory);

	if (!err) {
		memset((void *)memory->ours, 0xa5, memory->size);
		begin = probe_now_us();
		memset((void *)memory->ours, 0, memory->size);
		end = probe_now_us();
	}
	ours_unmap(memory);
	if (!err && memory->news.family)
		err = cleaning_await(memory);
	return err ? err : mib_per_second(memory->size, end - begin);
}

int memory_scrub(char **arg)
{
	struct memory memory = { .gpu = arg[0], .type = arg[1], .size = SLICE };
	int status, err = nl_open(&memory.news);

	if (!err)
		err = nl_monitor(&memory.news);
	status = err ? probe_fail("netlink", err) : probe_alternate_most(scrub, fill, &memory);
	nl_close(&memory.news);
	return status;
}

int memory_first_touch(char **arg)
{
	struct memory memory = { .gpu = arg[0], .type = arg[1], .size = SLICE };

	return probe_alternate(first_touch, fill, &memory);
}
