/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vGPUs that exist for as long as their VM runs: a domain asks for them in
 * its metadata, prepare makes them, release deletes them. Theirs is the owner
 * OWNER_AUTO; what has another owner is never deleted here.
 */
#ifndef NVMUX_DAEMON_AUTO_H
#define NVMUX_DAEMON_AUTO_H

#include <stdbool.h>
#include <stddef.h>

#include "../basic/domain.h"
#include "../basic/strset.h"
#include "hook.h"

struct manager;

/* Does it have a device that is in its metadata and does not exist? */
bool auto_is_needed(struct manager *m, const struct domain *domain);

/**
 * auto_prepare() - make what a domain asks for, then do as tenant_prepare()
 * @domain: taken over
 * @later: set when @told will be called; untouched when this has failed
 *
 * When something is refused, what was made is deleted before @told is called.
 */
int auto_prepare(struct manager *m, struct domain *domain, hook_told_t told, void *userdata,
		 struct auto_job **later, char *text, size_t size);

/* As tenant_release(); @told is called when what was made for the VM is gone, never with an error. */
int auto_release(struct manager *m, const char *name, const char *uuid, hook_told_t told,
		 void *userdata, struct auto_job **later);

/* Deletes those of these vGPUs that are ours to delete. Nobody waits for it. */
void auto_drop(struct manager *m, const struct strset *vgpus);

/* Deletes those that no VM claims: the daemon was killed between making and claiming. */
void auto_prune(struct manager *m);

/* Nobody waits any more; what a prepare makes is deleted again. NULL is fine. */
void auto_cancel(struct auto_job *job);

/* What libvirt does meanwhile: "prepare" or "release". */
const char *auto_operation(const struct auto_job *job);

/* The VM has been given up while it was prepared. */
void auto_cancel_vm(struct manager *m, const char *name, const char *uuid);

#endif
