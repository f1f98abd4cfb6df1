// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vGPU goes to another place: what is loaded there equals what was saved here, register by
 * register; meanwhile it stands still; the source goes on when it is told to.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/migrate.h>
#include <libnvmux_test/portrait.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define SPACE VFIO_PCI_CONFIG_REGION_INDEX
#define BAR0 VFIO_PCI_BAR0_REGION_INDEX
#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define MIB (1ULL << 20)

#define RUNNING VFIO_DEVICE_STATE_RUNNING
#define STOP VFIO_DEVICE_STATE_STOP
#define STOP_COPY VFIO_DEVICE_STATE_STOP_COPY
#define RESUMING VFIO_DEVICE_STATE_RESUMING
#define PRE_COPY VFIO_DEVICE_STATE_PRE_COPY
#define ERROR VFIO_DEVICE_STATE_ERROR

#define LEAF(i) (0x1000 + 4 * (i))
#define LEAF_EN_SET(i) (0x1200 + 4 * (i))
#define TOP_EN_SET 0x1608
#define LEAF_TRIGGER 0x1640
#define COUNTDOWN 0x2300
#define PBA 0x20000
#define TIMER_LEAF 4
#define TIMER_BIT (1U << 148 % 32)
#define DEVCTL_HIGH (0x78 + PCI_EXP_DEVCTL + 1)

/* More than any stream here. */
#define STREAM_MAX (8 * MIB)

FIXTURE(migrate)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	struct vfio_dev other;
	struct stream stream;
};

FIXTURE_VARIANT(migrate)
{
	bool far;	/* to another GPU */
};

FIXTURE_VARIANT_ADD(migrate, same_gpu) { .far = false };
FIXTURE_VARIANT_ADD(migrate, other_gpu) { .far = true };

FIXTURE_SETUP(migrate)
{
	const char *to = variant->far ? GPU_B : GPU_A;

	self->dev = (struct vfio_dev)VFIO_CLOSED;
	self->other = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, stream_alloc(&self->stream, STREAM_MAX));
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	if (variant->far)
		ASSERT_EQ(0, gpu_switch(&self->sock, to, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, mdev_create(to, "A30-4C", UUID_2));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->other, UUID_2));
}

FIXTURE_TEARDOWN(migrate)
{
	vfio_close(&self->other);
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
	stream_free(&self->stream);
}

static void set(struct vfio_dev *dev, uint32_t at, uint32_t value)
{
	vfio_write32(dev, BAR0, at, value);
}

TEST_F(migrate, is_offered)
{
	struct vfio_device_feature_migration feature = {};
	struct vfio_device_feature_mig_data_size size = {};

	EXPECT_EQ(0, vfio_feature(&self->dev, VFIO_DEVICE_FEATURE_GET |
				  VFIO_DEVICE_FEATURE_MIGRATION, &feature, sizeof(feature)));
	EXPECT_TRUE(feature.flags & VFIO_MIGRATION_STOP_COPY);
	EXPECT_FALSE(feature.flags & VFIO_MIGRATION_P2P);
	EXPECT_EQ(RUNNING, vfio_migrate_state(&self->dev));
	portrait_paint(&self->dev);
	EXPECT_EQ(0, vfio_feature(&self->dev, VFIO_DEVICE_FEATURE_GET |
				  VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, &size, sizeof(size)));
	EXPECT_EQ(0, migrate_save(&self->dev, &self->stream));
	EXPECT_LE(self->stream.len, size.stop_copy_length);
	EXPECT_LE(size.stop_copy_length, 5 * 2 * MIB + 8192);
}

