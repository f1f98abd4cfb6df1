/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Several processes that do things at the same time and count in memory that they share.
 */
#ifndef LIBNVMUX_TEST_CROWD_H
#define LIBNVMUX_TEST_CROWD_H

#include <stdbool.h>
#include <stddef.h>

#include <libnvmux_test/flaws.h>

/* A line of shared memory for each process. */
struct crowd_member {
	unsigned int counts[16];
	struct flaws flaws;
};

struct crowd;

struct crowd *crowd_new(unsigned int size);
void crowd_free(struct crowd *crowd);
struct crowd_member *crowd_member(struct crowd *crowd, unsigned int n);
/* Runs @act(@n, member, data) in a process of its own for each member, and waits for all. */
bool crowd_run(struct crowd *crowd, void (*act)(unsigned int n, struct crowd_member *member,
						void *data), void *data);
unsigned int crowd_number(const char *name, unsigned int otherwise);

#endif
