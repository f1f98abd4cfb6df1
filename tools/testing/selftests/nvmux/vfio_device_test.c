// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI function that a VM sees of a vGPU: regions, configuration space, registers, reset, and
 * arguments that make no sense (I7).
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define CONFIG VFIO_PCI_CONFIG_REGION_INDEX
#define BAR0 VFIO_PCI_BAR0_REGION_INDEX
#define BAR1 VFIO_PCI_BAR1_REGION_INDEX

#define GIB (1ULL << 30)
#define RW (VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE)

/* Where the capabilities are on the boards. */
#define CAP_PM 0x60
#define CAP_EXP 0x78
#define CAP_MSIX 0xc8

/* Registers. */
#define PMC_BOOT_0 0x0
#define PMC_BOOT_1 0x4
#define PMC_BOOT_42 0xa00
#define MAILBOX_SLICE_MIB 0x2100
#define TIME_0 0x30080
#define MSIX_TABLE 0x10000

FIXTURE(device)
{
	struct nl_sock sock;
	struct vfio_dev dev;
};

FIXTURE_SETUP(device)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-12C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_enable(&self->dev));
}

FIXTURE_TEARDOWN(device)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

TEST_F(device, is_a_pci_function_that_can_reset)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_GET_INFO, &info));
	EXPECT_EQ(VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET, info.flags);
	EXPECT_EQ(VFIO_PCI_NUM_REGIONS, info.num_regions);
	EXPECT_EQ(VFIO_PCI_NUM_IRQS, info.num_irqs);
}

TEST_F(device, regions)
{
	struct vfio_region_info info;
	uint32_t i;

	ASSERT_EQ(0, vfio_region(&self->dev, CONFIG, &info));
	EXPECT_EQ(4096, info.size);
	EXPECT_EQ(RW, info.flags);
	ASSERT_EQ(0, vfio_region(&self->dev, BAR0, &info));
	EXPECT_EQ(0x40000, info.size);
	EXPECT_EQ(RW, info.flags);
	ASSERT_EQ(0, vfio_region(&self->dev, BAR1, &info));
	EXPECT_EQ(16 * GIB, info.size);
	EXPECT_EQ(RW | VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_CAPS, info.flags);
	for (i = VFIO_PCI_BAR2_REGION_INDEX; i < VFIO_PCI_NUM_REGIONS; i++) {
		if (i == CONFIG)
			continue;
		ASSERT_EQ(0, vfio_region(&self->dev, i, &info));
		EXPECT_EQ(0, info.size);
		EXPECT_EQ(0, info.flags);
	}
}

TEST_F(device, slice_is_what_can_be_mapped)
{
	struct vfio_region_sparse_mmap_area area;

	ASSERT_EQ(0, vfio_sparse(&self->dev, BAR1, &area));
	EXPECT_EQ(0, area.offset);
	EXPECT_EQ(12 * GIB, area.size);
}

TEST_F(device, ids)
{
	EXPECT_EQ(0x10de, vfio_config(&self->dev, PCI_VENDOR_ID, 2));
	EXPECT_EQ(0x20b7, vfio_config(&self->dev, PCI_DEVICE_ID, 2));
	EXPECT_EQ(0x10de, vfio_config(&self->dev, PCI_SUBSYSTEM_VENDOR_ID, 2));
	EXPECT_EQ(0x158f, vfio_config(&self->dev, PCI_SUBSYSTEM_ID, 2));
	EXPECT_EQ(0x0302, vfio_config(&self->dev, PCI_CLASS_DEVICE, 2));
	EXPECT_EQ(0, vfio_config(&self->dev, PCI_HEADER_TYPE, 1));
	EXPECT_EQ(0, vfio_config(&self->dev, PCI_INTERRUPT_PIN, 1));
	EXPECT_EQ(0, vfio_config(&self->dev, PCI_ROM_ADDRESS, 4));
}

/* Writes all ones and tells what sticks, as firmware sizes a BAR. */
static uint32_t bar_mask(struct vfio_dev *dev, uint32_t at)
{
	uint32_t before = vfio_config(dev, at, 4), mask;

	vfio_write32(dev, CONFIG, at, UINT32_MAX);
	mask = vfio_config(dev, at, 4);
	vfio_write32(dev, CONFIG, at, before);
	return mask;
}

