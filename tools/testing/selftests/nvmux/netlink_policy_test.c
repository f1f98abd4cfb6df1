// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the netlink family does not accept: each refusal has its errno, its sentence, the
 * attribute that is to blame, and leaves everything as it was (I4).
 */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>

#define NOBODY 65534

FIXTURE(netlink)
{
	struct nl_sock sock;
	struct nl_object before;
};

FIXTURE_SETUP(netlink)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &self->before));
}

/* Nothing here may change the GPU: that is checked after every test. */
FIXTURE_TEARDOWN(netlink)
{
	struct nl_object after;

	EXPECT_EQ(0, gpu_get(&self->sock, GPU_A, &after));
	EXPECT_TRUE(nl_same_attrs(&self->before, &after));
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

/* The attribute that was refused, and the sentence. */
#define EXPECT_REFUSAL(attr, sentence)						\
	do {									\
		EXPECT_EQ(attr, self->sock.bad_attr);				\
		EXPECT_STREQ(sentence, self->sock.text);			\
	} while (0)

TEST_F(netlink, unknown_gpu)
{
	struct nl_object gpu;

	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, "0000:99:00.0", &gpu));
	EXPECT_REFUSAL(NVMUX_A_GPU_BDF, "no gpu 0000:99:00.0");
	EXPECT_EQ(-ENODEV, gpu_set(&self->sock, "0000:99:00.0", NVMUX_MODE_HOST, 0));
	EXPECT_REFUSAL(NVMUX_A_GPU_BDF, "no gpu 0000:99:00.0");
	EXPECT_EQ(-ENODEV, vgpu_new(&self->sock, "", "A30-4C", UUID_1, NULL));
	EXPECT_REFUSAL(NVMUX_A_VGPU_GPU, "no gpu ");
}

TEST_F(netlink, gpu_name_of_any_length)
{
	struct nl_object gpu;
	char name[65];

	memset(name, 'x', sizeof(name));
	name[63] = '\0';
	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, name, &gpu));
	EXPECT_EQ(0, strncmp(self->sock.text, "no gpu xxx", 10));
	name[63] = 'x';
	name[64] = '\0';
	EXPECT_EQ(-EINVAL, gpu_get(&self->sock, name, &gpu));
	EXPECT_EQ(NVMUX_A_GPU_BDF, self->sock.bad_attr);
}

TEST_F(netlink, name_without_end)
{
	struct nl_request req;

	nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_GET, 0);
	nl_put(&req, NVMUX_A_GPU_BDF, GPU_A, strlen(GPU_A));
	EXPECT_EQ(-EINVAL, nl_call(&self->sock, &req, NULL));
	EXPECT_EQ(NVMUX_A_GPU_BDF, self->sock.bad_attr);
}

TEST_F(netlink, unknown_mode)
{
	static const uint32_t modes[] = { 0, 4, UINT32_MAX };
	unsigned int i;

	for (i = 0; i < 3; i++) {
		EXPECT_EQ(-ERANGE, gpu_set(&self->sock, GPU_A, modes[i], 0));
		EXPECT_EQ(NVMUX_A_GPU_MODE, self->sock.bad_attr);
		EXPECT_STRNE("", self->sock.text);
	}
}

TEST_F(netlink, unknown_flag)
{
	EXPECT_EQ(-EINVAL, gpu_set(&self->sock, GPU_A, NVMUX_MODE_HOST, 1U << 31));
	EXPECT_EQ(NVMUX_A_GPU_FLAGS, self->sock.bad_attr);
	EXPECT_STRNE("", self->sock.text);
}

TEST_F(netlink, partition)
{
	EXPECT_EQ(0, gpu_divide(&self->sock, GPU_A, NVMUX_PARTITION_SAME_SIZE));
	EXPECT_EQ(-ERANGE, gpu_divide(&self->sock, GPU_A, 0));
	EXPECT_EQ(-ERANGE, gpu_divide(&self->sock, GPU_A, 4));
	EXPECT_EQ(NVMUX_A_GPU_PARTITION, self->sock.bad_attr);
}

/* vgpu-new with some of its attributes. */
static int new_partly(struct nl_sock *sock, const char *gpu, const char *type, const char *uuid)
{
	struct nl_request req;

	nl_request_init(&req, sock, NVMUX_CMD_VGPU_NEW, 0);
	if (gpu)
		nl_put_str(&req, NVMUX_A_VGPU_GPU, gpu);
	if (type)
		nl_put_str(&req, NVMUX_A_VGPU_TYPE, type);
	if (uuid)
		nl_put_str(&req, NVMUX_A_VGPU_UUID, uuid);
	return nl_call(sock, &req, NULL);
}

