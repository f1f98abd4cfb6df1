// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the user of a vGPU asks of the module, with its first allocation failing, its second, and so
 * on until all succeed: the deed is refused and has changed nothing, or it did without (I4).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libnvmux_test/deed.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/migrate.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define TYPE "A30-4C"
#define SPACE VFIO_PCI_CONFIG_REGION_INDEX
#define BAR1 VFIO_PCI_BAR1_REGION_INDEX
#define CAP_MSIX 0xc8
#define LEAF_OF_FAULT 0x1010
#define FAULT (1U << 134 % 32)

#define RUNNING VFIO_DEVICE_STATE_RUNNING
#define STOP VFIO_DEVICE_STATE_STOP
#define STOP_COPY VFIO_DEVICE_STATE_STOP_COPY
#define RESUMING VFIO_DEVICE_STATE_RESUMING
#define PRE_COPY VFIO_DEVICE_STATE_PRE_COPY

/* One chunk and what belongs to it. */
#define STREAM_MAX (8 << 20)
#define CHUNK (2 << 20)
#define CHUNKS 2048
#define MARK 0x5ec2e7a5

static const struct nth_scope by_us = { .module = "nvmux", .never = { "vfio_create_group" } };

struct scene {
	struct nl_sock sock;
	struct vfio_dev dev;
	struct vfio_dev other;
	struct stream stream;
	void *map;
	uint64_t length;
	int event;
	int file;		/* of a stream */
	uint64_t at;		/* what of the slice is used: each time another chunk */
	bool marked;		/* there is MARK */
};

static int begin_create(struct scene *scene)
{
	(void)scene;
	return mdev_create(GPU_A, TYPE, UUID_1);
}

static int act_open(struct scene *scene)
{
	return vfio_open_mdev(&scene->dev, UUID_1);
}

static int act_open_cdev(struct scene *scene)
{
	return vfio_open_cdev(&scene->dev, UUID_1);
}

static int begin_open(struct scene *scene)
{
	return begin_create(scene) ?: act_open(scene);
}

static int begin_enable(struct scene *scene)
{
	return begin_open(scene) ?: vfio_enable(&scene->dev);
}

static int begin_mark(struct scene *scene)
{
	int err = begin_enable(scene) ?: vfio_write32(&scene->dev, BAR1, scene->at, MARK);

	scene->marked = !err;
	return err;
}

static int act_close(struct scene *scene)
{
	vfio_close(&scene->dev);
	return 0;
}

static int act_reset(struct scene *scene)
{
	return vfio_call(&scene->dev, VFIO_DEVICE_RESET, NULL);
}

static int act_info(struct scene *scene)
{
	struct vfio_region_sparse_mmap_area area;

	return vfio_sparse(&scene->dev, BAR1, &area);
}

static int act_config_read(struct scene *scene)
{
	uint8_t bytes[256];
	ssize_t n = vfio_read(&scene->dev, SPACE, 0, bytes, sizeof(bytes));

	return n < 0 ? (int)n : n == sizeof(bytes) ? 0 : -EFAULT;
}

/* What becomes of the messages when they are switched on. */
static int act_config_write(struct scene *scene)
{
	uint16_t flags = PCI_MSIX_FLAGS_ENABLE;
	ssize_t n = vfio_write(&scene->dev, SPACE, CAP_MSIX + PCI_MSIX_FLAGS, &flags,
			       sizeof(flags));

	return n < 0 ? (int)n : n == sizeof(flags) ? 0 : -EFAULT;
}

static int act_memory_read(struct scene *scene)
{
	uint32_t word = 0;
	ssize_t n = vfio_read(&scene->dev, BAR1, scene->at, &word, sizeof(word));

	return n < 0 ? (int)n : word == MARK ? 0 : -EILSEQ;
}

static int act_memory_write(struct scene *scene)
{
	int err = vfio_write32(&scene->dev, BAR1, scene->at, MARK);

	scene->marked = !err;
	return err;
}

static int slice_map(struct scene *scene)
{
	struct vfio_region_sparse_mmap_area area;
	int err = vfio_sparse(&scene->dev, BAR1, &area);

	if (err)
		return err;
	scene->map = vfio_map(&scene->dev, BAR1, area.offset, area.size);
	if (scene->map == MAP_FAILED)
		return -errno;
	scene->length = area.size;
	return 0;
}

static int begin_map(struct scene *scene)
{
	return begin_enable(scene) ?: slice_map(scene);
}

