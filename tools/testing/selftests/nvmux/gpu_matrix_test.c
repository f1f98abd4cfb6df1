// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every board, from every mode to every other and back, again and again (NVMUX_ROUNDS times): in
 * the end everything is as it was, and what cannot be is refused without a trace (I1, I2, I4).
 * Boards switch at the same time, each in a process of its own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/crowd.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>

#define MODES 3
#define MANY_MS 200000

enum { DONE, REFUSED, ROUNDS, FIRST_PAIR };

static const struct {
	const char *what;
	struct board board;
	bool stranger;		/* nobody switches it, it is just there */
	unsigned int bound;	/* functions that a driver of the host has, one bit each */
	unsigned int modes;	/* that it can be in, one bit each */
} rows[] = {
	{ "a30", { .model = "a30", .bus = 1 }, false, 1, 7 },
	{ "rtxa6000 audio", { .model = "rtxa6000", .bus = 2, .companions = "audio" }, false, 2, 5 },
	{ "rtx6000 audio usb ucsi", { .model = "rtx6000", .bus = 3 }, false, 4, 5 },
	{ "t4", { .model = "t4", .bus = 4 }, false, 0, 5 },
	{ "v100", { .model = "v100", .bus = 5 }, false, 0, 7 },
	{ "v100 beside its twin", { .model = "v100", .bus = 6, .group = "9" }, false, 0, 3 },
	{ "the twin", { .model = "v100", .bus = 7, .group = "9" }, false, 0, 3 },
	{ "v100 beside a nic", { .model = "v100", .bus = 8, .group = "10" }, false, 1, 3 },
	{ "the nic", { .model = "nic", .bus = 9, .group = "10" }, true, 0, 0 },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool can_be(unsigned int row, enum nvmux_mode mode)
{
	return rows[row].modes >> (mode - 1) & 1;
}

static int go(struct nl_sock *sock, const char *gpu, enum nvmux_mode mode)
{
	struct nl_object object;
	int err = gpu_set(sock, gpu, mode, NVMUX_SET_FLAGS_DETACH | NVMUX_SET_FLAGS_CONSOLE |
			  NVMUX_SET_FLAGS_NO_SCRUB);

	if (!err)
		err = gpu_settle_within(sock, gpu, &object, MANY_MS);
	if (err || nl_u32(&object, NVMUX_A_GPU_MODE) == mode)
		return err;
	snprintf(sock->text, sizeof(sock->text), "%s", nl_str(&object, NVMUX_A_GPU_ERROR));
	return -EIO;
}

static void leg(struct nl_sock *sock, unsigned int row, enum nvmux_mode mode,
		struct crowd_member *member)
{
	const char *gpu = board_bdf(&rows[row].board, 0);
	int err = go(sock, gpu, mode);
	const char *flaw;

	member->counts[err ? REFUSED : DONE]++;
	if (!err != can_be(row, mode))
		flaws_add(&member->flaws, "%s: to mode %u: %d %s", gpu, mode, err, sock->text);
	if (err && !sock->text[0])
		flaws_add(&member->flaws, "%s: to mode %u: %d without a reason", gpu, mode, err);
	flaw = picture_flaw(sock, gpu);
	if (flaw)
		flaws_add(&member->flaws, "%s: in mode %u: %s", gpu, mode, flaw);
}

static void there_and_back(struct nl_sock *sock, unsigned int row, enum nvmux_mode from,
			   enum nvmux_mode to, struct crowd_member *member)
{
	const char *gpu = board_bdf(&rows[row].board, 0);
	char before[PICTURE_SIZE], after[PICTURE_SIZE];

	picture_take(sock, gpu, before);
	leg(sock, row, to, member);
	if (can_be(row, to))
		leg(sock, row, from, member);
	picture_take(sock, gpu, after);
	if (strcmp(before, after))
		flaws_add(&member->flaws, "%s: before: %s, after: %s", gpu, before, after);
	member->counts[ROUNDS]++;
}

static void pair(struct nl_sock *sock, unsigned int row, enum nvmux_mode from,
		 enum nvmux_mode to, struct crowd_member *member)
{
	unsigned int i, rounds = crowd_number("NVMUX_ROUNDS", 5);

	leg(sock, row, from, member);
	for (i = 0; can_be(row, from) && i < rounds; i++)
		there_and_back(sock, row, from, to, member);
}

static void act(unsigned int row, struct crowd_member *member, void *unused)
{
	const char *gpu = board_bdf(&rows[row].board, 0);
	char before[PICTURE_SIZE], after[PICTURE_SIZE];
	struct nl_sock sock;
	unsigned int n;

	(void)unused;
	if (rows[row].stranger)
		return;
	if (nl_open(&sock)) {
		flaws_add(&member->flaws, "no socket");
		return;
	}
	picture_take(&sock, gpu, before);
	for (n = 0; n < MODES * MODES; n++)
		if (n / MODES != n % MODES)
			pair(&sock, row, n / MODES + 1, n % MODES + 1, member);
	leg(&sock, row, NVMUX_MODE_HOST, member);
	picture_take(&sock, gpu, after);
	if (strcmp(before, after))
		flaws_add(&member->flaws, "%s: start: %s, end: %s", gpu, before, after);
	nl_close(&sock);
}

FIXTURE(matrix)
{
	struct nl_sock sock;
	struct crowd *crowd;
};

FIXTURE_SETUP(matrix)
{
	unsigned int row, fn;

	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	self->crowd = crowd_new(ROWS);
	ASSERT_NE(NULL, self->crowd);
	if (!file_exists("/sys/kernel/config/nvmux_sim") || system("modprobe -q pci-stub"))
		SKIP(return, "needs the simulator, and pci-stub as a driver of the host");
	for (row = 0; row < ROWS; row++) {
		ASSERT_EQ(0, board_add(&rows[row].board)) TH_LOG("%s", rows[row].what);
		for (fn = 0; fn < 4; fn++)
			if (rows[row].bound >> fn & 1)
				ASSERT_EQ(0, board_bind(board_bdf(&rows[row].board, fn),
							"pci-stub", false));
	}
}

FIXTURE_TEARDOWN(matrix)
{
	unsigned int row;

	for (row = 0; row < ROWS; row++)
		board_del(&rows[row].board);
	crowd_free(self->crowd);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

TEST_F_TIMEOUT(matrix, there_and_back_leaves_no_trace, 1500)
{
	unsigned int row;

	EXPECT_TRUE(crowd_run(self->crowd, act, NULL));
	TH_LOG("%-24s %8s %8s %8s %8s", "board", "rounds", "switched", "refused", "flaws");
	for (row = 0; row < ROWS; row++) {
		const struct crowd_member *member = crowd_member(self->crowd, row);

		if (rows[row].stranger)
			continue;
		TH_LOG("%-24s %8u %8u %8u %8u", rows[row].what, member->counts[ROUNDS],
		       member->counts[DONE], member->counts[REFUSED], member->flaws.count);
		EXPECT_EQ(0, member->flaws.count) TH_LOG("%s", member->flaws.first);
	}
}

TEST_HARNESS_MAIN
