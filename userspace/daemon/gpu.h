/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model of one GPU: what the administrator wants beside what the kernel
 * tells. No input, no output.
 */
#ifndef NVMUX_DAEMON_GPU_H
#define NVMUX_DAEMON_GPU_H

#include <stdbool.h>
#include <sys/queue.h>

#include "../basic/strset.h"
#include "../lib/libnvmux.h"

struct around;
struct vendor;
struct manager;

/**
 * struct gpu_wanted - the configuration of one GPU
 * @mode: enum nvmux_mode, 0 when none is configured
 * @partition: enum nvmux_partition, 0 when none is configured
 * @detach: take the GPU from a driver of the host that is bound to it
 * @force: take it although the host shows its console on it
 * @when_idle: when somebody holds it, try again until nobody does
 * @device_id: PCI device id that was configured, 0 when unknown
 */
struct gpu_wanted {
	uint32_t mode;
	uint32_t partition;
	bool detach;
	bool force;
	bool when_idle;
	uint32_t device_id;
};

struct gpu {
	LIST_ENTRY(gpu) link;
	struct manager *manager;	/* for the callbacks of the bus */
	struct nvmux_gpu observed;
	struct gpu_wanted wanted;
	char failure[NVMUX_TEXT_SIZE];	/* why it could not be brought into its mode */
	char undivided[NVMUX_TEXT_SIZE];	/* why it could not be divided so */
	char stuck[NVMUX_TEXT_SIZE];	/* a write of ours that does not come back */
	unsigned int n_stuck;
	char hung[NVMUX_TEXT_SIZE];	/* a switch that does not come to its end */
	struct vendor *vendor;		/* what NVIDIA's vGPU manager offers, see vendor.h; or NULL */
	struct around *around;		/* somebody is about to switch it, see around.h */
	bool cleaning;			/* what a VM left there, as the policy wants it */
	bool waits;			/* for its holder, to be brought into its mode */
	bool stale;			/* not seen yet by the listing that runs */
};

LIST_HEAD(gpu_list, gpu);

struct gpu *gpu_new(struct gpu_list *list, const struct nvmux_gpu *observed);
void gpu_free(struct gpu *gpu);		/* takes it off its list */
struct gpu *gpu_find(const struct gpu_list *list, const char *bdf);

/* The GPU to which a PCI function belongs: itself, or as a companion. */
struct gpu *gpu_find_function(const struct gpu_list *list, const char *bdf);

/* The companions that there was room for. */
size_t gpu_n_companions(const struct nvmux_gpu *observed);

/* Collects something from the GPU and its companions, until one fails. */
int gpu_each_function(const struct gpu *gpu, int (*fn)(const char *bdf, struct strset *ret),
		      struct strset *ret);

/* Takes over what the kernel tells; true when it differs. */
bool gpu_observe(struct gpu *gpu, const struct nvmux_gpu *observed);
bool gpu_is_switching(const struct gpu *gpu);
bool gpu_is_quarantined(const struct gpu *gpu);

/* Why it is out of use, by the kernel or by us (stuck.h); empty: it is not. */
const char *gpu_quarantine(const struct gpu *gpu);
bool gpu_is_in(const struct gpu *gpu, uint32_t mode);

#endif
