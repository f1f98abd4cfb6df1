/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the host had made of its GPUs before the tests came, where NVMUX_BDF names GPUs of a host:
 * modes, and drivers of each function. A test program records it when it starts and restores it
 * when it ends; shell tests do so by nvmux_tool.
 */
#ifndef LIBNVMUX_TEST_PRIOR_H
#define LIBNVMUX_TEST_PRIOR_H

#include <stdbool.h>
#include <stdio.h>

#include <libnvmux_test/nl.h>

#define PRIOR_GPUS 2
#define PRIOR_FUNCTIONS 8
#define PRIOR_NAME 64

/* Of a function without driver or override the name is "-". */
struct prior_function {
	char bdf[16];
	char driver[PRIOR_NAME];
	char override[PRIOR_NAME];
};

struct prior {
	unsigned int mode[PRIOR_GPUS];
	unsigned int n;
	struct prior_function function[PRIOR_GPUS * PRIOR_FUNCTIONS];
};

/* A program that defines this as false does both by itself. */
extern bool prior_by_itself;

/* The GPUs are those of a host, which has a life beside the tests. */
bool prior_matters(void);

/* -EBUSY: a GPU has vGPUs, which the tests would delete. */
int prior_record(struct nl_sock *sock, struct prior *prior);
int prior_restore(struct nl_sock *sock, const struct prior *prior);

void prior_write(const struct prior *prior, FILE *file);
int prior_read(struct prior *prior, FILE *file);

#endif
