// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a plan depends on, read from a made-up tree.
 */
#include <sys/utsname.h>

#include "daemon/survey.h"
#include "played-kernel.h"
#include "tap.h"

#define BDF "0001:81:00.0"
#define DEVICES "sys/bus/pci/devices/"

static struct plan_host host;

static void look(uint32_t mode)
{
	const struct gpu_wanted wanted = { .mode = mode };
	struct manager *m = played_manager();

	survey_clear(&host);
	manager_gpu_observed(m, &played_add(BDF, NVMUX_MODE_HOST, 0)->gpu);
	if (survey(m, LIST_FIRST(&m->gpus), &wanted, &host) < 0)
		abort();
	manager_free(m);
}

static void survey_of_an_empty_host(void)
{
	look(NVMUX_MODE_PASSTHROUGH);
	CHECK(!host.in_group);
	CHECK(!host.has_driver);
	CHECK(!host.boot_vga);
	CHECK(!host.framebuffer);
	CHECK_STR(host.reset, "");
	look(NVMUX_MODE_HOST);
	CHECK(host.has_driver);
}

static void add_member(const char *bdf, const char *class)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "sys/kernel/iommu_groups/42/devices/%s/class", bdf);
	root_write(path, class);
	(void)snprintf(path, sizeof(path), DEVICES "%s/class", bdf);
	root_write(path, class);
}

static void survey_finds_strangers(void)
{
	root_link(DEVICES BDF "/iommu_group", "../../../../kernel/iommu_groups/42");
	add_member(BDF, "0x030200\n");
	add_member("0001:81:00.1", "0x040300\n");
	add_member("0001:80:00.0", "0x060400\n");
	look(NVMUX_MODE_PASSTHROUGH);
	CHECK(host.in_group);
	CHECK_INT(host.strangers.n, 0);
	add_member("0001:81:01.0", "0x020000\n");
	look(NVMUX_MODE_PASSTHROUGH);
	CHECK_INT(host.strangers.n, 1);
	CHECK_STR(host.strangers.items[0], "0001:81:01.0");
}

static void survey_reads_the_gpu(void)
{
	root_write(DEVICES BDF "/reset_method", "flr bus\n");
	root_write(DEVICES BDF "/boot_vga", "1\n");
	root_write(DEVICES BDF "/graphics/fb0/dev", "29:0\n");
	look(NVMUX_MODE_VGPU);
	CHECK_STR(host.reset, "flr bus");
	CHECK(host.boot_vga);
	CHECK(host.framebuffer);
	root_write(DEVICES BDF "/boot_vga", "0\n");
	look(NVMUX_MODE_VGPU);
	CHECK(!host.boot_vga);
}

static void survey_knows_the_only_framebuffer(void)
{
	CHECK(!survey_only_framebuffer(BDF));
	root_write("sys/class/graphics/fb0/dev", "");
	root_write("sys/class/graphics/fbcon/rotate", "");
	CHECK(survey_only_framebuffer(BDF));
	CHECK(!survey_only_framebuffer("0001:e2:00.0"));
	root_write("sys/class/graphics/fb1/dev", "");
	CHECK(!survey_only_framebuffer(BDF));
}

static void survey_finds_drivers_and_their_modules(void)
{
	struct utsname name;
	char path[256];

	uname(&name);
	(void)snprintf(path, sizeof(path), "lib/modules/%s/modules.dep", name.release);
	root_write(path, "kernel/drivers/vfio/pci/xvfio-pci.ko: a.ko\nextra/nvmux.ko.xz:\n");
	look(NVMUX_MODE_VGPU);
	CHECK(host.has_driver);
	look(NVMUX_MODE_PASSTHROUGH);
	CHECK(!host.has_driver);
	root_write("sys/bus/pci/drivers/vfio-pci/bind", "");
	look(NVMUX_MODE_PASSTHROUGH);
	CHECK(host.has_driver);
}

int main(void)
{
	root_make();
	root_write("proc/1/comm", "init\n");
	RUN(survey_of_an_empty_host);
	RUN(survey_finds_strangers);
	RUN(survey_reads_the_gpu);
	RUN(survey_knows_the_only_framebuffer);
	RUN(survey_finds_drivers_and_their_modules);
	return tap_end();
}