/* The kernel touches it for us, and tells instead of a signal. */
static int act_touch(struct scene *scene)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, (uint8_t *)scene->map + scene->at, 4096);
	int err = n == 4096 ? 0 : -ENOMEM;

	close(fd);
	return err;
}

static int act_msix(struct scene *scene)
{
	return vfio_msix_set(&scene->dev, 0, scene->event);
}

static int act_request(struct scene *scene)
{
	return vfio_request_set(&scene->dev, scene->event);
}

static int begin_fire(struct scene *scene)
{
	return begin_enable(scene) ?: act_config_write(scene) ?: act_msix(scene);
}

static int act_fire(struct scene *scene)
{
	return vfio_msix_fire(&scene->dev, 0);
}

static int file_open(struct scene *scene, struct vfio_dev *dev, uint32_t state)
{
	int fd = vfio_migrate(dev, state);

	if (fd >= 0)
		scene->file = fd;
	return fd < 0 && fd != NO_FILE ? fd : 0;
}

static int begin_stop(struct scene *scene)
{
	return begin_mark(scene) ?: file_open(scene, &scene->dev, STOP);
}

static int act_stop_copy(struct scene *scene)
{
	return file_open(scene, &scene->dev, STOP_COPY);
}

static int begin_save(struct scene *scene)
{
	scene->stream.len = 0;
	return begin_mark(scene) ?: act_stop_copy(scene);
}

static int act_save(struct scene *scene)
{
	return stream_read(scene->file, &scene->stream);
}

static int act_pre_copy(struct scene *scene)
{
	return file_open(scene, &scene->dev, PRE_COPY);
}

static int begin_pre_copy(struct scene *scene)
{
	return begin_mark(scene) ?: act_pre_copy(scene);
}

static int act_copy_info(struct scene *scene)
{
	struct vfio_precopy_info info = { .argsz = sizeof(info) };

	return ioctl(scene->file, VFIO_MIG_GET_PRECOPY_INFO, &info) ? -errno : 0;
}

static int act_copy_size(struct scene *scene)
{
	struct vfio_device_feature_mig_data_size size = {};

	return vfio_feature(&scene->dev, VFIO_DEVICE_FEATURE_GET |
			    VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, &size, sizeof(size));
}

static int begin_map_followed(struct scene *scene)
{
	return begin_mark(scene) ?: slice_map(scene) ?: act_pre_copy(scene);
}

/* All that was saved here goes into the other. */
static int begin_resume(struct scene *scene)
{
	return begin_mark(scene) ?: migrate_save(&scene->dev, &scene->stream) ?:
	       mdev_create(GPU_A, TYPE, UUID_2) ?: vfio_open_mdev(&scene->other, UUID_2) ?:
	       file_open(scene, &scene->other, STOP);
}

static int act_resume(struct scene *scene)
{
	return file_open(scene, &scene->other, RESUMING);
}

static int begin_load(struct scene *scene)
{
	return begin_resume(scene) ?: act_resume(scene);
}

static int act_load(struct scene *scene)
{
	return stream_write(scene->file, scene->stream.bytes, scene->stream.len);
}

static int begin_load_end(struct scene *scene)
{
	int err = begin_load(scene) ?: act_load(scene);

	if (!err)
		close(scene->file);
	scene->file = -1;
	return err;
}

static int act_load_end(struct scene *scene)
{
	return file_open(scene, &scene->other, STOP);
}

static void users_close(struct scene *scene)
{
	if (scene->length)
		munmap(scene->map, scene->length);
	if (scene->file >= 0)
		close(scene->file);
	vfio_close(&scene->dev);
	vfio_close(&scene->other);
	scene->length = 0;
	scene->file = -1;
	scene->marked = false;
}

static int scene_clear(struct scene *scene)
{
	int err = 0;

	users_close(scene);
	scene->at = (scene->at + CHUNK) % ((uint64_t)CHUNKS * CHUNK);
	if (mdev_exists(UUID_1))
		err = mdev_remove(UUID_1);
	if (mdev_exists(UUID_2))
		err = err ?: mdev_remove(UUID_2);
	return err;
}

static int state_of(struct vfio_dev *dev)
{
	return dev->fd < 0 ? -1 : vfio_migrate_state(dev);
}

/* What fails for want of memory is no fault of the board's. */
static bool guest_is_told(struct vfio_dev *dev)
{
	return dev->fd >= 0 && vfio_read32(dev, VFIO_PCI_BAR0_REGION_INDEX, LEAF_OF_FAULT) & FAULT;
}

