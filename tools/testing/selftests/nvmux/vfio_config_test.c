// SPDX-License-Identifier: GPL-2.0-only
/*
 * Config space of a vGPU: each bit is what it shall be and can be written or cannot, and what the
 * guest writes there takes effect (I7).
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define CONFIG VFIO_PCI_CONFIG_REGION_INDEX
#define BAR0 VFIO_PCI_BAR0_REGION_INDEX
#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define CONFIG_SIZE 4096
#define GIB (1ULL << 30)
#define PAGE 4096

#define PM_CTRL (0x60 + PCI_PM_CTRL)
#define DEVCTL (0x78 + PCI_EXP_DEVCTL)
#define MSIX_FLAGS (0xc8 + PCI_MSIX_FLAGS)
#define PMC_BOOT_1 0x4
#define PMC_BOOT_1_VF (2 << 16)
#define ARGUMENT 0x2120

FIXTURE(config)
{
	struct nl_sock sock;
	struct vfio_dev dev;
};

FIXTURE_SETUP(config)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-12C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
}

FIXTURE_TEARDOWN(config)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

/* A dword of config space: its value after a reset and which of its bits can be written. */
struct dword {
	uint16_t at;
	uint32_t value;
	uint32_t writable;
};

/*
 * All that there is; every other dword is 0 and cannot be written. The revision is that of the
 * board. Of DEVCTL the reset bit is left out, it does not stay.
 */
static const struct dword dwords[] = {
	{ PCI_VENDOR_ID, 0x20b710de, 0 },
	{ PCI_COMMAND, 0x00100000, 0x0546 },
	{ PCI_CLASS_REVISION, 0x03020000, 0 },
	{ PCI_CACHE_LINE_SIZE, 0, 0xff },
	{ PCI_BASE_ADDRESS_0, 0, 0xfffc0000 },
	{ PCI_BASE_ADDRESS_1, 0x0000000c, 0 },
	{ PCI_BASE_ADDRESS_2, 0, 0xfffffffc },
	{ PCI_SUBSYSTEM_VENDOR_ID, 0x158f10de, 0 },
	{ PCI_CAPABILITY_LIST, 0x60, 0 },
	{ PCI_INTERRUPT_LINE, 0, 0xff },
	{ 0x60, 0x00037801, 0 },
	{ PM_CTRL, 0x00000008, 0x3 },
	{ 0x78, 0x0002c810, 0 },
	{ 0x7c, 0x10008001, 0 },
	{ DEVCTL, 0x00002810, 0x78ff },
	{ 0x84, 0x00000104, 0 },
	{ 0x88, 0x01040000, 0xcb },
	{ 0xa4, 0x0000001e, 0 },
	{ 0xa8, 0x00000004, 0xf },
	{ 0xc8, 0x00050011, 0xc0000000 },
	{ 0xcc, 0x00010000, 0 },
	{ 0xd0, 0x00020000, 0 },
};

static const struct dword *dword_at(uint32_t at)
{
	static struct dword none;
	size_t i;

	for (i = 0; i < sizeof(dwords) / sizeof(dwords[0]); i++)
		if (dwords[i].at == at)
			return &dwords[i];
	none.at = at;
	return &none;
}

/* Bits that do not do as they shall, by what they read and what a write changes. */
static uint32_t dword_wrong(struct vfio_dev *dev, const struct dword *want)
{
	uint32_t board = want->at == PCI_CLASS_REVISION ? 0xff : 0;
	uint32_t flr = want->at == DEVCTL ? PCI_EXP_DEVCTL_BCR_FLR : 0;
	uint32_t before = vfio_config(dev, want->at, 4), set, cleared;

	vfio_write32(dev, CONFIG, want->at, ~flr);
	set = vfio_config(dev, want->at, 4);
	vfio_write32(dev, CONFIG, want->at, 0);
	cleared = vfio_config(dev, want->at, 4);
	vfio_write32(dev, CONFIG, want->at, before);
	return ((before ^ want->value) & ~board) | ((set ^ cleared) ^ want->writable);
}

