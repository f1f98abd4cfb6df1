// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way back (I4): a switch that fails says at which step and why, and every function of the board
 * has the driver and the pin that it had before. A switch that succeeds returns each to whom it had
 * in host mode.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define DRIVERS "/sys/bus/pci/drivers"
#define MODPROBE_D "/run/modprobe.d"

/* BAR1 shows too little for vgpu mode, which is found out only when the board is opened. */
static const struct board quadro = { .model = "rtxa6000", .bus = 1, .companions = "audio" };
static const struct board turing = { .model = "rtx6000", .bus = 2 };
static const struct board shared = { .model = "a30", .bus = 3, .companions = "audio usb" };

FIXTURE(steps)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	char before[PICTURE_SIZE];
	char after[PICTURE_SIZE];
};

static void vfio_pci_lose(void)
{
	system("mkdir -p " MODPROBE_D "; echo install vfio-pci /bin/false >" MODPROBE_D
	       "/nvmux_test.conf; rmmod vfio-pci");
}

static void vfio_pci_find(void)
{
	unlink(MODPROBE_D "/nvmux_test.conf");
	system("modprobe vfio-pci");
}

FIXTURE_SETUP(steps)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	if (system("modprobe -q pci-stub"))
		SKIP(return, "no pci-stub, which plays a driver of the host");
}

