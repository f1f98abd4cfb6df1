// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every deed of the module with its first allocation failing, its second, and so on until all
 * succeed: the deed is refused and has changed nothing, or it did without (I4). What the kernel
 * thinks of the way back, and whether anything has leaked, the run as a whole shows.
 *
 * A switch takes a second and makes hundreds of allocations: of these every NVMUX_NTH_STEPth, from
 * where NVMUX_SEED says.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/crowd.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/nth.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define TYPE "A30-4C"
#define GI "1g.6gb"
#define LIMIT 4000
#define TRIES 5
#define SWITCH_STEP 41

struct scene {
	struct nl_sock sock;
	struct vfio_dev dev;
	void *map;
	uint64_t length;
	int event;
};

/* @begin leads to where @act may begin, from @mode; scene_clear() leads back to @mode. */
struct deed {
	enum nvmux_mode mode;
	enum nth_who who;
	int (*begin)(struct scene *scene);
	int (*act)(struct scene *scene);
};

static int act_get(struct scene *scene)
{
	struct nl_object gpu;

	return gpu_get(&scene->sock, GPU_A, &gpu);
}

static int act_types(struct scene *scene)
{
	static struct nl_object types[TYPES_MAX];
	int n = type_dump(&scene->sock, GPU_A, types, TYPES_MAX);

	return n < 0 ? n : 0;
}

static int act_vgpus(struct scene *scene)
{
	struct nl_object vgpu;
	int n = vgpu_dump(&scene->sock, GPU_A, &vgpu, 1);

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

static int act_reserve(struct scene *scene)
{
	return vgpu_new(&scene->sock, GPU_A, TYPE, UUID_1, NULL);
}

static int act_delete(struct scene *scene)
{
	return vgpu_del(&scene->sock, UUID_1);
}

static int act_create(struct scene *scene)
{
	(void)scene;
	return mdev_create(GPU_A, TYPE, UUID_1);
}

static int begin_publish(struct scene *scene)
{
	return act_reserve(scene);
}

static int act_remove(struct scene *scene)
{
	(void)scene;
	return mdev_remove(UUID_1);
}

static int act_open(struct scene *scene)
{
	return vfio_open_mdev(&scene->dev, UUID_1);
}

static int begin_open(struct scene *scene)
{
	return act_create(scene) ?: act_open(scene);
}

static int begin_enable(struct scene *scene)
{
	return begin_open(scene) ?: vfio_enable(&scene->dev);
}

static int act_reset(struct scene *scene)
{
	return vfio_call(&scene->dev, VFIO_DEVICE_RESET, NULL);
}

static int act_msix(struct scene *scene)
{
	return vfio_msix_set(&scene->dev, 0, scene->event);
}

static int begin_map(struct scene *scene)
{
	struct vfio_region_sparse_mmap_area area;
	int err = begin_enable(scene) ?: vfio_sparse(&scene->dev, VFIO_PCI_BAR1_REGION_INDEX,
						     &area);

	if (err)
		return err;
	scene->length = area.size;
	scene->map = vfio_map(&scene->dev, VFIO_PCI_BAR1_REGION_INDEX, area.offset, area.size);
	return scene->map == MAP_FAILED ? -errno : 0;
}

/* The kernel touches it for us, and tells instead of a signal. */
static int act_touch(struct scene *scene)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, scene->map, 4096);
	int err = n == 4096 ? 0 : -ENOMEM;

	close(fd);
	return err;
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

static int scene_clear(struct scene *scene, enum nvmux_mode mode)
{
	struct nl_object gpu;
	int err = gpu_settle(&scene->sock, GPU_A, &gpu);

	if (scene->length)
		munmap(scene->map, scene->length);
	scene->length = 0;
	vfio_close(&scene->dev);
	if (mdev_exists(UUID_1))
		err = err ?: mdev_remove(UUID_1);
	if (vgpu_state(&scene->sock, UUID_1))
		err = err ?: vgpu_del(&scene->sock, UUID_1);
	if (nl_u32(&gpu, NVMUX_A_GPU_PARTITION) == NVMUX_PARTITION_MIG) {
		act_gi_del(scene);
		err = err ?: gpu_divide(&scene->sock, GPU_A, NVMUX_PARTITION_SAME_SIZE);
	}
	return err ?: gpu_switch(&scene->sock, GPU_A, mode);
}

/* All that a deed could have changed, from outside. */
static void scene_picture(struct scene *scene, char text[PICTURE_SIZE])
{
	struct nl_object gpu;
	size_t n;

	picture_take(&scene->sock, GPU_A, text);
	gpu_get(&scene->sock, GPU_A, &gpu);
	n = strlen(text);
	snprintf(text + n, PICTURE_SIZE - n, " partition %u left %d vgpu %d mdevs %d",
		 nl_u32(&gpu, NVMUX_A_GPU_PARTITION), type_available(&scene->sock, GPU_A, TYPE),
		 vgpu_state(&scene->sock, UUID_1), file_count(MDEV_DEVICES));
}

FIXTURE(nth)
{
	struct scene scene;
	char before[PICTURE_SIZE];
	char after[PICTURE_SIZE];
	unsigned int step;
	unsigned int first;
	unsigned int refused;
	unsigned int done_without;
};

FIXTURE_VARIANT(nth)
{
	struct deed deed;
};

#define DEED(id, ...)								\
	FIXTURE_VARIANT_ADD(nth, id) { .deed = { __VA_ARGS__ } }

