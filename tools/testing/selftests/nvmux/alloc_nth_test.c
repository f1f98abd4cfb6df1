// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is asked of the module by netlink, by mdev files and by the bus, with its first allocation
 * failing, its second, and so on until all succeed: the deed is refused and has changed nothing, or
 * it did without (I4). What the kernel thinks of the way back, and whether anything has leaked, the
 * run as a whole shows.
 *
 * A switch takes a second and makes hundreds of allocations: of these every NVMUX_NTH_STEPth, from
 * where NVMUX_SEED says.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/deed.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define TYPE "A30-4C"
#define GI "1g.6gb"

/* vfio warns of its own way back when it has no memory for a group. */
static const struct nth_scope by_us = { .module = "nvmux", .never = { "vfio_create_group" } };
/* Messages of a dump are the netlink core's: what becomes of ours when there is none? */
static const struct nth_scope by_all = { };

/* Its memory lies beyond BAR1 for the most part, and is not much. */
static const struct board small = {
	.model = "t4", .bus = 0x21, .vram_mib = "66", .bar1_mib = "64",
};

struct scene {
	struct nl_sock sock;
	struct nl_sock other;
	struct nl_sock ear;	/* listens */
	struct vfio_dev dev;
	const char *gpu;
	enum nvmux_mode mode;	/* where deeds begin */
};

static int act_get(struct scene *scene)
{
	struct nl_object gpu;

	return gpu_get(&scene->sock, GPU_A, &gpu);
}

static int act_vgpu(struct scene *scene)
{
	struct nl_object vgpu;

	return vgpu_get(&scene->sock, UUID_1, &vgpu);
}

/* A dump that broke off would keep its socket busy. */
static int begin_dump(struct scene *scene)
{
	return nl_open(&scene->other);
}

static int act_gpus(struct scene *scene)
{
	struct nl_object gpus[2];
	struct nl_request req;
	int n;

	nl_request_init(&req, &scene->other, NVMUX_CMD_GPU_GET, 0);
	n = nl_dump(&scene->other, &req, gpus, 2);
	return n < 0 ? n : 0;
}

static int act_types(struct scene *scene)
{
	static struct nl_object types[TYPES_MAX];
	int n = type_dump(&scene->other, GPU_A, types, TYPES_MAX);

	return n < 0 ? n : 0;
}

static int act_reserve(struct scene *scene)
{
	return vgpu_new(&scene->sock, GPU_A, TYPE, UUID_1, NULL);
}

static int begin_vgpus(struct scene *scene)
{
	return act_reserve(scene) ?: begin_dump(scene);
}

static int act_vgpus(struct scene *scene)
{
	struct nl_object vgpu;
	int n = vgpu_dump(&scene->other, GPU_A, &vgpu, 1);

	return n < 0 ? n : 0;
}

static int act_divide(struct scene *scene)
{
	return gpu_divide(&scene->sock, GPU_A, NVMUX_PARTITION_MIG);
}

static int act_gi_new(struct scene *scene)
{
	return gi_new(&scene->sock, GPU_A, GI, 0, NULL);
}

static int begin_gi_del(struct scene *scene)
{
	return act_divide(scene) ?: act_gi_new(scene);
}

static int act_gi_del(struct scene *scene)
{
	return gi_del(&scene->sock, GPU_A, 0);
}

static int act_delete(struct scene *scene)
{
	return vgpu_del(&scene->sock, UUID_1);
}

static int begin_listen(struct scene *scene)
{
	return nl_open(&scene->ear) ?: nl_monitor(&scene->ear);
}

/* Nothing is lost in silence: who listens has heard of all, or that he has missed something. */
static int heard(struct scene *scene, unsigned int wanted)
{
	struct nl_object event;
	unsigned int heard = 0;
	int err;

	while ((err = nl_event(&scene->ear, &event, 0)) != -ETIMEDOUT) {
		if (err && err != -ENOBUFS)
			return err;
		heard |= err ? wanted : 1U << event.cmd;
	}
	return (heard & wanted) == wanted ? 0 : -EPROTO;
}

