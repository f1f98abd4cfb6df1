// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long a guest stands still while its vGPU is saved: all of it at once, or what has changed
 * since it was copied while the guest ran. The stream is read into memory that is there already.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/migrate.h>
#include <libnvmux_test/sim.h>

#include "probe.h"

#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define AREA (32UL << 20)	/* of the slice, what the guest uses */
#define PAGE 4096UL
#define STREAM_MAX (2 * AREA)

struct migrate {
	struct probe_region region;
	struct stream stream;
	volatile uint8_t *area;
};

/* One page of a hundred, here and there. */
static void pages_change(struct migrate *migrate)
{
	size_t page;

	for (page = 0; page < AREA / PAGE; page += 100)
		migrate->area[page * PAGE + page % PAGE]++;
}

static int copy_while_running(struct migrate *migrate)
{
	int fd = vfio_migrate(&migrate->region.dev, VFIO_DEVICE_STATE_PRE_COPY), err;

	if (fd < 0)
		return fd;
	migrate->stream.len = 0;
	err = stream_read(fd, &migrate->stream);
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int stop_and_read(struct migrate *migrate, int fd)
{
	int file = vfio_migrate(&migrate->region.dev, VFIO_DEVICE_STATE_STOP_COPY);

	if (file != NO_FILE)
		return file < 0 ? file : -EEXIST;
	return stream_read(fd, &migrate->stream);
}

static int run_again(struct migrate *migrate)
{
	int file = vfio_migrate(&migrate->region.dev, VFIO_DEVICE_STATE_RUNNING);

	return file == NO_FILE ? 0 : -EIO;
}

static double ours(void *data)
{
	struct migrate *migrate = data;
	int fd = copy_while_running(migrate), err;
	double begin, end;

	if (fd < 0)
		return fd;
	pages_change(migrate);
	begin = probe_now_us();
	err = stop_and_read(migrate, fd);
	end = probe_now_us();
	close(fd);
	err = err ?: run_again(migrate);
	return err ? err : end - begin;
}

static double whole(void *data)
{
	struct migrate *migrate = data;
	double begin = probe_now_us(), end;
	int err = migrate_save(&migrate->region.dev, &migrate->stream);

	end = probe_now_us();
	err = err ?: run_again(migrate);
	return err ? err : end - begin;
}

/* No word of the memory is zero: pages of zeroes are not in the stream. */
static int prepare(struct migrate *migrate, const char *gpu, const char *type)
{
	int err = probe_open(&migrate->region, gpu, sim_text("nvmux-%s", type), UUID_1, BAR1);

	if (!err)
		err = vfio_enable(&migrate->region.dev);
	if (!err)
		err = stream_alloc(&migrate->stream, STREAM_MAX);
	if (err)
		return err;
	memset(migrate->stream.bytes, 1, STREAM_MAX);
	migrate->area = vfio_map(&migrate->region.dev, BAR1, 0, AREA);
	if (migrate->area == MAP_FAILED)
		return -errno;
	memset((void *)migrate->area, 0xa5, AREA);
	return 0;
}

int migrate_stop_phase(char **arg)
{
	struct migrate migrate = {};
	int err = prepare(&migrate, arg[0], arg[1]);
	int status = err ? probe_fail("migrate", err) : probe_alternate(ours, whole, &migrate);

	if (migrate.area && migrate.area != MAP_FAILED)
		munmap((void *)migrate.area, AREA);
	probe_close(&migrate.region, UUID_1);
	stream_free(&migrate.stream);
	return status;
}
