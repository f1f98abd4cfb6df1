// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures what is too short for a shell:
 *
 *	probe COMMAND [ARGUMENT]...
 *
 * Each command does ROUNDS rounds (20 unless the environment says otherwise) and prints a line
 * for each, as run.py wants them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>

#include "probe.h"

double probe_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

int probe_fail(const char *what, int err)
{
	fprintf(stderr, "%s: %s\n", what, strerror(-err));
	return 1;
}

/* Runs of a side in one round, where the best of them counts. */
#define TRIES 5

struct pair {
	probe_side ours;
	probe_side peer;
	void *data;
	int tries;
	bool more_is_better;
};

static int try_run(const struct pair *pair, bool peer_first, double figure[2])
{
	figure[1] = pair->peer && peer_first ? pair->peer(pair->data) : 0;
	if (figure[1] < 0)
		return probe_fail("peer", figure[1]);
	figure[0] = pair->ours(pair->data);
	if (figure[0] < 0)
		return probe_fail("ours", figure[0]);
	if (pair->peer && !peer_first)
		figure[1] = pair->peer(pair->data);
	return figure[1] < 0 ? probe_fail("peer", figure[1]) : 0;
}

static int round_run(const struct pair *pair, bool peer_first, double best[2])
{
	double figure[2];
	int i, side;

	if (try_run(pair, peer_first, best))
		return 1;
	for (i = 1; i < pair->tries; i++) {
		peer_first = !peer_first;
		if (try_run(pair, peer_first, figure))
			return 1;
		for (side = 0; side < 2; side++)
			if (pair->more_is_better == (figure[side] > best[side]))
				best[side] = figure[side];
	}
	return 0;
}

static int rounds_run(const struct pair *pair)
{
	const char *text = getenv("ROUNDS");
	int i, rounds = text ? atoi(text) : 20;
	double figure[2];

	for (i = -1; i < rounds; i++) {
		if (round_run(pair, i & 1, figure))
			return 1;
		if (i < 0)
			continue;
		if (pair->peer)
			printf("%.3f %.3f\n", figure[0], figure[1]);
		else
			printf("%.3f\n", figure[0]);
	}
	return 0;
}

int probe_alternate(probe_side ours, probe_side peer, void *data)
{
	return rounds_run(&(struct pair){ ours, peer, data, 1, false });
}

int probe_alternate_least(probe_side ours, probe_side peer, void *data)
{
	return rounds_run(&(struct pair){ ours, peer, data, TRIES, false });
}

int probe_alternate_most(probe_side ours, probe_side peer, void *data)
{
	return rounds_run(&(struct pair){ ours, peer, data, TRIES, true });
}

int probe_mdev_new(const char *parent, const char *type, const char *uuid)
{
	return file_write(uuid, "/sys/class/mdev_bus/%s/mdev_supported_types/%s/create", parent,
			  type);
}

static int region_open(struct probe_region *region, const char *uuid, uint32_t index)
{
	struct vfio_region_info info;
	int err = vfio_open_mdev(&region->dev, uuid);

	if (err)
		return err;
	err = vfio_region(&region->dev, index, &info);
	region->offset = info.offset;
	return err;
}

int probe_open(struct probe_region *region, const char *parent, const char *type,
	       const char *uuid, uint32_t index)
{
	int err = probe_mdev_new(parent, type, uuid);

	*region = (struct probe_region)PROBE_CLOSED;
	if (!err)
		err = region_open(region, uuid, index);
	if (err)
		probe_close(region, uuid);
	return err;
}

void probe_close(struct probe_region *region, const char *uuid)
{
	vfio_close(&region->dev);
	mdev_remove(uuid);
}

bool probe_read(const struct probe_region *region, uint64_t at, uint32_t *ret)
{
	return pread(region->dev.fd, ret, sizeof(*ret), region->offset + at) == sizeof(*ret);
}

bool probe_write(const struct probe_region *region, uint64_t at, uint32_t value)
{
	return pwrite(region->dev.fd, &value, sizeof(value), region->offset + at) ==
	       sizeof(value);
}

static const struct {
	const char *name;
	const char *usage;
	int args;
	int (*run)(char **arg);
} commands[] = {
	{ "mode", "GPU TWIN BOOT_MS", 3, mode_round_trip },
	{ "create-netlink", "GPU TYPE", 2, create_by_netlink },
	{ "create-sysfs", "GPU TYPE", 2, create_by_sysfs },
	{ "create-reservation", "GPU TYPE", 2, create_reservation },
	{ "create-last", "TYPE NUMBER", 2, create_first_and_last },
	{ "dump", "NUMBER", 1, create_dump },
	{ "memory-write", "GPU TYPE TWIN", 3, memory_write },
	{ "memory-read", "GPU TYPE TWIN", 3, memory_read },
	{ "scrub", "GPU TYPE", 2, memory_scrub },
	{ "first-touch", "GPU TYPE", 2, memory_first_touch },
	{ "precopy", "GPU TYPE", 2, migrate_stop_phase },
	{ "trap", "GPU TYPE PARENT TYPE OFFSET", 5, trap_read },
	{ "interrupt", "GPU TYPE", 2, trap_interrupt },
};

static int usage(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(stderr, "probe %s %s\n", commands[i].name, commands[i].usage);
	return 2;
}

int main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc == commands[i].args + 2 && !strcmp(argv[1], commands[i].name))
			return commands[i].run(argv + 2);
	return usage();
}
