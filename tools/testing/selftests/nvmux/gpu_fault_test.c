// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every fault of a board, before and in the middle of every switch: in the end the GPU is where it
 * was, or where it should go, or quarantined with a reason, or gone with its board; never half,
 * never without a driver that it had (I3, I4). When the fault is over the GPU is of use again.
 *
 * Six boards make the six switches at the same time. NVMUX_SEED chooses when a fault strikes. The
 * kernel waits a minute for a board that falls silent in its reset, so these take their time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/crowd.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define WAYS 6
#define DEADLINE_MS 150000

enum { OLD, NEW, QUARANTINED, GONE, ENDS };

static const enum nvmux_mode ways[WAYS][2] = {
	{ NVMUX_MODE_HOST, NVMUX_MODE_VGPU },
	{ NVMUX_MODE_HOST, NVMUX_MODE_PASSTHROUGH },
	{ NVMUX_MODE_VGPU, NVMUX_MODE_HOST },
	{ NVMUX_MODE_VGPU, NVMUX_MODE_PASSTHROUGH },
	{ NVMUX_MODE_PASSTHROUGH, NVMUX_MODE_HOST },
	{ NVMUX_MODE_PASSTHROUGH, NVMUX_MODE_VGPU },
};

#define WITH_AUDIO(_model, _bus) { .model = _model, .bus = _bus, .companions = "audio" }

static const struct board boards[WAYS] = {
	WITH_AUDIO("a30", 1), WITH_AUDIO("a30", 2), WITH_AUDIO("a30", 3),
	WITH_AUDIO("v100", 4), WITH_AUDIO("v100", 5), WITH_AUDIO("v100", 6),
};

/* @after_ms: the fault strikes that long after the switch has begun, at random; 0 before it */
struct fault {
	const char *name;
	unsigned int after_ms;
	unsigned int rounds;
	const char *what;
};

struct trial {
	const struct fault *fault;
	unsigned int seed;
	unsigned int shift;	/* which board makes which way */
};

static const struct board *board_of(const struct trial *trial, unsigned int way)
{
	return &boards[(way + trial->shift) % WAYS];
}

static int fault_begin(const char *gpu, const struct fault *fault, struct vfio_dev *dev)
{
	if (strcmp(fault->name, "companion"))
		return sim_fault(gpu, fault->name, "1");
	return vfio_open_pci(dev, board_bdf(&(struct board){ .bus = strtoul(gpu + 5, NULL, 16) },
					    1));
}

/* In vgpu mode nvmux has the DMA of the group: nobody else gets at a companion. */
static bool fault_is_kept_out(const struct fault *fault, enum nvmux_mode from)
{
	return !strcmp(fault->name, "companion") && from == NVMUX_MODE_VGPU;
}

static void fault_end(const char *gpu, const struct fault *fault, struct vfio_dev *dev)
{
	vfio_close(dev);
	if (strcmp(fault->name, "companion"))
		sim_fault(gpu, fault->name, "0");
}

static void pause_ms(unsigned int ms, unsigned int *seed)
{
	if (ms)
		usleep(rand_r(seed) % (ms * 1000));
}

/* Where it went, and that it says why it did not go where it should. */
static int judge(struct nl_sock *sock, const char *gpu, const char *before, enum nvmux_mode to,
		 int err, struct crowd_member *member)
{
	char after[PICTURE_SIZE];
	struct nl_object object;
	const char *flaw;

	if (gpu_settle_within(sock, gpu, &object, DEADLINE_MS) == -ENODEV)
		return GONE;
	if (nl_has(&object, NVMUX_A_GPU_TARGET))
		flaws_add(&member->flaws, "%s: still switching", gpu);
	flaw = picture_flaw(sock, gpu);
	if (flaw)
		flaws_add(&member->flaws, "%s: %s", gpu, flaw);
	if (nl_has(&object, NVMUX_A_GPU_QUARANTINE))
		return QUARANTINED;
	if (nl_u32(&object, NVMUX_A_GPU_MODE) == to)
		return NEW;
	if (!err && !nl_has(&object, NVMUX_A_GPU_ERROR))
		flaws_add(&member->flaws, "%s: not switched, and no reason", gpu);
	picture_take(sock, gpu, after);
	if (strcmp(before, after))
		flaws_add(&member->flaws, "%s: before: %s, after: %s", gpu, before, after);
	return OLD;
}

/* To host mode, whatever has happened. */
static void heal(struct nl_sock *sock, const char *gpu, struct crowd_member *member)
{
	struct nl_object object;
	int err = gpu_settle_within(sock, gpu, &object, DEADLINE_MS);

	if (!err && nl_has(&object, NVMUX_A_GPU_QUARANTINE))
		err = gpu_recover(sock, gpu);
	if (!err)
		err = gpu_switch(sock, gpu, NVMUX_MODE_HOST);
	if (err)
		flaws_add(&member->flaws, "%s: not of use again: %d %s", gpu, err, sock->text);
}

