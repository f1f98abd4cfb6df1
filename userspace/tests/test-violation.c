// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VM to which both kinds were attached while it ran, on a made-up host: found by its process.
 */
#include "daemon/violation.h"
#include "played-kernel.h"
#include "tap.h"

#define A "0001:81:00.0"
#define B "0001:e2:00.0"
#define UUID "c2177883-f1bb-47f0-914d-32a22e3a8804"
#define QEMU 4711

static struct manager *m;

static void observe_vgpu(uint32_t pid)
{
	struct nvmux_vgpu vgpu = { .uuid = UUID, .gpu = A, .type = TYPE, .pid = pid, .comm = "qemu" };

	vgpu.state = pid ? NVMUX_VGPU_STATE_OPEN : NVMUX_VGPU_STATE_PUBLISHED;
	manager_vgpu_observed(m, &vgpu);
}

static void set_whole(const char *enable)
{
	root_write("sys/bus/pci/devices/" B "/enable", enable);
}

static void begin(void)
{
	m = played_manager();
	played_add(A, NVMUX_MODE_VGPU, NVMUX_PARTITION_SAME_SIZE);
	played_add(B, NVMUX_MODE_PASSTHROUGH, NVMUX_PARTITION_SAME_SIZE);
	for (size_t i = 0; i < n_played; i++)
		manager_gpu_observed(m, &played[i].gpu);
	observe_vgpu(0);
}

/* QEMU has the group of B open and is told by libvirt as m1. */
static void make_process(void)
{
	root_link("sys/bus/pci/devices/" B "/iommu_group", "../../../../kernel/iommu_groups/7");
	root_write("proc/4711/comm", "qemu-system-x86\n");
	root_write("proc/4711/cmdline", "qemu");
	root_link("proc/4711/fd/9", "/dev/vfio/7");
}

static void violation_is_found_by_the_process_and_told_once(void)
{
	begin();
	set_whole("1\n");
	CHECK_INT(violation_look(m), 0);
	observe_vgpu(QEMU);
	CHECK_INT(violation_look(m), 1);
	CHECK_INT(m->violations.n, 1);
	CHECK_INT(violation_look(m), 0);
	set_whole("0\n");
	CHECK_INT(violation_look(m), 0);
	CHECK_INT(m->violations.n, 0);
	set_whole("1\n");
	CHECK_INT(violation_look(m), 1);
	observe_vgpu(0);
	CHECK_INT(violation_look(m), 0);
	CHECK_INT(m->violations.n, 0);
	manager_free(m);
}

static void two_vms_with_a_kind_each_are_no_violation(void)
{
	begin();
	set_whole("1\n");
	observe_vgpu(QEMU + 1);
	CHECK_INT(violation_look(m), 0);
	manager_free(m);
}

static void violation_is_looked_for_when_a_vgpu_is_opened(void)
{
	begin();
	CHECK_INT(violation_start(m), 0);
	/* it looks once by itself, and finds that there is nothing to look for */
	while (sd_event_source_get_enabled(m->violation_timer, NULL) > 0)
		if (sd_event_run(m->event, 10000) < 0)
			abort();
	set_whole("1\n");
	observe_vgpu(QEMU);
	for (int i = 0; i < 200 && !m->violations.n; i++)
		if (sd_event_run(m->event, 10000) < 0)
			abort();
	CHECK_INT(m->violations.n, 1);
	manager_free(m);
}

int main(void)
{
	root_make();
	make_process();
	RUN(violation_is_found_by_the_process_and_told_once);
	RUN(two_vms_with_a_kind_each_are_no_violation);
	RUN(violation_is_looked_for_when_a_vgpu_is_opened);
	return tap_end();
}