#define BIT_OF(cmd) (1U << NVMUX_CMD_##cmd)

static int act_reserve_told(struct scene *scene)
{
	return act_reserve(scene) ?: heard(scene, BIT_OF(VGPU_NTF) | BIT_OF(GPU_NTF));
}

static int begin_delete_told(struct scene *scene)
{
	return act_reserve(scene) ?: begin_listen(scene);
}

static int act_delete_told(struct scene *scene)
{
	return act_delete(scene) ?: heard(scene, BIT_OF(VGPU_DEL_NTF) | BIT_OF(GPU_NTF));
}

static int begin_abandon(struct scene *scene)
{
	return nl_open(&scene->other) ?:
	       vgpu_new(&scene->other, GPU_A, TYPE, UUID_1, NULL) ?: begin_listen(scene);
}

/* A reservation ends with the socket that has made it. */
static int act_abandon(struct scene *scene)
{
	nl_close(&scene->other);
	return heard(scene, BIT_OF(VGPU_DEL_NTF) | BIT_OF(GPU_NTF));
}

static int act_create(struct scene *scene)
{
	(void)scene;
	return mdev_create(GPU_A, TYPE, UUID_1);
}

static int act_remove(struct scene *scene)
{
	(void)scene;
	return mdev_remove(UUID_1);
}

static int act_request(struct scene *scene)
{
	return gpu_set(&scene->sock, GPU_A, NVMUX_MODE_VGPU, 0);
}

static int act_to_host(struct scene *scene)
{
	return gpu_switch(&scene->sock, GPU_A, NVMUX_MODE_HOST);
}

static int act_to_vgpu(struct scene *scene)
{
	return gpu_switch(&scene->sock, GPU_A, NVMUX_MODE_VGPU);
}

static int act_to_passthrough(struct scene *scene)
{
	return gpu_switch(&scene->sock, GPU_A, NVMUX_MODE_PASSTHROUGH);
}

/* The switch finds that the board does not answer, and it does again. */
static int begin_recover(struct scene *scene)
{
	char text[QUARANTINE_SIZE];
	int err = sim_fault(GPU_A, "all_ones", "1");

	if (err)
		return err;
	act_to_host(scene);
	gpu_quarantine_await(&scene->sock, GPU_A, text);
	return sim_fault(GPU_A, "all_ones", "0") ?: text[0] ? 0 : -ENOENT;
}

static int act_recover(struct scene *scene)
{
	return gpu_recover(&scene->sock, GPU_A);
}

/* A tenant is in one chunk. */
static int begin_clean(struct scene *scene)
{
	return act_create(scene) ?: vfio_open_mdev(&scene->dev, UUID_1) ?:
	       vfio_enable(&scene->dev) ?:
	       vfio_write32(&scene->dev, VFIO_PCI_BAR1_REGION_INDEX, 0, 1);
}

/* What he leaves is cleaned, if need be two seconds later; it is told of when it is not at once. */
static int act_clean(struct scene *scene)
{
	int64_t end = now_ms() + SWITCH_MS;
	struct nl_object gpu;
	int err;

	vfio_close(&scene->dev);
	usleep(300000);
	do {
		usleep(10000);
		err = gpu_get(&scene->sock, GPU_A, &gpu);
	} while (!err && nl_has(&gpu, NVMUX_A_GPU_SCRUB_TOTAL) && now_ms() < end);
	return err ?: nl_has(&gpu, NVMUX_A_GPU_SCRUB_TOTAL) ? -ETIMEDOUT : 0;
}

/* The last one has been cleaning ever since, and has not ended. */
static int begin_scrub(struct scene *scene)
{
	return act_to_host(scene) ?: act_to_vgpu(scene) ?: begin_listen(scene);
}

static int act_scrub(struct scene *scene)
{
	return gpu_scrub(&scene->sock, GPU_A) ?: heard(scene, BIT_OF(GPU_NTF));
}

