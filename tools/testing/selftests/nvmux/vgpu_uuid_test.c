// SPDX-License-Identifier: GPL-2.0-only
/*
 * The name of a vGPU: a UUID, one per host, in any case of letters.
 */
#include <errno.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>

FIXTURE(uuid)
{
	struct nl_sock sock;
};

FIXTURE_SETUP(uuid)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_B, NVMUX_MODE_VGPU));
}

FIXTURE_TEARDOWN(uuid)
{
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

static const char * const malformed[] = {
	"",
	"x",
	"11111111-aaaa-4aaa-8aaa-00000000000",
	"11111111-aaaa-4aaa-8aaa-0000000000011",
	"11111111-aaaa-4aaa-8aaa-00000000000g",
	"11111111aaaa-4aaa-8aaa-0000000000011",
	"11111111_aaaa_4aaa_8aaa_000000000001",
	"{1111111-aaaa-4aaa-8aaa-00000000001}",
	" 1111111-aaaa-4aaa-8aaa-000000000001",
	"11111111-aaaa-4aaa-8aaa-000000000001\n",
	"111111111111111111111111111111111111111111111111",
};

TEST_F(uuid, malformed)
{
	unsigned int i;

	for (i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		const char *why = sim_text("uuid \"%s\" is malformed", malformed[i]);

		EXPECT_EQ(-EINVAL, vgpu_new(&self->sock, GPU_A, "A30-4C", malformed[i], NULL));
		EXPECT_EQ(NVMUX_A_VGPU_UUID, self->sock.bad_attr);
		EXPECT_STREQ(why, self->sock.text);
		EXPECT_EQ(-EINVAL, vgpu_del(&self->sock, malformed[i]));
		EXPECT_STREQ(why, self->sock.text);
	}
	EXPECT_EQ(6, type_available(&self->sock, GPU_A, "A30-4C"));
}

TEST_F(uuid, upper_case_is_the_same)
{
	static const char upper[] = "ABCDEF01-ABCD-4ABC-8ABC-ABCDEFABCDEF";
	static const char lower[] = "abcdef01-abcd-4abc-8abc-abcdefabcdef";
	struct nl_object vgpu;

	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", upper, &vgpu));
	EXPECT_STREQ(lower, nl_str(&vgpu, NVMUX_A_VGPU_UUID));
	EXPECT_EQ(0, vgpu_get(&self->sock, lower, &vgpu));
	EXPECT_EQ(0, vgpu_get(&self->sock, upper, &vgpu));
	EXPECT_EQ(-EADDRINUSE, vgpu_new(&self->sock, GPU_A, "A30-4C", lower, NULL));
	EXPECT_EQ(0, vgpu_del(&self->sock, upper));
}

/* Taken, whichever GPU holds it and in whichever state it is. */
TEST_F(uuid, is_unique_on_the_host)
{
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_EQ(-EADDRINUSE, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_EQ(NVMUX_A_VGPU_UUID, self->sock.bad_attr);
	EXPECT_STREQ("uuid " UUID_1 " is taken", self->sock.text);
	EXPECT_EQ(-EADDRINUSE, vgpu_new(&self->sock, GPU_B, "A30-4C", UUID_1, NULL));
	EXPECT_EQ(NVMUX_A_VGPU_UUID, self->sock.bad_attr);
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	EXPECT_EQ(-EADDRINUSE, vgpu_new(&self->sock, GPU_B, "A30-4C", UUID_1, NULL));
	EXPECT_EQ(5, type_available(&self->sock, GPU_A, "A30-4C"));
	EXPECT_EQ(6, type_available(&self->sock, GPU_B, "A30-4C"));
}

TEST_F(uuid, reserved_one_is_redeemed_only_as_reserved)
{
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_EQ(-EADDRINUSE, mdev_create(GPU_B, "A30-4C", UUID_1));
	EXPECT_EQ(-EINVAL, mdev_create(GPU_A, "A30-6C", UUID_1));
	EXPECT_EQ(NVMUX_VGPU_STATE_RESERVED, vgpu_state(&self->sock, UUID_1));
	EXPECT_FALSE(mdev_exists(UUID_1));
	EXPECT_EQ(6, type_available(&self->sock, GPU_B, "A30-4C"));
	EXPECT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
}

TEST_F(uuid, published_one_is_not_created_twice)
{
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	EXPECT_EQ(-EEXIST, mdev_create(GPU_A, "A30-4C", UUID_1));
	EXPECT_EQ(-EEXIST, mdev_create(GPU_B, "A30-4C", UUID_1));
	EXPECT_EQ(NVMUX_VGPU_STATE_PUBLISHED, vgpu_state(&self->sock, UUID_1));
	EXPECT_EQ(5, type_available(&self->sock, GPU_A, "A30-4C"));
}

TEST_F(uuid, is_free_again_when_it_has_gone)
{
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_B, "A30-8C", UUID_1, NULL));
	EXPECT_EQ(6, type_available(&self->sock, GPU_A, "A30-4C"));
}

TEST_HARNESS_MAIN