DEED(gpu_get, NVMUX_MODE_VGPU, NTH_MYSELF, NULL, act_get);
DEED(type_get, NVMUX_MODE_VGPU, NTH_MYSELF, NULL, act_types);
DEED(vgpu_get, NVMUX_MODE_VGPU, NTH_MYSELF, act_reserve, act_vgpus);
DEED(partition, NVMUX_MODE_VGPU, NTH_MYSELF, NULL, act_divide);
DEED(gi_new, NVMUX_MODE_VGPU, NTH_MYSELF, act_divide, act_gi_new);
DEED(gi_del, NVMUX_MODE_VGPU, NTH_MYSELF, begin_gi_del, act_gi_del);
DEED(vgpu_new, NVMUX_MODE_VGPU, NTH_MYSELF, NULL, act_reserve);
DEED(vgpu_del, NVMUX_MODE_VGPU, NTH_MYSELF, act_reserve, act_delete);
DEED(create, NVMUX_MODE_VGPU, NTH_MYSELF, NULL, act_create);
DEED(publish, NVMUX_MODE_VGPU, NTH_MYSELF, begin_publish, act_create);
DEED(remove, NVMUX_MODE_VGPU, NTH_MYSELF, act_create, act_remove);
DEED(open, NVMUX_MODE_VGPU, NTH_MYSELF, act_create, act_open);
DEED(reset, NVMUX_MODE_VGPU, NTH_MYSELF, begin_enable, act_reset);
DEED(msix, NVMUX_MODE_VGPU, NTH_MYSELF, begin_enable, act_msix);
DEED(touch, NVMUX_MODE_VGPU, NTH_MYSELF, begin_map, act_touch);
DEED(request, NVMUX_MODE_HOST, NTH_MYSELF, NULL, act_request);
DEED(host_to_vgpu, NVMUX_MODE_HOST, NTH_WORKERS, NULL, act_to_vgpu);
DEED(host_to_passthrough, NVMUX_MODE_HOST, NTH_WORKERS, NULL, act_to_passthrough);
DEED(vgpu_to_host, NVMUX_MODE_VGPU, NTH_WORKERS, NULL, act_to_host);
DEED(vgpu_to_passthrough, NVMUX_MODE_VGPU, NTH_WORKERS, NULL, act_to_passthrough);
DEED(passthrough_to_host, NVMUX_MODE_PASSTHROUGH, NTH_WORKERS, NULL, act_to_host);
DEED(passthrough_to_vgpu, NVMUX_MODE_PASSTHROUGH, NTH_WORKERS, NULL, act_to_vgpu);

FIXTURE_SETUP(nth)
{
	struct scene *scene = &self->scene;
	int err;

	*scene = (struct scene){ .dev = VFIO_CLOSED };
	ASSERT_EQ(0, nl_open(&scene->sock));
	ASSERT_EQ(0, sim_reset(&scene->sock, variant->deed.act ? _metadata->name : ""));
	scene->event = eventfd(0, EFD_CLOEXEC);
	ASSERT_LE(0, scene->event);
	if (variant->deed.who == NTH_WORKERS)
		self->step = crowd_number("NVMUX_NTH_STEP", SWITCH_STEP);
	else
		self->step = 1;
	self->first = 1 + crowd_number("NVMUX_SEED", time(NULL)) % self->step;
	err = nth_begin("nvmux");
	if (err == -ENOENT)
		SKIP(return, "this kernel lets no allocation fail");
	ASSERT_EQ(0, err);
}

FIXTURE_TEARDOWN(nth)
{
	nth_end();
	EXPECT_EQ(0, scene_clear(&self->scene, NVMUX_MODE_HOST));
	EXPECT_EQ(0, sim_reset(&self->scene.sock, "end"));
	close(self->scene.event);
	nl_close(&self->scene.sock);
}

/*
 * Copies from and to user space count as well. A switch that failed says so after the request; what
 * it says begins with its step.
 */
static bool is_refusal(const struct deed *deed, int err, const char *text)
{
	return err == -ENOMEM || err == -EFAULT || (deed->who == NTH_WORKERS && err == -EIO && text[0]);
}

TEST_F_TIMEOUT(nth, allocation_fails, 300)
{
	const struct deed *deed = &variant->deed;
	struct scene *scene = &self->scene;
	enum nth_result result = NTH_FAILED;
	unsigned int n, idle = 0;
	char text[256];
	int err;

	for (n = self->first; n < LIMIT && result != NTH_PASSED && idle < TRIES;
	     n += result == NTH_FAILED ? self->step : 0) {
		ASSERT_EQ(0, scene_clear(scene, deed->mode)) TH_LOG("%s", scene->sock.text);
		ASSERT_EQ(0, deed->begin ? deed->begin(scene) : 0);
		scene_picture(scene, self->before);
		nth_arm(deed->who, n);
		err = deed->act(scene);
		result = nth_disarm();
		snprintf(text, sizeof(text), "%s", scene->sock.text);
		idle = result == NTH_IDLE ? idle + 1 : 0;
		if (!err) {
			self->done_without += result == NTH_FAILED;
			continue;
		}
		ASSERT_EQ(NTH_FAILED, result) TH_LOG("not by us: %d %s", err, text);
		EXPECT_TRUE(is_refusal(deed, err, text)) TH_LOG("%u: %d %s", n, err, text);
		scene_picture(scene, self->after);
		EXPECT_STREQ(self->before, self->after) TH_LOG("%u: %d %s", n, err, text);
		self->refused++;
	}
	EXPECT_GT(LIMIT, n);
	TH_LOG("of %u allocations from the %u. every %u. has failed: %u refused, %u done without",
	       n - 1, self->first, self->step, self->refused, self->done_without);
}

TEST_HARNESS_MAIN
