// SPDX-License-Identifier: GPL-2.0-only
/*
 * The slice of a vGPU: its user reads what he wrote, nobody else does (I5), and nothing outside
 * the slice can be reached (I7).
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define MIB (1ULL << 20)
#define GIB (1ULL << 30)
#define PAGE 4096ULL
#define SECRET 0x5ec2e7a5
#define SLICE (6 * GIB)

FIXTURE(slice)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	struct vfio_dev other;
};

FIXTURE_SETUP(slice)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	self->other = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-6C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_enable(&self->dev));
}

FIXTURE_TEARDOWN(slice)
{
	vfio_close(&self->other);
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

/* First, inner and last places, and the edges of the 2 MiB pieces in which memory is cleaned. */
static const uint64_t places[] = {
	0, 2 * MIB - 4, 2 * MIB, 3 * GIB, 4 * GIB - 4, SLICE - 2 * MIB, SLICE - 4,
};

#define N_PLACES (sizeof(places) / sizeof(places[0]))

static volatile uint32_t *map(struct vfio_dev *dev, uint64_t offset, uint64_t len)
{
	return vfio_map(dev, BAR1, offset, len);
}

/*
 * One word of the slice by way of a mapping. No mapping outlives the access: it would keep the
 * device open.
 */
static uint32_t word(struct vfio_dev *dev, uint64_t at, const uint32_t *write)
{
	volatile uint32_t *page = map(dev, at & ~(PAGE - 1), PAGE);
	uint32_t value;

	if (page == MAP_FAILED)
		return UINT32_MAX;
	if (write)
		page[at % PAGE / 4] = *write;
	value = page[at % PAGE / 4];
	munmap((void *)page, PAGE);
	return value;
}

/* Writes the secret at all places, from @base on; the number of those that then read it. */
static unsigned int secrets_write(struct vfio_dev *dev, uint64_t base)
{
	static const uint32_t secret = SECRET;
	unsigned int i, n = 0;

	for (i = 0; i < N_PLACES; i++)
		n += word(dev, base + places[i], &secret) == SECRET;
	return n;
}

/* Places, from @base on, that are not clean; one that cannot be seen counts as well. */
static unsigned int secrets_found(struct vfio_dev *dev, uint64_t base)
{
	unsigned int i, n = 0;

	for (i = 0; i < N_PLACES; i++)
		n += word(dev, base + places[i], NULL) != 0;
	return n;
}

TEST_F(slice, is_empty_at_first)
{
	EXPECT_EQ(0, secrets_found(&self->dev, 0));
}

TEST_F(slice, keeps_what_is_written)
{
	unsigned int i;

	EXPECT_EQ(N_PLACES, secrets_write(&self->dev, 0));
	for (i = 0; i < N_PLACES; i++)
		EXPECT_EQ(SECRET, vfio_read32(&self->dev, BAR1, places[i]));
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR1, 4 * MIB, 0x12345678));
	EXPECT_EQ(0x12345678, word(&self->dev, 4 * MIB, NULL));
}

TEST_F(slice, whole_of_it_can_be_mapped)
{
	volatile uint32_t *all = map(&self->dev, 0, SLICE);
	unsigned int i;

	ASSERT_NE(MAP_FAILED, all);
	for (i = 0; i < N_PLACES; i++)
		all[places[i] / 4] = SECRET + i;
	for (i = 0; i < N_PLACES; i++)
		EXPECT_EQ(SECRET + i, vfio_read32(&self->dev, BAR1, places[i]));
	munmap((void *)all, SLICE);
}

/* As on the boards: a reset of the function is no cleaning. */
TEST_F(slice, keeps_its_contents_over_a_reset)
{
	EXPECT_EQ(N_PLACES, secrets_write(&self->dev, 0));
	ASSERT_EQ(0, vfio_call(&self->dev, VFIO_DEVICE_RESET, NULL));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(SECRET, vfio_read32(&self->dev, BAR1, places[0]));
	EXPECT_EQ(SECRET, word(&self->dev, SLICE - 4, NULL));
}

TEST_F(slice, is_not_the_neighbours)
{
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-6C", UUID_2));
	ASSERT_EQ(0, vfio_open_mdev(&self->other, UUID_2));
	ASSERT_EQ(0, vfio_enable(&self->other));
	EXPECT_EQ(N_PLACES, secrets_write(&self->dev, 0));
	EXPECT_EQ(0, secrets_found(&self->other, 0));
	EXPECT_EQ(N_PLACES, secrets_write(&self->other, 0));
	EXPECT_EQ(0, vfio_write32(&self->other, BAR1, 0, 1));
	EXPECT_EQ(SECRET, vfio_read32(&self->dev, BAR1, 0));
	EXPECT_EQ(SECRET, vfio_read32(&self->dev, BAR1, SLICE - 4));
}

