/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The framebuffer of a simulated board as it is, whoever has the board and whatever its BAR1 shows.
 */
#ifndef LIBNVMUX_TEST_VRAM_H
#define LIBNVMUX_TEST_VRAM_H

#include <stddef.h>
#include <stdint.h>

/* MAP_FAILED with errno on error. @offset and @len are multiples of 4096. */
volatile uint64_t *vram_map(const char *bdf, uint64_t offset, size_t len);
/* Sets and gets the word at @offset, a multiple of 8; 0 or a negative errno. */
int vram_write(const char *bdf, uint64_t offset, uint64_t value);
int vram_read(const char *bdf, uint64_t offset, uint64_t *ret);

/* A pattern that differs from word to word, none of them zero. */
void words_fill(volatile uint64_t *words, size_t len, uint32_t owner);
/* How many of them are not zero; how many are not as @owner has filled them. */
size_t words_found(const volatile uint64_t *words, size_t len);
size_t words_lost(const volatile uint64_t *words, size_t len, uint32_t owner);

#endif
