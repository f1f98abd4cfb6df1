// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "function.h"

#define PCI_DEVICES "/sys/bus/pci/devices"

static FILE *attribute_open(const char *bdf, const char *name, const char *how)
{
	char path[128];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", bdf, name);
	return fopen(path, how);
}

static unsigned int attribute_number(const char *bdf, const char *name)
{
	FILE *f = attribute_open(bdf, name, "r");
	unsigned int v = 0;

	if (f) {
		if (fscanf(f, "%x", &v) != 1)
			v = 0;
		fclose(f);
	}
	return v;
}

static bool is_nvidia_gpu(const char *bdf)
{
	return attribute_number(bdf, "vendor") == 0x10de &&
	       attribute_number(bdf, "class") >> 16 == 0x03;
}

/* The lowest address, so that "first" means the same each time. */
bool function_find(struct function *fn)
{
	DIR *dir = opendir(PCI_DEVICES);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || !is_nvidia_gpu(entry->d_name))
			continue;
		if (!fn->bdf[0] || strcmp(entry->d_name, fn->bdf) < 0)
			snprintf(fn->bdf, sizeof(fn->bdf), "%.31s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return fn->bdf[0];
}

/* Lines of first address, last address, flags. */
static void function_read_bars(struct function *fn)
{
	FILE *f = attribute_open(fn->bdf, "resource", "r");
	unsigned long long start, end, flags;

	for (int i = 0; f && i < 6; i++) {
		if (fscanf(f, "%llx %llx %llx", &start, &end, &flags) != 3)
			break;
		fn->bar_size[i] = end ? end - start + 1 : 0;
	}
	if (f)
		fclose(f);
	/* Hopper's BAR0 is 64 bits wide and moves the framebuffer to BAR2. */
	fn->fb_bar = fn->bar_size[1] ? 1 : 2;
}

void function_read(struct function *fn)
{
	fn->vendor = attribute_number(fn->bdf, "vendor");
	fn->device = attribute_number(fn->bdf, "device");
	fn->subsystem_vendor = attribute_number(fn->bdf, "subsystem_vendor");
	fn->subsystem = attribute_number(fn->bdf, "subsystem_device");
	fn->class = attribute_number(fn->bdf, "class");
	function_read_bars(fn);
	printf("bdf=%s device=%04x:%04x subsystem=%04x:%04x class=%06x "
	       "bar0=%llu bar1=%llu bar1_resource=%d\n", fn->bdf, fn->vendor, fn->device,
	       fn->subsystem_vendor, fn->subsystem, fn->class,
	       (unsigned long long)fn->bar_size[0],
	       (unsigned long long)fn->bar_size[fn->fb_bar], fn->fb_bar);
}

int function_enable(const struct function *fn)
{
	FILE *f = attribute_open(fn->bdf, "enable", "w");
	int err = 0;

	if (!f)
		return -errno;
	if (fputs("1", f) < 0)
		err = -EIO;
	if (fclose(f))
		err = -errno;
	return err;
}

void *function_map(const struct function *fn, int bar, uint64_t offset, size_t size,
		   bool writable)
{
	int protection = PROT_READ | (writable ? PROT_WRITE : 0);
	char path[128];
	void *map;
	int fd;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/resource%d", fn->bdf, bar);
	fd = open(path, writable ? O_RDWR : O_RDONLY);
	if (fd < 0)
		return MAP_FAILED;
	map = mmap(NULL, size, protection, MAP_SHARED, fd, (off_t)offset);
	close(fd);
	return map;
}

int function_config(const struct function *fn)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/config", fn->bdf);
	fd = open(path, O_RDWR);
	return fd < 0 ? -errno : fd;
}
