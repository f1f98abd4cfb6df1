// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a GPU is divided: same-size, mixed-size or MIG; GPU instances; and that nothing of it moves
 * under a vGPU.
 */
#include <errno.h>
#include <string.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>

#define GIB (1ULL << 30)

FIXTURE(partition)
{
	struct nl_sock sock;
};

FIXTURE_SETUP(partition)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
}

FIXTURE_TEARDOWN(partition)
{
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	sim_board_del();
	nl_close(&self->sock);
}

static enum nvmux_partition partition_of(struct nl_sock *sock, const char *bdf)
{
	struct nl_object gpu;

	return gpu_get(sock, bdf, &gpu) ? 0 : nl_u32(&gpu, NVMUX_A_GPU_PARTITION);
}

/* Number of GPU instances. */
static int instances(struct nl_sock *sock, const char *bdf)
{
	const struct nlattr *attr;
	struct nl_object gpu;
	int n = 0;

	if (gpu_get(sock, bdf, &gpu))
		return -1;
	for (attr = &gpu.first; (uint8_t *)attr < gpu.attrs + gpu.len;
	     attr = (void *)((uint8_t *)attr + NLA_ALIGN(attr->nla_len)))
		n += (attr->nla_type & NLA_TYPE_MASK) == NVMUX_A_GPU_GI;
	return n;
}

#define EXPECT_REFUSED(err, call, ...)						\
	do {									\
		EXPECT_EQ(err, call);						\
		EXPECT_STREQ(sim_text(__VA_ARGS__), self->sock.text);		\
	} while (0)

TEST_F(partition, board_tells_what_it_knows)
{
	struct nl_object gpu;

	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &gpu));
	EXPECT_EQ(NVMUX_PARTITION_SAME_SIZE, nl_u32(&gpu, NVMUX_A_GPU_PARTITION));
	EXPECT_EQ(1U << NVMUX_PARTITION_SAME_SIZE | 1U << NVMUX_PARTITION_MIXED_SIZE |
		  1U << NVMUX_PARTITION_MIG, nl_u32(&gpu, NVMUX_A_GPU_PARTITIONS));
	EXPECT_EQ(0, instances(&self->sock, GPU_A));
}

TEST_F(partition, survives_changes_of_mode)
{
	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIG));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
	EXPECT_EQ(NVMUX_PARTITION_MIG, partition_of(&self->sock, GPU_A));
	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIXED_SIZE));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	EXPECT_EQ(NVMUX_PARTITION_MIXED_SIZE, partition_of(&self->sock, GPU_A));
	EXPECT_EQ(NVMUX_PARTITION_SAME_SIZE, partition_of(&self->sock, GPU_B));
}

TEST_F(partition, unknown_to_the_board)
{
	struct nl_object before, after;

	if (sim_board_add("v100", "none"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_C, &before));
	EXPECT_EQ(1U << NVMUX_PARTITION_SAME_SIZE, nl_u32(&before, NVMUX_A_GPU_PARTITIONS));
	EXPECT_REFUSED(-EOPNOTSUPP, gpu_divide(&self->sock, GPU_C, NVMUX_PARTITION_MIXED_SIZE),
		       "gpu %s cannot be divided mixed-size by its board", GPU_C);
	EXPECT_EQ(NVMUX_A_GPU_PARTITION, self->sock.bad_attr);
	EXPECT_REFUSED(-EOPNOTSUPP, gpu_divide(&self->sock, GPU_C, NVMUX_PARTITION_MIG),
		       "gpu %s cannot be divided mig by its board", GPU_C);
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_C, &after));
	EXPECT_TRUE(nl_same_attrs(&before, &after));
}

TEST_F(partition, does_not_change_under_a_vgpu)
{
	struct nl_object before, after;

	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &before));
	EXPECT_REFUSED(-EBUSY, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIG),
		       "gpu %s is held by vgpu %s", GPU_A, UUID_1);
	EXPECT_EQ(NVMUX_A_GPU_PARTITION, self->sock.bad_attr);
	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_SAME_SIZE));
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &after));
	EXPECT_TRUE(nl_same_attrs(&before, &after));
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIG));
}

/* Both or none: a mode that is refused leaves the partitioning alone. */
TEST_F(partition, changes_only_together_with_the_mode)
{
	struct nl_request req;
	struct nl_object gpu;

	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
	nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_SET, 0);
	nl_put_str(&req, NVMUX_A_GPU_BDF, GPU_A);
	nl_put_u32(&req, NVMUX_A_GPU_MODE, NVMUX_MODE_VGPU);
	nl_put_u32(&req, NVMUX_A_GPU_PARTITION, NVMUX_PARTITION_MIG);
	ASSERT_EQ(0, nl_call(&self->sock, &req, &gpu));
	ASSERT_EQ(0, gpu_settle(&self->sock, GPU_A, &gpu));
	EXPECT_EQ(NVMUX_MODE_VGPU, nl_u32(&gpu, NVMUX_A_GPU_MODE));
	EXPECT_EQ(NVMUX_PARTITION_MIG, nl_u32(&gpu, NVMUX_A_GPU_PARTITION));

	if (sim_board_add("rtxa4000", "none"))
		SKIP(return, "another board needs the simulator");
	nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_SET, 0);
	nl_put_str(&req, NVMUX_A_GPU_BDF, GPU_C);
	nl_put_u32(&req, NVMUX_A_GPU_MODE, NVMUX_MODE_VGPU);
	nl_put_u32(&req, NVMUX_A_GPU_PARTITION, NVMUX_PARTITION_MIG);
	EXPECT_EQ(-EOPNOTSUPP, nl_call(&self->sock, &req, &gpu));
	EXPECT_EQ(NVMUX_PARTITION_SAME_SIZE, partition_of(&self->sock, GPU_C));
}

