// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a switch would do, on hosts that are made up: a plan is compared as a whole, line by line.
 */
#include "daemon/plan.h"
#include "daemon/scrub.h"
#include "tap.h"

#define HOST NVMUX_MODE_HOST
#define VGPU NVMUX_MODE_VGPU
#define PASS NVMUX_MODE_PASSTHROUGH

static struct nvmux_gpu gpu;
static struct plan_host host;

static void add_companion(const char *bdf, const char *driver)
{
	struct nvmux_companion *c = &gpu.companions[gpu.n_companions++];

	strcpy(c->bdf, bdf);
	strcpy(c->driver, driver);
}

/* A board with audio and USB that can be all. */
static void begin(uint32_t mode, const char *driver, uint32_t wanted)
{
	gpu = (struct nvmux_gpu){ .bdf = "0", .mode = mode, .partitions = 2, .iommu_group = 42 };
	strcpy(gpu.driver, driver);
	add_companion("1", mode == PASS ? "vfio-pci" : "snd_hda_intel");
	add_companion("2", mode == PASS ? "vfio-pci" : "");
	host = (struct plan_host){
		.gpu = &gpu, .wanted.mode = wanted, .in_group = true, .has_driver = true,
		.reset = "flr bus",
	};
}

static char *plan_text(void)
{
	struct plan plan = { 0 };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	plan_make(&host, &plan);
	for (size_t i = 0; i < plan.n; i++)
		fprintf(f, "%s %s %s\n", plan_verdict_str(plan.lines[i].verdict),
			plan.lines[i].function, plan.lines[i].text);
	fclose(f);
	plan_clear(&plan);
	return text;
}

#define CHECK_PLAN(want)			\
	do {					\
		char *text__ = plan_text();	\
						\
		CHECK_STR(text__, want);	\
		free(text__);			\
	} while (0)

static bool plan_overwrites(uint32_t policy, uint32_t memory)
{
	char *text;
	bool does;

	begin(HOST, "", PASS);
	host.scrub = policy;
	gpu.memory = memory;
	text = plan_text();
	does = strstr(text, "todo 0 overwrite all of its memory\n");
	free(text);
	return does;
}

static void plan_tells_what_is_overwritten(void)
{
	CHECK(plan_overwrites(SCRUB_BETWEEN_TENANTS, NVMUX_MEMORY_TENANT));
	CHECK(!plan_overwrites(SCRUB_BETWEEN_TENANTS, NVMUX_MEMORY_UNKNOWN));
	CHECK(plan_overwrites(SCRUB_ALWAYS, NVMUX_MEMORY_UNKNOWN));
	CHECK(!plan_overwrites(SCRUB_ALWAYS, NVMUX_MEMORY_CLEAN));
	CHECK(!plan_overwrites(SCRUB_OFF, NVMUX_MEMORY_TENANT));
}

static void plan_gives_a_gpu_to_a_vm(void)
{
	begin(HOST, "nouveau", PASS);
	host.wanted.detach = true;
	CHECK_PLAN("ok 0 may be taken from driver nouveau\n"
		   "ok 0 nobody holds it\n"
		   "ok 0 iommu group 42 has no strangers\n"
		   "ok 0 can be reset: flr bus\n"
		   "ok 0 driver vfio-pci is there\n"
		   "todo 0 unbind from nouveau\n"
		   "todo 1 unbind from snd_hda_intel\n"
		   "todo 1 bind to vfio-pci\n"
		   "todo 2 bind to vfio-pci\n"
		   "todo 0 bind to vfio-pci\n"
		   "todo 0 keep passthrough as its configured mode, with detach\n");
}

static void plan_takes_it_back_in_reverse(void)
{
	begin(PASS, "vfio-pci", HOST);
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "todo 0 unbind from vfio-pci\n"
		   "todo 2 unbind from vfio-pci\n"
		   "todo 1 unbind from vfio-pci\n"
		   "todo 2 give to the driver of the host that wants it\n"
		   "todo 1 give to the driver of the host that wants it\n"
		   "todo 0 give to the driver of the host that wants it\n"
		   "todo 0 keep host as its configured mode\n");
}

