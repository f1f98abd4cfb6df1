// SPDX-License-Identifier: GPL-2.0-only
/*
 * vGPUs side by side on one board. Each fills its whole slice, and has all of it as long as it
 * lives, whatever becomes of the others (I5); and nothing that one can read or write, of any width
 * and at any place, changes another one's memory or registers (I7).
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/portrait.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>
#include <libnvmux_test/vram.h>

#define SPACE VFIO_PCI_CONFIG_REGION_INDEX
#define BAR0 VFIO_PCI_BAR0_REGION_INDEX
#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define MIB (1ULL << 20)
#define GIB (1ULL << 30)

#define LEFT 0x1ef7
#define MIDDLE 0x31dd1e
#define RIGHT 0x219b7

/* Its types of one and two GiB are what a test can afford to write. */
static const struct board a40 = { .model = "a40", .bus = 0x11, .companions = "none" };

static const char * const uuids[] = { UUID_1, UUID_2, UUID_3 };

FIXTURE(neighbour)
{
	struct nl_sock sock;
	struct vfio_dev dev[3];
	const char *gpu;
};

FIXTURE_SETUP(neighbour)
{
	int i;

	for (i = 0; i < 3; i++)
		self->dev[i] = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	board_del(&a40);
	if (board_add(&a40))
		SKIP(return, "another board needs the simulator");
	self->gpu = board_bdf(&a40, 0);
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
}

FIXTURE_TEARDOWN(neighbour)
{
	int i;

	for (i = 0; i < 3; i++)
		vfio_close(&self->dev[i]);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	board_del(&a40);
	nl_close(&self->sock);
}

/* The nth of them; they lie in this order. */
static int vgpu_open(struct vfio_dev *dev, const char *gpu, const char *type, unsigned int nth)
{
	return mdev_create(gpu, type, uuids[nth]) ?: vfio_open_mdev(dev, uuids[nth]) ?:
	       vfio_enable(dev);
}

typedef size_t (*walk_t)(volatile uint64_t *words, size_t len, uint32_t owner);

static size_t fill(volatile uint64_t *words, size_t len, uint32_t owner)
{
	words_fill(words, len, owner);
	return 0;
}

static size_t lost(volatile uint64_t *words, size_t len, uint32_t owner)
{
	return words_lost(words, len, owner);
}

static size_t found(volatile uint64_t *words, size_t len, uint32_t owner)
{
	(void)owner;
	return words_found(words, len);
}

/* What @walk says of @len bytes of BAR1 from @at on, -1 when they cannot be seen. */
static ssize_t bar1_walk(struct vfio_dev *dev, uint64_t at, size_t len, walk_t walk, uint32_t owner)
{
	volatile uint64_t *words = vfio_map(dev, BAR1, at, len);
	ssize_t n;

	if (words == MAP_FAILED)
		return -1;
	n = walk(words, len, owner);
	munmap((void *)words, len);
	return n;
}

#define ASSERT_FILLED(dev, len, owner)	ASSERT_EQ(0, bar1_walk(dev, 0, len, fill, owner))
#define EXPECT_KEPT(dev, len, owner)	EXPECT_EQ(0, bar1_walk(dev, 0, len, lost, owner))
#define EXPECT_EMPTY(dev, len)		EXPECT_EQ(0, bar1_walk(dev, 0, len, found, 0))

TEST_F_TIMEOUT(neighbour, each_has_its_own_memory, 300)
{
	ASSERT_EQ(0, vgpu_open(&self->dev[0], self->gpu, "A40-1Q", 0));
	ASSERT_EQ(0, vgpu_open(&self->dev[1], self->gpu, "A40-1Q", 1));
	ASSERT_FILLED(&self->dev[0], GIB, LEFT);
	ASSERT_FILLED(&self->dev[1], GIB, MIDDLE);
	EXPECT_KEPT(&self->dev[0], GIB, LEFT);
	EXPECT_KEPT(&self->dev[1], GIB, MIDDLE);
}