TEST_F(device, bars_are_sized_by_writing)
{
	EXPECT_EQ(0xfffc0000, bar_mask(&self->dev, PCI_BASE_ADDRESS_0));
	EXPECT_EQ(0x0000000c, bar_mask(&self->dev, PCI_BASE_ADDRESS_1));
	EXPECT_EQ(0xfffffffc, bar_mask(&self->dev, PCI_BASE_ADDRESS_2));
	EXPECT_EQ(0, bar_mask(&self->dev, PCI_BASE_ADDRESS_3));
	EXPECT_EQ(0, bar_mask(&self->dev, PCI_BASE_ADDRESS_4));
	EXPECT_EQ(0, bar_mask(&self->dev, PCI_BASE_ADDRESS_5));
	EXPECT_EQ(0, bar_mask(&self->dev, PCI_ROM_ADDRESS));
}

TEST_F(device, ids_cannot_be_written)
{
	uint8_t before[PCI_STD_HEADER_SIZEOF], after[PCI_STD_HEADER_SIZEOF];
	uint8_t ones[4] = { 0xff, 0xff, 0xff, 0xff };

	ASSERT_EQ(64, vfio_read(&self->dev, CONFIG, 0, before, sizeof(before)));
	EXPECT_EQ(4, vfio_write(&self->dev, CONFIG, PCI_VENDOR_ID, ones, 4));
	EXPECT_EQ(4, vfio_write(&self->dev, CONFIG, PCI_CLASS_REVISION, ones, 4));
	EXPECT_EQ(4, vfio_write(&self->dev, CONFIG, PCI_SUBSYSTEM_VENDOR_ID, ones, 4));
	EXPECT_EQ(1, vfio_write(&self->dev, CONFIG, PCI_CAPABILITY_LIST, ones, 1));
	ASSERT_EQ(64, vfio_read(&self->dev, CONFIG, 0, after, sizeof(after)));
	EXPECT_EQ(0, memcmp(before, after, sizeof(before)));
}

static uint32_t cap_next(struct vfio_dev *dev, uint32_t at)
{
	return vfio_config(dev, at + 1, 1);
}

TEST_F(device, capabilities)
{
	ASSERT_EQ(CAP_PM, vfio_config(&self->dev, PCI_CAPABILITY_LIST, 1));
	EXPECT_EQ(PCI_CAP_ID_PM, vfio_config(&self->dev, CAP_PM, 1));
	ASSERT_EQ(CAP_EXP, cap_next(&self->dev, CAP_PM));
	EXPECT_EQ(PCI_CAP_ID_EXP, vfio_config(&self->dev, CAP_EXP, 1));
	EXPECT_TRUE(vfio_config(&self->dev, CAP_EXP + PCI_EXP_DEVCAP, 4) & PCI_EXP_DEVCAP_FLR);
	ASSERT_EQ(CAP_MSIX, cap_next(&self->dev, CAP_EXP));
	EXPECT_EQ(PCI_CAP_ID_MSIX, vfio_config(&self->dev, CAP_MSIX, 1));
	EXPECT_EQ(5, vfio_config(&self->dev, CAP_MSIX + PCI_MSIX_FLAGS, 2));
	EXPECT_EQ(MSIX_TABLE, vfio_config(&self->dev, CAP_MSIX + PCI_MSIX_TABLE, 4));
	EXPECT_EQ(0x20000, vfio_config(&self->dev, CAP_MSIX + PCI_MSIX_PBA, 4));
	EXPECT_EQ(0, cap_next(&self->dev, CAP_MSIX));
	EXPECT_EQ(0, vfio_config(&self->dev, PCI_CFG_SPACE_SIZE, 4));
}

TEST_F(device, registers)
{
	EXPECT_EQ(0x170, vfio_read32(&self->dev, BAR0, PMC_BOOT_42) >> 20 & 0x1ff);
	EXPECT_NE(UINT32_MAX, vfio_read32(&self->dev, BAR0, PMC_BOOT_0));
	EXPECT_EQ(2 << 16, vfio_read32(&self->dev, BAR0, PMC_BOOT_1));
	EXPECT_EQ(12288, vfio_read32(&self->dev, BAR0, MAILBOX_SLICE_MIB));
	EXPECT_EQ(0, vfio_read32(&self->dev, BAR0, 0x3fffc));
}

