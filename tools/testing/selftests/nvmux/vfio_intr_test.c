// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts that a vGPU raises: tree, MSI-X masks and pending bits, countdown, doorbell. None is
 * lost, and none comes for what has been handled.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define CONFIG VFIO_PCI_CONFIG_REGION_INDEX
#define BAR0 VFIO_PCI_BAR0_REGION_INDEX
#define VECTORS 6

#define PM_CTRL (0x60 + PCI_PM_CTRL)
#define MSIX_FLAGS (0xc8 + PCI_MSIX_FLAGS)

#define LEAF(i) (0x1000 + 4 * (i))
#define LEAF_EN_SET(i) (0x1200 + 4 * (i))
#define LEAF_EN_CLEAR(i) (0x1400 + 4 * (i))
#define TOP 0x1600
#define TOP_EN_SET 0x1608
#define TOP_EN_CLEAR 0x1610
#define LEAF_TRIGGER 0x1640
#define DOORBELL 0x2200
#define TIMER 0x2300
#define PBA_SHADOW 0x2400
#define CONTROL(entry) (0x10000 + 16 * (entry) + PCI_MSIX_ENTRY_VECTOR_CTRL)
#define PBA 0x20000

#define VECTOR_DOORBELL 129
#define VECTOR_TIMER 148

FIXTURE(intr)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	int event[VECTORS];
};

static int msix_flags(struct vfio_dev *dev, uint16_t flags)
{
	return vfio_write(dev, CONFIG, MSIX_FLAGS, &flags, sizeof(flags)) == 2 ? 0 : -EIO;
}

static int connect_all(struct vfio_dev *dev, const int *event)
{
	int i, err = 0;

	for (i = 0; i < VECTORS && !err; i++)
		err = vfio_msix_set(dev, i, event[i]);
	return err;
}

/* All that a driver does before it waits for its first interrupt, but for the leaves. */
static int intr_start(struct vfio_dev *dev, const int *event)
{
	int err = vfio_enable(dev);

	if (!err)
		err = msix_flags(dev, PCI_MSIX_FLAGS_ENABLE);
	if (!err)
		err = connect_all(dev, event);
	return err ?: vfio_write32(dev, BAR0, TOP_EN_SET, UINT32_MAX);
}

FIXTURE_SETUP(intr)
{
	int i;

	self->dev = (struct vfio_dev)VFIO_CLOSED;
	for (i = 0; i < VECTORS; i++)
		self->event[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, intr_start(&self->dev, self->event));
}

FIXTURE_TEARDOWN(intr)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

/* How often the event has been signalled since it was last asked. */
static uint64_t count(int event)
{
	uint64_t n;

	return read(event, &n, sizeof(n)) == sizeof(n) ? n : 0;
}

static uint32_t reg(struct vfio_dev *dev, uint32_t at)
{
	return vfio_read32(dev, BAR0, at);
}

static void set(struct vfio_dev *dev, uint32_t at, uint32_t value)
{
	vfio_write32(dev, BAR0, at, value);
}

static uint32_t bit(uint32_t vector)
{
	return 1U << vector % 32;
}

static void vector_enable(struct vfio_dev *dev, uint32_t vector)
{
	set(dev, LEAF_EN_SET(vector / 32), bit(vector));
}

static void vector_handle(struct vfio_dev *dev, uint32_t vector)
{
	set(dev, LEAF(vector / 32), bit(vector));
}

static bool vector_pending(struct vfio_dev *dev, uint32_t vector)
{
	return reg(dev, LEAF(vector / 32)) & bit(vector);
}

TEST_F(intr, vector_takes_its_way)
{
	uint32_t vector, i;

	for (vector = 5; vector < 256; vector += 17) {
		vector_enable(&self->dev, vector);
		set(&self->dev, LEAF_TRIGGER, vector);
		EXPECT_EQ(1U << vector / 64, reg(&self->dev, TOP));
		for (i = 0; i < 8; i++)
			EXPECT_EQ(i == vector / 32 ? bit(vector) : 0, reg(&self->dev, LEAF(i)));
		for (i = 0; i < VECTORS; i++)
			EXPECT_EQ(i == vector / 64, count(self->event[i]));
		vector_handle(&self->dev, vector);
		EXPECT_EQ(0, reg(&self->dev, TOP));
		EXPECT_EQ(0, reg(&self->dev, LEAF(vector / 32)));
	}
}

