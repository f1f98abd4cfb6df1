// SPDX-License-Identifier: GPL-2.0-only
/*
 * The question that decides when nobody answers at the other end: is this
 * domain any of our business? Domains without NVIDIA devices must start also
 * when nvmuxd is down.
 */
#include <string.h>

#include "basic/cleanup.h"
#include "basic/domain.h"
#include "basic/file.h"
#include "basic/path.h"
#include "hook/devices.h"

/* One that does not exist is one that the daemon would have had to create. */
static bool mdev_is_ours(const char *uuid)
{
	_cleanup_free_ char *device = path_sys("bus/mdev/devices/%s", uuid);
	_cleanup_free_ char *driver = path_sys("bus/mdev/devices/%s/../driver", uuid);
	char name[64];

	if (!device || !driver || !file_exists(device))
		return true;
	return !file_link_name(driver, name, sizeof(name)) && !strcmp(name, "nvmux");
}

static bool pci_attribute(const char *bdf, const char *attribute, char *ret, size_t size)
{
	_cleanup_free_ char *path = path_sys("bus/pci/devices/%s/%s", bdf, attribute);

	return path && !file_read_line(path, ret, size);
}

static bool pci_is_ours(const char *bdf)
{
	char vendor[16], class[16];

	return pci_attribute(bdf, "vendor", vendor, sizeof(vendor)) &&
	       pci_attribute(bdf, "class", class, sizeof(class)) &&
	       !strcmp(vendor, "0x10de") && !strncmp(class, "0x03", 4);
}

bool domain_needs_nvmux(const char *xml, size_t len)
{
	_cleanup_(domain_freep) struct domain *d = NULL;

	/* what cannot be read is harmless only when it has no host device at all */
	if (domain_parse(xml, len, &d))
		return memmem(xml, len, "hostdev", strlen("hostdev"));
	for (size_t i = 0; i < d->n_mdevs; i++)
		if (mdev_is_ours(d->mdevs[i]))
			return true;
	for (size_t i = 0; i < d->n_pcis; i++)
		if (pci_is_ours(d->pcis[i]))
			return true;
	return false;
}
