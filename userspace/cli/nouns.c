// SPDX-License-Identifier: GPL-2.0-only
/*
 * The nouns of the command line: what their values are called in D-Bus, in a
 * list, in "show" and in JSON. The order here is the order everywhere.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "basic/cleanup.h"
#include "cli/fail.h"
#include "cli/nouns.h"

const char *mode_graphics_type(const char *mode)
{
	static const char *const words[][2] = {
		{ "host", "Shared" },
		{ "vgpu", "Shared Direct" },
		{ "passthrough", "Direct" },
	};

	for (size_t i = 0; mode && i < ARRAY_SIZE(words); i++)
		if (!strcmp(mode, words[i][0]))
			return words[i][1];
	return NULL;
}

static bool text_is_set(const char *text)
{
	return text && *text;
}

static void put_text(const char *text, FILE *f)
{
	put_clean(text_is_set(text) ? text : "-", f);
}

#define FIELD(row, field) .offset = offsetof(struct row, field)

/* companion */

static const struct column companion_columns[] = {
	{ .key = "address", .kind = KIND_TEXT, FIELD(companion, address) },
	{ .key = "class", .kind = KIND_CLASS, FIELD(companion, class) },
	{ .key = "driver", .kind = KIND_TEXT, FIELD(companion, driver) },
	{}
};

const struct noun companion_noun = { "companions", companion_columns, sizeof(struct companion) };

/* instance */

static const struct column instance_columns[] = {
	{ .key = "profile", .kind = KIND_TEXT, FIELD(instance, profile) },
	{ .key = "placement", .kind = KIND_COUNT, FIELD(instance, placement) },
	{ .key = "memory_slices", .kind = KIND_COUNT, FIELD(instance, memory_slices) },
	{ .key = "compute_slices", .kind = KIND_COUNT, FIELD(instance, compute_slices) },
	{ .key = "vgpu_count", .kind = KIND_COUNT, FIELD(instance, vgpu_count) },
	{ .key = "kept", .kind = KIND_FLAG, FIELD(instance, kept) },
	{}
};

const struct noun instance_noun = { "instances", instance_columns, sizeof(struct instance) };

/* gpu */

static const char *gpu_active_type(const void *row)
{
	const struct gpu *gpu = row;

	return mode_graphics_type(text_is_set(gpu->vendor_vgpus) ? "vgpu" : gpu->active_mode);
}

static const char *gpu_configured_type(const void *row)
{
	const struct gpu *gpu = row;

	return mode_graphics_type(gpu->configured_mode);
}

/* "vgpu (vendor)": the module leaves it to the host, and NVIDIA's vGPU manager shares it there. */
static void gpu_print_mode(const void *row, FILE *f)
{
	const struct gpu *gpu = row;

	if (text_is_set(gpu->vendor_vgpus))
		fputs("vgpu (vendor)", f);
	else
		put_text(gpu->active_mode, f);
}

/* "host>vgpu" while it switches, "host!" when it is quarantined */
static void gpu_print_active(const void *row, FILE *f)
{
	const struct gpu *gpu = row;

	gpu_print_mode(row, f);
	if (text_is_set(gpu->target_mode)) {
		fputc('>', f);
		put_clean(gpu->target_mode, f);
	}
	if (text_is_set(gpu->quarantine))
		fputc('!', f);
}

static void gpu_print_configured(const void *row, FILE *f)
{
	const struct gpu *gpu = row;

	put_text(gpu->configured_mode, f);
	if (text_is_set(gpu->configured_mode) && text_is_set(gpu->active_mode) &&
	    strcmp(gpu->configured_mode, gpu->active_mode))
		fputc('*', f);
}

/* "2g.12gb at 0: 1 vGPU, kept; 1g.6gb at 2: 0 vGPUs" */
static void gpu_print_instances(const void *row, FILE *f)
{
	const struct records *instances = &((const struct gpu *)row)->instances;

	if (!instances->n)
		fputc('-', f);
	for (size_t i = 0; i < instances->n; i++) {
		const struct instance *gi = records_get(&instance_noun, instances, i);

		fputs(i ? "; " : "", f);
		put_text(gi->profile, f);
		fprintf(f, " at %u: %u vGPU%s%s", gi->placement, gi->vgpu_count,
			gi->vgpu_count == 1 ? "" : "s", gi->kept ? ", kept" : "");
	}
}

/* "3072 of 24576 MiB", "-" while nothing is cleaned */
static void gpu_print_cleaned(const void *row, FILE *f)
{
	const struct gpu *gpu = row;

	if (gpu->scrub_total)
		fprintf(f, "%llu of %llu MiB", (unsigned long long)gpu->scrub_done >> 20,
			(unsigned long long)gpu->scrub_total >> 20);
	else
		fputc('-', f);
}