TEST_F(intr, enables_are_told_by_both_registers)
{
	set(&self->dev, LEAF_EN_SET(3), 0xf0f0);
	set(&self->dev, LEAF_EN_CLEAR(3), 0x00f0);
	EXPECT_EQ(0xf000, reg(&self->dev, LEAF_EN_SET(3)));
	EXPECT_EQ(0xf000, reg(&self->dev, LEAF_EN_CLEAR(3)));
	EXPECT_EQ(0xf, reg(&self->dev, TOP_EN_SET));
	set(&self->dev, TOP_EN_CLEAR, 2);
	EXPECT_EQ(0xd, reg(&self->dev, TOP_EN_SET));
	EXPECT_EQ(0xd, reg(&self->dev, TOP_EN_CLEAR));
}

TEST_F(intr, leaf_is_pending_while_disabled)
{
	set(&self->dev, LEAF_TRIGGER, 70);
	EXPECT_TRUE(vector_pending(&self->dev, 70));
	EXPECT_EQ(0, reg(&self->dev, TOP));
	EXPECT_EQ(0, count(self->event[1]));
	vector_enable(&self->dev, 70);
	EXPECT_EQ(2, reg(&self->dev, TOP));
	EXPECT_EQ(1, count(self->event[1]));
}

TEST_F(intr, subtree_is_pending_while_disabled)
{
	vector_enable(&self->dev, 70);
	set(&self->dev, TOP_EN_CLEAR, 2);
	set(&self->dev, LEAF_TRIGGER, 70);
	EXPECT_EQ(2, reg(&self->dev, TOP));
	EXPECT_EQ(0, count(self->event[1]));
	set(&self->dev, TOP_EN_SET, 2);
	EXPECT_EQ(1, count(self->event[1]));
}

/* A line that is up does not rise; a handler brings it down before it looks. */
TEST_F(intr, message_comes_when_the_line_rises)
{
	vector_enable(&self->dev, 70);
	vector_enable(&self->dev, 100);
	set(&self->dev, LEAF_TRIGGER, 70);
	set(&self->dev, LEAF_TRIGGER, 70);
	set(&self->dev, LEAF_TRIGGER, 100);
	EXPECT_EQ(1, count(self->event[1]));
	set(&self->dev, TOP_EN_CLEAR, 2);
	vector_handle(&self->dev, 70);
	set(&self->dev, TOP_EN_SET, 2);
	EXPECT_EQ(1, count(self->event[1]));
	set(&self->dev, TOP_EN_CLEAR, 2);
	vector_handle(&self->dev, 100);
	set(&self->dev, TOP_EN_SET, 2);
	EXPECT_EQ(0, count(self->event[1]));
}

TEST_F(intr, vectors_that_are_missing)
{
	uint32_t i;

	for (i = 0; i < 8; i++)
		set(&self->dev, LEAF_EN_SET(i), UINT32_MAX);
	set(&self->dev, LEAF_TRIGGER, 256);
	set(&self->dev, LEAF_TRIGGER, 0xfff);
	for (i = 0; i < 8; i++)
		EXPECT_EQ(0, reg(&self->dev, LEAF(i)));
	for (i = 0; i < VECTORS; i++)
		EXPECT_EQ(0, count(self->event[i]));
}

/* Bytes of a number are no number. */
TEST_F(intr, trigger_in_parts_is_dropped)
{
	uint32_t zero = 0, i;

	for (i = 0; i < 4; i++) {
		EXPECT_EQ(1, vfio_write(&self->dev, BAR0, LEAF_TRIGGER + i, &zero, 1));
		EXPECT_EQ(2, vfio_write(&self->dev, BAR0, LEAF_TRIGGER + i, &zero, 2));
	}
	EXPECT_EQ(4, vfio_write(&self->dev, BAR0, LEAF_TRIGGER + 1, &zero, 4));
	EXPECT_EQ(0, reg(&self->dev, LEAF(0)));
}

