// SPDX-License-Identifier: GPL-2.0-only
/*
 * No byte crosses tenants (I5): whole slices after every kind of change, what the cleaning in the
 * background tells, and whom it must not hold up.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>
#include <libnvmux_test/vram.h>

#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define MIB (1ULL << 20)
#define GIB (1ULL << 30)
#define SECRET 0x5ec2e7a5
#define PM_TEST "/sys/power/pm_test"

/* Its types of one and two GiB are what a test can afford to write. */
static const struct board a40 = { .model = "a40", .bus = 0x11, .companions = "none" };

FIXTURE(scrub)
{
	struct nl_sock sock;
	struct nl_sock monitor;
	struct vfio_dev dev;
	const char *gpu;
};

FIXTURE_SETUP(scrub)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, nl_open(&self->monitor));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	board_del(&a40);
	if (board_add(&a40))
		SKIP(return, "another board needs the simulator");
	self->gpu = board_bdf(&a40, 0);
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
}

FIXTURE_TEARDOWN(scrub)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	board_del(&a40);
	nl_close(&self->monitor);
	nl_close(&self->sock);
}

static int vgpu_open(struct vfio_dev *dev, const char *gpu, const char *type, const char *uuid)
{
	return mdev_create(gpu, type, uuid) ?: vfio_open_mdev(dev, uuid) ?: vfio_enable(dev);
}

/* Writes every word of the first @len bytes of BAR1, or counts those that are not zero. */
static ssize_t slice_walk(struct vfio_dev *dev, size_t len, uint32_t owner)
{
	volatile uint64_t *all = vfio_map(dev, BAR1, 0, len);
	ssize_t found = 0;

	if (all == MAP_FAILED)
		return -errno;
	if (owner)
		words_fill(all, len, owner);
	else
		found = words_found(all, len);
	munmap((void *)all, len);
	return found;
}

#define ASSERT_FILLED(dev, len)	ASSERT_EQ(0, slice_walk(dev, len, SECRET))
#define EXPECT_EMPTY(dev, len)	EXPECT_EQ(0, slice_walk(dev, len, 0))

/* Until it has been told that something is cleaned, and then that nothing is any more. */
static int clean_await(struct nl_sock *monitor)
{
	bool begun = false, cleaning = false;
	struct nl_object event;

	do {
		int err = nl_event(monitor, &event, 10000);

		if (err)
			return err;
		if (event.cmd != NVMUX_CMD_GPU_NTF)
			continue;
		cleaning = nl_has(&event, NVMUX_A_GPU_SCRUB_TOTAL);
		begun |= cleaning;
	} while (!begun || cleaning);
	return 0;
}

/* One vGPU after another, the second one larger and its slice over that of the first. */
TEST_F_TIMEOUT(scrub, next_vgpu_finds_nothing_in_the_whole_slice, 300)
{
	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-1Q", UUID_1));
	ASSERT_FILLED(&self->dev, GIB);
	vfio_close(&self->dev);
	ASSERT_EQ(0, mdev_remove(UUID_1));
	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-2Q", UUID_2));
	EXPECT_EMPTY(&self->dev, 2 * GIB);
}

static pid_t child_fill(const char *uuid, size_t len)
{
	struct vfio_dev dev = VFIO_CLOSED;
	pid_t pid = fork();

	if (pid)
		return pid;
	if (vfio_open_mdev(&dev, uuid) || vfio_enable(&dev) || slice_walk(&dev, len, SECRET))
		_exit(1);
	raise(SIGSTOP);
	_exit(0);
}

TEST_F_TIMEOUT(scrub, user_after_a_kill_finds_nothing, 300)
{
	int status;
	pid_t pid;

	ASSERT_EQ(0, mdev_create(self->gpu, "A40-1Q", UUID_1));
	pid = child_fill(UUID_1, GIB);
	ASSERT_EQ(pid, waitpid(pid, &status, WUNTRACED));
	ASSERT_TRUE(WIFSTOPPED(status));
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EMPTY(&self->dev, GIB);
}

