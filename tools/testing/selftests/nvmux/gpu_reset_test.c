// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets: which boards are reset by a switch, and how; that a board which does not come back is
 * given to nobody (I4, I5); and the way out of quarantine.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define DEBUGFS "/sys/kernel/debug/nvmux_sim"

static const struct board volta = { .model = "v100", .bus = 1 };
static const struct board turing = { .model = "rtx6000", .bus = 2 };
static const struct board tesla4 = { .model = "t4", .bus = 3 };
/* Its BAR1 shows 256 MiB until its display outputs are switched off for good. */
static const struct board ampere = {
	.model = "rtxa6000", .bus = 4, .companions = "audio", .bar1_mib = "65536",
};

FIXTURE(reset)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	struct nl_object gpu;
	char before[PICTURE_SIZE];
	char after[PICTURE_SIZE];
};

FIXTURE_SETUP(reset)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	if (!file_exists(DEBUGFS))
		SKIP(return, "faults need the simulator");
}

FIXTURE_TEARDOWN(reset)
{
	vfio_close(&self->dev);
	board_del(&volta);
	board_del(&turing);
	board_del(&tesla4);
	board_del(&ampere);
	sim_fault(GPU_A, "all_ones", "0");
	sim_fault(GPU_A, "fw_not_ready", "0");
	sim_fault(GPU_A, "reset_stuck", "0");
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

static enum nvmux_reset reset_of(struct nl_sock *sock, const char *bdf)
{
	struct nl_object gpu;

	return gpu_get(sock, bdf, &gpu) ? 0 : nl_u32(&gpu, NVMUX_A_GPU_RESET);
}

/* A register that any reset clears, and nothing else in a switch to passthrough. */
static bool switch_resets(struct nl_sock *sock, const char *bdf)
{
	int err = sim_fault(bdf, "bar1_virtual", "1") ?:
		  gpu_switch(sock, bdf, NVMUX_MODE_PASSTHROUGH);
	bool reset = !strcmp(file_line(DEBUGFS "/%s/bar1_virtual", bdf), "0");

	sim_fault(bdf, "bar1_virtual", "0");
	return (err ?: gpu_switch(sock, bdf, NVMUX_MODE_HOST)) ? false : reset;
}

TEST_F(reset, function_that_has_flr_is_reset)
{
	EXPECT_EQ(NVMUX_RESET_FUNCTION, reset_of(&self->sock, GPU_A));
	EXPECT_TRUE(switch_resets(&self->sock, GPU_A));
}

TEST_F(reset, bus_of_a_single_function_is_reset)
{
	ASSERT_EQ(0, board_add(&volta));
	EXPECT_EQ(NVMUX_RESET_FUNCTION, reset_of(&self->sock, board_bdf(&volta, 0)));
	EXPECT_STREQ("bus", file_line(PCI_DEVICES "/%s/reset_method", board_bdf(&volta, 0)));
	EXPECT_TRUE(switch_resets(&self->sock, board_bdf(&volta, 0)));
}

TEST_F(reset, slot_of_several_functions_is_reset)
{
	ASSERT_EQ(0, board_add(&turing));
	EXPECT_EQ(NVMUX_RESET_SLOT, reset_of(&self->sock, board_bdf(&turing, 0)));
	EXPECT_TRUE(switch_resets(&self->sock, board_bdf(&turing, 0)));
}

/* A driver of the host that works with the audio function would not survive it. */
TEST_F(reset, slot_is_not_reset_under_a_driver)
{
	ASSERT_EQ(0, board_add(&turing));
	if (system("modprobe -q pci-stub") ||
	    board_bind(board_bdf(&turing, 1), "pci-stub", false))
		SKIP(return, "no pci-stub, which plays a driver of the host");
	EXPECT_EQ(NVMUX_RESET_NONE, reset_of(&self->sock, board_bdf(&turing, 0)));
	EXPECT_FALSE(switch_resets(&self->sock, board_bdf(&turing, 0)));
}

/* Elsewhere the reset does it: the administrator lets none happen, nor does the audio's driver. */
TEST_F(reset, bar1_is_made_linear_where_nothing_resets)
{
	ASSERT_EQ(0, board_add(&ampere));
	if (system("modprobe -q pci-stub") ||
	    board_bind(board_bdf(&ampere, 1), "pci-stub", false))
		SKIP(return, "no pci-stub, which plays a driver of the host");
	ASSERT_EQ(0, file_write("\n", PCI_DEVICES "/%s/reset_method", board_bdf(&ampere, 0)));
	ASSERT_EQ(0, sim_fault(board_bdf(&ampere, 0), "bar1_virtual", "1"));
	ASSERT_EQ(0, gpu_switch(&self->sock, board_bdf(&ampere, 0), NVMUX_MODE_VGPU)) {
		TH_LOG("%s", self->sock.text);
	}
	EXPECT_STREQ("0", file_line(DEBUGFS "/%s/bar1_virtual", board_bdf(&ampere, 0)));
}

TEST_F(reset, board_without_reset_is_switched_without)
{
	ASSERT_EQ(0, board_add(&tesla4));
	EXPECT_EQ(NVMUX_RESET_NONE, reset_of(&self->sock, board_bdf(&tesla4, 0)));
	EXPECT_FALSE(switch_resets(&self->sock, board_bdf(&tesla4, 0)));
}

/* The administrator has the last word. */
TEST_F(reset, reset_method_of_the_administrator_counts)
{
	ASSERT_EQ(0, board_add(&volta));
	ASSERT_EQ(0, file_write("\n", PCI_DEVICES "/%s/reset_method", board_bdf(&volta, 0)));
	EXPECT_EQ(NVMUX_RESET_SLOT, reset_of(&self->sock, board_bdf(&volta, 0)));
}

static const char *silent(const char *step, const char *bdf)
{
	return sim_text("%s: gpu %s does not answer, it reads all ones", step, bdf);
}

/* Leaves the last words of the kernel as they are. */
static const char *quarantine_of(const struct nl_sock *sock, const char *bdf)
{
	static struct nl_object gpu;
	struct nl_sock other = *sock;

	return gpu_get(&other, bdf, &gpu) ? "" : nl_str(&gpu, NVMUX_A_GPU_QUARANTINE);
}

/* What tenants left in a board that is dead cannot be cleaned, so nobody else gets it. */
TEST_F(reset, dead_board_does_not_leave_vgpu_mode)
{
	enum nvmux_mode to;

	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, mdev_remove(UUID_1));
	for (to = NVMUX_MODE_HOST; to <= NVMUX_MODE_PASSTHROUGH; to += 2) {
		ASSERT_EQ(0, sim_fault(GPU_A, "all_ones", "1"));
		EXPECT_EQ(-EIO, gpu_switch(&self->sock, GPU_A, to));
		EXPECT_STREQ(silent("check", GPU_A), self->sock.text);
		EXPECT_STREQ(self->sock.text, quarantine_of(&self->sock, GPU_A));
		EXPECT_EQ(NVMUX_MODE_VGPU, gpu_mode(&self->sock, GPU_A));
		EXPECT_EQ(-EIO, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
		EXPECT_EQ(-EIO, gpu_recover(&self->sock, GPU_A));
		EXPECT_STREQ(silent("reset", GPU_A), self->sock.text);
		EXPECT_EQ(NVMUX_MODE_VGPU, gpu_mode(&self->sock, GPU_A));
		ASSERT_EQ(0, sim_fault(GPU_A, "all_ones", "0"));
		ASSERT_EQ(0, gpu_recover(&self->sock, GPU_A));
		EXPECT_EQ(NVMUX_MODE_HOST, gpu_mode(&self->sock, GPU_A));
		EXPECT_STREQ("", quarantine_of(&self->sock, GPU_A));
		ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	}
}

TEST_F_TIMEOUT(reset, firmware_that_does_not_start_quarantines, 120)
{
	enum nvmux_mode from;

	for (from = NVMUX_MODE_HOST; from <= NVMUX_MODE_PASSTHROUGH; from += 2) {
		ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, from));
		picture_take(&self->sock, GPU_A, self->before);
		ASSERT_EQ(0, sim_fault(GPU_A, "fw_not_ready", "1"));
		EXPECT_EQ(-EIO, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
		EXPECT_STREQ(sim_text("reset: gpu %s: its firmware does not start", GPU_A),
			     self->sock.text);
		EXPECT_STREQ(self->sock.text, quarantine_of(&self->sock, GPU_A));
		EXPECT_EQ(-EIO, gpu_recover(&self->sock, GPU_A));
		EXPECT_EQ(from, gpu_mode(&self->sock, GPU_A));
		ASSERT_EQ(0, sim_fault(GPU_A, "fw_not_ready", "0"));
		ASSERT_EQ(0, gpu_recover(&self->sock, GPU_A));
		ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, from));
		picture_take(&self->sock, GPU_A, self->after);
		EXPECT_STREQ(self->before, self->after);
		ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_HOST));
	}
}

