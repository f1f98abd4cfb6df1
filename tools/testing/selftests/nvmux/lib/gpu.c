// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>

int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int call_named(struct nl_sock *sock, uint8_t cmd, int attr, const char *name,
		      struct nl_object *reply)
{
	struct nl_request req;

	nl_request_init(&req, sock, cmd, 0);
	nl_put_str(&req, attr, name);
	return nl_call(sock, &req, reply);
}

int gpu_get(struct nl_sock *sock, const char *bdf, struct nl_object *gpu)
{
	return call_named(sock, NVMUX_CMD_GPU_GET, NVMUX_A_GPU_BDF, bdf, gpu);
}

enum nvmux_mode gpu_mode(struct nl_sock *sock, const char *bdf)
{
	struct nl_object gpu;

	return gpu_get(sock, bdf, &gpu) ? 0 : nl_u32(&gpu, NVMUX_A_GPU_MODE);
}

int gpu_set(struct nl_sock *sock, const char *bdf, enum nvmux_mode mode, uint32_t flags)
{
	struct nl_object gpu;
	struct nl_request req;

	nl_request_init(&req, sock, NVMUX_CMD_GPU_SET, 0);
	nl_put_str(&req, NVMUX_A_GPU_BDF, bdf);
	nl_put_u32(&req, NVMUX_A_GPU_MODE, mode);
	if (flags)
		nl_put_u32(&req, NVMUX_A_GPU_FLAGS, flags);
	return nl_call(sock, &req, &gpu);
}

int gpu_settle_within(struct nl_sock *sock, const char *bdf, struct nl_object *gpu, int ms)
{
	int err, waited;

	for (waited = 0; waited < ms; waited += 10) {
		err = gpu_get(sock, bdf, gpu);
		if (err || !nl_has(gpu, NVMUX_A_GPU_TARGET))
			return err;
		usleep(10000);
	}
	return -ETIMEDOUT;
}

int gpu_settle(struct nl_sock *sock, const char *bdf, struct nl_object *gpu)
{
	return gpu_settle_within(sock, bdf, gpu, SWITCH_MS);
}

int gpu_switch_with(struct nl_sock *sock, const char *bdf, enum nvmux_mode mode, uint32_t flags)
{
	struct nl_object gpu;
	int err = gpu_set(sock, bdf, mode, flags);

	if (!err)
		err = gpu_settle(sock, bdf, &gpu);
	if (err || nl_u32(&gpu, NVMUX_A_GPU_MODE) == mode)
		return err;
	strncpy(sock->text, nl_str(&gpu, NVMUX_A_GPU_ERROR), sizeof(sock->text) - 1);
	return -EIO;
}

int gpu_switch(struct nl_sock *sock, const char *bdf, enum nvmux_mode mode)
{
	return gpu_switch_with(sock, bdf, mode, NVMUX_SET_FLAGS_DETACH | NVMUX_SET_FLAGS_CONSOLE |
			       NVMUX_SET_FLAGS_NO_SCRUB);
}

int gpu_recover(struct nl_sock *sock, const char *bdf)
{
	uint32_t flags = NVMUX_SET_FLAGS_RECOVER | NVMUX_SET_FLAGS_DETACH |
			 NVMUX_SET_FLAGS_CONSOLE;
	struct nl_object gpu;
	struct nl_request req;
	int err;

	nl_request_init(&req, sock, NVMUX_CMD_GPU_SET, 0);
	nl_put_str(&req, NVMUX_A_GPU_BDF, bdf);
	nl_put_u32(&req, NVMUX_A_GPU_FLAGS, flags);
	err = nl_call(sock, &req, &gpu) ?: gpu_settle(sock, bdf, &gpu);
	if (err || !nl_has(&gpu, NVMUX_A_GPU_QUARANTINE))
		return err;
	strncpy(sock->text, nl_str(&gpu, NVMUX_A_GPU_QUARANTINE), sizeof(sock->text) - 1);
	return -EIO;
}

bool gpu_quarantine_await(struct nl_sock *sock, const char *bdf, char text[QUARANTINE_SIZE])
{
	int64_t end = now_ms() + 10000;
	struct nl_object gpu;

	text[0] = '\0';
	while (!text[0] && now_ms() < end && !gpu_get(sock, bdf, &gpu)) {
		snprintf(text, QUARANTINE_SIZE, "%s", nl_str(&gpu, NVMUX_A_GPU_QUARANTINE));
		usleep(10000);
	}
	return text[0];
}

int gpu_scrub(struct nl_sock *sock, const char *bdf)
{
	struct nl_object gpu;
	struct nl_request req;

	nl_request_init(&req, sock, NVMUX_CMD_GPU_SET, 0);
	nl_put_str(&req, NVMUX_A_GPU_BDF, bdf);
	nl_put_u32(&req, NVMUX_A_GPU_FLAGS, NVMUX_SET_FLAGS_SCRUB);
	return nl_call(sock, &req, &gpu);
}

int gpu_scrub_begin(struct nl_sock *sock, const char *bdf, struct nl_object *gpu)
{
	int64_t end = now_ms() + 5000;
	int err = gpu_scrub(sock, bdf);

	while (!err && now_ms() < end) {
		err = gpu_get(sock, bdf, gpu);
		if (err || nl_has(gpu, NVMUX_A_GPU_SCRUB_TOTAL))
			return err;
		usleep(1000);
	}
	return err ?: -ETIMEDOUT;
}

