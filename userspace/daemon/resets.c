// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "../basic/cleanup.h"
#include "resets.h"

static void take(struct manager *m, const struct nvmux_vgpu *now)
{
	struct vgpu *vgpu = vgpu_find(&m->vgpus, now->uuid);

	if (!vgpu)
		return;
	vgpu->observed.has |= now->has & NVMUX_HAS(NVMUX_A_VGPU_RESETS);
	vgpu->observed.resets = now->resets;
}

void resets_refresh(struct manager *m, uint64_t age)
{
	_cleanup_free_ struct nvmux_vgpu *vgpus = NULL;
	uint64_t now = manager_now();
	size_t n;

	if (!m->kernel || now < m->resets_asked + age)
		return;
	m->resets_asked = now;
	if (nvmux_vgpu_list(m->kernel, NULL, &vgpus, &n))
		return;
	for (size_t i = 0; i < n; i++)
		take(m, &vgpus[i]);
}
