// SPDX-License-Identifier: GPL-2.0-only
/*
 * The doctor looks for others who decide which driver a GPU gets: they would
 * win over nvmux at boot, or fight with it later.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "basic/cleanup.h"
#include "basic/file.h"
#include "basic/path.h"
#include "cli/doctor.h"

#define FILE_MAX (256 * 1024)

/* Looks at one line of a file that is no comment; says what is wrong with it. */
typedef void (*line_fn)(struct doctor *d, const char *file, const char *line);

static void each_line(struct doctor *d, const char *file, line_fn look)
{
	_cleanup_free_ char *path = path_below("%s", file), *text = NULL;
	char *next, *line;

	if (!path || file_read(path, FILE_MAX, &text, NULL))
		return;
	for (line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		line += strspn(line, " \t");
		if (*line && *line != '#')
			look(d, file, line);
	}
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && !strcmp(name + n - m, suffix);
}

static void each_file(struct doctor *d, const char *const *dirs, const char *suffix, line_fn look)
{
	for (; *dirs; dirs++) {
		_cleanup_free_ char *path = path_below("%s", *dirs);
		struct strset names = {};

		if (!path || file_list(path, &names))
			continue;
		for (size_t i = 0; i < names.n; i++) {
			_cleanup_free_ char *file = NULL;

			if (!ends_in(names.items[i], suffix))
				continue;
			if (asprintf(&file, "%s/%s", *dirs, names.items[i]) < 0) {
				file = NULL;
				d->failed = true;
				break;
			}
			each_line(d, file, look);
		}
		strset_clear(&names);
	}
}

static bool names_nvidia(const char *line)
{
	return strcasestr(line, "10de");
}

static void look_at_rule(struct doctor *d, const char *file, const char *line)
{
	if (strstr(line, "new_id") && strstr(line, "vfio"))
		doctor_say(d, "warn", "udev", "/%s writes new_id of vfio-pci, which takes every GPU of a "
			   "model: remove the rule", file);
	else if (strstr(line, "driver_override") && (names_nvidia(line) || strstr(line, "vfio")))
		doctor_say(d, "warn", "udev", "/%s sets driver_override of GPUs, which is for nvmux to do: "
			   "remove the rule", file);
}

void doctor_udev(struct doctor *d)
{
	static const char *const dirs[] = {
		"etc/udev/rules.d", "run/udev/rules.d", "usr/lib/udev/rules.d", NULL
	};

	each_file(d, dirs, ".rules", look_at_rule);
}

static void look_at_modprobe(struct doctor *d, const char *file, const char *line)
{
	if (!strncmp(line, "options vfio-pci", 16) || !strncmp(line, "options vfio_pci", 16)) {
		if (strstr(line, "ids=") && names_nvidia(line))
			doctor_say(d, "warn", "modprobe", "/%s gives vfio-pci ids of NVIDIA, which takes every "
				   "GPU of a model: remove the line", file);
	} else if (!strncmp(line, "blacklist", 9)) {
		const char *module = line + 9 + strspn(line + 9, " \t");

		if (!strcmp(module, "nvmux") || !strcmp(module, "vfio-pci") ||
		    !strcmp(module, "vfio_pci") || !strcmp(module, "mdev"))
			doctor_say(d, "fail", "modprobe", "/%s keeps module %s from being loaded", file,
				   module);
	} else if (!strncmp(line, "softdep nvidia", 14) && strstr(line, "vfio")) {
		doctor_say(d, "note", "modprobe", "/%s has vfio-pci loaded before nvidia; nvmux needs no such "
			   "order", file);
	}
}

void doctor_modprobe(struct doctor *d)
{
	static const char *const dirs[] = {
		"etc/modprobe.d", "run/modprobe.d", "usr/lib/modprobe.d", NULL
	};

	each_file(d, dirs, ".conf", look_at_modprobe);
}

static void look_at_word(struct doctor *d, const char *word)
{
	bool ids = !strncmp(word, "vfio-pci.ids=", 13) || !strncmp(word, "vfio_pci.ids=", 13) ||
		   !strncmp(word, "pci-stub.ids=", 13);

	if (ids && names_nvidia(word))
		doctor_say(d, "warn", "cmdline", "the kernel's command line has %s, which takes every GPU of "
			   "a model: remove it", word);
	if (!strcmp(word, "intel_iommu=off") || !strcmp(word, "amd_iommu=off") ||
	    !strcmp(word, "iommu=off"))
		doctor_say(d, "fail", "cmdline", "the kernel's command line has %s: remove it", word);
}

void doctor_cmdline(struct doctor *d)
{
	_cleanup_free_ char *path = path_proc("cmdline"), *text = NULL;
	char *save = NULL, *word;

	if (!path || file_read(path, FILE_MAX, &text, NULL))
		return;
	for (word = strtok_r(text, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
		look_at_word(d, word);
}

static void check_driverctl(struct doctor *d)
{
	for (size_t i = 0; i < d->gpus.n; i++) {
		_cleanup_free_ char *path = path_below("etc/driverctl.d/pci-%s", d->gpus.items[i]);

		if (path && file_exists(path))
			doctor_say(d, "warn", "service", "driverctl has an override for gpu %s: driverctl "
				   "unset-override %s", d->gpus.items[i], d->gpus.items[i]);
	}
}

/* Known to open GPUs, or to divide them. */
static const struct {
	const char *unit;
	const char *why;
} services[] = {
	{ "nvidia-persistenced.service", "it keeps GPUs open, which hinders a switch from host mode" },
	{ "nvidia-vgpud.service", "the vGPU manager of NVIDIA makes vGPUs of its own" },
	{ "nvidia-vgpu-mgr.service", "the vGPU manager of NVIDIA makes vGPUs of its own" },
	{ "nvidia-mig-manager.service", "it divides GPUs as well" },
	{ "nvidia-dcgm.service", "it keeps GPUs open, which hinders a switch from host mode" },
};

void doctor_services(struct doctor *d)
{
	check_driverctl(d);
	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		_cleanup_free_ char *path =
			path_below("etc/systemd/system/multi-user.target.wants/%s", services[i].unit);

		if (path && file_exists(path))
			doctor_say(d, "note", "service", "%s is enabled: %s", services[i].unit,
				   services[i].why);
	}
}
