// SPDX-License-Identifier: GPL-2.0-only
/*
 * A migration stream that is not good changes nothing but the place where it was written, whoever
 * made it (I5, I7): it may be cut off, changed, out of order, another vGPU's, or forged.
 *
 *	FUZZ_SEED	seed, printed by each run; default: the time
 *	FUZZ_STREAMS	how many broken streams, default 300
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/migrate.h>
#include <libnvmux_test/portrait.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define SPACE VFIO_PCI_CONFIG_REGION_INDEX
#define BAR0 VFIO_PCI_BAR0_REGION_INDEX
#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define MIB (1ULL << 20)
#define SLICE (4096 * MIB)
#define BAD_MIB "4097"	/* the second of the second slice */

#define RUNNING VFIO_DEVICE_STATE_RUNNING
#define ERROR VFIO_DEVICE_STATE_ERROR

#define ARGUMENT(i) (0x2120 + 4 * (i))
#define TOP_EN_SET 0x1608
#define PBA 0x20000

#define HELLO_VERSION (HEAD + 0)
#define HELLO_BOOT0 (HEAD + 4)
#define HELLO_SLICE (HEAD + 8)
#define HELLO_TYPE (HEAD + 16)

/* More than any stream here. */
#define STREAM_MAX (4 * MIB)

FIXTURE(stream)
{
	struct nl_sock sock;
	struct vfio_dev dev;
	struct vfio_dev other;
	struct stream stream;
	struct portrait before;
};

FIXTURE_SETUP(stream)
{
	self->dev = (struct vfio_dev)VFIO_CLOSED;
	self->other = (struct vfio_dev)VFIO_CLOSED;
	ASSERT_EQ(0, stream_alloc(&self->stream, STREAM_MAX));
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_A, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_1));
	ASSERT_EQ(0, mdev_create(GPU_A, "A30-4C", UUID_2));
	ASSERT_EQ(0, vfio_open_mdev(&self->dev, UUID_1));
	ASSERT_EQ(0, vfio_open_mdev(&self->other, UUID_2));
	portrait_paint(&self->dev);
	portrait_take(&self->dev, &self->before);
	ASSERT_EQ(0, migrate_save(&self->dev, &self->stream));
}

/* Whatever was tried with its stream, the source has all that it had. */
FIXTURE_TEARDOWN(stream)
{
	static struct portrait after;

	vfio_migrate(&self->dev, RUNNING);
	portrait_take(&self->dev, &after);
	EXPECT_EQ(0, memcmp(&self->before, &after, sizeof(after)));
	vfio_close(&self->other);
	vfio_close(&self->dev);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
	stream_free(&self->stream);
}

/* Refused, and nothing is left of it; a reset makes the place good again. */
#define EXPECT_REFUSED_BYTES(error, bytes, len)					\
	do {									\
		EXPECT_EQ(error, migrate_load(&self->other, bytes, len));	\
		EXPECT_EQ(ERROR, vfio_migrate_state(&self->other));		\
		EXPECT_GT(NO_FILE, vfio_migrate(&self->other, RUNNING));	\
		EXPECT_EQ(0, vfio_call(&self->other, VFIO_DEVICE_RESET, NULL));	\
		EXPECT_EQ(RUNNING, vfio_migrate_state(&self->other));		\
		EXPECT_EQ(0, vfio_enable(&self->other));			\
		EXPECT_EQ(0, vfio_read32(&self->other, BAR0, ARGUMENT(0)));	\
		EXPECT_EQ(0, vfio_read32(&self->other, BAR1, 0));		\
	} while (0)

#define EXPECT_REFUSED(error, len) EXPECT_REFUSED_BYTES(error, self->stream.bytes, len)

#define EXPECT_TAKEN()								\
	EXPECT_EQ(0, migrate_load(&self->other, self->stream.bytes, self->stream.len))

/* Before, in and behind the head of each record, and before its last byte. */
TEST_F(stream, that_ends_early_is_refused)
{
	size_t at, size;

	for (at = 0; at < self->stream.len; at += size) {
		size = record_size(self->stream.bytes + at);
		EXPECT_REFUSED(-EBADMSG, at);
		EXPECT_REFUSED(-EBADMSG, at + 7);
		EXPECT_REFUSED(-EBADMSG, at + HEAD - 1);
		EXPECT_REFUSED(-EBADMSG, at + size - 1);
	}
	EXPECT_TAKEN();
}

TEST_F(stream, that_goes_on_behind_its_end_is_refused)
{
	uint8_t *end = record_find(&self->stream, END, 0);

	memset(self->stream.bytes + self->stream.len, 0, 2 * HEAD);
	EXPECT_REFUSED(-EBADMSG, self->stream.len + 1);
	EXPECT_REFUSED(-EBADMSG, self->stream.len + HEAD);
	memcpy(self->stream.bytes + self->stream.len, end, HEAD);
	EXPECT_REFUSED(-EBADMSG, self->stream.len + HEAD);
	record_forge(self->stream.bytes + self->stream.len, HEAD_KIND, END + 1);
	EXPECT_REFUSED(-EBADMSG, self->stream.len + HEAD);
}

