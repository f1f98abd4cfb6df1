// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/vfio.h>

int vfio_call(struct vfio_dev *dev, unsigned long request, void *arg)
{
	int ret = ioctl(dev->fd, request, arg);

	return ret < 0 ? -errno : ret;
}

void vfio_close(struct vfio_dev *dev)
{
	if (dev->fd >= 0)
		close(dev->fd);
	if (dev->group >= 0)
		close(dev->group);
	if (dev->container >= 0)
		close(dev->container);
	*dev = (struct vfio_dev)VFIO_CLOSED;
}

static int group_attach(struct vfio_dev *dev)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };

	if (ioctl(dev->group, VFIO_GROUP_GET_STATUS, &status))
		return -errno;
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return -EPERM;
	if (ioctl(dev->group, VFIO_GROUP_SET_CONTAINER, &dev->container) ||
	    ioctl(dev->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		return -errno;
	return 0;
}

static int device_get(struct vfio_dev *dev, const char *group, const char *name)
{
	char path[PATH_SIZE];
	int err;

	snprintf(path, sizeof(path), "/dev/vfio/%s", group);
	dev->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (dev->container < 0)
		return -errno;
	dev->group = open(path, O_RDWR | O_CLOEXEC);
	if (dev->group < 0)
		return -errno;
	err = group_attach(dev);
	if (err)
		return err;
	dev->fd = ioctl(dev->group, VFIO_GROUP_GET_DEVICE_FD, name);
	return dev->fd < 0 ? -errno : 0;
}

static int device_open(struct vfio_dev *dev, const char *group, const char *name)
{
	int err;

	*dev = (struct vfio_dev)VFIO_CLOSED;
	if (!group[0])
		return -ENODEV;
	err = device_get(dev, group, name);
	if (err)
		vfio_close(dev);
	return err;
}

int vfio_open_mdev(struct vfio_dev *dev, const char *uuid)
{
	return device_open(dev, file_link(MDEV_DEVICES "/%s/iommu_group", uuid), uuid);
}

int vfio_open_pci(struct vfio_dev *dev, const char *bdf)
{
	return device_open(dev, file_link(PCI_DEVICES "/%s/iommu_group", bdf), bdf);
}

int vfio_region(struct vfio_dev *dev, uint32_t index, struct vfio_region_info *info)
{
	memset(info, 0, sizeof(*info));
	info->argsz = sizeof(*info);
	info->index = index;
	return vfio_call(dev, VFIO_DEVICE_GET_REGION_INFO, info);
}

int vfio_sparse(struct vfio_dev *dev, uint32_t index, struct vfio_region_sparse_mmap_area *area)
{
	union {
		struct vfio_region_info info;
		uint8_t bytes[1024];
	} region = { .info = { .argsz = sizeof(region), .index = index } };
	struct vfio_region_info_cap_sparse_mmap *cap;
	uint32_t at;
	int err = vfio_call(dev, VFIO_DEVICE_GET_REGION_INFO, &region);

	if (err)
		return err;
	for (at = region.info.cap_offset; at; at = cap->header.next) {
		cap = (void *)(region.bytes + at);
		if (cap->header.id != VFIO_REGION_INFO_CAP_SPARSE_MMAP || cap->nr_areas != 1)
			continue;
		*area = cap->areas[0];
		return 0;
	}
	return -ENOENT;
}

ssize_t vfio_read(struct vfio_dev *dev, uint32_t index, uint64_t offset, void *buf, size_t len)
{
	struct vfio_region_info info;
	int err = vfio_region(dev, index, &info);
	ssize_t n;

	if (err)
		return err;
	n = pread(dev->fd, buf, len, info.offset + offset);
	return n < 0 ? -errno : n;
}

ssize_t vfio_write(struct vfio_dev *dev, uint32_t index, uint64_t offset, const void *buf,
		   size_t len)
{
	struct vfio_region_info info;
	int err = vfio_region(dev, index, &info);
	ssize_t n;

	if (err)
		return err;
	n = pwrite(dev->fd, buf, len, info.offset + offset);
	return n < 0 ? -errno : n;
}

uint32_t vfio_read32(struct vfio_dev *dev, uint32_t index, uint64_t offset)
{
	uint32_t value;

	if (vfio_read(dev, index, offset, &value, sizeof(value)) != sizeof(value))
		return UINT32_MAX;
	return value;
}

int vfio_write32(struct vfio_dev *dev, uint32_t index, uint64_t offset, uint32_t value)
{
	ssize_t n = vfio_write(dev, index, offset, &value, sizeof(value));

	if (n < 0)
		return n;
	return n == sizeof(value) ? 0 : -EIO;
}

uint32_t vfio_config(struct vfio_dev *dev, uint32_t offset, size_t len)
{
	uint32_t value = 0;

	if (vfio_read(dev, VFIO_PCI_CONFIG_REGION_INDEX, offset, &value, len) != (ssize_t)len)
		return UINT32_MAX;
	return value;
}

int vfio_command(struct vfio_dev *dev, uint16_t command)
{
	ssize_t n = vfio_write(dev, VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND, &command,
			       sizeof(command));

	return n == sizeof(command) ? 0 : n < 0 ? (int)n : -EIO;
}

int vfio_enable(struct vfio_dev *dev)
{
	return vfio_command(dev, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

bool vfio_mapping_is_shadowed(void)
{
	return !system("zcat /proc/config.gz 2>/dev/null | grep -q ^CONFIG_KASAN_VMALLOC=y");
}

void *vfio_map(struct vfio_dev *dev, uint32_t index, uint64_t offset, size_t len)
{
	struct vfio_region_info info;
	int err = vfio_region(dev, index, &info);

	if (err) {
		errno = -err;
		return MAP_FAILED;
	}
	return mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, dev->fd, info.offset + offset);
}

#define HUGE_PAGE (2UL << 20)

void *vfio_map_at(struct vfio_dev *dev, uint32_t index, uint64_t offset, size_t len, size_t past)
{
	struct vfio_region_info info;
	int err = vfio_region(dev, index, &info);
	uintptr_t room, at;

	room = (uintptr_t)mmap(NULL, len + 2 * HUGE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0);
	if (err || room == (uintptr_t)MAP_FAILED) {
		errno = err ? -err : errno;
		return MAP_FAILED;
	}
	at = ((room + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1)) + past;
	munmap((void *)room, at - room);
	munmap((void *)(at + len), room + 2 * HUGE_PAGE - at);
	return mmap((void *)at, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, dev->fd,
		    info.offset + offset);
}

static int irq_call(struct vfio_dev *dev, uint32_t index, uint32_t flags, uint32_t start,
		    uint32_t count, const int *fd)
{
	union {
		struct vfio_irq_set set;
		uint8_t bytes[sizeof(struct vfio_irq_set) + sizeof(int)];
	} irq = { .set = { .argsz = sizeof(irq.set) + (fd ? sizeof(*fd) : 0), .flags = flags,
			   .index = index, .start = start, .count = count } };

	if (fd)
		memcpy(irq.bytes + sizeof(irq.set), fd, sizeof(*fd));
	return vfio_call(dev, VFIO_DEVICE_SET_IRQS, &irq);
}

static int msix_call(struct vfio_dev *dev, uint32_t flags, uint32_t start, uint32_t count,
		     const int *fd)
{
	return irq_call(dev, VFIO_PCI_MSIX_IRQ_INDEX, flags, start, count, fd);
}

int vfio_request_set(struct vfio_dev *dev, int fd)
{
	return irq_call(dev, VFIO_PCI_REQ_IRQ_INDEX,
			VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 1, &fd);
}

int vfio_msix_set(struct vfio_dev *dev, uint32_t vector, int fd)
{
	return msix_call(dev, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, vector, 1,
			 &fd);
}

int vfio_msi_set(struct vfio_dev *dev, int fd)
{
	return irq_call(dev, VFIO_PCI_MSI_IRQ_INDEX,
			VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 1, &fd);
}

int vfio_msix_fire(struct vfio_dev *dev, uint32_t vector)
{
	return msix_call(dev, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, vector, 1,
			 NULL);
}

int vfio_msix_off(struct vfio_dev *dev)
{
	return msix_call(dev, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 0, NULL);
}

int vfio_feature(struct vfio_dev *dev, uint32_t flags, void *data, size_t size)
{
	union {
		struct vfio_device_feature feature;
		uint8_t bytes[sizeof(struct vfio_device_feature) + 64];
	} call = { .feature = { .argsz = sizeof(call.feature) + size, .flags = flags } };
	int ret;

	memcpy(call.feature.data, data, size);
	ret = vfio_call(dev, VFIO_DEVICE_FEATURE, &call);
	memcpy(data, call.feature.data, size);
	return ret;
}

int vfio_migrate(struct vfio_dev *dev, uint32_t state)
{
	struct vfio_device_feature_mig_state mig = { .device_state = state, .data_fd = -1 };
	int err = vfio_feature(dev, VFIO_DEVICE_FEATURE_SET |
			       VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, &mig, sizeof(mig));

	return err ?: mig.data_fd;
}

int vfio_migrate_state(struct vfio_dev *dev)
{
	struct vfio_device_feature_mig_state mig = {};
	int err = vfio_feature(dev, VFIO_DEVICE_FEATURE_GET |
			       VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, &mig, sizeof(mig));

	return err ?: (int)mig.device_state;
}
