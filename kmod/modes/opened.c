// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who opens the file of a VFIO device, /dev/vfio/devices/vfioN, holds it from then on: to
 * unregister the device waits for him without end. Its driver and its IOMMU group hear of him only
 * when he binds it to an iommufd, which he may never do. VFIO tells nobody; its count of users
 * does.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/vfio.h>

#include "../core/gpu.h"
#include "../core/refusal.h"
#include "opened.h"

/* For those who are closing their file: so often, a millisecond and more each time. */
#define CLOSING_LOOKS 100

struct opened_check {
	struct device *owner;
	const char *what;
	struct nvmux_refusal *why;
};

/*
 * One of the users is the registration. Who closes his file is counted a moment longer than the
 * driver knows him, and all who wait for that are told at once: they must not come in vain.
 */
static bool is_held(const struct vfio_device *vfio)
{
	unsigned int i;

	for (i = 0; i < CLOSING_LOOKS; i++) {
		if (refcount_read(&vfio->refcount) <= 1)
			return false;
		usleep_range(1000, 2000);
	}
	return true;
}

static int opened_refuse(struct device *dev, void *data)
{
	struct opened_check *check = data;

	if (!dev->class || strcmp(dev->class->name, "vfio-dev"))
		return 0;
	if (!is_held(container_of(dev, struct vfio_device, device)))
		return 0;
	return nvmux_refuse(check->why, -EBUSY, "%s %s: /dev/vfio/devices/%s is open",
			    check->what, dev_name(check->owner), dev_name(dev));
}

static int opened_check(struct device *dev, const char *what, struct nvmux_refusal *why)
{
	struct opened_check check = { .owner = dev, .what = what, .why = why };

	/* without such files each user is known otherwise */
	if (!IS_ENABLED(CONFIG_VFIO_DEVICE_CDEV))
		return 0;
	return device_for_each_child(dev, &check, opened_refuse);
}

/**
 * nvmux_opened_check_function() - would a VFIO driver let a function go at once?
 * @dev: the function, with whichever driver
 * @why: names the file that is open
 *
 * It may be opened at any moment after.
 *
 * Context: may sleep, 200 ms before it refuses.
 *
 * Return: 0; -EBUSY.
 */
int nvmux_opened_check_function(struct device *dev, struct nvmux_refusal *why)
{
	return opened_check(dev, "function", why);
}

struct vgpu_check {
	char name[UUID_STRING_LEN + 1];
	struct nvmux_refusal *why;
};

/* An mdev device is called by its UUID, and no other child of a function has a VFIO device. */
static int vgpu_check(struct device *dev, void *data)
{
	struct vgpu_check *check = data;

	if (check->name[0] && strcmp(check->name, dev_name(dev)))
		return 0;
	return opened_check(dev, "vgpu", check->why);
}

/**
 * nvmux_opened_check_vgpus() - would the mdev devices of a GPU go at once?
 * @gpu: the GPU
 * @uuid: of the one that matters, NULL when all do
 * @why: names the file that is open
 *
 * Also those count whose vGPU is deleted already. One may be opened at any moment after.
 *
 * Context: may sleep, 200 ms before it refuses; the function of the GPU is referenced.
 *
 * Return: 0; -EBUSY.
 */
int nvmux_opened_check_vgpus(struct nvmux_gpu *gpu, const guid_t *uuid, struct nvmux_refusal *why)
{
	struct vgpu_check check = { .why = why };

	if (uuid)
		snprintf(check.name, sizeof(check.name), "%pUl", uuid);
	return device_for_each_child(gpu->dev, &check, vgpu_check);
}
