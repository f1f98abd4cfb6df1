// SPDX-License-Identifier: GPL-2.0-only
/*
 * What costs an exit of the guest: a register read, and an interrupt that the vGPU raises. Both
 * are measured from the VMM's side of the VFIO device, where QEMU stands.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <libnvmux_test/gpu.h>
#include <libnvmux_test/sim.h>

#include "probe.h"

#define READS 2000
#define INTERRUPTS 500
#define BAR0 VFIO_PCI_BAR0_REGION_INDEX
#define PEER_UUID "44444444-aaaa-4aaa-8aaa-000000000004"

/* The interrupt tree of a vGPU: guest-contract.rst. */
#define LEAF(i) (0x1000 + 4 * (i))
#define LEAF_EN_SET(i) (0x1200 + 4 * (i))
#define TOP_EN_SET 0x1608
#define LEAF_TRIGGER 0x1640
#define MSIX_FLAGS (0xc8 + PCI_MSIX_FLAGS)
#define VECTOR 5

struct trap {
	struct probe_region ours;
	struct probe_region peer;
	uint64_t peer_at;
	int event;	/* the vGPU's MSI-X vector */
	int bare;	/* nobody's */
};

static double reads(const struct probe_region *region, uint64_t at)
{
	double begin = probe_now_us();
	uint32_t value;
	int i;

	for (i = 0; i < READS; i++)
		if (!probe_read(region, at, &value))
			return -EIO;
	return (probe_now_us() - begin) / READS;
}

static double ours_reads(void *data)
{
	struct trap *trap = data;

	return reads(&trap->ours, 0);
}

static double peer_reads(void *data)
{
	struct trap *trap = data;

	return reads(&trap->peer, trap->peer_at);
}

static int ours_open(struct trap *trap, char **arg)
{
	int err = probe_open(&trap->ours, arg[0], sim_text("nvmux-%s", arg[1]), UUID_1, BAR0);

	return err ? err : vfio_enable(&trap->ours.dev);
}

int trap_read(char **arg)
{
	struct trap trap = { .peer_at = strtoull(arg[4], NULL, 0) };
	int status = 1, err = ours_open(&trap, arg);

	if (!err)
		err = probe_open(&trap.peer, arg[2], arg[3], PEER_UUID, BAR0);
	if (err)
		(void)probe_fail("trap", err);
	else
		status = probe_alternate_least(ours_reads, peer_reads, &trap);
	probe_close(&trap.peer, PEER_UUID);
	probe_close(&trap.ours, UUID_1);
	return status;
}

static bool event_take(int event)
{
	uint64_t n;

	return read(event, &n, sizeof(n)) == sizeof(n);
}

static bool event_give(int event)
{
	uint64_t one = 1;

	return write(event, &one, sizeof(one)) == sizeof(one);
}

/* The device raises it, the VMM takes it, the guest acknowledges it. */
static double interrupts(void *data)
{
	struct trap *trap = data;
	double begin = probe_now_us();
	int i;

	for (i = 0; i < INTERRUPTS; i++)
		if (!probe_write(&trap->ours, LEAF_TRIGGER, VECTOR) || !event_take(trap->event) ||
		    !probe_write(&trap->ours, LEAF(0), 1U << VECTOR))
			return -EIO;
	return (probe_now_us() - begin) / INTERRUPTS;
}

/* The same two register writes, but nothing is enabled or pending, and an eventfd by hand. */
static double bare_events(void *data)
{
	struct trap *trap = data;
	double begin = probe_now_us();
	int i;

	for (i = 0; i < INTERRUPTS; i++)
		if (!probe_write(&trap->ours, LEAF(7), 1) || !event_give(trap->bare) ||
		    !event_take(trap->bare) || !probe_write(&trap->ours, LEAF(7), 1))
			return -EIO;
	return (probe_now_us() - begin) / INTERRUPTS;
}

static int interrupt_setup(struct trap *trap)
{
	uint16_t flags = PCI_MSIX_FLAGS_ENABLE;
	struct vfio_dev *dev = &trap->ours.dev;

	trap->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	trap->bare = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (trap->event < 0 || trap->bare < 0)
		return -errno;
	if (vfio_write(dev, VFIO_PCI_CONFIG_REGION_INDEX, MSIX_FLAGS, &flags, sizeof(flags)) != 2 ||
	    vfio_msix_set(dev, 0, trap->event) ||
	    !probe_write(&trap->ours, TOP_EN_SET, UINT32_MAX) ||
	    !probe_write(&trap->ours, LEAF_EN_SET(0), 1U << VECTOR))
		return -EIO;
	return 0;
}

int trap_interrupt(char **arg)
{
	struct trap trap = { .ours = PROBE_CLOSED };
	int status = 1, err = ours_open(&trap, arg);

	if (!err)
		err = interrupt_setup(&trap);
	if (err)
		(void)probe_fail("interrupt", err);
	else
		status = probe_alternate_least(interrupts, bare_events, &trap);
	probe_close(&trap.ours, UUID_1);
	return status;
}
