/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that a guest can read of a vGPU, to be compared with memcmp().
 */
#ifndef LIBNVMUX_TEST_PORTRAIT_H
#define LIBNVMUX_TEST_PORTRAIT_H

#include <stdint.h>

#include <libnvmux_test/vfio.h>

/* Words of a 4 GiB slice that are looked at: both ends, and the edges of chunks. */
#define PORTRAIT_PLACES 5

struct portrait {
	uint8_t config[4096];
	uint32_t low[0x3000 / 4];
	uint32_t msix[24];
	uint32_t pba;
	uint32_t memory[PORTRAIT_PLACES];
};

uint64_t portrait_place(unsigned int nth);
/* Enables the vGPU; then each register and each place has a value that it has not after a reset. */
void portrait_paint(struct vfio_dev *dev);
void portrait_take(struct vfio_dev *dev, struct portrait *portrait);

#endif
