/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /etc/nvmux: nvmux.conf and nvmux.conf.d for the daemon, gpus.d/<address>.conf
 * for what each GPU shall be.
 */
#ifndef NVMUX_DAEMON_CONFIG_H
#define NVMUX_DAEMON_CONFIG_H

#include <stdint.h>

#include "assign.h"
#include "gpu.h"
#include "scrub.h"

/**
 * struct config - nvmux.conf
 * @switch_timeout: [daemon] switch-timeout, how long SetMode waits
 * @write_timeout: [daemon] write-timeout, for a write to sysfs
 * @idle_retry: [daemon] idle-retry, for GPUs that wait for their holder
 * @hook_timeout: [daemon] hook-timeout, for each program of hooks.d
 * @service_timeout: [daemon] service-timeout, until the services have stopped
 * @stop_services: [gpu] stop-services, units that make room for a switch
 * @exclude: [gpu] exclude, addresses of GPUs that are never switched
 * @default_mode: [gpu] default-mode, for GPUs without a mode of their own; 0: leave alone
 * @scrub: [gpu] scrub, enum scrub_policy
 * @policy: [vgpu] policy, enum assign_policy
 * @metrics_group: [metrics] group, who may read metrics.sock beside root; empty: nobody
 *
 * Times in microseconds, in the file in seconds.
 */
struct config {
	uint64_t switch_timeout;
	uint64_t write_timeout;
	uint64_t idle_retry;
	uint64_t hook_timeout;
	uint64_t service_timeout;
	uint32_t default_mode;
	uint32_t scrub;
	uint32_t policy;
	struct strset stop_services;
	struct strset exclude;
	char metrics_group[64];
};

void config_init(struct config *config);
void config_clear(struct config *config);

/* Unknown keys and bad values are told in the log and ignored. */
int config_load(struct config *config);

/* -ENOENT: nothing is configured for this GPU. */
int config_load_gpu(const char *bdf, struct gpu_wanted *ret);
int config_store_gpu(const char *bdf, const struct gpu_wanted *wanted);

/*
 * Change one part of what is configured and leave the rest as it is. What is configured for
 * another board does not count, it is dropped.
 */
int config_keep_mode(const char *bdf, const struct gpu_wanted *mode);
int config_keep_partition(const char *bdf, uint32_t partition, uint32_t device_id);

/* Into nvmux.conf.d/90-policy.conf. */
int config_keep_policy(uint32_t policy);

#endif
