// SPDX-License-Identifier: GPL-2.0-only
/*
 * First all that could refuse the switch, in the order in which the switch itself would ask; the
 * first refusal is its answer. Then the steps in the order of the kernel module: companions before
 * the GPU on the way to a VM, after it on the way back.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/table.h"
#include "../basic/utf8.h"
#include "plan.h"
#include "scrub.h"

#define VFIO_DRIVER "vfio-pci"

static const char *const verdicts[] = {
	[PLAN_OK] = "ok",
	[PLAN_NOTE] = "note",
	[PLAN_BUSY] = "busy",
	[PLAN_REFUSED] = "refused",
	[PLAN_TODO] = "todo",
};

const char *plan_verdict_str(enum plan_verdict verdict)
{
	return table_to_string(verdicts, ARRAY_SIZE(verdicts), (int)verdict);
}

const char *plan_driver(uint32_t mode)
{
	if (mode == NVMUX_MODE_VGPU)
		return "nvmux";
	return mode == NVMUX_MODE_PASSTHROUGH ? VFIO_DRIVER : NULL;
}

static void __attribute__((format(printf, 4, 5)))
say(struct plan *plan, enum plan_verdict verdict, const char *function, const char *format, ...)
{
	struct plan_line *lines = reallocarray(plan->lines, plan->n + 1, sizeof(*lines));
	va_list ap;

	if (!lines) {
		plan->cut = true;
		return;
	}
	plan->lines = lines;
	lines += plan->n++;
	lines->verdict = verdict;
	(void)snprintf(lines->function, sizeof(lines->function), "%s", function);
	va_start(ap, format);
	(void)vsnprintf(lines->text, sizeof(lines->text), format, ap);
	va_end(ap);
	utf8_clean(lines->text);
}

void plan_clear(struct plan *plan)
{
	free(plan->lines);
	*plan = (struct plan){ 0 };
}

static bool refuses(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->lines[i].verdict == PLAN_BUSY || plan->lines[i].verdict == PLAN_REFUSED)
			return true;
	return plan->cut;
}

const struct plan_line *plan_busy(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->lines[i].verdict == PLAN_BUSY)
			return &plan->lines[i];
	return NULL;
}

/* Preconditions */

static void check_usable(const struct plan_host *host, struct plan *plan)
{
	const struct nvmux_gpu *gpu = host->gpu;

	if (host->excluded)
		say(plan, PLAN_REFUSED, gpu->bdf, "is excluded in nvmux.conf");
	if (gpu->has & NVMUX_HAS(NVMUX_A_GPU_TARGET))
		say(plan, PLAN_BUSY, gpu->bdf, "is switching to %s mode",
		    nvmux_mode_str(gpu->target));
	if (gpu->has & NVMUX_HAS(NVMUX_A_GPU_QUARANTINE))
		say(plan, PLAN_REFUSED, gpu->bdf, "is quarantined: %s", gpu->quarantine);
}

static void check_driver(const struct plan_host *host, struct plan *plan)
{
	const struct nvmux_gpu *gpu = host->gpu;

	if (gpu->mode != NVMUX_MODE_HOST)
		return;
	if (gpu->vf_count)
		say(plan, PLAN_BUSY, gpu->bdf, "has %u virtual functions enabled", gpu->vf_count);
	if (!gpu->driver[0])
		return;
	if (host->wanted.detach)
		say(plan, PLAN_OK, gpu->bdf, "may be taken from driver %s", gpu->driver);
	else
		say(plan, PLAN_BUSY, gpu->bdf, "is bound to driver %s, --detach is needed",
		    gpu->driver);
}

/* One that is stopped before is in nobody's way. */
static bool is_stopped(const struct plan_host *host, const struct hold *hold)
{
	char service[128];

	if (!host->services || strcmp(hold->kind, HOLD_DRIVER) != 0)
		return false;
	holder_service(&hold->by, service, sizeof(service));
	return strset_has(host->services, service);
}

