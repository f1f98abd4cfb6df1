// SPDX-License-Identifier: GPL-2.0-only
/*
 * What sysfs and the list of modules tell about the surroundings of a GPU. Reads only what the
 * kernel has ready: nothing here wakes a device or waits for a driver.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/path.h"
#include "around.h"
#include "callout.h"
#include "survey.h"
#include "tenant.h"

#define MODULES_MAX (16 * 1024 * 1024)

/* Empty when it is not there. */
static void read_attribute(const char *bdf, const char *name, char *text, size_t size)
{
	_cleanup_free_ char *path = path_sys("bus/pci/devices/%s/%s", bdf, name);

	if (!path || file_read_line(path, text, size) < 0)
		text[0] = '\0';
}

/* PCI to PCI and CardBus bridges move with nobody. */
static bool is_bridge(const char *bdf)
{
	char class[16];

	read_attribute(bdf, "class", class, sizeof(class));
	return strncmp(class, "0x0604", 6) == 0 || strncmp(class, "0x0607", 6) == 0;
}

/* The same but for the number of the function. */
static bool same_slot(const char *a, const char *b)
{
	size_t n = strcspn(a, ".");

	return strncmp(a, b, n) == 0 && b[n] == '.';
}

static int read_group(const char *bdf, struct plan_host *ret)
{
	_cleanup_free_ char *path = path_sys("bus/pci/devices/%s/iommu_group/devices", bdf);
	struct strset members = { 0 };
	int err = path ? file_list(path, &members) : -ENOMEM;

	ret->in_group = !err;
	for (size_t i = 0; i < members.n && !err; i++)
		if (!same_slot(bdf, members.items[i]) && !is_bridge(members.items[i]))
			err = strset_add(&ret->strangers, members.items[i]);
	strset_clear(&members);
	return err == -ENOENT ? 0 : err;
}

/* modules.dep has paths that end in NAME.ko, NAME.ko.xz, ...; before a colon they are modules. */
static bool list_has(const char *list, const char *name)
{
	_cleanup_free_ char *path = NULL, *text = NULL, *word = NULL;
	struct utsname host;

	if (uname(&host) < 0)
		return false;
	path = path_below("lib/modules/%s/%s", host.release, list);
	if (asprintf(&word, "/%s.ko", name) < 0)
		word = NULL;
	return path && word && file_read(path, MODULES_MAX, &text, NULL) == 0 &&
	       strstr(text, word);
}

static bool has_driver(const char *name)
{
	_cleanup_free_ char *path = NULL;

	if (!name)
		return true;
	path = path_sys("bus/pci/drivers/%s", name);
	return file_exists(path) || list_has("modules.dep", name) ||
	       list_has("modules.builtin", name);
}

static bool has_framebuffer(const char *bdf)
{
	_cleanup_free_ char *path = path_sys("bus/pci/devices/%s/graphics", bdf);

	return file_exists(path);
}

bool survey_only_framebuffer(const char *bdf)
{
	_cleanup_free_ char *path = path_sys("class/graphics");
	struct strset names = { 0 };
	size_t n = 0;

	if (path && has_framebuffer(bdf) && file_list(path, &names) == 0)
		for (size_t i = 0; i < names.n; i++)
			n += strncmp(names.items[i], "fb", 2) == 0 &&
			     strspn(names.items[i] + 2, "0123456789") > 0;
	strset_clear(&names);
	return n == 1;
}

/* Framebuffer of the largest vGPU that the board offers: about all that it has. 0: unknown. */
static uint64_t largest_type(struct manager *m, const char *bdf)
{
	_cleanup_free_ struct nvmux_type *types = NULL;
	uint64_t largest = 0;
	size_t n = 0;

	if (!m->kernel || nvmux_type_list(m->kernel, bdf, &types, &n) < 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (types[i].fb_size > largest)
			largest = types[i].fb_size;
	return largest;
}

static void read_display(const char *bdf, struct plan_host *ret)
{
	char text[8];

	read_attribute(bdf, "boot_vga", text, sizeof(text));
	ret->boot_vga = strcmp(text, "1") == 0;
	ret->framebuffer = has_framebuffer(bdf);
	ret->only_framebuffer = survey_only_framebuffer(bdf);
}

int survey(struct manager *m, const struct gpu *gpu, const struct gpu_wanted *wanted,
	   struct plan_host *ret)
{
	const char *bdf = gpu->observed.bdf;
	const struct claim *claim;
	int err;

	tenant_prune(m);
	claim = tenant_claim_on_gpu(m, gpu);
	*ret = (struct plan_host){
		.gpu = &gpu->observed,
		.wanted = *wanted,
		.scrub = m->config.scrub,
		.claim = claim ? claim->name : NULL,
		.services = around_services(gpu, wanted),
		.programs = callout_count(),
		.excluded = strset_has(&m->config.exclude, bdf),
		.largest_type = largest_type(m, bdf),
		.has_driver = has_driver(plan_driver(wanted->mode)),
	};
	read_attribute(bdf, "reset_method", ret->reset, sizeof(ret->reset));
	read_display(bdf, ret);
	err = read_group(bdf, ret);
	return err ? err : holds_of_gpu(m, gpu, &ret->holds);
}

void survey_clear(struct plan_host *host)
{
	holds_clear(&host->holds);
	strset_clear(&host->strangers);
}
