// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a vGPU: reserved, published, open, gone; over netlink and over sysfs alike, and
 * whoever dies in between, no capacity is lost (I9).
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

FIXTURE(vgpu)
{
	struct nl_sock sock;
	struct vfio_dev dev;
};

FIXTURE_SETUP(vgpu)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_B, NVMUX_MODE_VGPU));
}

FIXTURE_TEARDOWN(vgpu)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

#define EXPECT_STATE(uuid, state)						\
	EXPECT_EQ(NVMUX_VGPU_STATE_##state, vgpu_state(&self->sock, uuid))
#define EXPECT_GONE(uuid)							\
	do {									\
		EXPECT_EQ(0, vgpu_state(&self->sock, uuid));			\
		EXPECT_STREQ("no vgpu " uuid, self->sock.text);			\
	} while (0)

static uint32_t vgpu_count(struct nl_sock *sock, const char *bdf)
{
	struct nl_object gpu;

	return gpu_get(sock, bdf, &gpu) ? UINT32_MAX : nl_u32(&gpu, NVMUX_A_GPU_VGPU_COUNT);
}

TEST_F(vgpu, from_reservation_to_deletion)
{
	struct nl_object vgpu;

	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-8C", UUID_1, &vgpu));
	EXPECT_STREQ(GPU_A, nl_str(&vgpu, NVMUX_A_VGPU_GPU));
	EXPECT_STREQ(UUID_1, nl_str(&vgpu, NVMUX_A_VGPU_UUID));
	EXPECT_STREQ("A30-8C", nl_str(&vgpu, NVMUX_A_VGPU_TYPE));
	EXPECT_STATE(UUID_1, RESERVED);
	EXPECT_FALSE(mdev_exists(UUID_1));
	EXPECT_EQ(1, vgpu_count(&self->sock, GPU_A));

	ASSERT_EQ(0, mdev_create(GPU_A, "A30-8C", UUID_1));
	EXPECT_STATE(UUID_1, PUBLISHED);
	EXPECT_TRUE(mdev_exists(UUID_1));
	EXPECT_EQ(1, vgpu_count(&self->sock, GPU_A));

	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	EXPECT_STATE(UUID_1, OPEN);
	ASSERT_EQ(0, vgpu_get(&self->sock, UUID_1, &vgpu));
	EXPECT_EQ((uint32_t)getpid(), nl_u32(&vgpu, NVMUX_A_VGPU_PID));
	EXPECT_STREQ(file_line("/proc/self/comm"), nl_str(&vgpu, NVMUX_A_VGPU_COMM));

	vfio_close(&self->dev);
	EXPECT_STATE(UUID_1, PUBLISHED);
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_GONE(UUID_1);
	EXPECT_EQ(0, vgpu_count(&self->sock, GPU_A));
	EXPECT_EQ(0, mdev_remove(UUID_1));
	EXPECT_FALSE(mdev_exists(UUID_1));
}

TEST_F(vgpu, removal_of_the_mdev_device_ends_it)
{
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-8C", UUID_1));
	ASSERT_EQ(0, mdev_remove(UUID_1));
	EXPECT_GONE(UUID_1);
	EXPECT_EQ(3, type_available(&self->sock, GPU_A, "A30-8C"));
}

/* libvirt and mdevctl create without a reservation: nobody can tell the difference. */
TEST_F(vgpu, plain_create_gives_the_same)
{
	struct nl_object reserved, plain;

	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-6C", UUID_1, NULL));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-6C", UUID_1));
	ASSERT_EQ(0, vgpu_get(&self->sock, UUID_1, &reserved));
	ASSERT_EQ(0, mdev_remove(UUID_1));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-6C", UUID_1));
	ASSERT_EQ(0, vgpu_get(&self->sock, UUID_1, &plain));
	EXPECT_TRUE(nl_same_attrs(&reserved, &plain));
}

TEST_F(vgpu, reservation_ends_with_its_socket)
{
	struct nl_sock other;

	ASSERT_EQ(0, nl_open(&other));
	ASSERT_EQ(0, vgpu_new(&other, GPU_A, "A30-4C", UUID_1, NULL));
	ASSERT_EQ(0, vgpu_new(&other, GPU_B, "A30-4C", UUID_2, NULL));
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_3, NULL));
	nl_close(&other);
	EXPECT_GONE(UUID_1);
	EXPECT_GONE(UUID_2);
	EXPECT_STATE(UUID_3, RESERVED);
	EXPECT_EQ(5, type_available(&self->sock, GPU_A, "A30-4C"));
}

TEST_F(vgpu, what_was_redeemed_outlives_the_socket)
{
	struct nl_sock other;

	ASSERT_EQ(0, nl_open(&other));
	ASSERT_EQ(0, vgpu_new(&other, GPU_A, "A30-4C", UUID_1, NULL));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	nl_close(&other);
	EXPECT_STATE(UUID_1, PUBLISHED);
}

/* Forks a process that does @step and waits to be killed. */
static pid_t start(int (*step)(void))
{
	int ready[2];
	pid_t pid;
	char c;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!step())
			(void)!write(ready[1], "", 1);
		close(ready[0]);
		close(ready[1]);
		pause();
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		pid = -1;
	close(ready[0]);
	return pid;
}

