// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many vGPUs fit on a GPU, where they lie, and what is said to one too many.
 */
#include <errno.h>
#include <stdio.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define GIB (1ULL << 30)

FIXTURE(type)
{
	struct nl_sock sock;
};

FIXTURE_VARIANT(type)
{
	const char *name;
	uint32_t gib;
	uint32_t count;
};

FIXTURE_VARIANT_ADD(type, a30_4c) { .name = "A30-4C", .gib = 4, .count = 6 };
FIXTURE_VARIANT_ADD(type, a30_6c) { .name = "A30-6C", .gib = 6, .count = 4 };
FIXTURE_VARIANT_ADD(type, a30_8c) { .name = "A30-8C", .gib = 8, .count = 3 };
FIXTURE_VARIANT_ADD(type, a30_12c) { .name = "A30-12C", .gib = 12, .count = 2 };
FIXTURE_VARIANT_ADD(type, a30_24c) { .name = "A30-24C", .gib = 24, .count = 1 };

FIXTURE_SETUP(type)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
}

FIXTURE_TEARDOWN(type)
{
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

static const char *full(const char *type, uint32_t count)
{
	return sim_text("gpu %s holds %u vgpus, type %s allows %u", GPU_A, count, type, count);
}

TEST_F(type, fills_the_gpu_and_no_more)
{
	struct nl_object vgpu, type;
	uint32_t i;

	for (i = 0; i < variant->count; i++) {
		EXPECT_EQ((int)(variant->count - i),
			  type_available(&self->sock, GPU_A, variant->name));
		ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, variant->name, sim_uuid(i), &vgpu));
		EXPECT_EQ(i * variant->gib, nl_u32(&vgpu, NVMUX_A_VGPU_PLACEMENT));
		EXPECT_EQ(i * variant->gib * GIB, nl_u64(&vgpu, NVMUX_A_VGPU_OFFSET));
		EXPECT_EQ(variant->gib * GIB, nl_u64(&vgpu, NVMUX_A_VGPU_SIZE));
	}
	EXPECT_EQ(-EUSERS, vgpu_new(&self->sock, GPU_A, variant->name, sim_uuid(99), NULL));
	EXPECT_EQ(NVMUX_A_VGPU_TYPE, self->sock.bad_attr);
	EXPECT_STREQ(full(variant->name, variant->count), self->sock.text);
	ASSERT_EQ(0, type_get(&self->sock, GPU_A, variant->name, &type));
	EXPECT_EQ(0, nl_u32(&type, NVMUX_A_TYPE_AVAILABLE));
	EXPECT_STREQ(full(variant->name, variant->count), nl_str(&type, NVMUX_A_TYPE_REASON));
}

TEST_F(type, fills_the_gpu_through_sysfs)
{
	uint32_t i;

	for (i = 0; i < variant->count; i++)
		ASSERT_EQ(0, mdev_create(GPU_A, variant->name, sim_uuid(i)));
	EXPECT_EQ(-EUSERS, mdev_create(GPU_A, variant->name, sim_uuid(99)));
	EXPECT_FALSE(mdev_exists(sim_uuid(99)));
	EXPECT_EQ(0, type_available(&self->sock, GPU_A, variant->name));
}

/* Reserved and published count alike. */
TEST_F(type, fills_the_gpu_both_ways)
{
	uint32_t i;

	for (i = 0; i < variant->count; i++)
		ASSERT_EQ(0, i % 2 ? mdev_create(GPU_A, variant->name, sim_uuid(i)) :
			  vgpu_new(&self->sock, GPU_A, variant->name, sim_uuid(i), NULL));
	EXPECT_EQ(-EUSERS, mdev_create(GPU_A, variant->name, sim_uuid(99)));
	EXPECT_EQ(-EUSERS, vgpu_new(&self->sock, GPU_A, variant->name, sim_uuid(99), NULL));
}

FIXTURE(place)
{
	struct nl_sock sock;
};

FIXTURE_SETUP(place)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_B, NVMUX_MODE_VGPU));
}

FIXTURE_TEARDOWN(place)
{
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	sim_board_del();
	nl_close(&self->sock);
}

TEST_F(place, first_vgpu_sets_the_size)
{
	struct nl_object type;

	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_EQ(-ENOSPC, vgpu_new(&self->sock, GPU_A, "A30-12C", UUID_2, NULL));
	EXPECT_EQ(NVMUX_A_VGPU_TYPE, self->sock.bad_attr);
	EXPECT_STREQ(sim_text("gpu %s: size locked by vgpu %s", GPU_A, UUID_1), self->sock.text);
	EXPECT_EQ(-ENOSPC, mdev_create(GPU_A, "A30-12C", UUID_2));
	ASSERT_EQ(0, type_get(&self->sock, GPU_A, "A30-12C", &type));
	EXPECT_EQ(0, nl_u32(&type, NVMUX_A_TYPE_AVAILABLE));
	EXPECT_STREQ(sim_text("gpu %s: size locked by vgpu %s", GPU_A, UUID_1),
		     nl_str(&type, NVMUX_A_TYPE_REASON));
	EXPECT_EQ(2, type_available(&self->sock, GPU_B, "A30-12C"));
}

TEST_F(place, last_vgpu_frees_the_size)
{
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_2, NULL));
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(0, type_available(&self->sock, GPU_A, "A30-24C"));
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_2));
	EXPECT_EQ(1, type_available(&self->sock, GPU_A, "A30-24C"));
	EXPECT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-24C", UUID_1, NULL));
}

