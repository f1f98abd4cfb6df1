// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/kcov.h>

#include <libnvmux_test/kcov.h>

/* Places of one call; what comes after is not recorded. */
#define RECORD_MAX (64 << 10)
/* Room for four times as many as the module has, so that places are soon found. */
#define SEEN_MAX (1 << 16)

static uint64_t *record;
static uint64_t seen[SEEN_MAX];
static unsigned int n_seen;

int kcov_open(void)
{
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	uint64_t *map;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, KCOV_INIT_TRACE, RECORD_MAX))
		return -errno;
	map = mmap(NULL, RECORD_MAX * sizeof(*map), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		return -errno;
	record = map;
	return 0;
}

void kcov_begin(void)
{
	if (record)
		__atomic_store_n(&record[0], 0, __ATOMIC_RELAXED);
}

static bool add(uint64_t place)
{
	unsigned int at = (place * 0x9e3779b97f4a7c15ULL) >> 48;

	while (seen[at] && seen[at] != place)
		at = (at + 1) % SEEN_MAX;
	if (seen[at] || n_seen > SEEN_MAX / 2)
		return false;
	seen[at] = place;
	n_seen++;
	return true;
}

unsigned int kcov_end(void)
{
	uint64_t n = record ? __atomic_load_n(&record[0], __ATOMIC_RELAXED) : 0;
	unsigned int fresh = 0;

	for (uint64_t i = 1; i <= n && i < RECORD_MAX; i++)
		fresh += add(record[i]);
	return fresh;
}

unsigned int kcov_total(void)
{
	return n_seen;
}
