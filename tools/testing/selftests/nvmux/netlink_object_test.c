// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the netlink family tells: objects one by one, in dumps of none, one and many, and as news.
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

#define GIB (1ULL << 30)

FIXTURE(object)
{
	struct nl_sock sock;
};

FIXTURE_SETUP(object)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
}

FIXTURE_TEARDOWN(object)
{
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

static int gpu_dump(struct nl_sock *sock, struct nl_object *list, int max)
{
	struct nl_request req;

	nl_request_init(&req, sock, NVMUX_CMD_GPU_GET, 0);
	return nl_dump(sock, &req, list, max);
}

static const struct nl_object *find(const struct nl_object *list, int n, int attr,
				    const char *value)
{
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(nl_str(&list[i], attr), value))
			return &list[i];
	return NULL;
}

TEST_F(object, gpus_are_listed_as_each_is_told)
{
	static struct nl_object list[16];
	struct nl_object gpu;
	int n = gpu_dump(&self->sock, list, 16);

	ASSERT_LE(2, n);
	ASSERT_GE(16, n);
	ASSERT_NE(NULL, find(list, n, NVMUX_A_GPU_BDF, GPU_A));
	ASSERT_NE(NULL, find(list, n, NVMUX_A_GPU_BDF, GPU_B));
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &gpu));
	EXPECT_TRUE(nl_same_attrs(&gpu, find(list, n, NVMUX_A_GPU_BDF, GPU_A)));
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_B, &gpu));
	EXPECT_TRUE(nl_same_attrs(&gpu, find(list, n, NVMUX_A_GPU_BDF, GPU_B)));
}

static uint32_t hex_file(const char *bdf, const char *name)
{
	return strtoul(file_line(PCI_DEVICES "/%s/%s", bdf, name), NULL, 16);
}

TEST_F(object, gpu_is_what_sysfs_says)
{
	struct nl_object gpu;

	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &gpu));
	EXPECT_STREQ(GPU_A, nl_str(&gpu, NVMUX_A_GPU_BDF));
	EXPECT_EQ(hex_file(GPU_A, "device"), nl_u32(&gpu, NVMUX_A_GPU_DEVICE_ID));
	EXPECT_EQ(hex_file(GPU_A, "subsystem_vendor"),
		  nl_u32(&gpu, NVMUX_A_GPU_SUBSYSTEM_VENDOR_ID));
	EXPECT_EQ(hex_file(GPU_A, "subsystem_device"), nl_u32(&gpu, NVMUX_A_GPU_SUBSYSTEM_ID));
	EXPECT_EQ(hex_file(GPU_A, "class"), nl_u32(&gpu, NVMUX_A_GPU_CLASS));
	EXPECT_EQ((uint32_t)atoi(file_link(PCI_DEVICES "/%s/iommu_group", GPU_A)),
		  nl_u32(&gpu, NVMUX_A_GPU_IOMMU_GROUP));
}

TEST_F(object, gpu_in_host_mode)
{
	struct nl_object gpu;

	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &gpu));
	EXPECT_STREQ("NVIDIA A30", nl_str(&gpu, NVMUX_A_GPU_BOARD));
	EXPECT_EQ(NVMUX_MODE_HOST, nl_u32(&gpu, NVMUX_A_GPU_MODE));
	EXPECT_EQ(NVMUX_PARTITION_SAME_SIZE, nl_u32(&gpu, NVMUX_A_GPU_PARTITION));
	EXPECT_TRUE(nl_has(&gpu, NVMUX_A_GPU_VGPU_COUNT));
	EXPECT_EQ(0, nl_u32(&gpu, NVMUX_A_GPU_VGPU_COUNT));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_DRIVER));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_TARGET));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_ERROR));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_QUARANTINE));
}

TEST_F(object, gpu_in_vgpu_mode_knows_its_hardware)
{
	struct nl_object gpu;

	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &gpu));
	EXPECT_EQ(0x170, nl_u32(&gpu, NVMUX_A_GPU_CHIP));
	EXPECT_EQ(24 * GIB, nl_u64(&gpu, NVMUX_A_GPU_FB_SIZE));
	EXPECT_EQ(32 * GIB, nl_u64(&gpu, NVMUX_A_GPU_BAR1_SIZE));
	EXPECT_STREQ("nvmux", nl_str(&gpu, NVMUX_A_GPU_DRIVER));
}

