// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several clients switch, create, delete and open at random, on four GPUs at the same time, while
 * one more looks on from outside: a GPU is in one mode (I1) and has the faces of that mode (I2),
 * nothing is taken from who has it open (I3), and what did not work has changed nothing (I4).
 *
 * NVMUX_SECONDS says how long, NVMUX_CLIENTS how many, NVMUX_SEED what they do.
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

#define GPUS 4
#define UUIDS 12
#define TRIES 20
#define UUID_SIZE 37

enum { DONE, REFUSED };

/* Those of the laboratory, and two more where boards can be made. */
static const struct board boards[] = {
	{ .model = "a30", .bus = 1, .companions = "audio" }, { .model = "a30", .bus = 2 },
};

static const char *gpu_name(unsigned int n)
{
	static const char * const more[] = { "0002:01:00.0", "0002:02:00.0" };

	return n < 2 ? sim_gpu(n) : more[n - 2];
}

struct client {
	struct nl_sock sock;
	struct crowd_member *member;
	unsigned int seed;
	const char *gpu;
	char uuid[UUID_SIZE];
};

struct plan {
	unsigned int seed;
	unsigned int seconds;
	unsigned int clients;
};

/* The GPU is in @mode and stays there: somebody holds it. */
static void expect_held(struct client *client, enum nvmux_mode mode, const char *by)
{
	struct nl_object gpu;

	if (gpu_get(&client->sock, client->gpu, &gpu))
		flaws_add(&client->member->flaws, "I3: %s held by %s and gone", client->gpu, by);
	else if (nl_u32(&gpu, NVMUX_A_GPU_MODE) != mode || nl_has(&gpu, NVMUX_A_GPU_TARGET))
		flaws_add(&client->member->flaws, "I3: %s held by %s in mode %u on the way to %u",
			   client->gpu, by, nl_u32(&gpu, NVMUX_A_GPU_MODE),
			   nl_u32(&gpu, NVMUX_A_GPU_TARGET));
}

static int do_switch(struct client *client)
{
	int err = gpu_set(&client->sock, client->gpu, 1 + rand_r(&client->seed) % 3,
			  NVMUX_SET_FLAGS_DETACH | NVMUX_SET_FLAGS_NO_SCRUB);

	if (err && !client->sock.text[0])
		flaws_add(&client->member->flaws, "%s: %d without a reason", client->gpu, err);
	return err;
}

static int do_reserve(struct client *client)
{
	return vgpu_new(&client->sock, client->gpu, "A30-4C", client->uuid, NULL);
}

static int do_delete(struct client *client)
{
	return vgpu_del(&client->sock, client->uuid);
}

static int do_create(struct client *client)
{
	return mdev_create(client->gpu, "A30-4C", client->uuid);
}

static int do_remove(struct client *client)
{
	return mdev_remove(client->uuid);
}

/* Which GPU the vGPU is on was chosen by whoever created it. */
static int do_open_vgpu(struct client *client)
{
	struct nl_object vgpu;
	struct vfio_dev dev;
	int err = vfio_open_mdev(&dev, client->uuid);

	if (err)
		return err;
	if (vgpu_get(&client->sock, client->uuid, &vgpu)) {
		flaws_add(&client->member->flaws, "I3: vgpu %s is open and gone", client->uuid);
	} else {
		client->gpu = nl_str(&vgpu, NVMUX_A_VGPU_GPU);
		expect_held(client, NVMUX_MODE_VGPU, client->uuid);
	}
	usleep(rand_r(&client->seed) % 20000);
	vfio_close(&dev);
	return 0;
}

/* A switch that was accepted just before finds the GPU open, and gives up. */
static int do_open_gpu(struct client *client)
{
	struct nl_object gpu;
	struct vfio_dev dev;
	int err = vfio_open_pci(&dev, client->gpu);

	if (err)
		return err;
	usleep(rand_r(&client->seed) % 20000);
	gpu_settle(&client->sock, client->gpu, &gpu);
	expect_held(client, NVMUX_MODE_PASSTHROUGH, "vfio");
	vfio_close(&dev);
	return 0;
}

static int (*const deeds[])(struct client *client) = {
	do_switch, do_switch, do_reserve, do_delete, do_create, do_remove, do_open_vgpu,
	do_open_gpu,
};

#define DEEDS (sizeof(deeds) / sizeof(deeds[0]))