static void plan_shares_a_gpu_as_it_is_divided(void)
{
	begin(HOST, "", VGPU);
	gpu.partition = NVMUX_PARTITION_MIG;
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "ok 0 driver nvmux is there\n"
		   "todo 0 bind to nvmux\n"
		   "note 0 stays divided mig\n"
		   "todo 0 keep vgpu as its configured mode\n");
}

static void plan_cleans_what_was_shared(void)
{
	begin(VGPU, "nvmux", HOST);
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "todo 0 overwrite the memory that vgpus had\n"
		   "todo 0 unbind from nvmux\n"
		   "todo 0 give to the driver of the host that wants it\n"
		   "todo 0 keep host as its configured mode\n");
}

static void plan_needs_detach(void)
{
	begin(HOST, "nvidia", VGPU);
	CHECK_PLAN("busy 0 is bound to driver nvidia, --detach is needed\n"
		   "ok 0 nobody holds it\n"
		   "ok 0 driver nvmux is there\n");
}

static void plan_names_all_holders(void)
{
	struct hold holds[] = {
		{ HOLD_VGPU, "u1", { .pid = 7, .comm = "qemu", .vm = "m1" } },
		{ HOLD_VGPU, "u2", { 0 } },
		{ HOLD_CLAIM, "", { .vm = "m2" } },
	};

	begin(VGPU, "nvmux", HOST);
	host.holds = (struct holds){ holds, 3 };
	host.claim = "m2";
	CHECK_PLAN("busy 0 is claimed by vm m2\n"
		   "busy 0 is held by vgpu u1, pid 7 (qemu), vm m1\n"
		   "busy 0 is held by vgpu u2\n");
}

static void plan_names_all_strangers(void)
{
	char *strangers[] = { "3", "4", NULL };

	begin(VGPU, "nvmux", PASS);
	host.strangers = (struct strset){ strangers, 2 };
	host.reset[0] = '\0';
	host.has_driver = false;
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "refused 3 is a stranger in the iommu group of the gpu\n"
		   "refused 4 is a stranger in the iommu group of the gpu\n"
		   "note 0 cannot be reset between two VMs\n"
		   "refused 0 driver vfio-pci is not installed\n");
	host.strangers.n = 0;
	host.in_group = false;
	host.has_driver = true;
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "refused 0 has no iommu group, is the iommu on?\n"
		   "note 0 cannot be reset between two VMs\n"
		   "ok 0 driver vfio-pci is there\n");
}

static void plan_refuses_boards_without_types(void)
{
	begin(HOST, "", VGPU);
	gpu.partitions = 0;
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "refused 0 has no vgpu types in the catalogue\n"
		   "ok 0 driver nvmux is there\n");
}

static void plan_keeps_the_console(void)
{
	begin(HOST, "", VGPU);
	host.boot_vga = true;
	host.framebuffer = true;
	host.only_framebuffer = true;
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "ok 0 driver nvmux is there\n"
		   "busy 0 is the display of the firmware, --force is needed\n"
		   "busy 0 has the only framebuffer of the host, --force is needed\n");
	host.wanted.force = true;
	host.only_framebuffer = false;
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "ok 0 driver nvmux is there\n"
		   "note 0 is the display of the firmware\n"
		   "note 0 a console on it goes dark\n"
		   "todo 0 bind to nvmux\n"
		   "todo 0 keep vgpu as its configured mode\n");
}

static void plan_compares_the_memory(void)
{
	begin(HOST, "", VGPU);
	gpu.bar1_size = 256ULL << 20;
	host.largest_type = 16ULL << 30;
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "refused 0 shows 256 of 16384 MiB in bar1, vgpus need all\n"
		   "ok 0 driver nvmux is there\n");
	gpu.bar1_size = 32ULL << 30;
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "ok 0 bar1 shows all of its memory\n"
		   "ok 0 driver nvmux is there\n"
		   "todo 0 bind to nvmux\n"
		   "todo 0 keep vgpu as its configured mode\n");
	gpu.fb_size = 48ULL << 30;
	CHECK_PLAN("ok 0 nobody holds it\n"
		   "refused 0 shows 32768 of 49152 MiB in bar1, vgpus need all\n"
		   "ok 0 driver nvmux is there\n");
}