static int companions_of(const char *bdf)
{
	char slot[32];
	int fn, n = 0;

	strcpy(slot, bdf);
	for (fn = 1; fn < 8; fn++) {
		slot[strlen(slot) - 1] = '0' + fn;
		n += file_exists(PCI_DEVICES "/%s", slot);
	}
	return n;
}

static int count_attr(const struct nl_object *object, int type)
{
	const uint8_t *at = object->attrs;
	int n = 0;

	while (at < object->attrs + object->len) {
		const struct nlattr *attr = (const void *)at;

		n += (attr->nla_type & NLA_TYPE_MASK) == type;
		at += NLA_ALIGN(attr->nla_len);
	}
	return n;
}

TEST_F(object, gpu_tells_its_companions)
{
	struct nl_object gpu;

	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &gpu));
	EXPECT_EQ(companions_of(GPU_A), count_attr(&gpu, NVMUX_A_GPU_COMPANION));
}

TEST_F(object, types_tell_why_none_can_be_created)
{
	struct nl_object type;

	ASSERT_EQ(0, type_get(&self->sock, GPU_A, "A30-12C", &type));
	EXPECT_EQ(0, nl_u32(&type, NVMUX_A_TYPE_AVAILABLE));
	EXPECT_STREQ(sim_text("gpu %s is in host mode, a vgpu needs vgpu mode", GPU_A),
		     nl_str(&type, NVMUX_A_TYPE_REASON));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, type_get(&self->sock, GPU_A, "A30-12C", &type));
	EXPECT_EQ(2, nl_u32(&type, NVMUX_A_TYPE_AVAILABLE));
	EXPECT_FALSE(nl_has(&type, NVMUX_A_TYPE_REASON));
}

TEST_F(object, type_has_the_figures_of_the_catalogue)
{
	struct nl_object type;

	ASSERT_EQ(0, type_get(&self->sock, GPU_A, "A30-12C", &type));
	EXPECT_STREQ(GPU_A, nl_str(&type, NVMUX_A_TYPE_GPU));
	EXPECT_STREQ("nvmux-A30-12C", nl_str(&type, NVMUX_A_TYPE_MDEV_TYPE));
	EXPECT_STREQ("NVIDIA A30-12C", nl_str(&type, NVMUX_A_TYPE_LABEL));
	EXPECT_STREQ("C", nl_str(&type, NVMUX_A_TYPE_SERIES));
	EXPECT_EQ(12 * GIB, nl_u64(&type, NVMUX_A_TYPE_FB_SIZE));
	EXPECT_EQ(16 * GIB, nl_u64(&type, NVMUX_A_TYPE_BAR1_SIZE));
	EXPECT_EQ(2, nl_u32(&type, NVMUX_A_TYPE_MAX_INSTANCES));
	EXPECT_EQ(0x20b7, nl_u32(&type, NVMUX_A_TYPE_DEVICE_ID));
	EXPECT_EQ(0x158f, nl_u32(&type, NVMUX_A_TYPE_SUBSYSTEM_ID));
}

TEST_F(object, types_of_one_gpu_or_of_all)
{
	static struct nl_object list[64];

	EXPECT_EQ(10, type_dump(&self->sock, GPU_A, list, 64));
	EXPECT_EQ(10, type_dump(&self->sock, GPU_B, list, 64));
	EXPECT_LE(20, type_dump(&self->sock, NULL, list, 64));
	EXPECT_EQ(-ENODEV, type_dump(&self->sock, "0000:99:00.0", list, 64));
	EXPECT_STREQ("no gpu 0000:99:00.0", self->sock.text);
	EXPECT_EQ(NVMUX_A_TYPE_GPU, self->sock.bad_attr);
}

TEST_F(object, vgpus_none_one_and_many)
{
	static struct nl_object list[16];
	struct nl_object vgpu;
	int i;

	EXPECT_EQ(0, vgpu_dump(&self->sock, NULL, list, 16));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_B, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", sim_uuid(0), &vgpu));
	ASSERT_EQ(1, vgpu_dump(&self->sock, NULL, list, 16));
	EXPECT_TRUE(nl_same_attrs(&vgpu, &list[0]));
	for (i = 1; i < 12; i++)
		ASSERT_EQ(0, vgpu_new(&self->sock, i % 2 ? GPU_B : GPU_A, "A30-4C", sim_uuid(i),
				      NULL));
	EXPECT_EQ(12, vgpu_dump(&self->sock, NULL, list, 16));
	for (i = 0; i < 12; i++)
		EXPECT_NE(NULL, find(list, 12, NVMUX_A_VGPU_UUID, sim_uuid(i)));
	EXPECT_EQ(6, vgpu_dump(&self->sock, GPU_B, list, 16));
	EXPECT_EQ(-ENODEV, vgpu_dump(&self->sock, "0000:99:00.0", list, 16));
}

