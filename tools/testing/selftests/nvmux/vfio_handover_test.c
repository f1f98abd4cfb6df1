// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole GPU for one VM: vfio-pci has it with its companions, and gives it back.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define CONFIG VFIO_PCI_CONFIG_REGION_INDEX
#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define GIB (1ULL << 30)
#define PAGE 4096ULL
#define AUDIO "0001:01:00.1"

FIXTURE(handover)
{
	struct nl_sock sock;
	struct vfio_dev dev;
};

FIXTURE_SETUP(handover)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
}

FIXTURE_TEARDOWN(handover)
{
	vfio_close(&self->dev);
	sim_board_del();
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

TEST_F(handover, gives_the_whole_function)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	struct vfio_region_info bar1;

	ASSERT_EQ(0, vfio_open_pci(&self->dev, GPU_A));
	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_GET_INFO, &info));
	EXPECT_TRUE(info.flags & VFIO_DEVICE_FLAGS_PCI);
	EXPECT_TRUE(info.flags & VFIO_DEVICE_FLAGS_RESET);
	EXPECT_EQ(0x10de, vfio_config(&self->dev, PCI_VENDOR_ID, 2));
	EXPECT_EQ(0x20b7, vfio_config(&self->dev, PCI_DEVICE_ID, 2));
	EXPECT_EQ(0x1532, vfio_config(&self->dev, PCI_SUBSYSTEM_ID, 2));
	ASSERT_EQ(0, vfio_region(&self->dev, BAR1, &bar1));
	EXPECT_EQ(32 * GIB, bar1.size);
	EXPECT_TRUE(bar1.flags & VFIO_REGION_INFO_FLAG_MMAP);
}

TEST_F(handover, memory_is_mapped_and_holds)
{
	volatile uint32_t *first, *last;

	if (vfio_mapping_is_shadowed())
		SKIP(return, "kasan would shadow all of bar1");
	ASSERT_EQ(0, vfio_open_pci(&self->dev, GPU_A));
	first = vfio_map(&self->dev, BAR1, 0, PAGE);
	last = vfio_map(&self->dev, BAR1, 24 * GIB - PAGE, PAGE);
	ASSERT_NE(MAP_FAILED, first);
	ASSERT_NE(MAP_FAILED, last);
	first[0] = 0xfeedf00d;
	last[PAGE / 4 - 1] = 0xcafef00d;
	EXPECT_EQ(0xfeedf00d, first[0]);
	EXPECT_EQ(0xcafef00d, last[PAGE / 4 - 1]);
	munmap((void *)first, PAGE);
	munmap((void *)last, PAGE);
	EXPECT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
}

/* A file cannot be sealed while somebody holds a page of it. */
static int file_seal(int file)
{
	return fcntl(file, F_ADD_SEALS, F_SEAL_WRITE) ? -errno : 0;
}

/* What is mapped is held, and the same page is let go when the IOMMU is asked which it was. */
TEST_F(handover, guest_memory_is_reached_through_the_iommu)
{
	int file = memfd_create("guest", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	void *page = ftruncate(file, PAGE) ? MAP_FAILED :
		     mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map), .flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)page, .iova = 0x10000, .size = PAGE,
	};
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = 0x10000, .size = PAGE,
	};

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, vfio_open_pci(&self->dev, GPU_A));
	EXPECT_EQ(0, ioctl(self->dev.container, VFIO_IOMMU_MAP_DMA, &map));
	munmap(page, PAGE);
	EXPECT_EQ(-EBUSY, file_seal(file));
	EXPECT_EQ(0, ioctl(self->dev.container, VFIO_IOMMU_UNMAP_DMA, &unmap));
	EXPECT_EQ(PAGE, unmap.size);
	EXPECT_EQ(0, file_seal(file));
	close(file);
}

TEST_F(handover, comes_back_once_it_is_closed)
{
	int i;

	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, vfio_open_pci(&self->dev, GPU_A));
		EXPECT_EQ(-EBUSY, gpu_set(&self->sock, GPU_A, NVMUX_MODE_VGPU, 0));
		vfio_close(&self->dev);
		ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
		EXPECT_EQ(6, type_available(&self->sock, GPU_A, "A30-4C"));
		ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
	}
}

TEST_F(handover, nobody_can_open_a_gpu_of_the_host)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_HOST));
	EXPECT_GT(0, vfio_open_pci(&self->dev, GPU_A));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	EXPECT_GT(0, vfio_open_pci(&self->dev, GPU_A));
}

static const char *driver_of(const char *bdf)
{
	return file_link(PCI_DEVICES "/%s/driver", bdf);
}

static const char *override_of(const char *bdf)
{
	return file_line(PCI_DEVICES "/%s/driver_override", bdf);
}

TEST_F(handover, companions_go_along_and_come_back)
{
	if (sim_board_add("rtx6000", "audio usb ucsi"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_PASSTHROUGH));
	EXPECT_STREQ("vfio-pci", driver_of(GPU_C));
	EXPECT_STREQ("vfio-pci", driver_of(AUDIO));
	EXPECT_STREQ("vfio-pci", driver_of("0001:01:00.2"));
	EXPECT_STREQ("vfio-pci", driver_of("0001:01:00.3"));
	ASSERT_EQ(0, vfio_open_pci(&self->dev, GPU_C));
	vfio_close(&self->dev);
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_HOST));
	EXPECT_STREQ("", driver_of(GPU_C));
	EXPECT_STREQ("", driver_of(AUDIO));
	EXPECT_STREQ("(null)", override_of(GPU_C));
	EXPECT_STREQ("(null)", override_of(AUDIO));
}

/* A companion that the host's driver has goes back to that driver. */
TEST_F(handover, driver_of_a_companion_gets_it_back)
{
	if (system("modprobe -q pci-stub") || sim_board_add("rtxa6000", "audio"))
		SKIP(return, "needs the simulator, and pci-stub as a driver of the host");
	ASSERT_EQ(0, file_write("10de 1aef", "/sys/bus/pci/drivers/pci-stub/new_id"));
	EXPECT_STREQ("pci-stub", driver_of(AUDIO));
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_PASSTHROUGH));
	EXPECT_STREQ("vfio-pci", driver_of(AUDIO));
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_HOST));
	EXPECT_STREQ("pci-stub", driver_of(AUDIO));
	EXPECT_EQ(0, file_write("10de 1aef", "/sys/bus/pci/drivers/pci-stub/remove_id"));
}

/* Pulled out in the middle of its switch. */
TEST_F(handover, board_may_vanish_meanwhile)
{
	struct nl_object gpu;

	if (sim_board_add("rtxa6000", "audio"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_set(&self->sock, GPU_C, NVMUX_MODE_PASSTHROUGH, 0));
	sim_board_del();
	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, GPU_C, &gpu));
}

TEST_HARNESS_MAIN