static void check_holds(const struct plan_host *host, struct plan *plan)
{
	char who[NVMUX_TEXT_SIZE - 64];

	for (size_t i = 0; i < host->holds.n; i++) {
		if (strcmp(host->holds.items[i].kind, HOLD_CLAIM) == 0)
			continue;	/* told above */
		hold_describe(&host->holds.items[i], who, sizeof(who));
		if (is_stopped(host, &host->holds.items[i]))
			say(plan, PLAN_NOTE, host->gpu->bdf, "is held by %s, which is stopped", who);
		else
			say(plan, PLAN_BUSY, host->gpu->bdf, "is held by %s", who);
	}
	if (!host->holds.n && !host->claim)
		say(plan, PLAN_OK, host->gpu->bdf, "nobody holds it");
}

static void check_group(const struct plan_host *host, struct plan *plan)
{
	const char *bdf = host->gpu->bdf;

	if (!host->in_group)
		say(plan, PLAN_REFUSED, bdf, "has no iommu group, is the iommu on?");
	for (size_t i = 0; i < host->strangers.n; i++)
		say(plan, PLAN_REFUSED, host->strangers.items[i],
		    "is a stranger in the iommu group of the gpu");
	if (host->in_group && !host->strangers.n)
		say(plan, PLAN_OK, bdf, "iommu group %u has no strangers", host->gpu->iommu_group);
}

static void check_reset(const struct plan_host *host, struct plan *plan)
{
	if (host->reset[0])
		say(plan, PLAN_OK, host->gpu->bdf, "can be reset: %s", host->reset);
	else
		say(plan, PLAN_NOTE, host->gpu->bdf, "cannot be reset between two VMs");
}

/* Told by the board when it is opened, and partly known before. */
static void check_memory(const struct plan_host *host, struct plan *plan)
{
	uint64_t shown = host->gpu->bar1_size, all = host->gpu->fb_size;

	if (!all)
		all = host->largest_type;
	if (shown && shown < all)
		say(plan, PLAN_REFUSED, host->gpu->bdf,
		    "shows %" PRIu64 " of %" PRIu64 " MiB in bar1, vgpus need all", shown >> 20,
		    all >> 20);
	else if (shown && all)
		say(plan, PLAN_OK, host->gpu->bdf, "bar1 shows all of its memory");
}

static void check_target(const struct plan_host *host, struct plan *plan)
{
	const struct nvmux_gpu *gpu = host->gpu;
	const char *driver = plan_driver(host->wanted.mode);

	if (host->wanted.mode == NVMUX_MODE_PASSTHROUGH) {
		check_group(host, plan);
		check_reset(host, plan);
	}
	if (host->wanted.mode == NVMUX_MODE_VGPU && !gpu->partitions)
		say(plan, PLAN_REFUSED, gpu->bdf, "has no vgpu types in the catalogue");
	if (host->wanted.mode == NVMUX_MODE_VGPU)
		check_memory(host, plan);
	if (driver)
		say(plan, host->has_driver ? PLAN_OK : PLAN_REFUSED, gpu->bdf,
		    "driver %s is %s", driver, host->has_driver ? "there" : "not installed");
}

static void check_console(const struct plan_host *host, struct plan *plan)
{
	enum plan_verdict verdict = host->wanted.force ? PLAN_NOTE : PLAN_BUSY;
	const char *needed = host->wanted.force ? "" : ", --force is needed";

	if (host->gpu->mode != NVMUX_MODE_HOST)
		return;
	if (host->boot_vga)
		say(plan, verdict, host->gpu->bdf, "is the display of the firmware%s", needed);
	if (host->only_framebuffer)
		say(plan, verdict, host->gpu->bdf, "has the only framebuffer of the host%s",
		    needed);
	else if (host->framebuffer)
		say(plan, PLAN_NOTE, host->gpu->bdf, "a console on it goes dark");
}

static void check_all(const struct plan_host *host, struct plan *plan)
{
	if (host->claim)
		say(plan, PLAN_BUSY, host->gpu->bdf, "is claimed by vm %s", host->claim);
	check_usable(host, plan);
	check_driver(host, plan);
	check_holds(host, plan);
	check_target(host, plan);
	check_console(host, plan);
}

/* Steps */