static void plan_refuses_excluded_and_divided(void)
{
	begin(HOST, "", VGPU);
	host.excluded = true;
	gpu.vf_count = 16;
	CHECK_PLAN("refused 0 is excluded in nvmux.conf\n"
		   "busy 0 has 16 virtual functions enabled\n"
		   "ok 0 nobody holds it\n"
		   "ok 0 driver nvmux is there\n");
}

static void plan_makes_room(void)
{
	struct strset services = { 0 };
	struct hold hold = { .kind = HOLD_DRIVER, .what = "/dev/nvidia0", .by.pid = 1 };

	strcpy(hold.by.comm, "nvidia-persiste");
	(void)strset_add(&services, "nvidia-persistenced.service");
	begin(HOST, "nvidia", VGPU);
	host.wanted.detach = true;
	host.services = &services;
	host.programs = true;
	host.holds = (struct holds){ &hold, 1 };
	CHECK_PLAN("ok 0 may be taken from driver nvidia\n"
		   "note 0 is held by /dev/nvidia0, pid 1 (nvidia-persiste), which is stopped\n"
		   "ok 0 driver nvmux is there\n"
		   "todo 0 run the hooks, which may refuse\n"
		   "todo 0 stop nvidia-persistenced.service if it runs, start it afterwards\n"
		   "todo 0 unbind from nvidia\n"
		   "todo 0 bind to nvmux\n"
		   "todo 0 keep vgpu as its configured mode, with detach\n");
	strcpy(hold.by.comm, "python3");
	CHECK_PLAN("ok 0 may be taken from driver nvidia\n"
		   "busy 0 is held by /dev/nvidia0, pid 1 (python3)\n"
		   "ok 0 driver nvmux is there\n");
	strset_clear(&services);
}

static void plan_waits_for_a_switch_and_refuses_quarantined(void)
{
	begin(VGPU, "nvmux", HOST);
	gpu.has = NVMUX_HAS(NVMUX_A_GPU_TARGET) | NVMUX_HAS(NVMUX_A_GPU_QUARANTINE);
	gpu.target = PASS;
	strcpy(gpu.quarantine, "reset failed");
	CHECK_PLAN("busy 0 is switching to passthrough mode\n"
		   "refused 0 is quarantined: reset failed\n"
		   "ok 0 nobody holds it\n");
}

/* As the switch itself: it asks nobody when there is nothing to do. */
static void plan_of_the_mode_that_is(void)
{
	begin(PASS, "vfio-pci", PASS);
	host.claim = "m1";
	CHECK_PLAN("ok 0 is in passthrough mode\n"
		   "todo 0 keep passthrough as its configured mode\n");
	gpu.has = NVMUX_HAS(NVMUX_A_GPU_TARGET);
	gpu.target = HOST;
	host.claim = NULL;
	host.has_driver = false;
	CHECK_PLAN("busy 0 is switching to host mode\n"
		   "ok 0 nobody holds it\n"
		   "ok 0 iommu group 42 has no strangers\n"
		   "ok 0 can be reset: flr bus\n"
		   "refused 0 driver vfio-pci is not installed\n");
}

int main(void)
{
	RUN(plan_tells_what_is_overwritten);
	RUN(plan_gives_a_gpu_to_a_vm);
	RUN(plan_takes_it_back_in_reverse);
	RUN(plan_shares_a_gpu_as_it_is_divided);
	RUN(plan_cleans_what_was_shared);
	RUN(plan_needs_detach);
	RUN(plan_names_all_holders);
	RUN(plan_names_all_strangers);
	RUN(plan_refuses_boards_without_types);
	RUN(plan_keeps_the_console);
	RUN(plan_compares_the_memory);
	RUN(plan_refuses_excluded_and_divided);
	RUN(plan_makes_room);
	RUN(plan_waits_for_a_switch_and_refuses_quarantined);
	RUN(plan_of_the_mode_that_is);
	return tap_end();
}
