// SPDX-License-Identifier: GPL-2.0-only
/*
 * What shell tests need of the kernel, without the daemon:
 *
 *	nvmux_tool reset			both GPUs to the host, no vGPU
 *	nvmux_tool mode GPU [MODE]		tell or change
 *	nvmux_tool partition GPU		how it is divided
 *	nvmux_tool state UUID			none, reserved, published or open
 *	nvmux_tool vgpus			number of all vGPUs
 *	nvmux_tool reserve GPU TYPE UUID	hold a reservation
 *	nvmux_tool open mdev|pci NAME		hold a device open
 *	nvmux_tool prior			what the host had made of them, for restore
 *	nvmux_tool restore			make it so again, from the input
 *	nvmux_tool soil GPU			leave something in its memory, simulated boards only
 *	nvmux_tool soiled GPU			whether it is still there: yes or no
 *
 * Who holds says "ready" and goes on until he is killed or his input ends.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/prior.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>
#include <libnvmux_test/vram.h>

static const char * const modes[] = { "none", "host", "vgpu", "passthrough" };
static const char * const states[] = { "none", "reserved", "published", "open" };

static struct nl_sock sock;

bool prior_by_itself;

static int complain(const char *what, int err)
{
	if (err)
		fprintf(stderr, "# %s: %s (%s)\n", what, strerror(-err), sock.text);
	return !!err;
}

static int hold(void)
{
	char c;

	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	return 0;
}

static int mode_tell(char **arg)
{
	puts(modes[gpu_mode(&sock, arg[0])]);
	return 0;
}

static int partition_tell(char **arg)
{
	static const char * const names[] = { "unknown", "same-size", "mixed-size", "mig" };
	struct nl_object gpu;
	int err = gpu_get(&sock, arg[0], &gpu);

	if (err)
		return complain(arg[0], err);
	puts(names[nl_u32(&gpu, NVMUX_A_GPU_PARTITION) & 3]);
	return 0;
}

static int mode_change(char **arg)
{
	enum nvmux_mode mode;

	for (mode = NVMUX_MODE_HOST; mode <= NVMUX_MODE_PASSTHROUGH; mode++)
		if (!strcmp(modes[mode], arg[1]))
			return complain(arg[1], gpu_switch(&sock, arg[0], mode));
	return 2;
}

static int state(char **arg)
{
	puts(states[vgpu_state(&sock, arg[0])]);
	return 0;
}

static int vgpus(char **arg)
{
	(void)arg;
	printf("%d\n", vgpu_dump(&sock, NULL, NULL, 0));
	return 0;
}

static int reset(char **arg)
{
	(void)arg;
	return complain("reset", sim_reset(&sock, "shell"));
}

static int prior_tell(char **arg)
{
	struct prior prior;
	int err = prior_record(&sock, &prior);

	(void)arg;
	if (!err)
		prior_write(&prior, stdout);
	return complain("there are vgpus", err);
}

static int restore(char **arg)
{
	struct prior prior;
	int err = prior_read(&prior, stdin);

	(void)arg;
	return complain("restore", err ?: prior_restore(&sock, &prior));
}

static int reserve(char **arg)
{
	int err = vgpu_new(&sock, arg[0], arg[1], arg[2], NULL);

	return err ? complain("reserve", err) : hold();
}

static int open_device(char **arg)
{
	struct vfio_dev dev;
	int err = strcmp(arg[0], "mdev") ? vfio_open_pci(&dev, arg[1]) :
					   vfio_open_mdev(&dev, arg[1]);

	return err ? complain("open", err) : hold();
}

#define SOIL_AT (5UL << 20)

static int soil(char **arg)
{
	return complain("soil", vram_write(arg[0], SOIL_AT, 1));
}

static int soiled(char **arg)
{
	uint64_t word = 0;
	int err = vram_read(arg[0], SOIL_AT, &word);

	if (!err)
		puts(word ? "yes" : "no");
	return complain("soiled", err);
}

static const struct {
	const char *name;
	int args;
	int (*run)(char **arg);
} commands[] = {
	{ "reset", 0, reset },
	{ "mode", 1, mode_tell },
	{ "mode", 2, mode_change },
	{ "partition", 1, partition_tell },
	{ "state", 1, state },
	{ "vgpus", 0, vgpus },
	{ "prior", 0, prior_tell },
	{ "restore", 0, restore },
	{ "reserve", 3, reserve },
	{ "open", 2, open_device },
	{ "soil", 1, soil },
	{ "soiled", 1, soiled },
};

int main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (argc != commands[i].args + 2 || strcmp(argv[1], commands[i].name))
			continue;
		if (complain("netlink family nvmux", nl_open(&sock)))
			return 1;
		return commands[i].run(argv + 2);
	}
	fputs("nvmux_tool: wrong arguments, see its source\n", stderr);
	return 2;
}