#define EXPECT_MISSING(attr, sentence)						\
	do {									\
		EXPECT_EQ(attr, self->sock.missing_attr);			\
		EXPECT_STREQ(sentence, self->sock.text);			\
	} while (0)

TEST_F(netlink, missing_attributes)
{
	EXPECT_EQ(-EINVAL, new_partly(&self->sock, NULL, "A30-4C", UUID_1));
	EXPECT_MISSING(NVMUX_A_VGPU_GPU, "the request names no gpu");
	EXPECT_EQ(-EINVAL, new_partly(&self->sock, GPU_A, NULL, UUID_1));
	EXPECT_MISSING(NVMUX_A_VGPU_TYPE, "the request names no type");
	EXPECT_EQ(-EINVAL, new_partly(&self->sock, GPU_A, "A30-4C", NULL));
	EXPECT_MISSING(NVMUX_A_VGPU_UUID, "the request names no uuid");
}

static int call_empty(struct nl_sock *sock, uint8_t cmd)
{
	struct nl_request req;

	nl_request_init(&req, sock, cmd, 0);
	return nl_call(sock, &req, NULL);
}

TEST_F(netlink, empty_requests)
{
	EXPECT_EQ(-EINVAL, call_empty(&self->sock, NVMUX_CMD_GPU_GET));
	EXPECT_MISSING(NVMUX_A_GPU_BDF, "the request names no gpu");
	EXPECT_EQ(-EINVAL, call_empty(&self->sock, NVMUX_CMD_GPU_SET));
	EXPECT_MISSING(NVMUX_A_GPU_BDF, "the request names no gpu");
	EXPECT_EQ(-EINVAL, call_empty(&self->sock, NVMUX_CMD_VGPU_DEL));
	EXPECT_MISSING(NVMUX_A_VGPU_UUID, "the request names no uuid");
	EXPECT_EQ(-EINVAL, call_empty(&self->sock, NVMUX_CMD_VGPU_GET));
	EXPECT_MISSING(NVMUX_A_VGPU_UUID, "the request names no uuid");
}

/* gpu-set that sets nothing is a gpu-get. */
TEST_F(netlink, gpu_set_of_nothing)
{
	struct nl_request req;
	struct nl_object gpu;

	nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_SET, 0);
	nl_put_str(&req, NVMUX_A_GPU_BDF, GPU_A);
	EXPECT_EQ(0, nl_call(&self->sock, &req, &gpu));
	EXPECT_TRUE(nl_same_attrs(&self->before, &gpu));
}

TEST_F(netlink, unknown_commands)
{
	EXPECT_EQ(-EOPNOTSUPP, call_empty(&self->sock, 0));
	EXPECT_EQ(-EOPNOTSUPP, call_empty(&self->sock, NVMUX_CMD_GPU_NTF));
	EXPECT_EQ(-EOPNOTSUPP, call_empty(&self->sock, NVMUX_CMD_TYPE_GET));
	EXPECT_EQ(-EOPNOTSUPP, call_empty(&self->sock, 255));
}

TEST_F(netlink, unknown_attribute)
{
	struct nl_request req;

	nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_GET, 0);
	nl_put_str(&req, NVMUX_A_GPU_BDF, GPU_A);
	nl_put_u32(&req, 200, 1);
	EXPECT_EQ(-EINVAL, nl_call(&self->sock, &req, NULL));
	EXPECT_REFUSAL(200, "Unknown attribute type");
}

/* Known, but not to this command. */
TEST_F(netlink, attribute_out_of_place)
{
	struct nl_request req;

	nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_SET, 0);
	nl_put_str(&req, NVMUX_A_GPU_BDF, GPU_A);
	nl_put_u32(&req, NVMUX_A_GPU_TARGET, NVMUX_MODE_HOST);
	EXPECT_EQ(-EINVAL, nl_call(&self->sock, &req, NULL));
	EXPECT_EQ(NVMUX_A_GPU_TARGET, self->sock.bad_attr);
}

TEST_F(netlink, number_of_wrong_size)
{
	uint64_t mode = NVMUX_MODE_HOST;
	size_t sizes[] = { 0, 2, 8 };
	struct nl_request req;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_SET, 0);
		nl_put_str(&req, NVMUX_A_GPU_BDF, GPU_A);
		nl_put(&req, NVMUX_A_GPU_MODE, &mode, sizes[i]);
		EXPECT_GT(0, nl_call(&self->sock, &req, NULL));
		EXPECT_EQ(NVMUX_A_GPU_MODE, self->sock.bad_attr);
	}
}

