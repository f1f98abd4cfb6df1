// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libnvmux_test/file.h>
#include <libnvmux_test/vram.h>

#define BOARD "/sys/kernel/debug/nvmux_sim/%s/board"
#define IVSHMEM "0x1110"
#define STORE_BAR 2
#define PAGE 4096ULL

static int vram_start(const char *bdf, uint64_t *ret)
{
	const char *at;
	char text[1024];
	ssize_t n = file_read(text, sizeof(text), BOARD, bdf);

	if (n < 0)
		return n;
	at = strstr(text, "vram [mem ");
	return at && sscanf(at, "vram [mem %" SCNx64, ret) == 1 ? 0 : -EINVAL;
}

/* The third line of the file is the BAR in which all framebuffers lie. */
static int store_start(const char *store, uint64_t *ret)
{
	char text[1024], *line = text;
	ssize_t n = file_read(text, sizeof(text), PCI_DEVICES "/%s/resource", store);
	int i;

	for (i = 0; n > 0 && line && i < STORE_BAR; i++)
		line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
	return n > 0 && line && sscanf(line, "%" SCNx64, ret) == 1 ? 0 : -EINVAL;
}

static int store_find(char store[32])
{
	DIR *dir = opendir(PCI_DEVICES);
	struct dirent *entry;
	int err = -ENODEV;

	while (dir && err && (entry = readdir(dir))) {
		if (strcmp(file_line(PCI_DEVICES "/%s/device", entry->d_name), IVSHMEM))
			continue;
		snprintf(store, 32, "%.31s", entry->d_name);
		err = 0;
	}
	if (dir)
		closedir(dir);
	return err;
}

/* A kernel without page attributes has no file that combines writes. */
static int store_open(const char *store)
{
	char path[PATH_SIZE];
	int fd;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/resource%d_wc", store, STORE_BAR);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	snprintf(path, sizeof(path), PCI_DEVICES "/%s/resource%d", store, STORE_BAR);
	return open(path, O_RDWR | O_CLOEXEC);
}

volatile uint64_t *vram_map(const char *bdf, uint64_t offset, size_t len)
{
	uint64_t vram = 0, start = 0;
	char store[32] = "";
	int err = vram_start(bdf, &vram) ?: store_find(store) ?: store_start(store, &start), fd;
	void *at;

	if (err) {
		errno = -err;
		return MAP_FAILED;
	}
	fd = store_open(store);
	if (fd < 0)
		return MAP_FAILED;
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, vram - start + offset);
	close(fd);
	return at;
}

static int vram_word(const char *bdf, uint64_t offset, uint64_t *value, bool write)
{
	volatile uint64_t *page = vram_map(bdf, offset & ~(PAGE - 1), PAGE);

	if (page == MAP_FAILED)
		return -errno;
	if (write)
		page[offset % PAGE / sizeof(*page)] = *value;
	*value = page[offset % PAGE / sizeof(*page)];
	munmap((void *)page, PAGE);
	return 0;
}

int vram_write(const char *bdf, uint64_t offset, uint64_t value)
{
	return vram_word(bdf, offset, &value, true);
}

int vram_read(const char *bdf, uint64_t offset, uint64_t *ret)
{
	return vram_word(bdf, offset, ret, false);
}

void words_fill(volatile uint64_t *words, size_t len, uint32_t owner)
{
	size_t i;

	for (i = 0; i < len / sizeof(*words); i++)
		words[i] = (uint64_t)owner << 32 | i;
}

size_t words_found(const volatile uint64_t *words, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len / sizeof(*words); i++)
		n += words[i] != 0;
	return n;
}

size_t words_lost(const volatile uint64_t *words, size_t len, uint32_t owner)
{
	size_t i, n = 0;

	for (i = 0; i < len / sizeof(*words); i++)
		n += words[i] != ((uint64_t)owner << 32 | i);
	return n;
}