/* Each byte of each head, and some of the data of each record. */
TEST_F(stream, that_was_changed_is_refused)
{
	size_t at, i, size, step;

	for (at = 0; at < self->stream.len; at += size) {
		size = record_size(self->stream.bytes + at);
		step = size > 8 * HEAD ? size / 4 : HEAD;
		for (i = 0; i < size; i += i < HEAD ? 3 : step) {
			self->stream.bytes[at + i] ^= 0x10;
			EXPECT_REFUSED(-EBADMSG, self->stream.len);
			self->stream.bytes[at + i] ^= 0x10;
		}
	}
	EXPECT_TAKEN();
}

/* Two records of memory change places; one comes twice; one is left out. */
TEST_F(stream, that_is_out_of_order_is_refused)
{
	uint8_t *first = record_find(&self->stream, MEMORY, 0);
	uint8_t *second = record_find(&self->stream, MEMORY, 1);
	uint8_t *third = record_find(&self->stream, MEMORY, 2);
	size_t one = second - first, two = third - second;
	size_t behind = self->stream.bytes + self->stream.len - third;
	uint8_t *copy = malloc(STREAM_MAX), *to;

	ASSERT_NE(NULL, copy);
	to = mempcpy(copy, self->stream.bytes, first - self->stream.bytes);
	mempcpy(mempcpy(mempcpy(to, second, two), first, one), third, behind);
	EXPECT_REFUSED_BYTES(-EBADMSG, copy, self->stream.len);
	mempcpy(mempcpy(mempcpy(to, first, one), first, one), second, two + behind);
	EXPECT_REFUSED_BYTES(-EBADMSG, copy, self->stream.len + one);
	mempcpy(to, second, two + behind);
	EXPECT_REFUSED_BYTES(-EBADMSG, copy, self->stream.len - one);
	free(copy);
	EXPECT_TAKEN();
}

/* A record of state that is missing or comes twice, with numbers that fit. */
TEST_F(stream, without_all_of_the_state_is_refused)
{
	uint32_t kind;

	for (kind = CONFIG; kind <= TIMER; kind++) {
		uint8_t *record = record_find(&self->stream, kind, 0);

		ASSERT_NE(NULL, record);
		record_forge(record, HEAD_KIND, kind == CONFIG ? INTR : kind - 1);
		EXPECT_REFUSED(-EBADMSG, self->stream.len);
		record_forge(record, HEAD_KIND, kind + 1);
		EXPECT_REFUSED(-EBADMSG, self->stream.len);
		record_forge(record, HEAD_KIND, kind);
	}
	EXPECT_TAKEN();
}

TEST_F(stream, of_another_version_is_refused)
{
	record_forge(self->stream.bytes, HELLO_VERSION, 2);
	EXPECT_REFUSED(-EPROTONOSUPPORT, self->stream.len);
	record_forge(self->stream.bytes, HELLO_VERSION, 0);
	EXPECT_REFUSED(-EPROTONOSUPPORT, self->stream.len);
}

TEST_F(stream, of_another_vgpu_is_refused)
{
	vfio_close(&self->other);
	ASSERT_EQ(0, gpu_switch(&self->sock, GPU_B, NVMUX_MODE_VGPU));
	ASSERT_EQ(0, mdev_create(GPU_B, "A30-6C", UUID_3));
	ASSERT_EQ(0, vfio_open_mdev(&self->other, UUID_3));
	EXPECT_REFUSED(-EINVAL, self->stream.len);
	/* who lies about the type has another slice, and another subsystem */
	memcpy(self->stream.bytes + HELLO_TYPE, "A30-6C", 6);
	record_seal(self->stream.bytes);
	EXPECT_REFUSED(-EINVAL, self->stream.len);
	record_forge(self->stream.bytes, HELLO_SLICE, 0x80000000);
	EXPECT_REFUSED(-EINVAL, self->stream.len);
}

TEST_F(stream, of_another_chip_is_refused)
{
	uint32_t boot0;

	memcpy(&boot0, self->stream.bytes + HELLO_BOOT0, 4);
	EXPECT_EQ(self->before.low[0], boot0);
	record_forge(self->stream.bytes, HELLO_BOOT0, boot0 ^ 1);
	EXPECT_REFUSED(-EINVAL, self->stream.len);
}

/* A type that has another size elsewhere: 6 GiB. */
TEST_F(stream, of_another_slice_is_refused)
{
	record_forge(self->stream.bytes, HELLO_SLICE, 0x80000000);
	EXPECT_REFUSED(-EINVAL, self->stream.len);
}

