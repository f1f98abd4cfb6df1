/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who has a VFIO device, or a device of a host driver, open: pid, command, and the VM when it is
 * QEMU.
 */
#ifndef NVMUX_DAEMON_HOLDER_H
#define NVMUX_DAEMON_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "../basic/strset.h"

struct holder {
	pid_t pid;
	char comm[64];
	char vm[256];		/* empty: not a QEMU with a name */
};

/* The files of /dev/vfio through which a PCI function can be opened. */
int holder_nodes(const char *bdf, struct strset *nodes);

/*
 * The file of /dev/vfio/devices that a vGPU has, where the kernel has iommufd. Who has opened the
 * vGPU through its group is named by the module.
 */
int holder_vgpu_nodes(const char *uuid, struct strset *nodes);

/* The files through which drivers of the host offer a PCI function: DRM, framebuffer, NVIDIA's. */
int holder_host_nodes(const char *bdf, struct strset *nodes);

/* The service that a process belongs to, by its control group or by its command; empty: none. */
void holder_service(const struct holder *holder, char *ret, size_t size);

/*
 * Tells of each process that has one of the files open, once. Ends when found() gives something
 * else than 0, and gives it back.
 */
typedef int (*holder_found_t)(pid_t pid, const char *node, void *userdata);
int holder_search(const struct strset *nodes, holder_found_t found, void *userdata);

/* First process that has one of the files open. -ESRCH: none. */
int holder_find(const struct strset *nodes, struct holder *ret);

/* Command and VM of a process; what cannot be read stays empty. */
void holder_read(pid_t pid, struct holder *ret);

/* The VM's name in a command line of NUL-terminated words. */
bool holder_vm_name(const char *cmdline, size_t len, char *ret, size_t size);

/* "pid 1234 (qemu-system-x86), vm p1" */
void holder_describe(const struct holder *holder, char *text, size_t size);

#endif
