// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is in the way of a switch, on a made-up host.
 */
#include "daemon/holds.h"
#include "played-kernel.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define UUID "c2177883-f1bb-47f0-914d-32a22e3a8804"
#define UUID2 "c2177883-f1bb-47f0-914d-32a22e3a8805"

static struct manager *manager;
static struct holds holds;

static void begin(uint32_t mode)
{
	struct played *p;

	manager = played_manager();
	p = played_add(BDF, mode, NVMUX_PARTITION_SAME_SIZE);
	p->gpu.n_companions = 1;
	strcpy(p->gpu.companions[0].bdf, "0001:81:00.1");
	manager_gpu_observed(manager, &p->gpu);
}

static void observe_vgpu(const char *uuid, uint32_t pid)
{
	struct nvmux_vgpu vgpu = { .gpu = BDF, .type = TYPE, .pid = pid, .comm = "qemu" };

	strcpy(vgpu.uuid, uuid);
	vgpu.state = pid ? NVMUX_VGPU_STATE_OPEN : NVMUX_VGPU_STATE_PUBLISHED;
	manager_vgpu_observed(manager, &vgpu);
}

static int look(void)
{
	holds_clear(&holds);
	return holds_of_gpu(manager, gpu_find(&manager->gpus, BDF), &holds);
}

static void check_hold(size_t i, const char *want)
{
	char text[600] = "";

	if (i < holds.n)
		hold_describe(&holds.items[i], text, sizeof(text));
	CHECK_STR(text, want);
}

static void end(void)
{
	holds_clear(&holds);
	manager_free(manager);
}

static void holds_vgpus_with_their_vms(void)
{
	begin(NVMUX_MODE_VGPU);
	observe_vgpu(UUID, 0);
	observe_vgpu(UUID2, 4711);
	root_write("proc/4711/comm", "qemu-system-x86\n");
	root_write("proc/4711/cmdline", "qemu");
	strset_add(&claim_new(&manager->claims, "m1", "u1")->vgpus, UUID);
	CHECK_INT(look(), 0);
	CHECK_INT(holds.n, 2);
	check_hold(0, "vgpu " UUID2 ", pid 4711 (qemu-system-x86)");
	check_hold(1, "vgpu " UUID ", vm m1");
	end();
}

/* The file of a vGPU is open, but the module has not heard of it yet. */
static void holds_who_has_opened_a_vgpu_and_no_more(void)
{
	begin(NVMUX_MODE_VGPU);
	observe_vgpu(UUID, 0);
	root_write("sys/bus/mdev/devices/" UUID "/vfio-dev/vfio3/dev", "511:3\n");
	root_write("proc/56/comm", "qemu-system-x86\n");
	root_link("proc/56/fd/9", "/dev/vfio/devices/vfio3");
	CHECK_INT(look(), 0);
	CHECK_INT(holds.n, 1);
	check_hold(0, "vgpu " UUID ", pid 56 (qemu-system-x86)");
	end();
}

static void holds_whoever_has_vfio_open(void)
{
	begin(NVMUX_MODE_PASSTHROUGH);
	root_link("sys/bus/pci/devices/0001:81:00.1/iommu_group", "../../kernel/iommu_groups/42");
	root_write("proc/55/comm", "qemu-system-x86\n");
	root_link("proc/55/fd/7", "/dev/vfio/42");
	strset_add(&claim_new(&manager->claims, "m2", "u2")->gpus, BDF);
	CHECK_INT(look(), 0);
	CHECK_INT(holds.n, 1);
	check_hold(0, "/dev/vfio/42, pid 55 (qemu-system-x86), vm m2");
	CHECK_STR(holds.items[0].kind, "vfio");
	end();
}

static void holds_a_vm_that_starts(void)
{
	begin(NVMUX_MODE_PASSTHROUGH);
	strset_add(&claim_new(&manager->claims, "m3", "u3")->gpus, BDF);
	remove(strcat(strcpy((char[64]){ 0 }, root_dir), "/proc/55/fd/7"));
	CHECK_INT(look(), 0);
	CHECK_INT(holds.n, 1);
	CHECK_STR(holds.items[0].kind, "claim");
	check_hold(0, "vm m3");
	end();
}

static void holds_users_of_the_host_driver(void)
{
	begin(NVMUX_MODE_HOST);
	root_write("sys/bus/pci/devices/" BDF "/drm/card3/dev", "226:3\n");
	root_write("proc/60/comm", "Xorg\n");
	root_link("proc/60/fd/11", "/dev/dri/card3");
	root_link("proc/61/fd/11", "/dev/dri/card4");
	CHECK_INT(look(), 0);
	CHECK_INT(holds.n, 1);
	check_hold(0, "/dev/dri/card3, pid 60 (Xorg)");
	CHECK_STR(holds.items[0].kind, "driver");
	end();
}

int main(void)
{
	root_make();
	RUN(holds_vgpus_with_their_vms);
	RUN(holds_who_has_opened_a_vgpu_and_no_more);
	RUN(holds_whoever_has_vfio_open);
	RUN(holds_a_vm_that_starts);
	RUN(holds_users_of_the_host_driver);
	return tap_end();
}
