// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VM that comes from another host names its vGPUs by the UUIDs that they have there. What is
 * here for it may have others: vGPUs that are defined for this VM, or one that was to be made for
 * it and whose UUID somebody else has.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/log.h"
#include "../basic/path.h"
#include "../basic/uuid.h"
#include "migrate.h"

static bool is_free(const struct manager *m, const struct domain *domain, const struct vgpu *vgpu)
{
	const struct claim *claim = claim_of_vgpu(&m->claims, vgpu->observed.uuid);

	return vgpu->observed.state != NVMUX_VGPU_STATE_OPEN &&
	       (!claim || strcmp(claim->uuid, domain->uuid) == 0);
}

/* Made by whomever, and not ours. */
static bool is_foreign(const char *uuid)
{
	_cleanup_free_ char *path = path_sys("bus/mdev/devices/%s", uuid);

	return !path || file_exists(path);
}

static bool is_wish(const struct domain *domain, const char *uuid)
{
	for (size_t i = 0; i < domain->n_vgpus; i++)
		if (strcmp(domain->vgpus[i].uuid, uuid) == 0)
			return true;
	return false;
}

static bool has_device(const struct domain *domain, const char *uuid)
{
	for (size_t i = 0; i < domain->n_mdevs; i++)
		if (strcmp(domain->mdevs[i], uuid) == 0)
			return true;
	return false;
}

/* One that is defined for the VM, exists, and that nobody has. */
static const struct vgpu *find_prepared(const struct manager *m, const struct domain *domain,
					const struct strset *taken)
{
	const struct definition *d;
	const struct vgpu *vgpu;

	LIST_FOREACH(d, &m->definitions, link) {
		vgpu = strcmp(d->vm, domain->name) ? NULL : vgpu_find(&m->vgpus, d->uuid);
		if (vgpu && is_free(m, domain, vgpu) && !has_device(domain, d->uuid) &&
		    !strset_has(taken, d->uuid))
			return vgpu;
	}
	return NULL;
}

static int choose(const struct manager *m, const struct domain *domain, const char *uuid,
		  const struct strset *taken, char *ret)
{
	const struct vgpu *vgpu = vgpu_find(&m->vgpus, uuid);
	int err;

	if (vgpu ? is_free(m, domain, vgpu) : is_foreign(uuid))
		return 0;
	if (is_wish(domain, uuid)) {
		err = vgpu ? uuid_random(ret) : 0;
		return err ? err : vgpu != NULL;
	}
	vgpu = find_prepared(m, domain, taken);
	if (vgpu)
		(void)snprintf(ret, NVMUX_UUID_SIZE, "%s", vgpu->observed.uuid);
	return vgpu != NULL;
}

int migrate_target(struct manager *m, const struct domain *domain, const char *uuid,
		   struct strset *taken, char ret[static NVMUX_UUID_SIZE])
{
	int err = choose(m, domain, uuid, taken, ret);

	if (err <= 0)
		return err;
	err = strset_add(taken, ret);
	if (err)
		return err;
	log_info("vm %s comes with vgpu %s, which is vgpu %s here", domain->name, uuid, ret);
	return 1;
}