TEST_F(slice, next_vgpu_in_its_place_finds_nothing)
{
	struct nl_object vgpu;

	EXPECT_EQ(N_PLACES, secrets_write(&self->dev, 0));
	vfio_close(&self->dev);
	ASSERT_EQ(0, mdev_remove(UUID_1));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-24C", UUID_2));
	ASSERT_EQ(0, vgpu_get(&self->sock, UUID_2, &vgpu));
	ASSERT_EQ(0, nl_u64(&vgpu, NVMUX_A_VGPU_OFFSET));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_2));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(0, secrets_found(&self->dev, 0));
}

/* The next process may be another VM. */
TEST_F(slice, next_user_of_the_vgpu_finds_nothing)
{
	EXPECT_EQ(N_PLACES, secrets_write(&self->dev, 0));
	vfio_close(&self->dev);
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(0, secrets_found(&self->dev, 0));
}

TEST_F(slice, what_was_written_by_calls_is_cleaned_too)
{
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR1, 3 * GIB, SECRET));
	vfio_close(&self->dev);
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(0, vfio_read32(&self->dev, BAR1, 3 * GIB));
}

/* The slice lies at the start of the framebuffer, which is the BAR1 of the whole GPU. */
TEST_F(slice, tenant_of_the_whole_gpu_finds_nothing)
{
	if (vfio_mapping_is_shadowed())
		SKIP(return, "kasan would shadow all of bar1");
	EXPECT_EQ(N_PLACES, secrets_write(&self->dev, 0));
	vfio_close(&self->dev);
	ASSERT_EQ(0, mdev_remove(UUID_1));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vfio_open_pci(&self->dev, GPU_A));
	EXPECT_EQ(0, secrets_found(&self->dev, 0));
}

TEST_F(slice, after_a_tenant_of_the_whole_gpu_is_empty)
{
	if (vfio_mapping_is_shadowed())
		SKIP(return, "kasan would shadow all of bar1");
	vfio_close(&self->dev);
	ASSERT_EQ(0, mdev_remove(UUID_1));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_PASSTHROUGH));
	ASSERT_EQ(0, vfio_open_pci(&self->dev, GPU_A));
	EXPECT_EQ(N_PLACES, secrets_write(&self->dev, 0));
	vfio_close(&self->dev);
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-6C", UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_enable(&self->dev));
	EXPECT_EQ(0, secrets_found(&self->dev, 0));
}

/* BAR1 is a power of two, the slice ends before. */
TEST_F(slice, beyond_it_is_nothing)
{
	uint8_t edge[8];

	EXPECT_EQ(UINT32_MAX, vfio_read32(&self->dev, BAR1, SLICE));
	EXPECT_EQ(UINT32_MAX, vfio_read32(&self->dev, BAR1, 8 * GIB - 4));
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR1, SLICE, 0));
	EXPECT_EQ(UINT32_MAX, vfio_read32(&self->dev, BAR1, SLICE));
	ASSERT_EQ(8, vfio_read(&self->dev, BAR1, SLICE - 4, edge, 8));
	EXPECT_EQ(0, memcmp(edge, "\0\0\0\0\xff\xff\xff\xff", 8));
}

TEST_F(slice, beyond_it_does_not_reach_the_neighbour)
{
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-6C", UUID_2));
	ASSERT_EQ(0, vfio_open_mdev(&self->other, UUID_2));
	ASSERT_EQ(0, vfio_enable(&self->other));
	EXPECT_EQ(0, vfio_write32(&self->dev, BAR1, SLICE, SECRET));
	EXPECT_EQ(0, vfio_read32(&self->other, BAR1, 0));
}

#define EXPECT_NO_MAP(index, offset, len)					\
	do {									\
		EXPECT_EQ(MAP_FAILED, vfio_map(&self->dev, index, offset, len)); \
		EXPECT_EQ(EINVAL, errno);					\
	} while (0)

