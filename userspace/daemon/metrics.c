// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "manager.h"
#include "metrics.h"
#include "openmetrics.h"
#include "resets.h"
#include "vendor.h"
#include "vm.h"

static const char *mode_name(uint32_t mode)
{
	return mode ? nvmux_mode_str(mode) : "";
}

static void put_daemon(const struct manager *m, FILE *f)
{
	openmetrics_gauge(f, "daemon_info", NULL, "Version of nvmuxd.");
	openmetrics_sample(f, "daemon_info", METRIC_LABELS({ "version", NVMUX_VERSION }), 1);
	openmetrics_gauge(f, "daemon_start_time_seconds", "seconds",
			  "When nvmuxd was started, since the epoch.");
	openmetrics_sample(f, "daemon_start_time_seconds", METRIC_LABELS({}),
			   (uint64_t)m->started);
	openmetrics_gauge(f, "module_loaded", NULL, "1 while module nvmux is loaded.");
	openmetrics_sample(f, "module_loaded", METRIC_LABELS({}), m->kernel != NULL);
}

static void put_gpu_infos(const struct manager *m, FILE *f)
{
	struct gpu *gpu;

	openmetrics_gauge(f, "gpu_info", NULL, "1; the labels tell what a GPU is.");
	LIST_FOREACH(gpu, &m->gpus, link) {
		const struct nvmux_gpu *o = &gpu->observed;
		const char *partition = o->partition ? nvmux_partition_str(o->partition) : "";

		openmetrics_sample(f, "gpu_info",
				   METRIC_LABELS({ "gpu", o->bdf }, { "board", o->board },
						 { "mode", mode_name(o->mode) },
						 { "configured", mode_name(gpu->wanted.mode) },
						 { "partition", partition },
						 { "driver", o->driver }), 1);
	}
}

static uint64_t gpu_vgpus(const struct gpu *gpu)
{
	return gpu->observed.vgpu_count + (vendor_has(gpu) ? gpu->vendor->n_vgpus : 0);
}

static uint64_t gpu_framebuffer(const struct gpu *gpu)
{
	return gpu->observed.fb_size;
}

static uint64_t gpu_quarantined(const struct gpu *gpu)
{
	return gpu_quarantine(gpu)[0] != '\0';
}

static uint64_t gpu_drifts(const struct gpu *gpu)
{
	return gpu->wanted.mode && gpu->observed.mode != gpu->wanted.mode;
}

static uint64_t gpu_scrub_left(const struct gpu *gpu)
{
	return gpu->observed.scrub_total - gpu->observed.scrub_done;
}

static const struct {
	const char *name;
	const char *unit;
	const char *help;
	uint64_t (*value)(const struct gpu *gpu);
} gpu_gauges[] = {
	{ "gpu_vgpus", NULL, "vGPUs on a GPU.", gpu_vgpus },
	{ "gpu_framebuffer_bytes", "bytes", "Memory of a GPU.", gpu_framebuffer },
	{ "gpu_quarantined", NULL, "1 for a GPU that is out of use.", gpu_quarantined },
	{ "gpu_drifts", NULL, "1 for a GPU that is not in its configured mode.", gpu_drifts },
	{ "gpu_scrub_left_bytes", "bytes", "Memory that is still to be overwritten.",
	  gpu_scrub_left },
};

static void put_gpu_gauges(const struct manager *m, FILE *f)
{
	struct gpu *gpu;

	for (size_t i = 0; i < ARRAY_SIZE(gpu_gauges); i++) {
		openmetrics_gauge(f, gpu_gauges[i].name, gpu_gauges[i].unit, gpu_gauges[i].help);
		LIST_FOREACH(gpu, &m->gpus, link)
			openmetrics_sample(f, gpu_gauges[i].name,
					   METRIC_LABELS({ "gpu", gpu->observed.bdf }),
					   gpu_gauges[i].value(gpu));
	}
}

static void put_vgpu_infos(struct manager *m, FILE *f)
{
	struct vgpu *vgpu;
	char vm[256];

	openmetrics_gauge(f, "vgpu_info", NULL, "1; the labels tell what a vGPU is.");
	LIST_FOREACH(vgpu, &m->vgpus, link) {
		const struct nvmux_vgpu *o = &vgpu->observed;

		vm_of_vgpu(m, vgpu, vm, sizeof(vm));
		openmetrics_sample(f, "vgpu_info",
				   METRIC_LABELS({ "vgpu", o->uuid }, { "gpu", o->gpu },
						 { "type", o->type }, { "owner", vgpu->owner },
						 { "vm", vm }), 1);
	}
}

