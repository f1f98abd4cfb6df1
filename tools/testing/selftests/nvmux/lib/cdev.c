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

/* The number in its name is known to sysfs only. */
const char *vfio_cdev_name(const char *device)
{
	static char name[64];
	struct dirent *entry;
	char path[PATH_SIZE];
	DIR *dir;

	name[0] = '\0';
	snprintf(path, sizeof(path), "%s/vfio-dev", device);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "vfio", 4))
			snprintf(name, sizeof(name), "%.32s", entry->d_name);
	if (dir)
		closedir(dir);
	return name;
}

int vfio_cdev_open(const char *device)
{
	const char *name = vfio_cdev_name(device);
	char path[PATH_SIZE];
	int fd;

	if (!name[0])
		return -ENODEV;
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int vfio_cdev_bind(struct vfio_dev *dev)
{
	struct vfio_device_bind_iommufd bind = { .argsz = sizeof(bind), .iommufd = dev->container };

	return ioctl(dev->fd, VFIO_DEVICE_BIND_IOMMUFD, &bind) ? -errno : 0;
}

int vfio_ioas_new(struct vfio_dev *dev)
{
	struct iommu_ioas_alloc ioas = { .size = sizeof(ioas) };
	struct vfio_device_attach_iommufd_pt attach = { .argsz = sizeof(attach) };

	if (ioctl(dev->container, IOMMU_IOAS_ALLOC, &ioas))
		return -errno;
	attach.pt_id = ioas.out_ioas_id;
	if (ioctl(dev->fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach))
		return -errno;
	dev->ioas = ioas.out_ioas_id;
	return 0;
}

int vfio_ioas_detach(struct vfio_dev *dev)
{
	struct vfio_device_detach_iommufd_pt detach = { .argsz = sizeof(detach) };

	return ioctl(dev->fd, VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach) ? -errno : 0;
}

int vfio_ioas_map(struct vfio_dev *dev, uint64_t iova, void *at, size_t len)
{
	struct iommu_ioas_map map = {
		.size = sizeof(map), .ioas_id = dev->ioas, .iova = iova, .length = len,
		.user_va = (uintptr_t)at,
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE |
			 IOMMU_IOAS_MAP_WRITEABLE,
	};

	return ioctl(dev->container, IOMMU_IOAS_MAP, &map) ? -errno : 0;
}

int vfio_ioas_unmap(struct vfio_dev *dev, uint64_t iova, size_t len)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = dev->ioas, .iova = iova, .length = len,
	};

	return ioctl(dev->container, IOMMU_IOAS_UNMAP, &unmap) ? -errno : 0;
}

static int device_open(struct vfio_dev *dev, const char *device)
{
	int err;

	*dev = (struct vfio_dev)VFIO_CLOSED;
	dev->container = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (dev->container < 0)
		return -errno;
	dev->fd = vfio_cdev_open(device);
	err = dev->fd < 0 ? dev->fd : vfio_cdev_bind(dev);
	if (!err)
		err = vfio_ioas_new(dev);
	if (err)
		vfio_close(dev);
	return err;
}

int vfio_open_cdev(struct vfio_dev *dev, const char *uuid)
{
	char device[PATH_SIZE];

	snprintf(device, sizeof(device), MDEV_DEVICES "/%s", uuid);
	return device_open(dev, device);
}

int vfio_open_cdev_pci(struct vfio_dev *dev, const char *bdf)
{
	char device[PATH_SIZE];

	snprintf(device, sizeof(device), PCI_DEVICES "/%s", bdf);
	return device_open(dev, device);
}
