/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Claims on disk: /run/nvmux/claims/<uuid of the VM>.json, so that they
 * outlive the daemon and not the host.
 */
#ifndef NVMUX_DAEMON_STORE_H
#define NVMUX_DAEMON_STORE_H

#include "claim.h"

#define STORE_VERSION 1

int store_save_claim(const struct claim *claim);
int store_remove_claim(const char *uuid);

/* Files that make no sense are told in the log and skipped. */
int store_load_claims(struct claim_list *list);

#endif