/* What is too short is dropped or refused, and the socket goes on to serve. */
TEST_F(netlink, truncated_messages)
{
	struct nl_request req;
	struct nl_object gpu;
	size_t len;

	for (len = 1; len < NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN; len++) {
		nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_GET, 0);
		nl_put_str(&req, NVMUX_A_GPU_BDF, GPU_A);
		req.len = len;
		EXPECT_EQ(0, nl_send(&self->sock, &req));
	}
	EXPECT_EQ(0, gpu_get(&self->sock, GPU_A, &gpu));
}

TEST_F(netlink, attribute_longer_than_message)
{
	struct nl_request req;
	struct nlattr *attr;

	nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_GET, 0);
	attr = (void *)(req.bytes + req.len);
	nl_put_str(&req, NVMUX_A_GPU_BDF, GPU_A);
	attr->nla_len = 60000;
	EXPECT_EQ(-EINVAL, nl_call(&self->sock, &req, NULL));
	attr->nla_len = 1;
	req.head.nlmsg_seq = ++self->sock.seq;
	EXPECT_EQ(-EINVAL, nl_call(&self->sock, &req, NULL));
}

TEST_F(netlink, oversized_message)
{
	static const char junk[1000];
	struct nl_request req;
	int i;

	nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_GET, 0);
	for (i = 0; i < 8; i++)
		nl_put(&req, NVMUX_A_GPU_BDF, junk, sizeof(junk));
	EXPECT_GT(0, nl_call(&self->sock, &req, NULL));
	EXPECT_EQ(NVMUX_A_GPU_BDF, self->sock.bad_attr);
}

/* Runs @fn in a child that has changed who or where it is; 0 when @fn said 0. */
static int in_child(int (*change)(void), int (*fn)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(change() ? 100 : fn());
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static int become_nobody(void)
{
	return setgid(NOBODY) || setuid(NOBODY);
}

/* CAP_NET_ADMIN, but only over an own network. */
static int become_root_of_nothing(void)
{
	return unshare(CLONE_NEWUSER | CLONE_NEWNET);
}

static int enter_netns(void)
{
	return unshare(CLONE_NEWNET);
}

/* The number of the first expectation that did not hold. */
static int writes_give(int err, const char *text)
{
	struct nl_sock sock;

	if (nl_open(&sock))
		return 1;
	if (gpu_set(&sock, GPU_A, NVMUX_MODE_HOST, 0) != err || strcmp(sock.text, text))
		return 2;
	if (vgpu_new(&sock, GPU_A, "A30-4C", UUID_1, NULL) != err || strcmp(sock.text, text))
		return 3;
	if (vgpu_del(&sock, UUID_2) != err || strcmp(sock.text, text))
		return 4;
	return 0;
}

static int reads_work(void)
{
	struct nl_object gpu, vgpus[2];
	struct nl_sock sock;

	if (nl_open(&sock))
		return 1;
	if (gpu_get(&sock, GPU_A, &gpu))
		return 2;
	if (vgpu_dump(&sock, NULL, vgpus, 2) != 1)
		return 3;
	return type_available(&sock, GPU_A, "A30-4C") == 5 ? 0 : 4;
}

static int writes_need_a_capability(void)
{
	return writes_give(-EPERM, "");
}

static int writes_need_the_initial_netns(void)
{
	return writes_give(-EOPNOTSUPP,
			   "nvmux is controlled from the initial network namespace only");
}

FIXTURE(caller)
{
	struct nl_sock sock;
	struct nl_object before;
};

FIXTURE_SETUP(caller)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_2, NULL));
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &self->before));
}

FIXTURE_TEARDOWN(caller)
{
	struct nl_object after;

	EXPECT_EQ(0, gpu_get(&self->sock, GPU_A, &after));
	EXPECT_TRUE(nl_same_attrs(&self->before, &after));
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

TEST_F(caller, nobody_may_read_not_write)
{
	EXPECT_EQ(0, in_child(become_nobody, reads_work));
	EXPECT_EQ(0, in_child(become_nobody, writes_need_a_capability));
}

TEST_F(caller, root_of_a_user_namespace_may_not_write)
{
	EXPECT_EQ(0, in_child(become_root_of_nothing, writes_need_a_capability));
}

TEST_F(caller, writes_come_from_the_initial_netns)
{
	EXPECT_EQ(0, in_child(enter_netns, writes_need_the_initial_netns));
}

TEST_HARNESS_MAIN
