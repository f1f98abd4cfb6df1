// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modes of a GPU: every way from one to another (I1), what each of them shows (I2), and that a
 * switch which fails leaves the GPU where it was (I4).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>

#define DRIVERS "/sys/bus/pci/drivers"

static const char * const drivers[] = {
	[NVMUX_MODE_HOST] = "",
	[NVMUX_MODE_VGPU] = "nvmux",
	[NVMUX_MODE_PASSTHROUGH] = "vfio-pci",
};

FIXTURE(gpu)
{
	struct nl_sock sock;
};

FIXTURE_SETUP(gpu)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
}

FIXTURE_TEARDOWN(gpu)
{
	sim_board_del();
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

static const char *driver_of(const char *bdf)
{
	return file_link(PCI_DEVICES "/%s/driver", bdf);
}

/* An empty override reads "(null)". */
static const char *override_of(const char *bdf)
{
	const char *name = file_line(PCI_DEVICES "/%s/driver_override", bdf);

	return strcmp(name, "(null)") ? name : "";
}

/* All that tells the mode of a GPU tells the same. */
#define EXPECT_MODE(bdf, mode)							\
	do {									\
		bool shared = (mode) == NVMUX_MODE_VGPU;			\
		struct nl_object gpu__;						\
										\
		ASSERT_EQ(0, gpu_get(&self->sock, bdf, &gpu__));		\
		EXPECT_EQ(mode, nl_u32(&gpu__, NVMUX_A_GPU_MODE));		\
		EXPECT_STREQ(drivers[mode], nl_str(&gpu__, NVMUX_A_GPU_DRIVER)); \
		EXPECT_STREQ(drivers[mode], driver_of(bdf));			\
		EXPECT_STREQ(drivers[mode], override_of(bdf));			\
		EXPECT_EQ(shared, file_exists(PCI_DEVICES "/%s/mdev_supported_types", bdf)); \
		EXPECT_EQ(shared, file_exists("/sys/class/mdev_bus/%s", bdf));	\
	} while (0)

FIXTURE(way)
{
	struct nl_sock sock;
};

FIXTURE_VARIANT(way)
{
	enum nvmux_mode from;
	enum nvmux_mode to;
};

#define WAY(name, a, b)								\
	FIXTURE_VARIANT_ADD(way, name) { .from = NVMUX_MODE_##a, .to = NVMUX_MODE_##b }

WAY(host_to_vgpu, HOST, VGPU);
WAY(host_to_passthrough, HOST, PASSTHROUGH);
WAY(vgpu_to_host, VGPU, HOST);
WAY(vgpu_to_passthrough, VGPU, PASSTHROUGH);
WAY(passthrough_to_host, PASSTHROUGH, HOST);
WAY(passthrough_to_vgpu, PASSTHROUGH, VGPU);

FIXTURE_SETUP(way)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, variant->from));
}

FIXTURE_TEARDOWN(way)
{
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

TEST_F(way, changes_all_faces_and_nobody_else)
{
	struct nl_object before, after;

	EXPECT_MODE(GPU_A, variant->from);
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_B, &before));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, variant->to));
	EXPECT_MODE(GPU_A, variant->to);
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_B, &after));
	EXPECT_TRUE(nl_same_attrs(&before, &after));
}

static char state_of(pid_t pid)
{
	const char *stat = strrchr(file_line("/proc/%d/stat", pid), ')');

	return stat ? stat[2] : 'X';
}

/*
 * The kernel locks a function during its reset: no driver comes or goes, however long it lasts. One
 * that sleeps is woken before, so the reset has begun when the board is silent.
 */
static pid_t reset_begin(const char *bdf)
{
	bool stuck = !sim_fault(bdf, "reset_stuck", "1");
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(-file_write("1", PCI_DEVICES "/%s/reset", bdf));
	while (pid > 0 && state_of(pid) != 'Z' &&
	       !(stuck ? sim_silent(bdf) : state_of(pid) == 'D'))
		usleep(1000);
	return pid;
}

/* Return: 0, or what the reset failed with. */
static int reset_end(const char *bdf, pid_t pid)
{
	int status;

	sim_fault(bdf, "reset_stuck", "0");
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return -WEXITSTATUS(status);
}

