// SPDX-License-Identifier: GPL-2.0-only
/*
 * Searches /proc for those who have a VFIO device open.
 *
 * Only links are read while searching: they never wait for the process. Its
 * command line is read for the one that was found.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../basic/cleanup.h"
#include "../basic/file.h"
#include "../basic/path.h"
#include "holder.h"

#define CMDLINE_MAX (256 * 1024)

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

static int add_cdevs(const char *bdf, struct strset *nodes)
{
	_cleanup_free_ char *path = path_sys("bus/pci/devices/%s/vfio-dev", bdf);
	_cleanup_(closedirp) DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;
	int err = 0;

	if (!path)
		return -ENOMEM;
	while (dir && !err && (entry = readdir(dir))) {
		char node[sizeof(entry->d_name) + 32];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(node, sizeof(node), "/dev/vfio/devices/%s", entry->d_name);
		err = strset_add(nodes, node);
	}
	return err;
}

int holder_nodes(const char *bdf, struct strset *nodes)
{
	int err = add_group(bdf, nodes);

	return err ? err : add_cdevs(bdf, nodes);
}

static bool process_has(const char *pid, const struct strset *nodes)
{
	_cleanup_free_ char *path = path_proc("%s/fd", pid);
	_cleanup_(closedirp) DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char target[256];
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		if (n <= 0)
			continue;
		target[n] = '\0';
		if (strset_has(nodes, target))
			return true;
	}
	return false;
}

int holder_find(const struct strset *nodes, struct holder *ret)
{
	_cleanup_free_ char *path = path_proc("%s", "");
	_cleanup_(closedirp) DIR *dir = path ? opendir(path) : NULL;
	struct dirent *entry;

	if (!path)
		return -ENOMEM;
	if (!dir)
		return -errno;
	while (nodes->n && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		if (!process_has(entry->d_name, nodes))
			continue;
		holder_read((pid_t)strtol(entry->d_name, NULL, 10), ret);
		return 0;
	}
	return -ESRCH;
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
	if (file_read(path, CMDLINE_MAX, &cmdline, &len) == 0)
		(void)holder_vm_name(cmdline, len, ret->vm, sizeof(ret->vm));
}

/* QEMU: -name NAME, or guest=NAME,debug-threads=on; a comma in a name is doubled. */
static void take_name(const char *arg, char *ret, size_t size)
{
	size_t n = 0;

	if (strncmp(arg, "guest=", 6) == 0)
		arg += 6;
	for (; *arg && n + 1 < size; arg++) {
		if (*arg == ',' && *++arg != ',')
			break;
		ret[n++] = *arg;
	}
	ret[n] = '\0';
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