TEST_F_TIMEOUT(scrub, vgpu_after_a_passthrough_tenant_finds_nothing, 300)
{
	if (vfio_mapping_is_shadowed())
		SKIP(return, "kasan would shadow all of bar1");
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vfio_open_pci(&self->dev, self->gpu));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	ASSERT_FILLED(&self->dev, GIB);
	vfio_close(&self->dev);
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-1Q", UUID_1));
	EXPECT_EMPTY(&self->dev, GIB);
}

/* Also when the switch itself is asked not to look for more than users of vGPUs have left. */
TEST_F_TIMEOUT(scrub, passthrough_tenant_after_vgpus_finds_nothing, 300)
{
	uint64_t word;

	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-1Q", UUID_1));
	ASSERT_FILLED(&self->dev, GIB);
	vfio_close(&self->dev);
	ASSERT_EQ(0, mdev_remove(UUID_1));
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vram_read(self->gpu, GIB - 8, &word));
	EXPECT_EQ(0, word);
	ASSERT_EQ(0, vram_read(self->gpu, 0, &word));
	EXPECT_EQ(0, word);
}

/* Nobody touches the slice again: the background alone has overwritten it. */
TEST_F_TIMEOUT(scrub, freed_slice_is_cleaned_in_the_background, 300)
{
	volatile uint64_t *vram;

	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-1Q", UUID_1));
	ASSERT_FILLED(&self->dev, GIB);
	ASSERT_EQ(0, nl_monitor(&self->monitor));
	vfio_close(&self->dev);
	ASSERT_EQ(0, clean_await(&self->monitor));
	vram = vram_map(self->gpu, 0, GIB);
	ASSERT_NE(MAP_FAILED, vram);
	EXPECT_EQ(0, words_found(vram, GIB));
	munmap((void *)vram, GIB);
}

TEST_F_TIMEOUT(scrub, progress_grows_and_ends, 300)
{
	uint64_t done = 0, total = 0;
	struct nl_object event;
	unsigned int n = 0;
	int64_t start;

	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-1Q", UUID_1));
	ASSERT_FILLED(&self->dev, GIB);
	ASSERT_EQ(0, nl_monitor(&self->monitor));
	start = now_ms();
	vfio_close(&self->dev);
	for (;;) {
		ASSERT_EQ(0, nl_event(&self->monitor, &event, 10000));
		if (event.cmd != NVMUX_CMD_GPU_NTF)
			continue;
		if (!nl_has(&event, NVMUX_A_GPU_SCRUB_TOTAL) && n)
			break;
		if (!nl_has(&event, NVMUX_A_GPU_SCRUB_TOTAL))
			continue;
		EXPECT_LE(done, nl_u64(&event, NVMUX_A_GPU_SCRUB_DONE));
		done = nl_u64(&event, NVMUX_A_GPU_SCRUB_DONE);
		total = nl_u64(&event, NVMUX_A_GPU_SCRUB_TOTAL);
		EXPECT_LT(done, total);
		EXPECT_EQ(GIB, total);
		n++;
	}
	EXPECT_LE(n, (now_ms() - start) / 500 + 2);
}

TEST_F_TIMEOUT(scrub, progress_does_not_go_back, 120)
{
	uint64_t done, before = 0, first;
	struct nl_object gpu;
	int i;

	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	first = nl_u64(&gpu, NVMUX_A_GPU_SCRUB_DONE);
	EXPECT_EQ(48 * GIB, nl_u64(&gpu, NVMUX_A_GPU_SCRUB_TOTAL));
	for (i = 0; i < 20 && nl_has(&gpu, NVMUX_A_GPU_SCRUB_TOTAL); i++) {
		done = nl_u64(&gpu, NVMUX_A_GPU_SCRUB_DONE);
		EXPECT_LE(before, done);
		EXPECT_LE(done, nl_u64(&gpu, NVMUX_A_GPU_SCRUB_TOTAL));
		before = done;
		usleep(50000);
		ASSERT_EQ(0, gpu_get(&self->sock, self->gpu, &gpu));
	}
	EXPECT_LT(first, before);
}

#define QUICK_MS 5000

