// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boards that come and go, and the modules themselves, with the first allocation failing, the
 * second, and so on until all succeed: the deed is refused and has changed nothing, or it did
 * without (I4).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/deed.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/harness.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#define CONFIGFS "/sys/kernel/config/nvmux_sim"
#define DEBUGFS "/sys/kernel/debug/nvmux_sim"
/* Longer than what has room in an item. */
#define LONG_NAME "a-board-with-a-name-that-is-too-long"
#define IOVA 0x100000
#define LENGTH (16 * 4096)

/*
 * The bus warns of functions that it cannot add, and has no way back from half a root bus. Without
 * memory for the files of one that it does add, it frees some of them and uses them still (6.12).
 */
#define NEVER { "pci_bus_add_device", "pci_register_host_bridge" }

static const struct nth_scope by_us = { .module = "nvmux_sim", .never = NEVER };
/* Of what lies between these two, the bus has a way back from these. */
static const struct nth_scope by_bridge = { .below = "pci_alloc_host_bridge" };
static const struct nth_scope by_function = { .below = "pci_alloc_dev" };
/* The driver core warns of links that it cannot remove without memory for their names. */
static const struct nth_scope by_us_going = {
	.module = "nvmux_sim", .never = { "devlink_remove_symlinks" },
};
/* nvmux hears of a board from within what the bus must not fail in. */
static const struct nth_scope by_nvmux = { .module = "nvmux" };
static const struct nth_scope at_load = { .below = "do_one_initcall", .never = NEVER };

/* All parts that a board can have, and little memory. */
static const struct board board = {
	.model = "rtx6000", .bus = 0x22, .vram_mib = "66", .bar1_mib = "64",
};
static const char item[] = CONFIGFS "/b22";

struct scene {
	struct nl_sock sock;
	struct vfio_dev dev;
	void *memory;
	int nvmux;		/* files of the modules */
	int nvmux_sim;
};

static int act_mkdir(struct scene *scene)
{
	(void)scene;
	return mkdir(CONFIGFS "/" LONG_NAME, 0700) ? -errno : 0;
}

static int begin_item(struct scene *scene)
{
	(void)scene;
	return mkdir(item, 0700) ? -errno : 0;
}

static int act_describe(struct scene *scene)
{
	(void)scene;
	return file_write("audio usb", "%s/companions", item);
}

static int begin_board(struct scene *scene)
{
	(void)scene;
	return board_add(&board);
}

static int begin_dead(struct scene *scene)
{
	return begin_board(scene) ?: file_write("0", "%s/live", item);
}

static int act_live(struct scene *scene)
{
	(void)scene;
	return file_write("1", "%s/live", item);
}

static int act_dead(struct scene *scene)
{
	(void)scene;
	return file_write("0", "%s/live", item);
}

static int act_rmdir(struct scene *scene)
{
	(void)scene;
	return rmdir(item) ? -errno : 0;
}

static int act_unplug(struct scene *scene)
{
	(void)scene;
	return sim_fault(board_bdf(&board, 0), "unplugged", "1");
}

static int begin_unplugged(struct scene *scene)
{
	return begin_board(scene) ?: act_unplug(scene);
}

static int act_plug(struct scene *scene)
{
	(void)scene;
	return sim_fault(board_bdf(&board, 0), "unplugged", "0");
}

static int begin_passthrough(struct scene *scene)
{
	return gpu_switch(&scene->sock, GPU_A, NVMUX_MODE_PASSTHROUGH);
}

static int act_open(struct scene *scene)
{
	return vfio_open_pci(&scene->dev, GPU_A);
}

static int begin_open(struct scene *scene)
{
	return begin_passthrough(scene) ?: act_open(scene);
}

static int act_map(struct scene *scene)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map), .iova = IOVA, .size = LENGTH,
		.vaddr = (uintptr_t)scene->memory,
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
	};

	return ioctl(scene->dev.container, VFIO_IOMMU_MAP_DMA, &map) ? -errno : 0;
}

