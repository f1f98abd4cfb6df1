// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vGPU is copied while it runs: what changes meanwhile is followed, however it is changed, and
 * the stop phase carries no more than that. What arrives is what was there in the end.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/migrate.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define BAR0 VFIO_PCI_BAR0_REGION_INDEX
#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define MIB (1ULL << 20)
#define PAGE 4096
/* what the guest uses of its slice */
#define AREA (32 * MIB)
#define PAGES (AREA / PAGE)

#define RUNNING VFIO_DEVICE_STATE_RUNNING
#define STOP VFIO_DEVICE_STATE_STOP
#define STOP_COPY VFIO_DEVICE_STATE_STOP_COPY
#define PRE_COPY VFIO_DEVICE_STATE_PRE_COPY

#define LEAF_TRIGGER 0x1640
#define LEAF(i) (0x1000 + 4 * (i))
#define COUNTDOWN 0x2300
#define TIMER_LEAF 4
#define TIMER_BIT (1U << 148 % 32)

#define STREAM_MAX (4 * AREA)

FIXTURE(precopy)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	struct vfio_dev other;
	struct stream stream;
	uint8_t *here;
};

FIXTURE_SETUP(precopy)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	self->other = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, stream_alloc(&self->stream, STREAM_MAX));
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_2));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->other, UUID_2));
	vfio_enable(&self->dev);
	self->here = vfio_map_at(&self->dev, BAR1, 0, AREA, 0);
	ASSERT_NE(MAP_FAILED, self->here);
}

FIXTURE_TEARDOWN(precopy)
{
	munmap(self->here, AREA);
	vfio_close(&self->other);
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
	stream_free(&self->stream);
}

/* No two words are equal, none is zero. */
static void area_fill(uint8_t *area)
{
	uint32_t *words = (uint32_t *)area, i;

	for (i = 0; i < AREA / 4; i++)
		words[i] = i * 2654435761u | 1;
}

/* Both sides are stopped or one's own only, so what is read does not change. */
static int area_differs(struct vfio_dev *other, const uint8_t *here)
{
	uint8_t *there = vfio_map(other, BAR1, 0, AREA);
	int differs;

	if (there == MAP_FAILED)
		return -errno;
	differs = memcmp(here, there, AREA);
	munmap(there, AREA);
	return !!differs;
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

static int info(int fd, struct vfio_precopy_info *info)
{
	*info = (struct vfio_precopy_info){ .argsz = sizeof(*info) };
	return ioctl(fd, VFIO_MIG_GET_PRECOPY_INFO, info) ? -errno : 0;
}

/* The stop phase: what is left of the stream, and how long the device stands still for it. */
static int stop_phase(struct vfio_dev *dev, int fd, struct stream *stream, uint64_t *ret_us)
{
	uint64_t start = now_us();
	int err = vfio_migrate(dev, STOP_COPY);

	if (err != NO_FILE)
		return err < 0 ? err : -EEXIST;
	err = stream_read(fd, stream);
	*ret_us = now_us() - start;
	close(fd);
	vfio_migrate(dev, STOP);
	return err;
}

static int load(struct vfio_dev *other, struct stream *stream)
{
	int err = migrate_load(other, stream->bytes, stream->len);

	return err ?: vfio_migrate(other, RUNNING) == NO_FILE ? 0 : -EIO;
}

TEST_F(precopy, is_offered)
{
	struct vfio_device_feature_migration feature = {};

	EXPECT_EQ(0, vfio_feature(&self->dev, VFIO_DEVICE_FEATURE_GET |
				  VFIO_DEVICE_FEATURE_MIGRATION, &feature, sizeof(feature)));
	EXPECT_EQ(VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_PRE_COPY, feature.flags);
}

/* One page of a hundred changes, here and there: so much stops the guest, not more. */
TEST_F(precopy, stop_phase_carries_what_changed)
{
	uint64_t whole_us = 0, touch_us = 0, rest_us = 0, whole, rest, i;
	int fd;

	area_fill(self->here);
	whole_us = now_us();
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
	whole_us = now_us() - whole_us;
	whole = self->stream.len;
	ASSERT_LT(AREA, whole);
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->dev, RUNNING));

	fd = vfio_migrate(&self->dev, PRE_COPY);
	ASSERT_LE(0, fd);
	self->stream.len = 0;
	ASSERT_EQ(0, stream_read(fd, &self->stream));
	touch_us = now_us();
	for (i = 0; i < PAGES; i += 100)
		self->here[i * PAGE + i % PAGE]++;
	touch_us = now_us() - touch_us;
	rest = self->stream.len;
	ASSERT_EQ(0, stop_phase(&self->dev, fd, &self->stream, &rest_us));
	rest = self->stream.len - rest;
	TH_LOG("STOP_COPY alone: %llu bytes, %llu us; after PRE_COPY with 1 %% dirty: %llu bytes, %llu us",
	       (unsigned long long)whole, (unsigned long long)whole_us,
	       (unsigned long long)rest, (unsigned long long)rest_us);
	TH_LOG("%llu pages were touched and told in %llu us", (unsigned long long)(i / 100),
	       (unsigned long long)touch_us);
	EXPECT_GT(whole / 50, rest);
	ASSERT_EQ(0, load(&self->other, &self->stream));
	EXPECT_EQ(0, area_differs(&self->other, self->here));
}

