// SPDX-License-Identifier: GPL-2.0-only
/*
 * All types of one board per generation: each fills the GPU to exactly the count that it claims,
 * in each partitioning, and mdev shows the same types as netlink.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>

#define TYPES PCI_DEVICES "/%s/mdev_supported_types"

FIXTURE(board)
{
	struct nl_sock sock;
	struct nl_object *types;
	int n_types;
};

FIXTURE_VARIANT(board)
{
	const char *model;
	int n_types;
};

#define BOARD(name, n) FIXTURE_VARIANT_ADD(board, name) { .model = #name, .n_types = n }

BOARD(v100, 17);
BOARD(a100, 13);
BOARD(a40, 30);
BOARD(l4, 24);
BOARD(h100, 15);
BOARD(rtxpro6000, 72);

FIXTURE_SETUP(board)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	self->types = calloc(TYPES_MAX, sizeof(*self->types));
	ASSERT_NE(NULL, self->types);
	if (sim_board_add(variant->model, "none"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_VGPU));
	self->n_types = type_dump(&self->sock, GPU_C, self->types, TYPES_MAX);
	ASSERT_EQ(variant->n_types, self->n_types);
}

FIXTURE_TEARDOWN(board)
{
	free(self->types);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	sim_board_del();
	nl_close(&self->sock);
}

/* How many of a type the table says fit into the GPU as it is divided. */
static uint32_t claimed(const struct nl_object *type, enum nvmux_partition partition)
{
	if (nl_has(type, NVMUX_A_TYPE_GI_PROFILE) != (partition == NVMUX_PARTITION_MIG))
		return 0;
	return nl_u32(type, partition == NVMUX_PARTITION_MIXED_SIZE ? NVMUX_A_TYPE_MAX_MIXED :
								      NVMUX_A_TYPE_MAX_INSTANCES);
}

static int expected_error(enum nvmux_partition partition, uint32_t count)
{
	if (!count)
		return -EOPNOTSUPP;
	return partition == NVMUX_PARTITION_MIXED_SIZE ? -ENOSPC : -EUSERS;
}

/* Number of vGPUs of a type that were created before the first refusal. */
static uint32_t fill(struct nl_sock *sock, const char *type, int *err)
{
	uint32_t n;

	for (n = 0; n <= 48; n++) {
		*err = vgpu_new(sock, GPU_C, type, sim_uuid(n), NULL);
		if (*err)
			break;
	}
	return n;
}

static int drain(struct nl_sock *sock, uint32_t n)
{
	int err = 0;

	while (n-- && !err)
		err = vgpu_del(sock, sim_uuid(n));
	return err;
}

/* 0 when a type fills the GPU as it should, else the number of what went wrong first. */
static int check_type(struct nl_sock *sock, const struct nl_object *type,
		      enum nvmux_partition partition)
{
	const char *name = nl_str(type, NVMUX_A_TYPE_NAME);
	uint32_t count = claimed(type, partition);
	int err;

	if (type_available(sock, GPU_C, name) != (int)count)
		return 1;
	if (fill(sock, name, &err) != count || err != expected_error(partition, count))
		return 2;
	if (!strstr(sock->text, GPU_C) || type_available(sock, GPU_C, name))
		return 3;
	if (!count)
		return 0;
	if (vgpu_del(sock, sim_uuid(count / 2)) || type_available(sock, GPU_C, name) != 1 ||
	    vgpu_new(sock, GPU_C, name, sim_uuid(count / 2), NULL))
		return 4;
	if (drain(sock, count) || type_available(sock, GPU_C, name) != (int)count)
		return 5;
	return 0;
}

TEST_F_TIMEOUT(board, each_type_fills_it_exactly, 240)
{
	enum nvmux_partition partition;
	struct nl_object gpu;
	uint32_t known;
	int i;

	ASSERT_EQ(0, gpu_get(&self->sock, GPU_C, &gpu));
	known = nl_u32(&gpu, NVMUX_A_GPU_PARTITIONS);
	for (partition = NVMUX_PARTITION_SAME_SIZE; partition <= NVMUX_PARTITION_MIG;
	     partition++) {
		if (!(known & 1U << partition))
			continue;
		ASSERT_EQ(0, gpu_divide(&self->sock, GPU_C, partition));
		for (i = 0; i < self->n_types; i++)
			EXPECT_EQ(0, check_type(&self->sock, &self->types[i], partition)) {
				TH_LOG("partition %d, type %s: %s", partition,
				       nl_str(&self->types[i], NVMUX_A_TYPE_NAME),
				       self->sock.text);
			}
	}
}

static const char *mdev_file(const struct nl_object *type, const char *file)
{
	return file_line(TYPES "/%s/%s", GPU_C, nl_str(type, NVMUX_A_TYPE_MDEV_TYPE), file);
}

static bool is_name(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
	       strlen(text);
}

TEST_F(board, mdev_shows_what_netlink_tells)
{
	const struct nl_object *type;

	EXPECT_EQ(self->n_types, file_count(TYPES, GPU_C));
	for (type = self->types; type < self->types + self->n_types; type++) {
		EXPECT_TRUE(is_name(nl_str(type, NVMUX_A_TYPE_MDEV_TYPE)));
		EXPECT_STREQ(nl_str(type, NVMUX_A_TYPE_LABEL), mdev_file(type, "name"));
		EXPECT_EQ(nl_u32(type, NVMUX_A_TYPE_AVAILABLE),
			  (uint32_t)atoi(mdev_file(type, "available_instances")));
		EXPECT_STREQ(sim_text("num_heads=%u, frl_config=%u, framebuffer=%lluM, "
				      "max_resolution=%ux%u, max_instance=%u",
				      nl_u32(type, NVMUX_A_TYPE_HEADS),
				      nl_u32(type, NVMUX_A_TYPE_FRL),
				      (unsigned long long)nl_u64(type, NVMUX_A_TYPE_FB_SIZE) >> 20,
				      nl_u32(type, NVMUX_A_TYPE_MAX_X),
				      nl_u32(type, NVMUX_A_TYPE_MAX_Y),
				      nl_u32(type, NVMUX_A_TYPE_MAX_INSTANCES)),
			     mdev_file(type, "description"));
	}
}

TEST_HARNESS_MAIN
