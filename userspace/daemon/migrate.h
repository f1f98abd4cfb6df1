/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NVMUX_DAEMON_MIGRATE_H
#define NVMUX_DAEMON_MIGRATE_H

#include "../basic/domain.h"
#include "manager.h"

/**
 * migrate_target() - which vGPU of this host a VM gets for one that it had on another
 * @domain: as it comes from there
 * @uuid: of a mediated device of it
 * @taken: UUIDs that have been given to it already; the answer is added
 * @ret: the UUID that it has here
 *
 * What is free here under the same UUID, and what prepare makes under it, keeps it.
 *
 * Return: 1: it has another one here; 0: the same, or none, which prepare refuses then; -ENOMEM,
 * -EIO no random UUID.
 */
int migrate_target(struct manager *m, const struct domain *domain, const char *uuid,
		   struct strset *taken, char ret[static NVMUX_UUID_SIZE]);

#endif