static int begin_map(struct scene *scene)
{
	return begin_open(scene) ?: act_map(scene);
}

static int act_unmap(struct scene *scene)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = IOVA, .size = LENGTH,
	};

	return ioctl(scene->dev.container, VFIO_IOMMU_UNMAP_DMA, &unmap) ? -errno : 0;
}

static int module_open(const char *name)
{
	char path[PATH_SIZE] = "", command[64];
	FILE *pipe;

	snprintf(command, sizeof(command), "modinfo -n %s", name);
	pipe = popen(command, "re");
	if (pipe && fgets(path, sizeof(path), pipe))
		path[strcspn(path, "\n")] = '\0';
	if (pipe)
		pclose(pipe);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int module_load(int file, const char *params)
{
	return syscall(SYS_finit_module, file, params, 0) ? -errno : 0;
}

static int module_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/* Who is told of what happens to boards loads the module that they want. */
static void events_settle(void)
{
	if (system("udevadm settle"))
		usleep(100000);
}

static int begin_without(struct scene *scene)
{
	events_settle();
	nl_close(&scene->sock);
	return module_unload("nvmux");
}

static int act_load(struct scene *scene)
{
	return module_load(scene->nvmux, "");
}

static int begin_without_sim(struct scene *scene)
{
	(void)scene;
	events_settle();
	return module_unload("nvmux_sim");
}

static int act_load_sim(struct scene *scene)
{
	return module_load(scene->nvmux_sim, "");
}

static int act_load_lab(struct scene *scene)
{
	return module_load(scene->nvmux_sim, "preset=lab");
}

/* Both modules are there, with the two boards that tests have, and we talk to the one that is. */
static int modules_clear(struct scene *scene)
{
	struct nl_object gpu;
	int err = 0;

	if (!file_exists("/sys/module/nvmux")) {
		err = act_load(scene);
		nl_close(&scene->sock);
	}
	if (!err && scene->sock.fd < 0)
		err = nl_open(&scene->sock);
	if (!err && file_exists("/sys/module/nvmux_sim") && gpu_get(&scene->sock, GPU_A, &gpu))
		err = module_unload("nvmux_sim");
	if (!err && !file_exists("/sys/module/nvmux_sim"))
		err = act_load_lab(scene);
	return err;
}

static int scene_clear(struct scene *scene)
{
	int err = modules_clear(scene);

	vfio_close(&scene->dev);
	rmdir(CONFIGFS "/" LONG_NAME);
	rmdir(item);
	return err ?: gpu_switch(&scene->sock, GPU_A, NVMUX_MODE_HOST);
}

/* Bytes that the IOMMU of the simulator has mapped, in domains that it has. */
static const char *mapped(void)
{
	static char text[256];
	ssize_t n = file_read(text, sizeof(text), DEBUGFS "/iommu");
	int domains = 0;
	long bytes = 0, more;
	char *line;

	for (line = n > 0 ? strtok(text, "\n") : NULL; line; line = strtok(NULL, "\n")) {
		domains++;
		if (sscanf(line, "domain %*u mapped %ld", &more) == 1)
			bytes += more;
	}
	snprintf(text, sizeof(text), "%ld in %d", bytes, domains);
	return text;
}

/* What the driver core, the bus, the IOMMU and the simulator have of boards, and nvmux of it. */
static void scene_draw(struct scene *scene, char text[PICTURE_SIZE])
{
	char here[PICTURE_SIZE] = "", there[PICTURE_SIZE] = "";

	if (scene->sock.fd >= 0) {
		picture_take(&scene->sock, board_bdf(&board, 0), here);
		picture_take(&scene->sock, GPU_A, there);
	}
	snprintf(text, PICTURE_SIZE,
		 "modules %d %d queue %d drivers %d %d items %d %d live '%s' model '%s' with '%s' "
		 "functions %d groups %d slots %d bytes %s, %.300s, %.300s",
		 file_exists("/sys/module/nvmux"), file_exists("/sys/module/nvmux_sim"),
		 file_exists("/sys/devices/virtual/workqueue/nvmux_scrub"),
		 file_exists("/sys/bus/pci/drivers/nvmux"),
		 file_exists("/sys/bus/mdev/drivers/nvmux_vgpu"), file_exists("%s", item),
		 file_exists(CONFIGFS "/" LONG_NAME), file_line("%s/live", item),
		 file_line("%s/model", item), file_line("%s/companions", item),
		 file_count(PCI_DEVICES), file_count("/sys/kernel/iommu_groups"),
		 file_count("/sys/bus/pci/slots"),
		 mapped(), here, there);
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
	const struct nth_scope *scope;
	struct deed deed;
};

#define VARIANT(id, _scope, _begin, _act, ...)					\
	FIXTURE_VARIANT_ADD(nth, id) {						\
		.name = #id, .scope = _scope,					\
		.deed = {							\
			.begin = _begin, .act = _act, __VA_ARGS__		\
		},								\
	}

VARIANT(mkdir, &by_us, NULL, act_mkdir);
VARIANT(describe, &by_us, begin_item, act_describe);
VARIANT(live, &by_us, begin_dead, act_live, .slow = true, .dense = 24);
VARIANT(live_bridge, &by_bridge, begin_dead, act_live, .slow = true);
VARIANT(live_function, &by_function, begin_dead, act_live, .also = -EIO, .slow = true);
VARIANT(dead, &by_us_going, begin_board, act_dead, .slow = true);
VARIANT(rmdir, &by_us_going, begin_board, act_rmdir, .slow = true);
VARIANT(unplug, &by_us_going, begin_board, act_unplug, .slow = true);
VARIANT(plug, &by_function, begin_unplugged, act_plug, .also = -EIO, .slow = true);
VARIANT(appear, &by_nvmux, begin_dead, act_live, .idle = true);
VARIANT(vanish, &by_nvmux, begin_board, act_dead, .idle = true);
VARIANT(open, &by_us, begin_passthrough, act_open);
VARIANT(map, &by_us, begin_open, act_map);
VARIANT(unmap, &by_us, begin_map, act_unmap);
VARIANT(load, &at_load, begin_without, act_load, .slow = true, .dense = 40);
VARIANT(load_sim, &at_load, begin_without_sim, act_load_sim, .slow = true, .dense = 16);
VARIANT(load_lab, &at_load, begin_without_sim, act_load_lab, .slow = true, .dense = 16);

FIXTURE_SETUP(nth)
{
	struct scene *scene = &self->scene;

	*scene = (struct scene){ .dev = VFIO_CLOSED };
	scene->nvmux = module_open("nvmux");
	scene->nvmux_sim = module_open("nvmux_sim");
	scene->memory = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	ASSERT_NE(MAP_FAILED, scene->memory);
	ASSERT_EQ(0, nl_open(&scene->sock));
	ASSERT_EQ(0, sim_reset(&scene->sock, _metadata->name));
	if (scene->nvmux < 0 || scene->nvmux_sim < 0)
		SKIP(return, "there are no files of the modules, or no simulator");
	WALK_SETUP(variant->scope);
}

FIXTURE_TEARDOWN(nth)
{
	nth_end();
	EXPECT_EQ(0, scene_clear(&self->scene));
	EXPECT_EQ(0, sim_reset(&self->scene.sock, "end"));
	nl_close(&self->scene.sock);
	close(self->scene.nvmux);
	close(self->scene.nvmux_sim);
	munmap(self->scene.memory, LENGTH);
}

TEST_F_TIMEOUT(nth, allocation_fails, 300)
{
	walk_deed(variant->name, &variant->deed, &stage, &self->scene, &self->scene.sock,
		  &self->walk);
	EXPECT_EQ(0, self->walk.flaws.count) TH_LOG("%s", self->walk.flaws.first);
}

TEST_HARNESS_MAIN
