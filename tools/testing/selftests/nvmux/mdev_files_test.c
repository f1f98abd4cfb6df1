// SPDX-License-Identifier: GPL-2.0-only
/*
 * mdev_supported_types of a GPU: libvirt, mdevctl, Nova and others parse these files, so their
 * names and contents are exact, and reading them never fails.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define TYPES PCI_DEVICES "/%s/mdev_supported_types"

FIXTURE(mdev)
{
	struct nl_sock sock;
	struct vfio_dev dev;
};

FIXTURE_SETUP(mdev)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
}

FIXTURE_TEARDOWN(mdev)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

#define DESCRIPTION(mib, max)						\
	"num_heads=1, frl_config=60, framebuffer=" #mib "M, "		\
	"max_resolution=4096x2400, max_instance=" #max "\n"

/* Those that a GPU divided same-size can create come first. */
static const struct {
	const char *name;
	const char *description;
	int max;
} types[] = {
	{ "A30-4C", DESCRIPTION(4096, 6), 6 },
	{ "A30-6C", DESCRIPTION(6144, 4), 4 },
	{ "A30-8C", DESCRIPTION(8192, 3), 3 },
	{ "A30-12C", DESCRIPTION(12288, 2), 2 },
	{ "A30-24C", DESCRIPTION(24576, 1), 1 },
	{ "A30-1-6C", DESCRIPTION(6144, 4), 0 },
	{ "A30-1-6CME", DESCRIPTION(6144, 1), 0 },
	{ "A30-2-12C", DESCRIPTION(12288, 2), 0 },
	{ "A30-2-12CME", DESCRIPTION(12288, 1), 0 },
	{ "A30-4-24C", DESCRIPTION(24576, 1), 0 },
};

#define N_TYPES ((int)(sizeof(types) / sizeof(types[0])))

static const char *content(int i, const char *file)
{
	static char text[512];

	if (file_read(text, sizeof(text), TYPES "/nvmux-%s/%s", GPU_A, types[i].name, file) < 0)
		return "";
	return text;
}

TEST_F(mdev, all_types_and_nothing_else)
{
	int i;

	EXPECT_EQ(N_TYPES, file_count(TYPES, GPU_A));
	for (i = 0; i < N_TYPES; i++)
		EXPECT_TRUE(file_exists(TYPES "/nvmux-%s", GPU_A, types[i].name));
}

TEST_F(mdev, files_of_a_type)
{
	int i;

	for (i = 0; i < N_TYPES; i++) {
		EXPECT_STREQ(sim_text("NVIDIA %s\n", types[i].name), content(i, "name"));
		EXPECT_STREQ(types[i].description, content(i, "description"));
		EXPECT_STREQ("vfio-pci\n", content(i, "device_api"));
		EXPECT_STREQ(sim_text("%d\n", types[i].max), content(i, "available_instances"));
		EXPECT_TRUE(file_exists(TYPES "/nvmux-%s/create", GPU_A, types[i].name));
		EXPECT_EQ(0, file_count(TYPES "/nvmux-%s/devices", GPU_A, types[i].name));
	}
}

/* What sysfs and netlink say about each type, which must agree. */
static int available(struct nl_sock *sock, int i)
{
	int from_sysfs = -2;

	sscanf(content(i, "available_instances"), "%d", &from_sysfs);
	return from_sysfs == type_available(sock, GPU_A, types[i].name) ? from_sysfs : -1;
}

TEST_F(mdev, available_instances_follow_each_step)
{
	int i;

	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-8C", UUID_1, NULL));
	for (i = 0; i < N_TYPES; i++)
		EXPECT_EQ(i == 2 ? 2 : 0, available(&self->sock, i));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-8C", UUID_1));
	EXPECT_EQ(2, available(&self->sock, 2));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	EXPECT_EQ(2, available(&self->sock, 2));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-8C", UUID_2));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-8C", UUID_3));
	EXPECT_EQ(0, available(&self->sock, 2));
	ASSERT_EQ(0, mdev_remove(UUID_2));
	EXPECT_EQ(1, available(&self->sock, 2));
	vfio_close(&self->dev);
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	ASSERT_EQ(0, mdev_remove(UUID_3));
	for (i = 0; i < N_TYPES; i++)
		EXPECT_EQ(types[i].max, available(&self->sock, i));
}

TEST_F(mdev, device_links_to_its_type_and_parent)
{
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-8C", UUID_1));
	EXPECT_STREQ("nvmux-A30-8C", file_link(MDEV_DEVICES "/%s/mdev_type", UUID_1));
	EXPECT_TRUE(file_exists(PCI_DEVICES "/%s/%s", GPU_A, UUID_1));
	EXPECT_STREQ("nvmux_vgpu", file_link(MDEV_DEVICES "/%s/driver", UUID_1));
	EXPECT_EQ(1, file_count(TYPES "/nvmux-A30-8C/devices", GPU_A));
	EXPECT_TRUE(file_exists(TYPES "/nvmux-A30-8C/devices/%s", GPU_A, UUID_1));
	EXPECT_STRNE("", file_link(MDEV_DEVICES "/%s/iommu_group", UUID_1));
}

static int create(const char *text)
{
	return mdev_create(GPU_A, "A30-8C", text);
}

TEST_F(mdev, nonsense_is_not_created)
{
	EXPECT_EQ(-EINVAL, create("x"));
	EXPECT_EQ(-EINVAL, create("11111111-aaaa-4aaa-8aaa-00000000000"));
	EXPECT_EQ(-EINVAL, create("11111111-aaaa-4aaa-8aaa-00000000000g"));
	EXPECT_EQ(3, available(&self->sock, 2));
	EXPECT_EQ(0, create(UUID_1 "\n"));
	EXPECT_TRUE(mdev_exists(UUID_1));
}

/* Every file below, in any state of the GPU; returns the number of those that failed. */
static int read_all(const char *bdf)
{
	static const char * const files[] = { "name", "description", "device_api",
					      "available_instances" };
	char text[512];
	int i, f, failed = 0;

	for (i = 0; i < N_TYPES; i++)
		for (f = 0; f < 4; f++)
			failed += file_read(text, sizeof(text), TYPES "/nvmux-%s/%s", bdf,
					    types[i].name, files[f]) <= 0;
	return failed;
}

TEST_F(mdev, reads_never_fail)
{
	EXPECT_EQ(0, read_all(GPU_A));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-24C", UUID_1));
	EXPECT_EQ(0, read_all(GPU_A));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	EXPECT_EQ(0, read_all(GPU_A));
	vfio_close(&self->dev);
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(0, read_all(GPU_A));
}

/* A reader that met the end of vgpu mode gets an answer or a missing file, never a wait. */
TEST_F(mdev, files_go_with_the_mode)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_HOST));
	EXPECT_EQ(-ENOENT, file_count(TYPES, GPU_A));
	EXPECT_EQ(-ENOENT, create(UUID_1));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	EXPECT_EQ(N_TYPES, file_count(TYPES, GPU_A));
}

TEST_HARNESS_MAIN
