// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random accesses to all regions of a vGPU and random ioctls: the kernel survives them, and the
 * neighbour keeps its registers and its memory (I7).
 *
 *	NVMUX_SEED	seed, printed by each run; default: the time
 *	NVMUX_ACCESSES	how many, default 1000000
 */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <kselftest.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/random.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define CONFIG VFIO_PCI_CONFIG_REGION_INDEX
#define BAR0 VFIO_PCI_BAR0_REGION_INDEX
#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define REGION(index) ((uint64_t)(index) << 40)

#define MIB (1ULL << 20)
#define SLICE (4096 * MIB)
/* Memory of the fuzzed slice is written in this many places, or the host would run out. */
#define CHUNKS 16
/* Neighbour's pages that are watched: both ends, and the edges of chunks. */
#define WATCHED 8

#define N(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t config_offset(void)
{
	return random_below(8) ? random_below(0x100) : random_below(0x1010);
}

static uint64_t bar0_offset(void)
{
	static const uint32_t rooms[] = { 0x0, 0xf00, 0x1000, 0x1200, 0x1400, 0x1600, 0x2100,
					  0x2200, 0x2300, 0x2400, 0x10000, 0x20000, 0x30000 };

	return random_below(8) ? rooms[random_below(N(rooms))] + random_below(0x90) :
	       random_below(0x40010);
}

/* Around the edges of chunks, and around the end of slice and BAR. */
static uint64_t bar1_offset(void)
{
	static const uint64_t ends[] = { SLICE, SLICE - 2 * MIB };
	uint64_t at = random_below(4) ? 2 * MIB * random_below(CHUNKS) :
		      ends[random_below(N(ends))];

	return at + random_below(0x20) - (at ? 0x10 : 0);
}

static void access_once(struct vfio_dev *dev)
{
	static const uint32_t indexes[] = { CONFIG, BAR0, BAR0, BAR0, BAR1, 2, 6, 8, 9 };
	uint32_t index = indexes[random_below(N(indexes))];
	uint32_t len = random_below(16) ? 1 + random_below(8) : random_below(64);
	uint64_t at = index == CONFIG ? config_offset() :
		      index == BAR1 ? bar1_offset() : bar0_offset();
	uint32_t words[16], i;

	for (i = 0; i < N(words); i++)
		words[i] = random_value();
	if (random_below(2))
		(void)!pread(dev->fd, words, len, REGION(index) + at);
	else
		(void)!pwrite(dev->fd, words, len, REGION(index) + at);
}

/* A driver would have enabled the function; without that most accesses would be dropped. */
static void enable(struct vfio_dev *dev)
{
	vfio_write32(dev, CONFIG, 0x60 + 4, 0);
	vfio_enable(dev);
}

/* An argument of random words, its first of a plausible size. */
static void ioctl_once(struct vfio_dev *dev, int event)
{
	static const unsigned long requests[] = {
		VFIO_DEVICE_GET_INFO, VFIO_DEVICE_GET_REGION_INFO, VFIO_DEVICE_GET_IRQ_INFO,
		VFIO_DEVICE_SET_IRQS, VFIO_DEVICE_SET_IRQS, VFIO_DEVICE_SET_IRQS,
		VFIO_DEVICE_RESET, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, VFIO_DEVICE_IOEVENTFD,
		VFIO_DEVICE_FEATURE,
	};
	uint32_t words[16], i;

	for (i = 0; i < N(words); i++)
		words[i] = random_value();
	words[0] = random_below(4) ? 4 * random_below(N(words) + 1) : random_value();
	if (random_below(2)) {
		words[1] = 1U << random_below(3) | 1U << (3 + random_below(3));
		words[2] = random_below(6);
		words[3] = random_below(7);
		words[4] = random_below(7);
		for (i = 5; i < N(words); i++)
			words[i] = random_below(3) ? (uint32_t)event : UINT32_MAX;
	}
	ioctl(dev->fd, requests[random_below(N(requests))], random_below(16) ? words : NULL);
}

/* Any state, and anything through the file of a state; what was read may be written later. */
static void migrate_once(struct vfio_dev *dev)
{
	static uint8_t bytes[4096];
	static int fd = -1;
	int got;

	switch (random_below(4)) {
	case 0:
		(void)!read(fd, bytes, random_below(sizeof(bytes)));
		break;
	case 1:
		bytes[random_below(sizeof(bytes))] = random_any();
		(void)!write(fd, bytes, random_below(sizeof(bytes)));
		break;
	default:
		got = vfio_migrate(dev, random_below(10));
		if (got < 0)
			break;
		if (fd >= 0)
			close(fd);
		fd = got;
	}
}