TEST_F(device, registers_cannot_be_written)
{
	uint32_t boot0 = vfio_read32(&self->dev, BAR0, PMC_BOOT_0);

	EXPECT_EQ(0, vfio_write32(&self->dev, BAR0, PMC_BOOT_0, 0x12345678));
	EXPECT_EQ(boot0, vfio_read32(&self->dev, BAR0, PMC_BOOT_0));
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR0, MAILBOX_SLICE_MIB, UINT32_MAX));
	EXPECT_EQ(12288, vfio_read32(&self->dev, BAR0, MAILBOX_SLICE_MIB));
}

TEST_F(device, timer_runs)
{
	uint32_t first = vfio_read32(&self->dev, BAR0, TIME_0);

	usleep(1000);
	EXPECT_NE(first, vfio_read32(&self->dev, BAR0, TIME_0));
}

TEST_F(device, registers_in_any_access_width)
{
	uint32_t boot42 = vfio_read32(&self->dev, BAR0, PMC_BOOT_42);
	uint8_t bytes[4];
	uint16_t half;
	int i;

	for (i = 0; i < 4; i++)
		ASSERT_EQ(1, vfio_read(&self->dev, BAR0, PMC_BOOT_42 + i, &bytes[i], 1));
	EXPECT_EQ(0, memcmp(&boot42, bytes, 4));
	ASSERT_EQ(2, vfio_read(&self->dev, BAR0, PMC_BOOT_42 + 1, &half, 2));
	EXPECT_EQ((boot42 >> 8) & 0xffff, half);
}

