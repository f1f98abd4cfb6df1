// SPDX-License-Identifier: GPL-2.0-only
/*
 * Searches /proc for those who have a VFIO device or a device of a host driver open.
 *
 * Only links are read while searching: they never wait for the process. Its
 * command line is read for the one that was found, and that may wait.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../basic/aside.h"
#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/path.h"
#include "../basic/utf8.h"
#include "holder.h"

#define CMDLINE_MAX (256 * 1024)
#define NVIDIA_INFORMATION_MAX 4096
#define READ_TIMEOUT 500	/* milliseconds */
#define NVIDIA_MINOR "Device Minor:"

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int add_group(const char *bdf, struct strset *nodes)
{
	_cleanup_free_ char *link = path_sys("bus/pci/devices/%s/iommu_group", bdf);
	char name[64], node[96];
	int err;

	if (!link)
		return -ENOMEM;
	err = file_link_name(link, name, sizeof(name));
	if (err)
		return err == -ENOENT ? 0 : err;
	(void)snprintf(node, sizeof(node), "/dev/vfio/%s", name);
	return strset_add(nodes, node);
}

/* The files that the devices of one class below a device have in a directory of /dev. */
static int add_class(const char *bus, const char *device, const char *class, const char *dev,
		     struct strset *nodes)
{
	_cleanup_free_ char *path = path_sys("bus/%s/devices/%s/%s", bus, device, class);
	struct strset names = { 0 };
	int err = path ? file_list(path, &names) : -ENOMEM;
	char node[320];

	for (size_t i = 0; i < names.n && !err; i++) {
		(void)snprintf(node, sizeof(node), "%s/%s", dev, names.items[i]);
		err = strset_add(nodes, node);
	}
	strset_clear(&names);
	return err == -ENOMEM ? err : 0;
}

int holder_nodes(const char *bdf, struct strset *nodes)
{
	int err = add_group(bdf, nodes);

	return err ? err : add_class("pci", bdf, "vfio-dev", "/dev/vfio/devices", nodes);
}

int holder_vgpu_nodes(const char *uuid, struct strset *nodes)
{
	return add_class("mdev", uuid, "vfio-dev", "/dev/vfio/devices", nodes);
}

/*
 * NVIDIA's driver has nothing in sysfs, but tells the number of the file in its own place. It
 * takes locks of its own meanwhile, so a driver that hangs must not take us along.
 */
static int add_nvidia(const char *bdf, struct strset *nodes)
{
	_cleanup_free_ char *path = path_proc("driver/nvidia/gpus/%s/information", bdf);
	char text[NVIDIA_INFORMATION_MAX], node[32];
	const char *minor;

	if (!path)
		return -ENOMEM;
	if (!file_exists(path) ||
	    aside_read(path, READ_TIMEOUT, text, sizeof(text), NULL) < 0)
		return 0;
	minor = strstr(text, NVIDIA_MINOR);
	if (!minor)
		return 0;
	(void)snprintf(node, sizeof(node), "/dev/nvidia%ld",
		       strtol(minor + strlen(NVIDIA_MINOR), NULL, 10));
	return strset_add(nodes, node);
}

int holder_host_nodes(const char *bdf, struct strset *nodes)
{
	int err = add_class("pci", bdf, "drm", "/dev/dri", nodes);

	if (!err)
		err = add_class("pci", bdf, "graphics", "/dev", nodes);
	return err ? err : add_nvidia(bdf, nodes);
}

