// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters in one list: there are some per GPU, and one per vGPU.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counter.h"

const struct counter_desc counter_descs[COUNTER_FAMILIES] = {
	[COUNTER_GPU_REQUESTS] = {
		"gpu_requests", NULL, "Requests that have ended, by what came of them.",
		{ "gpu", "request", "result", "reason" },
	},
	[COUNTER_GPU_RESETS] = {
		"gpu_resets", NULL, "Resets of a board in a switch.", { "gpu" },
	},
	[COUNTER_GPU_SCRUBBED] = {
		"gpu_scrubbed_bytes", "bytes", "Memory that was overwritten because it was to be.",
		{ "gpu" },
	},
	[COUNTER_GPU_QUARANTINES] = {
		"gpu_quarantines", NULL, "How often a GPU was taken out of use.", { "gpu" },
	},
	[COUNTER_GPU_VGPU_OPENS] = {
		"gpu_vgpu_opens", NULL, "How often vGPUs of a GPU were opened.", { "gpu" },
	},
	[COUNTER_VGPU_OPENS] = {
		"vgpu_opens", NULL, "How often a vGPU was opened.", { "vgpu" },
	},
	[COUNTER_HOOK_REQUESTS] = {
		"hook_requests", NULL, "Requests of libvirt's hook.",
		{ "operation", "result", "reason" },
	},
	[COUNTER_DENIED_CALLS] = {
		"denied_calls", NULL, "Calls over D-Bus of who may not make them.", { "member" },
	},
	[COUNTER_LOST_NEWS] = {
		"lost_notifications", NULL,
		"How often notifications of the kernel were lost and all was listed again.",
		{ NULL },
	},
};

static bool has_labels(const struct counter *c, const char *const labels[COUNTER_LABELS_MAX])
{
	for (size_t i = 0; i < COUNTER_LABELS_MAX; i++)
		if (strncmp(c->labels[i], labels[i] ? labels[i] : "", COUNTER_LABEL_SIZE - 1))
			return false;
	return true;
}

static struct counter *find(const struct counter_list *list, enum counter_family family,
			    const char *const labels[COUNTER_LABELS_MAX])
{
	struct counter *c;

	TAILQ_FOREACH(c, list, link)
		if (c->family == family && has_labels(c, labels))
			return c;
	return NULL;
}

static struct counter *counter_new(struct counter_list *list, enum counter_family family,
				   const char *const labels[COUNTER_LABELS_MAX])
{
	struct counter *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->family = family;
	for (size_t i = 0; i < COUNTER_LABELS_MAX; i++)
		(void)snprintf(c->labels[i], sizeof(c->labels[i]), "%s",
			       labels[i] ? labels[i] : "");
	TAILQ_INSERT_TAIL(list, c, link);
	return c;
}

void counter_add(struct counter_list *list, enum counter_family family,
		 const char *const labels[COUNTER_LABELS_MAX], uint64_t n)
{
	struct counter *c = find(list, family, labels);

	if (!c)
		c = counter_new(list, family, labels);
	if (c)
		c->value += n;
}

static void counter_free(struct counter_list *list, struct counter *c)
{
	TAILQ_REMOVE(list, c, link);
	free(c);
}

void counter_forget(struct counter_list *list, enum counter_family family, const char *first)
{
	struct counter *c, *next;

	for (c = TAILQ_FIRST(list); c; c = next) {
		next = TAILQ_NEXT(c, link);
		if (c->family == family && strcmp(c->labels[0], first) == 0)
			counter_free(list, c);
	}
}

void counter_list_clear(struct counter_list *list)
{
	while (!TAILQ_EMPTY(list))
		counter_free(list, TAILQ_FIRST(list));
}