TEST_F(partition, types_of_the_other_kind_are_refused)
{
	struct nl_object type;

	EXPECT_REFUSED(-EOPNOTSUPP, vgpu_new(&self->sock, GPU_A, "A30-1-6C", UUID_1, NULL),
		       "gpu %s is same-size, A30-1-6C needs mig", GPU_A);
	EXPECT_EQ(-EOPNOTSUPP, mdev_create(GPU_A, "A30-1-6C", UUID_1));
	ASSERT_EQ(0, type_get(&self->sock, GPU_A, "A30-1-6C", &type));
	EXPECT_EQ(0, nl_u32(&type, NVMUX_A_TYPE_AVAILABLE));
	EXPECT_STREQ(sim_text("gpu %s is same-size, A30-1-6C needs mig", GPU_A),
		     nl_str(&type, NVMUX_A_TYPE_REASON));
	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIG));
	EXPECT_REFUSED(-EOPNOTSUPP, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL),
		       "gpu %s is mig, A30-4C is time-sliced", GPU_A);
	EXPECT_EQ(-EOPNOTSUPP, mdev_create(GPU_A, "A30-4C", UUID_1));
	EXPECT_EQ(4, type_available(&self->sock, GPU_A, "A30-1-6C"));
}

/* The vendor's tables have no place for two of its types. */
TEST_F(partition, type_without_a_mixed_place_is_refused)
{
	if (sim_board_add("h20", "none"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_VGPU));
	EXPECT_EQ(12, type_available(&self->sock, GPU_C, "H20-8C"));
	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_C, NVMUX_PARTITION_MIXED_SIZE));
	EXPECT_EQ(0, type_available(&self->sock, GPU_C, "H20-8C"));
	EXPECT_REFUSED(-EOPNOTSUPP, vgpu_new(&self->sock, GPU_C, "H20-8C", UUID_1, NULL),
		       "gpu %s is mixed-size, H20-8C has no place", GPU_C);
	EXPECT_EQ(0, vgpu_new(&self->sock, GPU_C, "H20-4C", UUID_1, NULL));
}

TEST_F(partition, mixed_sizes_stand_side_by_side)
{
	struct nl_object vgpu;

	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIXED_SIZE));
	ASSERT_EQ(0, vgpu_new_at(&self->sock, GPU_A, "A30-12C", UUID_1, 12, NULL));
	ASSERT_EQ(0, vgpu_new_at(&self->sock, GPU_A, "A30-8C", UUID_2, 0, &vgpu));
	EXPECT_EQ(0, nl_u64(&vgpu, NVMUX_A_VGPU_OFFSET));
	EXPECT_EQ(8 * GIB, nl_u64(&vgpu, NVMUX_A_VGPU_SIZE));
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_3, &vgpu));
	EXPECT_EQ(8, nl_u32(&vgpu, NVMUX_A_VGPU_PLACEMENT));
	EXPECT_REFUSED(-ENOSPC, vgpu_new(&self->sock, GPU_A, "A30-4C", sim_uuid(4), NULL),
		       "gpu %s has no free placement for type A30-4C", GPU_A);
	EXPECT_EQ(0, type_available(&self->sock, GPU_A, "A30-6C"));
}

TEST_F(partition, mixed_placements_are_the_documented_ones)
{
	static const uint32_t illegal[] = { 4, 16, 1, 24, 400 };
	unsigned int i;

	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIXED_SIZE));
	for (i = 0; i < sizeof(illegal) / sizeof(illegal[0]); i++)
		EXPECT_REFUSED(-EINVAL, vgpu_new_at(&self->sock, GPU_A, "A30-4C", UUID_1,
						    illegal[i], NULL),
			       "placement %u is none of type A30-4C on gpu %s", illegal[i], GPU_A);
	ASSERT_EQ(0, vgpu_new_at(&self->sock, GPU_A, "A30-8C", UUID_1, 0, NULL));
	EXPECT_REFUSED(-ENOSPC, vgpu_new_at(&self->sock, GPU_A, "A30-4C", UUID_2, 0, NULL),
		       "placement 0 of gpu %s is occupied", GPU_A);
	EXPECT_EQ(3, type_available(&self->sock, GPU_A, "A30-4C"));
}

