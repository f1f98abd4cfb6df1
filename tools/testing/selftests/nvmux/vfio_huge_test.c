// SPDX-License-Identifier: GPL-2.0-only
/*
 * The slice is mapped in huge pages where a mapping lies so that it can be, and in small ones
 * elsewhere; either way the gate closes it, and a touch before it is clean finds zeros (I5, I7).
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define MIB (1ULL << 20)
#define CHUNK (2 * MIB)
#define CHUNKS 64
#define PAGE 4096

FIXTURE(huge)
{
	struct nl_sock sock;
	struct vfio_dev dev;
};

FIXTURE_SETUP(huge)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_enable(&self->dev));
}

FIXTURE_TEARDOWN(huge)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

static bool kernel_has_huge_pages(void)
{
	return !access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK);
}

/* KiB of page tables of this process: a huge page needs none of its own. */
static long page_tables(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[128];
	long kib = -1;

	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "VmPTE: %ld", &kib) == 1)
			break;
	if (status)
		fclose(status);
	return kib;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* One touch of each chunk of an area, mapped anew; what it cost. */
static uint8_t *area_touch(struct vfio_dev *dev, size_t past, long *ret_kib, uint64_t *ret_ns)
{
	uint8_t *area = vfio_map_at(dev, BAR1, 0, CHUNKS * CHUNK, past);
	unsigned int i;

	if (area == MAP_FAILED)
		return area;
	*ret_kib = page_tables();
	*ret_ns = now_ns();
	for (i = 0; i < CHUNKS; i++)
		(void)((volatile uint8_t *)area)[i * CHUNK];
	*ret_ns = (now_ns() - *ret_ns) / CHUNKS;
	*ret_kib = page_tables() - *ret_kib;
	return area;
}

TEST_F(huge, aligned_mapping_needs_no_small_pages)
{
	uint64_t first_ns, huge_ns, small_ns;
	long huge_kib, small_kib;
	uint8_t *area;

	area = area_touch(&self->dev, 0, &huge_kib, &first_ns);
	ASSERT_NE(MAP_FAILED, area);
	munmap(area, CHUNKS * CHUNK);
	area = area_touch(&self->dev, 0, &huge_kib, &huge_ns);
	ASSERT_NE(MAP_FAILED, area);
	munmap(area, CHUNKS * CHUNK);
	area = area_touch(&self->dev, PAGE, &small_kib, &small_ns);
	ASSERT_NE(MAP_FAILED, area);
	munmap(area, CHUNKS * CHUNK);
	TH_LOG("per 2 MiB: first touch %llu ns; mapped huge %llu ns, small %llu ns; page tables %ld and %ld KiB",
	       (unsigned long long)first_ns, (unsigned long long)huge_ns,
	       (unsigned long long)small_ns, huge_kib, small_kib);
	EXPECT_LE(CHUNKS * 4, small_kib);
	if (!kernel_has_huge_pages())
		SKIP(return, "this kernel has no huge pages");
	EXPECT_GT(CHUNKS, huge_kib);
	EXPECT_GT(small_ns, huge_ns);
}

/* An area that begins and ends inside a chunk: huge in the middle at most, right everywhere. */
TEST_F(huge, any_mapping_shows_the_same)
{
	static const size_t pasts[] = { 0, PAGE, CHUNK - PAGE };
	uint32_t i, at, *area;
	uint64_t start;

	for (start = 0; start < 16 * MIB; start += CHUNK / 4)
		vfio_write32(&self->dev, BAR1, start, 0xa0000000 + start);
	for (i = 0; i < 3; i++) {
		start = i * CHUNK / 4;
		area = vfio_map_at(&self->dev, BAR1, start, 9 * MIB, pasts[i]);
		ASSERT_NE(MAP_FAILED, area);
		for (at = 0; at < 9 * MIB; at += CHUNK / 4)
			EXPECT_EQ(0xa0000000 + start + at, area[at / 4]);
		munmap(area, 9 * MIB);
	}
}

static sigjmp_buf bus_error;

static void on_bus_error(int number)
{
	siglongjmp(bus_error, number);
}

static bool is_closed(volatile uint8_t *at)
{
	bool closed = true;

	signal(SIGBUS, on_bus_error);
	if (!sigsetjmp(bus_error, 1)) {
		(void)*at;
		closed = false;
	}
	signal(SIGBUS, SIG_DFL);
	return closed;
}

TEST_F(huge, gate_closes_huge_pages)
{
	uint8_t *area = vfio_map_at(&self->dev, BAR1, 0, 4 * MIB, 0);

	ASSERT_NE(MAP_FAILED, area);
	area[3 * MIB] = 0x5a;
	ASSERT_EQ(0, vfio_command(&self->dev, 0));
	EXPECT_TRUE(is_closed(area + 3 * MIB));
	EXPECT_TRUE(is_closed(area));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(0x5a, area[3 * MIB]);
	EXPECT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
	EXPECT_TRUE(is_closed(area + 3 * MIB));
	munmap(area, 4 * MIB);
}

/* What the last user left is gone before a huge page shows it. */
TEST_F(huge, next_user_finds_zeros)
{
	uint8_t *area = vfio_map_at(&self->dev, BAR1, 0, 4 * MIB, 0);
	unsigned int i;

	ASSERT_NE(MAP_FAILED, area);
	memset(area, 0xee, 4 * MIB);
	munmap(area, 4 * MIB);
	vfio_close(&self->dev);
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	area = vfio_map_at(&self->dev, BAR1, 0, 4 * MIB, 0);
	ASSERT_NE(MAP_FAILED, area);
	for (i = 0; i < 4 * MIB; i += 64)
		ASSERT_EQ(0, area[i]);
	munmap(area, 4 * MIB);
}

TEST_HARNESS_MAIN
