// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/iommufd.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/vfio.h>

/* The directory in /dev comes and goes with the devices, so what the module has taken tells. */
static bool has_chrdev(const char *name)
{
	FILE *file = fopen("/proc/devices", "re");
	char line[128], found[64];
	bool has = false;

	while (file && !has && fgets(line, sizeof(line), file))
		has = sscanf(line, "%*d %63s", found) == 1 && !strcmp(found, name);
	if (file)
		fclose(file);
	return has;
}

bool vfio_has_cdev(void)
{
	return has_chrdev("vfio-dev") && !access("/dev/iommu", F_OK);
}

/* Opens /dev/vfio/devices/vfioN of a device, whose number only sysfs knows. */
static int cdev_open(const char *uuid)
{
	char path[PATH_SIZE];
	struct dirent *entry;
	int fd = -ENODEV;
	DIR *dir;

	snprintf(path, sizeof(path), MDEV_DEVICES "/%s/vfio-dev", uuid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "vfio", 4))
			continue;
		snprintf(path, sizeof(path), "/dev/vfio/devices/%.32s", entry->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC);
		fd = fd < 0 ? -errno : fd;
	}
	if (dir)
		closedir(dir);
	return fd;
}

static int iommufd_bind(struct vfio_dev *dev)
{
	struct vfio_device_bind_iommufd bind = { .argsz = sizeof(bind), .iommufd = dev->container };
	struct iommu_ioas_alloc ioas = { .size = sizeof(ioas) };
	struct vfio_device_attach_iommufd_pt attach = { .argsz = sizeof(attach) };

	if (ioctl(dev->fd, VFIO_DEVICE_BIND_IOMMUFD, &bind) ||
	    ioctl(dev->container, IOMMU_IOAS_ALLOC, &ioas))
		return -errno;
	attach.pt_id = ioas.out_ioas_id;
	return ioctl(dev->fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach) ? -errno : 0;
}

int vfio_open_cdev(struct vfio_dev *dev, const char *uuid)
{
	int err;

	*dev = (struct vfio_dev)VFIO_CLOSED;
	dev->container = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (dev->container < 0)
		return -errno;
	dev->fd = cdev_open(uuid);
	err = dev->fd < 0 ? dev->fd : iommufd_bind(dev);
	if (err)
		vfio_close(dev);
	return err;
}
