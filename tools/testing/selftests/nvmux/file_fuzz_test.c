// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random texts into files: create and remove of mdev, all else that a vGPU type and a vGPU show,
 * and the description of a simulated board. What is refused has changed nothing (I4), and only
 * what is a UUID makes a vGPU.
 *
 *	NVMUX_SEED	seed, printed by each run; default: the time
 *	NVMUX_COUNT	writes; default: 4000, or as many as fit into 20 seconds
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <kselftest.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/random.h>
#include <libnvmux_test/sim.h>

#define COUNT 4000
#define SECONDS 20
#define TYPES PCI_DEVICES "/%s/mdev_supported_types"
#define BOARD "/sys/kernel/config/nvmux_sim/fuzz"
#define UUID_LEN 36
#define TEXT_MAX 5000

#define N(array) (sizeof(array) / sizeof((array)[0]))

static struct nl_sock sock;
static char text[TEXT_MAX];

static struct {
	unsigned int made, removed, live, refused;
	unsigned int wrong;
} sum;

static void wrong(const char *what, const char *file, int err)
{
	if (!sum.wrong++)
		ksft_print_msg("%s: %s, %d: %.60s\n", file, what, err, text);
}

/* Texts: what files like these know, whole or spoilt. */

static void spoil(size_t len)
{
	switch (random_below(6)) {
	case 0:
		text[random_below(len + 1)] = random_any();
		break;
	case 1:
		text[random_below(len + 1)] = '\0';
		break;
	case 2:
		strcpy(text + len, "\n");
		break;
	case 3:
		strcpy(text + len, " x");
		break;
	case 4:
		memset(text, '0' + random_below(10), random_below(TEXT_MAX - 1) + 1);
		break;
	default:
		snprintf(text, sizeof(text), "%s%u", random_below(2) ? "-" : "", random_value());
	}
}

static void choose(const char *const *words, unsigned int n)
{
	memset(text, 0, sizeof(text));
	strcpy(text, words[random_below(n)]);
	if (random_below(3) == 0)
		spoil(strlen(text));
}

/* As a program would: what is written ends where the text does. Nothing is no write. */
static int put(const char *path)
{
	size_t len = strnlen(text, sizeof(text) - 1);
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = len ? 0 : -EINVAL;
	if (len && write(fd, text, len) < 0)
		err = -errno;
	close(fd);
	sum.refused += err < 0;
	return err;
}

/* As mdev takes it: it looks at the UUID, and not at the one character that may follow. */
static bool is_uuid(void)
{
	size_t len = strlen(text);

	if (len == UUID_LEN + 1)
		len--;
	for (size_t i = 0; i < UUID_LEN && i < len; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' :
		    !isxdigit((unsigned char)text[i]))
			return false;
	return len == UUID_LEN;
}

/* vGPUs */

static int count_vgpus(void)
{
	static struct nl_object list[64];

	return vgpu_dump(&sock, NULL, list, N(list));
}

static void create(void)
{
	static const char *const uuids[] = { UUID_1, UUID_2, UUID_3 };
	static const char *const types[] = { "A30-4C", "A30-8C", "A30-24C", "A30-1-6C" };
	int before = count_vgpus(), err;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), TYPES "/nvmux-%s/create", GPU_A,
		 types[random_below(N(types))]);
	choose(uuids, N(uuids));
	err = put(path);
	if (!err && !is_uuid())
		wrong("taken", path, err);
	if (count_vgpus() != before + !err)
		wrong("vgpus are not as many as they should be", path, err);
	sum.made += !err;
}

/* kstrtoul() decides what a number is, and 0 is no wish. */
static void remove_one(void)
{
	static const char *const uuids[] = { UUID_1, UUID_2, UUID_3 };
	static const char *const words[] = { "1", "0", "yes", "" };
	const char *uuid = uuids[random_below(N(uuids))];
	bool there = mdev_exists(uuid);
	char path[PATH_SIZE];
	int err;

	snprintf(path, sizeof(path), MDEV_DEVICES "/%s/remove", uuid);
	choose(words, N(words));
	err = put(path);
	if (err && there && !mdev_exists(uuid))
		wrong("refused, and gone", path, err);
	sum.removed += there && !mdev_exists(uuid);
}