/* The next vGPU's memory begins where this one's ends. */
TEST_F(stream, with_memory_beyond_the_slice_is_refused)
{
	static const uint64_t offsets[] = { SLICE, SLICE + 2 * MIB, 1ULL << 63, -2 * MIB, 4096 };
	uint8_t *record = record_find(&self->stream, MEMORY, 0);
	size_t i;

	for (i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		memcpy(record + HEAD_OFFSET, &offsets[i], 8);
		record_seal(record);
		EXPECT_REFUSED(-EBADMSG, self->stream.len);
	}
}

/* Pages that are told and do not follow would be taken from whatever lies behind. */
TEST_F(stream, that_tells_other_memory_than_it_has_is_refused)
{
	uint8_t *record = record_find(&self->stream, MEMORY, 0);
	uint32_t pages;

	memcpy(&pages, record + HEAD, 4);
	record_forge(record, HEAD, UINT32_MAX);
	EXPECT_REFUSED(-EBADMSG, self->stream.len);
	record_forge(record, HEAD, 0);
	EXPECT_REFUSED(-EBADMSG, self->stream.len);
	record_forge(record, HEAD, pages);
	record_forge(record, HEAD + 64, pages);
	EXPECT_REFUSED(-EBADMSG, self->stream.len);
	record_forge(record, HEAD + 64, 0);
	EXPECT_TAKEN();
}

/* What cannot be cleaned for it takes nothing. */
TEST_F(stream, into_bad_memory_is_refused)
{
	if (sim_fault(GPU_A, "bad_memory", BAD_MIB))
		SKIP(return, "faults need the simulator");
	ASSERT_EQ(0, vfio_enable(&self->other));
	ASSERT_EQ(0, vfio_write32(&self->other, BAR1, MIB, 1));
	ASSERT_EQ(0, vfio_call(&self->other, VFIO_DEVICE_RESET, NULL));
	EXPECT_EQ(-EIO, migrate_load(&self->other, self->stream.bytes, self->stream.len));
	EXPECT_EQ(ERROR, vfio_migrate_state(&self->other));
	ASSERT_EQ(0, sim_fault(GPU_A, "bad_memory", "0"));
}

TEST_F(stream, with_config_space_of_another_function_is_refused)
{
	uint8_t *record = record_find(&self->stream, CONFIG, 0);

	record_forge(record, HEAD, 0x20b510de);
	EXPECT_REFUSED(-EINVAL, self->stream.len);
}

/* Bits that no guest could write come to nothing. */
TEST_F(stream, with_forged_registers_is_not_believed)
{
	uint32_t kind;

	for (kind = INTR; kind <= TIMER; kind++) {
		uint8_t *record = record_find(&self->stream, kind, 0);

		memset(record + HEAD, 0xff, record_size(record) - HEAD);
		record_seal(record);
	}
	EXPECT_TAKEN();
	EXPECT_EQ(0xf, vfio_read32(&self->other, BAR0, TOP_EN_SET));
	EXPECT_EQ(1, vfio_read32(&self->other, BAR0, 0x1000c));
	EXPECT_EQ(0xf, vfio_read32(&self->other, BAR0, PBA));
	EXPECT_EQ(NO_FILE, vfio_migrate(&self->other, RUNNING));
}

static uint64_t seed;

static uint32_t below(uint32_t n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 32) % n;
}

static uint64_t number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/* A few bytes of a record, here or there with a checksum that fits. */
static void stream_break(struct stream *stream)
{
	uint32_t kind = 1 + below(END), n = 1 + below(4);
	uint8_t *record = record_find(stream, kind, kind == MEMORY ? below(4) : 0);
	size_t size = record_size(record), area = below(2) ? size : HEAD + 16;

	while (n--)
		record[below(area < size ? area : size)] = below(2) ? below(256) : 0xff * below(2);
	if (below(2) && record_size(record) == size)
		record_seal(record);
}

/* Taken or refused, the vGPU is one afterwards, and its neighbour (the source) has all it had. */
TEST_F_TIMEOUT(stream, that_is_broken_anyhow_breaks_nothing, 180)
{
	uint64_t n = number("FUZZ_STREAMS", 300), i, taken = 0;
	struct stream broken;

	seed = number("FUZZ_SEED", time(NULL));
	TH_LOG("seed %llu", (unsigned long long)seed);
	ASSERT_EQ(0, stream_alloc(&broken, STREAM_MAX));
	for (i = 0; i < n; i++) {
		broken.len = self->stream.len;
		memcpy(broken.bytes, self->stream.bytes, broken.len);
		stream_break(&broken);
		if (!below(8))
			broken.len = below(broken.len);
		taken += !migrate_load(&self->other, broken.bytes, broken.len);
		vfio_migrate(&self->other, RUNNING);
		EXPECT_EQ(0, vfio_call(&self->other, VFIO_DEVICE_RESET, NULL));
		EXPECT_EQ(0x20b710de, vfio_config(&self->other, 0, 4));
	}
	TH_LOG("%llu of %llu streams were taken", (unsigned long long)taken,
	       (unsigned long long)n);
	EXPECT_LT(taken, n / 2);
	EXPECT_TAKEN();
	stream_free(&broken);
}

TEST_HARNESS_MAIN
