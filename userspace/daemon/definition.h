/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Defined vGPUs: what shall exist, whether it does or not. One file each in
 * /etc/nvmux/vgpus.d; those of mdevctl and libvirt are read, never written.
 */
#ifndef NVMUX_DAEMON_DEFINITION_H
#define NVMUX_DAEMON_DEFINITION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "../lib/libnvmux.h"

#define DEFINITION_VM_SIZE 256

/**
 * struct definition - a vGPU that somebody has defined
 * @gpu: PCI address, empty: the policy chooses whenever it is started
 * @vm: name of the VM that it is for; told, not enforced
 * @owner: who has defined it, see owner.h
 * @autostart: made as soon as its GPU is in vgpu mode
 * @failure: why it could not be started, empty when it could
 */
struct definition {
	LIST_ENTRY(definition) link;
	char uuid[NVMUX_UUID_SIZE];
	char gpu[NVMUX_BDF_SIZE];
	char type[NVMUX_NAME_SIZE];
	char vm[DEFINITION_VM_SIZE];
	const char *owner;
	bool has_placement;
	uint32_t placement;
	bool autostart;
	bool starting;
	char failure[NVMUX_TEXT_SIZE];
};

LIST_HEAD(definition_list, definition);

struct definition *definition_find(const struct definition_list *list, const char *uuid);
void definition_list_clear(struct definition_list *list);

/* Reads all of ours; what cannot be read is told in the log. -ENOMEM. */
int definition_load(struct definition_list *list);

/* The same for mdevctl's, in which libvirt keeps its own: those of our types. */
int definition_load_mdevctl(struct definition_list *list);

/*
 * A text that is read as it was written. Blanks around it are not, nor what stands behind " ;",
 * nor more than a line of the file holds.
 */
bool definition_keeps(const char *text);

/* Writes the file, then takes the place of the one with the same UUID. */
int definition_keep(struct definition_list *list, const struct definition *d);

/* Removes the file and frees it. */
int definition_drop(struct definition *d);

/*
 * One that a person has stopped is not started by itself until the next boot,
 * or until a person starts it.
 */
bool definition_is_stopped(const char *uuid);
int definition_set_stopped(const char *uuid, bool stopped);

#endif
