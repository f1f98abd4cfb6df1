/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * May this domain start? Pure: the world is an argument.
 */
#ifndef NVMUX_DAEMON_ADMIT_H
#define NVMUX_DAEMON_ADMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "../basic/domain.h"
#include "claim.h"
#include "gpu.h"
#include "vgpu.h"

struct admit_world {
	const struct gpu_list *gpus;
	const struct vgpu_list *vgpus;
	const struct claim_list *claims;
	/* is there an mdev of any driver with this UUID? */
	bool (*mdev_exists)(const char *uuid, void *userdata);
	/* vGPUs of this one's type that a VM may have, 0 when not known */
	unsigned int (*max_per_vm)(const struct vgpu *vgpu, void *userdata);
	/* has it to be cleaned before anybody gets it? */
	bool (*is_unclean)(const struct gpu *gpu, void *userdata);
	void *userdata;
};

/**
 * admit_domain() - check a domain that wants to start
 * @text: the sentence for the person who started it
 *
 * Errors: -EPERM both kinds in one VM, or more vGPUs than a VM may have, -EBUSY claimed by another VM
 * or to be cleaned, -EOPNOTSUPP a GPU in the wrong mode, -ENODEV no such mdev.
 */
int admit_domain(const struct domain *domain, const struct admit_world *world, char *text,
		 size_t size);

/* What of ours the domain uses; devices of others are left out. -ENOMEM. */
int admit_devices(const struct domain *domain, const struct admit_world *world,
		  struct strset *gpus, struct strset *vgpus);

#endif
