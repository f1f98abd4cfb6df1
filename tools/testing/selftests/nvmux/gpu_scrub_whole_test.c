// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole boards between tenants of passthrough mode (I5), through BAR1 and, on a T4, through PRAMIN.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>
#include <libnvmux_test/vram.h>

#define MIB (1ULL << 20)
#define SECRET 0x5ec2e7a5
#define QUICK_MS 5000

static uint32_t memory_of(struct nl_sock *sock, const char *gpu)
{
	struct nl_object object;

	return gpu_get(sock, gpu, &object) ? 0 : nl_u32(&object, NVMUX_A_GPU_MEMORY);
}

/* Small ones, so that all of them can be looked at in a test. T4: half of it is beyond BAR1. */
static const struct board small_a10 = {
	.model = "a10", .bus = 0x12, .companions = "none", .vram_mib = "515",
};
static const struct board small_t4 = {
	.model = "t4", .bus = 0x13, .vram_mib = "66", .bar1_mib = "64",
};

FIXTURE(whole)
{
	struct nl_sock sock;
	const char *gpu;
	const struct board *board;
	uint64_t size;
};

FIXTURE_VARIANT(whole)
{
	const struct board *board;
	uint64_t size;
};

FIXTURE_VARIANT_ADD(whole, a10) { .board = &small_a10, .size = 515 * MIB };
FIXTURE_VARIANT_ADD(whole, t4) { .board = &small_t4, .size = 66 * MIB };

FIXTURE_SETUP(whole)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	board_del(variant->board);
	if (board_add(variant->board))
		SKIP(return, "another board needs the simulator");
	self->gpu = board_bdf(variant->board, 0);
	self->size = variant->size;
}

FIXTURE_TEARDOWN(whole)
{
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	board_del(variant->board);
	nl_close(&self->sock);
}

/* As a tenant leaves it: something in each MiB, and in the very last word. */
static void board_soil(struct __test_metadata *_metadata, FIXTURE_DATA(whole) *self)
{
	uint64_t at;

	for (at = 0; at < self->size; at += MIB)
		ASSERT_EQ(0, vram_write(self->gpu, at + at / MIB * 8 % MIB, SECRET));
	ASSERT_EQ(0, vram_write(self->gpu, self->size - 8, SECRET));
}

static size_t board_found(FIXTURE_DATA(whole) *self)
{
	volatile uint64_t *vram = vram_map(self->gpu, 0, self->size);
	size_t found;

	if (vram == MAP_FAILED)
		return SIZE_MAX;
	found = words_found(vram, self->size);
	munmap((void *)vram, self->size);
	return found;
}

