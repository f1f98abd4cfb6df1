// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making and removing vGPUs. The peer makes and removes a device of the kernel's sample driver
 * mtty, by the same files of the same mdev core.
 */
#include <errno.h>
#include <stdlib.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/sim.h>

#include "probe.h"

#define CYCLES 4	/* in one measurement */
#define LAST_CYCLES 16
#define PEER_UUID "44444444-aaaa-4aaa-8aaa-000000000004"

struct create {
	struct nl_sock sock;
	const char *gpu;
	const char *type;
	int number;
};

static double cycles(struct create *create, int (*cycle)(struct create *), int n)
{
	double begin = probe_now_us();
	int i, err = 0;

	for (i = 0; i < n && !err; i++)
		err = cycle(create);
	return err ? err : (probe_now_us() - begin) / n;
}

static int mdev_cycle(const char *parent, const char *type, const char *uuid)
{
	int err = probe_mdev_new(parent, type, uuid);

	return err ? err : mdev_remove(uuid);
}

static int peer_cycle(struct create *create)
{
	(void)create;
	return mdev_cycle("mtty", "mtty-1", PEER_UUID);
}

static int sysfs_cycle(struct create *create)
{
	return mdev_cycle(create->gpu, sim_text("nvmux-%s", create->type), UUID_1);
}

static int reservation_cycle(struct create *create)
{
	int err = vgpu_new(&create->sock, create->gpu, create->type, UUID_1, NULL);

	return err ? err : vgpu_del(&create->sock, UUID_1);
}

/* All that a manager does: reserve, redeem, detach, remove what is left of the mdev device. */
static int netlink_cycle(struct create *create)
{
	int err = vgpu_new(&create->sock, create->gpu, create->type, UUID_1, NULL);

	if (!err)
		err = mdev_create(create->gpu, create->type, UUID_1);
	if (!err)
		err = vgpu_del(&create->sock, UUID_1);
	return err ? err : mdev_remove(UUID_1);
}

static double peer(void *data)
{
	return cycles(data, peer_cycle, CYCLES);
}

static double by_sysfs(void *data)
{
	return cycles(data, sysfs_cycle, CYCLES);
}

static double by_netlink(void *data)
{
	return cycles(data, netlink_cycle, CYCLES);
}

static double reservation(void *data)
{
	return cycles(data, reservation_cycle, CYCLES);
}

static int compare(char **arg, probe_side ours, probe_side other)
{
	struct create create = { .gpu = arg[0], .type = arg[1] };
	int status, err = nl_open(&create.sock);

	if (err)
		return probe_fail("netlink", err);
	status = probe_alternate_least(ours, other, &create);
	nl_close(&create.sock);
	return status;
}

int create_by_sysfs(char **arg)
{
	return compare(arg, by_sysfs, peer);
}

int create_by_netlink(char **arg)
{
	return compare(arg, by_netlink, peer);
}

int create_reservation(char **arg)
{
	return compare(arg, reservation, peer);
}

/* Only the creation counts, so the vGPU is removed with the clock stopped. */
static double create_only(struct create *create, const char *gpu)
{
	double begin, sum = 0;
	int i, err = 0;

	for (i = 0; i < LAST_CYCLES && !err; i++) {
		begin = probe_now_us();
		err = vgpu_new(&create->sock, gpu, create->type, UUID_1, NULL);
		sum += probe_now_us() - begin;
		if (!err)
			err = vgpu_del(&create->sock, UUID_1);
	}
	return err ? err : sum / LAST_CYCLES;
}

/* GPUs are numbered by their bus: 0003:01:00.0 and so on, each with room for PER_GPU vGPUs. */
#define PER_GPU 32

static const char *gpu_of(int n)
{
	return sim_text("0003:%02x:00.0", n / PER_GPU + 1);
}

/* With all but one of them there; they are reservations, which end with their socket. */
static double last(void *data)
{
	struct create *create = data;
	struct create crowd = *create;
	int i, err = nl_open(&crowd.sock);
	double us;

	for (i = 0; i < create->number - 1 && !err; i++)
		err = vgpu_new(&crowd.sock, gpu_of(i), create->type, sim_uuid(i), NULL);
	us = err ? err : create_only(create, gpu_of(create->number - 1));
	nl_close(&crowd.sock);
	return us;
}

static double first(void *data)
{
	struct create *create = data;

	return create_only(create, gpu_of(create->number - 1));
}

int create_first_and_last(char **arg)
{
	struct create create = { .type = arg[0], .number = atoi(arg[1]) };
	int status, err = nl_open(&create.sock);

	if (err)
		return probe_fail("netlink", err);
	status = probe_alternate_least(last, first, &create);
	nl_close(&create.sock);
	return status;
}

static double dump(void *data)
{
	static struct nl_object unused;
	struct create *create = data;
	double begin = probe_now_us();
	int n = vgpu_dump(&create->sock, NULL, &unused, 1);

	return n == create->number ? probe_now_us() - begin : -ENODATA;
}

int create_dump(char **arg)
{
	struct create create = { .number = atoi(arg[0]) };
	int status, err = nl_open(&create.sock);

	if (err)
		return probe_fail("netlink", err);
	status = probe_alternate_least(dump, NULL, &create);
	nl_close(&create.sock);
	return status;
}