TEST_F_TIMEOUT(scrub, switch_during_the_cleaning_is_quick, 120)
{
	struct nl_object gpu;
	int64_t start;

	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	start = now_ms();
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_HOST));
	EXPECT_GT(QUICK_MS, now_ms() - start);
	ASSERT_EQ(0, gpu_get(&self->sock, self->gpu, &gpu));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_SCRUB_TOTAL));
	EXPECT_EQ(NVMUX_MEMORY_UNKNOWN, nl_u32(&gpu, NVMUX_A_GPU_MEMORY));
}

/* What is needed at once is cleaned at once, at the far end of what is cleaned meanwhile. */
TEST_F_TIMEOUT(scrub, touch_during_the_cleaning_is_quick, 120)
{
	struct nl_object gpu;
	int64_t start;

	ASSERT_EQ(0, vram_write(self->gpu, 48 * GIB - 8, SECRET));
	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	start = now_ms();
	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-48Q", UUID_1));
	EXPECT_EQ(0, vfio_read32(&self->dev, BAR1, 48 * GIB - 8));
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR1, 48 * GIB - 8, SECRET));
	EXPECT_GT(QUICK_MS, now_ms() - start);
	usleep(300000);
	EXPECT_EQ(SECRET, vfio_read32(&self->dev, BAR1, 48 * GIB - 8));
}

/* The cleaning goes on behind a user, and never over what he has. */
TEST_F_TIMEOUT(scrub, cleaning_leaves_users_alone, 300)
{
	struct nl_object gpu;
	unsigned int i;

	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-1Q", UUID_1));
	for (i = 0; i < 512; i += 8)
		ASSERT_EQ(0, vfio_write32(&self->dev, BAR1, i * 2 * MIB, SECRET + i));
	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	EXPECT_EQ(48 * GIB - 64 * 2 * MIB, nl_u64(&gpu, NVMUX_A_GPU_SCRUB_TOTAL));
	while (nl_u64(&gpu, NVMUX_A_GPU_SCRUB_DONE) < GIB &&
	       nl_has(&gpu, NVMUX_A_GPU_SCRUB_TOTAL)) {
		usleep(20000);
		ASSERT_EQ(0, gpu_get(&self->sock, self->gpu, &gpu));
	}
	for (i = 0; i < 512; i += 8)
		EXPECT_EQ(SECRET + i, vfio_read32(&self->dev, BAR1, i * 2 * MIB));
}

TEST_F_TIMEOUT(scrub, removal_during_the_cleaning_is_quick, 120)
{
	struct nl_object gpu;
	int64_t start;

	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	start = now_ms();
	ASSERT_EQ(0, file_write("1", PCI_DEVICES "/%s/remove", self->gpu));
	EXPECT_GT(QUICK_MS, now_ms() - start);
	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, self->gpu, &gpu));
	ASSERT_EQ(0, file_write("1", "/sys/bus/pci/rescan"));
	EXPECT_EQ(NVMUX_MODE_HOST, gpu_mode(&self->sock, self->gpu));
}

TEST_F_TIMEOUT(scrub, board_pulled_out_during_the_cleaning, 120)
{
	struct nl_object gpu;

	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	ASSERT_EQ(0, sim_fault(self->gpu, "unplugged", "1"));
	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, self->gpu, &gpu));
	ASSERT_EQ(0, sim_fault(self->gpu, "unplugged", "0"));
}

/* After the reset it goes on where it was. */
TEST_F_TIMEOUT(scrub, reset_during_the_cleaning, 120)
{
	struct nl_object gpu;
	uint64_t done;

	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	ASSERT_EQ(0, file_write("1", PCI_DEVICES "/%s/reset", self->gpu));
	ASSERT_EQ(0, gpu_get(&self->sock, self->gpu, &gpu));
	done = nl_u64(&gpu, NVMUX_A_GPU_SCRUB_DONE);
	usleep(1000000);
	ASSERT_EQ(0, gpu_get(&self->sock, self->gpu, &gpu));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_QUARANTINE));
	if (nl_has(&gpu, NVMUX_A_GPU_SCRUB_TOTAL))
		EXPECT_LT(done, nl_u64(&gpu, NVMUX_A_GPU_SCRUB_DONE));
}

