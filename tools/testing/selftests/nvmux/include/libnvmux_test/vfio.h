/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VFIO device opened through its group and a type1 container, or through its own file and an
 * iommufd, as a VM does.
 */
#ifndef LIBNVMUX_TEST_VFIO_H
#define LIBNVMUX_TEST_VFIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/vfio.h>

struct vfio_dev {
	int container;
	int group;
	int fd;
	uint32_t ioas;	/* of an iommufd */
};

#define VFIO_CLOSED { -1, -1, -1, 0 }

/* Zero, a count, or a negative errno. */
int vfio_open_mdev(struct vfio_dev *dev, const char *uuid);
int vfio_open_pci(struct vfio_dev *dev, const char *bdf);
/* The other door: its own file and an iommufd, which takes the place of the container. */
bool vfio_has_cdev(void);
int vfio_open_cdev(struct vfio_dev *dev, const char *uuid);
int vfio_open_cdev_pci(struct vfio_dev *dev, const char *bdf);
/* Name of that file, "" when there is none, valid until the next call; @device: path in sysfs. */
const char *vfio_cdev_name(const char *device);
/* Opens the file and no more; a file or a negative errno. */
int vfio_cdev_open(const char *device);
int vfio_cdev_bind(struct vfio_dev *dev);
/* Guest memory behind a device that was opened so; a new address space for it. */
int vfio_ioas_map(struct vfio_dev *dev, uint64_t iova, void *at, size_t len);
int vfio_ioas_unmap(struct vfio_dev *dev, uint64_t iova, size_t len);
int vfio_ioas_new(struct vfio_dev *dev);
int vfio_ioas_detach(struct vfio_dev *dev);
void vfio_close(struct vfio_dev *dev);

int vfio_call(struct vfio_dev *dev, unsigned long request, void *arg);
int vfio_region(struct vfio_dev *dev, uint32_t index, struct vfio_region_info *info);
/* The one area of a region that can be mapped; -ENOENT when it tells none. */
/*
 * A kernel whose KASAN shadows mappings needs minutes and 4 GiB to map the 32 GiB of a whole BAR1,
 * which vfio-pci does for a single page.
 */
bool vfio_mapping_is_shadowed(void);

int vfio_sparse(struct vfio_dev *dev, uint32_t index, struct vfio_region_sparse_mmap_area *area);

ssize_t vfio_read(struct vfio_dev *dev, uint32_t index, uint64_t offset, void *buf, size_t len);
ssize_t vfio_write(struct vfio_dev *dev, uint32_t index, uint64_t offset, const void *buf,
		   size_t len);
/* All ones when the read failed, as a missing device answers. */
uint32_t vfio_read32(struct vfio_dev *dev, uint32_t index, uint64_t offset);
int vfio_write32(struct vfio_dev *dev, uint32_t index, uint64_t offset, uint32_t value);
uint32_t vfio_config(struct vfio_dev *dev, uint32_t offset, size_t len);

/* A function answers nothing but config space, and sends no interrupt, before it is enabled. */
int vfio_command(struct vfio_dev *dev, uint16_t command);
int vfio_enable(struct vfio_dev *dev);

/* MAP_FAILED with errno on error. */
void *vfio_map(struct vfio_dev *dev, uint32_t index, uint64_t offset, size_t len);
/* The same at an address that is @past bytes past a multiple of 2 MiB. */
void *vfio_map_at(struct vfio_dev *dev, uint32_t index, uint64_t offset, size_t len, size_t past);

/* Connects eventfd @fd to the request to let go. */
int vfio_request_set(struct vfio_dev *dev, int fd);
/* Connects eventfd @fd to one MSI-X vector; -1 disconnects. */
int vfio_msix_set(struct vfio_dev *dev, uint32_t vector, int fd);
/* The same for the only message of MSI. */
int vfio_msi_set(struct vfio_dev *dev, int fd);
int vfio_msix_fire(struct vfio_dev *dev, uint32_t vector);
int vfio_msix_off(struct vfio_dev *dev);

/* @data is at most 64 bytes. */
int vfio_feature(struct vfio_dev *dev, uint32_t flags, void *data, size_t size);
/* File of the stream, -1 when the state has none; any other negative number is an errno. */
int vfio_migrate(struct vfio_dev *dev, uint32_t state);
int vfio_migrate_state(struct vfio_dev *dev);

#endif
