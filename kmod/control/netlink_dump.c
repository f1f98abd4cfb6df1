// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps: all GPUs, types or vGPUs, in as many messages as it takes.
 */
#include <net/genetlink.h>
#include <uapi/linux/nvmux.h>

#include "../core/gpu.h"
#include "../core/type.h"
#include "../core/vgpu.h"
#include "netlink_fill.h"
#include "netlink_gen.h"

/**
 * struct dump_place - where a dump goes on
 * @gpu: id of the GPU
 * @item: id of the vGPU, or number of the type, within it
 */
struct dump_place {
	unsigned long gpu;
	unsigned long item;
};

static struct dump_place *place_of(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct dump_place) > sizeof(cb->ctx));
	return (struct dump_place *)cb->ctx;
}

static int dump_one(struct sk_buff *skb, struct netlink_callback *cb, struct nvmux_gpu *gpu,
		    int (*fill)(struct sk_buff *skb, struct nvmux_gpu *gpu, const void *item),
		    const void *item)
{
	void *head = genlmsg_iput(skb, genl_info_dump(cb));

	if (!head)
		return -EMSGSIZE;
	if (fill(skb, gpu, item)) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

static const char *dump_filter(struct netlink_callback *cb, int attr)
{
	const struct genl_info *info = genl_info_dump(cb);

	return attr < 0 || !info->attrs[attr] ? NULL : nla_data(info->attrs[attr]);
}

static int dump_filter_check(struct netlink_callback *cb, int attr)
{
	const char *bdf = dump_filter(cb, attr);
	struct nvmux_gpu *gpu = bdf ? nvmux_gpu_find(bdf) : NULL;

	if (bdf && !gpu) {
		NL_SET_BAD_ATTR(cb->extack, genl_info_dump(cb)->attrs[attr]);
		NL_SET_ERR_MSG_FMT(cb->extack, "no gpu %.60s", bdf);
		return -ENODEV;
	}
	nvmux_gpu_put(gpu);
	return 0;
}

static bool dump_wants(struct netlink_callback *cb, int attr, const struct nvmux_gpu *gpu)
{
	const char *bdf = dump_filter(cb, attr);

	return !bdf || !strcmp(bdf, nvmux_gpu_bdf(gpu));
}

typedef int (*dump_gpu_fn)(struct sk_buff *skb, struct netlink_callback *cb,
			   struct nvmux_gpu *gpu);

/* A full message is no error: the dump goes on with the next one where this one ended. */
static int dump_all(struct sk_buff *skb, struct netlink_callback *cb, int filter, dump_gpu_fn dump)
{
	struct dump_place *place = place_of(cb);
	struct nvmux_gpu *gpu;
	int err = dump_filter_check(cb, filter);

	while (!err && (gpu = nvmux_gpu_next(&place->gpu))) {
		mutex_lock(&gpu->lock);
		if (!gpu->gone && dump_wants(cb, filter, gpu))
			err = dump(skb, cb, gpu);
		mutex_unlock(&gpu->lock);
		nvmux_gpu_put(gpu);
		if (!err) {
			place->gpu++;
			place->item = 0;
		}
	}
	return err && skb->len ? skb->len : err;
}

static int fill_gpu_item(struct sk_buff *skb, struct nvmux_gpu *gpu, const void *item)
{
	return nvmux_nl_fill_gpu(skb, gpu);
}

static int dump_gpu(struct sk_buff *skb, struct netlink_callback *cb, struct nvmux_gpu *gpu)
{
	return dump_one(skb, cb, gpu, fill_gpu_item, NULL);
}

int nvmux_nl_gpu_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_all(skb, cb, -1, dump_gpu);
}

static int fill_type_item(struct sk_buff *skb, struct nvmux_gpu *gpu, const void *item)
{
	return nvmux_nl_fill_type(skb, gpu, item);
}

static int dump_types(struct sk_buff *skb, struct netlink_callback *cb, struct nvmux_gpu *gpu)
{
	struct dump_place *place = place_of(cb);
	const struct nvmux_family *family;
	int err = 0;

	if (!gpu->board)
		return 0;
	family = gpu->board->family;
	for (; place->item < family->n_types && !err; place->item += !err)
		err = dump_one(skb, cb, gpu, fill_type_item, &family->types[place->item]);
	return err;
}

int nvmux_nl_type_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_all(skb, cb, NVMUX_A_TYPE_GPU, dump_types);
}

static int fill_vgpu_item(struct sk_buff *skb, struct nvmux_gpu *gpu, const void *item)
{
	return nvmux_nl_fill_vgpu(skb, (struct nvmux_vgpu *)item);
}

static int dump_vgpus(struct sk_buff *skb, struct netlink_callback *cb, struct nvmux_gpu *gpu)
{
	struct dump_place *place = place_of(cb);
	struct nvmux_vgpu *vgpu;
	int err;

	list_for_each_entry(vgpu, &gpu->vgpus, node) {
		if (vgpu->id < place->item)
			continue;
		err = dump_one(skb, cb, gpu, fill_vgpu_item, vgpu);
		if (err) {
			place->item = vgpu->id;
			return err;
		}
	}
	return 0;
}

int nvmux_nl_vgpu_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_all(skb, cb, NVMUX_A_VGPU_GPU, dump_vgpus);
}
