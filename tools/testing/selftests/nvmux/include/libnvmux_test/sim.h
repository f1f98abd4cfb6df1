/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The GPUs that the tests use: two A30, simulated unless NVMUX_BDF and NVMUX_BDF_2 name others.
 */
#ifndef LIBNVMUX_TEST_SIM_H
#define LIBNVMUX_TEST_SIM_H

#include <libnvmux_test/nl.h>

#define GPU_A sim_gpu(0)
#define GPU_B sim_gpu(1)

#define UUID_1 "11111111-aaaa-4aaa-8aaa-000000000001"
#define UUID_2 "22222222-aaaa-4aaa-8aaa-000000000002"
#define UUID_3 "33333333-aaaa-4aaa-8aaa-000000000003"

const char *sim_gpu(unsigned int n);
/* UUID of number @n; valid until the next call. */
const char *sim_uuid(unsigned int n);

/*
 * Both GPUs in host mode and divided same-size, no vGPU, no mdev device; tells the kernel log which test begins. Every
 * fixture begins and ends with it, so that no test depends on how another one ended.
 */
int sim_reset(struct nl_sock *sock, const char *test);

/* A sentence with names in it; valid until the next call. */
const char *sim_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * One more simulated board, for example "rtxa6000" with "audio", or one with less memory than it
 * should have; -ENOENT without the simulator.
 */
#define GPU_C "0001:01:00.0"
int sim_board_add(const char *model, const char *companions);
int sim_board_add_small(const char *model, const char *mib);
void sim_board_del(void);

/* A fault of the simulator, such as "all_ones". */
int sim_fault(const char *bdf, const char *fault, const char *value);

/* Does a simulated board answer nobody? */
bool sim_silent(const char *bdf);

#endif