/* By a mapping that was there before, by write(), where nothing was, and to zero. */
TEST_F(precopy, follows_every_kind_of_change)
{
	uint64_t us;
	int fd;

	area_fill(self->here);
	fd = vfio_migrate(&self->dev, PRE_COPY);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, stream_read(fd, &self->stream));
	self->here[5 * MIB] = 0x77;
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR1, 7 * MIB + 8, 0x12345678));
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR1, 900 * MIB, 0xabcdef01));
	memset(self->here + 9 * MIB, 0, 2 * PAGE);
	ASSERT_EQ(0, stream_read(fd, &self->stream));
	self->here[5 * MIB] = 0x78;
	ASSERT_EQ(0, stop_phase(&self->dev, fd, &self->stream, &us));
	ASSERT_EQ(0, load(&self->other, &self->stream));
	EXPECT_EQ(0, area_differs(&self->other, self->here));
	EXPECT_EQ(0xabcdef01, vfio_read32(&self->other, BAR1, 900 * MIB));
	EXPECT_EQ(0, vfio_read32(&self->other, BAR1, 9 * MIB));
	EXPECT_EQ(0x78, vfio_read32(&self->other, BAR1, 5 * MIB) & 0xff);
}

struct writer {
	volatile uint8_t *area;
	volatile bool stop;
	uint64_t written;
};

static void *write_always(void *arg)
{
	struct writer *writer = arg;
	uint64_t seed = 1;

	while (!writer->stop) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		writer->area[(seed >> 33) % AREA]++;
		writer->written++;
	}
	return NULL;
}

/* A guest that writes all the time while it is copied: nothing of it is lost. */
TEST_F(precopy, no_write_is_lost)
{
	struct writer writer = { .area = self->here };
	pthread_t thread;
	uint64_t us;
	int fd, i;

	area_fill(self->here);
	ASSERT_EQ(0, pthread_create(&thread, NULL, write_always, &writer));
	fd = vfio_migrate(&self->dev, PRE_COPY);
	ASSERT_LE(0, fd);
	for (i = 0; i < 40; i++) {
		struct stream piece = { .bytes = self->stream.bytes + self->stream.len,
					.room = MIB };

		stream_read(fd, &piece);
		self->stream.len += piece.len;
	}
	writer.stop = true;
	pthread_join(thread, NULL);
	EXPECT_LT(1000, writer.written);
	ASSERT_EQ(0, stop_phase(&self->dev, fd, &self->stream, &us));
	ASSERT_EQ(0, load(&self->other, &self->stream));
	EXPECT_EQ(0, area_differs(&self->other, self->here));
}

TEST_F(precopy, tells_what_is_left)
{
	struct vfio_precopy_info left;
	uint8_t byte;
	int fd;

	memset(self->here, 1, 4 * MIB);
	fd = vfio_migrate(&self->dev, PRE_COPY);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, info(fd, &left));
	EXPECT_LT(4 * MIB, left.initial_bytes);
	EXPECT_EQ(0, left.dirty_bytes);
	ASSERT_EQ(0, stream_read(fd, &self->stream));
	EXPECT_EQ(-1, read(fd, &byte, 1));
	EXPECT_EQ(ENOMSG, errno);
	ASSERT_EQ(0, info(fd, &left));
	EXPECT_EQ(0, left.initial_bytes + left.dirty_bytes);
	self->here[3 * MIB] = 2;
	ASSERT_EQ(0, info(fd, &left));
	EXPECT_EQ(0, left.initial_bytes);
	EXPECT_LE(PAGE, left.dirty_bytes);
	EXPECT_GT(2 * PAGE, left.dirty_bytes);
	left.argsz = 4;
	EXPECT_EQ(-1, ioctl(fd, VFIO_MIG_GET_PRECOPY_INFO, &left));
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_RESET, NULL));
	EXPECT_EQ(ENOTTY, errno);
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->dev, STOP_COPY));
	EXPECT_EQ(-EINVAL, info(fd, &left));
	close(fd);
}

/* It still counts and interrupts, and goes on as if nothing had been. */
TEST_F(precopy, guest_runs_meanwhile)
{
	uint8_t byte;
	int fd;

	area_fill(self->here);
	fd = vfio_migrate(&self->dev, PRE_COPY);
	ASSERT_LE(0, fd);
	vfio_write32(&self->dev, BAR0, COUNTDOWN, 1024);
	usleep(50 * 1000);
	EXPECT_EQ(TIMER_BIT, vfio_read32(&self->dev, BAR0, LEAF(TIMER_LEAF)));
	EXPECT_EQ(1, read(fd, &byte, 1));
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->dev, RUNNING));
	EXPECT_EQ(-1, read(fd, &byte, 1));
	EXPECT_EQ(ENODEV, errno);
	close(fd);
	self->here[8 * MIB] = 1;
	EXPECT_EQ(1, vfio_read32(&self->dev, BAR1, 8 * MIB) & 0xff);
	fd = vfio_migrate(&self->dev, PRE_COPY);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
	EXPECT_EQ(RUNNING, vfio_migrate_state(&self->dev));
	EXPECT_EQ(-1, read(fd, &byte, 1));
	close(fd);
}

TEST_HARNESS_MAIN
