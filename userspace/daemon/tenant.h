/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMs as tenants: takes claims at prepare, drops them at release, and knows
 * who really has a device open.
 */
#ifndef NVMUX_DAEMON_TENANT_H
#define NVMUX_DAEMON_TENANT_H

#include "../basic/domain.h"
#include "holder.h"
#include "manager.h"

/* A VM wants to start. Refusals as admit_domain() says, with a sentence. */
int tenant_prepare(struct manager *m, const struct domain *domain, char *text, size_t size);

/* A VM that runs already: its claim is recorded without asking any rule. */
int tenant_reconnect(struct manager *m, const struct domain *domain);

/* A VM has ended, or its start was refused: drops its own claim only. */
void tenant_release(struct manager *m, const char *name, const char *uuid);

/* Drops claims of VMs that went without a release. */
void tenant_prune(struct manager *m);

/* The claim on a GPU: as a whole, or on one of its vGPUs. */
const struct claim *tenant_claim_on_gpu(const struct manager *m, const struct gpu *gpu);

/* -ESRCH: nobody. */
int tenant_holder_of_gpu(struct manager *m, const struct gpu *gpu, struct holder *ret);
int tenant_holder_of_vgpu(struct manager *m, const struct vgpu *vgpu, struct holder *ret);

/* Also who has opened the file of a vGPU and does not use it yet. */
int tenant_opener_of_vgpu(struct manager *m, const struct vgpu *vgpu, struct holder *ret);

/* As tenant_holder_of_gpu(), but does not search when the function is not enabled. */
int tenant_user_of_gpu(struct manager *m, const struct gpu *gpu, struct holder *ret);

/* The claim names the VM where the process does not. NULL is fine. */
void tenant_complete(struct holder *holder, const struct claim *claim);

#endif
