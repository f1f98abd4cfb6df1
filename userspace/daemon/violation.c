// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking means to search /proc, so it is done only while there is a vGPU
 * that is open and a GPU in passthrough mode: otherwise no VM has both kinds.
 */
#include <errno.h>
#include <string.h>

#include "../basic/log.h"
#include "bus.h"
#include "manager.h"
#include "violation.h"
#include "vm.h"

#define LOOK_USEC 10000000U
/* What is attached beside it comes soon after. */
#define SOON_USEC 500000U

static bool is_possible(const struct manager *m)
{
	const struct vgpu *vgpu;
	const struct gpu *gpu;
	bool open = false, whole = false;

	LIST_FOREACH(vgpu, &m->vgpus, link)
		open |= vgpu->observed.state == NVMUX_VGPU_STATE_OPEN;
	LIST_FOREACH(gpu, &m->gpus, link)
		whole |= gpu_is_in(gpu, NVMUX_MODE_PASSTHROUGH);
	return open && whole;
}

static void tell(struct manager *m, const struct vm *vm, const char *text)
{
	log_warning("%s", text);
	bus_event(m, "vm-violation", vm->name, text);
}

/* Return: it was not told before; @now has all that break a rule now. */
static bool judge(struct manager *m, const struct vm *vm, struct strset *now)
{
	char text[NVMUX_TEXT_SIZE];

	vm_violation(vm, text, sizeof(text));
	if (!text[0] || strset_add(now, vm->name))
		return false;
	if (strset_has(&m->violations, vm->name))
		return false;
	tell(m, vm, text);
	return true;
}

/* One that has ended may be told of again. */
size_t violation_look(struct manager *m)
{
	struct strset now = { 0 };
	struct vm_list list;
	struct vm *vm;
	size_t n = 0;

	if (!is_possible(m)) {
		strset_clear(&m->violations);
		return 0;
	}
	if (vm_list_build(m, &list))
		return 0;
	LIST_FOREACH(vm, &list, link)
		n += judge(m, vm, &now);
	vm_list_clear(&list);
	strset_clear(&m->violations);
	m->violations = now;
	return n;
}

static void arm(struct manager *m, uint64_t usec)
{
	(void)sd_event_source_set_time(m->violation_timer, manager_now() + usec);
	(void)sd_event_source_set_enabled(m->violation_timer, SD_EVENT_ONESHOT);
}

/* Then it stays so: who kicks all the time must not put it off. */
static bool is_soon(const struct manager *m)
{
	uint64_t when;

	return sd_event_source_get_enabled(m->violation_timer, NULL) > 0 &&
	       sd_event_source_get_time(m->violation_timer, &when) >= 0 &&
	       when <= manager_now() + SOON_USEC;
}

static int on_timer(sd_event_source *source, uint64_t now, void *userdata)
{
	struct manager *m = userdata;

	(void)source;
	(void)now;
	(void)violation_look(m);
	if (is_possible(m))
		arm(m, LOOK_USEC);
	return 0;
}

int violation_start(struct manager *m)
{
	int err = sd_event_add_time_relative(m->event, &m->violation_timer, CLOCK_MONOTONIC,
					     SOON_USEC, 0, on_timer, m);

	return err < 0 ? err : 0;
}

void violation_stop(struct manager *m)
{
	m->violation_timer = sd_event_source_disable_unref(m->violation_timer);
	strset_clear(&m->violations);
}

void violation_kick(struct manager *m)
{
	if (m->violation_timer && is_possible(m) && !is_soon(m))
		arm(m, SOON_USEC);
}