TEST_F(place, is_used_again)
{
	struct nl_object vgpu;
	uint32_t i;

	for (i = 0; i < 6; i++)
		ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", sim_uuid(i), NULL));
	ASSERT_EQ(0, vgpu_del(&self->sock, sim_uuid(4)));
	ASSERT_EQ(0, vgpu_del(&self->sock, sim_uuid(2)));
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, &vgpu));
	EXPECT_EQ(8, nl_u32(&vgpu, NVMUX_A_VGPU_PLACEMENT));
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_2, &vgpu));
	EXPECT_EQ(16, nl_u32(&vgpu, NVMUX_A_VGPU_PLACEMENT));
}

TEST_F(place, may_be_wished)
{
	struct nl_object vgpu;

	ASSERT_EQ(0, vgpu_new_at(&self->sock, GPU_A, "A30-12C", UUID_1, 12, &vgpu));
	EXPECT_EQ(12 * GIB, nl_u64(&vgpu, NVMUX_A_VGPU_OFFSET));
	EXPECT_EQ(-ENOSPC, vgpu_new_at(&self->sock, GPU_A, "A30-12C", UUID_2, 12, NULL));
	EXPECT_STREQ(sim_text("placement 12 of gpu %s is occupied", GPU_A), self->sock.text);
	EXPECT_EQ(NVMUX_A_VGPU_PLACEMENT, self->sock.bad_attr);
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-12C", UUID_2, &vgpu));
	EXPECT_EQ(0, nl_u64(&vgpu, NVMUX_A_VGPU_OFFSET));
}

TEST_F(place, must_be_one_of_the_type)
{
	static const uint32_t places[] = { 1, 6, 24, 25, 4096, UINT32_MAX - 1 };
	unsigned int i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		EXPECT_EQ(-EINVAL, vgpu_new_at(&self->sock, GPU_A, "A30-12C", UUID_1, places[i],
					       NULL));
		EXPECT_STREQ(sim_text("placement %u is none of type A30-12C on gpu %s", places[i],
				      GPU_A), self->sock.text);
		EXPECT_EQ(NVMUX_A_VGPU_PLACEMENT, self->sock.bad_attr);
	}
}

TEST_F(place, unknown_type)
{
	static const char * const names[] = { "", "A30-5C", "nvmux-A30-4C", "a30-4c", "A30-4C ",
					      "A40-8Q" };
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		EXPECT_EQ(-EINVAL, vgpu_new(&self->sock, GPU_A, names[i], UUID_1, NULL));
		EXPECT_EQ(NVMUX_A_VGPU_TYPE, self->sock.bad_attr);
		EXPECT_STREQ(sim_text("gpu %s has no type %s", GPU_A, names[i]), self->sock.text);
	}
}

/* The catalogue knows the board, but this one has a third of its memory. */
TEST_F(place, needs_the_memory_of_the_board)
{
	if (sim_board_add_small("a30", "8192"))
		SKIP(return, "another board needs the simulator");
	EXPECT_EQ(-EIO, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_VGPU));
	EXPECT_STREQ(sim_text("attach: gpu %s has only 8192 of the 24576 MiB of its board",
			      GPU_C), self->sock.text);
	EXPECT_EQ(NVMUX_MODE_HOST, gpu_mode(&self->sock, GPU_C));
}

/* ECC takes a sixteenth: all types are there, and what is lacking is lacking at the slices. */
TEST_F(place, lies_in_the_memory_that_is_there)
{
	struct nl_object vgpu;
	struct vfio_dev dev;
	uint64_t size;

	if (sim_board_add_small("a30", "23040"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_VGPU));
	EXPECT_EQ(6, type_available(&self->sock, GPU_C, "A30-4C"));
	ASSERT_EQ(0, mdev_create(GPU_C, "A30-12C", UUID_1));
	ASSERT_EQ(0, mdev_create(GPU_C, "A30-12C", UUID_2));
	ASSERT_EQ(0, vgpu_get(&self->sock, UUID_2, &vgpu));
	size = nl_u64(&vgpu, NVMUX_A_VGPU_SIZE);
	EXPECT_EQ(11520ULL << 20, size);
	EXPECT_EQ(23040ULL << 20, nl_u64(&vgpu, NVMUX_A_VGPU_OFFSET) + size);
	ASSERT_EQ(0, vfio_open_mdev(&dev, UUID_2));
	ASSERT_EQ(0, vfio_enable(&dev));
	EXPECT_EQ(0, vfio_read32(&dev, VFIO_PCI_BAR1_REGION_INDEX, size - 4));
	EXPECT_EQ(UINT32_MAX, vfio_read32(&dev, VFIO_PCI_BAR1_REGION_INDEX, size));
	vfio_close(&dev);
}

/* In the other modes there is no place at all. */
TEST_F(place, needs_vgpu_mode)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_HOST));
	EXPECT_EQ(-EOPNOTSUPP, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_STREQ(sim_text("gpu %s is in host mode, a vgpu needs vgpu mode", GPU_A),
		     self->sock.text);
	EXPECT_EQ(NVMUX_A_VGPU_GPU, self->sock.bad_attr);
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
	EXPECT_EQ(-EOPNOTSUPP, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_STREQ(sim_text("gpu %s is in passthrough mode, a vgpu needs vgpu mode", GPU_A),
		     self->sock.text);
}

TEST_HARNESS_MAIN
