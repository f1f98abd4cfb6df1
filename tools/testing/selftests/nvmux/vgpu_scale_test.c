// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many vGPUs: 48 on one GPU, and sixteen GPUs with 32 each. What they cost is told, and must
 * not grow with their number.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>

#define CONFIGFS "/sys/kernel/config/nvmux_sim"
#define TYPES PCI_DEVICES "/%s/mdev_supported_types"
#define GPUS 16
#define PER_GPU 32
#define SAMPLES 1024

FIXTURE(many)
{
	struct nl_sock sock;
	double *samples;
};

static const char *bdf_of(int n)
{
	return sim_text("0003:%02x:00.0", n + 1);
}

static void boards_del(void)
{
	char dir[64];
	int n;

	for (n = 0; n < GPUS; n++) {
		snprintf(dir, sizeof(dir), CONFIGFS "/scale%d", n);
		rmdir(dir);
	}
}

static int board_add(int n)
{
	char dir[64];
	int err;

	snprintf(dir, sizeof(dir), CONFIGFS "/scale%d", n);
	if (mkdir(dir, 0700))
		return -errno;
	err = file_write("rtx5000ada", "%s/model", dir) ?:
	      file_write(bdf_of(n), "%s/address", dir) ?:
	      file_write("1", "%s/hollow", dir) ?: file_write("1", "%s/live", dir);
	if (err)
		rmdir(dir);
	return err;
}

FIXTURE_SETUP(many)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	self->samples = calloc(SAMPLES, sizeof(*self->samples));
	ASSERT_NE(NULL, self->samples);
}

FIXTURE_TEARDOWN(many)
{
	free(self->samples);
	nl_close(&self->sock);	/* ends the reservations */
	ASSERT_EQ(0, nl_open(&self->sock));
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	boards_del();
	sim_board_del();
	nl_close(&self->sock);
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

/* Of many, because an emulated CPU that shares its host stands still now and then. */
static double fastest(const double *samples, int n)
{
	double best = samples[0];

	while (n--)
		best = samples[n] < best ? samples[n] : best;
	return best;
}

/* Returns microseconds, negative when refused. */
static double create(struct nl_sock *sock, const char *bdf, const char *type, int n)
{
	double begin = now_us();

	return vgpu_new(sock, bdf, type, sim_uuid(n), NULL) ? -1 : now_us() - begin;
}

/* Again and again; stays created. */
static double create_fastest(struct nl_sock *sock, double *samples, const char *bdf,
			     const char *type, int n)
{
	int i;

	for (i = 0; i < 64; i++) {
		if (i && vgpu_del(sock, sim_uuid(n)))
			return -1;
		samples[i] = create(sock, bdf, type, n);
		if (samples[i] < 0)
			return -1;
	}
	return fastest(samples, 64);
}

static double read_available(const char *bdf, const char *type)
{
	double begin = now_us();

	return file_line(TYPES "/nvmux-%s/available_instances", bdf, type)[0] ?
	       now_us() - begin : -1;
}

static double dump(struct nl_sock *sock, int expected)
{
	static struct nl_object unused;
	double begin = now_us();

	return vgpu_dump(sock, NULL, &unused, 1) == expected ? now_us() - begin : -1;
}

static double available_fastest(double *samples, const char *bdf, const char *type)
{
	int i;

	for (i = 0; i < 256; i++)
		samples[i] = read_available(bdf, type);
	return fastest(samples, 256);
}

/* Their memory is never touched, so they need none. 0 without the simulator. */
static int boards_add(struct nl_sock *sock)
{
	int n;

	for (n = 0; n < GPUS; n++)
		if (board_add(n) || gpu_switch(sock, bdf_of(n), NVMUX_MODE_VGPU))
			break;
	return n;
}

TEST_F_TIMEOUT(many, gpus_with_32_each_cost_no_more, 240)
{
	double first, last, early, late;
	int gpus = boards_add(&self->sock), gpu, i;

	if (!gpus)
		SKIP(return, "needs the simulator");
	ASSERT_EQ(GPUS, gpus);
	early = available_fastest(self->samples, bdf_of(0), "RTX5000-Ada-1Q");
	for (gpu = 0; gpu < gpus; gpu++) {
		for (i = 0; i < PER_GPU; i++) {
			self->samples[i] = create(&self->sock, bdf_of(gpu), "RTX5000-Ada-1Q",
						  gpu * PER_GPU + i);
			ASSERT_LT(0, self->samples[i]);
		}
		last = fastest(self->samples, PER_GPU);
		first = gpu ? first : last;
	}
	late = available_fastest(self->samples, bdf_of(gpus - 1), "RTX5000-Ada-1Q");
	TH_LOG("%d gpus with %d vgpus each: create %.0f us on the first, %.0f us on the last",
	       gpus, PER_GPU, first, last);
	TH_LOG("available_instances %.0f us without vgpus, %.0f us with all", early, late);
	TH_LOG("dump of all %d: %.0f us", gpus * PER_GPU, dump(&self->sock, gpus * PER_GPU));
	EXPECT_LT(last, 4 * first);
	EXPECT_LT(late, 4 * early);
	EXPECT_LT(0, dump(&self->sock, gpus * PER_GPU));
}

TEST_F_TIMEOUT(many, vgpus_48_on_one_gpu, 120)
{
	static const char type[] = "RTX Pro 6000 Blackwell DC-1-2Q";
	static const char mdev[] = "RTX_Pro_6000_Blackwell_DC-1-2Q";
	double first, last, early, late;
	int i;

	if (sim_board_add("rtxpro6000", "none"))
		SKIP(return, "another board needs the simulator");
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_C, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, gpu_divide(&self->sock, GPU_C, NVMUX_PARTITION_MIG));
	early = available_fastest(self->samples, GPU_C, mdev);
	first = create_fastest(&self->sock, self->samples, GPU_C, type, 0);
	ASSERT_LT(0, first);
	ASSERT_EQ(0, mdev_create(GPU_C, mdev, sim_uuid(0)));
	for (i = 1; i < 47; i++) {
		ASSERT_LT(0, create(&self->sock, GPU_C, type, i));
		ASSERT_EQ(0, mdev_create(GPU_C, mdev, sim_uuid(i)));
	}
	last = create_fastest(&self->sock, self->samples, GPU_C, type, 47);
	ASSERT_LT(0, last);
	ASSERT_EQ(0, mdev_create(GPU_C, mdev, sim_uuid(47)));
	EXPECT_EQ(-EUSERS, vgpu_new(&self->sock, GPU_C, type, UUID_1, NULL));
	late = available_fastest(self->samples, GPU_C, mdev);
	TH_LOG("create %.0f us for the first, %.0f us for the last of 48", first, last);
	TH_LOG("available_instances %.0f us without vgpus, %.0f us with 48", early, late);
	TH_LOG("dump of all 48: %.0f us", dump(&self->sock, 48));
	EXPECT_LT(last, 4 * first);
	EXPECT_LT(late, 4 * early);
}

TEST_HARNESS_MAIN
