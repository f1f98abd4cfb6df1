/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a vGPU promises to whoever drives it (Documentation/driver-api/guest-contract.rst), as a
 * list of checks. It is compiled into a program for the inside of a guest and into a test that
 * holds the vGPU itself, so that both ask the same.
 */
#ifndef NVMUX_CONTRACT_H
#define NVMUX_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How the function is reached. Accesses have 1, 2, 4 or 8 bytes at a multiple of their size,
 * those of config space at most 4.
 */
struct contract {
	void *ctx;
	uint64_t bar1_size;
	uint32_t (*config_read)(void *ctx, uint32_t at, unsigned int len);
	void (*config_write)(void *ctx, uint32_t at, unsigned int len, uint32_t value);
	uint64_t (*bar_read)(void *ctx, int bar, uint64_t at, unsigned int len);
	void (*bar_write)(void *ctx, int bar, uint64_t at, unsigned int len, uint64_t value);
};

struct contract_check {
	const char *name;
	bool (*holds)(struct contract *c);
};

/* The last one has no name. */
extern const struct contract_check contract_checks[];

/* The function decodes memory and has no state of somebody else. */
void contract_begin(struct contract *c);

#endif
