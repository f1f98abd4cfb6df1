/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the probes share: two sides that are measured in turns, and the devices that they need.
 */
#ifndef BENCH_PROBE_H
#define BENCH_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <libnvmux_test/nl.h>
#include <libnvmux_test/vfio.h>

/* One measurement: a figure in the unit of the row, or a negative errno. */
typedef double (*probe_side)(void *data);

double probe_now_us(void);

/*
 * Prints "OURS PEER" for each round, or "OURS" when there is no peer; which of them comes first
 * changes from round to round. A first round of both is not counted.
 *
 * Return: exit status; what has failed was told.
 */
int probe_alternate(probe_side ours, probe_side peer, void *data);

/*
 * The same for what is so short that another process of the machine, where it comes in between,
 * takes longer: in a round both sides run five times in turns, and the best run of each counts, the
 * one with the least or the most.
 */
int probe_alternate_least(probe_side ours, probe_side peer, void *data);
int probe_alternate_most(probe_side ours, probe_side peer, void *data);

/* Tells what failed with a negative errno; returns the exit status. */
int probe_fail(const char *what, int err);

/* An mdev device of any parent in /sys/class/mdev_bus; 0 or a negative errno. */
int probe_mdev_new(const char *parent, const char *type, const char *uuid);

/* A region of an open VFIO device, for reads and writes without any other call. */
struct probe_region {
	struct vfio_dev dev;
	off_t offset;
};

#define PROBE_CLOSED { VFIO_CLOSED, 0 }

/* Makes the mdev device and opens it. 0 or a negative errno. */
int probe_open(struct probe_region *region, const char *parent, const char *type,
	       const char *uuid, uint32_t index);
void probe_close(struct probe_region *region, const char *uuid);
bool probe_read(const struct probe_region *region, uint64_t at, uint32_t *ret);
bool probe_write(const struct probe_region *region, uint64_t at, uint32_t value);

/* The commands; @arg are their arguments. They return an exit status. */
int create_by_netlink(char **arg);
int create_by_sysfs(char **arg);
int create_reservation(char **arg);
int create_first_and_last(char **arg);
int create_dump(char **arg);
int memory_write(char **arg);
int memory_read(char **arg);
int memory_scrub(char **arg);
int memory_first_touch(char **arg);
int migrate_stop_phase(char **arg);
int mode_round_trip(char **arg);
int trap_read(char **arg);
int trap_interrupt(char **arg);

#endif