/* Made for the vGPU that needs it, gone with the last one in it. */
TEST_F(partition, instances_come_and_go_with_vgpus)
{
	struct nl_object vgpu;

	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIG));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-2-12C", UUID_1));
	EXPECT_EQ(1, instances(&self->sock, GPU_A));
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-1-6CME", UUID_2, &vgpu));
	EXPECT_STREQ("1g.6gb+me", nl_str(&vgpu, NVMUX_A_VGPU_GI_PROFILE));
	EXPECT_EQ(6 * GIB, nl_u64(&vgpu, NVMUX_A_VGPU_SIZE));
	EXPECT_EQ(2, instances(&self->sock, GPU_A));
	EXPECT_REFUSED(-EUSERS, vgpu_new(&self->sock, GPU_A, "A30-1-6CME", UUID_3, NULL),
		       "gpu %s holds all 1 vgpus of type A30-1-6CME", GPU_A);
	EXPECT_EQ(1, type_available(&self->sock, GPU_A, "A30-1-6C"));
	ASSERT_EQ(0, mdev_remove(UUID_1));
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_2));
	EXPECT_EQ(0, instances(&self->sock, GPU_A));
}

TEST_F(partition, instances_may_be_laid_out)
{
	struct nl_object vgpu;
	uint32_t at;

	EXPECT_REFUSED(-EOPNOTSUPP, gi_new(&self->sock, GPU_A, "1g.6gb", PLACEMENT_ANY, NULL),
		       "gpu %s is same-size, a gpu instance needs mig", GPU_A);
	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIG));
	ASSERT_EQ(0, gi_new(&self->sock, GPU_A, "2g.12gb", 2, &at));
	EXPECT_EQ(2, at);
	EXPECT_REFUSED(-EBUSY, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_SAME_SIZE),
		       "gpu %s has gpu instance 2g.12gb at 2", GPU_A);
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-2-12C", UUID_1, &vgpu));
	EXPECT_EQ(2, nl_u32(&vgpu, NVMUX_A_VGPU_PLACEMENT));
	EXPECT_EQ(12 * GIB, nl_u64(&vgpu, NVMUX_A_VGPU_OFFSET));
	EXPECT_EQ(1, instances(&self->sock, GPU_A));
	EXPECT_REFUSED(-EBUSY, gi_del(&self->sock, GPU_A, 2),
		       "gpu instance 2g.12gb at 2 of gpu %s holds a vgpu", GPU_A);
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(1, instances(&self->sock, GPU_A));
	ASSERT_EQ(0, gi_del(&self->sock, GPU_A, 2));
	EXPECT_EQ(0, instances(&self->sock, GPU_A));
}

TEST_F(partition, instances_have_legal_places)
{
	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIG));
	EXPECT_REFUSED(-EINVAL, gi_new(&self->sock, GPU_A, "2g.12gb", 1, NULL),
		       "placement 1 is none of profile 2g.12gb on gpu %s", GPU_A);
	EXPECT_REFUSED(-EINVAL, gi_new(&self->sock, GPU_A, "3g.20gb", PLACEMENT_ANY, NULL),
		       "gpu %s has no gpu instance profile 3g.20gb", GPU_A);
	ASSERT_EQ(0, gi_new(&self->sock, GPU_A, "1g.6gb", 1, NULL));
	EXPECT_REFUSED(-ENOSPC, gi_new(&self->sock, GPU_A, "2g.12gb", 0, NULL),
		       "placement 0 of gpu %s is occupied", GPU_A);
	EXPECT_REFUSED(-ENOSPC, gi_new(&self->sock, GPU_A, "4g.24gb", PLACEMENT_ANY, NULL),
		       "gpu %s has no space for gpu instance 4g.24gb", GPU_A);
	ASSERT_EQ(0, gi_new(&self->sock, GPU_A, "1g.6gb+me", PLACEMENT_ANY, NULL));
	EXPECT_REFUSED(-EUSERS, gi_new(&self->sock, GPU_A, "1g.6gb+me", PLACEMENT_ANY, NULL),
		       "gpu %s holds no more gpu instances like 1g.6gb+me", GPU_A);
	EXPECT_REFUSED(-ENODEV, gi_del(&self->sock, GPU_A, 7), "gpu %s has no gpu instance at 7",
		       GPU_A);
	EXPECT_REFUSED(-ENOSPC, vgpu_new(&self->sock, GPU_A, "A30-4-24C", UUID_1, NULL),
		       "gpu %s has no gpu instance 4g.24gb with room, nor space for one", GPU_A);
	EXPECT_EQ(2, instances(&self->sock, GPU_A));
}

/* The tenant of the whole GPU finds no trace of them. */
TEST_F(partition, instances_end_with_vgpu_mode)
{
	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_MIG));
	ASSERT_EQ(0, gi_new(&self->sock, GPU_A, "1g.6gb", PLACEMENT_ANY, NULL));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
	EXPECT_EQ(0, instances(&self->sock, GPU_A));
	EXPECT_REFUSED(-EOPNOTSUPP, gi_new(&self->sock, GPU_A, "1g.6gb", PLACEMENT_ANY, NULL),
		       "gpu %s is in passthrough mode, a vgpu needs vgpu mode", GPU_A);
}

TEST_HARNESS_MAIN