/* A word of the slice only where somebody has touched it: a look would touch it. */
static void scene_draw(struct scene *scene, char text[PICTURE_SIZE])
{
	snprintf(text, PICTURE_SIZE, "vgpus %d %d states %d %d messages %#x command %#x told %d word %#x",
		 vgpu_state(&scene->sock, UUID_1), vgpu_state(&scene->sock, UUID_2),
		 state_of(&scene->dev), state_of(&scene->other),
		 scene->dev.fd < 0 ? 0 : vfio_config(&scene->dev, CAP_MSIX + PCI_MSIX_FLAGS, 2),
		 scene->dev.fd < 0 ? 0 : vfio_config(&scene->dev, PCI_COMMAND, 2),
		 guest_is_told(&scene->dev),
		 scene->marked ? vfio_read32(&scene->dev, BAR1, scene->at) : 0);
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
	struct deed deed;
};

#define VARIANT(id, _begin, _act, ...)						\
	FIXTURE_VARIANT_ADD(nth, id) {						\
		.name = #id, .deed = { .begin = _begin, .act = _act, __VA_ARGS__ },\
	}

VARIANT(open, begin_create, act_open);
VARIANT(open_cdev, begin_create, act_open_cdev);
VARIANT(close, begin_mark, act_close, .idle = true);
VARIANT(reset, begin_mark, act_reset, .idle = true);
VARIANT(info, begin_open, act_info);
VARIANT(config_read, begin_open, act_config_read);
VARIANT(config_write, begin_enable, act_config_write);
VARIANT(memory_read, begin_mark, act_memory_read);
VARIANT(memory_write, begin_enable, act_memory_write);
/* The memory of a simulated board is mapped already, except where KASAN shadows all that is. */
VARIANT(touch, begin_map, act_touch, .idle = true);
VARIANT(touch_followed, begin_map_followed, act_touch, .idle = true);
VARIANT(msix, begin_enable, act_msix);
VARIANT(request, begin_enable, act_request);
VARIANT(fire, begin_fire, act_fire);
VARIANT(stop_copy, begin_stop, act_stop_copy);
VARIANT(run_to_stop_copy, begin_mark, act_stop_copy);
VARIANT(save, begin_save, act_save);
VARIANT(pre_copy, begin_mark, act_pre_copy);
VARIANT(pre_copy_to_stop_copy, begin_pre_copy, act_stop_copy, .idle = true);
VARIANT(pre_copy_info, begin_pre_copy, act_copy_info);
VARIANT(copy_size, begin_mark, act_copy_size, .idle = true);
VARIANT(resume, begin_resume, act_resume);
VARIANT(load, begin_load, act_load);
VARIANT(load_end, begin_load_end, act_load_end, .idle = true);

FIXTURE_SETUP(nth)
{
	struct scene *scene = &self->scene;

	*scene = (struct scene){ .dev = VFIO_CLOSED, .other = VFIO_CLOSED, .file = -1 };
	ASSERT_EQ(0, stream_alloc(&scene->stream, STREAM_MAX));
	scene->event = eventfd(0, EFD_CLOEXEC);
	ASSERT_LE(0, scene->event);
	ASSERT_EQ(0, nl_open(&scene->sock));
	ASSERT_EQ(0, sim_reset(&scene->sock, _metadata->name));
	ASSERT_EQ(0, gpu_switch(&scene->sock, GPU_A, NVMUX_MODE_VGPU));
	if (variant->deed.act == act_open_cdev && !vfio_has_cdev())
		SKIP(return, "this kernel has no files of vfio devices");
	WALK_SETUP(&by_us);
}

FIXTURE_TEARDOWN(nth)
{
	nth_end();
	EXPECT_EQ(0, scene_clear(&self->scene));
	EXPECT_EQ(0, sim_reset(&self->scene.sock, "end"));
	nl_close(&self->scene.sock);
	close(self->scene.event);
	stream_free(&self->scene.stream);
}

TEST_F_TIMEOUT(nth, allocation_fails, 300)
{
	walk_deed(variant->name, &variant->deed, &stage, &self->scene, &self->scene.sock,
		  &self->walk);
	EXPECT_EQ(0, self->walk.flaws.count) TH_LOG("%s", self->walk.flaws.first);
}

TEST_HARNESS_MAIN