static void step(struct vfio_dev *dev, int event)
{
	uint32_t kind = random_below(256);

	if (kind < 4)
		enable(dev);
	else if (kind < 6)
		migrate_once(dev);
	else if (kind < 32)
		ioctl_once(dev, event);
	else
		access_once(dev);
}

/* What the neighbour has: a pattern in its memory, and something in each of its registers. */
static uint64_t watched(unsigned int i)
{
	static const uint64_t at[WATCHED] = {
		0, 4, 2 * MIB - 4, 2 * MIB, 64 * MIB, SLICE / 2, SLICE - 2 * MIB, SLICE - 4,
	};

	return at[i];
}

static void neighbour_fill(struct vfio_dev *dev)
{
	unsigned int i;

	vfio_enable(dev);
	for (i = 0; i < WATCHED; i++)
		vfio_write32(dev, BAR1, watched(i), 0xabcd0000 + i);
	for (i = 0; i < 8; i++) {
		vfio_write32(dev, BAR0, 0x1200 + 4 * i, 0x01010101U << i);
		vfio_write32(dev, BAR0, 0x2120 + 4 * i, 0x12340000 + i);
		vfio_write32(dev, BAR0, 0x1640, 32 * i + 9);
	}
	for (i = 0; i < 24; i++)
		vfio_write32(dev, BAR0, 0x10000 + 4 * i, 0x5a5a5a5a + i);
}

#define REGISTERS 0x3000

struct picture {
	uint8_t config[4096];
	uint32_t low[REGISTERS / 4];
	uint32_t msix[24];
	uint32_t memory[WATCHED];
};

static void picture_take(struct vfio_dev *dev, struct picture *picture)
{
	unsigned int i;

	memset(picture, 0, sizeof(*picture));
	vfio_read(dev, CONFIG, 0, picture->config, sizeof(picture->config));
	vfio_read(dev, BAR0, 0, picture->low, sizeof(picture->low));
	vfio_read(dev, BAR0, 0x10000, picture->msix, sizeof(picture->msix));
	for (i = 0; i < WATCHED; i++)
		picture->memory[i] = vfio_read32(dev, BAR1, watched(i));
}

static uint64_t fuzz(struct vfio_dev *dev)
{
	uint64_t count = setting("NVMUX_ACCESSES", 1000000), n;
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	for (n = 0; n < count; n++)
		step(dev, event);
	close(event);
	return n;
}

static int vgpus_open(struct nl_sock *sock, struct vfio_dev *dev, struct vfio_dev *other)
{
	int err = nl_open(sock);

	if (!err)
		err = sim_reset(sock, "fuzz");
	if (!err)
		err = gpu_switch(sock, GPU_A, NVMUX_MODE_VGPU);
	if (!err)
		err = mdev_create(GPU_A, "A30-4C", UUID_1);
	if (!err)
		err = mdev_create(GPU_A, "A30-4C", UUID_2);
	if (!err)
		err = vfio_open_mdev(dev, UUID_1);
	return err ?: vfio_open_mdev(other, UUID_2);
}

/* The fuzzed vGPU still is one. */
static bool is_alive(struct vfio_dev *dev)
{
	vfio_call(dev, VFIO_DEVICE_RESET, NULL);
	vfio_enable(dev);
	return vfio_config(dev, 0, 4) == 0x20b710de && vfio_read32(dev, BAR0, 0x4) == 2 << 16 &&
	       vfio_read32(dev, BAR0, 0x2100) == SLICE / MIB;
}

int main(void)
{
	static struct picture before, after;
	struct vfio_dev dev = VFIO_CLOSED, other = VFIO_CLOSED;
	struct nl_sock sock;
	time_t start;
	uint64_t n;
	int err;

	ksft_print_header();
	ksft_set_plan(4);
	err = vgpus_open(&sock, &dev, &other);
	if (err)
		ksft_exit_fail_msg("no vgpus: %s\n", strerror(-err));
	ksft_print_msg("seed %llu\n", (unsigned long long)random_begin());
	neighbour_fill(&other);
	picture_take(&other, &before);
	start = time(NULL);
	n = fuzz(&dev);
	picture_take(&other, &after);
	ksft_print_msg("%llu s\n", (unsigned long long)(time(NULL) - start));
	ksft_test_result(n >= setting("NVMUX_ACCESSES", 1000000),
			 "%llu accesses and ioctls survived\n", (unsigned long long)n);
	ksft_test_result(before.memory[0] == 0xabcd0000 && before.low[0x2120 / 4] == 0x12340000,
			 "neighbour has something to lose\n");
	ksft_test_result(!memcmp(&before, &after, sizeof(before)), "neighbour has it still\n");
	ksft_test_result(is_alive(&dev), "fuzzed vgpu is alive\n");
	vfio_close(&dev);
	vfio_close(&other);
	sim_reset(&sock, "end");
	nl_close(&sock);
	ksft_finished();
}