TEST_F(config, every_bit)
{
	uint32_t at;

	for (at = 0; at < CONFIG_SIZE; at += 4) {
		EXPECT_EQ(0, dword_wrong(&self->dev, dword_at(at)))
			TH_LOG("at %#x", at);
	}
}

TEST_F(config, every_bit_by_bytes)
{
	uint8_t ones = 0xff, zero = 0;
	uint32_t at;

	for (at = 0; at < PCI_CFG_SPACE_SIZE; at++) {
		uint8_t want = dword_at(at & ~3)->writable >> (at % 4 * 8);
		uint8_t before = vfio_config(&self->dev, at, 1), set;

		if (at == DEVCTL + 1)
			ones = 0x7f;
		vfio_write(&self->dev, CONFIG, at, &ones, 1);
		set = vfio_config(&self->dev, at, 1);
		vfio_write(&self->dev, CONFIG, at, &zero, 1);
		EXPECT_EQ(want, set ^ vfio_config(&self->dev, at, 1))
			TH_LOG("at %#x", at);
		vfio_write(&self->dev, CONFIG, at, &before, 1);
		ones = 0xff;
	}
}

static uint32_t boot1(struct vfio_dev *dev)
{
	return vfio_read32(dev, BAR0, PMC_BOOT_1);
}

TEST_F(config, command_opens_the_bars)
{
	EXPECT_EQ(UINT32_MAX, boot1(&self->dev));
	EXPECT_EQ(UINT32_MAX, vfio_read32(&self->dev, BAR1, 0));
	ASSERT_EQ(0, vfio_command(&self->dev, PCI_COMMAND_MASTER));
	EXPECT_EQ(UINT32_MAX, boot1(&self->dev));
	ASSERT_EQ(0, vfio_command(&self->dev, PCI_COMMAND_MEMORY));
	EXPECT_EQ(PMC_BOOT_1_VF, boot1(&self->dev));
	EXPECT_EQ(0, vfio_read32(&self->dev, BAR1, 0));
}

TEST_F(config, what_a_closed_bar_is_told_is_lost)
{
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR0, ARGUMENT, 1));
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR1, 0, 1));
	ASSERT_EQ(0, vfio_command(&self->dev, 0));
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR0, ARGUMENT, 2));
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR1, 0, 2));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(1, vfio_read32(&self->dev, BAR0, ARGUMENT));
	EXPECT_EQ(1, vfio_read32(&self->dev, BAR1, 0));
}

static sigjmp_buf bus_error;

static void on_bus_error(int signal)
{
	siglongjmp(bus_error, signal);
}

/* The word, or all ones after a bus error. */
static uint32_t touch(volatile uint32_t *word)
{
	struct sigaction catch = { .sa_handler = on_bus_error }, before;
	uint32_t value = UINT32_MAX;

	sigaction(SIGBUS, &catch, &before);
	if (!sigsetjmp(bus_error, 1))
		value = *word;
	sigaction(SIGBUS, &before, NULL);
	return value;
}

#define EXPECT_MAPPING_FOLLOWS(close, open)					\
	do {									\
		volatile uint32_t *page;					\
										\
		ASSERT_EQ(0, vfio_enable(&self->dev));				\
		page = vfio_map(&self->dev, BAR1, 12 * GIB - PAGE, PAGE);	\
		ASSERT_NE(MAP_FAILED, page);					\
		page[0] = 0x1234;						\
		EXPECT_EQ(0x1234, touch(page));					\
		EXPECT_EQ(0, (close));						\
		EXPECT_EQ(UINT32_MAX, touch(page));				\
		EXPECT_EQ(0, (open));						\
		EXPECT_EQ(0x1234, touch(page));					\
		munmap((void *)page, PAGE);					\
	} while (0)

TEST_F(config, command_closes_a_mapping)
{
	EXPECT_MAPPING_FOLLOWS(vfio_command(&self->dev, PCI_COMMAND_MASTER),
			       vfio_enable(&self->dev));
}

TEST_F(config, power_off_closes_a_mapping)
{
	EXPECT_MAPPING_FOLLOWS(vfio_write32(&self->dev, CONFIG, PM_CTRL, 3),
			       vfio_write32(&self->dev, CONFIG, PM_CTRL, 0));
}

