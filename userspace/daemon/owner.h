/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who has made a vGPU. What the daemon makes it writes down in /run/nvmux/vgpus
 * before it exists, so that a daemon that is killed meanwhile knows it again.
 */
#ifndef NVMUX_DAEMON_OWNER_H
#define NVMUX_DAEMON_OWNER_H

#include <stddef.h>

#define OWNER_NVMUX "nvmux"		/* this daemon, because somebody asked for it */
#define OWNER_AUTO "auto"		/* this daemon, for as long as a VM runs */
#define OWNER_MDEVCTL "mdevctl"		/* mdevctl or libvirt, which have it defined */
#define OWNER_FOREIGN "foreign"		/* whoever wrote to sysfs */

#define OWNER_SIZE 16

/* @owner: OWNER_NVMUX or OWNER_AUTO */
int owner_record(const char *uuid, const char *owner);
int owner_forget(const char *uuid);
void owner_of(const char *uuid, char owner[static OWNER_SIZE]);

/* Forgets those of which @exists says that there is none: the module went while nobody looked. */
void owner_prune(int (*exists)(const char *uuid, const void *userdata), const void *userdata);

#endif
