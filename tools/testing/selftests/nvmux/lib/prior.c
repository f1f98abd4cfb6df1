// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/gpu.h>
#include <libnvmux_test/prior.h>
#include <libnvmux_test/sim.h>

#define NONE "-"
#define SKIPPED 4

bool prior_by_itself __attribute__((weak)) = true;

bool prior_matters(void)
{
	return getenv("NVMUX_BDF");
}

static void name_copy(char name[static PRIOR_NAME], const char *found)
{
	bool none = !*found || !strcmp(found, "(null)");

	snprintf(name, PRIOR_NAME, "%s", none ? NONE : found);
}

static void function_record(struct prior *prior, const char *gpu, unsigned int number)
{
	struct prior_function *f = &prior->function[prior->n];

	snprintf(f->bdf, sizeof(f->bdf), "%.*s%u", (int)strlen(gpu) - 1, gpu, number);
	if (!file_exists(PCI_DEVICES "/%s", f->bdf))
		return;
	name_copy(f->driver, file_link(PCI_DEVICES "/%s/driver", f->bdf));
	name_copy(f->override, file_line(PCI_DEVICES "/%s/driver_override", f->bdf));
	prior->n++;
}

int prior_record(struct nl_sock *sock, struct prior *prior)
{
	unsigned int gpu, number;

	memset(prior, 0, sizeof(*prior));
	for (gpu = 0; gpu < PRIOR_GPUS; gpu++) {
		if (vgpu_dump(sock, sim_gpu(gpu), NULL, 0) > 0)
			return -EBUSY;
		prior->mode[gpu] = gpu_mode(sock, sim_gpu(gpu));
		for (number = 0; number < PRIOR_FUNCTIONS; number++)
			function_record(prior, sim_gpu(gpu), number);
	}
	return 0;
}

/* The driver is told by name: whom a probe would choose need not be whom the host had. */
static int function_restore(const struct prior_function *f)
{
	bool none = !strcmp(f->override, NONE);
	int err;

	file_write(f->bdf, PCI_DEVICES "/%s/driver/unbind", f->bdf);
	err = file_write(none ? "\n" : f->override, PCI_DEVICES "/%s/driver_override", f->bdf);
	if (!err && strcmp(f->driver, NONE))
		err = file_write(f->bdf, "/sys/bus/pci/drivers/%s/bind", f->driver);
	return err;
}

/* In another mode than host mode, the module says which driver a function has. */
static int gpu_restore(struct nl_sock *sock, const struct prior *prior, unsigned int gpu)
{
	const char *bdf = sim_gpu(gpu);
	unsigned int i;
	int err = 0;

	if (prior->mode[gpu] > NVMUX_MODE_HOST)
		return gpu_switch(sock, bdf, prior->mode[gpu]);
	for (i = 0; i < prior->n && !err; i++)
		if (!strncmp(prior->function[i].bdf, bdf, strlen(bdf) - 1))
			err = function_restore(&prior->function[i]);
	return err;
}

int prior_restore(struct nl_sock *sock, const struct prior *prior)
{
	unsigned int gpu;
	int err = sim_reset(sock, "prior state");

	for (gpu = 0; gpu < PRIOR_GPUS && !err; gpu++)
		err = gpu_restore(sock, prior, gpu);
	return err;
}

void prior_write(const struct prior *prior, FILE *file)
{
	unsigned int i;

	fprintf(file, "%u %u\n", prior->mode[0], prior->mode[1]);
	for (i = 0; i < prior->n; i++)
		fprintf(file, "%s %s %s\n", prior->function[i].bdf, prior->function[i].driver,
			prior->function[i].override);
}

int prior_read(struct prior *prior, FILE *file)
{
	struct prior_function *f = prior->function;

	memset(prior, 0, sizeof(*prior));
	if (fscanf(file, "%u %u", &prior->mode[0], &prior->mode[1]) != PRIOR_GPUS)
		return -EINVAL;
	while (prior->n < PRIOR_GPUS * PRIOR_FUNCTIONS &&
	       fscanf(file, "%15s %63s %63s", f->bdf, f->driver, f->override) == 3) {
		prior->n++;
		f++;
	}
	return 0;
}

static struct prior prior;
static struct nl_sock prior_sock;
static pid_t prior_owner;

/* Children of the harness end here as well. */
static void program_ends(void)
{
	if (getpid() == prior_owner && prior_restore(&prior_sock, &prior))
		fprintf(stderr, "# what the host had before cannot be restored\n");
}

static void __attribute__((constructor)) program_begins(void)
{
	if (!prior_by_itself || !prior_matters() || nl_open(&prior_sock))
		return;
	if (prior_record(&prior_sock, &prior)) {
		puts("1..0 # SKIP there are vgpus, which the tests would delete");
		exit(SKIPPED);
	}
	prior_owner = getpid();
	atexit(program_ends);
}