static pid_t child_fill(const char *uuid, size_t len)
{
	struct vfio_dev dev = VFIO_CLOSED;
	pid_t pid = fork();

	if (pid)
		return pid;
	if (vfio_open_mdev(&dev, uuid) || vfio_enable(&dev) || bar1_walk(&dev, 0, len, fill, LEFT))
		_exit(1);
	raise(SIGSTOP);
	_exit(0);
}

/* Its VM is killed, another one has it, it is deleted, another vGPU has its place. */
TEST_F_TIMEOUT(neighbour, keeps_its_memory_whatever_becomes_of_the_other, 300)
{
	struct nl_object vgpu;
	int status;
	pid_t pid;

	ASSERT_EQ(0, mdev_create(self->gpu, "A40-1Q", UUID_1));
	ASSERT_EQ(0, vgpu_open(&self->dev[1], self->gpu, "A40-1Q", 1));
	ASSERT_FILLED(&self->dev[1], GIB, MIDDLE);
	pid = child_fill(UUID_1, GIB);
	ASSERT_EQ(pid, waitpid(pid, &status, WUNTRACED));
	ASSERT_TRUE(WIFSTOPPED(status));
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev[0], UUID_1));
	ASSERT_EQ(0, vfio_enable(&self->dev[0]));
	EXPECT_EMPTY(&self->dev[0], GIB);
	EXPECT_KEPT(&self->dev[1], GIB, MIDDLE);
	ASSERT_FILLED(&self->dev[0], GIB, LEFT);
	vfio_close(&self->dev[0]);
	ASSERT_EQ(0, mdev_remove(UUID_1));
	ASSERT_EQ(0, vgpu_open(&self->dev[2], self->gpu, "A40-1Q", 2));
	ASSERT_EQ(0, vgpu_get(&self->sock, UUID_3, &vgpu));
	ASSERT_EQ(0, nl_u64(&vgpu, NVMUX_A_VGPU_OFFSET));
	EXPECT_EMPTY(&self->dev[2], GIB);
	EXPECT_KEPT(&self->dev[1], GIB, MIDDLE);
}

/* Two tenants, one who has the whole GPU, and one vGPU where the two were. */
TEST_F_TIMEOUT(neighbour, whole_gpu_is_another_one, 300)
{
	if (vfio_mapping_is_shadowed())
		SKIP(return, "kasan would shadow all of bar1");
	ASSERT_EQ(0, vgpu_open(&self->dev[0], self->gpu, "A40-1Q", 0));
	ASSERT_EQ(0, vgpu_open(&self->dev[1], self->gpu, "A40-1Q", 1));
	ASSERT_FILLED(&self->dev[0], GIB, LEFT);
	ASSERT_FILLED(&self->dev[1], GIB, MIDDLE);
	vfio_close(&self->dev[0]);
	vfio_close(&self->dev[1]);
	ASSERT_EQ(0, mdev_remove(UUID_1));
	ASSERT_EQ(0, mdev_remove(UUID_2));
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vfio_open_pci(&self->dev[0], self->gpu));
	ASSERT_EQ(0, vfio_enable(&self->dev[0]));
	EXPECT_EMPTY(&self->dev[0], 2 * GIB);
	ASSERT_FILLED(&self->dev[0], 2 * GIB, RIGHT);
	vfio_close(&self->dev[0]);
	ASSERT_EQ(0, gpu_switch(&self->sock, self->gpu, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, vgpu_open(&self->dev[2], self->gpu, "A40-2Q", 2));
	EXPECT_EMPTY(&self->dev[2], 2 * GIB);
}

/* Of the slice of a neighbour: its two ends are looked at word by word. */
#define SLICE (3 * GIB)
#define END (32 * MIB)

static ssize_t ends_walk(struct vfio_dev *dev, walk_t walk, uint32_t owner)
{
	return bar1_walk(dev, 0, END, walk, owner) +
	       bar1_walk(dev, SLICE - END, END, walk, owner + 1);
}

