// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <time.h>

#include <libnvmux_test/random.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t state;

uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

uint64_t random_begin(void)
{
	state = setting("NVMUX_SEED", time(NULL));
	return state;
}

/* Numerical recipes' 64-bit linear congruence; its upper half is good enough. */
uint32_t random_any(void)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return state >> 32;
}

uint32_t random_below(uint32_t n)
{
	return random_any() % n;
}

uint32_t random_value(void)
{
	static const uint32_t edges[] = { 0, 1, 2, 3, 6, 0xff, 0xffff, 0x7fffffff, UINT32_MAX };

	return random_below(2) ? edges[random_below(N(edges))] : random_any() >> random_below(32);
}
