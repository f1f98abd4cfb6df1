/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_CLI_SESSION_H
#define NVMUX_CLI_SESSION_H

#include "cli/args.h"
#include "cli/output.h"
#include "cli/world.h"

/* Of an address: eight digits of the domain at most. */
#define ADDRESS_SIZE 17

/* A connection to nvmuxd and what it told; @address: of the GPU that is meant. */
struct session {
	sd_bus *bus;
	struct world world;
	char address[ADDRESS_SIZE];
};

/* All of these return an exit code, their complaint already printed. */
int session_open(struct session *s);
int session_open_gpus(struct session *s);
void session_close(struct session *s);
#define _cleanup_session_ _cleanup_(session_close)

/* Check the word, open the session, find the object. */
int session_open_gpu(struct session *s, const char *word, const struct gpu **ret);
int session_open_vgpu(struct session *s, const char *uuid, const struct vgpu **ret);

/*
 * Check the word, open the session, set the address of the GPU. One that is whole is not looked
 * up: nvmuxd is about to be asked about that GPU anyway, and knows whether it is there.
 */
int session_open_address(struct session *s, const char *word);

/* Show a GPU as it is now. */
int session_show_gpu(struct session *s, const struct output *o, const char *address);

/* <hostdev> of a PCI function. */
int print_pci_xml(const struct output *o, const char *address);

/* After a change: silent when it has worked; with --json the GPU as it is now. */
int session_gpu_changed(struct session *s, const struct args *a, int code);

#endif