TEST_F(config, reset_closes_a_mapping)
{
	EXPECT_MAPPING_FOLLOWS(vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL),
			       vfio_enable(&self->dev));
}

static void open_and_close_until_killed(struct vfio_dev *dev)
{
	unsigned int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 0;; i++)
		vfio_command(dev, i % 2 ? PCI_COMMAND_MEMORY : 0);
}

/* Two processors of a guest, until either has met the other often. */
TEST_F(config, mapping_is_touched_while_it_closes)
{
	unsigned int lost = 0, kept = 0;
	volatile uint32_t *page;
	pid_t pid;

	ASSERT_EQ(0, vfio_enable(&self->dev));
	page = vfio_map(&self->dev, BAR1, 0, PAGE);
	ASSERT_NE(MAP_FAILED, page);
	page[0] = 7;
	pid = fork();
	if (!pid)
		open_and_close_until_killed(&self->dev);
	while (lost < 100 || kept < 100) {
		uint32_t value = touch(page);

		lost += value == UINT32_MAX;
		kept += value == 7;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	EXPECT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(7, touch(page));
	munmap((void *)page, PAGE);
}

TEST_F(config, power_states)
{
	ASSERT_EQ(0, vfio_enable(&self->dev));
	ASSERT_EQ(0, vfio_write32(&self->dev, BAR0, ARGUMENT, 5));
	ASSERT_EQ(0, vfio_write32(&self->dev, CONFIG, PM_CTRL, 3));
	EXPECT_EQ(0xb, vfio_config(&self->dev, PM_CTRL, 4));
	EXPECT_EQ(UINT32_MAX, boot1(&self->dev));
	EXPECT_EQ(0x20b710de, vfio_config(&self->dev, PCI_VENDOR_ID, 4));
	ASSERT_EQ(0, vfio_write32(&self->dev, CONFIG, PM_CTRL, 0));
	EXPECT_EQ(5, vfio_read32(&self->dev, BAR0, ARGUMENT));
}

/* D1 and D2 are optional, and not there. */
TEST_F(config, power_states_that_are_missing)
{
	static const uint32_t known[] = { 0, 3 }, missing[] = { 1, 2 };
	int i, j;

	for (i = 0; i < 2; i++) {
		for (j = 0; j < 2; j++) {
			vfio_write32(&self->dev, CONFIG, PM_CTRL, known[i]);
			vfio_write32(&self->dev, CONFIG, PM_CTRL, missing[j]);
			EXPECT_EQ(known[i], vfio_config(&self->dev, PM_CTRL, 4) & 3);
		}
	}
}

TEST_F(config, reset_of_the_guest_in_any_width)
{
	uint8_t byte = PCI_EXP_DEVCTL_BCR_FLR >> 8;

	ASSERT_EQ(0, vfio_enable(&self->dev));
	ASSERT_EQ(1, vfio_write(&self->dev, CONFIG, DEVCTL + 1, &byte, 1));
	EXPECT_EQ(0, vfio_config(&self->dev, PCI_COMMAND, 2));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	ASSERT_EQ(0, vfio_write32(&self->dev, CONFIG, DEVCTL, PCI_EXP_DEVCTL_BCR_FLR));
	EXPECT_EQ(0, vfio_config(&self->dev, PCI_COMMAND, 2));
	EXPECT_EQ(0x2810, vfio_config(&self->dev, DEVCTL, 2));
}

/* Off in D3hot as well: config space is what answers there. */
TEST_F(config, reset_while_the_power_is_off)
{
	uint16_t flr = PCI_EXP_DEVCTL_BCR_FLR;

	ASSERT_EQ(0, vfio_write32(&self->dev, CONFIG, PM_CTRL, 3));
	ASSERT_EQ(2, vfio_write(&self->dev, CONFIG, DEVCTL, &flr, 2));
	EXPECT_EQ(8, vfio_config(&self->dev, PM_CTRL, 4));
}

TEST_HARNESS_MAIN
