// SPDX-License-Identifier: GPL-2.0-only
/*
 * Live hardware: boards that are pulled out and put in under whoever uses them, errors of the bus,
 * hosts that want to sleep.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define PM_TEST "/sys/power/pm_test"

static const struct board board = { .model = "a30", .bus = 1, .companions = "audio" };

FIXTURE(live)
{
	struct nl_sock sock;
	struct nl_sock monitor;
	struct vfio_dev dev;
	const char *gpu;
};

FIXTURE_SETUP(live)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, nl_open(&self->monitor));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	if (board_add(&board))
		SKIP(return, "more boards need the simulator");
	self->gpu = board_bdf(&board, 0);
}

FIXTURE_TEARDOWN(live)
{
	vfio_close(&self->dev);
	board_del(&board);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->monitor);
	nl_close(&self->sock);
}

/* Removal waits for users, so somebody else pulls, who is none himself. */
static pid_t pull(const char *bdf, struct vfio_dev *dev)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	vfio_close(dev);
	_exit(-sim_fault(bdf, "unplugged", "1"));
}

static int pulled(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? -WEXITSTATUS(status) : -1;
}

static void expect_new_life(struct __test_metadata *_metadata, FIXTURE_DATA(live) *self)
{
	struct nl_object gpu;

	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, self->gpu, &gpu));
	ASSERT_EQ(0, sim_fault(self->gpu, "unplugged", "0"));
	ASSERT_EQ(0, gpu_get(&self->sock, self->gpu, &gpu));
	EXPECT_EQ(NVMUX_MODE_HOST, nl_u32(&gpu, NVMUX_A_GPU_MODE));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_QUARANTINE));
	EXPECT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	EXPECT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH));
}

#define ODD "/sys/kernel/config/nvmux_sim/odd"
#define PLACE "0002:55:00.0"

/* What becomes of a board that is described so; NULL: not told. */
static int odd_board(const char *model, const char *address, const char *vram_mib,
		     const char *bar1_mib)
{
	int err = mkdir(ODD, 0700) ? -errno : 0;

	if (model)
		err = err ?: file_write(model, ODD "/model");
	if (address)
		err = err ?: file_write(address, ODD "/address");
	if (vram_mib)
		err = err ?: file_write(vram_mib, ODD "/vram_mib");
	if (bar1_mib)
		err = err ?: file_write(bar1_mib, ODD "/bar1_mib");
	err = err ?: file_write("1", ODD "/live");
	rmdir(ODD);
	return err;
}

TEST_F(live, board_that_cannot_be_is_none)
{
	struct nl_object gpu;

	EXPECT_EQ(-EINVAL, odd_board(NULL, PLACE, NULL, NULL));
	EXPECT_EQ(-EINVAL, odd_board("a30", NULL, NULL, NULL));
	EXPECT_EQ(-EADDRINUSE, odd_board("a30", self->gpu, NULL, NULL));
	EXPECT_EQ(-EINVAL, odd_board("v100", PLACE, "16385", NULL));
	EXPECT_EQ(-EINVAL, odd_board("a30", PLACE, NULL, "100"));
	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, PLACE, &gpu));
	EXPECT_EQ(0, odd_board("a30", PLACE, NULL, NULL));
}

TEST_F(live, idle_board_may_go_in_each_mode)
{
	enum nvmux_mode mode;

	for (mode = NVMUX_MODE_HOST; mode <= NVMUX_MODE_PASSTHROUGH; mode++) {
		ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, mode));
		ASSERT_EQ(0, sim_fault(self->gpu, "unplugged", "1"));
		expect_new_life(_metadata, self);
	}
}

/* Their names are free again. */
TEST_F(live, reservations_go_with_the_board)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, vgpu_new(&self->sock, self->gpu, "A30-4C", UUID_1, NULL));
	ASSERT_EQ(0, mdev_create(self->gpu, "A30-4C", UUID_2));
	ASSERT_EQ(0, sim_fault(self->gpu, "unplugged", "1"));
	EXPECT_EQ(0, vgpu_dump(&self->sock, NULL, NULL, 0));
	EXPECT_FALSE(mdev_exists(UUID_2));
	expect_new_life(_metadata, self);
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	EXPECT_EQ(0, vgpu_new(&self->sock, self->gpu, "A30-4C", UUID_1, NULL));
	EXPECT_EQ(0, mdev_create(self->gpu, "A30-4C", UUID_2));
}

/* The user is asked to let go, and can still do so in peace. */
static void expect_asked(struct __test_metadata *_metadata, FIXTURE_DATA(live) *self)
{
	int asked = eventfd(0, EFD_CLOEXEC);
	uint64_t count;
	pid_t pid;

	ASSERT_LE(0, asked);
	ASSERT_EQ(0, vfio_request_set(&self->dev, asked));
	pid = pull(self->gpu, &self->dev);
	ASSERT_EQ(sizeof(count), read(asked, &count, sizeof(count)));
	vfio_config(&self->dev, 0, 2);
	vfio_close(&self->dev);
	close(asked);
	EXPECT_EQ(0, pulled(pid));
	expect_new_life(_metadata, self);
}

TEST_F(live, open_vgpu_is_asked_to_let_go)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(self->gpu, "A30-4C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	expect_asked(_metadata, self);
}

TEST_F(live, open_gpu_is_asked_to_let_go)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vfio_open_pci(&self->dev, self->gpu));
	expect_asked(_metadata, self);
}

