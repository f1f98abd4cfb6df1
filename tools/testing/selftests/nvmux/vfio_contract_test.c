// SPDX-License-Identifier: GPL-2.0-only
/*
 * The contract of a vGPU, check by check, asked of the vGPU itself. tools/guest/nvmux-guest asks
 * the same from inside a guest.
 */
#include <string.h>
#include <sys/mman.h>

#include <kselftest.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/sim.h>
#include <libnvmux_test/vfio.h>

#include "../../../guest/contract.h"

static uint32_t config_read(void *ctx, uint32_t at, unsigned int len)
{
	return vfio_config(ctx, at, len);
}

static void config_write(void *ctx, uint32_t at, unsigned int len, uint32_t value)
{
	vfio_write(ctx, VFIO_PCI_CONFIG_REGION_INDEX, at, &value, len);
}

static uint64_t bar_read(void *ctx, int bar, uint64_t at, unsigned int len)
{
	uint64_t value = 0;

	vfio_read(ctx, bar, at, &value, len);
	return value;
}

static void bar_write(void *ctx, int bar, uint64_t at, unsigned int len, uint64_t value)
{
	vfio_write(ctx, bar, at, &value, len);
}

static void check_all(struct vfio_dev *dev)
{
	struct contract contract = {
		.ctx = dev, .config_read = config_read, .config_write = config_write,
		.bar_read = bar_read, .bar_write = bar_write,
	};
	const struct contract_check *check;
	struct vfio_region_info bar1;

	if (vfio_region(dev, VFIO_PCI_BAR1_REGION_INDEX, &bar1))
		ksft_exit_fail_msg("no bar1\n");
	contract.bar1_size = bar1.size;
	for (check = contract_checks; check->name; check++) {
		contract_begin(&contract);
		ksft_test_result(check->holds(&contract), "%s\n", check->name);
	}
}

static unsigned int checks(void)
{
	unsigned int n = 0;

	while (contract_checks[n].name)
		n++;
	return n;
}

/* A type whose slice is no power of two. */
static int vgpu_open(struct nl_sock *sock, struct vfio_dev *dev)
{
	int err = sim_reset(sock, "contract");

	if (!err)
		err = gpu_switch(sock, GPU_A, NVMUX_MODE_VGPU);
	if (!err)
		err = mdev_create(GPU_A, "A30-6C", UUID_1);
	return err ?: vfio_open_mdev(dev, UUID_1);
}

int main(void)
{
	struct vfio_dev dev = VFIO_CLOSED;
	struct nl_sock sock;
	int err = nl_open(&sock);

	ksft_print_header();
	ksft_set_plan(checks());
	if (!err)
		err = vgpu_open(&sock, &dev);
	if (err)
		ksft_exit_fail_msg("no vgpu: %s\n", strerror(-err));
	check_all(&dev);
	vfio_close(&dev);
	sim_reset(&sock, "end");
	nl_close(&sock);
	ksft_finished();
}