FIXTURE_TEARDOWN(steps)
{
	vfio_close(&self->dev);
	vfio_pci_find();
	board_del(&quadro);
	board_del(&turing);
	board_del(&shared);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

/* The GPU does not get to @mode, because of @why, and nothing has changed. */
#define EXPECT_WAY_BACK(board, mode, why)					\
	do {									\
		picture_take(&self->sock, board_bdf(board, 0), self->before);	\
		EXPECT_EQ(-EIO, gpu_switch(&self->sock, board_bdf(board, 0), mode)); \
		EXPECT_STREQ(why, self->sock.text);				\
		EXPECT_GT(80, strlen(self->sock.text));				\
		picture_take(&self->sock, board_bdf(board, 0), self->after);	\
		EXPECT_STREQ(self->before, self->after);			\
	} while (0)

#define EXPECT_THERE_AND_BACK(board, mode)					\
	do {									\
		picture_take(&self->sock, board_bdf(board, 0), self->before);	\
		EXPECT_EQ(0, gpu_switch(&self->sock, board_bdf(board, 0), mode)) \
			TH_LOG("%s", self->sock.text);				\
		EXPECT_EQ(0, gpu_switch(&self->sock, board_bdf(board, 0), NVMUX_MODE_HOST)) \
			TH_LOG("%s", self->sock.text);				\
		picture_take(&self->sock, board_bdf(board, 0), self->after);	\
		EXPECT_STREQ(self->before, self->after);			\
	} while (0)

static const char *not_taken(const struct board *board, unsigned int fn, const char *driver)
{
	return sim_text("attach: function %s: driver %s did not take it", board_bdf(board, fn),
			driver);
}

TEST_F(steps, drivers_of_the_host_come_back)
{
	ASSERT_EQ(0, board_add(&shared));
	ASSERT_EQ(0, board_bind(board_bdf(&shared, 0), "pci-stub", true));
	ASSERT_EQ(0, board_bind(board_bdf(&shared, 1), "pci-stub", false));
	EXPECT_THERE_AND_BACK(&shared, NVMUX_MODE_VGPU);
	EXPECT_THERE_AND_BACK(&shared, NVMUX_MODE_PASSTHROUGH);
}

/* Not to whichever driver wants the companion: that is another one by now. */
TEST_F(steps, companions_return_to_the_driver_that_they_had)
{
	ASSERT_EQ(0, board_add(&quadro));
	ASSERT_EQ(0, gpu_switch(&self->sock, board_bdf(&quadro, 0), NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, file_write("10de 1aef", DRIVERS "/pci-stub/new_id"));
	ASSERT_EQ(0, gpu_switch(&self->sock, board_bdf(&quadro, 0), NVMUX_MODE_HOST));
	EXPECT_STREQ("", file_link(PCI_DEVICES "/%s/driver", board_bdf(&quadro, 1)));
	EXPECT_EQ(0, file_write("10de 1aef", DRIVERS "/pci-stub/remove_id"));
}

/* From mode to mode the companions are the host's in between. */
TEST_F(steps, home_is_remembered_over_several_modes)
{
	const char *gpu = board_bdf(&shared, 0);

	ASSERT_EQ(0, board_add(&shared));
	ASSERT_EQ(0, board_bind(gpu, "pci-stub", true));
	ASSERT_EQ(0, board_bind(board_bdf(&shared, 2), "pci-stub", false));
	picture_take(&self->sock, gpu, self->before);
	ASSERT_EQ(0, gpu_switch(&self->sock, gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, gpu_switch(&self->sock, gpu, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, gpu_switch(&self->sock, gpu, NVMUX_MODE_VGPU));
	EXPECT_STREQ("pci-stub", file_link(PCI_DEVICES "/%s/driver", board_bdf(&shared, 2)));
	ASSERT_EQ(0, gpu_switch(&self->sock, gpu, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, gpu_switch(&self->sock, gpu, NVMUX_MODE_HOST));
	picture_take(&self->sock, gpu, self->after);
	EXPECT_STREQ(self->before, self->after);
}

/* A driver that has gone meanwhile is no reason to stay. */
TEST_F(steps, driver_that_has_gone_is_not_missed)
{
	const char *gpu = board_bdf(&shared, 0);

	ASSERT_EQ(0, board_add(&shared));
	ASSERT_EQ(0, board_bind(gpu, "pci-stub", false));
	ASSERT_EQ(0, gpu_switch(&self->sock, gpu, NVMUX_MODE_VGPU));
	if (system("rmmod pci-stub"))
		SKIP(return, "pci-stub cannot be unloaded");
	EXPECT_EQ(0, gpu_switch(&self->sock, gpu, NVMUX_MODE_HOST));
	EXPECT_STREQ("", file_link(PCI_DEVICES "/%s/driver", gpu));
}

/* The last step fails: the probe of nvmux says no. */
TEST_F(steps, host_drivers_are_bound_again)
{
	ASSERT_EQ(0, board_add(&quadro));
	ASSERT_EQ(0, board_bind(board_bdf(&quadro, 0), "pci-stub", true));
	ASSERT_EQ(0, board_bind(board_bdf(&quadro, 1), "pci-stub", false));
	EXPECT_WAY_BACK(&quadro, NVMUX_MODE_VGPU,
			sim_text("attach: gpu %s shows 256 of 49152 MiB in bar1, vgpus need all",
				 board_bdf(&quadro, 0)));
}

TEST_F(steps, passthrough_is_entered_again)
{
	ASSERT_EQ(0, board_add(&quadro));
	ASSERT_EQ(0, board_bind(board_bdf(&quadro, 1), "pci-stub", false));
	ASSERT_EQ(0, gpu_switch(&self->sock, board_bdf(&quadro, 0), NVMUX_MODE_PASSTHROUGH));
	EXPECT_WAY_BACK(&quadro, NVMUX_MODE_VGPU,
			sim_text("attach: gpu %s shows 256 of 49152 MiB in bar1, vgpus need all",
				 board_bdf(&quadro, 0)));
	ASSERT_EQ(0, vfio_open_pci(&self->dev, board_bdf(&quadro, 0)));
	vfio_close(&self->dev);
	ASSERT_EQ(0, gpu_switch(&self->sock, board_bdf(&quadro, 0), NVMUX_MODE_HOST));
	EXPECT_STREQ("pci-stub", file_link(PCI_DEVICES "/%s/driver", board_bdf(&quadro, 1)));
}

/* The first companion is refused, all of the board is as it was. */
TEST_F(steps, bind_refused_by_vfio)
{
	ASSERT_EQ(0, board_add(&turing));
	ASSERT_EQ(0, board_add(&shared));
	ASSERT_EQ(0, board_bind(board_bdf(&turing, 3), "pci-stub", false));
	ASSERT_EQ(0, board_bind(board_bdf(&turing, 0), "pci-stub", true));
	ASSERT_EQ(0, gpu_switch(&self->sock, board_bdf(&shared, 0), NVMUX_MODE_VGPU));
	vfio_pci_lose();
	if (file_exists(DRIVERS "/vfio-pci"))
		SKIP(return, "vfio-pci cannot be unloaded");
	EXPECT_WAY_BACK(&turing, NVMUX_MODE_PASSTHROUGH, not_taken(&turing, 1, "vfio-pci"));
	EXPECT_WAY_BACK(&shared, NVMUX_MODE_PASSTHROUGH, not_taken(&shared, 1, "vfio-pci"));
	EXPECT_EQ(0, mdev_create(board_bdf(&shared, 0), "A30-4C", UUID_1));
	EXPECT_EQ(0, mdev_remove(UUID_1));
}

/* Somebody has given the audio function to vfio-pci and opened it: nobody waits for him. */
TEST_F(steps, open_companion_is_not_waited_for)
{
	const char *group;

	ASSERT_EQ(0, board_add(&turing));
	ASSERT_EQ(0, board_bind(board_bdf(&turing, 1), "vfio-pci", true));
	ASSERT_EQ(0, vfio_open_pci(&self->dev, board_bdf(&turing, 1)));
	group = strdup(file_link(PCI_DEVICES "/%s/iommu_group", board_bdf(&turing, 0)));
	EXPECT_WAY_BACK(&turing, NVMUX_MODE_PASSTHROUGH,
			sim_text("attach: gpu %s is open through vfio (iommu group %s)",
				 board_bdf(&turing, 0), group));
	vfio_close(&self->dev);
	EXPECT_THERE_AND_BACK(&turing, NVMUX_MODE_PASSTHROUGH);
}

/* Nor for one who has opened its file and has done nothing with it. */
TEST_F(steps, open_file_of_a_companion_is_not_waited_for)
{
	char device[PATH_SIZE];

	if (!vfio_has_cdev())
		SKIP(return, "this kernel has no iommufd");
	ASSERT_EQ(0, board_add(&turing));
	ASSERT_EQ(0, board_bind(board_bdf(&turing, 1), "vfio-pci", true));
	snprintf(device, sizeof(device), PCI_DEVICES "/%s", board_bdf(&turing, 1));
	self->dev.fd = vfio_cdev_open(device);
	ASSERT_LE(0, self->dev.fd);
	EXPECT_WAY_BACK(&turing, NVMUX_MODE_PASSTHROUGH,
			sim_text("attach: function %s: /dev/vfio/devices/%s is open",
				 board_bdf(&turing, 1), vfio_cdev_name(device)));
	vfio_close(&self->dev);
	EXPECT_THERE_AND_BACK(&turing, NVMUX_MODE_PASSTHROUGH);
}

TEST_HARNESS_MAIN