/* Removed by hand, found by a rescan: without its pin it is nobody's. */
TEST_F(live, rescan_finds_it_in_host_mode)
{
	struct nl_object gpu;

	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, file_write("1", PCI_DEVICES "/%s/remove", self->gpu));
	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, self->gpu, &gpu));
	ASSERT_EQ(0, file_write("1", "/sys/bus/pci/rescan"));
	EXPECT_EQ(NVMUX_MODE_HOST, gpu_mode(&self->sock, self->gpu));
	EXPECT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
}

static const char *quarantine_of(struct nl_sock *sock, const char *bdf)
{
	static struct nl_object gpu;

	return gpu_get(sock, bdf, &gpu) ? "" : nl_str(&gpu, NVMUX_A_GPU_QUARANTINE);
}

/* The next event that tells a quarantine, or the end of one. */
static bool quarantine_told(struct nl_sock *monitor, bool quarantined)
{
	struct nl_object event;

	while (!nl_event(monitor, &event, 5000))
		if (event.cmd == NVMUX_CMD_GPU_NTF &&
		    nl_has(&event, NVMUX_A_GPU_QUARANTINE) == quarantined)
			return true;
	return false;
}

static bool vgpu_told(struct nl_sock *monitor)
{
	struct nl_object event;

	while (!nl_event(monitor, &event, 5000))
		if (event.cmd == NVMUX_CMD_VGPU_NTF)
			return true;
	return false;
}

TEST_F(live, fatal_error_of_the_bus_is_survived)
{
	uint32_t before;

	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(self->gpu, "A30-4C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	before = vfio_read32(&self->dev, VFIO_PCI_BAR0_REGION_INDEX, 0);
	ASSERT_EQ(0, nl_monitor(&self->monitor));
	ASSERT_EQ(0, sim_fault(self->gpu, "bus_error", "2"));
	EXPECT_TRUE(quarantine_told(&self->monitor, true));
	EXPECT_TRUE(vgpu_told(&self->monitor));
	EXPECT_TRUE(quarantine_told(&self->monitor, false));
	EXPECT_STREQ("", quarantine_of(&self->sock, self->gpu));
	EXPECT_EQ(before, vfio_read32(&self->dev, VFIO_PCI_BAR0_REGION_INDEX, 0));
	EXPECT_EQ(0, vgpu_new(&self->sock, self->gpu, "A30-4C", UUID_2, NULL));
}

TEST_F(live, small_error_of_the_bus_leaves_nothing)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, nl_monitor(&self->monitor));
	ASSERT_EQ(0, sim_fault(self->gpu, "bus_error", "1"));
	EXPECT_TRUE(quarantine_told(&self->monitor, false));
	EXPECT_STREQ("", quarantine_of(&self->sock, self->gpu));
	EXPECT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH));
}

/* The firmware does not start after the reset of the bus. */
TEST_F(live, error_without_recovery_quarantines)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, sim_fault(self->gpu, "fw_not_ready", "1"));
	ASSERT_EQ(0, nl_monitor(&self->monitor));
	ASSERT_EQ(0, sim_fault(self->gpu, "bus_error", "2"));
	EXPECT_TRUE(quarantine_told(&self->monitor, true));
	usleep(100000);
	EXPECT_STREQ("the bus has found an error and could not recover",
		     quarantine_of(&self->sock, self->gpu));
	EXPECT_EQ(-EIO, vgpu_new(&self->sock, self->gpu, "A30-4C", UUID_1, NULL));
	ASSERT_EQ(0, sim_fault(self->gpu, "fw_not_ready", "0"));
	EXPECT_EQ(0, gpu_recover(&self->sock, self->gpu));
}

TEST_F(live, error_for_good_ends_with_another_board)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, nl_monitor(&self->monitor));
	ASSERT_EQ(0, sim_fault(self->gpu, "bus_error", "3"));
	EXPECT_TRUE(quarantine_told(&self->monitor, true));
	EXPECT_EQ(-EIO, gpu_recover(&self->sock, self->gpu));
	ASSERT_EQ(0, sim_fault(self->gpu, "unplugged", "1"));
	expect_new_life(_metadata, self);
}

/* Devices are put to sleep and woken again, the host itself stays awake. */
static int sleep_try(void)
{
	int err = file_write("devices", PM_TEST) ?: file_write("freeze", "/sys/power/state");

	file_write("none", PM_TEST);
	return err;
}

TEST_F_TIMEOUT(live, host_sleeps_only_without_vgpus, 120)
{
	if (!file_exists(PM_TEST))
		SKIP(return, "this kernel cannot pretend to sleep");
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(self->gpu, "A30-4C", UUID_1));
	EXPECT_EQ(-EBUSY, sleep_try());
	ASSERT_EQ(0, mdev_remove(UUID_1));
	ASSERT_EQ(0, sim_fault(self->gpu, "bar1_virtual", "1"));
	EXPECT_EQ(0, sleep_try());
	EXPECT_STREQ("0", file_line("/sys/kernel/debug/nvmux_sim/%s/bar1_virtual", self->gpu));
	EXPECT_STREQ("", quarantine_of(&self->sock, self->gpu));
	ASSERT_EQ(0, mdev_create(self->gpu, "A30-4C", UUID_1));
}

/* Boards of the catalogue have virtual functions; nvmux enables none of them. */
TEST_F(live, virtual_functions_are_not_told_where_there_are_none)
{
	struct nl_object gpu;

	ASSERT_EQ(0, gpu_get(&self->sock, self->gpu, &gpu));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_VF_COUNT));
}

TEST_HARNESS_MAIN
