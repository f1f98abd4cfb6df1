// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of a whole GPU: what its registers raise reaches the user in passthrough mode, when
 * they, the configuration space and the board allow it. The simulated board keeps the registers; a
 * user in passthrough mode finds plain memory in their place, so they are reached beside him.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define DEBUGFS "/sys/kernel/debug/nvmux_sim"

/* ga100 dev_vm.ref.txt:84-146; a subtree is two leaves and has an entry of the MSI-X table. */
#define LEAF(n) (0xb81000 + 4 * (n))
#define LEAF_EN_SET(n) (0xb81200 + 4 * (n))
#define LEAF_EN_CLEAR(n) (0xb81400 + 4 * (n))
#define TOP 0xb81600
#define TOP_EN_SET 0xb81608
#define TOP_EN_CLEAR 0xb81610
#define LEAF_TRIGGER 0xb81640

#define VECTOR 70	/* leaf 2, bit 6 */
#define OF_LEAF 2
#define BIT_OF_LEAF (1U << 6)
#define ENTRY 1
#define BIT_OF_TOP (1U << ENTRY)

/* gv100 dev_master.ref.txt:185-268; line 0 */
#define INTR 0x100
#define INTR_EN_SET 0x160
#define INTR_EN_CLEAR 0x180
#define INTR_SW 0x1a0
#define INTR_SOFTWARE (1U << 31)

/* A message comes by a worker; one that is held is tried again every ten milliseconds. */
#define SOON_MS 5000
#define NEVER_MS 100

static const struct board volta = { .model = "v100", .bus = 1 };

FIXTURE(interrupt)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	const char *gpu;
	int event;
	int bar0;
};

static void begin(struct __test_metadata *_metadata, FIXTURE_DATA(interrupt) *self,
		  const char *gpu)
{
	self->gpu = gpu;
	self->bar0 = open(sim_text(DEBUGFS "/%s/bar0", gpu), O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->bar0);
	ASSERT_EQ(0, gpu_switch(&self->sock, gpu, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vfio_open_pci(&self->dev, gpu));
	ASSERT_EQ(0, vfio_enable(&self->dev));
}

FIXTURE_SETUP(interrupt)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	self->bar0 = -1;
	self->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ASSERT_LE(0, self->event);
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	if (!file_exists(DEBUGFS))
		SKIP(return, "the registers of a board are the simulator's");
}

FIXTURE_TEARDOWN(interrupt)
{
	vfio_close(&self->dev);
	close(self->bar0);
	sim_fault(GPU_A, "lost_irq", "0");
	board_del(&volta);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
	close(self->event);
}

static uint32_t reg_read(const FIXTURE_DATA(interrupt) *self, uint32_t at)
{
	uint32_t value = 0xdeadbeef;

	return pread(self->bar0, &value, sizeof(value), at) == sizeof(value) ? value : 0xdeadbeef;
}

static bool reg_write(const FIXTURE_DATA(interrupt) *self, uint32_t at, uint32_t value)
{
	return pwrite(self->bar0, &value, sizeof(value), at) == sizeof(value);
}

/* How many interrupts have come, if need be after that time. */
static uint64_t came(const FIXTURE_DATA(interrupt) *self, int ms)
{
	struct pollfd file = { .fd = self->event, .events = POLLIN };
	uint64_t count = 0;

	if (poll(&file, 1, ms) != 1 || read(self->event, &count, sizeof(count)) != sizeof(count))
		return 0;
	return count;
}

static void listen_to_vector(struct __test_metadata *_metadata, FIXTURE_DATA(interrupt) *self)
{
	begin(_metadata, self, GPU_A);
	ASSERT_EQ(0, vfio_msix_set(&self->dev, ENTRY, self->event));
	ASSERT_TRUE(reg_write(self, LEAF_EN_SET(OF_LEAF), BIT_OF_LEAF));
	ASSERT_TRUE(reg_write(self, TOP_EN_SET, BIT_OF_TOP));
}

TEST_F(interrupt, vector_reaches_the_user)
{
	listen_to_vector(_metadata, self);
	ASSERT_TRUE(reg_write(self, LEAF_TRIGGER, VECTOR));
	EXPECT_EQ(1, came(self, SOON_MS));
	EXPECT_EQ(BIT_OF_LEAF, reg_read(self, LEAF(OF_LEAF)));
	EXPECT_EQ(BIT_OF_TOP, reg_read(self, TOP));
	/* it is raised already */
	ASSERT_TRUE(reg_write(self, LEAF_TRIGGER, VECTOR));
	EXPECT_EQ(0, came(self, NEVER_MS));
	ASSERT_TRUE(reg_write(self, LEAF(OF_LEAF), BIT_OF_LEAF));
	EXPECT_EQ(0, reg_read(self, TOP));
	ASSERT_TRUE(reg_write(self, LEAF_TRIGGER, VECTOR));
	EXPECT_EQ(1, came(self, SOON_MS));
}