TEST_F(slice, beyond_it_is_not_mapped)
{
	EXPECT_NO_MAP(BAR1, SLICE, PAGE);
	EXPECT_NO_MAP(BAR1, SLICE - PAGE, 2 * PAGE);
	EXPECT_NO_MAP(BAR1, 0, SLICE + PAGE);
	EXPECT_NO_MAP(BAR1, 8 * GIB, PAGE);
	EXPECT_NO_MAP(VFIO_PCI_BAR0_REGION_INDEX, 0, PAGE);
	EXPECT_NO_MAP(VFIO_PCI_CONFIG_REGION_INDEX, 0, PAGE);
	EXPECT_EQ(0, word(&self->dev, SLICE - 4, NULL));
}

TEST_F(slice, is_mapped_shared_or_not_at_all)
{
	struct vfio_region_info info;

	ASSERT_EQ(0, vfio_region(&self->dev, BAR1, &info));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, self->dev.fd,
				   info.offset));
	EXPECT_EQ(EINVAL, errno);
}

/* A mapping cannot grow over the end of what it was made for. */
TEST_F(slice, mapping_does_not_grow)
{
	volatile uint32_t *page = map(&self->dev, SLICE - PAGE, PAGE);

	ASSERT_NE(MAP_FAILED, page);
	EXPECT_EQ(MAP_FAILED, mremap((void *)page, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	munmap((void *)page, PAGE);
}

/* What is still mapped when the vGPU is closed and the mode has changed is nobody's memory. */
TEST_F(slice, mapping_keeps_the_vgpu_open)
{
	volatile uint32_t *page = map(&self->dev, 0, PAGE);

	ASSERT_NE(MAP_FAILED, page);
	page[0] = SECRET;
	vfio_close(&self->dev);
	EXPECT_EQ(NVMUX_VGPU_STATE_OPEN, vgpu_state(&self->sock, UUID_1));
	EXPECT_EQ(-EBUSY, vgpu_del(&self->sock, UUID_1));
	EXPECT_EQ(-EBUSY, gpu_set(&self->sock, GPU_A, NVMUX_MODE_HOST, 0));
	EXPECT_EQ(SECRET, page[0]);
	munmap((void *)page, PAGE);
	EXPECT_EQ(NVMUX_VGPU_STATE_PUBLISHED, vgpu_state(&self->sock, UUID_1));
}

/* Four bytes at a time, which takes hours. */
TEST_F(slice, long_read_ends_with_its_reader)
{
	struct vfio_region_info info;
	int status;
	pid_t pid;
	void *to;

	ASSERT_EQ(0, vfio_region(&self->dev, BAR1, &info));
	to = mmap(NULL, GIB, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ASSERT_NE(MAP_FAILED, to);
	pid = fork();
	if (!pid)
		_exit(pread(self->dev.fd, to, GIB, info.offset) < 0);
	ASSERT_LT(0, pid);
	usleep(500000);
	ASSERT_EQ(0, waitpid(pid, &status, WNOHANG));
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	munmap(to, GIB);
}

#define DOORBELL 0x2200
#define CALL_ERROR 3
#define REPLY(i) (0x2110 + 4 * (i))
#define LEAF_OF_FAULT 0x1010
#define FAULT (1U << 134 % 32)

/* What the board cannot clean nobody sees; the guest is told which memory that is. */
TEST_F(slice, memory_that_cannot_be_cleaned_stays_closed)
{
	struct vfio_dev *dev = &self->dev;
	uint32_t word;

	if (sim_fault(GPU_A, "all_ones", "1"))
		SKIP(return, "a board that fails needs the simulator");
	EXPECT_EQ(-EIO, vfio_read(dev, BAR1, 10 * MIB, &word, 4));
	EXPECT_EQ(-EIO, vfio_write(dev, BAR1, 12 * MIB, &word, 4));
	ASSERT_EQ(0, sim_fault(GPU_A, "all_ones", "0"));
	EXPECT_TRUE(vfio_read32(dev, VFIO_PCI_BAR0_REGION_INDEX, LEAF_OF_FAULT) & FAULT);
	ASSERT_EQ(0, vfio_write32(dev, VFIO_PCI_BAR0_REGION_INDEX, DOORBELL, CALL_ERROR));
	EXPECT_EQ(2, vfio_read32(dev, VFIO_PCI_BAR0_REGION_INDEX, REPLY(0)));
	EXPECT_EQ(10, vfio_read32(dev, VFIO_PCI_BAR0_REGION_INDEX, REPLY(1)));
	EXPECT_EQ(2, vfio_read32(dev, VFIO_PCI_BAR0_REGION_INDEX, REPLY(2)));
	EXPECT_EQ(0, vfio_read32(dev, BAR1, 10 * MIB));
}

TEST_HARNESS_MAIN
