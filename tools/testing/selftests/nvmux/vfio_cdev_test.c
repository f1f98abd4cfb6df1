// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of VFIO devices and an iommufd: a whole GPU goes through them as through its group, and
 * who has such a file open is in the way (I3), also when he has not bound it to anything. What both
 * doors of a vGPU have in common is in vfio_door_test.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define PAGE 4096
#define IOVA 0x10000
#define AUDIO "0001:01:00.1"

/* Longer than the kernel's pause between two requests. */
#define ASKED_MS 30000

FIXTURE(cdev)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	void *page;
	int fd;		/* a file that is open and not bound */
};

FIXTURE_SETUP(cdev)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	self->fd = -1;
	self->page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	if (!vfio_has_cdev())
		SKIP(return, "this kernel has no iommufd");
}

FIXTURE_TEARDOWN(cdev)
{
	vfio_close(&self->dev);
	if (self->fd >= 0)
		close(self->fd);
	sim_board_del();
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
	munmap(self->page, PAGE);
}

#define EXPECT_BUSY(call, sentence)						\
	do {									\
		self->sock.text[0] = '\0';					\
		EXPECT_EQ(-EBUSY, call);					\
		EXPECT_STREQ(sentence, self->sock.text);			\
	} while (0)

static const char *open_file(const char *what, const char *device, const char *directory)
{
	return sim_text("%s %s: /dev/vfio/devices/%s is open", what, device,
			vfio_cdev_name(directory));
}

#define VGPU MDEV_DEVICES "/" UUID_1

static int vgpu_make(struct nl_sock *sock)
{
	int err = gpu_switch(sock, GPU_A, NVMUX_MODE_VGPU);

	return err ?: mdev_create(GPU_A, "A30-4C", UUID_1);
}

/* A vGPU pins nothing, so its guest's memory comes and goes as it likes. */
TEST_F(cdev, memory_of_a_guest_is_none_of_a_vgpus_business)
{
	ASSERT_EQ(0, vgpu_make(&self->sock));
	ASSERT_EQ(0, vfio_open_cdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_ioas_map(&self->dev, IOVA, self->page, PAGE));
	EXPECT_EQ(0, vfio_ioas_unmap(&self->dev, IOVA, PAGE));
	ASSERT_EQ(0, vfio_ioas_map(&self->dev, IOVA, self->page, PAGE));
	EXPECT_EQ(0, vfio_ioas_new(&self->dev));
	EXPECT_EQ(-ENOENT, vfio_ioas_unmap(&self->dev, IOVA, PAGE));
	EXPECT_EQ(0, vfio_ioas_detach(&self->dev));
	EXPECT_EQ(0x20b710de, vfio_config(&self->dev, 0, 4));
	EXPECT_EQ(0, vfio_ioas_new(&self->dev));
}

/* The process that binds the file is the user, whoever has opened it. */
TEST_F(cdev, user_of_a_vgpu_is_named)
{
	ASSERT_EQ(0, vgpu_make(&self->sock));
	ASSERT_EQ(0, vfio_open_cdev(&self->dev, UUID_1));
	EXPECT_BUSY(vgpu_del(&self->sock, UUID_1),
		    sim_text("vgpu " UUID_1 " open in pid %d (vfio_cdev_test)", getpid()));
	EXPECT_BUSY(gpu_set(&self->sock, GPU_A, NVMUX_MODE_HOST, 0),
		    sim_text("gpu %s is held by vgpu " UUID_1, GPU_A));
}

/* Who closes his file is counted a little longer than the module knows him. */
TEST_F(cdev, vgpu_is_deleted_as_soon_as_its_user_has_gone)
{
	int i, status;
	pid_t pid;

	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
		ASSERT_EQ(0, vfio_open_cdev(&self->dev, UUID_1));
		pid = fork();
		if (!pid) {
			usleep(20000);
			_exit(0);
		}
		vfio_close(&self->dev);
		while (vgpu_state(&self->sock, UUID_1) == NVMUX_VGPU_STATE_OPEN)
			;
		EXPECT_EQ(0, vgpu_del(&self->sock, UUID_1));
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_EQ(0, mdev_remove(UUID_1));
	}
}

TEST_F(cdev, file_of_a_vgpu_that_is_not_bound_is_in_the_way)
{
	ASSERT_EQ(0, vgpu_make(&self->sock));
	self->fd = vfio_cdev_open(VGPU);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(NVMUX_VGPU_STATE_PUBLISHED, vgpu_state(&self->sock, UUID_1));
	EXPECT_BUSY(vgpu_del(&self->sock, UUID_1), open_file("vgpu", UUID_1, VGPU));
	EXPECT_EQ(NVMUX_VGPU_STATE_PUBLISHED, vgpu_state(&self->sock, UUID_1));
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(0, mdev_remove(UUID_1));
}