/* One access of each width, there and back, whatever becomes of it. */
static void access_at(struct vfio_dev *dev, uint64_t region, uint64_t at)
{
	static const uint64_t ones = UINT64_MAX, zeroes;
	uint64_t word;
	size_t width;

	for (width = 1; width <= 8; width *= 2) {
		(void)!pwrite(dev->fd, &ones, width, region + at);
		(void)!pread(dev->fd, &word, width, region + at);
		(void)!pwrite(dev->fd, &zeroes, width, region + at);
	}
}

static void access_all(struct vfio_dev *dev, uint32_t index, uint64_t from, uint64_t to,
		       uint64_t step)
{
	struct vfio_region_info info;

	if (vfio_region(dev, index, &info))
		return;
	for (; from < to; from += step)
		access_at(dev, info.offset, from);
}

static void renew(struct vfio_dev *dev)
{
	vfio_call(dev, VFIO_DEVICE_RESET, NULL);
	vfio_enable(dev);
}

/* Around each edge at which a slip would come to lie in another chunk, slice or region. */
static void access_bar1(struct vfio_dev *dev)
{
	uint64_t edge;

	for (edge = 0; edge < 5 * GIB; edge += 16 * MIB)
		access_all(dev, BAR1, edge ? edge - 9 : 0, edge + 9, 5);
	for (edge = SLICE; edge <= 4 * GIB; edge += GIB)
		access_all(dev, BAR1, edge - 9, edge + 9, 1);
	for (edge = 8 * GIB; edge <= 1ULL << 40; edge *= 2)
		access_all(dev, BAR1, edge - 9, edge + 9, 3);
}

/* Longer than any register, over the end of the slice and of the BAR. */
static void access_long(struct vfio_dev *dev)
{
	static uint8_t bytes[256 * 1024];
	static const uint64_t at[] = { SLICE - sizeof(bytes) / 2, SLICE, 4 * GIB - 4096 };
	size_t i;

	memset(bytes, 0xee, sizeof(bytes));
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		vfio_write(dev, BAR1, at[i], bytes, sizeof(bytes));
	vfio_write(dev, BAR0, 0, bytes, sizeof(bytes));
	vfio_write(dev, SPACE, 0, bytes, 4096);
}

/* BAR1 of a slice of three GiB has four, so that a slip over its end would find a neighbour. */
TEST_F_TIMEOUT(neighbour, no_access_reaches_it, 600)
{
	static struct portrait before[2], after[2];
	struct vfio_dev *left = &self->dev[0], *dev = &self->dev[1], *right = &self->dev[2];
	int i;

	for (i = 0; i < 3; i++)
		ASSERT_EQ(0, vgpu_open(&self->dev[i], self->gpu, "A40-3Q", i));
	portrait_paint(left);
	portrait_paint(right);
	ASSERT_EQ(0, ends_walk(left, fill, LEFT));
	ASSERT_EQ(0, ends_walk(right, fill, RIGHT));
	portrait_take(left, &before[0]);
	portrait_take(right, &before[1]);
	access_all(dev, SPACE, 0, 4096 + 9, 1);
	renew(dev);
	access_all(dev, BAR0, 0, 0x3000, 1);
	access_all(dev, BAR0, 0x3000, 0x40000, 59);
	access_all(dev, BAR0, 0x10000, 0x10100, 1);
	access_all(dev, BAR0, 0x40000 - 9, 0x40000 + 9, 1);
	renew(dev);
	access_bar1(dev);
	access_long(dev);
	portrait_take(left, &after[0]);
	portrait_take(right, &after[1]);
	EXPECT_EQ(0, memcmp(before, after, sizeof(after)));
	EXPECT_EQ(LEFT, before[0].memory[1]);
	EXPECT_EQ(4, before[1].pba);
	EXPECT_EQ(0, ends_walk(left, lost, LEFT));
	EXPECT_EQ(0, ends_walk(right, lost, RIGHT));
}

TEST_HARNESS_MAIN
