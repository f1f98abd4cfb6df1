/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Claims: which VM uses which GPUs and vGPUs, from its prepare to its
 * release. No input, no output; store.c keeps them on disk.
 */
#ifndef NVMUX_DAEMON_CLAIM_H
#define NVMUX_DAEMON_CLAIM_H

#include <stdint.h>
#include <sys/queue.h>

#include "../basic/strset.h"

struct claim {
	LIST_ENTRY(claim) link;
	char *name;		/* of the VM */
	char *uuid;		/* of the VM */
	uint64_t since;		/* time since boot in microseconds */
	struct strset gpus;	/* PCI addresses of whole GPUs */
	struct strset vgpus;	/* UUIDs */
};

LIST_HEAD(claim_list, claim);

struct claim *claim_new(struct claim_list *list, const char *name, const char *uuid);
void claim_free(struct claim *claim);	/* takes it off its list */
void claim_list_clear(struct claim_list *list);

struct claim *claim_find(const struct claim_list *list, const char *uuid);
struct claim *claim_find_name(const struct claim_list *list, const char *name);
struct claim *claim_of_gpu(const struct claim_list *list, const char *bdf);
struct claim *claim_of_vgpu(const struct claim_list *list, const char *uuid);

#endif
