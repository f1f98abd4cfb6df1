/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Simulated boards, as many as a test wants, and pictures of all that a switch may change.
 */
#ifndef LIBNVMUX_TEST_BOARD_H
#define LIBNVMUX_TEST_BOARD_H

#include <libnvmux_test/nl.h>

/* @bus: in domain 2; what is NULL or 0 is as the model has it */
struct board {
	const char *model;
	unsigned int bus;
	const char *companions;
	const char *group;
	const char *vram_mib;
	const char *bar1_mib;
};

/* PCI address of function @fn of a board; valid until the eighth call after. */
const char *board_bdf(const struct board *board, unsigned int fn);

/* 0 or a negative errno; -ENOENT without the simulator. */
int board_add(const struct board *board);
void board_del(const struct board *board);

/* Gives a function to a driver without nvmux; the pin is taken away when @pinned is false. */
int board_bind(const char *bdf, const char *driver, bool pinned);
/* Takes it from whatever driver it has, and every pin. */
void board_unbind(const char *bdf);

#define PICTURE_SIZE 1024

/* Drivers and pins of all functions, the modes and faces of the GPU, as one line. */
void picture_take(struct nl_sock *sock, const char *gpu, char text[PICTURE_SIZE]);

/*
 * What is wrong with a GPU that is not switching, seen from outside: its faces do not go with its
 * mode, it has no reason where it should have one. NULL when nothing is.
 */
const char *picture_flaw(struct nl_sock *sock, const char *gpu);

#endif
