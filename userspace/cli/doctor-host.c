// SPDX-License-Identifier: GPL-2.0-only
/* The doctor looks at the machine: IOMMU, groups, console, modules. */
#include <errno.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/file.h"
#include "basic/path.h"
#include "cli/doctor.h"

static bool has_entries(char *dir)
{
	_cleanup_free_ char *path = dir;
	struct strset names = {};
	bool found;

	found = path && !file_list(path, &names) && names.n > 0;
	strset_clear(&names);
	return found;
}

void doctor_iommu(struct doctor *d)
{
	if (has_entries(path_sys("class/iommu")) && has_entries(path_sys("kernel/iommu_groups")))
		doctor_say(d, "ok", "iommu", "an IOMMU is on");
	else
		doctor_say(d, "fail", "iommu", "no IOMMU is on: enable VT-d or AMD-Vi in the firmware, "
			   "and on Intel put intel_iommu=on on the kernel's command line");
}

/* Same domain, bus and device; only the function differs. */
static bool same_slot(const char *a, const char *b)
{
	const char *dot = strrchr(a, '.');

	return dot && !strncmp(a, b, (size_t)(dot - a + 1));
}

static bool is_bridge(const char *address)
{
	char class[16];

	doctor_read_sys(class, sizeof(class), "bus/pci/devices/%s/class", address);
	return !strncmp(class, "0x0604", 6);
}

static const char *find_stranger(const char *gpu, const struct strset *members)
{
	for (size_t i = 0; i < members->n; i++)
		if (!same_slot(gpu, members->items[i]) && !is_bridge(members->items[i]))
			return members->items[i];
	return NULL;
}

static void check_group(struct doctor *d, const char *gpu)
{
	_cleanup_free_ char *path = path_sys("bus/pci/devices/%s/iommu_group/devices", gpu);
	struct strset members = {};
	const char *stranger;

	if (!path || file_list(path, &members)) {
		doctor_say(d, "fail", "group", "gpu %s has no IOMMU group", gpu);
		return;
	}
	stranger = find_stranger(gpu, &members);
	if (stranger)
		doctor_say(d, "warn", "group", "gpu %s is in one IOMMU group with %s: it cannot be given "
			   "to a VM alone; its port lacks ACS, another slot may help", gpu, stranger);
	else
		doctor_say(d, "ok", "group", "gpu %s is in a group of its own", gpu);
	strset_clear(&members);
}

void doctor_groups(struct doctor *d)
{
	if (!d->gpus.n)
		doctor_say(d, "warn", "group", "no NVIDIA display function is here");
	for (size_t i = 0; i < d->gpus.n; i++)
		check_group(d, d->gpus.items[i]);
}

void doctor_console(struct doctor *d)
{
	char boot[8];

	for (size_t i = 0; i < d->gpus.n; i++) {
		doctor_read_sys(boot, sizeof(boot), "bus/pci/devices/%s/boot_vga", d->gpus.items[i]);
		if (!strcmp(boot, "1"))
			doctor_say(d, "warn", "console", "gpu %s has the console of the host, which goes "
				   "dark when it leaves host mode", d->gpus.items[i]);
	}
}

static bool is_loaded(const char *module)
{
	_cleanup_free_ char *path = path_sys("module/%s", module);

	return path && file_exists(path);
}

static void check_version(struct doctor *d)
{
	char version[64];

	doctor_read_sys(version, sizeof(version), "module/nvmux/version");
	if (!*version || !strcmp(version, NVMUX_VERSION))
		doctor_say(d, "ok", "module", "module nvmux is loaded");
	else
		doctor_say(d, "warn", "module", "module nvmux is version %s, this command %s: reload it "
			   "when no vGPU exists", version, NVMUX_VERSION);
}

void doctor_modules(struct doctor *d)
{
	static const char *const others[] = { "nouveau", "nvidia_vgpu_vfio", NULL };

	if (is_loaded("nvmux"))
		check_version(d);
	else
		doctor_say(d, "fail", "module", "module nvmux is not loaded: modprobe nvmux");
	if (!is_loaded("vfio_pci"))
		doctor_say(d, "warn", "module", "module vfio_pci is not loaded, without it there is no "
			   "passthrough mode: modprobe vfio-pci");
	if (!is_loaded("mdev"))
		doctor_say(d, "warn", "module", "module mdev is not loaded, without it there is no vgpu mode");
	for (const char *const *o = others; *o; o++)
		if (is_loaded(*o))
			doctor_say(d, "note", "module", "module %s is loaded: GPUs that it has are taken with "
				   "--detach only", *o);
}
