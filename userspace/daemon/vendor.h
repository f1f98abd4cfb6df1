/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vGPUs of NVIDIA's own vGPU manager: GPUs whose functions are bound to its driver, which offers
 * types and vGPUs through files of its own, in one of two ways:
 *
 *   mdev: mdev_supported_types of the GPU, or of its virtual functions
 *   vfio: nvidia/creatable_vgpu_types and nvidia/current_vgpu_type of its virtual functions
 *
 * vendor.c reads them, vendor-model.c keeps the models in step.
 */
#ifndef NVMUX_DAEMON_VENDOR_H
#define NVMUX_DAEMON_VENDOR_H

#include "manager.h"

/**
 * struct vendor_type - a type on one function
 * @function: PCI address
 * @id: as its files have it: "nvidia-558", or "558"
 * @name: such as "A40-8Q"
 * @available: how many can be made on this function now
 * @max_instances: on the GPU, 0 when it is not told
 */
struct vendor_type {
	char function[NVMUX_BDF_SIZE];
	char id[NVMUX_NAME_SIZE];
	char name[NVMUX_NAME_SIZE];
	uint32_t available;
	uint64_t fb_size;
	uint32_t max_instances;
};

/**
 * struct vendor_vgpu - a vGPU
 * @id: of its type
 * @uuid: of its mdev; one of a virtual function is made from the address, see vendor_uuid()
 */
struct vendor_vgpu {
	char function[NVMUX_BDF_SIZE];
	char id[NVMUX_NAME_SIZE];
	char uuid[NVMUX_UUID_SIZE];
};

/**
 * struct vendor - what the driver offers for one GPU
 * @way: "mdev", "vfio", or empty: nothing
 */
struct vendor {
	const char *way;
	struct vendor_type *types;
	size_t n_types;
	struct vendor_vgpu *vgpus;
	size_t n_vgpus;
};

/**
 * vendor_read() - look at the files of a GPU
 * @ret: what is there; vendor_clear() it
 *
 * Another process reads, because the driver may keep its readers waiting.
 *
 * Errors: -ETIMEDOUT it does, -ENOMEM, those of fork().
 */
int vendor_read(const char *bdf, struct vendor *ret);
void vendor_clear(struct vendor *vendor);

/* The name of a type, or its id where nobody tells a name. */
const char *vendor_type_name(const struct vendor *vendor, const char *id);

/* 10de0000-BBSS-8FFF-8000-DOMAIN: a virtual function has one vGPU at most, and it keeps its place. */
void vendor_uuid(const char *function, char ret[static NVMUX_UUID_SIZE]);

/* vendor-model.c */

/* Looks soon, and from then on now and then while there is something to see. */
void vendor_kick(struct manager *m);
void vendor_stop(struct manager *m);

/* Looks now: GPUs, and who has their vGPUs open. */
void vendor_sync(struct manager *m);

/* Does the driver offer vGPUs of this GPU? */
bool vendor_has(const struct gpu *gpu);

/**
 * vendor_offer() - add what vendors offer to what the kernel tells of types and GPUs
 * @gpu: only of this one; NULL: of all
 * @types: grows; @n_types with it
 *
 * Errors: -ENOMEM, with @types as it was.
 */
int vendor_offer(const struct manager *m, const char *gpu, struct nvmux_type **types,
		 size_t *n_types);

/* A function on which a type can be made now, or NULL. */
const struct vendor_type *vendor_place(const struct gpu *gpu, const char *type);

#endif