static int entry_mask(struct vfio_dev *dev)
{
	return vfio_write32(dev, BAR0, CONTROL(1), 1);
}

static int entry_unmask(struct vfio_dev *dev)
{
	return vfio_write32(dev, BAR0, CONTROL(1), 0);
}

static int msix_off(struct vfio_dev *dev)
{
	return msix_flags(dev, 0);
}

static int msix_on(struct vfio_dev *dev)
{
	return msix_flags(dev, PCI_MSIX_FLAGS_ENABLE);
}

static int function_mask(struct vfio_dev *dev)
{
	return msix_flags(dev, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
}

static int master_off(struct vfio_dev *dev)
{
	return vfio_command(dev, PCI_COMMAND_MEMORY);
}

static int disconnect(struct vfio_dev *dev)
{
	return vfio_msix_set(dev, 1, -1);
}

static int connect_to;

static int reconnect(struct vfio_dev *dev)
{
	return vfio_msix_set(dev, 1, connect_to);
}

/* What can keep a message back, and how it is let go. */
static const struct gate {
	const char *name;
	int (*close)(struct vfio_dev *dev);
	int (*open)(struct vfio_dev *dev);
} gates[] = {
	{ "entry masked", entry_mask, entry_unmask },
	{ "msi-x off", msix_off, msix_on },
	{ "function masked", function_mask, msix_on },
	{ "bus master off", master_off, vfio_enable },
	{ "nobody listens", disconnect, reconnect },
};

#define N_GATES (sizeof(gates) / sizeof(gates[0]))

TEST_F(intr, message_waits_until_it_can_go)
{
	size_t i;

	connect_to = self->event[1];
	vector_enable(&self->dev, 70);
	for (i = 0; i < N_GATES; i++) {
		TH_LOG("%s", gates[i].name);
		ASSERT_EQ(0, gates[i].close(&self->dev));
		set(&self->dev, LEAF_TRIGGER, 70);
		EXPECT_EQ(0, count(self->event[1]));
		EXPECT_EQ(2, reg(&self->dev, PBA));
		EXPECT_EQ(2, reg(&self->dev, PBA_SHADOW));
		ASSERT_EQ(0, gates[i].open(&self->dev));
		EXPECT_EQ(1, count(self->event[1]));
		EXPECT_EQ(0, reg(&self->dev, PBA));
		vector_handle(&self->dev, 70);
		EXPECT_EQ(0, count(self->event[1]));
	}
}

TEST_F(intr, message_is_dropped_with_its_cause)
{
	size_t i;

	connect_to = self->event[1];
	vector_enable(&self->dev, 70);
	for (i = 0; i < N_GATES; i++) {
		TH_LOG("%s", gates[i].name);
		ASSERT_EQ(0, gates[i].close(&self->dev));
		set(&self->dev, LEAF_TRIGGER, 70);
		vector_handle(&self->dev, 70);
		EXPECT_EQ(0, reg(&self->dev, PBA));
		ASSERT_EQ(0, gates[i].open(&self->dev));
		EXPECT_EQ(0, count(self->event[1]));
	}
}

TEST_F(intr, masks_are_those_of_one_entry)
{
	vector_enable(&self->dev, 70);
	vector_enable(&self->dev, 130);
	ASSERT_EQ(0, entry_mask(&self->dev));
	set(&self->dev, LEAF_TRIGGER, 70);
	set(&self->dev, LEAF_TRIGGER, 130);
	EXPECT_EQ(0, count(self->event[1]));
	EXPECT_EQ(1, count(self->event[2]));
	EXPECT_EQ(2, reg(&self->dev, PBA));
	EXPECT_EQ(0, reg(&self->dev, PBA + 4));
}

TEST_F(intr, shadow_forgets_what_is_pending)
{
	vector_enable(&self->dev, 70);
	ASSERT_EQ(0, entry_mask(&self->dev));
	set(&self->dev, LEAF_TRIGGER, 70);
	set(&self->dev, PBA, 0xff);
	EXPECT_EQ(2, reg(&self->dev, PBA));
	set(&self->dev, PBA_SHADOW, 2);
	EXPECT_EQ(0, reg(&self->dev, PBA));
	ASSERT_EQ(0, entry_unmask(&self->dev));
	EXPECT_EQ(0, count(self->event[1]));
	EXPECT_TRUE(vector_pending(&self->dev, 70));
}

TEST_F(intr, table_has_the_bits_that_it_shall)
{
	static const uint32_t want[] = { 0xfffffffc, UINT32_MAX, UINT32_MAX, 1 };
	uint32_t i;

	for (i = 0; i < VECTORS * 4; i++) {
		set(&self->dev, 0x10000 + 4 * i, UINT32_MAX);
		EXPECT_EQ(want[i % 4], reg(&self->dev, 0x10000 + 4 * i));
	}
	set(&self->dev, 0x10000 + 4 * VECTORS * 4, UINT32_MAX);
	EXPECT_EQ(0, reg(&self->dev, 0x10000 + 4 * VECTORS * 4));
}

/* A VMM that listens keeps the table of its guest itself. */
TEST_F(intr, who_listens_unmasks)
{
	EXPECT_EQ(0, reg(&self->dev, CONTROL(1)));
	ASSERT_EQ(0, disconnect(&self->dev));
	EXPECT_EQ(1, reg(&self->dev, CONTROL(1)));
	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(0, reg(&self->dev, CONTROL(0)));
	EXPECT_EQ(1, reg(&self->dev, CONTROL(1)));
	ASSERT_EQ(0, vfio_msix_off(&self->dev));
	EXPECT_EQ(1, reg(&self->dev, CONTROL(0)));
}

TEST_F(intr, reset_forgets)
{
	vector_enable(&self->dev, 70);
	ASSERT_EQ(0, entry_mask(&self->dev));
	set(&self->dev, LEAF_TRIGGER, 70);
	set(&self->dev, TIMER, 20 * 1000 * 1000);
	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	ASSERT_EQ(0, msix_on(&self->dev));
	usleep(40 * 1000);
	EXPECT_FALSE(vector_pending(&self->dev, 70));
	EXPECT_FALSE(vector_pending(&self->dev, VECTOR_TIMER));
	EXPECT_EQ(0, reg(&self->dev, LEAF_EN_SET(2)));
	EXPECT_EQ(0, reg(&self->dev, TOP_EN_SET));
	EXPECT_EQ(0, reg(&self->dev, PBA));
	EXPECT_EQ(0, count(self->event[1]) + count(self->event[2]));
}

TEST_F(intr, doorbell_is_answered)
{
	vector_enable(&self->dev, VECTOR_DOORBELL);
	set(&self->dev, DOORBELL, 0);
	EXPECT_EQ(1, count(self->event[2]));
	EXPECT_TRUE(vector_pending(&self->dev, VECTOR_DOORBELL));
}

static bool arrives(int event, int ms)
{
	struct pollfd fd = { .fd = event, .events = POLLIN };

	return poll(&fd, 1, ms) == 1 && count(event) == 1;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

TEST_F(intr, countdown_ends_in_time)
{
	const uint32_t ns = 5 * 1000 * 1000;
	uint64_t begin, end;

	vector_enable(&self->dev, VECTOR_TIMER);
	begin = now();
	set(&self->dev, TIMER, ns);
	ASSERT_TRUE(arrives(self->event[2], 2000));
	end = now();
	EXPECT_LE(ns & ~0x3ffU, end - begin);
	EXPECT_TRUE(vector_pending(&self->dev, VECTOR_TIMER));
	EXPECT_EQ(0, reg(&self->dev, TIMER));
	vector_handle(&self->dev, VECTOR_TIMER);
	EXPECT_FALSE(arrives(self->event[2], 20));
}

TEST_F(intr, countdown_tells_what_is_left)
{
	uint32_t first, second;

	set(&self->dev, TIMER, UINT32_MAX);
	first = reg(&self->dev, TIMER);
	usleep(2000);
	second = reg(&self->dev, TIMER);
	EXPECT_LT(3000000000U, first);
	EXPECT_LE(second, first - 1000 * 1000);
	EXPECT_EQ(0, second & 0x3ff);
}

TEST_F(intr, countdown_is_replaced_and_stopped)
{
	vector_enable(&self->dev, VECTOR_TIMER);
	set(&self->dev, TIMER, 500 * 1000 * 1000);
	set(&self->dev, TIMER, 0);
	EXPECT_EQ(0, reg(&self->dev, TIMER));
	EXPECT_FALSE(arrives(self->event[2], 1000));
	set(&self->dev, TIMER, 500 * 1000 * 1000);
	set(&self->dev, TIMER, 3000U * 1000 * 1000);
	EXPECT_FALSE(arrives(self->event[2], 1000));
	EXPECT_TRUE(arrives(self->event[2], 10000));
}

TEST_F(intr, countdown_ends_while_the_power_is_off)
{
	uint32_t off = 3, on = 0;

	vector_enable(&self->dev, VECTOR_TIMER);
	set(&self->dev, TIMER, 500 * 1000 * 1000);
	ASSERT_EQ(4, vfio_write(&self->dev, CONFIG, PM_CTRL, &off, 4));
	EXPECT_FALSE(arrives(self->event[2], 1000));
	ASSERT_EQ(4, vfio_write(&self->dev, CONFIG, PM_CTRL, &on, 4));
	EXPECT_EQ(1, count(self->event[2]));
}

#define POLLS 100000

/* Who polls reads while it is being written: on a kernel that looks for it, a race if there is one. */
TEST_F(intr, countdown_is_seen_by_who_polls)
{
	uint32_t bit = 1U << VECTOR_TIMER % 32;
	int i, polls;

	for (i = 0; i < 10000; i++) {
		set(&self->dev, TIMER, 1024 * (20 + i % 50));
		for (polls = 0; polls < POLLS; polls++)
			if (reg(&self->dev, LEAF(VECTOR_TIMER / 32)) & bit)
				break;
		ASSERT_GT(POLLS, polls);
		set(&self->dev, LEAF(VECTOR_TIMER / 32), bit);
		ASSERT_EQ(0, reg(&self->dev, LEAF(VECTOR_TIMER / 32)) & bit);
	}
}

/* Each countdown is heard once, whatever another processor of the guest masks meanwhile. */
TEST_F(intr, none_is_lost_and_none_is_stray)
{
	int i, lost = 0;
	pid_t pid;

	vector_enable(&self->dev, VECTOR_TIMER);
	pid = fork();
	if (!pid) {
		for (;;) {
			set(&self->dev, CONTROL(2), 1);
			set(&self->dev, CONTROL(2), 0);
			function_mask(&self->dev);
			msix_on(&self->dev);
		}
	}
	for (i = 0; i < 300; i++) {
		set(&self->dev, TIMER, 1024 * (1 + i % 200));
		lost += !arrives(self->event[2], 5000);
		set(&self->dev, TOP_EN_CLEAR, 4);
		vector_handle(&self->dev, VECTOR_TIMER);
		set(&self->dev, TOP_EN_SET, 4);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	EXPECT_EQ(0, lost);
	entry_unmask(&self->dev);
	set(&self->dev, CONTROL(2), 0);
	ASSERT_EQ(0, msix_on(&self->dev));
	EXPECT_EQ(0, count(self->event[2]));
}

/* The last close stops what counts; what it would have raised is nobody's. */
TEST_F(intr, closed_while_it_counts)
{
	int i;

	for (i = 0; i < 50; i++) {
		vector_enable(&self->dev, VECTOR_TIMER);
		set(&self->dev, TIMER, 1024 * (1 + i * 20));
		vfio_close(&self->dev);
		count(self->event[2]);
		ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
		ASSERT_EQ(0, intr_start(&self->dev, self->event));
		EXPECT_EQ(0, reg(&self->dev, TIMER));
		EXPECT_EQ(0, reg(&self->dev, LEAF(VECTOR_TIMER / 32)));
		EXPECT_EQ(0, count(self->event[2]));
	}
}

TEST_HARNESS_MAIN