/* All of the memory may be lost in its sleep: what was done counts, and all is to be done. */
TEST_F_TIMEOUT(scrub, sleep_during_the_cleaning, 300)
{
	struct nl_object gpu;
	int err;

	if (!file_exists(PM_TEST))
		SKIP(return, "this kernel cannot pretend to sleep");
	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	while (!nl_u64(&gpu, NVMUX_A_GPU_SCRUB_DONE))
		ASSERT_EQ(0, gpu_get(&self->sock, self->gpu, &gpu));
	err = file_write("devices", PM_TEST) ?: file_write("freeze", "/sys/power/state");
	file_write("none", PM_TEST);
	EXPECT_EQ(0, err);
	ASSERT_EQ(0, gpu_get(&self->sock, self->gpu, &gpu));
	EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_QUARANTINE));
	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	EXPECT_LT(48 * GIB, nl_u64(&gpu, NVMUX_A_GPU_SCRUB_TOTAL));
	EXPECT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_HOST));
}

/* A board that is silent for a moment is not given up. */
TEST_F_TIMEOUT(scrub, silence_during_the_cleaning_is_survived, 120)
{
	uint64_t word = SECRET;
	int64_t end;

	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-1Q", UUID_1));
	ASSERT_EQ(0, vfio_write32(&self->dev, BAR1, 10 * MIB, SECRET));
	ASSERT_EQ(0, sim_fault(self->gpu, "all_ones", "1"));
	vfio_close(&self->dev);
	usleep(200000);
	ASSERT_EQ(0, vram_read(self->gpu, 10 * MIB, &word));
	EXPECT_NE(0, word);
	ASSERT_EQ(0, sim_fault(self->gpu, "all_ones", "0"));
	for (end = now_ms() + 20000; word && now_ms() < end; usleep(50000))
		ASSERT_EQ(0, vram_read(self->gpu, 10 * MIB, &word));
	EXPECT_EQ(0, word);
}

TEST_F_TIMEOUT(scrub, memory_that_takes_no_zeroes_quarantines, 120)
{
	char text[QUARANTINE_SIZE];
	uint64_t word;

	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-1Q", UUID_1));
	ASSERT_EQ(0, vfio_write32(&self->dev, BAR1, 11 * MIB, SECRET));
	ASSERT_EQ(0, sim_fault(self->gpu, "bad_memory", "11"));
	vfio_close(&self->dev);
	EXPECT_TRUE(gpu_quarantine_await(&self->sock, self->gpu, text));
	EXPECT_STREQ(sim_text("gpu %s: memory at 10 MiB does not take zeroes", self->gpu), text);
	ASSERT_EQ(0, mdev_remove(UUID_1));
	EXPECT_EQ(-EIO, gpu_recover(&self->sock, self->gpu));
	ASSERT_EQ(0, sim_fault(self->gpu, "bad_memory", "0"));
	EXPECT_EQ(0, gpu_recover(&self->sock, self->gpu));
	ASSERT_EQ(0, vram_read(self->gpu, 11 * MIB, &word));
	EXPECT_EQ(0, word);
}

TEST_F_TIMEOUT(scrub, memory_that_takes_no_zeroes_stays_closed, 120)
{
	char text[QUARANTINE_SIZE];
	uint32_t word;

	ASSERT_EQ(0, vram_write(self->gpu, 11 * MIB, SECRET));
	ASSERT_EQ(0, sim_fault(self->gpu, "bad_memory", "11"));
	ASSERT_EQ(0, vgpu_open(&self->dev, self->gpu, "A40-1Q", UUID_1));
	EXPECT_EQ(-EIO, vfio_read(&self->dev, BAR1, 11 * MIB, &word, 4));
	EXPECT_TRUE(gpu_quarantine_await(&self->sock, self->gpu, text));
	ASSERT_EQ(0, sim_fault(self->gpu, "bad_memory", "0"));
	vfio_close(&self->dev);
	ASSERT_EQ(0, mdev_remove(UUID_1));
	EXPECT_EQ(0, gpu_recover(&self->sock, self->gpu));
}

TEST_HARNESS_MAIN