/* Config space, registers, MSI-X table, what is pending, and memory; also of the source. */
TEST_F(migrate, is_the_same_over_there)
{
	static struct portrait before, after, there;

	portrait_paint(&self->dev);
	portrait_take(&self->dev, &before);
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
	portrait_take(&self->dev, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
	ASSERT_EQ(0, migrate_load(&self->other, self->stream.bytes, self->stream.len));
	EXPECT_EQ(STOP, vfio_migrate_state(&self->other));
	portrait_take(&self->other, &there);
	EXPECT_EQ(0, memcmp(before.config, there.config, sizeof(before.config)));
	EXPECT_EQ(0, memcmp(before.low, there.low, sizeof(before.low)));
	EXPECT_EQ(0, memcmp(before.msix, there.msix, sizeof(before.msix)));
	EXPECT_EQ(before.pba, there.pba);
	EXPECT_EQ(4, there.pba);
	EXPECT_EQ(0, memcmp(before.memory, there.memory, sizeof(before.memory)));
	EXPECT_EQ(NO_FILE, vfio_migrate(&self->other, RUNNING));
}

/* Only what is not zero travels: five pages here. */
TEST_F(migrate, pages_that_are_zero_stay_at_home)
{
	portrait_paint(&self->dev);
	vfio_write32(&self->dev, BAR1, 64 * MIB, 0);
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
	EXPECT_LT(5 * 4096, self->stream.len);
	EXPECT_GT(5 * 4096 + 8192, self->stream.len);
}

/* A whole chunk through a mapping, each word of it different. */
TEST_F(migrate, mapped_memory_is_the_same_over_there)
{
	uint32_t *here, *there;
	size_t i;

	vfio_enable(&self->dev);
	here = vfio_map(&self->dev, BAR1, 8 * MIB, 2 * MIB);
	ASSERT_NE(MAP_FAILED, here);
	for (i = 0; i < 2 * MIB / 4; i++)
		here[i] = i * 2654435761u + 1;
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
	ASSERT_EQ(0, migrate_load(&self->other, self->stream.bytes, self->stream.len));
	there = vfio_map(&self->other, BAR1, 8 * MIB, 2 * MIB);
	ASSERT_NE(MAP_FAILED, there);
	EXPECT_EQ(0, memcmp(here, there, 2 * MIB));
	munmap(here, 2 * MIB);
	munmap(there, 2 * MIB);
}

/* What was over there before is gone, also where the stream says nothing. */
TEST_F(migrate, leaves_nothing_of_what_was_there)
{
	vfio_enable(&self->other);
	vfio_write32(&self->other, BAR1, 512 * MIB, 0xbad);
	set(&self->other, LEAF_TRIGGER, 200);
	portrait_paint(&self->dev);
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
	ASSERT_EQ(0, migrate_load(&self->other, self->stream.bytes, self->stream.len));
	EXPECT_EQ(0, vfio_read32(&self->other, BAR1, 512 * MIB));
	EXPECT_EQ(1 << 5, vfio_read32(&self->other, BAR0, LEAF(6)));
}

/* I5: what came by a stream is a tenant's memory like any other. */
TEST_F(migrate, next_owner_finds_nothing_of_what_came)
{
	unsigned int i;

	portrait_paint(&self->dev);
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
	ASSERT_EQ(0, migrate_load(&self->other, self->stream.bytes, self->stream.len));
	vfio_close(&self->other);
	ASSERT_EQ(0, vfio_open_mdev(&self->other, UUID_2));
	vfio_enable(&self->other);
	for (i = 0; i < PORTRAIT_PLACES; i++)
		EXPECT_EQ(0, vfio_read32(&self->other, BAR1, portrait_place(i)));
}

TEST_F(migrate, countdown_goes_on_over_there)
{
	vfio_enable(&self->dev);
	set(&self->dev, COUNTDOWN, 300 * 1000 * 1000);
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
	ASSERT_EQ(0, migrate_load(&self->other, self->stream.bytes, self->stream.len));
	usleep(400 * 1000);
	EXPECT_EQ(0, vfio_read32(&self->other, BAR0, LEAF(TIMER_LEAF)));
	EXPECT_LT(0, vfio_read32(&self->other, BAR0, COUNTDOWN));
	EXPECT_EQ(vfio_read32(&self->dev, BAR0, COUNTDOWN),
		  vfio_read32(&self->other, BAR0, COUNTDOWN));
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->other, RUNNING));
	usleep(500 * 1000);
	EXPECT_EQ(TIMER_BIT, vfio_read32(&self->other, BAR0, LEAF(TIMER_LEAF)));
	EXPECT_EQ(0, vfio_read32(&self->dev, BAR0, LEAF(TIMER_LEAF)));
}

TEST_F(migrate, source_goes_on)
{
	static struct portrait before, after;

	portrait_paint(&self->dev);
	portrait_take(&self->dev, &before);
	set(&self->dev, COUNTDOWN, 300 * 1000 * 1000);
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->dev, RUNNING));
	usleep(500 * 1000);
	EXPECT_EQ(TIMER_BIT | before.low[LEAF(TIMER_LEAF) / 4],
		  vfio_read32(&self->dev, BAR0, LEAF(TIMER_LEAF)));
	set(&self->dev, LEAF(TIMER_LEAF), TIMER_BIT);
	portrait_take(&self->dev, &after);
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

/* A migration that is given up half-way. */
TEST_F(migrate, source_goes_on_when_nobody_reads_to_the_end)
{
	uint8_t bytes[100];
	int fd;

	portrait_paint(&self->dev);
	fd = vfio_migrate(&self->dev, STOP_COPY);
	ASSERT_LE(0, fd);
	EXPECT_EQ(100, read(fd, bytes, 100));
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->dev, RUNNING));
	EXPECT_EQ(-1, read(fd, bytes, 100));
	close(fd);
	EXPECT_EQ(0x5ec2e700, vfio_read32(&self->dev, BAR1, 0));
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
	EXPECT_EQ(0, migrate_load(&self->other, self->stream.bytes, self->stream.len));
}

static int messages(int fd)
{
	uint64_t n = 0;

	return read(fd, &n, sizeof(n)) == sizeof(n) ? (int)n : 0;
}