TEST_F(way, is_answered_at_once)
{
	pid_t reset = reset_begin(GPU_A);
	struct nl_object gpu;
	struct nl_request req;

	ASSERT_LT(0, reset);
	nl_request_init(&req, &self->sock, NVMUX_CMD_GPU_SET, 0);
	nl_put_str(&req, NVMUX_A_GPU_BDF, GPU_A);
	nl_put_u32(&req, NVMUX_A_GPU_MODE, variant->to);
	nl_put_u32(&req, NVMUX_A_GPU_FLAGS, NVMUX_SET_FLAGS_DETACH | NVMUX_SET_FLAGS_NO_SCRUB);
	EXPECT_EQ(0, nl_call(&self->sock, &req, &gpu));
	EXPECT_EQ(variant->from, nl_u32(&gpu, NVMUX_A_GPU_MODE));
	EXPECT_EQ(variant->to, nl_u32(&gpu, NVMUX_A_GPU_TARGET));
	EXPECT_EQ(-EBUSY, gpu_set(&self->sock, GPU_A, variant->from, 0));
	EXPECT_STREQ(sim_text("gpu %s is switching to %s mode", GPU_A,
			      variant->to == NVMUX_MODE_HOST ? "host" :
			      variant->to == NVMUX_MODE_VGPU ? "vgpu" : "passthrough"),
		     self->sock.text);
	EXPECT_EQ(-EBUSY, vgpu_new(&self->sock, GPU_A, "A30-4C", UUID_1, NULL));
	EXPECT_EQ(0, reset_end(GPU_A, reset));
	ASSERT_EQ(0, gpu_settle(&self->sock, GPU_A, &gpu));
	EXPECT_MODE(GPU_A, variant->to);
}

TEST_F(gpu, mode_that_is_there_needs_no_switch)
{
	struct nl_object before, after;
	enum nvmux_mode mode;

	for (mode = NVMUX_MODE_HOST; mode <= NVMUX_MODE_PASSTHROUGH; mode++) {
		ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, mode));
		ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &before));
		ASSERT_EQ(0, gpu_set(&self->sock, GPU_A, mode, 0));
		ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &after));
		EXPECT_TRUE(nl_same_attrs(&before, &after));
	}
}

/* Both at the same time. */
static int switch_both(struct nl_sock *sock, enum nvmux_mode a, enum nvmux_mode b)
{
	struct nl_object gpu;

	return gpu_set(sock, GPU_A, a, NVMUX_SET_FLAGS_NO_SCRUB) ?:
	       gpu_set(sock, GPU_B, b, NVMUX_SET_FLAGS_NO_SCRUB) ?:
	       gpu_settle(sock, GPU_A, &gpu) ?: gpu_settle(sock, GPU_B, &gpu);
}

TEST_F(gpu, roles_are_swapped_again_and_again)
{
	int i;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, switch_both(&self->sock, NVMUX_MODE_VGPU, NVMUX_MODE_PASSTHROUGH));
		EXPECT_MODE(GPU_A, NVMUX_MODE_VGPU);
		EXPECT_MODE(GPU_B, NVMUX_MODE_PASSTHROUGH);
		ASSERT_EQ(0, switch_both(&self->sock, NVMUX_MODE_PASSTHROUGH, NVMUX_MODE_VGPU));
		EXPECT_MODE(GPU_A, NVMUX_MODE_PASSTHROUGH);
		EXPECT_MODE(GPU_B, NVMUX_MODE_VGPU);
	}
}

/* Foreign hands: what the mode pins cannot be taken away through sysfs. */
TEST_F(gpu, other_driver_is_refused_in_vgpu_mode)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	EXPECT_GT(0, file_write(GPU_A, DRIVERS "/vfio-pci/bind"));
	EXPECT_MODE(GPU_A, NVMUX_MODE_VGPU);
}

TEST_F(gpu, driver_cannot_be_bound_or_unbound_by_hand)
{
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	EXPECT_TRUE(file_exists(DRIVERS "/nvmux"));
	EXPECT_FALSE(file_exists(DRIVERS "/nvmux/bind"));
	EXPECT_FALSE(file_exists(DRIVERS "/nvmux/unbind"));
}

/* Loading the module takes nothing, and a GPU that is freed goes nowhere by itself. */
TEST_F(gpu, nothing_is_bound_unasked)
{
	EXPECT_MODE(GPU_A, NVMUX_MODE_HOST);
	EXPECT_EQ(0, file_write(GPU_A, "/sys/bus/pci/drivers_probe"));
	EXPECT_MODE(GPU_A, NVMUX_MODE_HOST);
}

/* What somebody did without nvmux is seen, and can be taken over from there. */
TEST_F(gpu, mode_follows_foreign_binding)
{
	ASSERT_EQ(0, file_write("vfio-pci", PCI_DEVICES "/%s/driver_override", GPU_A));
	ASSERT_EQ(0, file_write(GPU_A, DRIVERS "/vfio-pci/bind"));
	EXPECT_EQ(NVMUX_MODE_PASSTHROUGH, gpu_mode(&self->sock, GPU_A));
	ASSERT_EQ(0, file_write(GPU_A, DRIVERS "/vfio-pci/unbind"));
	EXPECT_EQ(NVMUX_MODE_HOST, gpu_mode(&self->sock, GPU_A));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	EXPECT_MODE(GPU_A, NVMUX_MODE_VGPU);
}

