// SPDX-License-Identifier: GPL-2.0-only
/* The verb table, in the order of the help. */
#include "cli/verbs.h"

const struct verb verbs[] = {
	{ "gpu", "list", "", 0, cmd_gpu_list, "list the GPUs" },
	{ "gpu", "show", "GPU", 0, cmd_gpu_show, "show all about one GPU" },
	{ "gpu", "holders", "GPU", 0, cmd_gpu_holders, "list who is in the way of a switch" },
	{ "gpu", "plan", "GPU MODE", OPTION_DETACH | OPTION_FORCE, cmd_gpu_plan,
	  "tell the steps of set-mode, do none" },
	{ "gpu", "set-mode", "GPU MODE", OPTION_DETACH | OPTION_FORCE | OPTION_WHEN_IDLE,
	  cmd_gpu_set_mode, "switch a GPU, now and after each boot" },
	{ "gpu", "recover", "GPU", OPTION_DETACH | OPTION_FORCE, cmd_gpu_recover,
	  "reset a quarantined GPU and use it again" },
	{ "gpu", "scrub", "GPU", 0, cmd_gpu_scrub, "overwrite memory that no vGPU user has" },
	{ "gpu", "set-partition", "GPU PARTITION", 0, cmd_gpu_set_partition,
	  "divide a GPU, now and after each boot" },
	{ "gpu", "create-instance", "GPU PROFILE", OPTION_PLACEMENT, cmd_gpu_create_instance,
	  "make a GPU instance, print its placement" },
	{ "gpu", "delete-instance", "GPU PLACEMENT", 0, cmd_gpu_delete_instance,
	  "remove a GPU instance that holds no vGPU" },
	{ "gpu", "xml", "GPU", 0, cmd_gpu_xml, "libvirt <hostdev> of a whole GPU" },
	{ "type", "list", "[GPU]", OPTION_ALL | OPTION_BOARD, cmd_type_list,
	  "list the vGPU types and what is left" },
	{ "type", "show", "[GPU] TYPE", 0, cmd_type_show, "show all about one vGPU type" },
	{ "vgpu", "list", "", 0, cmd_vgpu_list, "list the vGPUs" },
	{ "vgpu", "show", "UUID", 0, cmd_vgpu_show, "show all about one vGPU" },
	{ "vgpu", "create", "[GPU] [TYPE]",
	  OPTION_UUID | OPTION_PLACEMENT | OPTION_NUMA | OPTION_TYPE, cmd_vgpu_create,
	  "create a vGPU and print its UUID" },
	{ "vgpu", "delete", "UUID", 0, cmd_vgpu_delete, "delete a vGPU that nobody uses" },
	{ "vgpu", "xml", "UUID", 0, cmd_vgpu_xml, "libvirt <hostdev> of a vGPU" },
	{ "vm", "list", "", 0, cmd_vm_list, "list the VMs that use GPUs or vGPUs" },
	{ "monitor", NULL, "", 0, cmd_monitor, "print a line per event until interrupted" },
	{}
};