TEST_F(interrupt, vector_that_is_off_waits)
{
	listen_to_vector(_metadata, self);
	ASSERT_TRUE(reg_write(self, LEAF_EN_CLEAR(OF_LEAF), BIT_OF_LEAF));
	EXPECT_EQ(0, reg_read(self, LEAF_EN_SET(OF_LEAF)));
	ASSERT_TRUE(reg_write(self, LEAF_TRIGGER, VECTOR));
	EXPECT_EQ(0, came(self, NEVER_MS));
	EXPECT_EQ(BIT_OF_LEAF, reg_read(self, LEAF(OF_LEAF)));
	EXPECT_EQ(0, reg_read(self, TOP));
	ASSERT_TRUE(reg_write(self, TOP_EN_CLEAR, BIT_OF_TOP));
	ASSERT_TRUE(reg_write(self, LEAF_EN_SET(OF_LEAF), BIT_OF_LEAF));
	EXPECT_EQ(BIT_OF_TOP, reg_read(self, TOP));
	EXPECT_EQ(0, came(self, NEVER_MS));
	ASSERT_TRUE(reg_write(self, TOP_EN_SET, BIT_OF_TOP));
	EXPECT_EQ(1, came(self, SOON_MS));
}

TEST_F(interrupt, message_waits_for_bus_mastering)
{
	listen_to_vector(_metadata, self);
	ASSERT_EQ(0, vfio_command(&self->dev, PCI_COMMAND_MEMORY));
	ASSERT_TRUE(reg_write(self, LEAF_TRIGGER, VECTOR));
	EXPECT_EQ(0, came(self, NEVER_MS));
	ASSERT_EQ(0, vfio_command(&self->dev, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER));
	EXPECT_EQ(1, came(self, SOON_MS));
}

TEST_F(interrupt, message_of_another_entry_is_not_ours)
{
	listen_to_vector(_metadata, self);
	ASSERT_EQ(0, sim_fault(GPU_A, "spurious_irq", "0"));
	EXPECT_EQ(0, came(self, NEVER_MS));
	ASSERT_EQ(0, sim_fault(GPU_A, "spurious_irq", "1"));
	EXPECT_EQ(1, came(self, SOON_MS));
	EXPECT_GT(0, sim_fault(GPU_A, "spurious_irq", "64"));
}

TEST_F(interrupt, message_may_be_lost)
{
	listen_to_vector(_metadata, self);
	ASSERT_EQ(0, sim_fault(GPU_A, "lost_irq", "1"));
	ASSERT_TRUE(reg_write(self, LEAF_TRIGGER, VECTOR));
	EXPECT_EQ(0, came(self, NEVER_MS));
	EXPECT_EQ(BIT_OF_TOP, reg_read(self, TOP));
	ASSERT_EQ(0, sim_fault(GPU_A, "lost_irq", "0"));
	/* as a handler does: off and on again */
	ASSERT_TRUE(reg_write(self, TOP_EN_CLEAR, BIT_OF_TOP));
	ASSERT_TRUE(reg_write(self, TOP_EN_SET, BIT_OF_TOP));
	EXPECT_EQ(1, came(self, SOON_MS));
}

TEST_F(interrupt, reset_forgets)
{
	listen_to_vector(_metadata, self);
	ASSERT_TRUE(reg_write(self, LEAF_TRIGGER, VECTOR));
	EXPECT_EQ(1, came(self, SOON_MS));
	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
	EXPECT_EQ(0, reg_read(self, LEAF(OF_LEAF)));
	EXPECT_EQ(0, reg_read(self, LEAF_EN_SET(OF_LEAF)));
	EXPECT_EQ(0, reg_read(self, TOP_EN_SET));
}

/* One message for all there is. */
TEST_F(interrupt, line_of_volta_reaches_the_user)
{
	ASSERT_EQ(0, board_add(&volta));
	begin(_metadata, self, board_bdf(&volta, 0));
	ASSERT_EQ(0, vfio_msi_set(&self->dev, self->event));
	ASSERT_TRUE(reg_write(self, INTR_SW, 1));
	EXPECT_EQ(INTR_SOFTWARE, reg_read(self, INTR));
	EXPECT_EQ(0, came(self, NEVER_MS));
	ASSERT_TRUE(reg_write(self, INTR_EN_SET, INTR_SOFTWARE));
	EXPECT_EQ(1, came(self, SOON_MS));
	ASSERT_TRUE(reg_write(self, INTR_EN_CLEAR, INTR_SOFTWARE));
	EXPECT_EQ(0, reg_read(self, INTR_EN_SET));
	ASSERT_TRUE(reg_write(self, INTR_SW, 0));
	EXPECT_EQ(0, reg_read(self, INTR));
}

TEST_HARNESS_MAIN