static const struct column gpu_columns[] = {
	{ "GPU", "GPU", "address", "Address", KIND_TEXT, FIELD(gpu, address) },
	{ "BOARD", "Board", "board", "Board", KIND_TEXT, FIELD(gpu, board) },
	{ NULL, "Device ID", "device_id", "DeviceId", KIND_ID, FIELD(gpu, device_id) },
	{ NULL, "Subsystem vendor ID", "subsystem_vendor_id", "SubsystemVendorId", KIND_ID,
	  FIELD(gpu, subsystem_vendor_id) },
	{ NULL, "Subsystem ID", "subsystem_id", "SubsystemId", KIND_ID, FIELD(gpu, subsystem_id) },
	{ NULL, "Class", "class", "Class", KIND_CLASS, FIELD(gpu, class) },
	{ NULL, "Chip", "chip", "Chip", KIND_ID, FIELD(gpu, chip) },
	{ "MODE", NULL, NULL, NULL, KIND_TEXT, FIELD(gpu, active_mode),
	  .human = gpu_print_active },
	{ NULL, "Active mode", "active_mode", "ActiveMode", KIND_TEXT, FIELD(gpu, active_mode),
	  .human = gpu_print_mode },
	{ NULL, "Active Type", "active_type", .kind = KIND_WORD, .word = gpu_active_type },
	{ "CONFIGURED", NULL, NULL, NULL, KIND_TEXT, FIELD(gpu, configured_mode),
	  .human = gpu_print_configured },
	{ NULL, "Configured mode", "configured_mode", "ConfiguredMode", KIND_TEXT,
	  FIELD(gpu, configured_mode) },
	{ NULL, "Configured Type", "configured_type", .kind = KIND_WORD,
	  .word = gpu_configured_type },
	{ NULL, "Switching to", "target_mode", "TargetMode", KIND_TEXT, FIELD(gpu, target_mode) },
	{ NULL, "Step", "step", "Step", KIND_TEXT, FIELD(gpu, step) },
	{ NULL, "Pending", "pending", "Pending", KIND_TEXT, FIELD(gpu, pending) },
	{ NULL, "Last error", "error", "Error", KIND_TEXT, FIELD(gpu, error) },
	{ NULL, "Quarantine", "quarantine", "Quarantine", KIND_TEXT, FIELD(gpu, quarantine) },
	{ "DRIVER", "Driver", "driver", "Driver", KIND_TEXT, FIELD(gpu, driver) },
	{ NULL, "Framebuffer", "fb_size", "FbSize", KIND_SIZE, FIELD(gpu, fb_size) },
	{ NULL, "Memory", "memory", "Memory", KIND_TEXT, FIELD(gpu, memory) },
	{ NULL, "Cleaned", NULL, NULL, KIND_OFFSET, FIELD(gpu, scrub_done),
	  .human = gpu_print_cleaned },
	{ NULL, NULL, "scrub_done", "ScrubDone", KIND_OFFSET, FIELD(gpu, scrub_done) },
	{ NULL, NULL, "scrub_total", "ScrubTotal", KIND_OFFSET, FIELD(gpu, scrub_total) },
	{ NULL, "BAR1", "bar1_size", "Bar1Size", KIND_SIZE, FIELD(gpu, bar1_size) },
	{ NULL, "Reset", "reset", "Reset", KIND_TEXT, FIELD(gpu, reset) },
	{ NULL, "Virtual functions", "vf_count", "VfCount", KIND_NUMBER, FIELD(gpu, vf_count) },
	{ NULL, "NUMA node", "numa_node", "NumaNode", KIND_INDEX, FIELD(gpu, numa_node) },
	{ NULL, "IOMMU group", "iommu_group", "IommuGroup", KIND_INDEX, FIELD(gpu, iommu_group) },
	{ NULL, "Partition", "partition", "Partition", KIND_TEXT, FIELD(gpu, partition) },
	{ NULL, "Configured partition", "configured_partition", "ConfiguredPartition", KIND_TEXT,
	  FIELD(gpu, configured_partition) },
	{ NULL, "Partitions", "partitions", "Partitions", KIND_LIST, FIELD(gpu, partitions) },
	{ NULL, "GPU instances", "instances", "Instances", KIND_RECORDS, FIELD(gpu, instances),
	  .records = &instance_noun, .human = gpu_print_instances },
	{ "VGPUS", "vGPUs", "vgpu_count", "VgpuCount", KIND_COUNT, FIELD(gpu, vgpu_count) },
	{ NULL, "Vendor vGPUs", "vendor_vgpus", "VendorVgpus", KIND_TEXT,
	  FIELD(gpu, vendor_vgpus) },
	{ NULL, "Companions", "companions", "Companions", KIND_RECORDS, FIELD(gpu, companions),
	  .records = &companion_noun },
	{ "VMS", "VMs", "vms", "Vms", KIND_LIST, FIELD(gpu, vms) },
	{}
};

