// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvmux: who on a KVM host gets which NVIDIA GPU, and how. Init in order, exit in reverse.
 */
#include <linux/module.h>

#include "control/netlink.h"
#include "control/pci.h"
#include "core/mode.h"
#include "guest/mdev.h"
#include "hw/scrub_work.h"
#include "modes/modes.h"

/* Doors open last: whoever comes in finds everything in place. */
static int __init nvmux_init(void)
{
	int err;

	err = nvmux_mode_init(&nvmux_host_mode, &nvmux_vgpu_mode, &nvmux_passthrough_mode,
			      &nvmux_switch);
	if (err)
		return err;
	err = nvmux_scrub_work_init();
	if (err)
		goto exit_mode;
	err = nvmux_mdev_init();
	if (err)
		goto exit_scrub;
	err = nvmux_pci_init();
	if (err)
		goto exit_mdev;
	err = nvmux_nl_init();
	if (err)
		goto exit_pci;
	return 0;

exit_pci:
	nvmux_pci_exit();
exit_mdev:
	nvmux_mdev_exit();
exit_scrub:
	nvmux_scrub_work_exit();
exit_mode:
	nvmux_mode_exit();
	return err;
}

static void __exit nvmux_exit(void)
{
	nvmux_nl_exit();
	nvmux_pci_exit();
	nvmux_mdev_exit();
	nvmux_mode_exit();
	nvmux_scrub_work_exit();
}

module_init(nvmux_init);
module_exit(nvmux_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("NVIDIA GPUs as vGPUs or whole, for VMs");
MODULE_AUTHOR("nvmux developers");
MODULE_SOFTDEP("pre: mdev vfio post: vfio-pci");
