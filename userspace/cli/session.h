/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_SESSION_H
#define NVMUX_CLI_SESSION_H

#include "cli/args.h"
#include "cli/output.h"
#include "cli/world.h"

/* A connection to nvmuxd and what it told. */
struct session {
	sd_bus *bus;
	struct world world;
};

/* All of these return an exit code, their complaint already printed. */
int session_open(struct session *s);
void session_close(struct session *s);
#define _cleanup_session_ _cleanup_(session_close)

/* Check the word, open the session, find the object. */
int session_open_gpu(struct session *s, const char *word, const struct gpu **ret);
int session_open_vgpu(struct session *s, const char *uuid, const struct vgpu **ret);

/* Show an object as it is now. */
int session_show_gpu(struct session *s, const struct output *o, const char *address);
int session_show_vgpu(struct session *s, const struct output *o, const char *uuid);

/* After a change: silent when it has worked; with --json the GPU as it is now. */
int session_gpu_changed(struct session *s, const struct args *a, int code, const struct gpu *gpu);

#endif