static const char *service_by_command(const char *comm)
{
	/* the kernel cuts commands after 15 characters */
	static const char *const services[][2] = {
		{ "nvidia-persiste", "nvidia-persistenced.service" },
		{ "nvidia-powerd", "nvidia-powerd.service" },
		{ "nv-hostengine", "nvidia-dcgm.service" },
		{ "dcgm-exporter", "dcgm-exporter.service" },
		{ "nv-fabricmanage", "nvidia-fabricmanager.service" },
		{ "nvidia-gridd", "nvidia-gridd.service" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(services); i++)
		if (strcmp(comm, services[i][0]) == 0)
			return services[i][1];
	return "";
}

/* "0::/system.slice/dcgm.service" */
static bool service_by_group(pid_t pid, char *ret, size_t size)
{
	_cleanup_free_ char *path = path_proc("%d/cgroup", (int)pid);
	char line[512], *name;

	if (!path || file_read_line(path, line, sizeof(line)) < 0)
		return false;
	name = strrchr(line, '/');
	if (!name || strlen(name) < 9 || strcmp(name + strlen(name) - 8, ".service") != 0)
		return false;
	(void)snprintf(ret, size, "%s", name + 1);
	return true;
}

void holder_service(const struct holder *holder, char *ret, size_t size)
{
	if (!service_by_group(holder->pid, ret, size))
		(void)snprintf(ret, size, "%s", service_by_command(holder->comm));
}

/* The first of the files that a process has open, NULL: none. */
static const char *process_has(const char *pid, const struct strset *nodes)
{
	_cleanup_free_ char *path = path_proc("%s/fd", pid);
	_cleanup_(closedirp) DIR *dir = path ? opendir(path) : NULL;
	int fd = dir ? dirfd(dir) : -1;
	const char *node = NULL;
	struct dirent *entry;

	while (!node && fd >= 0 && (entry = readdir(dir))) {
		char target[256];
		ssize_t n = readlinkat(fd, entry->d_name, target, sizeof(target) - 1);

		if (n <= 0)
			continue;
		target[n] = '\0';
		node = strset_find(nodes, target);
	}
	return node;
}

int holder_search(const struct strset *nodes, holder_found_t found, void *userdata)
{
	_cleanup_free_ char *path = path_proc("%s", "");
	_cleanup_(closedirp) DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;
	int ret = 0;

	if (!path)
		return -ENOMEM;
	if (!dir)
		return -errno;
	while (!ret && nodes->n && (entry = readdir(dir))) {
		const char *node = NULL;

		if (isdigit((unsigned char)entry->d_name[0]))
			node = process_has(entry->d_name, nodes);
		if (node)
			ret = found((pid_t)strtol(entry->d_name, NULL, 10), node, userdata);
	}
	return ret;
}

static int take_first(pid_t pid, const char *node, void *userdata)
{
	(void)node;
	holder_read(pid, userdata);
	return 1;
}

int holder_find(const struct strset *nodes, struct holder *ret)
{
	int err = holder_search(nodes, take_first, ret);

	if (err < 0)
		return err;
	return err ? 0 : -ESRCH;
}

void holder_read(pid_t pid, struct holder *ret)
{
	_cleanup_free_ char *comm = path_proc("%d/comm", (int)pid);
	_cleanup_free_ char *path = path_proc("%d/cmdline", (int)pid);
	_cleanup_free_ char *cmdline = NULL;
	size_t len;

	*ret = (struct holder){ .pid = pid };
	if (!comm || !path)
		return;
	(void)file_read_line(comm, ret->comm, sizeof(ret->comm));
	utf8_clean(ret->comm);
	cmdline = malloc(CMDLINE_MAX);
	/* waits for the lock of its address space, for which others of it may wait */
	if (cmdline && aside_read(path, READ_TIMEOUT, cmdline, CMDLINE_MAX, &len) == 0)
		(void)holder_vm_name(cmdline, len, ret->vm, sizeof(ret->vm));
}

/* QEMU: -name NAME, or guest=NAME,debug-threads=on; a comma in a name is doubled. */
static void take_name(const char *arg, char *ret, size_t size)
{
	size_t n = 0;

	if (strncmp(arg, "guest=", 6) == 0)
		arg += 6;
	for (; *arg && n + 1 < size; arg++) {
		if (arg[0] == ',' && arg[1] != ',')
			break;
		arg += arg[0] == ',';
		ret[n++] = *arg;
	}
	ret[n] = '\0';
	utf8_clean(ret);
}

bool holder_vm_name(const char *cmdline, size_t len, char *ret, size_t size)
{
	const char *end = cmdline + len, *word = cmdline;
	bool next = false;

	while (word < end) {
		size_t n = strnlen(word, (size_t)(end - word));

		if (next && word + n < end) {
			take_name(word, ret, size);
			return ret[0] != '\0';
		}
		next = strcmp(n < (size_t)(end - word) ? word : "", "-name") == 0;
		word += n + 1;
	}
	return false;
}

void holder_describe(const struct holder *holder, char *text, size_t size)
{
	(void)snprintf(text, size, "pid %d (%s)%s%s", (int)holder->pid,
		       holder->comm[0] ? holder->comm : "?", holder->vm[0] ? ", vm " : "",
		       holder->vm);
}