static void kill_hard(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int reserve_step(void)
{
	struct nl_sock sock;

	return nl_open(&sock) || vgpu_new(&sock, GPU_A, "A30-4C", UUID_1, NULL);
}

static int open_step(void)
{
	struct vfio_dev dev;

	return vfio_open_mdev(&dev, UUID_1);
}

TEST_F(vgpu, killed_while_reserving)
{
	pid_t pid = start(reserve_step);

	ASSERT_LT(0, pid);
	EXPECT_STATE(UUID_1, RESERVED);
	kill_hard(pid);
	EXPECT_GONE(UUID_1);
}

TEST_F(vgpu, killed_while_open)
{
	struct nl_object vgpu;
	pid_t pid;

	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	pid = start(open_step);
	ASSERT_LT(0, pid);
	EXPECT_STATE(UUID_1, OPEN);
	kill_hard(pid);
	EXPECT_STATE(UUID_1, PUBLISHED);
	ASSERT_EQ(0, vgpu_get(&self->sock, UUID_1, &vgpu));
	EXPECT_FALSE(nl_has(&vgpu, NVMUX_A_VGPU_PID));
	EXPECT_FALSE(nl_has(&vgpu, NVMUX_A_VGPU_COMM));
	EXPECT_EQ(0, mdev_remove(UUID_1));
}

TEST_F(vgpu, open_one_is_not_deleted)
{
	struct nl_object before, after;

	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vgpu_get(&self->sock, UUID_1, &before));
	EXPECT_EQ(-EBUSY, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(NVMUX_A_VGPU_UUID, self->sock.bad_attr);
	EXPECT_STREQ(sim_text("vgpu " UUID_1 " open in pid %d (%s)", getpid(),
			      file_line("/proc/self/comm")), self->sock.text);
	ASSERT_EQ(0, vgpu_get(&self->sock, UUID_1, &after));
	EXPECT_TRUE(nl_same_attrs(&before, &after));
	EXPECT_EQ(0x10de, vfio_config(&self->dev, 0, 2));
}

static int open_as_qemu_step(void)
{
	return prctl(PR_SET_NAME, "qemu-system-x86") || open_step();
}

/* The longest command and a pid as a busy host has them: the sentence must still be whole. */
TEST_F(vgpu, refusal_names_a_holder_with_long_names)
{
	char last_pid[] = "4190000";
	char pid_max[32];
	pid_t pid;

	strcpy(pid_max, file_line("/proc/sys/kernel/pid_max"));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	if (file_write("4194304", "/proc/sys/kernel/pid_max") ||
	    file_write(last_pid, "/proc/sys/kernel/ns_last_pid"))
		SKIP(return, "this kernel does not let pids be chosen");
	pid = start(open_as_qemu_step);
	file_write("300", "/proc/sys/kernel/ns_last_pid");
	file_write(pid_max, "/proc/sys/kernel/pid_max");
	ASSERT_LT(4190000, pid);
	EXPECT_EQ(-EBUSY, vgpu_del(&self->sock, UUID_1));
	EXPECT_STREQ(sim_text("vgpu " UUID_1 " open in pid %d (qemu-system-x86)", pid),
		     self->sock.text);
	kill_hard(pid);
}

/* The capacity is free at once; what is left over can be neither opened nor harmful. */
TEST_F(vgpu, deleted_one_leaves_an_empty_mdev_device)
{
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-24C", UUID_1));
	ASSERT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(1, type_available(&self->sock, GPU_A, "A30-24C"));
	EXPECT_TRUE(mdev_exists(UUID_1));
	EXPECT_EQ(-ENODEV, vfio_open_mdev(&self->dev, UUID_1));
	EXPECT_EQ(0, mdev_create(GPU_A, "A30-24C", UUID_2));
	EXPECT_EQ(0, mdev_remove(UUID_1));
	EXPECT_FALSE(mdev_exists(UUID_1));
	EXPECT_STATE(UUID_2, PUBLISHED);
}

TEST_F(vgpu, unknown_one)
{
	EXPECT_EQ(-ENODEV, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(NVMUX_A_VGPU_UUID, self->sock.bad_attr);
	EXPECT_STREQ("no vgpu " UUID_1, self->sock.text);
	EXPECT_GONE(UUID_1);
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_EQ(0, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(-ENODEV, vgpu_del(&self->sock, UUID_1));
}

/* Only the one who knows the UUID redeems, so anybody may: the daemon's helper, libvirt. */
TEST_F(vgpu, reservation_of_another_may_be_deleted)
{
	struct nl_sock other;

	ASSERT_EQ(0, nl_open(&other));
	ASSERT_EQ(0, vgpu_new(&other, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_EQ(0, vgpu_del(&self->sock, UUID_1));
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	nl_close(&other);
	EXPECT_STATE(UUID_1, RESERVED);
}

TEST_F(vgpu, is_opened_once_only)
{
	struct vfio_dev second;

	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	EXPECT_EQ(-EBUSY, vfio_open_mdev(&second, UUID_1));
	EXPECT_STATE(UUID_1, OPEN);
}

TEST_HARNESS_MAIN