const struct noun gpu_noun = { "gpus", gpu_columns, sizeof(struct gpu) };

/* vgpu */

/* The VM when it is known, else the process: "qemu-system-x86[4711]" */
static void vgpu_print_holder(const void *row, FILE *f)
{
	const struct vgpu *vgpu = row;

	if (text_is_set(vgpu->vm) || !vgpu->pid) {
		put_text(vgpu->vm, f);
		return;
	}
	put_text(vgpu->command, f);
	fprintf(f, "[%u]", vgpu->pid);
}

static void vgpu_print_resets(const void *row, FILE *f)
{
	fprintf(f, "%" PRIu64, ((const struct vgpu *)row)->resets);
}

static const struct column vgpu_columns[] = {
	{ "GPU", "GPU", "gpu", "Gpu", KIND_TEXT, FIELD(vgpu, gpu) },
	{ "UUID", "UUID", "uuid", "Uuid", KIND_TEXT, FIELD(vgpu, uuid) },
	{ "TYPE", "Type", "type", "Type", KIND_TEXT, FIELD(vgpu, type) },
	{ "STATE", "State", "state", "State", KIND_TEXT, FIELD(vgpu, state) },
	{ "OWNER", "Owner", "owner", "Owner", KIND_TEXT, FIELD(vgpu, owner) },
	{ "PLACEMENT", "Placement", "placement", "Placement", KIND_COUNT, FIELD(vgpu, placement) },
	{ "INSTANCE", "GPU instance", "gi_profile", "GiProfile", KIND_TEXT, FIELD(vgpu, gi_profile) },
	{ NULL, "Offset", "offset", "Offset", KIND_OFFSET, FIELD(vgpu, offset) },
	{ "SIZE", "Size", "size", "Size", KIND_SIZE, FIELD(vgpu, size) },
	{ NULL, "BAR1", "bar1_size", "Bar1Size", KIND_SIZE, FIELD(vgpu, bar1_size) },
	{ "HOLDER", NULL, NULL, NULL, KIND_TEXT, FIELD(vgpu, vm), .human = vgpu_print_holder },
	{ NULL, "Resets", "resets", "Resets", KIND_OFFSET, FIELD(vgpu, resets),
	  .human = vgpu_print_resets },
	{ NULL, "PID", "pid", "Pid", KIND_NUMBER, FIELD(vgpu, pid) },
	{ NULL, "Command", "command", "Command", KIND_TEXT, FIELD(vgpu, command) },
	{ NULL, "Function", "function", "Function", KIND_TEXT, FIELD(vgpu, function) },
	{ NULL, "VM", "vm", "Vm", KIND_TEXT, FIELD(vgpu, vm) },
	{}
};

const struct noun vgpu_noun = { "vgpus", vgpu_columns, sizeof(struct vgpu) };

/* definition */

static void definition_print_state(const void *row, FILE *f)
{
	const struct definition *d = row;

	fputs(d->active ? "active" : "defined", f);
}

static void definition_print_start(const void *row, FILE *f)
{
	const struct definition *d = row;

	fputs(d->autostart ? "auto" : "manual", f);
}

static const struct column definition_columns[] = {
	{ "GPU", NULL, "gpu", "gpu", KIND_TEXT, FIELD(definition, gpu) },
	{ "UUID", NULL, "uuid", "uuid", KIND_TEXT, FIELD(definition, uuid) },
	{ "TYPE", NULL, "type", "type", KIND_TEXT, FIELD(definition, type) },
	{ "PLACEMENT", NULL, "placement", "placement", KIND_INDEX, FIELD(definition, placement) },
	{ "STATE", NULL, "active", "active", KIND_FLAG, FIELD(definition, active),
	  .human = definition_print_state },
	{ "START", NULL, "autostart", "autostart", KIND_FLAG, FIELD(definition, autostart),
	  .human = definition_print_start },
	{ "OWNER", NULL, "owner", "owner", KIND_TEXT, FIELD(definition, owner) },
	{ "VM", NULL, "vm", "vm", KIND_TEXT, FIELD(definition, vm) },
	{ "REASON", NULL, "reason", "reason", KIND_TEXT, FIELD(definition, reason) },
	{}
};