/* The bus finds an error, which is over when this returns, with a reset and without. */
static int error_act(struct scene *scene, const char *severity)
{
	int err = sim_fault(GPU_A, "bus_error", severity);
	int64_t end = now_ms() + SWITCH_MS;
	struct nl_object gpu;

	do {
		usleep(200000);
		err = err ?: gpu_get(&scene->sock, GPU_A, &gpu);
	} while (!err && nl_has(&gpu, NVMUX_A_GPU_QUARANTINE) && now_ms() < end);
	return err ?: heard(scene, BIT_OF(GPU_NTF));
}

static int act_error(struct scene *scene)
{
	return error_act(scene, "1");
}

static int act_bad_error(struct scene *scene)
{
	return error_act(scene, "2");
}

static int begin_whole(struct scene *scene)
{
	board_del(&small);
	scene->gpu = board_bdf(&small, 0);
	return board_add(&small);
}

/* To where it is, so that nothing but a reason says that it has failed. */
static int act_whole(struct scene *scene)
{
	struct nl_object gpu;
	int err = gpu_set(&scene->sock, scene->gpu, NVMUX_MODE_HOST, NVMUX_SET_FLAGS_SCRUB);

	if (!err)
		err = gpu_settle(&scene->sock, scene->gpu, &gpu);
	if (err || !nl_has(&gpu, NVMUX_A_GPU_ERROR))
		return err;
	snprintf(scene->sock.text, sizeof(scene->sock.text), "%s",
		 nl_str(&gpu, NVMUX_A_GPU_ERROR));
	return -EIO;
}

static int gpu_clear(struct nl_sock *sock, const char *gpu, enum nvmux_mode mode)
{
	struct nl_object object;
	int err = gpu_settle(sock, gpu, &object);

	if (!err && nl_has(&object, NVMUX_A_GPU_QUARANTINE))
		err = gpu_recover(sock, gpu);
	if (nl_u32(&object, NVMUX_A_GPU_PARTITION) == NVMUX_PARTITION_MIG) {
		gi_del(sock, gpu, 0);
		err = err ?: gpu_divide(sock, gpu, NVMUX_PARTITION_SAME_SIZE);
	}
	return err ?: gpu_switch(sock, gpu, mode);
}

static int scene_clear(struct scene *scene)
{
	int err = 0;

	nl_close(&scene->other);
	nl_close(&scene->ear);
	vfio_close(&scene->dev);
	if (mdev_exists(UUID_1))
		err = mdev_remove(UUID_1);
	if (vgpu_state(&scene->sock, UUID_1))
		err = err ?: vgpu_del(&scene->sock, UUID_1);
	return err ?: gpu_clear(&scene->sock, GPU_A, scene->mode);
}

static void scene_draw(struct scene *scene, char text[PICTURE_SIZE])
{
	struct nl_object gpu;
	size_t n;

	picture_take(&scene->sock, scene->gpu, text);
	gpu_get(&scene->sock, scene->gpu, &gpu);
	n = strlen(text);
	snprintf(text + n, PICTURE_SIZE - n,
		 " partition %u memory %u cleans %d left %d vgpu %d mdevs %d",
		 nl_u32(&gpu, NVMUX_A_GPU_PARTITION), nl_u32(&gpu, NVMUX_A_GPU_MEMORY),
		 nl_has(&gpu, NVMUX_A_GPU_SCRUB_TOTAL),
		 type_available(&scene->sock, scene->gpu, TYPE),
		 vgpu_state(&scene->sock, UUID_1), file_count(MDEV_DEVICES));
}

static const struct stage stage = { .clear = scene_clear, .draw = scene_draw };

FIXTURE(nth)
{
	struct scene scene;
	struct walk walk;
};

FIXTURE_VARIANT(nth)
{
	const char *name;
	enum nvmux_mode mode;
	const struct nth_scope *scope;
	struct deed deed;
};

#define VARIANT(id, _mode, _scope, ...)						\
	FIXTURE_VARIANT_ADD(nth, id) {						\
		.name = #id, .mode = NVMUX_MODE_##_mode, .scope = _scope,	\
		.deed = { __VA_ARGS__ },			\
	}