/* Vector 5 is in leaf 0: subtree 0, entry 0. */
static void listen_to(struct vfio_dev *dev, int fd)
{
	uint16_t msix = PCI_MSIX_FLAGS_ENABLE;

	vfio_msix_set(dev, 0, fd);
	vfio_enable(dev);
	vfio_write(dev, SPACE, 0xc8 + PCI_MSIX_FLAGS, &msix, 2);
	set(dev, LEAF_EN_SET(0), 1 << 5);
	set(dev, TOP_EN_SET, 1);
}

/* What becomes due while the device stands still is owed, and goes out where it runs next. */
TEST_F(migrate, no_message_while_stopped_and_none_lost)
{
	int here = eventfd(0, EFD_NONBLOCK), there = eventfd(0, EFD_NONBLOCK);

	listen_to(&self->dev, here);
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->dev, STOP));
	set(&self->dev, LEAF_TRIGGER, 5);
	EXPECT_EQ(0, messages(here));
	EXPECT_EQ(1, vfio_read32(&self->dev, BAR0, PBA));
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
	ASSERT_EQ(0, vfio_msix_set(&self->other, 0, there));
	ASSERT_EQ(0, migrate_load(&self->other, self->stream.bytes, self->stream.len));
	EXPECT_EQ(0, messages(there));
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->other, RUNNING));
	EXPECT_EQ(1, messages(there));
	EXPECT_EQ(0, messages(here));
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->dev, RUNNING));
	EXPECT_EQ(1, messages(here));
	close(here);
	close(there);
}

TEST_F(migrate, countdown_set_while_stopped_waits)
{
	vfio_enable(&self->dev);
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->dev, STOP));
	set(&self->dev, COUNTDOWN, 1024);
	usleep(50 * 1000);
	EXPECT_EQ(0, vfio_read32(&self->dev, BAR0, LEAF(TIMER_LEAF)));
	EXPECT_EQ(1024, vfio_read32(&self->dev, BAR0, COUNTDOWN));
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->dev, RUNNING));
	usleep(50 * 1000);
	EXPECT_EQ(TIMER_BIT, vfio_read32(&self->dev, BAR0, LEAF(TIMER_LEAF)));
}

/* A file that somebody keeps says nothing any more. */
TEST_F(migrate, file_ends_with_its_state)
{
	uint8_t bytes[16] = {};
	int fd;

	fd = vfio_migrate(&self->dev, STOP_COPY);
	ASSERT_LE(0, fd);
	EXPECT_EQ(16, read(fd, bytes, 16));
	ASSERT_EQ(NO_FILE, vfio_migrate(&self->dev, STOP));
	EXPECT_EQ(-1, read(fd, bytes, 16));
	EXPECT_EQ(ENODEV, errno);
	close(fd);
	fd = vfio_migrate(&self->dev, RESUMING);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-1, read(fd, bytes, 16));
	vfio_close(&self->dev);
	EXPECT_EQ(-1, write(fd, bytes, 16));
	EXPECT_EQ(ENODEV, errno);
	close(fd);
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	EXPECT_EQ(RUNNING, vfio_migrate_state(&self->dev));
}

/* From wherever it is; what the guest asks for itself changes nothing but its registers. */
TEST_F(migrate, reset_ends_it)
{
	static const uint32_t states[] = { STOP, STOP_COPY, RESUMING, PRE_COPY };
	uint8_t flr = PCI_EXP_DEVCTL_BCR_FLR >> 8;
	unsigned int i;
	int fd;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		portrait_paint(&self->dev);
		fd = vfio_migrate(&self->dev, states[i]);
		ASSERT_LE(NO_FILE, fd);
		vfio_write(&self->dev, SPACE, DEVCTL_HIGH, &flr, 1);
		EXPECT_EQ(states[i], vfio_migrate_state(&self->dev));
		EXPECT_EQ(0, vfio_config(&self->dev, PCI_COMMAND, 2));
		EXPECT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
		EXPECT_EQ(RUNNING, vfio_migrate_state(&self->dev));
		vfio_enable(&self->dev);
		set(&self->dev, COUNTDOWN, 1024);
		usleep(20 * 1000);
		EXPECT_EQ(TIMER_BIT, vfio_read32(&self->dev, BAR0, LEAF(TIMER_LEAF)));
		if (fd >= 0)
			close(fd);
	}
}

TEST_F(migrate, states_that_are_missing)
{
	static const uint32_t missing[] = { VFIO_DEVICE_STATE_RUNNING_P2P,
					    VFIO_DEVICE_STATE_PRE_COPY_P2P, 8, 9, 255, UINT32_MAX };
	unsigned int i;

	for (i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		EXPECT_GT(NO_FILE, vfio_migrate(&self->dev, missing[i]));
	EXPECT_GT(NO_FILE, vfio_migrate(&self->dev, ERROR));
	EXPECT_EQ(RUNNING, vfio_migrate_state(&self->dev));
}

TEST_HARNESS_MAIN
