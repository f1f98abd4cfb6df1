// SPDX-License-Identifier: GPL-2.0-only
/*
 * The doctor at the bed of made-up hosts: one that is well, and one per illness.
 */
#include <sys/stat.h>
#include <time.h>

#include "cli/doctor.h"
#include "root.h"
#include "tap.h"

#define GPU "0000:41:00.0"

static struct doctor d;

static void add_function(const char *address, const char *vendor, const char *class,
			 const char *group)
{
	char path[128], target[128];

	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/vendor", address);
	root_write(path, vendor);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/class", address);
	root_write(path, class);
	snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%s/devices/%s", group, address);
	root_write(path, "");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/iommu_group", address);
	snprintf(target, sizeof(target), "../../../../kernel/iommu_groups/%s", group);
	root_link(path, target);
}

static void build_host(void)
{
	root_write("sys/class/iommu/dmar0/x", "");
	add_function(GPU, "0x10de\n", "0x030200\n", "1");
	add_function("0000:41:00.1", "0x10de\n", "0x040300\n", "1");
	add_function("0000:00:01.0", "0x8086\n", "0x060400\n", "1");
	root_write("sys/module/nvmux/refcnt", "0");
	root_write("sys/module/vfio_pci/refcnt", "0");
	root_write("sys/module/mdev/refcnt", "0");
	root_write("proc/cmdline", "root=/dev/vda intel_iommu=on quiet\n");
}

/* All findings of a check as "verdict check text; ". */
static const char *look(void (*check)(struct doctor *d))
{
	static char text[2048];

	d = (struct doctor){};
	doctor_find_gpus(&d);
	check(&d);
	text[0] = '\0';
	for (size_t i = 0; i < d.findings.n; i++) {
		const struct finding *f = records_get(&finding_noun, &d.findings, i);

		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s %s: %s; ", f->verdict,
			 f->check, f->text);
	}
	doctor_clear(&d);
	return text;
}

static bool says(void (*check)(struct doctor *d), const char *part)
{
	const char *text = look(check);

	if (strstr(text, part))
		return true;
	printf("# it says: %s\n", text);
	return false;
}

static void doctor_finds_a_well_host_well(void)
{
	CHECK_STR(look(doctor_iommu), "ok iommu: an IOMMU is on; ");
	CHECK_STR(look(doctor_groups), "ok group: gpu " GPU " is in a group of its own; ");
	CHECK_STR(look(doctor_console), "");
	CHECK_STR(look(doctor_modules), "ok module: module nvmux is loaded; ");
	CHECK_STR(look(doctor_udev), "");
	CHECK_STR(look(doctor_modprobe), "");
	CHECK_STR(look(doctor_cmdline), "");
	CHECK_STR(look(doctor_services), "");
	CHECK_STR(look(doctor_hook), "");
	CHECK_STR(look(doctor_mdevctl), "");
}

static void doctor_finds_strangers_in_the_group(void)
{
	add_function("0000:42:00.0", "0x144d\n", "0x010802\n", "1");
	CHECK(says(doctor_groups, "warn group: gpu " GPU " is in one IOMMU group with 0000:42:00.0: "));
	root_remove_file("sys/kernel/iommu_groups/1/devices/0000:42:00.0");
}

static void doctor_finds_a_gpu_without_group(void)
{
	root_remove_file("sys/bus/pci/devices/" GPU "/iommu_group");
	CHECK_STR(look(doctor_groups), "fail group: gpu " GPU " has no IOMMU group; ");
	root_link("sys/bus/pci/devices/" GPU "/iommu_group", "../../../../kernel/iommu_groups/1");
}

static void doctor_finds_the_console(void)
{
	root_write("sys/bus/pci/devices/" GPU "/boot_vga", "1\n");
	CHECK(says(doctor_console, "warn console: gpu " GPU " has the console"));
	root_write("sys/bus/pci/devices/" GPU "/boot_vga", "0\n");
	CHECK_STR(look(doctor_console), "");
}

static void doctor_finds_missing_and_old_modules(void)
{
	root_write("sys/module/nvmux/version", "0.0.1\n");
	root_write("sys/module/nouveau/refcnt", "1\n");
	CHECK(says(doctor_modules, "warn module: module nvmux is version 0.0.1, "));
	CHECK(says(doctor_modules, "note module: module nouveau is loaded"));
	root_remove_file("sys/module/nvmux/version");
}

static void doctor_finds_rules_of_others(void)
{
	root_write("etc/udev/rules.d/10-vfio.rules",
		   "# driver_override of 10de\n"
		   "ATTR{vendor}==\"0x10DE\", ATTR{driver_override}=\"vfio-pci\"\n"
		   "RUN+=\"/bin/sh -c 'echo 10de 20b7 > /sys/bus/pci/drivers/vfio-pci/new_id'\"\n");
	root_write("etc/udev/rules.d/20.rules.off", "ATTR{driver_override}=\"vfio-pci\"\n");
	CHECK_STR(look(doctor_udev),
		  "warn udev: /etc/udev/rules.d/10-vfio.rules sets driver_override of GPUs, which is for "
		  "nvmux to do: remove the rule; "
		  "warn udev: /etc/udev/rules.d/10-vfio.rules writes new_id of vfio-pci, which takes every "
		  "GPU of a model: remove the rule; ");
}