static uint64_t vgpu_framebuffer(const struct vgpu *vgpu)
{
	return vgpu->observed.size;
}

static uint64_t vgpu_open(const struct vgpu *vgpu)
{
	return vgpu->observed.state == NVMUX_VGPU_STATE_OPEN;
}

static const struct {
	const char *name;
	const char *unit;
	const char *help;
	uint64_t (*value)(const struct vgpu *vgpu);
} vgpu_gauges[] = {
	{ "vgpu_framebuffer_bytes", "bytes", "Memory of a vGPU.", vgpu_framebuffer },
	{ "vgpu_open", NULL, "1 for a vGPU that a process has open.", vgpu_open },
};

static void put_vgpu_gauges(const struct manager *m, FILE *f)
{
	struct vgpu *vgpu;

	for (size_t i = 0; i < ARRAY_SIZE(vgpu_gauges); i++) {
		openmetrics_gauge(f, vgpu_gauges[i].name, vgpu_gauges[i].unit, vgpu_gauges[i].help);
		LIST_FOREACH(vgpu, &m->vgpus, link)
			openmetrics_sample(f, vgpu_gauges[i].name,
					   METRIC_LABELS({ "vgpu", vgpu->observed.uuid }),
					   vgpu_gauges[i].value(vgpu));
	}
}

/* Counted by the kernel since the vGPU was made, so they outlive the daemon. */
static void put_vgpu_resets(struct manager *m, FILE *f)
{
	struct vgpu *vgpu;

	resets_refresh(m, 0);
	openmetrics_counter(f, "vgpu_resets", NULL, "How often who had a vGPU open has reset it.");
	LIST_FOREACH(vgpu, &m->vgpus, link)
		if (vgpu->observed.has & NVMUX_HAS(NVMUX_A_VGPU_RESETS))
			openmetrics_sample(f, "vgpu_resets_total",
					   METRIC_LABELS({ "vgpu", vgpu->observed.uuid }),
					   vgpu->observed.resets);
}

/* What the kernel does not tell now is not there, rather than 0. */
static void put_types(const struct manager *m, FILE *f)
{
	_cleanup_free_ struct nvmux_type *types = NULL;
	size_t n = 0;

	if (m->kernel && nvmux_type_list(m->kernel, NULL, &types, &n))
		n = 0;
	openmetrics_gauge(f, "type_available", NULL, "vGPUs of a type that can be created now.");
	for (size_t i = 0; i < n; i++)
		openmetrics_sample(f, "type_available",
				   METRIC_LABELS({ "gpu", types[i].gpu },
						 { "type", types[i].name }), types[i].available);
}

static void put_vms(struct manager *m, FILE *f)
{
	char violation[NVMUX_TEXT_SIZE];
	struct vm_list list;
	struct vm *vm;

	if (vm_list_build(m, &list))
		return;
	openmetrics_gauge(f, "vm_violation", NULL, "1 for a VM that breaks a rule.");
	LIST_FOREACH(vm, &list, link) {
		vm_violation(vm, violation, sizeof(violation));
		openmetrics_sample(f, "vm_violation", METRIC_LABELS({ "vm", vm->name }),
				   violation[0] != '\0');
	}
	vm_list_clear(&list);
}

static void put_counter(const struct counter *c, const struct counter_desc *desc, FILE *f)
{
	struct metric_label labels[COUNTER_LABELS_MAX + 1] = {};
	char name[64];

	for (size_t i = 0; desc->labels[i]; i++)
		labels[i] = (struct metric_label){ desc->labels[i], c->labels[i] };
	(void)snprintf(name, sizeof(name), "%s_total", desc->name);
	openmetrics_sample(f, name, labels, c->value);
}

static void put_counters(const struct manager *m, FILE *f)
{
	const struct counter *c;

	for (int i = 0; i < COUNTER_FAMILIES; i++) {
		const struct counter_desc *desc = &counter_descs[i];

		openmetrics_counter(f, desc->name, desc->unit, desc->help);
		TAILQ_FOREACH(c, &m->counters, link)
			if (c->family == (enum counter_family)i)
				put_counter(c, desc, f);
	}
}

char *metrics_format(struct manager *m, size_t *ret_len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_len);

	if (!f)
		return NULL;
	put_daemon(m, f);
	put_gpu_infos(m, f);
	put_gpu_gauges(m, f);
	put_vgpu_infos(m, f);
	put_vgpu_gauges(m, f);
	put_vgpu_resets(m, f);
	put_types(m, f);
	put_vms(m, f);
	put_counters(m, f);
	openmetrics_end(f);
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}
