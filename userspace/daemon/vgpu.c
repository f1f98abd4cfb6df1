// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vGPUs that the daemon knows, whoever made them.
 */
#include <stdlib.h>
#include <string.h>

#include "vgpu.h"

struct vgpu *vgpu_new(struct vgpu_list *list, const struct nvmux_vgpu *observed)
{
	struct vgpu *vgpu = calloc(1, sizeof(*vgpu));

	if (!vgpu)
		return NULL;
	vgpu->observed = *observed;
	LIST_INSERT_HEAD(list, vgpu, link);
	return vgpu;
}

void vgpu_free(struct vgpu *vgpu)
{
	if (!vgpu)
		return;
	LIST_REMOVE(vgpu, link);
	free(vgpu);
}

struct vgpu *vgpu_find(const struct vgpu_list *list, const char *uuid)
{
	struct vgpu *vgpu;

	LIST_FOREACH(vgpu, list, link)
		if (strcmp(vgpu->observed.uuid, uuid) == 0)
			return vgpu;
	return NULL;
}

struct vgpu *vgpu_find_function(const struct vgpu_list *list, const char *bdf)
{
	struct vgpu *vgpu;

	LIST_FOREACH(vgpu, list, link)
		if (vgpu->function[0] && strcmp(vgpu->function, bdf) == 0)
			return vgpu;
	return NULL;
}

bool vgpu_observe(struct vgpu *vgpu, const struct nvmux_vgpu *observed)
{
	vgpu->stale = false;
	if (memcmp(&vgpu->observed, observed, sizeof(*observed)) == 0)
		return false;
	vgpu->observed = *observed;
	return true;
}
