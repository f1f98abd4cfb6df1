// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/prior.h>
#include <libnvmux_test/sim.h>

#define VGPUS_MAX 64
#define CONFIGFS "/sys/kernel/config/nvmux_sim"
#define BOARD CONFIGFS "/test"
#define DEBUGFS "/sys/kernel/debug/nvmux_sim"

const char *sim_gpu(unsigned int n)
{
	static const char * const defaults[] = { "0001:81:00.0", "0001:e2:00.0" };
	static const char * const names[] = { "NVMUX_BDF", "NVMUX_BDF_2" };
	const char *bdf = getenv(names[n]);

	return bdf ? bdf : defaults[n];
}

const char *sim_uuid(unsigned int n)
{
	static char uuid[37];

	snprintf(uuid, sizeof(uuid), "%08x-bbbb-4bbb-8bbb-bbbbbbbbbbbb", n);
	return uuid;
}

const char *sim_text(const char *format, ...)
{
	static char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return text;
}

static int board_describe(const char *model, const char *companions, const char *mib)
{
	int err = file_write(model, BOARD "/model");

	if (!err)
		err = file_write(GPU_C, BOARD "/address");
	if (!err)
		err = file_write(companions, BOARD "/companions");
	if (!err && mib)
		err = file_write(mib, BOARD "/vram_mib");
	return err;
}

static int board_add(const char *model, const char *companions, const char *mib)
{
	int err;

	sim_board_del();
	if (mkdir(BOARD, 0700))
		return -errno;
	err = board_describe(model, companions, mib);
	if (!err)
		err = file_write("1", BOARD "/live");
	if (err)
		rmdir(BOARD);
	return err;
}

int sim_board_add(const char *model, const char *companions)
{
	return board_add(model, companions, NULL);
}

int sim_board_add_small(const char *model, const char *mib)
{
	return board_add(model, "none", mib);
}

void sim_board_del(void)
{
	rmdir(BOARD);
}

int sim_fault(const char *bdf, const char *fault, const char *value)
{
	return file_write(value, DEBUGFS "/%s/%s", bdf, fault);
}

bool sim_silent(const char *bdf)
{
	return file_line(DEBUGFS "/%s/silent", bdf)[0] == '1';
}

/* On a host there are mdevs of others. */
static bool mdev_is_ours(const char *uuid)
{
	char path[PATH_MAX];
	bool known = realpath(sim_text(MDEV_DEVICES "/%s", uuid), path);

	return !prior_matters() || (known && (strstr(path, GPU_A) || strstr(path, GPU_B)));
}

/* Only what has no vGPU any more: to remove an open one would wait for its user. */
static void mdevs_remove(void)
{
	struct dirent *entry;
	DIR *dir = opendir(MDEV_DEVICES);

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && mdev_is_ours(entry->d_name))
			mdev_remove(entry->d_name);
	closedir(dir);
}

/* @bdf: of this GPU, NULL: all */
static int vgpus_delete(struct nl_sock *sock, const char *bdf)
{
	static struct nl_object list[VGPUS_MAX];
	int i, err = 0, n = vgpu_dump(sock, bdf, list, VGPUS_MAX);

	for (i = 0; i < n && i < VGPUS_MAX && !err; i++)
		err = vgpu_del(sock, nl_str(&list[i], NVMUX_A_VGPU_UUID));
	return n < 0 ? n : err;
}

/* A driver of the host that a test has left comes back with host mode. */
static void driver_drop(const char *bdf)
{
	file_write(bdf, PCI_DEVICES "/%s/driver/unbind", bdf);
	file_write("\n", PCI_DEVICES "/%s/driver_override", bdf);
}

/* GPU instances end with vgpu mode. */
static int gpu_reset(struct nl_sock *sock, const char *bdf)
{
	struct nl_object gpu;
	int err = gpu_get(sock, bdf, &gpu);

	if (!err && nl_has(&gpu, NVMUX_A_GPU_QUARANTINE))
		err = gpu_recover(sock, bdf);
	if (!err)
		err = gpu_switch(sock, bdf, NVMUX_MODE_HOST);

	if (!err)
		driver_drop(bdf);
	return err ?: gpu_divide(sock, bdf, NVMUX_PARTITION_SAME_SIZE);
}

int sim_reset(struct nl_sock *sock, const char *test)
{
	char line[128];
	int err;

	snprintf(line, sizeof(line), "<6>nvmux_test: %s", test);
	file_write(line, "/dev/kmsg");
	err = vgpus_delete(sock, prior_matters() ? GPU_A : NULL);
	if (!err && prior_matters())
		err = vgpus_delete(sock, GPU_B);
	if (!err) {
		mdevs_remove();
		err = gpu_reset(sock, GPU_A);
	}
	if (!err)
		err = gpu_reset(sock, GPU_B);
	if (err)
		fprintf(stderr, "# no clean state for %s: %s\n", test, sock->text);
	return err;
}
