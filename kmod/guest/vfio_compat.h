/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a VFIO driver tells about its regions differs between kernels: new ones call an operation,
 * old ones hand the ioctl to the driver. Part of compat.h, apart because only vfio.c needs it.
 */
#ifndef NVMUX_VFIO_COMPAT_H
#define NVMUX_VFIO_COMPAT_H

#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "vfio.h"
#include "vfio_region.h"

#ifdef NVMUX_HAVE_GET_REGION_INFO_CAPS

static inline int nvmux_vfio_region_info_caps(struct vfio_device *vfio,
					      struct vfio_region_info *info,
					      struct vfio_info_cap *caps)
{
	return nvmux_vfio_region_info(container_of(vfio, struct nvmux_vdev, vfio), info, caps);
}

#define NVMUX_VFIO_REGION_INFO_OP .get_region_info_caps = nvmux_vfio_region_info_caps,

static inline long nvmux_vfio_region_info_ioctl(struct nvmux_vdev *vdev, void __user *arg)
{
	return -ENOTTY;
}

#else

#define NVMUX_VFIO_REGION_INFO_OP

static inline int nvmux_vfio_caps_copy(void __user *arg, struct vfio_region_info *info,
				       struct vfio_info_cap *caps)
{
	if (info->argsz < sizeof(*info) + caps->size) {
		info->argsz = sizeof(*info) + caps->size;
		return 0;
	}
	vfio_info_cap_shift(caps, sizeof(*info));
	if (copy_to_user(arg + sizeof(*info), caps->buf, caps->size))
		return -EFAULT;
	info->cap_offset = sizeof(*info);
	return 0;
}

static inline long nvmux_vfio_region_info_ioctl(struct nvmux_vdev *vdev, void __user *arg)
{
	u32 minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info = {};
	struct vfio_info_cap caps = {};
	long err;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	err = nvmux_vfio_region_info(vdev, &info, &caps);
	if (!err && caps.size)
		err = nvmux_vfio_caps_copy(arg, &info, &caps);
	kfree(caps.buf);
	if (err)
		return err;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

#endif
#endif