FIXTURE(news)
{
	struct nl_sock sock;
	struct nl_sock monitor;
};

FIXTURE_SETUP(news)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, nl_open(&self->monitor));
	ASSERT_EQ(0, nl_monitor(&self->monitor));
}

FIXTURE_TEARDOWN(news)
{
	nl_close(&self->monitor);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

/* What is told of a switch: its beginning, and at last its end. */
TEST_F(news, of_a_switch)
{
	struct nl_object event, gpu;

	ASSERT_EQ(0, gpu_set(&self->sock, GPU_A, NVMUX_MODE_VGPU, 0));
	ASSERT_EQ(0, nl_event(&self->monitor, &event, SWITCH_MS));
	EXPECT_EQ(NVMUX_CMD_GPU_NTF, event.cmd);
	EXPECT_STREQ(GPU_A, nl_str(&event, NVMUX_A_GPU_BDF));
	EXPECT_EQ(NVMUX_MODE_HOST, nl_u32(&event, NVMUX_A_GPU_MODE));
	EXPECT_EQ(NVMUX_MODE_VGPU, nl_u32(&event, NVMUX_A_GPU_TARGET));
	while (nl_has(&event, NVMUX_A_GPU_TARGET))
		ASSERT_EQ(0, nl_event(&self->monitor, &event, SWITCH_MS));
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &gpu));
	EXPECT_TRUE(nl_same_attrs(&gpu, &event));
	EXPECT_EQ(-ETIMEDOUT, nl_event(&self->monitor, &event, 100));
}

TEST_F(news, of_a_request_that_changes_nothing)
{
	struct nl_object event;

	ASSERT_EQ(0, gpu_set(&self->sock, GPU_A, NVMUX_MODE_HOST, 0));
	EXPECT_EQ(-ENODEV, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(-ETIMEDOUT, nl_event(&self->monitor, &event, 100));
}

/* The next event, which must be @cmd and, unless it tells of an end, what vgpu-get tells now. */
#define EXPECT_VGPU_EVENT(wanted)						\
	do {									\
		ASSERT_EQ(0, nl_event(&self->monitor, &event, 2000));		\
		EXPECT_EQ(wanted, event.cmd);					\
		if (!vgpu_get(&self->sock, UUID_1, &vgpu))			\
			EXPECT_TRUE(nl_same_attrs(&vgpu, &event));		\
	} while (0)

/* The next event tells that the GPU holds @count vGPUs now. */
#define EXPECT_COUNT_EVENT(count)						\
	do {									\
		ASSERT_EQ(0, nl_event(&self->monitor, &event, 2000));		\
		EXPECT_EQ(NVMUX_CMD_GPU_NTF, event.cmd);			\
		EXPECT_STREQ(GPU_A, nl_str(&event, NVMUX_A_GPU_BDF));		\
		EXPECT_EQ(count, nl_u32(&event, NVMUX_A_GPU_VGPU_COUNT));	\
	} while (0)

TEST_F(news, of_a_life)
{
	struct vfio_dev dev;
	struct nl_object event, vgpu;

	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	while (!nl_event(&self->monitor, &event, 200))
		;
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_COUNT_EVENT(1);
	EXPECT_VGPU_EVENT(NVMUX_CMD_VGPU_NTF);
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	EXPECT_VGPU_EVENT(NVMUX_CMD_VGPU_NTF);
	ASSERT_EQ(0, vfio_open_mdev(&dev, UUID_1));
	EXPECT_VGPU_EVENT(NVMUX_CMD_VGPU_NTF);
	EXPECT_EQ((uint32_t)getpid(), nl_u32(&event, NVMUX_A_VGPU_PID));
	vfio_close(&dev);
	EXPECT_VGPU_EVENT(NVMUX_CMD_VGPU_NTF);
	EXPECT_FALSE(nl_has(&event, NVMUX_A_VGPU_PID));
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_VGPU_EVENT(NVMUX_CMD_VGPU_DEL_NTF);
	EXPECT_TRUE(nl_same_attrs(&vgpu, &event));
	EXPECT_COUNT_EVENT(0);
	ASSERT_EQ(0, mdev_remove(UUID_1));
	EXPECT_EQ(-ETIMEDOUT, nl_event(&self->monitor, &event, 100));
}

TEST_HARNESS_MAIN
