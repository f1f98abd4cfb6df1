// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two doors lead to a vGPU: its group with a container, and its own file with an iommufd. Behind
 * both is the same function; only one of them is open at a time; whoever is inside is asked to let
 * go when the vGPU or its board is to leave.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
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

#define RUNNING VFIO_DEVICE_STATE_RUNNING

/* Longer than the kernel's pause between two requests. */
#define ASKED_MS 30000

FIXTURE(door)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	struct vfio_dev other;
	int asked;
};

FIXTURE_VARIANT(door)
{
	int (*open)(struct vfio_dev *dev, const char *uuid);
	int (*open_other)(struct vfio_dev *dev, const char *uuid);
};

FIXTURE_VARIANT_ADD(door, group)
{
	.open = vfio_open_mdev,
	.open_other = vfio_open_cdev,
};

FIXTURE_VARIANT_ADD(door, cdev)
{
	.open = vfio_open_cdev,
	.open_other = vfio_open_mdev,
};

FIXTURE_SETUP(door)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	self->other = (struct vfio_dev)VFIO_CLOSED;
	self->asked = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	if (!vfio_has_cdev() && variant->open == vfio_open_cdev)
		SKIP(return, "this kernel has no iommufd");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, variant->open(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_request_set(&self->dev, self->asked));
	ASSERT_EQ(0, vfio_enable(&self->dev));
}

FIXTURE_TEARDOWN(door)
{
	vfio_close(&self->other);
	vfio_close(&self->dev);
	close(self->asked);
	sim_board_del();
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

TEST_F(door, leads_to_the_function)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	volatile uint32_t *page;

	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_GET_INFO, &info));
	EXPECT_TRUE(info.flags & VFIO_DEVICE_FLAGS_PCI);
	EXPECT_EQ(0x20b710de, vfio_config(&self->dev, 0, 4));
	EXPECT_EQ(4096, vfio_read32(&self->dev, BAR0, 0x2100));
	page = vfio_map(&self->dev, BAR1, 0, PAGE);
	ASSERT_NE(MAP_FAILED, page);
	page[0] = 0x12345678;
	EXPECT_EQ(0x12345678, vfio_read32(&self->dev, BAR1, 0));
	munmap((void *)page, PAGE);
	EXPECT_EQ(NVMUX_VGPU_STATE_OPEN, vgpu_state(&self->sock, UUID_1));
	EXPECT_EQ(-EBUSY, vgpu_del(&self->sock, UUID_1));
}

TEST_F(door, is_the_only_one_that_is_open)
{
	if (!vfio_has_cdev())
		SKIP(return, "this kernel has no iommufd");
	EXPECT_GT(0, variant->open_other(&self->other, UUID_1));
	EXPECT_GT(0, variant->open(&self->other, UUID_1));
	vfio_close(&self->dev);
	ASSERT_EQ(0, variant->open_other(&self->other, UUID_1));
	vfio_enable(&self->other);
	EXPECT_EQ(0, vfio_read32(&self->other, BAR1, 0));
}

/* Interrupts arrive, and a reset leaves memory and whoever listens to them where they are. */
TEST_F(door, interrupts_and_reset_go_through)
{
	uint64_t n = 0;
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	ASSERT_EQ(0, vfio_msix_set(&self->dev, 5, event));
	ASSERT_EQ(0, vfio_msix_fire(&self->dev, 5));
	EXPECT_EQ(8, read(event, &n, 8));
	EXPECT_EQ(1, n);
	vfio_write32(&self->dev, BAR1, 0, 0x12345678);
	vfio_write32(&self->dev, BAR0, 0x2120, 0x5a5a5a5a);
	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
	EXPECT_EQ(0, vfio_config(&self->dev, 4, 2));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(0, vfio_read32(&self->dev, BAR0, 0x2120));
	EXPECT_EQ(0x12345678, vfio_read32(&self->dev, BAR1, 0));
	ASSERT_EQ(0, vfio_msix_fire(&self->dev, 5));
	EXPECT_EQ(8, read(event, &n, 8));
	close(event);
}

/* What comes in by one door may have left by the other. */
TEST_F(door, migration_goes_through)
{
	struct stream stream;

	if (!vfio_has_cdev())
		SKIP(return, "this kernel has no iommufd");
	ASSERT_EQ(0, stream_alloc(&stream, MIB));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_2));
	ASSERT_EQ(0, variant->open_other(&self->other, UUID_2));
	vfio_write32(&self->dev, BAR1, 4 * MIB, 0xfeedbeef);
	ASSERT_EQ(0, migrate_save(&self->dev, &stream));
	ASSERT_EQ(0, migrate_load(&self->other, stream.bytes, stream.len));
	EXPECT_EQ(0xfeedbeef, vfio_read32(&self->other, BAR1, 4 * MIB));
	stream_free(&stream);
}

/* A child that closes what it has inherited, and does @what. */
#define IN_CHILD(what)								\
	({									\
		pid_t pid_ = fork();						\
		if (!pid_) {							\
			vfio_close(&self->dev);					\
			_exit(what);						\
		}								\
		pid_;								\
	})

/* The remover waits; the user is asked, works on in peace, and lets go. */
#define EXPECT_ASKED_TO_LET_GO(pid)						\
	do {									\
		struct pollfd asked = { .fd = self->asked, .events = POLLIN };	\
		int status;							\
		EXPECT_EQ(1, poll(&asked, 1, ASKED_MS));			\
		EXPECT_EQ(0, waitpid(pid, &status, WNOHANG));			\
		EXPECT_EQ(0x10de, vfio_config(&self->dev, 0, 2));		\
		vfio_write32(&self->dev, BAR1, 0, 1);				\
		vfio_close(&self->dev);						\
		ASSERT_EQ(pid, waitpid(pid, &status, 0));			\
		EXPECT_EQ(0, status);						\
	} while (0)

TEST_F(door, user_is_asked_when_the_vgpu_shall_go)
{
	pid_t pid = IN_CHILD(-mdev_remove(UUID_1));

	EXPECT_ASKED_TO_LET_GO(pid);
	EXPECT_FALSE(mdev_exists(UUID_1));
}

/* In the middle of a migration, too: the file that is left says nothing any more. */
TEST_F(door, user_is_asked_when_the_board_is_pulled)
{
	uint8_t byte;
	pid_t pid;
	int fd;

	vfio_close(&self->dev);
	if (sim_board_add("a30", "none"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_C, "A30-4C", UUID_3));
	ASSERT_EQ(0, variant->open(&self->dev, UUID_3));
	ASSERT_EQ(0, vfio_request_set(&self->dev, self->asked));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	vfio_write32(&self->dev, BAR1, 0, 1);
	fd = vfio_migrate(&self->dev, VFIO_DEVICE_STATE_STOP_COPY);
	ASSERT_LE(0, fd);
	pid = IN_CHILD((sim_board_del(), 0));
	EXPECT_ASKED_TO_LET_GO(pid);
	EXPECT_EQ(-1, read(fd, &byte, 1));
	EXPECT_EQ(ENODEV, errno);
	close(fd);
	EXPECT_FALSE(mdev_exists(UUID_3));
}

TEST_HARNESS_MAIN
