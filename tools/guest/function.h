/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PCI function as a guest has it in sysfs.
 */
#ifndef NVMUX_FUNCTION_H
#define NVMUX_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct function {
	char bdf[32];
	unsigned int vendor, device, subsystem_vendor, subsystem, class;
	uint64_t bar_size[6];
	int fb_bar;		/* which resource file is the framebuffer */
	volatile uint32_t *regs;
	uint64_t slice;
};

/* The first NVIDIA display function. */
bool function_find(struct function *fn);
void function_read(struct function *fn);
int function_enable(const struct function *fn);
/* MAP_FAILED with errno on error. */
void *function_map(const struct function *fn, int bar, uint64_t offset, size_t size,
		   bool writable);
/* File descriptor of config space, or a negative errno. */
int function_config(const struct function *fn);

#endif