const struct noun definition_noun = {
	"definitions", definition_columns, sizeof(struct definition)
};

/* type */

/* A GPU of this host has told, or the catalogue that is built in. */
static const char *type_source(const void *row)
{
	return text_is_set(((const struct vgpu_type *)row)->gpu) ? "gpu" : "catalogue";
}

static const struct column type_columns[] = {
	{ "GPU", "GPU", "gpu", "gpu", KIND_TEXT, FIELD(vgpu_type, gpu) },
	{ "TYPE", "Type", "name", "name", KIND_TEXT, FIELD(vgpu_type, name) },
	{ NULL, "Label", "label", "label", KIND_TEXT, FIELD(vgpu_type, label) },
	{ NULL, "Family", "family", NULL, KIND_TEXT, FIELD(vgpu_type, family) },
	{ NULL, "Architecture", "architecture", NULL, KIND_TEXT, FIELD(vgpu_type, architecture) },
	{ NULL, "mdev type", "mdev_type", "mdev_type", KIND_TEXT, FIELD(vgpu_type, mdev_type) },
	{ NULL, "Series", "series", "series", KIND_TEXT, FIELD(vgpu_type, series) },
	{ "FB", "Framebuffer", "fb_size", "fb_size", KIND_SIZE, FIELD(vgpu_type, fb_size) },
	{ NULL, "BAR1", "bar1_size", "bar1_size", KIND_SIZE, FIELD(vgpu_type, bar1_size) },
	{ "AVAILABLE", "Available", "available", "available", KIND_COUNT,
	  FIELD(vgpu_type, available) },
	{ "MAX", "Most on a GPU", "max_instances", "max_instances", KIND_COUNT,
	  FIELD(vgpu_type, max_instances) },
	{ NULL, "Most when mixed-size", "max_mixed", "max_mixed", KIND_NUMBER,
	  FIELD(vgpu_type, max_mixed) },
	{ NULL, "GPU instance", "gi_profile", "gi_profile", KIND_TEXT,
	  FIELD(vgpu_type, gi_profile) },
	{ NULL, "Most in an instance", "max_per_gi", "max_per_gi", KIND_NUMBER,
	  FIELD(vgpu_type, max_per_gi) },
	{ NULL, "Placements", "placements", "placements", KIND_NUMBERS,
	  FIELD(vgpu_type, placements) },
	{ NULL, "Free placements", "free_placements", "free_placements", KIND_NUMBERS,
	  FIELD(vgpu_type, free_placements) },
	{ NULL, "Displays", "heads", "heads", KIND_NUMBER, FIELD(vgpu_type, heads) },
	{ NULL, "Most pixels across", "max_x", "max_x", KIND_NUMBER, FIELD(vgpu_type, max_x) },
	{ NULL, "Most pixels down", "max_y", "max_y", KIND_NUMBER, FIELD(vgpu_type, max_y) },
	{ NULL, "Frame rate limit", "frl", "frl", KIND_NUMBER, FIELD(vgpu_type, frl) },
	{ NULL, "Most in a VM", "max_per_vm", "max_per_vm", KIND_NUMBER,
	  FIELD(vgpu_type, max_per_vm) },
	{ NULL, "Device ID", "device_id", "device_id", KIND_ID, FIELD(vgpu_type, device_id) },
	{ NULL, "Subsystem ID", "subsystem_id", "subsystem_id", KIND_ID,
	  FIELD(vgpu_type, subsystem_id) },
	{ "SOURCE", "Source", "source", .kind = KIND_WORD, .word = type_source },
	{ "REASON", "Reason", "reason", "reason", KIND_TEXT, FIELD(vgpu_type, reason) },
	{}
};

const struct noun type_noun = { "types", type_columns, sizeof(struct vgpu_type) };

/* board */

static const struct column board_columns[] = {
	{ "BOARD", NULL, "board", NULL, KIND_TEXT, FIELD(board, name) },
	{ "DEVICE", NULL, "device_id", NULL, KIND_ID, FIELD(board, device_id) },
	{ "ARCHITECTURE", NULL, "architecture", NULL, KIND_TEXT, FIELD(board, architecture) },
	{ "FB", NULL, "fb_size", NULL, KIND_SIZE, FIELD(board, fb_size) },
	{ "FAMILY", NULL, "family", NULL, KIND_TEXT, FIELD(board, family) },
	{ "TYPES", NULL, "type_count", NULL, KIND_COUNT, FIELD(board, types) },
	{}
};

const struct noun board_noun = { "boards", board_columns, sizeof(struct board) };