/* These only tell something. */
static void write_others(void)
{
	static const char *const files[] = {
		"available_instances", "description", "device_api", "name",
	};
	static const char *const words[] = { "0", "1", "add", "vfio-pci", "A30-4C" };
	int before = count_vgpus(), err;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), TYPES "/nvmux-A30-4C/%s", GPU_A,
		 files[random_below(N(files))]);
	choose(words, N(words));
	err = put(path);
	if (!err)
		wrong("taken", path, err);
	if (count_vgpus() != before)
		wrong("made or removed a vgpu", path, err);
}

/* The simulator */

static void describe(void)
{
	static const char *const files[] = {
		"model", "address", "bar1_mib", "vram_mib", "companions", "group", "serial",
		"hollow",
	};
	static const char *const words[] = {
		"a30", "a40", "rtxa6000", "none", "audio", "audio usb ucsi", "0001:01:00.0",
		"0002:02:00.0", GPU_C, "0001:81:00.0", "0", "1", "256", "1024", "65536", "y",
	};
	const char *file = files[random_below(N(files))];
	char path[PATH_SIZE], before[128];
	int err;

	snprintf(path, sizeof(path), BOARD "/%s", file);
	snprintf(before, sizeof(before), "%s", file_line("%s", path));
	choose(words, N(words));
	err = put(path);
	if (err && strcmp(before, file_line("%s", path)))
		wrong("refused, and changed", path, err);
}

/* A board goes with its description; every other time that is one that can be made. */
static void go_live(void)
{
	int err;

	if (random_below(2)) {
		file_write("a30", BOARD "/model");
		file_write(GPU_C, BOARD "/address");
	}
	strcpy(text, random_below(4) ? "1" : "0");
	err = put(BOARD "/live");
	sum.live += !err && text[0] == '1';
	if (!err && text[0] == '1' && strcmp(file_line(BOARD "/live"), "1"))
		wrong("not live", BOARD, err);
	if (random_below(2) == 0) {
		rmdir(BOARD);
		mkdir(BOARD, 0700);
	}
}

static void step(void)
{
	uint32_t kind = random_below(64);

	if (kind == 0)
		go_live();
	else if (kind < 24)
		describe();
	else if (kind < 40)
		create();
	else if (kind < 56)
		remove_one();
	else
		write_others();
}

static int begin(void)
{
	int err = nl_open(&sock);

	if (!err)
		err = sim_reset(&sock, "fuzz");
	if (!err)
		err = gpu_switch(&sock, GPU_A, NVMUX_MODE_VGPU);
	if (!err && mkdir(BOARD, 0700))
		err = -errno;
	return err;
}

static unsigned int fuzz(void)
{
	unsigned int count = setting("NVMUX_COUNT", 0), n;
	time_t end = time(NULL) + SECONDS;

	for (n = 0; count ? n < count : n < COUNT && time(NULL) < end; n++)
		step();
	return n;
}

int main(void)
{
	struct nl_object gpu;
	unsigned int n;
	int err;

	ksft_print_header();
	ksft_set_plan(4);
	err = begin();
	if (err == -ENOENT)
		ksft_exit_skip("no simulator\n");
	if (err)
		ksft_exit_fail_msg("no gpus: %s\n", strerror(-err));
	ksft_print_msg("seed %llu\n", (unsigned long long)random_begin());
	n = fuzz();
	ksft_test_result(!sum.wrong, "%u writes, %u refused: none did wrong (%u)\n", n,
			 sum.refused, sum.wrong);
	ksft_test_result(sum.made && sum.removed, "%u vgpus made, %u removed\n", sum.made,
			 sum.removed);
	ksft_test_result(sum.live, "%u boards were live\n", sum.live);
	rmdir(BOARD);
	err = sim_reset(&sock, "end");
	ksft_test_result(!err && !count_vgpus() && gpu_get(&sock, GPU_C, &gpu) == -ENODEV,
			 "all is as it was\n");
	nl_close(&sock);
	ksft_finished();
}
