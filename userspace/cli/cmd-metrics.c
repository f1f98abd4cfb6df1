// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux metrics: OpenMetrics text on stdout, for the textfile collector of
 * node_exporter. What is counted is what is now; nvmuxd keeps no counters.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/fail.h"
#include "cli/session.h"
#include "cli/verbs.h"

struct metrics {
	const struct world *world;
	const struct records *types;
	const struct records *vms;
	FILE *f;
};

/* The rules of the format for a label: backslash, quote and newline are escaped. */
static void put_label(const char *name, const char *value, bool first, FILE *f)
{
	fprintf(f, "%s%s=\"", first ? "" : ",", name);
	for (const char *c = value ? value : ""; *c; c++) {
		if (*c == '\n')
			fputs("\\n", f);
		else if (*c == '\\' || *c == '"')
			fprintf(f, "\\%c", *c);
		else
			fputc(*c, f);
	}
	fputc('"', f);
}

struct label {
	const char *name;
	const char *value;
};

static void put_sample(const struct metrics *m, const char *name, const struct label *labels,
		       uint64_t value)
{
	fprintf(m->f, "nvmux_%s{", name);
	for (const struct label *l = labels; l->name; l++)
		put_label(l->name, l->value, l == labels, m->f);
	fprintf(m->f, "} %" PRIu64 "\n", value);
}

static void put_family(const struct metrics *m, const char *name, const char *type,
		       const char *unit, const char *help)
{
	fprintf(m->f, "# TYPE nvmux_%s %s\n", name, type);
	if (unit)
		fprintf(m->f, "# UNIT nvmux_%s %s\n", name, unit);
	fprintf(m->f, "# HELP nvmux_%s %s\n", name, help);
}

#define LABELS(...) ((const struct label[]){ __VA_ARGS__, {} })

static bool is_set(const char *text)
{
	return text && *text;
}

static bool is_pending(const struct gpu *gpu)
{
	return is_set(gpu->configured_mode) && is_set(gpu->active_mode) &&
	       strcmp(gpu->configured_mode, gpu->active_mode);
}

/* One family at a time, as the format wants it; @value is told of each GPU. */
static void gpu_family(const struct metrics *m, const char *name, const char *unit,
		       const char *help, uint64_t (*value)(const struct gpu *gpu))
{
	put_family(m, name, "gauge", unit, help);
	for (size_t i = 0; i < m->world->gpus.n; i++) {
		const struct gpu *gpu = records_get(&gpu_noun, &m->world->gpus, i);

		put_sample(m, name, LABELS({ "gpu", gpu->address }), value(gpu));
	}
}

static uint64_t gpu_vgpus(const struct gpu *gpu)
{
	return gpu->vgpu_count;
}

static uint64_t gpu_framebuffer(const struct gpu *gpu)
{
	return gpu->fb_size;
}

static uint64_t gpu_quarantined(const struct gpu *gpu)
{
	return is_set(gpu->quarantine);
}

static uint64_t gpu_drifts(const struct gpu *gpu)
{
	return is_pending(gpu);
}

static void gpu_infos(const struct metrics *m)
{
	put_family(m, "gpu", "info", NULL, "What a GPU is.");
	for (size_t i = 0; i < m->world->gpus.n; i++) {
		const struct gpu *gpu = records_get(&gpu_noun, &m->world->gpus, i);

		put_sample(m, "gpu_info", LABELS({ "gpu", gpu->address }, { "board", gpu->board },
						 { "mode", gpu->active_mode },
						 { "configured", gpu->configured_mode },
						 { "partition", gpu->partition },
						 { "driver", gpu->driver }), 1);
	}
}

static void vgpu_infos(const struct metrics *m)
{
	put_family(m, "vgpu", "info", NULL, "What a vGPU is.");
	for (size_t i = 0; i < m->world->vgpus.n; i++) {
		const struct vgpu *v = records_get(&vgpu_noun, &m->world->vgpus, i);

		put_sample(m, "vgpu_info", LABELS({ "vgpu", v->uuid }, { "gpu", v->gpu },
						  { "type", v->type }, { "owner", v->owner },
						  { "vm", v->vm }), 1);
	}
}

static void vgpu_family(const struct metrics *m, const char *name, const char *unit,
			const char *help, uint64_t (*value)(const struct vgpu *v))
{
	put_family(m, name, "gauge", unit, help);
	for (size_t i = 0; i < m->world->vgpus.n; i++) {
		const struct vgpu *v = records_get(&vgpu_noun, &m->world->vgpus, i);

		put_sample(m, name, LABELS({ "vgpu", v->uuid }), value(v));
	}
}

static uint64_t vgpu_open(const struct vgpu *v)
{
	return v->state && !strcmp(v->state, "open");
}

static uint64_t vgpu_size(const struct vgpu *v)
{
	return v->size;
}

static void type_infos(const struct metrics *m)
{
	put_family(m, "type_available", "gauge", NULL, "vGPUs of a type that can be created now.");
	for (size_t i = 0; i < m->types->n; i++) {
		const struct vgpu_type *t = records_get(&type_noun, m->types, i);

		put_sample(m, "type_available", LABELS({ "gpu", t->gpu }, { "type", t->name }),
			   t->available);
	}
}

static void vm_infos(const struct metrics *m)
{
	put_family(m, "vm_violation", "gauge", NULL, "1 for a VM that breaks a rule.");
	for (size_t i = 0; i < m->vms->n; i++) {
		const struct vm *vm = records_get(&vm_noun, m->vms, i);

		put_sample(m, "vm_violation", LABELS({ "vm", vm->name }), is_set(vm->violation));
	}
}

static void metrics_print(const struct metrics *m)
{
	gpu_infos(m);
	gpu_family(m, "gpu_vgpus", NULL, "vGPUs on a GPU.", gpu_vgpus);
	gpu_family(m, "gpu_framebuffer_bytes", "bytes", "Memory of a GPU.", gpu_framebuffer);
	gpu_family(m, "gpu_quarantined", NULL, "1 for a GPU that is out of use.", gpu_quarantined);
	gpu_family(m, "gpu_drifts", NULL, "1 for a GPU that is not in its configured mode.",
		   gpu_drifts);
	vgpu_infos(m);
	vgpu_family(m, "vgpu_framebuffer_bytes", "bytes", "Memory of a vGPU.", vgpu_size);
	vgpu_family(m, "vgpu_open", NULL, "1 for a vGPU that a process has open.", vgpu_open);
	type_infos(m);
	vm_infos(m);
	fputs("# EOF\n", m->f);
}

int cmd_metrics(const struct args *a)
{
	_cleanup_session_ struct session s = {};
	struct records types = {}, vms = {};
	struct complaint c;
	int code;

	code = session_open(&s);
	if (!code && world_try_types(s.bus, "", &types, &c))
		code = fail_complaint(&c);
	if (!code)
		code = world_get_vms(s.bus, &vms);
	if (!code)
		metrics_print(&(struct metrics){ &s.world, &types, &vms, a->output.file });
	records_clear(&type_noun, &types);
	records_clear(&vm_noun, &vms);
	return code;
}
