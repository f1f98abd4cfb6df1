/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is counted, and when. Called where it happens, before the models take over what is new.
 */
#ifndef NVMUX_DAEMON_TALLY_H
#define NVMUX_DAEMON_TALLY_H

#include "manager.h"

/* A GPU or vGPU appeared: its counters begin at 0, so that the first event is seen as one. */
void tally_gpu_new(struct manager *m, const char *bdf);
void tally_vgpu_new(struct manager *m, const char *uuid);
void tally_vgpu_gone(struct manager *m, const char *uuid);

/* What the kernel tells now about a GPU or vGPU whose model is still as it was. */
void tally_gpu(const struct gpu *gpu, const struct nvmux_gpu *now);
void tally_vgpu(const struct vgpu *vgpu, const struct nvmux_vgpu *now);

/* We have taken it out of use ourselves, see stuck.h. */
void tally_quarantine(const struct gpu *gpu);

/* The kernel's notifications were lost. */
void tally_lost(struct manager *m);

/* What a request has come to: "done", "pending", "refused", "failed" or "cancelled". */
const char *tally_result(int err);

/*
 * The end of a request.
 * @request: name of its kind
 * @gpu: that it was about, or empty
 * @err: 0 or -errno
 */
void tally_request(struct manager *m, const char *request, const char *gpu, int err);
void tally_hook(struct manager *m, const char *operation, int err);

/* @member: of ours, so that a caller cannot make up counters; NULL: of nobody */
void tally_denied(struct manager *m, const char *member);

#endif
