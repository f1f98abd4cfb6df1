// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mdev face of a GPU: one parent, one mdev type per vGPU type, always all of them. A type of
 * which none can be created now shows 0 available; netlink tells why.
 *
 * libvirt, mdevctl and people create here by writing a UUID; so does libnvmux, for a UUID that it
 * has reserved. Both ways meet in nvmux_vgpu_redeem().
 */
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vfio.h>

#include "../core/capacity.h"
#include "../core/gpu.h"
#include "../core/refusal.h"
#include "../core/type.h"
#include "../core/vgpu.h"
#include "mdev.h"
#include "vfio.h"

/**
 * struct face_type - one type as mdev shows it
 * @mdev: what mdev knows
 * @gpu: whose it is
 * @type: which it is
 * @id: the last part of its directory's name
 * @label: its "name" file
 */
struct face_type {
	struct mdev_type mdev;
	struct nvmux_gpu *gpu;
	const struct nvmux_type *type;
	char id[NVMUX_TYPE_TEXT_LEN];
	char label[NVMUX_TYPE_TEXT_LEN];
};

/**
 * struct nvmux_mdev_face - the mdev face of one GPU
 * @parent: what mdev knows
 * @ptrs: pointers to the types, as mdev wants them
 * @n_types: number of @types
 * @types: its types
 */
struct nvmux_mdev_face {
	struct mdev_parent parent;
	struct mdev_type **ptrs;
	unsigned int n_types;
	struct face_type types[] __counted_by(n_types);
};

static struct face_type *face_type_of(struct mdev_type *mdev)
{
	return container_of(mdev, struct face_type, mdev);
}

static struct nvmux_vdev *vdev_alloc(struct mdev_device *mdev, struct nvmux_vgpu *vgpu)
{
	struct nvmux_vdev *vdev;

	vdev = vfio_alloc_device(nvmux_vdev, vfio, &mdev->dev, &nvmux_vfio_ops);
	if (IS_ERR(vdev))
		return vdev;
	vdev->vgpu = nvmux_vgpu_get(vgpu);
	vdev->hw = vgpu->gpu->hw;
	return vdev;
}

static int vdev_register(struct mdev_device *mdev, struct nvmux_vgpu *vgpu)
{
	struct nvmux_vdev *vdev = vdev_alloc(mdev, vgpu);
	int err;

	if (IS_ERR(vdev))
		return PTR_ERR(vdev);
	err = vfio_register_emulated_iommu_dev(&vdev->vfio);
	if (err) {
		vfio_put_device(&vdev->vfio);
		return err;
	}
	dev_set_drvdata(&mdev->dev, vdev);
	return 0;
}

static int mdev_probe(struct mdev_device *mdev)
{
	struct face_type *face_type = face_type_of(mdev->type);
	struct nvmux_refusal why = {};
	struct nvmux_vgpu *vgpu;
	int err;

	err = nvmux_vgpu_redeem(face_type->gpu, face_type->type, &mdev->uuid, &vgpu, &why);
	if (err) {
		dev_dbg(&mdev->dev, "refused: %s\n", why.text);
		return err;
	}
	err = vdev_register(mdev, vgpu);
	nvmux_vgpu_redeemed(vgpu, err);
	nvmux_vgpu_put(vgpu);
	return err;
}

static void mdev_remove(struct mdev_device *mdev)
{
	struct nvmux_vdev *vdev = dev_get_drvdata(&mdev->dev);

	vfio_unregister_group_dev(&vdev->vfio);
	nvmux_vgpu_withdraw(vdev->vgpu);
	vfio_put_device(&vdev->vfio);
}

static unsigned int mdev_get_available(struct mdev_type *mdev)
{
	struct face_type *face_type = face_type_of(mdev);
	struct nvmux_gpu *gpu = face_type->gpu;
	u32 left;

	mutex_lock(&gpu->lock);
	left = nvmux_capacity_available(gpu, face_type->type, NULL);
	mutex_unlock(&gpu->lock);
	return left;
}