static void one_round(struct nl_sock *sock, unsigned int way, const struct trial *trial,
		      unsigned int *seed, struct crowd_member *member)
{
	const char *gpu = board_bdf(board_of(trial, way), 0);
	struct vfio_dev dev = VFIO_CLOSED;
	char before[PICTURE_SIZE];
	int err;

	if (gpu_switch(sock, gpu, ways[way][0])) {
		flaws_add(&member->flaws, "%s: start: %s", gpu, sock->text);
		return;
	}
	picture_take(sock, gpu, before);
	if (!trial->fault->after_ms &&
	    !fault_begin(gpu, trial->fault, &dev) == fault_is_kept_out(trial->fault, ways[way][0]))
		flaws_add(&member->flaws, "%s: fault %s: not as it should", gpu, trial->fault->name);
	err = gpu_set(sock, gpu, ways[way][1],
		      NVMUX_SET_FLAGS_DETACH | NVMUX_SET_FLAGS_NO_SCRUB);
	pause_ms(trial->fault->after_ms, seed);
	if (trial->fault->after_ms)
		fault_begin(gpu, trial->fault, &dev);
	member->counts[judge(sock, gpu, before, ways[way][1], err, member)]++;
	fault_end(gpu, trial->fault, &dev);
	heal(sock, gpu, member);
}

static void act(unsigned int way, struct crowd_member *member, void *data)
{
	const struct trial *trial = data;
	unsigned int i, seed = trial->seed + way;
	struct nl_sock sock;

	if (nl_open(&sock)) {
		flaws_add(&member->flaws, "no socket");
		return;
	}
	for (i = 0; i < trial->fault->rounds; i++)
		one_round(&sock, way, trial, &seed, member);
	nl_close(&sock);
}

FIXTURE(fault)
{
	struct nl_sock sock;
	struct crowd *crowd;
	unsigned int seed;
};

FIXTURE_VARIANT(fault)
{
	struct fault fault;
};

#define FAULT(id, ...)								\
	FIXTURE_VARIANT_ADD(fault, id) { .fault = { __VA_ARGS__ } }

FAULT(silent, "all_ones", 0, 2, "silent before");
FAULT(silent_within, "all_ones", 400, 2, "silent within");
FAULT(stuck, "reset_stuck", 0, 1, "stuck in reset");
FAULT(firmware, "fw_not_ready", 0, 1, "firmware not ready");
FAULT(bar1, "bar1_virtual", 0, 2, "bar1 virtual");
FAULT(bar1_within, "bar1_virtual", 400, 3, "bar1 virtual within");
FAULT(pulled, "unplugged", 0, 1, "pulled before");
FAULT(pulled_within, "unplugged", 400, 5, "pulled within");
FAULT(companion, "companion", 0, 1, "companion busy");

FIXTURE_SETUP(fault)
{
	unsigned int i;

	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	self->seed = crowd_number("NVMUX_SEED", time(NULL));
	self->crowd = crowd_new(WAYS);
	ASSERT_NE(NULL, self->crowd);
	if (!file_exists("/sys/kernel/config/nvmux_sim"))
		SKIP(return, "faults need the simulator");
	for (i = 0; i < WAYS; i++) {
		ASSERT_EQ(0, board_add(&boards[i]));
		if (!strcmp(variant->fault.name, "companion"))
			ASSERT_EQ(0, board_bind(board_bdf(&boards[i], 1), "vfio-pci", true));
	}
}

FIXTURE_TEARDOWN(fault)
{
	unsigned int i;

	for (i = 0; i < WAYS; i++)
		board_del(&boards[i]);
	crowd_free(self->crowd);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

static const char *mode_name(enum nvmux_mode mode)
{
	return mode == NVMUX_MODE_HOST ? "host" : mode == NVMUX_MODE_VGPU ? "vgpu" : "passthrough";
}

TEST_F_TIMEOUT(fault, ends_old_new_or_quarantined, 900)
{
	struct trial trial = { &variant->fault, self->seed, self->seed % WAYS };
	unsigned int way;

	TH_LOG("NVMUX_SEED=%u", self->seed);
	EXPECT_TRUE(crowd_run(self->crowd, act, &trial));
	TH_LOG("%-20s %-26s %5s %5s %5s %5s %5s", "fault", "switch", "old", "new", "quar.", "gone",
	       "flaws");
	for (way = 0; way < WAYS; way++) {
		const struct crowd_member *member = crowd_member(self->crowd, way);
		char name[32];

		snprintf(name, sizeof(name), "%s to %s", mode_name(ways[way][0]),
			 mode_name(ways[way][1]));
		TH_LOG("%-20s %-26s %5u %5u %5u %5u %5u", variant->fault.what, name,
		       member->counts[OLD], member->counts[NEW], member->counts[QUARANTINED],
		       member->counts[GONE], member->flaws.count);
		EXPECT_EQ(0, member->flaws.count) TH_LOG("%s", member->flaws.first);
	}
}

TEST_HARNESS_MAIN