static void unbind(struct plan *plan, const char *function, const char *driver)
{
	if (driver[0])
		say(plan, PLAN_TODO, function, "unbind from %s", driver);
}

static void bind(struct plan *plan, const char *function, uint32_t mode)
{
	const char *driver = plan_driver(mode);

	if (driver)
		say(plan, PLAN_TODO, function, "bind to %s", driver);
	else
		say(plan, PLAN_TODO, function, "give to the driver of the host that wants it");
}

static void leave_passthrough(const struct nvmux_gpu *gpu, struct plan *plan)
{
	unbind(plan, gpu->bdf, VFIO_DRIVER);
	for (size_t i = gpu_n_companions(gpu); i; i--)
		unbind(plan, gpu->companions[i - 1].bdf, gpu->companions[i - 1].driver);
	for (size_t i = gpu_n_companions(gpu); i; i--)
		bind(plan, gpu->companions[i - 1].bdf, NVMUX_MODE_HOST);
}

static void leave(const struct nvmux_gpu *gpu, struct plan *plan)
{
	if (gpu->mode == NVMUX_MODE_PASSTHROUGH) {
		leave_passthrough(gpu, plan);
		return;
	}
	if (gpu->mode == NVMUX_MODE_VGPU)
		say(plan, PLAN_TODO, gpu->bdf, "overwrite the memory that vgpus had");
	unbind(plan, gpu->bdf, gpu->driver);
}

/* As the kernel decides it, who is asked as the policy says. */
static bool is_overwritten(const struct plan_host *host)
{
	uint32_t flags = scrub_flags(host->scrub, host->wanted.mode), memory = host->gpu->memory;

	if (flags & NVMUX_SET_FLAGS_SCRUB)
		return memory != NVMUX_MEMORY_CLEAN;
	return host->wanted.mode == NVMUX_MODE_PASSTHROUGH && memory == NVMUX_MEMORY_TENANT &&
	       !(flags & NVMUX_SET_FLAGS_NO_SCRUB);
}

static void enter(const struct nvmux_gpu *gpu, uint32_t mode, struct plan *plan)
{
	for (size_t i = 0; mode == NVMUX_MODE_PASSTHROUGH && i < gpu_n_companions(gpu); i++) {
		unbind(plan, gpu->companions[i].bdf, gpu->companions[i].driver);
		bind(plan, gpu->companions[i].bdf, mode);
	}
	bind(plan, gpu->bdf, mode);
}

static void make_room(const struct plan_host *host, struct plan *plan)
{
	if (host->programs)
		say(plan, PLAN_TODO, host->gpu->bdf, "run the hooks, which may refuse");
	for (size_t i = 0; host->services && i < host->services->n; i++)
		say(plan, PLAN_TODO, host->gpu->bdf, "stop %s if it runs, start it afterwards",
		    host->services->items[i]);
}

static void add_steps(const struct plan_host *host, struct plan *plan)
{
	const struct nvmux_gpu *gpu = host->gpu;
	uint32_t mode = host->wanted.mode;

	if (gpu->mode == mode) {
		say(plan, PLAN_OK, gpu->bdf, "is in %s mode", nvmux_mode_str(mode));
	} else {
		make_room(host, plan);
		leave(gpu, plan);
		if (is_overwritten(host))
			say(plan, PLAN_TODO, gpu->bdf, "overwrite all of its memory");
		enter(gpu, mode, plan);
	}
	if (mode == NVMUX_MODE_VGPU && gpu->partition)
		say(plan, PLAN_NOTE, gpu->bdf, "stays divided %s",
		    nvmux_partition_str(gpu->partition));
	say(plan, PLAN_TODO, gpu->bdf, "keep %s as its configured mode%s", nvmux_mode_str(mode),
	    host->wanted.detach ? ", with detach" : "");
}

/* A GPU that is there already is never refused, whoever has it. */
void plan_make(const struct plan_host *host, struct plan *ret)
{
	bool there = host->gpu->mode == host->wanted.mode &&
		     !(host->gpu->has & NVMUX_HAS(NVMUX_A_GPU_TARGET));

	if (!there)
		check_all(host, ret);
	if (!refuses(ret))
		add_steps(host, ret);
}
