/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What has happened, in numbers that only grow while the daemon runs. Knows families of counters
 * and their labels, no GPU and no file; what is counted when, tally.h knows.
 */
#ifndef NVMUX_DAEMON_COUNTER_H
#define NVMUX_DAEMON_COUNTER_H

#include <stdint.h>
#include <sys/queue.h>

#define COUNTER_LABELS_MAX 4
#define COUNTER_LABEL_SIZE 64

enum counter_family {
	COUNTER_GPU_REQUESTS,
	COUNTER_GPU_RESETS,
	COUNTER_GPU_SCRUBBED,
	COUNTER_GPU_QUARANTINES,
	COUNTER_GPU_VGPU_OPENS,
	COUNTER_VGPU_OPENS,
	COUNTER_HOOK_REQUESTS,
	COUNTER_DENIED_CALLS,
	COUNTER_LOST_NEWS,
	COUNTER_FAMILIES
};

/**
 * struct counter_desc - one family
 * @name: as collectors see it, without prefix and "_total"
 * @unit: last word of the name where it is one, or NULL
 * @labels: what tells its counters apart
 */
struct counter_desc {
	const char *name;
	const char *unit;
	const char *help;
	const char *labels[COUNTER_LABELS_MAX + 1];
};

extern const struct counter_desc counter_descs[COUNTER_FAMILIES];

struct counter {
	TAILQ_ENTRY(counter) link;
	enum counter_family family;
	char labels[COUNTER_LABELS_MAX][COUNTER_LABEL_SIZE];
	uint64_t value;
};

TAILQ_HEAD(counter_list, counter);

/* Values of the labels of a family, in its order. */
#define COUNTER_LABELS(...) ((const char *const[COUNTER_LABELS_MAX]){ __VA_ARGS__ })

/*
 * Adds @n, 0 to make the counter be there before anything happens. Without memory nothing is
 * counted.
 */
void counter_add(struct counter_list *list, enum counter_family family,
		 const char *const labels[COUNTER_LABELS_MAX], uint64_t n);

/* Drops the counters of a family whose first label is this. */
void counter_forget(struct counter_list *list, enum counter_family family, const char *first);
void counter_list_clear(struct counter_list *list);

#endif