/* vm */

static const struct column vm_columns[] = {
	{ "VM", NULL, "name", "name", KIND_TEXT, FIELD(vm, name) },
	{ NULL, NULL, "uuid", "uuid", KIND_TEXT, FIELD(vm, uuid) },
	{ "PID", NULL, "pid", "pid", KIND_NUMBER, FIELD(vm, pid) },
	{ "GPUS", NULL, "gpus", "gpus", KIND_LIST, FIELD(vm, gpus) },
	{ "VGPUS", NULL, "vgpus", "vgpus", KIND_LIST, FIELD(vm, vgpus) },
	{ "VIOLATION", NULL, "violation", "violation", KIND_TEXT, FIELD(vm, violation) },
	{}
};

const struct noun vm_noun = { "vms", vm_columns, sizeof(struct vm) };

/* job */

/* "clean, 3 of 6" */
static void job_print_step(const void *row, FILE *f)
{
	const struct daemon_job *job = row;

	put_text(job->step_name, f);
	fprintf(f, ", %u of %u", job->step, job->steps);
}

static void job_print_progress(const void *row, FILE *f)
{
	fprintf(f, "%u%%", ((const struct daemon_job *)row)->progress);
}

static const struct column job_columns[] = {
	{ "JOB", NULL, "id", "Id", KIND_COUNT, FIELD(daemon_job, id) },
	{ "KIND", NULL, "kind", "Kind", KIND_TEXT, FIELD(daemon_job, kind) },
	{ "GPU", NULL, "gpu", "Gpu", KIND_TEXT, FIELD(daemon_job, gpu) },
	{ "TARGET", NULL, "target", "Target", KIND_TEXT, FIELD(daemon_job, target) },
	{ "STATE", NULL, "state", "State", KIND_TEXT, FIELD(daemon_job, state) },
	{ "STEP", NULL, NULL, NULL, KIND_TEXT, FIELD(daemon_job, step_name), .human = job_print_step },
	{ NULL, NULL, "step", "Step", KIND_COUNT, FIELD(daemon_job, step) },
	{ NULL, NULL, "steps", "Steps", KIND_COUNT, FIELD(daemon_job, steps) },
	{ NULL, NULL, "step_name", "StepName", KIND_TEXT, FIELD(daemon_job, step_name) },
	{ "DONE", NULL, "progress", "Progress", KIND_COUNT, FIELD(daemon_job, progress),
	  .human = job_print_progress },
	{ "REASON", NULL, "reason", "Error", KIND_TEXT, FIELD(daemon_job, error) },
	{}
};

const struct noun job_noun = { "jobs", job_columns, sizeof(struct daemon_job) };

/* holder */

static const struct column holder_columns[] = {
	{ "KIND", NULL, "kind", "kind", KIND_TEXT, FIELD(gpu_holder, kind) },
	{ "WHAT", NULL, "what", "what", KIND_TEXT, FIELD(gpu_holder, what) },
	{ "PID", NULL, "pid", "pid", KIND_NUMBER, FIELD(gpu_holder, pid) },
	{ "COMMAND", NULL, "command", "command", KIND_TEXT, FIELD(gpu_holder, command) },
	{ "VM", NULL, "vm", "vm", KIND_TEXT, FIELD(gpu_holder, vm) },
	{ "SERVICE", NULL, "service", "service", KIND_TEXT, FIELD(gpu_holder, service) },
	{}
};

const struct noun holder_noun = { "holders", holder_columns, sizeof(struct gpu_holder) };

/* plan */

static const struct column plan_columns[] = {
	{ "VERDICT", NULL, "verdict", "verdict", KIND_TEXT, FIELD(plan_line, verdict) },
	{ "FUNCTION", NULL, "function", "function", KIND_TEXT, FIELD(plan_line, function) },
	{ "TEXT", NULL, "text", "text", KIND_TEXT, FIELD(plan_line, text) },
	{}
};

const struct noun plan_noun = { "plan", plan_columns, sizeof(struct plan_line) };

/* event */

/* The text is often empty and ends the line: no "-" for it. */
static void event_print_text(const void *row, FILE *f)
{
	const struct event *event = row;

	put_clean(event->text ? event->text : "", f);
}

static const struct column event_columns[] = {
	{ .key = "event", .kind = KIND_TEXT, FIELD(event, event) },
	{ .key = "id", .kind = KIND_TEXT, FIELD(event, id) },
	{ .key = "text", .kind = KIND_TEXT, FIELD(event, text), .human = event_print_text },
	{}
};

const struct noun event_noun = { "events", event_columns, sizeof(struct event) };