/* The kernel waits a minute for a board; nvmux neither longer nor for less. */
TEST_F_TIMEOUT(reset, board_stuck_in_its_reset_quarantines, 200)
{
	ASSERT_EQ(0, sim_fault(GPU_A, "reset_stuck", "1"));
	ASSERT_EQ(0, gpu_set(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH,
			     NVMUX_SET_FLAGS_NO_SCRUB));
	usleep(2000000);
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &self->gpu));
	EXPECT_EQ(NVMUX_STEP_RESET, nl_u32(&self->gpu, NVMUX_A_GPU_STEP));
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_B, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, gpu_settle_within(&self->sock, GPU_A, &self->gpu, 150000));
	EXPECT_FALSE(nl_has(&self->gpu, NVMUX_A_GPU_STEP));
	EXPECT_STREQ(silent("reset", GPU_A), nl_str(&self->gpu, NVMUX_A_GPU_QUARANTINE));
	EXPECT_EQ(NVMUX_MODE_HOST, nl_u32(&self->gpu, NVMUX_A_GPU_MODE));
	ASSERT_EQ(0, sim_fault(GPU_A, "reset_stuck", "0"));
	ASSERT_EQ(0, gpu_recover(&self->sock, GPU_A));
}

static int bar0_write(const char *bdf, uint32_t address)
{
	int fd = open(sim_text(PCI_DEVICES "/%s/config", bdf), O_WRONLY | O_CLOEXEC);
	ssize_t n = pwrite(fd, &address, sizeof(address), PCI_BASE_ADDRESS_0);

	close(fd);
	return n == sizeof(address) ? 0 : -EIO;
}

