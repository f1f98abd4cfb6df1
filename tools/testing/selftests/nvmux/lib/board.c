// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libnvmux_test/board.h>
#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>

#define CONFIGFS "/sys/kernel/config/nvmux_sim"
#define FUNCTIONS 8
#define BDF_SIZE sizeof("0000:00:00.0")

const char *board_bdf(const struct board *board, unsigned int fn)
{
	static char texts[8][BDF_SIZE];
	static unsigned int turn;
	char *text = texts[turn++ % 8];

	snprintf(text, BDF_SIZE, "0002:%02x:00.%u", board->bus & 0xff, fn & 7);
	return text;
}

static int describe(const struct board *board, const char *attr, const char *value)
{
	return value ? file_write(value, CONFIGFS "/b%02x/%s", board->bus, attr) : 0;
}

int board_add(const struct board *board)
{
	char path[PATH_SIZE];
	int err;

	snprintf(path, sizeof(path), CONFIGFS "/b%02x", board->bus);
	if (mkdir(path, 0700))
		return -errno;
	err = describe(board, "model", board->model) ?:
	      describe(board, "address", board_bdf(board, 0)) ?:
	      describe(board, "companions", board->companions) ?:
	      describe(board, "group", board->group) ?:
	      describe(board, "vram_mib", board->vram_mib) ?:
	      describe(board, "bar1_mib", board->bar1_mib) ?: describe(board, "live", "1");
	if (err)
		board_del(board);
	return err;
}

void board_del(const struct board *board)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), CONFIGFS "/b%02x", board->bus);
	rmdir(path);
}

int board_bind(const char *bdf, const char *driver, bool pinned)
{
	int err = file_write(driver, PCI_DEVICES "/%s/driver_override", bdf);

	if (!err)
		err = file_write(bdf, "/sys/bus/pci/drivers_probe");
	if (!err && !pinned)
		err = file_write("\n", PCI_DEVICES "/%s/driver_override", bdf);
	if (!err && strcmp(file_link(PCI_DEVICES "/%s/driver", bdf), driver))
		err = -ENODEV;
	return err;
}

void board_unbind(const char *bdf)
{
	file_write(bdf, PCI_DEVICES "/%s/driver/unbind", bdf);
	file_write("\n", PCI_DEVICES "/%s/driver_override", bdf);
}

static int function_print(const char *gpu, unsigned int fn, char *text, size_t size)
{
	char bdf[BDF_SIZE];

	snprintf(bdf, sizeof(bdf), "%.11s%u", gpu, fn & 7);
	if (!file_exists(PCI_DEVICES "/%s", bdf))
		return 0;
	return snprintf(text, size, " %u:%s/%s", fn, file_link(PCI_DEVICES "/%s/driver", bdf),
			file_line(PCI_DEVICES "/%s/driver_override", bdf));
}

void picture_take(struct nl_sock *sock, const char *gpu, char text[PICTURE_SIZE])
{
	struct nl_object object;
	unsigned int fn;
	size_t n;

	if (gpu_get(sock, gpu, &object)) {
		snprintf(text, PICTURE_SIZE, "gone");
		return;
	}
	n = snprintf(text, PICTURE_SIZE, "mode %u target %u face %d vgpus %u quarantine '%s'",
		     nl_u32(&object, NVMUX_A_GPU_MODE), nl_u32(&object, NVMUX_A_GPU_TARGET),
		     file_exists(PCI_DEVICES "/%s/mdev_supported_types", gpu),
		     nl_u32(&object, NVMUX_A_GPU_VGPU_COUNT),
		     nl_str(&object, NVMUX_A_GPU_QUARANTINE));
	for (fn = 0; fn < FUNCTIONS && n < PICTURE_SIZE; fn++)
		n += function_print(gpu, fn, text + n, PICTURE_SIZE - n);
}

static const char *flaw_of_vfio(const char *gpu)
{
	unsigned int fn;

	for (fn = 0; fn < FUNCTIONS; fn++) {
		const char *driver = file_link(PCI_DEVICES "/%.11s%u/driver", gpu, fn);

		if (file_exists(PCI_DEVICES "/%.11s%u", gpu, fn) && strcmp(driver, "vfio-pci"))
			return "passthrough mode without vfio-pci";
	}
	return NULL;
}

const char *picture_flaw(struct nl_sock *sock, const char *gpu)
{
	const char *driver = file_link(PCI_DEVICES "/%s/driver", gpu);
	bool face = file_exists(PCI_DEVICES "/%s/mdev_supported_types", gpu);
	struct nl_object object;
	enum nvmux_mode mode;

	if (gpu_get(sock, gpu, &object))
		return file_exists(PCI_DEVICES "/%s", gpu) ? "on the bus and not known" : NULL;
	mode = nl_u32(&object, NVMUX_A_GPU_MODE);
	if (strcmp(nl_str(&object, NVMUX_A_GPU_DRIVER), driver))
		return "another driver than told";
	if (face != (mode == NVMUX_MODE_VGPU) || face != !strcmp(driver, "nvmux"))
		return "types outside of vgpu mode, or none in it";
	return mode == NVMUX_MODE_PASSTHROUGH ? flaw_of_vfio(gpu) : NULL;
}