TEST_F(gpu, driver_of_the_host_is_left_alone_without_detach)
{
	struct nl_object before, after;

	if (system("modprobe -q pci-stub"))
		SKIP(return, "no pci-stub, which plays a driver of the host");
	ASSERT_EQ(0, file_write("pci-stub", PCI_DEVICES "/%s/driver_override", GPU_A));
	ASSERT_EQ(0, file_write(GPU_A, DRIVERS "/pci-stub/bind"));
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &before));
	EXPECT_EQ(-EBUSY, gpu_set(&self->sock, GPU_A, NVMUX_MODE_VGPU, 0));
	EXPECT_EQ(NVMUX_A_GPU_MODE, self->sock.bad_attr);
	EXPECT_STREQ(sim_text("gpu %s is bound to driver pci-stub, detach is needed", GPU_A),
		     self->sock.text);
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &after));
	EXPECT_TRUE(nl_same_attrs(&before, &after));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	EXPECT_MODE(GPU_A, NVMUX_MODE_VGPU);
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_HOST));
	EXPECT_STREQ("pci-stub", driver_of(GPU_A));
	EXPECT_STREQ("pci-stub", override_of(GPU_A));
}

/* A board that is dead goes nowhere, says so, and is of use again once it was recovered. */
TEST_F_TIMEOUT(gpu, dead_board_is_quarantined_where_it_is, 120)
{
	const char *why = strdup(sim_text("check: gpu %s does not answer, it reads all ones", GPU_A));
	struct nl_object gpu;

	if (sim_fault(GPU_A, "all_ones", "1"))
		SKIP(return, "faults need the simulator");
	EXPECT_EQ(-EIO, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	EXPECT_STREQ(why, self->sock.text);
	EXPECT_MODE(GPU_A, NVMUX_MODE_HOST);
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &gpu));
	EXPECT_STREQ(why, nl_str(&gpu, NVMUX_A_GPU_QUARANTINE));
	ASSERT_EQ(0, sim_fault(GPU_A, "all_ones", "0"));
	EXPECT_EQ(-EIO, gpu_set(&self->sock, GPU_A, NVMUX_MODE_VGPU, 0));
	ASSERT_EQ(0, gpu_recover(&self->sock, GPU_A));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, gpu_get(&self->sock, GPU_A, &gpu));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_ERROR));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_QUARANTINE));
	EXPECT_MODE(GPU_A, NVMUX_MODE_VGPU);
}

TEST_F(gpu, board_without_types_is_not_shared)
{
	if (sim_board_add("rtxa4000", "none"))
		SKIP(return, "another board needs the simulator");
	EXPECT_EQ(-EOPNOTSUPP, gpu_set(&self->sock, GPU_C, NVMUX_MODE_VGPU, 0));
	EXPECT_STREQ(sim_text("gpu %s (10de:24b0) has no vgpu types in the catalogue", GPU_C),
		     self->sock.text);
	EXPECT_MODE(GPU_C, NVMUX_MODE_HOST);
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_PASSTHROUGH));
	EXPECT_MODE(GPU_C, NVMUX_MODE_PASSTHROUGH);
}

/* Boards come and go while the module is loaded. */
TEST_F(gpu, appears_and_vanishes_with_its_board)
{
	struct nl_object gpu;

	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, GPU_C, &gpu));
	if (sim_board_add("a30", "none"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_VGPU));
	sim_board_del();
	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, GPU_C, &gpu));
}

/* Neither waits for the other, whichever comes first. */
TEST_F_TIMEOUT(gpu, vanishes_during_a_switch, 120)
{
	static const enum nvmux_mode ways[] = { NVMUX_MODE_VGPU, NVMUX_MODE_PASSTHROUGH };
	struct nl_object gpu;
	unsigned int i;

	for (i = 0; i < 10; i++) {
		if (sim_board_add("a30", "none"))
			SKIP(return, "another board needs the simulator");
		ASSERT_EQ(0, gpu_set(&self->sock, GPU_C, ways[i % 2],
				     NVMUX_SET_FLAGS_NO_SCRUB));
		usleep(i * 1000);
		sim_board_del();
		EXPECT_EQ(-ENODEV, gpu_get(&self->sock, GPU_C, &gpu));
	}
}

TEST_HARNESS_MAIN