static void client_run(struct client *client, const struct plan *plan)
{
	time_t end = time(NULL) + plan->seconds;

	while (time(NULL) < end) {
		client->gpu = gpu_name(rand_r(&client->seed) % GPUS);
		snprintf(client->uuid, sizeof(client->uuid), "%s",
			 sim_uuid(rand_r(&client->seed) % UUIDS));
		client->member->counts[deeds[rand_r(&client->seed) % DEEDS](client) ?
				       REFUSED : DONE]++;
	}
}

/*
 * The picture is taken of a GPU that did not switch meanwhile, as far as can be told; so only what
 * is wrong again and again is.
 */
static const char *flaw_at_rest(struct nl_sock *sock, const char *gpu)
{
	struct nl_object before, after;
	const char *flaw = NULL;
	int i;

	for (i = 0; i < TRIES; i++) {
		if (gpu_get(sock, gpu, &before))
			return "gone";
		flaw = picture_flaw(sock, gpu);
		if (!flaw || gpu_get(sock, gpu, &after))
			return flaw;
		if (nl_has(&before, NVMUX_A_GPU_TARGET) || nl_has(&after, NVMUX_A_GPU_TARGET))
			return NULL;
	}
	return flaw;
}

static void onlooker_run(struct client *client, const struct plan *plan)
{
	time_t end = time(NULL) + plan->seconds;
	unsigned int i;

	while (time(NULL) < end) {
		for (i = 0; i < GPUS; i++) {
			const char *flaw = flaw_at_rest(&client->sock, gpu_name(i));

			client->member->counts[DONE]++;
			if (flaw)
				flaws_add(&client->member->flaws, "I1, I2: %s: %s", gpu_name(i), flaw);
		}
		usleep(5000);
	}
}

static void act(unsigned int n, struct crowd_member *member, void *data)
{
	const struct plan *plan = data;
	struct client client = { .member = member, .seed = plan->seed + n };

	if (nl_open(&client.sock))
		flaws_add(&member->flaws, "no socket");
	else if (n)
		client_run(&client, plan);
	else
		onlooker_run(&client, plan);
}

FIXTURE(race)
{
	struct nl_sock sock;
	struct crowd *crowd;
	struct plan plan;
};

FIXTURE_SETUP(race)
{
	ASSERT_EQ(0, nl_open(&self->sock));
	ASSERT_EQ(0, sim_reset(&self->sock, _metadata->name));
	if (!file_exists("/sys/kernel/config/nvmux_sim"))
		SKIP(return, "a crowd wants the boards of the simulator");
	ASSERT_EQ(0, board_add(&boards[0]));
	ASSERT_EQ(0, board_add(&boards[1]));
	self->plan.seconds = crowd_number("NVMUX_SECONDS", 15);
	self->plan.clients = crowd_number("NVMUX_CLIENTS", 6);
	self->plan.seed = crowd_number("NVMUX_SEED", time(NULL));
	self->crowd = crowd_new(self->plan.clients + 1);
	ASSERT_NE(NULL, self->crowd);
}

FIXTURE_TEARDOWN(race)
{
	struct nl_object gpu;
	unsigned int n;

	crowd_free(self->crowd);
	for (n = 0; n < GPUS; n++)
		gpu_settle(&self->sock, gpu_name(n), &gpu);
	EXPECT_EQ(0, sim_reset(&self->sock, "calm"));
	board_del(&boards[0]);
	board_del(&boards[1]);
	EXPECT_EQ(0, sim_reset(&self->sock, "end"));
	nl_close(&self->sock);
}

TEST_F_TIMEOUT(race, invariants_hold_in_a_crowd, 1200)
{
	const struct crowd_member *member;
	struct nl_object gpu;
	unsigned int n;

	TH_LOG("NVMUX_SEED=%u", self->plan.seed);
	EXPECT_TRUE(crowd_run(self->crowd, act, &self->plan));
	for (n = 0; n <= self->plan.clients; n++) {
		member = crowd_member(self->crowd, n);
		TH_LOG("%s %u: %u done, %u refused, %u flaws", n ? "client" : "onlooker", n,
		       member->counts[DONE], member->counts[REFUSED], member->flaws.count);
		EXPECT_EQ(0, member->flaws.count) TH_LOG("%s", member->flaws.first);
		EXPECT_LT(0, member->counts[DONE]);
	}
	for (n = 0; n < GPUS; n++) {
		ASSERT_EQ(0, gpu_settle(&self->sock, gpu_name(n), &gpu));
		EXPECT_FALSE(nl_has(&gpu, NVMUX_A_GPU_QUARANTINE));
		EXPECT_EQ(NULL, picture_flaw(&self->sock, gpu_name(n)));
	}
}

TEST_HARNESS_MAIN