int gpu_divide(struct nl_sock *sock, const char *bdf, enum nvmux_partition partition)
{
	struct nl_object gpu;
	struct nl_request req;

	nl_request_init(&req, sock, NVMUX_CMD_GPU_SET, 0);
	nl_put_str(&req, NVMUX_A_GPU_BDF, bdf);
	nl_put_u32(&req, NVMUX_A_GPU_PARTITION, partition);
	return nl_call(sock, &req, &gpu);
}

int gi_new(struct nl_sock *sock, const char *bdf, const char *profile, uint32_t placement,
	   uint32_t *ret)
{
	struct nl_object gi;
	struct nl_request req;
	int err;

	nl_request_init(&req, sock, NVMUX_CMD_GI_NEW, 0);
	nl_put_str(&req, NVMUX_A_GI_GPU, bdf);
	nl_put_str(&req, NVMUX_A_GI_PROFILE, profile);
	if (placement != PLACEMENT_ANY)
		nl_put_u32(&req, NVMUX_A_GI_PLACEMENT, placement);
	err = nl_call(sock, &req, &gi);
	if (!err && ret)
		*ret = nl_u32(&gi, NVMUX_A_GI_PLACEMENT);
	return err;
}

int gi_del(struct nl_sock *sock, const char *bdf, uint32_t placement)
{
	struct nl_request req;

	nl_request_init(&req, sock, NVMUX_CMD_GI_DEL, 0);
	nl_put_str(&req, NVMUX_A_GI_GPU, bdf);
	nl_put_u32(&req, NVMUX_A_GI_PLACEMENT, placement);
	return nl_call(sock, &req, NULL);
}

int vgpu_new_at(struct nl_sock *sock, const char *bdf, const char *type, const char *uuid,
		uint32_t placement, struct nl_object *vgpu)
{
	struct nl_object unused;
	struct nl_request req;

	nl_request_init(&req, sock, NVMUX_CMD_VGPU_NEW, 0);
	nl_put_str(&req, NVMUX_A_VGPU_GPU, bdf);
	nl_put_str(&req, NVMUX_A_VGPU_TYPE, type);
	nl_put_str(&req, NVMUX_A_VGPU_UUID, uuid);
	if (placement != PLACEMENT_ANY)
		nl_put_u32(&req, NVMUX_A_VGPU_PLACEMENT, placement);
	return nl_call(sock, &req, vgpu ? vgpu : &unused);
}

int vgpu_new(struct nl_sock *sock, const char *bdf, const char *type, const char *uuid,
	     struct nl_object *vgpu)
{
	return vgpu_new_at(sock, bdf, type, uuid, PLACEMENT_ANY, vgpu);
}

int vgpu_del(struct nl_sock *sock, const char *uuid)
{
	return call_named(sock, NVMUX_CMD_VGPU_DEL, NVMUX_A_VGPU_UUID, uuid, NULL);
}

int vgpu_get(struct nl_sock *sock, const char *uuid, struct nl_object *vgpu)
{
	return call_named(sock, NVMUX_CMD_VGPU_GET, NVMUX_A_VGPU_UUID, uuid, vgpu);
}

enum nvmux_vgpu_state vgpu_state(struct nl_sock *sock, const char *uuid)
{
	struct nl_object vgpu;

	return vgpu_get(sock, uuid, &vgpu) ? 0 : nl_u32(&vgpu, NVMUX_A_VGPU_STATE);
}

int vgpu_dump(struct nl_sock *sock, const char *bdf, struct nl_object *list, int max)
{
	struct nl_request req;

	nl_request_init(&req, sock, NVMUX_CMD_VGPU_GET, 0);
	if (bdf)
		nl_put_str(&req, NVMUX_A_VGPU_GPU, bdf);
	return nl_dump(sock, &req, list, max);
}

int type_dump(struct nl_sock *sock, const char *bdf, struct nl_object *list, int max)
{
	struct nl_request req;

	nl_request_init(&req, sock, NVMUX_CMD_TYPE_GET, 0);
	if (bdf)
		nl_put_str(&req, NVMUX_A_TYPE_GPU, bdf);
	return nl_dump(sock, &req, list, max);
}

int type_get(struct nl_sock *sock, const char *bdf, const char *name, struct nl_object *type)
{
	static struct nl_object types[TYPES_MAX];
	int i, n = type_dump(sock, bdf, types, TYPES_MAX);

	for (i = 0; i < n && i < TYPES_MAX; i++) {
		if (strcmp(nl_str(&types[i], NVMUX_A_TYPE_NAME), name))
			continue;
		*type = types[i];
		return 0;
	}
	return n < 0 ? n : -ENOENT;
}

int type_available(struct nl_sock *sock, const char *bdf, const char *name)
{
	struct nl_object type;

	return type_get(sock, bdf, name, &type) ? -1 : (int)nl_u32(&type, NVMUX_A_TYPE_AVAILABLE);
}

int mdev_create(const char *bdf, const char *type, const char *uuid)
{
	return file_write(uuid, PCI_DEVICES "/%s/mdev_supported_types/nvmux-%s/create", bdf, type);
}

int mdev_remove(const char *uuid)
{
	return file_write("1", MDEV_DEVICES "/%s/remove", uuid);
}

bool mdev_exists(const char *uuid)
{
	return file_exists(MDEV_DEVICES "/%s", uuid);
}