#define SWITCH_CLEANLY(mode)								\
	ASSERT_EQ(0, gpu_switch_with(&self->sock, self->gpu, NVMUX_MODE_##mode, 0))
#define EXPECT_MEMORY(memory)								\
	EXPECT_EQ(NVMUX_MEMORY_##memory, memory_of(&self->sock, self->gpu))

TEST_F_TIMEOUT(whole, board_is_cleaned_between_passthrough_tenants, 120)
{
	EXPECT_MEMORY(UNKNOWN);
	SWITCH_CLEANLY(PASSTHROUGH);
	EXPECT_MEMORY(TENANT);
	board_soil(_metadata, self);
	SWITCH_CLEANLY(HOST);
	EXPECT_MEMORY(TENANT);
	SWITCH_CLEANLY(PASSTHROUGH);
	EXPECT_EQ(0, board_found(self));
}

/* Whatever it does with the board, it does not overwrite all of it. */
TEST_F_TIMEOUT(whole, driver_of_the_host_takes_nothing_away, 120)
{
	if (system("modprobe -q pci-stub"))
		SKIP(return, "no pci-stub, which plays a driver of the host");
	SWITCH_CLEANLY(PASSTHROUGH);
	board_soil(_metadata, self);
	SWITCH_CLEANLY(HOST);
	ASSERT_EQ(0, file_write("pci-stub", PCI_DEVICES "/%s/driver_override", self->gpu));
	ASSERT_EQ(0, file_write(self->gpu, "/sys/bus/pci/drivers/pci-stub/bind"));
	EXPECT_MEMORY(TENANT);
	ASSERT_EQ(0, gpu_switch_with(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH,
				     NVMUX_SET_FLAGS_DETACH));
	EXPECT_EQ(0, board_found(self));
}

TEST_F_TIMEOUT(whole, board_is_cleaned_when_asked_and_comes_back, 120)
{
	struct nl_object gpu;

	SWITCH_CLEANLY(PASSTHROUGH);
	board_soil(_metadata, self);
	ASSERT_EQ(0, gpu_scrub(&self->sock, self->gpu));
	ASSERT_EQ(0, gpu_settle(&self->sock, self->gpu, &gpu));
	EXPECT_STREQ("", nl_str(&gpu, NVMUX_A_GPU_ERROR));
	EXPECT_EQ(NVMUX_MODE_PASSTHROUGH, gpu_mode(&self->sock, self->gpu));
	EXPECT_STREQ("vfio-pci", file_link(PCI_DEVICES "/%s/driver", self->gpu));
	EXPECT_EQ(0, board_found(self));
}

/* In host mode as well, of whatever history; then it is known. */
TEST_F_TIMEOUT(whole, clean_board_is_not_cleaned_again, 120)
{
	struct nl_object gpu;

	board_soil(_metadata, self);
	ASSERT_EQ(0, gpu_scrub(&self->sock, self->gpu));
	ASSERT_EQ(0, gpu_settle(&self->sock, self->gpu, &gpu));
	EXPECT_EQ(0, board_found(self));
	EXPECT_MEMORY(CLEAN);
	EXPECT_EQ(NVMUX_MODE_HOST, gpu_mode(&self->sock, self->gpu));
	ASSERT_EQ(0, vram_write(self->gpu, MIB, SECRET));
	ASSERT_EQ(0, gpu_scrub(&self->sock, self->gpu));
	ASSERT_EQ(0, gpu_settle(&self->sock, self->gpu, &gpu));
	EXPECT_EQ(1, board_found(self));
	SWITCH_CLEANLY(PASSTHROUGH);
	EXPECT_EQ(1, board_found(self));
}

TEST_F_TIMEOUT(whole, board_is_not_cleaned_against_the_will, 120)
{
	SWITCH_CLEANLY(PASSTHROUGH);
	board_soil(_metadata, self);
	SWITCH_CLEANLY(HOST);
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH));
	EXPECT_LT(0, board_found(self));
	EXPECT_MEMORY(TENANT);
}

TEST_F_TIMEOUT(whole, board_in_use_is_not_cleaned, 120)
{
	struct vfio_dev dev = VFIO_CLOSED;
	uint64_t word;

	SWITCH_CLEANLY(PASSTHROUGH);
	ASSERT_EQ(0, vram_write(self->gpu, MIB, SECRET));
	ASSERT_EQ(0, vfio_open_pci(&dev, self->gpu));
	EXPECT_EQ(-EBUSY, gpu_scrub(&self->sock, self->gpu));
	vfio_close(&dev);
	ASSERT_EQ(0, vram_read(self->gpu, MIB, &word));
	EXPECT_EQ(SECRET, word);
}

/* The board that was to be cleaned is nobody's, until it is. The last four bytes are a sample. */
TEST_F_TIMEOUT(whole, bad_board_does_not_reach_the_next_tenant, 120)
{
	char text[QUARANTINE_SIZE];

	SWITCH_CLEANLY(PASSTHROUGH);
	board_soil(_metadata, self);
	SWITCH_CLEANLY(HOST);
	ASSERT_EQ(0, sim_fault(self->gpu, "bad_memory", "65"));
	ASSERT_EQ(0, vram_write(self->gpu, 66 * MIB - 8, (uint64_t)SECRET << 32));
	EXPECT_EQ(-EIO, gpu_switch_with(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH, 0));
	EXPECT_STREQ(sim_text("clean: gpu %s: memory at 64 MiB does not take zeroes", self->gpu),
		     self->sock.text);
	EXPECT_TRUE(gpu_quarantine_await(&self->sock, self->gpu, text));
	EXPECT_EQ(NVMUX_MODE_HOST, gpu_mode(&self->sock, self->gpu));
	EXPECT_MEMORY(TENANT);
	ASSERT_EQ(0, sim_fault(self->gpu, "bad_memory", "0"));
	EXPECT_EQ(0, gpu_recover(&self->sock, self->gpu));
	SWITCH_CLEANLY(PASSTHROUGH);
	EXPECT_EQ(0, board_found(self));
}

FIXTURE(large)
{
	struct nl_sock sock;
	const char *gpu;
};

static const struct board large = { .model = "a40", .bus = 0x14, .companions = "none" };

FIXTURE_SETUP(large)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	board_del(&large);
	if (board_add(&large))
		SKIP(return, "another board needs the simulator");
	self->gpu = board_bdf(&large, 0);
}

FIXTURE_TEARDOWN(large)
{
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	board_del(&large);
	nl_close(&self->sock);
}

/* 48 GiB take a while: whoever removes the board meanwhile does not wait for them. */
TEST_F_TIMEOUT(large, removal_during_a_whole_cleaning_is_quick, 120)
{
	struct nl_object gpu;
	int64_t start;

	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	EXPECT_EQ(NVMUX_STEP_CLEAN, nl_u32(&gpu, NVMUX_A_GPU_STEP));
	start = now_ms();
	ASSERT_EQ(0, file_write("1", PCI_DEVICES "/%s/remove", self->gpu));
	EXPECT_GT(QUICK_MS, now_ms() - start);
	EXPECT_EQ(-ENODEV, gpu_get(&self->sock, self->gpu, &gpu));
	ASSERT_EQ(0, file_write("1", "/sys/bus/pci/rescan"));
	EXPECT_EQ(NVMUX_MODE_HOST, gpu_mode(&self->sock, self->gpu));
}

/* A driver that somebody binds by hand meanwhile does not get a board that is half clean. */
TEST_F_TIMEOUT(large, driver_bound_during_a_whole_cleaning_ends_it, 120)
{
	struct nl_object gpu;

	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, gpu_scrub_begin(&self->sock, self->gpu, &gpu));
	ASSERT_EQ(0, file_write(self->gpu, "/sys/bus/pci/drivers/vfio-pci/bind"));
	ASSERT_EQ(0, gpu_settle(&self->sock, self->gpu, &gpu));
	EXPECT_STREQ(sim_text("clean: gpu %s: driver vfio-pci has come before it was clean",
			      self->gpu), nl_str(&gpu, NVMUX_A_GPU_ERROR));
	EXPECT_EQ(NVMUX_MEMORY_TENANT, nl_u32(&gpu, NVMUX_A_GPU_MEMORY));
}

TEST_HARNESS_MAIN