static uint32_t bar0_read(const char *bdf)
{
	int fd = open(sim_text(PCI_DEVICES "/%s/config", bdf), O_RDONLY | O_CLOEXEC);
	uint32_t address = 0;
	ssize_t n = pread(fd, &address, sizeof(address), PCI_BASE_ADDRESS_0);

	close(fd);
	return n == sizeof(address) ? address : 0;
}

/*
 * As vfio-pci does: it saved them while nothing answered, and restored that afterwards. Where the
 * function may sleep, the PCI core sets them right when it wakes it.
 */
TEST_F(reset, addresses_that_a_driver_lost_are_given_back)
{
	uint32_t address = bar0_read(GPU_A);
	unsigned int round;

	ASSERT_NE(0, address);
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	for (round = 0; round < 2; round++) {
		ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
		ASSERT_EQ(0, file_write(round ? "on" : "auto", PCI_DEVICES "/%s/power/control",
					GPU_A));
		ASSERT_EQ(0, bar0_write(GPU_A, ~0U));
		EXPECT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
		EXPECT_STREQ("", quarantine_of(&self->sock, GPU_A));
		EXPECT_EQ(address, bar0_read(GPU_A));
	}
	EXPECT_EQ(0, file_write("auto", PCI_DEVICES "/%s/power/control", GPU_A));
}

/* A board that takes its time is waited for, by who has it open as well. */
TEST_F(reset, reset_by_hand_is_survived_in_vgpu_mode)
{
	uint32_t before;

	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	before = vfio_read32(&self->dev, VFIO_PCI_BAR0_REGION_INDEX, 0);
	ASSERT_EQ(0, sim_fault(GPU_A, "bar1_virtual", "1"));
	EXPECT_EQ(0, file_write("1", PCI_DEVICES "/%s/reset", GPU_A));
	EXPECT_EQ(before, vfio_read32(&self->dev, VFIO_PCI_BAR0_REGION_INDEX, 0));
	EXPECT_STREQ("0", file_line(DEBUGFS "/%s/bar1_virtual", GPU_A));
	EXPECT_STREQ("", quarantine_of(&self->sock, GPU_A));
	ASSERT_EQ(0, sim_fault(GPU_A, "fw_not_ready", "1"));
	EXPECT_EQ(0, file_write("1", PCI_DEVICES "/%s/reset", GPU_A));
	EXPECT_STREQ(sim_text("gpu %s: its firmware does not start", GPU_A),
		     quarantine_of(&self->sock, GPU_A));
}

TEST_F(reset, recovery_is_refused_without_need)
{
	EXPECT_EQ(-EINVAL, gpu_recover(&self->sock, GPU_A));
	EXPECT_STREQ(sim_text("gpu %s is not quarantined", GPU_A), self->sock.text);
	EXPECT_EQ(NVMUX_A_GPU_FLAGS, self->sock.bad_attr);
	ASSERT_EQ(0, sim_fault(GPU_A, "all_ones", "1"));
	EXPECT_EQ(-EIO, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	EXPECT_EQ(-EINVAL, gpu_set(&self->sock, GPU_A, NVMUX_MODE_VGPU, NVMUX_SET_FLAGS_RECOVER));
	EXPECT_STREQ(sim_text("the recovery of gpu %s ends in host mode", GPU_A), self->sock.text);
}

/* Nothing is taken from under a user, not even to rescue the board. */
TEST_F(reset, recovery_waits_for_nobody)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, sim_fault(GPU_A, "fw_not_ready", "1"));
	EXPECT_EQ(0, file_write("1", PCI_DEVICES "/%s/reset", GPU_A));
	ASSERT_STRNE("", quarantine_of(&self->sock, GPU_A));
	EXPECT_EQ(-EBUSY, gpu_recover(&self->sock, GPU_A));
	EXPECT_STREQ(sim_text("gpu %s is held by vgpu %s", GPU_A, UUID_1), self->sock.text);
}

TEST_HARNESS_MAIN