static void doctor_finds_lines_of_modprobe(void)
{
	root_write("etc/modprobe.d/vfio.conf",
		   "options vfio-pci ids=10de:20b7,10de:1aef\noptions vfio-pci disable_vga=1\n"
		   "  blacklist nvmux\n#blacklist mdev\nblacklist nouveau\n"
		   "softdep nvidia pre: vfio-pci\n");
	CHECK(says(doctor_modprobe, "warn modprobe: /etc/modprobe.d/vfio.conf gives vfio-pci ids"));
	CHECK(says(doctor_modprobe, "; fail modprobe: /etc/modprobe.d/vfio.conf keeps module nvmux "
		   "from being loaded; note modprobe: "));
	CHECK(!strstr(look(doctor_modprobe), "nouveau"));
	CHECK(!strstr(look(doctor_modprobe), "mdev"));
}

static void doctor_reads_the_command_line(void)
{
	root_write("proc/cmdline", "amd_iommu=off vfio-pci.ids=8086:1521 vfio-pci.ids=10DE:20b7\n");
	CHECK_STR(look(doctor_cmdline),
		  "fail cmdline: the kernel's command line has amd_iommu=off: remove it; "
		  "warn cmdline: the kernel's command line has vfio-pci.ids=10DE:20b7, which takes every "
		  "GPU of a model: remove it; ");
}

static void doctor_knows_services(void)
{
	root_write("etc/driverctl.d/pci-" GPU, "vfio-pci\n");
	root_write("etc/systemd/system/multi-user.target.wants/nvidia-persistenced.service", "");
	CHECK(says(doctor_services, "warn service: driverctl has an override for gpu " GPU));
	CHECK(says(doctor_services, "note service: nvidia-persistenced.service is enabled"));
}

/* libvirtd started 1000 s after the boot; a tick is a hundredth. */
static void set_libvirtd(long long boot)
{
	char text[256];

	snprintf(text, sizeof(text), "cpu  1 2\nbtime %lld\nprocesses 1\n", boot);
	root_write("proc/stat", text);
	root_write("run/libvirtd.pid", "77\n");
	snprintf(text, sizeof(text), "77 (lib virt) d) S 1 77 77 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 20 0 "
		 "%ld 1 2\n", 1000 * sysconf(_SC_CLK_TCK));
	root_write("proc/77/stat", text);
}

static void doctor_looks_at_the_hook(void)
{
	char path[256];

	root_write("etc/libvirt/qemu.conf", "");
	CHECK(says(doctor_hook, "is not installed"));
	root_write("etc/libvirt/hooks/qemu.d/50-nvmux", "");
	CHECK(says(doctor_hook, "is not executable"));
	snprintf(path, sizeof(path), "%s/etc/libvirt/hooks/qemu.d/50-nvmux", root_dir);
	CHECK_INT(chmod(path, 0755), 0);
	CHECK(says(doctor_hook, "ok hook: "));
	set_libvirtd((long long)time(NULL) - 1000 - 60);
	CHECK(says(doctor_hook, "warn hook: the hook is newer than libvirtd"));
	set_libvirtd((long long)time(NULL) - 1000 + 60);
	CHECK(says(doctor_hook, "ok hook: "));
}

static void doctor_knows_the_rule_that_runs_nothing(void)
{
	root_write("usr/lib/udev/rules.d/60-mdevctl.rules", "RUN+=\"/usr/sbin/mdevctl start\"\n");
	CHECK(says(doctor_mdevctl, "warn mdevctl: "));
	root_write("usr/sbin/mdevctl", "");
	CHECK_STR(look(doctor_mdevctl), "");
}

static void doctor_without_iommu_or_gpu(void)
{
	if (setenv("NVMUX_ROOT", "/nonexistent", 1) < 0)
		abort();
	CHECK(says(doctor_iommu, "fail iommu: no IOMMU is on"));
	CHECK(says(doctor_groups, "warn group: no NVIDIA display function is here"));
	CHECK(says(doctor_modules, "fail module: module nvmux is not loaded"));
}

int main(void)
{
	root_make();
	build_host();
	RUN(doctor_finds_a_well_host_well);
	RUN(doctor_finds_strangers_in_the_group);
	RUN(doctor_finds_a_gpu_without_group);
	RUN(doctor_finds_the_console);
	RUN(doctor_finds_missing_and_old_modules);
	RUN(doctor_finds_rules_of_others);
	RUN(doctor_finds_lines_of_modprobe);
	RUN(doctor_reads_the_command_line);
	RUN(doctor_knows_services);
	RUN(doctor_looks_at_the_hook);
	RUN(doctor_knows_the_rule_that_runs_nothing);
	RUN(doctor_without_iommu_or_gpu);
	return tap_end();
}
