// SPDX-License-Identifier: GPL-2.0-only
/*
 * The records of what the daemon has made; and how others are known by what
 * they leave in /etc/mdevctl.d.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "../basic/utf8.h"
#include "owner.h"

int owner_record(const char *uuid, const char *owner)
{
	_cleanup_free_ char *path = path_run("vgpus/%s", uuid);

	return path ? file_keep(path, owner) : -ENOMEM;
}

int owner_forget(const char *uuid)
{
	_cleanup_free_ char *path = path_run("vgpus/%s", uuid);

	return path ? file_remove(path) : -ENOMEM;
}

/* One directory per parent, one file per mdev. */
static bool mdevctl_has(const char *uuid)
{
	_cleanup_free_ char *dir = path_below("etc/mdevctl.d");
	struct strset parents = { 0 };
	bool found = false;

	if (!dir || file_list(dir, &parents))
		return false;
	for (size_t i = 0; i < parents.n && !found; i++) {
		_cleanup_free_ char *path = path_below("etc/mdevctl.d/%s/%s", parents.items[i],
						       uuid);

		found = path && file_exists(path);
	}
	strset_clear(&parents);
	return found;
}

void owner_of(const char *uuid, char owner[static OWNER_SIZE])
{
	_cleanup_free_ char *path = path_run("vgpus/%s", uuid);

	if (path && file_read_line(path, owner, OWNER_SIZE) == 0 && owner[0] &&
	    utf8_is_valid(owner))
		return;
	(void)snprintf(owner, OWNER_SIZE, "%s", mdevctl_has(uuid) ? OWNER_MDEVCTL : OWNER_FOREIGN);
}

void owner_prune(int (*exists)(const char *uuid, const void *userdata), const void *userdata)
{
	_cleanup_free_ char *dir = path_run("vgpus");
	struct strset uuids = { 0 };

	if (!dir || file_list(dir, &uuids))
		return;
	for (size_t i = 0; i < uuids.n; i++)
		if (!exists(uuids.items[i], userdata) && owner_forget(uuids.items[i]))
			log_warning("the owner of vgpu %s stays on disk, ignoring", uuids.items[i]);
	strset_clear(&uuids);
}