/* The vGPU is deleted, its mdev device is still there: it can be opened and is good for nothing. */
TEST_F(cdev, file_of_a_vgpu_that_is_gone_keeps_the_mode)
{
	struct vfio_dev *dev = &self->dev;

	ASSERT_EQ(0, vgpu_make(&self->sock));
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(-ENODEV, vfio_open_cdev(dev, UUID_1));
	self->fd = vfio_cdev_open(VGPU);
	ASSERT_LE(0, self->fd);
	EXPECT_BUSY(gpu_set(&self->sock, GPU_A, NVMUX_MODE_HOST, 0),
		    open_file("vgpu", UUID_1, VGPU));
	close(self->fd);
	self->fd = -1;
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_HOST));
	EXPECT_FALSE(mdev_exists(UUID_1));
}

TEST_F(cdev, whole_gpu_goes_through)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vfio_open_cdev_pci(&self->dev, GPU_A));
	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_GET_INFO, &info));
	EXPECT_TRUE(info.flags & VFIO_DEVICE_FLAGS_PCI);
	EXPECT_TRUE(info.flags & VFIO_DEVICE_FLAGS_RESET);
	EXPECT_EQ(0x20b710de, vfio_config(&self->dev, PCI_VENDOR_ID, 4));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_NE(UINT32_MAX, vfio_read32(&self->dev, VFIO_PCI_BAR0_REGION_INDEX, 0));
	EXPECT_EQ(0, vfio_ioas_map(&self->dev, IOVA, self->page, PAGE));
	EXPECT_EQ(0, vfio_ioas_unmap(&self->dev, IOVA, PAGE));
	EXPECT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
}

static const char *open_group(const char *bdf)
{
	return sim_text("gpu %s is open through vfio (iommu group %s)", bdf,
			file_link(PCI_DEVICES "/%s/iommu_group", bdf));
}

TEST_F(cdev, whole_gpu_in_use_keeps_the_mode)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vfio_open_cdev_pci(&self->dev, GPU_A));
	EXPECT_BUSY(gpu_set(&self->sock, GPU_A, NVMUX_MODE_VGPU, 0), open_group(GPU_A));
	vfio_close(&self->dev);
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
}

/* Without the count the switch would wait for us, and all that adds or removes functions for it. */
TEST_F(cdev, file_of_a_whole_gpu_that_is_not_bound_keeps_the_mode)
{
	char device[PATH_SIZE];

	snprintf(device, sizeof(device), PCI_DEVICES "/%s", GPU_A);
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
	self->fd = vfio_cdev_open(device);
	ASSERT_LE(0, self->fd);
	EXPECT_BUSY(gpu_set(&self->sock, GPU_A, NVMUX_MODE_HOST, 0),
		    open_file("function", GPU_A, device));
	EXPECT_EQ(NVMUX_MODE_PASSTHROUGH, gpu_mode(&self->sock, GPU_A));
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_HOST));
}

TEST_F(cdev, file_of_a_companion_keeps_the_mode)
{
	if (sim_board_add("rtxa6000", "audio"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_PASSTHROUGH));
	self->fd = vfio_cdev_open(PCI_DEVICES "/" AUDIO);
	ASSERT_LE(0, self->fd);
	EXPECT_BUSY(gpu_set(&self->sock, GPU_C, NVMUX_MODE_HOST, 0),
		    open_file("function", AUDIO, PCI_DEVICES "/" AUDIO));
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_HOST));
}

/* Who has the whole GPU is asked by vfio-pci itself; nvmux lets the function go with it. */
TEST_F(cdev, user_of_a_whole_gpu_is_asked_when_it_is_pulled)
{
	struct pollfd asked = { .fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), .events = POLLIN };
	struct nl_object gpu;
	int status;
	pid_t pid;

	if (sim_board_add("a30", "none"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vfio_open_cdev_pci(&self->dev, GPU_C));
	ASSERT_EQ(0, vfio_request_set(&self->dev, asked.fd));
	pid = fork();
	if (!pid) {
		vfio_close(&self->dev);
		sim_board_del();
		_exit(0);
	}
	EXPECT_EQ(1, poll(&asked, 1, ASKED_MS));
	EXPECT_EQ(0, waitpid(pid, &status, WNOHANG));
	vfio_close(&self->dev);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, GPU_C, &gpu));
	close(asked.fd);
}

TEST_HARNESS_MAIN