static ssize_t mdev_show_description(struct mdev_type *mdev, char *buf)
{
	struct face_type *face_type = face_type_of(mdev);
	struct nvmux_gpu *gpu = face_type->gpu;
	u32 max;

	mutex_lock(&gpu->lock);
	max = nvmux_capacity_max(gpu, face_type->type);
	mutex_unlock(&gpu->lock);
	return nvmux_type_describe(face_type->type, max, buf, PAGE_SIZE);
}

static struct mdev_driver nvmux_mdev_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.probe = mdev_probe,
	.remove = mdev_remove,
	.get_available = mdev_get_available,
	.show_description = mdev_show_description,
	.driver = {
		.name = "nvmux_vgpu",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	},
};

static void face_free(struct nvmux_mdev_face *face)
{
	kfree(face->ptrs);
	kfree(face);
}

static void face_fill(struct nvmux_mdev_face *face, struct nvmux_gpu *gpu)
{
	const struct nvmux_family *family = gpu->board->family;
	unsigned int i;

	for (i = 0; i < face->n_types; i++) {
		struct face_type *face_type = &face->types[i];

		face_type->gpu = gpu;
		face_type->type = &family->types[i];
		nvmux_type_id(face_type->type, face_type->id, sizeof(face_type->id));
		nvmux_type_label(family, face_type->type, face_type->label,
				 sizeof(face_type->label));
		face_type->mdev.sysfs_name = face_type->id;
		face_type->mdev.pretty_name = face_type->label;
		face->ptrs[i] = &face_type->mdev;
	}
}

static struct nvmux_mdev_face *face_alloc(struct nvmux_gpu *gpu)
{
	unsigned int n_types = gpu->board->family->n_types;
	struct nvmux_mdev_face *face = kzalloc(struct_size(face, types, n_types), GFP_KERNEL);

	if (!face)
		return NULL;
	face->n_types = n_types;
	face->ptrs = kcalloc(n_types, sizeof(*face->ptrs), GFP_KERNEL);
	if (!face->ptrs) {
		kfree(face);
		return NULL;
	}
	face_fill(face, gpu);
	return face;
}

/**
 * nvmux_mdev_publish() - offer the types of a GPU
 * @gpu: the GPU, its hardware is open and its board has types
 * @why: the reason of a failure
 *
 * Context: may sleep; called by the probe of the function.
 *
 * Return: 0; -ENOMEM; what the mdev core says.
 */
int nvmux_mdev_publish(struct nvmux_gpu *gpu, struct nvmux_refusal *why)
{
	struct nvmux_mdev_face *face;
	int err;

	face = face_alloc(gpu);
	if (!face)
		return nvmux_refuse(why, -ENOMEM, "out of memory");
	err = mdev_register_parent(&face->parent, gpu->dev, &nvmux_mdev_driver, face->ptrs,
				   face->n_types);
	if (err) {
		face_free(face);
		return nvmux_refuse(why, err, "gpu %s: mdev types could not be registered",
				    nvmux_gpu_bdf(gpu));
	}
	gpu->face = face;
	return 0;
}

/**
 * nvmux_mdev_withdraw() - withdraw the types of a GPU
 * @gpu: the GPU
 *
 * What mdev devices are left go; this waits for those that are open.
 *
 * Context: may sleep; called by the remove of the function, without the GPU's lock.
 */
void nvmux_mdev_withdraw(struct nvmux_gpu *gpu)
{
	mdev_unregister_parent(&gpu->face->parent);
	face_free(gpu->face);
	gpu->face = NULL;
}

/**
 * nvmux_mdev_init() - be ready to offer types
 *
 * Context: may sleep.
 *
 * Return: 0, or what the driver core says.
 */
int nvmux_mdev_init(void)
{
	return mdev_register_driver(&nvmux_mdev_driver);
}

/**
 * nvmux_mdev_exit() - the opposite of nvmux_mdev_init()
 *
 * Context: may sleep.
 */
void nvmux_mdev_exit(void)
{
	mdev_unregister_driver(&nvmux_mdev_driver);
}