/* Everything is as after power-on, but the registers that were written. */
static void scribble(struct vfio_dev *dev)
{
	vfio_write32(dev, CONFIG, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	vfio_write32(dev, CONFIG, PCI_BASE_ADDRESS_0, 0xc0000000);
	vfio_write32(dev, BAR0, MSIX_TABLE, 0xfee00000);
	vfio_write32(dev, BAR0, MSIX_TABLE + 12, 0);
}

#define EXPECT_SCRIBBLED(yes)							\
	do {									\
		EXPECT_EQ((yes) ? 6 : 0, vfio_config(&self->dev, PCI_COMMAND, 2));	\
		EXPECT_EQ(0, vfio_enable(&self->dev));				\
		EXPECT_EQ((yes) ? 0xc0000000 : 0,				\
			  vfio_config(&self->dev, PCI_BASE_ADDRESS_0, 4));	\
		EXPECT_EQ((yes) ? 0xfee00000 : 0, vfio_read32(&self->dev, BAR0, MSIX_TABLE)); \
		EXPECT_EQ((yes) ? 0 : 1, vfio_read32(&self->dev, BAR0, MSIX_TABLE + 12)); \
	} while (0)

TEST_F(device, reset_of_the_host)
{
	ASSERT_EQ(0, vfio_command(&self->dev, 0));
	EXPECT_SCRIBBLED(false);
	scribble(&self->dev);
	EXPECT_SCRIBBLED(true);
	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
	EXPECT_SCRIBBLED(false);
}

TEST_F(device, reset_of_the_guest)
{
	uint16_t flr = PCI_EXP_DEVCTL_BCR_FLR;

	scribble(&self->dev);
	ASSERT_EQ(2, vfio_write(&self->dev, CONFIG, CAP_EXP + PCI_EXP_DEVCTL, &flr, 2));
	EXPECT_SCRIBBLED(false);
	EXPECT_EQ(0, vfio_config(&self->dev, CAP_EXP + PCI_EXP_DEVCTL, 2) & flr);
}

static uint64_t resets(struct nl_sock *sock)
{
	struct nl_object vgpu;

	return vgpu_get(sock, UUID_1, &vgpu) ? UINT64_MAX : nl_u64(&vgpu, NVMUX_A_VGPU_RESETS);
}

/* By VM or guest, and nothing else; a guest that resets for ever keeps no listener busy. */
TEST_F(device, resets_are_counted_and_not_announced)
{
	uint16_t flr = PCI_EXP_DEVCTL_BCR_FLR, none = 0;
	struct nl_object event;
	struct nl_sock monitor;

	ASSERT_EQ(0, nl_open(&monitor));
	ASSERT_EQ(0, nl_monitor(&monitor));
	EXPECT_EQ(0, resets(&self->sock));
	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
	EXPECT_EQ(1, resets(&self->sock));
	ASSERT_EQ(2, vfio_write(&self->dev, CONFIG, CAP_EXP + PCI_EXP_DEVCTL, &flr, 2));
	EXPECT_EQ(2, resets(&self->sock));
	ASSERT_EQ(2, vfio_write(&self->dev, CONFIG, CAP_EXP + PCI_EXP_DEVCTL, &none, 2));
	EXPECT_EQ(2, resets(&self->sock));
	EXPECT_EQ(-ETIMEDOUT, nl_event(&monitor, &event, 500));
	nl_close(&monitor);
	vfio_close(&self->dev);
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	EXPECT_EQ(2, resets(&self->sock));
}

TEST_F(device, next_user_finds_it_reset)
{
	scribble(&self->dev);
	vfio_close(&self->dev);
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	EXPECT_SCRIBBLED(false);
}

TEST_F(device, ioctl_arguments)
{
	struct vfio_region_info region = { .argsz = sizeof(region), .index = 9 };
	struct vfio_device_info info = { .argsz = 8 };
	struct vfio_irq_info irq = { .argsz = sizeof(irq), .index = VFIO_PCI_NUM_IRQS };

	EXPECT_EQ(-EINVAL, vfio_call(&self->dev, VFIO_DEVICE_GET_INFO, &info));
	EXPECT_EQ(-EFAULT, vfio_call(&self->dev, VFIO_DEVICE_GET_INFO, NULL));
	EXPECT_EQ(-EINVAL, vfio_call(&self->dev, VFIO_DEVICE_GET_REGION_INFO, &region));
	region.index = UINT32_MAX;
	EXPECT_EQ(-EINVAL, vfio_call(&self->dev, VFIO_DEVICE_GET_REGION_INFO, &region));
	region = (struct vfio_region_info){ .argsz = 8, .index = 0 };
	EXPECT_EQ(-EINVAL, vfio_call(&self->dev, VFIO_DEVICE_GET_REGION_INFO, &region));
	EXPECT_EQ(-EFAULT, vfio_call(&self->dev, VFIO_DEVICE_GET_REGION_INFO, NULL));
	EXPECT_EQ(-EINVAL, vfio_call(&self->dev, VFIO_DEVICE_GET_IRQ_INFO, &irq));
	EXPECT_EQ(-EFAULT, vfio_call(&self->dev, VFIO_DEVICE_GET_IRQ_INFO, NULL));
	EXPECT_EQ(-EFAULT, vfio_call(&self->dev, VFIO_DEVICE_SET_IRQS, NULL));
	EXPECT_EQ(-ENOTTY, vfio_call(&self->dev, VFIO_DEVICE_PCI_HOT_RESET, NULL));
	EXPECT_EQ(-ENOTTY, vfio_call(&self->dev, _IO(';', 0xff), NULL));
}

TEST_F(device, accesses_beyond_the_regions)
{
	uint8_t buf[64];

	EXPECT_EQ(-EINVAL, vfio_read(&self->dev, CONFIG, 4096, buf, 4));
	EXPECT_EQ(-EINVAL, vfio_write(&self->dev, CONFIG, 4096, buf, 4));
	EXPECT_EQ(2, vfio_read(&self->dev, CONFIG, 4094, buf, 64));
	EXPECT_EQ(-EINVAL, vfio_read(&self->dev, BAR0, 0x40000, buf, 4));
	EXPECT_EQ(-EINVAL, vfio_read(&self->dev, BAR1, 16 * GIB, buf, 4));
	EXPECT_EQ(-EINVAL, vfio_read(&self->dev, VFIO_PCI_BAR2_REGION_INDEX, 0, buf, 4));
	EXPECT_EQ(-EINVAL, vfio_read(&self->dev, VFIO_PCI_ROM_REGION_INDEX, 0, buf, 4));
	EXPECT_EQ(-1, pread(self->dev.fd, buf, 4, 20ULL << 40));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-EFAULT, vfio_read(&self->dev, CONFIG, 0, NULL, 4));
	EXPECT_EQ(-EFAULT, vfio_write(&self->dev, CONFIG, 0, NULL, 4));
	EXPECT_EQ(0, vfio_read(&self->dev, CONFIG, 0, buf, 0));
}

TEST_HARNESS_MAIN
