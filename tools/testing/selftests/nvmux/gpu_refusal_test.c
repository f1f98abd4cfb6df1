// SPDX-License-Identifier: GPL-2.0-only
/*
 * No switch under a user (I3): the request is refused, names who is in the way, and everything is
 * as before (I4).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define VGPUS_MAX 16

/* All that a refused switch could have touched. */
struct picture {
	struct nl_object gpu[2];
	struct nl_object vgpus[VGPUS_MAX];
	int n_vgpus;
	int mdevs;
	int types;
};

static int picture_take(struct nl_sock *sock, struct picture *picture)
{
	memset(picture, 0, sizeof(*picture));
	picture->n_vgpus = vgpu_dump(sock, NULL, picture->vgpus, VGPUS_MAX);
	picture->mdevs = file_count(MDEV_DEVICES);
	picture->types = file_count(PCI_DEVICES "/%s/mdev_supported_types", GPU_A);
	return gpu_get(sock, GPU_A, &picture->gpu[0]) || gpu_get(sock, GPU_B, &picture->gpu[1]);
}

static bool picture_same(const struct picture *a, const struct picture *b)
{
	int i;

	for (i = 0; i < a->n_vgpus; i++)
		if (!nl_same_attrs(&a->vgpus[i], &b->vgpus[i]))
			return false;
	return a->n_vgpus == b->n_vgpus && a->mdevs == b->mdevs && a->types == b->types &&
	       nl_same_attrs(&a->gpu[0], &b->gpu[0]) && nl_same_attrs(&a->gpu[1], &b->gpu[1]);
}

static struct picture before, after;

/* GPU @bdf refuses to go to @mode, with @why, and nothing has changed. */
#define EXPECT_REFUSED(bdf, mode, why)						\
	do {									\
		ASSERT_EQ(0, picture_take(&self->sock, &before));		\
		EXPECT_EQ(-EBUSY, gpu_set(&self->sock, bdf, mode,		\
					  NVMUX_SET_FLAGS_DETACH));		\
		EXPECT_EQ(NVMUX_A_GPU_MODE, self->sock.bad_attr);		\
		EXPECT_STREQ(why, self->sock.text);				\
		ASSERT_EQ(0, picture_take(&self->sock, &after));		\
		EXPECT_TRUE(picture_same(&before, &after));			\
	} while (0)

FIXTURE(shared)
{
	struct nl_sock sock;
	struct vfio_dev dev;
};

FIXTURE_SETUP(shared)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
}

FIXTURE_TEARDOWN(shared)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

static const char *held_by(const char *uuid)
{
	return sim_text("gpu %s is held by vgpu %s", GPU_A, uuid);
}

TEST_F(shared, reserved_vgpu_keeps_the_mode)
{
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_HOST, held_by(UUID_1));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_PASSTHROUGH, held_by(UUID_1));
}

TEST_F(shared, published_vgpu_keeps_the_mode)
{
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_HOST, held_by(UUID_1));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_PASSTHROUGH, held_by(UUID_1));
}

TEST_F(shared, open_vgpu_keeps_the_mode)
{
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_HOST, held_by(UUID_1));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_PASSTHROUGH, held_by(UUID_1));
	EXPECT_EQ(0x10de, vfio_config(&self->dev, 0, 2));
}

/* Of several, the one that is hardest to be rid of. */
TEST_F(shared, refusal_names_the_one_in_use)
{
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_2));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_3));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_2));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_HOST, held_by(UUID_2));
	vfio_close(&self->dev);
	ASSERT_EQ(0, mdev_remove(UUID_2));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_HOST, held_by(UUID_3));
}

TEST_F(shared, last_vgpu_frees_the_mode)
{
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_HOST, held_by(UUID_1));
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_HOST));
}

/* The mdev device that a deleted vGPU left behind holds nothing, and goes with the mode. */
TEST_F(shared, empty_mdev_device_does_not_keep_the_mode)
{
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	ASSERT_TRUE(mdev_exists(UUID_1));
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_HOST));
	EXPECT_FALSE(mdev_exists(UUID_1));
}

TEST_F(shared, neighbour_may_switch)
{
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_B, NVMUX_MODE_PASSTHROUGH));
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_B, NVMUX_MODE_VGPU));
	EXPECT_EQ(NVMUX_VGPU_STATE_OPEN, vgpu_state(&self->sock, UUID_1));
}

FIXTURE(whole)
{
	struct nl_sock sock;
	struct vfio_dev dev;
};

FIXTURE_SETUP(whole)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
}

FIXTURE_TEARDOWN(whole)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	sim_board_del();
	nl_close(&self->sock);
}

static const char *open_through_group(const char *bdf)
{
	return sim_text("gpu %s is open through vfio (iommu group %s)", bdf,
			file_link(PCI_DEVICES "/%s/iommu_group", bdf));
}

TEST_F(whole, open_gpu_keeps_the_mode)
{
	ASSERT_EQ(0, vfio_open_pci(&self->dev, GPU_A));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_HOST, open_through_group(GPU_A));
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_VGPU, open_through_group(GPU_A));
	vfio_close(&self->dev);
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_HOST));
}

/* The device alone is enough, whoever made the group and the container is gone. */
TEST_F(whole, device_without_its_group_keeps_the_mode)
{
	ASSERT_EQ(0, vfio_open_pci(&self->dev, GPU_A));
	close(self->dev.group);
	close(self->dev.container);
	self->dev.group = -1;
	self->dev.container = -1;
	EXPECT_REFUSED(GPU_A, NVMUX_MODE_HOST, open_through_group(GPU_A));
}

/* The audio function of the board is in use, not the GPU. */
TEST_F(whole, open_companion_keeps_the_mode)
{
	if (sim_board_add("rtxa6000", "audio"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vfio_open_pci(&self->dev, "0001:01:00.1"));
	EXPECT_REFUSED(GPU_C, NVMUX_MODE_HOST, open_through_group(GPU_C));
	vfio_close(&self->dev);
	EXPECT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_HOST));
}

TEST_HARNESS_MAIN