#define DEED(id, _mode, _begin, _act, ...)					\
	VARIANT(id, _mode, &by_us, .begin = _begin, .act = _act, __VA_ARGS__)
/* Nothing of it is the module's, so what says that there is no memory is the netlink core. */
#define DUMP(id, _begin, _act)							\
	VARIANT(id, VGPU, &by_all, .begin = _begin, .act = _act, .also = -ENOBUFS)
/* The work of a request, whoever of the kernel's workers does it. */
#define WORK(id, _mode, _begin, _act, ...)					\
	VARIANT(id, _mode, &by_us, .who = NTH_WORKERS, .slow = true, .begin = _begin,	\
		.act = _act, __VA_ARGS__)

DEED(gpu_get, VGPU, NULL, act_get);
DEED(vgpu_get, VGPU, act_reserve, act_vgpu);
DUMP(gpu_dump, begin_dump, act_gpus);
DUMP(type_dump, begin_dump, act_types);
DUMP(vgpu_dump, begin_vgpus, act_vgpus);
DEED(partition, VGPU, NULL, act_divide);
DEED(gi_new, VGPU, act_divide, act_gi_new);
DEED(gi_del, VGPU, begin_gi_del, act_gi_del, .idle = true);
DEED(vgpu_new, VGPU, NULL, act_reserve);
DEED(vgpu_new_told, VGPU, begin_listen, act_reserve_told);
DEED(vgpu_del, VGPU, act_reserve, act_delete, .idle = true);
DEED(vgpu_del_told, VGPU, begin_delete_told, act_delete_told);
DEED(abandon, VGPU, begin_abandon, act_abandon);
DEED(create, VGPU, NULL, act_create);
DEED(publish, VGPU, act_reserve, act_create);
DEED(remove, VGPU, act_create, act_remove);
DEED(request, HOST, NULL, act_request);
DEED(scrub, VGPU, begin_scrub, act_scrub);
/* The memory of a simulated board is mapped already, except where KASAN shadows all that is. */
WORK(clean, VGPU, begin_clean, act_clean, .idle = true);
WORK(bus_error, VGPU, begin_listen, act_error);
WORK(bus_bad_error, VGPU, begin_listen, act_bad_error);
WORK(whole, HOST, begin_whole, act_whole);
WORK(recover, VGPU, begin_recover, act_recover);
WORK(host_to_vgpu, HOST, NULL, act_to_vgpu);
WORK(host_to_passthrough, HOST, NULL, act_to_passthrough);
WORK(vgpu_to_host, VGPU, NULL, act_to_host);
WORK(vgpu_to_passthrough, VGPU, NULL, act_to_passthrough);
WORK(passthrough_to_host, PASSTHROUGH, NULL, act_to_host);
WORK(passthrough_to_vgpu, PASSTHROUGH, NULL, act_to_vgpu);

FIXTURE_SETUP(nth)
{
	struct scene *scene = &self->scene;

	*scene = (struct scene){
		.gpu = GPU_A, .mode = variant->mode, .other.fd = -1, .ear.fd = -1,
		.dev = VFIO_CLOSED,
	};
	ASSERT_EQ(0, nl_open(&scene->sock));
	ASSERT_EQ(0, sim_reset(&scene->sock, _metadata->name));
	WALK_SETUP(variant->scope);
}

FIXTURE_TEARDOWN(nth)
{
	nth_end();
	self->scene.mode = NVMUX_MODE_HOST;
	EXPECT_EQ(0, scene_clear(&self->scene));
	if (self->scene.gpu != GPU_A)
		board_del(&small);
	EXPECT_EQ(0, sim_reset(&self->scene.sock, "end"));
	nl_close(&self->scene.sock);
}

TEST_F_TIMEOUT(nth, allocation_fails, 300)
{
	walk_deed(variant->name, &variant->deed, &stage, &self->scene, &self->scene.sock,
		  &self->walk);
	EXPECT_EQ(0, self->walk.flaws.count) TH_LOG("%s", self->walk.flaws.first);
}

TEST_HARNESS_MAIN
